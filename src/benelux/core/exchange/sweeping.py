"""What the exchange has kept long enough goes by itself, so that it holds no more than it needs.

What came in is remembered for longer than any message can live: one that is sent again meanwhile
gets its old receipt, and later its deadline has passed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from sqlalchemy import Connection, Delete, Update, delete, or_, select, tuple_, update

from benelux.core.exchange.outbox import State
from benelux.core.exchange.receipt import Outcome
from benelux.core.exchange.tables import inbox, outbox
from benelux.core.identity.replays import forget
from benelux.core.store import Store

RECEIVED_KEPT: Final = timedelta(days=90)
"""How long a message that came is known again: three times as long as one can live."""
TEXT_KEPT: Final = timedelta(days=90)
"""How long the text of a dead letter is kept, so that it can be sent once more."""
SENT_KEPT: Final = timedelta(days=365)
"""How long stays what became of a message, with the receiver's signed word."""
FIRST_S: Final = 600.0
EVERY_S: Final = 6 * 3600.0
_AT_ONCE: Final = 1_000
"""So many rows in one work, so that no other writer waits long."""
_SETTLED: Final = (State.DONE, State.DEAD)


@dataclass(frozen=True, slots=True)
class Swept:
    """How much of each kind went."""

    received: int
    texts: int
    sent: int
    nonces: int


def sweep(store: Store, at: datetime) -> Swept:
    """Let go what nobody can need any more at that moment."""
    return Swept(
        received=_all(store, partial(_received, at=at)),
        texts=_all(store, partial(_texts, at=at)),
        sent=_all(store, partial(_sent, at=at)),
        nonces=store.write(partial(forget, moment=at)),
    )


def _received(at: datetime) -> Delete:
    """Messages that were taken or refused, and those whose predecessors never came."""
    rows = inbox.c
    last = at - RECEIVED_KEPT
    over = or_(rows.ended_at < last, (rows.state == Outcome.HELD) & (rows.came_at < last))
    some = select(rows.sender, rows.id).where(over).limit(_AT_ONCE)
    return delete(inbox).where(tuple_(rows.sender, rows.id).in_(some))


def _texts(at: datetime) -> Update:
    rows = outbox.c
    old = (rows.state == State.DEAD, rows.payload.is_not(None), rows.ended_at < at - TEXT_KEPT)
    some = select(rows.id).where(*old).limit(_AT_ONCE)
    return update(outbox).where(rows.id.in_(some)).values(payload=None)


def _sent(at: datetime) -> Delete:
    rows = outbox.c
    old = (rows.state.in_(_SETTLED), rows.ended_at < at - SENT_KEPT)
    some = select(rows.id).where(*old).limit(_AT_ONCE)
    return delete(outbox).where(rows.id.in_(some))


def _all(store: Store, make: Callable[[], Delete | Update]) -> int:
    """Do it in works of a bounded size; how many rows there were."""

    def work(connection: Connection) -> int:
        return connection.execute(make()).rowcount

    total = 0
    while count := store.write(work):
        total += count
    return total
