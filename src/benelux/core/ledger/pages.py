"""The ledgers for people: which there are, what a proof says, and who asked about me."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from benelux.core.errors import NotFound
from benelux.core.exchange.federation import node_for
from benelux.core.house import House
from benelux.core.identity.demo import demo_allowed
from benelux.core.language import Message, message
from benelux.core.ledger import cards, demo, heads, proofs, stamping
from benelux.core.ledger.cards import ShardCard
from benelux.core.ledger.log import data_in, ledger_of
from benelux.core.ledger.model import leaf_of
from benelux.core.ledger.witness import GOOD, VERDICTS, watched
from benelux.core.web.ask import Ask, Crumb, Reply, View
from benelux.core.web.listing import Column, Listing, Window
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
    "register": message("a record of a register was written"),
    "question": message("a question to other countries was sent"),
    "answers": message("the answers of other countries came in"),
    "message": message("a message from another node was taken"),
    "message-refused": message("a message from another node was refused"),
    "alarm": message("somebody asked unusually often"),
    "supervision": message("a supervisor looked at the alarms"),
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
    name, home = _shown(ask)
    with home.store.read() as connection:
        card = cards.shard_card(connection, name)
        before = number_of(ask.one("before")) if ask.one("before") else card.size
        values = {
            "card": card,
            "head": cards.head_card(connection, heads.newest(connection, name)),
            "heads": cards.heads_count(connection, name),
            "given": heads.witnessed(connection, name),
            "stamp": stamping.newest(connection, name),
            "leaves": cards.leaves(connection, name, _SHOWN, min(before, card.size)),
            "kinds": KINDS,
            "node": ask.one("node"),
        }
    lead = message("The log of one authority, entry by entry. What an entry says is encrypted.")
    crumbs = [Crumb(TITLE, ask.url("ledger"))]
    elsewhere = home is not ask.house
    return View("ledger/shard.html", name, values, crumbs, lead=lead, fresh=elsewhere)


def _entry_examples(house: House) -> Iterable[Mapping[str, str]]:
    return ({**one, "entry": "0"} for one in _shard_examples(house))


@PAGES.page(
    "/ledger/{shard:str}/{entry:str}",
    message("Proof"),
    message("The proof that one entry is in a ledger, step by step, checked in the browser."),
    examples=_entry_examples,
)
def entry(ask: Ask) -> Reply:
    (name, home), number = _shown(ask), number_of(ask.path["entry"])
    with home.store.read() as connection:
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
            "node": ask.one("node"),
        }
    lead = message("How you can see for yourself that this entry is in the ledger, unchanged.")
    title = message("Proof of entry {number}", number=number)
    above = ask.url(f"ledger/{name}", node=ask.one("node"))
    crumbs = [Crumb(TITLE, ask.url("ledger")), Crumb(name, above)]
    elsewhere = home is not ask.house
    return View("ledger/entry.html", title, values, crumbs, lead=lead, fresh=elsewhere)


def _shown(ask: Ask) -> tuple[str, House]:
    """The ledger in the address and the house that has it: ours, or a node that runs with us."""
    name, country = ask.path["shard"], ask.one("node")
    if country:
        return name, node_for(ask.house, country[:8])
    if not _is_shown(ask.house, name):
        raise NotFound("ledger.no-such-shard", message("There is no ledger “{name}”.", name=name))
    return name, ask.house


def number_of(text: str) -> int:
    """A number in an address; raises `NotFound` for anything else."""
    if not text.isascii() or not text.isdecimal() or len(text) > _DIGITS:
        raise NotFound(
            "ledger.no-such-number",
            message("“{text}” is not the number of an entry.", text=text[:40]),
        )
    return int(text)
