"""Who asked about me: for the person concerned, from the ledgers of all countries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from benelux.core.errors import NotSignedIn
from benelux.core.exchange.gathering import who_asked
from benelux.core.house import House
from benelux.core.identity import registry
from benelux.core.language import Message, message
from benelux.core.ledger.citizen import Asked, Gathered
from benelux.core.ledger.pages import ANSWERS, DAMAGED, MINE
from benelux.core.registers.acting import houses
from benelux.core.registers.declaration import declared
from benelux.core.web.ask import Ask, Download, Reply, Said, View
from benelux.core.web.listing import Column, Filter, Listing
from benelux.core.web.pages import Pages

PAGES: Final = Pages("")


@dataclass(frozen=True, slots=True)
class Line:
    """One consultation with the names that the portal knows for who asked, and for what."""

    asked: Asked
    who: Said
    purpose: Said


def _lines(ask: Ask, gathered: Gathered) -> list[Line]:
    names = {
        one.id: one.name for house in houses(ask.house) for one in registry.authorities(house.store)
    }
    purposes = _purposes(ask.house)
    return [
        Line(
            one,
            names.get(one.what.actor.organisation, one.what.actor.organisation),
            DAMAGED if one.damaged else purposes.get(one.what.purpose, one.what.purpose),
        )
        for one in gathered.found
    ]


def _purposes(house: House) -> Mapping[str, Said]:
    """What the purposes of the registers are called, where all call one alike."""
    found: dict[str, dict[str, Message]] = {}
    for register in declared(house.domains):
        for one in register.purposes:
            found.setdefault(one.key, {})[one.label.msgid] = one.label
    return {key: label for key, labels in found.items() if len(labels) == 1
            for label in labels.values()}  # fmt: skip


def _gathered(ask: Ask) -> Gathered:
    if ask.person is None:
        return Gathered((), ())
    return who_asked(ask.house, ask.person, ask.today)


def _proof_of(one: Asked, language: str) -> str:
    """Where the proof is shown; the ledgers of nodes elsewhere are shown by those."""
    if not one.here:
        return ""
    node = f"?node={one.country}" if one.country else ""
    return f"/{language}/ledger/{one.shard}/{one.number}{node}"


def _answer(one: Asked) -> Message:
    made = one.what.made_offline
    if made is None:
        return ANSWERS[one.what.answer]
    moment = f"{made:%Y-%m-%d %H:%M} UTC"
    return message("document checked without a network on {moment}", moment=moment)


ASKED: Final[Listing[Line]] = Listing(
    name="who-asked",
    rows=lambda ask: _lines(ask, _gathered(ask)),
    columns=(
        Column("at", message("When"), lambda one, _: one.asked.at),
        Column(
            "organisation",
            message("Who"),
            lambda one, _: one.asked.what.actor.organisation,
            lambda one, _: one.who,
        ),
        Column(
            "country", message("Country of the register"), lambda one, _: one.asked.country or None
        ),
        Column(
            "service",
            message("Service"),
            lambda one, _: one.asked.what.actor.service,
            export_only=True,
        ),
        Column(
            "purpose",
            message("Purpose"),
            lambda one, _: one.asked.what.purpose,
            lambda one, _: one.purpose,
        ),
        Column("ground", message("Legal ground"), lambda one, _: one.asked.what.ground),
        Column(
            "answer",
            message("Answer"),
            lambda one, _: one.asked.what.answer,
            lambda one, _: _answer(one.asked),
        ),
        Column("case", message("Reference"), lambda one, _: one.asked.what.case, export_only=True),
        Column(
            "delayed_until",
            message("Told later, until"),
            lambda one, _: one.asked.delay.until if one.asked.delay else None,
        ),
        Column(
            "delay_ground",
            message("Ground for telling later"),
            lambda one, _: one.asked.delay.ground if one.asked.delay else None,
            export_only=True,
        ),
        Column(
            "delay_authority",
            message("Who decided to tell later"),
            lambda one, _: one.asked.delay.authority if one.asked.delay else None,
            export_only=True,
        ),
        Column(
            "entry",
            message("Proof"),
            lambda one, _: f"{one.asked.shard}/{one.asked.number}",
            link=lambda one, language: _proof_of(one.asked, language),
        ),
    ),
    filters=(
        Filter(
            "authority",
            message("Authority"),
            lambda one: (one.asked.what.actor.organisation,),
            lambda key: key,
            named=lambda one: one.who,
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
    values: dict[str, object] = {"window": None, "listing": ASKED, "failures": ()}
    if ask.person is not None:
        gathered = _gathered(ask)
        listing = replace(ASKED, rows=lambda _: _lines(ask, gathered))
        values |= {"window": listing.window(ask), "failures": gathered.failures}
    lead = message(
        "Authorities that ask about you leave a trace here. You may see it, and take it along."
    )
    return View("ledger/my-data.html", MINE, values, lead=lead)


def nobody(_house: House) -> Iterable[Mapping[str, str]]:
    """Pages for somebody in particular have no addresses for the walk of everybody."""
    return ()


@PAGES.page("/my-data.json", MINE, message("The same list for programs, as JSON."), examples=nobody)
def my_data_json(ask: Ask) -> Reply:
    _need_somebody(ask)
    return Download(ASKED.json(ask), "application/json", "who-asked.json")


@PAGES.page(
    "/my-data.csv", MINE, message("The same list for a spreadsheet, as CSV."), examples=nobody
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
