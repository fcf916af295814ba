"""Two times of a record: for which days something holds, and when it was known.

Every version speaks of some days, and its content holds for some of them. Of any day the last word
counts: the highest version recorded by then that speaks of the day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Days from the first to the last, which is included; None is open."""

    first: date
    last: date | None

    def holds(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)

    def hull(self, other: "Span") -> "Span":
        """The days of both, and those between them."""
        last = None if self.last is None or other.last is None else max(self.last, other.last)
        return Span(min(self.first, other.first), last)


@dataclass(frozen=True, slots=True)
class Claim:
    """What one version claims: `over` are the days of which it speaks."""

    version: int
    state: str
    valid: Span
    over: Span
    recorded_at: datetime


def known(claims: Iterable[Claim], at: datetime | None) -> list[Claim]:
    """Those that were recorded by that moment, the last first."""
    found = [one for one in claims if at is None or one.recorded_at <= at]
    return sorted(found, key=lambda one: one.version, reverse=True)


def holding(claims: Sequence[Claim], day: date) -> Claim | None:
    """What holds on that day, if anything does; `claims` come with the last first."""
    for one in claims:
        if one.over.holds(day):
            return one if one.valid.holds(day) else None
    return None


def nearest(claims: Sequence[Claim], day: date) -> Claim | None:
    """What holds on that day, else what held last before it, else what holds first after it."""
    found = holding(claims, day)
    if found is not None:
        return found
    edges = sorted({edge for one in claims for edge in _edges(one)})
    before = [edge for edge in edges if edge < day]
    after = [edge for edge in edges if edge > day]
    tried = (holding(claims, edge) for edge in (*reversed(before), *after))
    return next((one for one in tried if one is not None), None)


def last_day(claims: Sequence[Claim]) -> date | None:
    """The last day on which something holds; None when that is open."""
    if holding(claims, date.max) is not None:
        return None
    edges = sorted({edge for one in claims for edge in _edges(one)}, reverse=True)
    return next((edge for edge in edges if holding(claims, edge) is not None), date.min)


def _edges(one: Claim) -> Iterable[date]:
    """The days on which what holds may be another than on the day before or after."""
    for span in (one.valid, one.over):
        yield span.first
        if span.first > date.min:
            yield span.first - DAY
        if span.last is not None:
            yield span.last
            if span.last < date.max:
                yield span.last + DAY
