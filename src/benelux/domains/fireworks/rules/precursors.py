"""Which substances are regulated, to whom a report goes, and by when it is due."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Final, Literal

from msgspec import Struct

from benelux.core.answer import Truth
from benelux.core.errors import Fault, NotFound
from benelux.core.files import read_yaml
from benelux.core.language import Text, message
from benelux.domains.fireworks.model.precursors import Report
from benelux.domains.fireworks.rules.dated import DATA, Certainty, Dated

COUNTRIES: Final = ("BE", "NL", "LU")
_OLDEST: Final = timedelta(days=3 * 365)
_ALL: Final = Decimal(100)
_MOST: Final = Decimal(10**9)


class Substance(Struct, frozen=True):
    """A regulated explosives precursor; `limit` and `licence` in per cent by weight."""

    id: str
    annex: Literal["I", "II"]
    cas: str
    name: Text
    certainty: Certainty
    limit: Decimal | None = None
    licence: Decimal | None = None
    measured_as: Literal["", "nitrogen"] = ""

    def is_restricted_at(self, concentration: Decimal | None) -> Truth:
        """Whether the general public may not have it at this concentration."""
        if self.limit is None:
            return Truth.FALSE
        if concentration is None:
            return Truth.UNKNOWN
        return Truth.TRUE if concentration > self.limit else Truth.FALSE


class Sign(Struct, frozen=True):
    """A way in which a customer may behave that makes a transaction suspicious."""

    id: str
    text: Text
    source: str


class Clock(Dated, frozen=True, kw_only=True):
    """Within how many hours something is due."""

    id: str
    hours: int


class Keeping(Struct, frozen=True):
    """For how many years a report is kept."""

    years: int
    source: str
    certainty: Certainty


class ContactPoint(Struct, frozen=True):
    """Who receives the reports of one country; `seen` is the day of the source."""

    country: str
    name: Text
    phone: str
    mail: str
    source: str
    address: str
    seen: date
    certainty: Certainty


class Book(Struct, frozen=True):
    """All that reports about precursors rest on."""

    source: str
    address: str
    since: date
    substances: tuple[Substance, ...]
    signs: tuple[Sign, ...]
    clocks: tuple[Clock, ...]
    retention: tuple[Keeping, ...]
    contact_points: tuple[ContactPoint, ...]

    def substance(self, key: str) -> Substance | None:
        return next((one for one in self.substances if one.id == key), None)


@cache
def book() -> Book:
    """The rules; raises `CorruptFile` where the data file is wrong."""
    return read_yaml(DATA / "precursors.yaml", Book)


def contact_point(country: str) -> ContactPoint:
    """Whom a report of this country goes to; raises `NotFound`."""
    for one in book().contact_points:
        if one.country == country:
            return one
    raise NotFound(
        "fireworks.no-contact-point",
        message("No contact point of the country “{country}” is known here.", country=country[:10]),
        now=message("Choose one of these countries: {codes}.", codes=", ".join(COUNTRIES)),
    )


def due(noticed_at: datetime) -> datetime:
    """By when a report of what was noticed then has to be made.

    Hours are counted in UTC, so that summer time neither gives nor takes one.
    """
    day = noticed_at.date()
    clock = next((one for one in book().clocks if one.id == "report" and one.holds(day)), None)
    return noticed_at.astimezone(UTC) + timedelta(hours=clock.hours if clock else 0)


def keep_until(received_at: datetime) -> datetime:
    """When a report is destroyed."""
    years = book().retention[0].years
    try:
        return received_at.replace(year=received_at.year + years)
    except ValueError:  # 29 February
        return received_at.replace(year=received_at.year + years, month=3, day=1)


def wrong(report: Report, now: datetime) -> Iterator[Fault]:
    """What is wrong with a report, one fault for each field."""
    if report.country not in COUNTRIES:
        wish = message("may be: {known}", known=", ".join(COUNTRIES))
        yield Fault("country", wish)
    if not report.substances:
        yield Fault("substances", message("Choose at least one substance."))
    if any(book().substance(one) is None for one in report.substances):
        yield Fault("substances", message("This is not a regulated explosives precursor."))
    if any(one not in {sign.id for sign in book().signs} for one in report.signs):
        yield Fault("signs", message("Choose one of the options."))
    if report.noticed_at > now + timedelta(minutes=5):
        yield Fault("noticed", message("This moment is still to come."))
    elif report.noticed_at < now - _OLDEST:
        yield Fault("noticed", message("This was too long ago to report here; call instead."))
    if report.amount is not None and not _within(report.amount, _MOST):
        yield Fault("amount", message("Give an amount above zero."))
    if report.concentration is not None and not _within(report.concentration, _ALL):
        yield Fault("concentration", message("Give a percentage above 0 and up to 100."))
    if not report.what.strip():
        yield Fault("what", message("Say what happened."))


def _within(number: Decimal, most: Decimal) -> bool:
    """Above zero and up to `most`; what is no number at all cannot be compared."""
    return number.is_finite() and 0 < number <= most
