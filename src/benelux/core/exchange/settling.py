"""What becomes of a message that went out: its receipt is checked, or it is to be tried again."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from benelux.core.exchange.envelope import VOID
from benelux.core.exchange.outbox import State, fill
from benelux.core.exchange.receipt import Outcome, Word
from benelux.core.exchange.tables import Found, peer
from benelux.core.exchange.tables import outbox as rows

FIRST_WAIT: Final = timedelta(seconds=1)
LONGEST_WAIT: Final = timedelta(minutes=10)
_DOUBLINGS: Final = 12
_RECEIVED: Final = "exchange.received"


@dataclass(frozen=True, slots=True)
class Sent:
    """One attempt: the receipt that came, or the code of what came instead; neither is patience."""

    id: str
    word: Word | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """How a peer was reached last, as all processes of this node know it."""

    country: str
    good_at: datetime | None
    bad_at: datetime | None
    failures: int
    error: str


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts: twice as long each time, and never in step."""
    longest = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(attempts, _DOUBLINGS))
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - only to fall out of step


def settle(connection: Connection, sent: Sequence[Sent], at: datetime, patience: float) -> None:
    """Within a work: write down what came of each attempt."""
    for one in sent:
        row = connection.execute(select(rows).where(rows.c.id == one.id)).one_or_none()
        if row is None or row.state in (State.DONE, State.DEAD):
            continue
        if one.word is not None:
            _told(connection, row, one.word, at)
            continue
        wait = wait_after(row.attempts) if one.error else timedelta(seconds=patience)
        again = {"attempts": row.attempts + 1, "next_at": at + wait, "error": one.error}
        connection.execute(update(rows).where(rows.c.id == row.id).values(**again))


def fits(row: Found, word: Word) -> bool:
    """Whether a receipt is about this very message, by the country that it went to."""
    receipt = word.receipt
    told = (receipt.id, receipt.sender, receipt.digest, receipt.country)
    return told == (row.id, row.sender, row.digest, row.receiver)


def give_up(connection: Connection, at: datetime) -> int:
    """Within a work: let die what is past its deadline; how many messages.

    What the receiver holds has come in time.
    """
    asked = select(rows.c.id, rows.c.error).where(
        rows.c.state == State.WAITING, rows.c.deadline <= at
    )
    found = connection.execute(asked.order_by(rows.c.number)).all()
    for row in found:
        _die(connection, row.id, row.error or "exchange.expired", None, at)
        fill(connection, row.id, at)
    return len(found)


def hurry(connection: Connection, country: str, at: datetime) -> None:
    """Within a work: a peer that was away answers again, so what waits for it is due now."""
    waits = (rows.c.receiver == country, rows.c.state == State.WAITING, rows.c.next_at > at)
    connection.execute(update(rows).where(*waits).values(next_at=at))


def note_health(connection: Connection, country: str, error: str, at: datetime) -> None:
    """Within a work: write down that a peer answered, or what it did instead."""
    before = connection.execute(select(peer).where(peer.c.country == country)).one_or_none()
    good, bad = (before.good_at, before.bad_at) if before else (None, None)
    values = {
        "country": country,
        "good_at": good if error else at,
        "bad_at": at if error else bad,
        "failures": (before.failures if before else 0) + 1 if error else 0,
        "error": error,
    }
    connection.execute(delete(peer).where(peer.c.country == country))
    connection.execute(insert(peer), values)


def health(connection: Connection) -> Sequence[Health]:
    """How each peer that messages went to was reached last."""
    return [Health(*row) for row in connection.execute(select(peer).order_by(peer.c.country))]


def _told(connection: Connection, row: Found, word: Word, at: datetime) -> None:
    receipt = word.receipt
    here = rows.c.id == row.id
    if receipt.outcome is Outcome.HELD:
        again = {"state": State.HELD, "attempts": row.attempts + 1, "error": "",
                 "receipt": word.text, "next_at": at + wait_after(row.attempts)}  # fmt: skip
        connection.execute(update(rows).where(here).values(**again))
    elif receipt.outcome is Outcome.TAKEN or row.kind == VOID:
        done = {"state": State.DONE, "receipt": word.text, "ended_at": at, "payload": None}
        connection.execute(update(rows).where(here).values(**done, error=receipt.code))
        if receipt.code == _RECEIVED:  # it was given up too early: only its receipt was lost
            connection.execute(update(rows).where(rows.c.id == row.voids).values(**done, error=""))
        _ask_again(connection, row, at)
    else:
        _die(connection, row.id, receipt.code, word, at)
        if receipt.entry is None:  # the receiver did not take it, and still waits for its number
            fill(connection, row.id, at)


def _ask_again(connection: Connection, row: Found, at: datetime) -> None:
    """The receiver may have taken by now what waited there for this message."""
    held = (
        rows.c.sender == row.sender,
        rows.c.receiver == row.receiver,
        rows.c.stream == row.stream,
        rows.c.number > row.number,
        rows.c.state == State.HELD,
    )
    connection.execute(update(rows).where(*held).values(next_at=at))


def _die(connection: Connection, dead: str, code: str, word: Word | None, at: datetime) -> None:
    values = {"state": State.DEAD, "error": code, "ended_at": at}
    if word is not None:
        values["receipt"] = word.text
    connection.execute(update(rows).where(rows.c.id == dead).values(**values))
