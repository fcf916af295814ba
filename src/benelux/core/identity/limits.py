"""How often somebody may ask: counted in the store, for each purpose, by the hour and by the day.

The hour and the day begin with the first question, so that nobody asks twice as much around a full
hour, and the count lasts through a restart.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import ColumnElement, Connection, bindparam, case
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert

from benelux.core.errors import TooMany
from benelux.core.identity.tables import spent as rows
from benelux.core.language import Message, message
from benelux.core.registers.declaration import Purpose
from benelux.core.store.prepared import Prepared

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
_MOMENT: Final = rows.c.hour_since.type


def _counting(new: "sqlite.Insert | postgresql.Insert") -> ReturningInsert[tuple[object, ...]]:
    """Add to both counts; one whose hour or day is over begins anew."""
    changes: dict[str, ColumnElement[object]] = {}
    for span in ("hour", "day"):
        begun, so_far = rows.c[f"{span}_since"], rows.c[span]
        over = begun <= bindparam(f"{span}_ago", type_=_MOMENT)
        changes[span] = case((over, new.excluded[span]), else_=so_far + new.excluded[span])
        changes[begun.name] = case((over, new.excluded[begun.name]), else_=begun)
    return new.on_conflict_do_update(
        index_elements=[rows.c.who, rows.c.purpose], set_=changes
    ).returning(rows.c.hour_since, rows.c.hour, rows.c.day_since, rows.c.day)


_COUNT: Final = {
    "sqlite": Prepared(_counting(sqlite.insert(rows))),
    "postgresql": Prepared(_counting(postgresql.insert(rows))),
}


@dataclass(frozen=True, slots=True)
class Spent:
    """How much somebody has asked for one purpose, this question included."""

    purpose: Purpose
    hour_since: datetime
    hour: int
    day_since: datetime
    day: int
    count: int = 1

    @property
    def begins(self) -> bool:
        """Whether an hour begins with this question."""
        return self.hour == self.count

    @property
    def over(self) -> timedelta | None:
        """The span in which it was too much: the day before the hour, since it lasts longer."""
        if self.day > self.purpose.a_day:
            return DAY
        return HOUR if self.hour > self.purpose.an_hour else None

    @property
    def crosses(self) -> bool:
        """Whether this question is the first that is too much."""
        over = self.over
        if over is None:
            return False
        if over == DAY:
            return self.day - self.count <= self.purpose.a_day
        return self.hour - self.count <= self.purpose.an_hour

    def refusal(self, now: datetime) -> TooMany | None:
        """What to answer, with the moment at which asking makes sense again."""
        over = self.over
        if over is None:
            return None
        again = over + (self.day_since if over == DAY else self.hour_since)
        wait = max(1, round((again - now).total_seconds()))
        return TooMany(
            "identity.too-many-questions",
            message("You have asked too often for this purpose."),
            why=self._limit(over),
            now=message("Ask again after {moment} UTC.", moment=f"{again:%Y-%m-%d %H:%M:%S}"),
            headers={"retry-after": str(wait)},
        )

    def _limit(self, over: timedelta) -> Message:
        if over == DAY:
            return message("At most {n} questions a day may be asked for it.", n=self.purpose.a_day)
        return message("At most {n} questions an hour may be asked for it.", n=self.purpose.an_hour)


def spend(connection: Connection, who: str, purpose: Purpose, now: datetime) -> None:
    """Within a work: count one question of `who` for `purpose`; raises `TooMany`.

    What raises in a work is undone with it. Who wants the refusal to stay on record takes `count`.
    """
    refusal = count(connection, who, purpose, now).refusal(now)
    if refusal is not None:
        raise refusal


def count(
    connection: Connection, who: str, purpose: Purpose, now: datetime, questions: int = 1
) -> Spent:
    """Within a work: count so many questions, and say how many there have been."""
    given = {
        "who": who,
        "purpose": purpose.key,
        "hour": questions,
        "day": questions,
        "hour_since": now,
        "day_since": now,
        "hour_ago": now - HOUR,
        "day_ago": now - DAY,
    }
    (found,) = _COUNT[connection.dialect.name].rows(connection, given)
    return Spent(purpose, *cast("tuple[datetime, int, datetime, int]", found), questions)
