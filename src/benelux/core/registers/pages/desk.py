"""The desk of whoever writes in a register: its records, found by state, day and what they say."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Final

from benelux.core.errors import Fault, Invalid
from benelux.core.language import Language, Message, message
from benelux.core.registers import service
from benelux.core.registers.declaration import Register
from benelux.core.registers.pages.shared import (
    DESK,
    PAGES,
    Desk,
    desk_of,
    nobody,
    register_crumbs,
)
from benelux.core.registers.pages.shown import told
from benelux.core.registers.values import Record
from benelux.core.web.ask import Ask, Download, Reply, View
from benelux.core.web.listing import Column, Filter, Listing

_COLUMNS: Final = 4
"""So many fields of a record stand in the list; all of them stand in its files."""


@dataclass(frozen=True, slots=True)
class AsOf:
    """The two days of a look back: what held on `day`, as it was known at the end of `known`."""

    day: date | None = None
    known: date | None = None

    @property
    def known_at(self) -> datetime | None:
        return datetime.combine(self.known, time.max, UTC) if self.known else None

    @property
    def query(self) -> dict[str, str]:
        given = {"day": self.day, "known": self.known}
        return {name: value.isoformat() for name, value in given.items() if value}

    @classmethod
    def read(cls, ask: Ask) -> "AsOf":
        """Raises `Invalid` for what is no day."""
        return cls(_day(ask, "day"), _day(ask, "known"))


def _day(ask: Ask, name: str) -> date | None:
    text = (ask.form.get(name) or [ask.one(name)])[-1]
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        wish = message("Give a date as year-month-day, for example 2022-03-23.")
        raise Invalid(
            "registers.day", message("This day cannot be read."), faults=(Fault(name, wish),)
        ) from None


def listing_of(desk: Desk, as_of: AsOf) -> Listing[Record]:
    """The records of this desk's node as a list."""
    register = desk.register
    tail = "?" + "&".join(f"{name}={day}" for name, day in as_of.query.items())
    return Listing(
        name=register.name,
        rows=lambda _ask: service.records(
            desk.house, register, day=as_of.day, known_at=as_of.known_at
        ),
        columns=(
            Column(
                "number",
                message("Number"),
                lambda one, _: one.id,
                link=lambda one, language: f"{address(register, one, language)}{tail.rstrip('?')}",
            ),
            *(_column(register, place) for place in range(len(register.fields))),
            Column(
                "state", message("State"), lambda one, _: one.state,
                lambda one, _: register.state(one.state).label, tag=True,
            ),
            Column("valid_from", message("Valid from"), lambda one, _: one.valid_from),
            Column("valid_to", message("Valid until"), lambda one, _: one.valid_to),
            Column(
                "version", message("Version"), lambda one, _: one.version, export_only=True,
            ),
        ),
        filters=(
            Filter(
                "state", message("State"), lambda one: (one.state,),
                lambda key: register.state(key).label,
            ),
        ),
        sort="-valid_from",
        empty=message("No record answers to this."),
    )  # fmt: skip


def _column(register: Register, place: int) -> Column[Record]:
    field = register.fields[place]

    def value(one: Record, language: Language) -> str | None:
        return told(field, (one.content or {}).get(field.key), language)

    return Column(field.key, field.label, value, export_only=place >= _COLUMNS)


def address(register: Register, record: Record, language: Language) -> str:
    return f"/{language}/registers/{register.name}/desk/{record.id}"


@PAGES.page(
    "/registers/{register:str}/desk",
    DESK,
    message("The records of an officer's own country: list, search, look back, enter."),
    posts=True,
    examples=nobody,
)
def desk_page(ask: Ask) -> Reply:
    desk = desk_of(ask)
    as_of = AsOf.read(ask)
    listing = listing_of(desk, as_of)
    # A search says a name or a plate, so it is sent as a form and stands in no address.
    asked = replace(ask, query={**ask.query, **ask.form}) if ask.form else ask
    values = {
        "desk": desk,
        "register": desk.register,
        "listing": listing,
        "window": listing.window(asked),
        "as_of": as_of,
        "base": ask.url(f"registers/{desk.register.name}/desk"),
    }
    title = message("Desk: {title}", title=desk.register.title)
    lead = message("What {keeper} keeps.", keeper=desk.keeper.name)
    crumbs = register_crumbs(ask, desk.register)
    return View("registers/desk.html", title, values, crumbs, lead=lead)


_TWIN: Final[Mapping[str, Message]] = {
    "json": message("The list of the desk for programs, as JSON."),
    "csv": message("The list of the desk for a spreadsheet, as CSV."),
}


@PAGES.page("/registers/{register:str}/desk.json", DESK, _TWIN["json"], examples=nobody)
def desk_json(ask: Ask) -> Reply:
    desk = desk_of(ask)
    content = listing_of(desk, AsOf.read(ask)).json(ask)
    return Download(content, "application/json", f"{desk.register.name}.json")


@PAGES.page("/registers/{register:str}/desk.csv", DESK, _TWIN["csv"], examples=nobody)
def desk_csv(ask: Ask) -> Reply:
    desk = desk_of(ask)
    content = listing_of(desk, AsOf.read(ask)).csv(ask)
    return Download(content, "text/csv; charset=utf-8", f"{desk.register.name}.csv")
