"""Alarms: who asked too much, or counted through a register, stands in its keeper's ledger.

An alarm is an entry of the ledger, so that nobody can take it away unseen. It says who asked by
pseudonym, for what and how often; never about whom.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import msgspec
from sqlalchemy import Connection, insert, select

from benelux.core.errors import NotFound, TooMany
from benelux.core.identity import limits, runs
from benelux.core.identity.limits import DAY
from benelux.core.identity.tables import alarm as rows
from benelux.core.ledger.log import Ledger, Log
from benelux.core.ledger.model import Entry
from benelux.core.registers.declaration import Purpose
from benelux.core.registers.values import Acting, Subject

KIND: Final = "alarm"
MOST: Final = 500
AlarmKind = Literal["hour", "day", "run"]


@dataclass(frozen=True, slots=True)
class Alarm:
    """What was noticed: a limit of an hour or a day that was crossed, or a run of so many."""

    kind: AlarmKind
    register: str
    purpose: str
    organisation: str
    service: str
    person: str
    count: int


@dataclass(frozen=True, slots=True)
class Raised:
    """An alarm, when it was raised, and where it stands on record."""

    shard: str
    number: int
    at: datetime
    what: Alarm


def watch(  # noqa: PLR0913 - who asks what for which purpose, and where it goes on record
    connection: Connection,
    log: Log,
    register: str,
    purpose: Purpose,
    *,
    by: Acting,
    now: datetime,
    subject: Subject | None = None,
    questions: int = 1,
) -> TooMany | None:
    """Within a work: count a question of this officer, and put on record what is alarming.

    The refusal, if there is one, is returned and not raised: raised within the work it would undo
    the alarm with all the rest. `subject` is left out where lists are asked for.
    """
    who = f"{by.organisation} {by.pseudonym} {register}"
    spent = limits.count(connection, who, purpose, now, questions)
    if spent.begins:
        runs.forget(connection, who, now)
    noticed: list[tuple[AlarmKind, int]] = []
    if spent.crosses:
        noticed.append(("day", spent.day) if spent.over == DAY else ("hour", spent.hour))
    if subject is not None:
        length = runs.follow(connection, log.ring, who, subject, now)
        if runs.alarming(length):
            noticed.append(("run", length))
    for kind, count in noticed:
        what = Alarm(
            kind, register, purpose.key, by.organisation, by.service, by.pseudonym, count
        )  # fmt: skip
        sound(connection, log, what, now)
    return spent.refusal(now)


def sound(connection: Connection, log: Log, what: Alarm, now: datetime) -> None:
    """Within a work: put an alarm on record."""
    entry = Entry(KIND, msgspec.json.encode(what, order="sorted"))
    (receipt,) = log.append_in(connection, entry)
    where = {"shard": log.shard, "number": receipt.number}
    connection.execute(insert(rows), {**where, "register": what.register, "at": now})


def raised(ledger: Ledger, registers: Sequence[str], most: int = MOST) -> list[Raised]:
    """The alarms about these registers, the newest first; without what was erased since."""
    asked = (
        select(rows)
        .where(rows.c.register.in_(registers))
        .order_by(rows.c.at.desc(), rows.c.shard, rows.c.number.desc())
        .limit(most)
    )
    with ledger.store.read() as connection:
        places = connection.execute(asked).all()
    found = []
    for place in places:
        try:
            content = ledger.log(place.shard).read(place.number)
        except NotFound:
            continue
        what = msgspec.json.decode(content, type=Alarm)
        found.append(Raised(place.shard, place.number, place.at, what))
    return found
