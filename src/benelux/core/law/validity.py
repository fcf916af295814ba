"""From when until when law holds, and what stage it has reached on a given day."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta

PartialDate = Annotated[
    str, Meta(pattern=r"^[1-9]\d{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$")
]
"""A date as far as it is known: "2050", "2022-07" or "2022-07-23"."""

_LONG_AGO: Final = date.min
_FOR_EVER: Final = date.max


class Status(StrEnum):
    """How far law has come, in the order in which it gets there."""

    ANNOUNCED = "announced"
    SIGNED = "signed"
    IN_FORCE = "in_force"
    ENDED = "ended"


def first_day(partial: PartialDate) -> date:
    """The first day that `partial` can mean; raises `ValueError` when it is no date."""
    year, month, day = _parts(partial)
    return date(year, month or 1, day or 1)


def last_day(partial: PartialDate) -> date:
    """The last day that `partial` can mean; raises `ValueError` when it is no date."""
    year, month, day = _parts(partial)
    month = month or 12
    return date(year, month, day or monthrange(year, month)[1])


def _parts(partial: str) -> tuple[int, int | None, int | None]:
    """Year, month and day of a date of which the end may be missing."""
    try:
        if len(partial) == len("2022"):
            return date.fromisoformat(f"{partial}-01-01").year, None, None
        if len(partial) == len("2022-07"):
            known = date.fromisoformat(f"{partial}-01")
            return known.year, known.month, None
        if len(partial) == len("2022-07-23"):
            known = date.fromisoformat(partial)
            return known.year, known.month, known.day
    except ValueError:
        pass  # said below, in one form for every way of being wrong
    raise ValueError(f"{partial!r} is not a date like 2022, 2022-07 or 2022-07-23")


@dataclass(frozen=True, slots=True)
class Validity:
    """From when until when law holds (both days included; None is open) and how far it came.

    A partial date is read widely: "2022" begins on 1 January and ends on 31 December. Law whose
    entry into force is certain is `IN_FORCE` with its day, even when that day is still to come;
    `ANNOUNCED` and `SIGNED` keep the day as no more than an expectation.
    """

    valid_from: PartialDate | None = None
    valid_to: PartialDate | None = None
    status: Status = Status.IN_FORCE

    def __post_init__(self) -> None:
        # A ValueError, so that a data file's reader can name the line.
        if self.first > self.last:
            raise ValueError(
                f"validity ends ({self.valid_to}) before it begins ({self.valid_from})"
            )

    @property
    def first(self) -> date:
        return first_day(self.valid_from) if self.valid_from else _LONG_AGO

    @property
    def last(self) -> date:
        return last_day(self.valid_to) if self.valid_to else _FOR_EVER

    def as_of(self, day: date) -> bool:
        """Whether it is in force on `day`."""
        return self.status_on(day) is Status.IN_FORCE

    def status_on(self, day: date) -> Status:
        """The stage on `day`; before entry into force that is `SIGNED`.

        What has ended on a day nobody recorded counts as ended from its beginning, so that it is
        never applied by mistake.
        """
        if self.status in {Status.ANNOUNCED, Status.SIGNED}:
            return self.status
        if day < self.first:
            return Status.SIGNED
        if day > self.last or (self.status is Status.ENDED and self.valid_to is None):
            return Status.ENDED
        return Status.IN_FORCE

    def overlaps(self, other: "Validity") -> bool:
        """Whether the two periods share a day, whatever their status."""
        return self.first <= other.last and other.first <= self.last
