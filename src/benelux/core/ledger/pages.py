"""The ledgers for people: which there are, what a proof says, and who asked about me."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from benelux.core.errors import NotFound, NotSignedIn
from benelux.core.house import House
from benelux.core.identity.demo import demo_allowed
from benelux.core.language import Message, message
from benelux.core.ledger import cards, demo, heads, proofs, stamping
from benelux.core.ledger.cards import ShardCard
from benelux.core.ledger.citizen import Asked, consultations_of
from benelux.core.ledger.log import data_in, ledger_of
from benelux.core.ledger.model import leaf_of
from benelux.core.ledger.service import tokens_of
from benelux.core.ledger.witness import GOOD, VERDICTS, watched
from benelux.core.web.ask import Ask, Crumb, Download, Reply, View
from benelux.core.web.listing import Column, Filter, Listing, Window
from benelux.core.web.pages import Pages

PAGES: Final = Pages("")
TITLE: Final = message("Ledgers")
MINE: Final = message("Who asked about me")
DAMAGED: Final = message("This entry was damaged: ask the authority what it said.")
_SHOWN: Final = 25
_DIGITS: Final = 15
KINDS: Final[Mapping[str, Message]] = {
    "opening": message("the ledger was begun"),
    "consultation": message("an authority asked something"),
    "decision": message("an authority decided something"),
    "refusal": message("a request number came again for something else and was refused"),
    "erasure": message("the content of an entry was erased"),
    "delay": message("it was decided to tell somebody later"),
    "rotation": message("the key that wraps the contents was changed"),
    "signer": message("the key that signs the heads was changed"),
}
ANSWERS: Final[Mapping[str, Message]] = {
    "hit": message("hit"),
    "no-hit": message("no hit"),
    "status": message("status only"),
    "record": message("the whole record"),
    "list": message("a list"),
    "refused": message("refused"),
    "failed": message("no answer"),
}


def _shards(ask: Ask) -> Sequence[ShardCard]:
    return [
        one for one in cards.shard_cards(ledger_of(ask.house)) if _is_shown(ask.house, one.shard)
    ]


def _is_shown(house: House, shard: str) -> bool:
    """Invented ledgers stay out of sight on a portal that is not for trying."""
    return shard not in demo.SHARDS or demo_allowed(house.settings)


SHARDS: Final[Listing[ShardCard]] = Listing(
    name="ledgers",
    rows=_shards,
    columns=(
        Column(
            "shard",
            message("Ledger"),
            lambda one, _: one.shard,
            link=lambda one, language: f"/{language}/ledger/{one.shard}",
        ),
        Column("size", message("Entries"), lambda one, _: one.size, numeric=True),
        Column("signed_at", message("Newest head"), lambda one, _: one.signed_at),
        Column("witnesses", message("Witnesses"), lambda one, _: one.witnesses, numeric=True),
        Column("stamped_at", message("Last time stamp"), lambda one, _: one.stamped_at),
        Column("root", message("Root"), lambda one, _: one.root, export_only=True),
        Column("origin", message("Name in its heads"), lambda one, _: one.origin, export_only=True),
    ),
    sort="shard",
    empty=message("No authority has put anything on record here yet."),
)


@PAGES.list_page(
    "/ledger",
    SHARDS,
    TITLE,
    message(
        "What authorities asked and decided is on record here, so that nobody can change it unseen."
    ),
    template="ledger/shards.html",
)
def ledgers(ask: Ask, _window: Window[ShardCard]) -> Mapping[str, object]:
    ledger = ledger_of(ask.house)
    with ask.house.store.read() as connection:
        return {
            "seen": watched(connection),
            "verdicts": VERDICTS,
            "good": GOOD,
            "waiting": stamping.waiting(connection),
            "stamps": bool(ask.house.settings.tsa_url),
            "node": ledger.home,
        }


def _shard_examples(house: House) -> Iterable[Mapping[str, str]]:
    return ({"shard": one} for one in ledger_of(house).shards() if _is_shown(house, one))


@PAGES.page(
    "/ledger/{shard:str}",
    message("Ledger"),
    message("One authority's ledger: its newest head, its witnesses and its entries."),
    examples=_shard_examples,
)
def shard(ask: Ask) -> Reply:
    name = _shown(ask)
    with ask.house.store.read() as connection:
        card = cards.shard_card(connection, name)
        before = _number(ask.one("before")) if ask.one("before") else card.size
        values = {
            "card": card,
            "head": cards.head_card(connection, heads.newest(connection, name)),
            "heads": cards.heads_count(connection, name),
            "given": heads.witnessed(connection, name),
            "stamp": stamping.newest(connection, name),
            "leaves": cards.leaves(connection, name, _SHOWN, min(before, card.size)),
            "kinds": KINDS,
        }
    lead = message("The log of one authority, entry by entry. What an entry says is encrypted.")
    return View("ledger/shard.html", name, values, [Crumb(TITLE, ask.url("ledger"))], lead=lead)


def _entry_examples(house: House) -> Iterable[Mapping[str, str]]:
    return ({**one, "entry": "0"} for one in _shard_examples(house))


@PAGES.page(
    "/ledger/{shard:str}/{entry:str}",
    message("Proof"),
    message("The proof that one entry is in a ledger, step by step, checked in the browser."),
    examples=_entry_examples,
)
def entry(ask: Ask) -> Reply:
    name, number = _shown(ask), _number(ask.path["entry"])
    with ask.house.store.read() as connection:
        leaf = leaf_of(data_in(connection, name, number))
        proof = proofs.inclusion(connection, name, number)
        values = {
            "leaf": leaf,
            "kind": KINDS.get(leaf.kind, leaf.kind),
            "proof": proof,
            "raw": msgspec.json.encode(proof).decode(),
            "steps": proofs.steps(proof),
            "leaf_hash": proofs.entry_hash(proof).hex(),
            "point": heads.newest(connection, name).note.checkpoint,
            "given": heads.cosignatures(connection, name, proof.size),
            "stamp": stamping.covering(connection, name, number),
            "erased": cards.erased_by(connection, name, number),
            "checks": proofs.check(proof),
        }
    lead = message("How you can see for yourself that this entry is in the ledger, unchanged.")
    title = message("Proof of entry {number}", number=number)
    crumbs = [Crumb(TITLE, ask.url("ledger")), Crumb(name, ask.url(f"ledger/{name}"))]
    return View("ledger/entry.html", title, values, crumbs, lead=lead)


def _mine(ask: Ask) -> Sequence[Asked]:
    if ask.person is None:
        return ()
    tokens = tokens_of(ask.house, ask.person)
    return consultations_of(ledger_of(ask.house), tokens, ask.today)


ASKED: Final[Listing[Asked]] = Listing(
    name="who-asked",
    rows=_mine,
    columns=(
        Column("at", message("When"), lambda one, _: one.at),
        Column("organisation", message("Who"), lambda one, _: one.what.actor.organisation),
        Column(
            "service", message("Service"), lambda one, _: one.what.actor.service, export_only=True
        ),
        Column(
            "purpose",
            message("Purpose"),
            lambda one, _: one.what.purpose,
            lambda one, _: DAMAGED if one.damaged else one.what.purpose,
        ),
        Column("ground", message("Legal ground"), lambda one, _: one.what.ground),
        Column(
            "answer",
            message("Answer"),
            lambda one, _: one.what.answer,
            lambda one, _: ANSWERS[one.what.answer],
        ),
        Column("case", message("Reference"), lambda one, _: one.what.case, export_only=True),
        Column(
            "delayed_until",
            message("Told later, until"),
            lambda one, _: one.delay.until if one.delay else None,
        ),
        Column(
            "delay_ground",
            message("Ground for telling later"),
            lambda one, _: one.delay.ground if one.delay else None,
            export_only=True,
        ),
        Column(
            "delay_authority",
            message("Who decided to tell later"),
            lambda one, _: one.delay.authority if one.delay else None,
            export_only=True,
        ),
        Column(
            "entry",
            message("Proof"),
            lambda one, _: f"{one.shard}/{one.number}",
            link=lambda one, language: f"/{language}/ledger/{one.shard}/{one.number}",
        ),
    ),
    filters=(
        Filter(
            "authority",
            message("Authority"),
            lambda one: (one.what.actor.organisation,),
            lambda key: message("{name}", name=key),
        ),
    ),
    sort="-at",
    empty=message("No consultation about you that may be shown is on record here."),
)


@PAGES.page(
    "/my-data",
    MINE,
    message(
        "For whoever signs in: which authorities asked about them, when, why and on which ground."
    ),
)
def my_data(ask: Ask) -> Reply:
    if ask.person is None:
        values: dict[str, object] = {"window": None, "listing": ASKED}
    else:
        values = {"window": ASKED.window(ask), "listing": ASKED}
    lead = message(
        "Authorities that ask about you leave a trace here. You may see it, and take it along."
    )
    return View("ledger/my-data.html", MINE, values, lead=lead)


def _nobody(_house: House) -> Iterable[Mapping[str, str]]:
    return ()


@PAGES.page(
    "/my-data.json", MINE, message("The same list for programs, as JSON."), examples=_nobody
)
def my_data_json(ask: Ask) -> Reply:
    _need_somebody(ask)
    return Download(ASKED.json(ask), "application/json", "who-asked.json")


@PAGES.page(
    "/my-data.csv", MINE, message("The same list for a spreadsheet, as CSV."), examples=_nobody
)
def my_data_csv(ask: Ask) -> Reply:
    _need_somebody(ask)
    return Download(ASKED.csv(ask), "text/csv; charset=utf-8", "who-asked.csv")


def _need_somebody(ask: Ask) -> None:
    if ask.person is None:
        raise NotSignedIn(
            "ledger.sign-in",
            message("Sign in to see who asked about you."),
            why=message("Only you may see this."),
        )


def _shown(ask: Ask) -> str:
    name = ask.path["shard"]
    if not _is_shown(ask.house, name):
        raise NotFound("ledger.no-such-shard", message("There is no ledger “{name}”.", name=name))
    return name


def _number(text: str) -> int:
    """A number in an address; raises `NotFound` for anything else."""
    if not text.isascii() or not text.isdecimal() or len(text) > _DIGITS:
        raise NotFound(
            "ledger.no-such-number",
            message("“{text}” is not the number of an entry.", text=text[:40]),
        )
    return int(text)
