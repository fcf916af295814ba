"""Delivery: takes what waits in the outbox to the other nodes, again and again, until it is there.

Only a receipt that the receiver has signed ends a message, or its deadline. Each peer has a thread
of its own, so that one that is slow or away holds up nobody else.
"""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from threading import Event, Thread
from typing import Final

from sqlalchemy import ColumnElement, Connection, Select, func, select, update

from benelux.core.errors import Refusal, Unavailable
from benelux.core.exchange import receipt as receipts
from benelux.core.exchange.breaker import Breaker, BreakerState, breaker_of
from benelux.core.exchange.desks import Desks
from benelux.core.exchange.envelope import seal
from benelux.core.exchange.nodes import Node
from benelux.core.exchange.outbox import State
from benelux.core.exchange.receipt import Word
from benelux.core.exchange.settling import Sent, fits, give_up, hurry, note_health, settle
from benelux.core.exchange.tables import Found
from benelux.core.exchange.tables import outbox as rows
from benelux.core.exchange.transport import Transport
from benelux.core.identity.keyring import keyring
from benelux.core.identity.keys import now

log = logging.getLogger("benelux.exchange")
EVERY: Final = timedelta(seconds=0.5)
"""How often the outbox is looked at."""
BATCH: Final = 20
"""Messages that one turn takes to one peer."""
_MOST_AT_ONCE: Final = 32
LEASE: Final = timedelta(seconds=20)
"""What a process has taken on and not told of for so long, because it died, is due again."""


class Delivery:
    """Delivers for one node; any number of processes may run one."""

    def __init__(
        self, node: Node, transport: Transport, *, clock: Callable[[], datetime] = now,
        breaker: Callable[[str], Breaker] | None = None, lease: timedelta = LEASE,
    ) -> None:  # fmt: skip
        self._node = node
        self._store = node.house.store
        self._ring = keyring(node.house.store)
        self._desks = Desks(node)
        self._transport = transport
        self._clock = clock
        self.breaker = breaker or partial(breaker_of, node.house)
        self._lease = lease
        self._stop = Event()
        self._thread: Thread | None = None

    def turn(self, country: str) -> int:
        """Take what is due to one peer; how many messages ended."""
        breaker = self.breaker(country)
        if breaker.again_in > 0:
            return 0
        was_away = breaker.state is not BreakerState.CLOSED
        moment = self._clock()
        due = self._store.write(partial(_claim, country=country, at=moment, lease=self._lease))
        if not due:
            return 0
        sent: list[Sent] = []
        for row in due:
            if self._stop.is_set() or not breaker.allows():
                break
            sent.append(self._send(row))
        left = [row.id for row in due[len(sent) :]]
        if was_away and breaker.state is BreakerState.CLOSED:
            self._store.write(partial(hurry, country=country, at=moment))
        self._store.write(partial(self._settle, country=country, sent=sent, left=left))
        return sum(one.word is not None for one in sent)

    def due(self) -> Sequence[str]:
        """The countries that something is due to; what is past its deadline is given up first."""
        moment = self._clock()
        with self._store.read() as connection:
            late = connection.scalar(_late(moment))
        if late:
            self._store.write(partial(give_up, at=moment))
        with self._store.read() as connection:
            return list(connection.scalars(_due_countries(moment)))

    def acknowledge(self, text: str) -> bool:
        """Take a receipt that came by itself; whether it told of a message of ours.

        Raises `Refusal` when nobody is proven to have signed it.
        """
        word = receipts.read(text, self._ring.holder, self._clock())
        with self._store.read() as connection:
            row = connection.execute(_by_id(word.receipt.id)).one_or_none()
        if row is None or not fits(row, word):
            return False
        country = word.receipt.country
        self.breaker(country).good()
        sent = [Sent(row.id, word)]
        self._store.write(partial(self._settle, country=country, sent=sent, left=()))
        return True

    def start(self, every: timedelta = EVERY) -> None:
        """Deliver in threads of its own, until `stop`."""
        self._thread = Thread(
            target=self._serve, args=(every.total_seconds(),), name="delivery", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _serve(self, every: float) -> None:
        under_way: dict[str, Future[int]] = {}
        with ThreadPoolExecutor(_MOST_AT_ONCE, "delivery-to") as threads:
            while not self._stop.wait(every):
                try:
                    for country in self.due():
                        if country not in under_way or under_way[country].done():
                            under_way[country] = threads.submit(self._turns, country)
                except Refusal:  # the store is busy or closing, and the outbox stays as it is
                    continue
                except Exception:
                    log.exception("delivery could not look at the outbox, and looks again")

    def _turns(self, country: str) -> int:
        """One turn after another for as long as they bring something there."""
        total = 0
        try:
            while not self._stop.is_set() and (count := self.turn(country)):
                total += count
        except Exception:
            log.exception("delivery to %s stopped, and goes on with its next turn", country)
        return total

    def _send(self, row: Found) -> Sent:
        """Try one message once."""
        breaker = self.breaker(row.receiver)
        try:
            sealed = seal(row.payload, self._desks.of(row.sender).key)
        except Refusal as refusal:  # our own key is not there, for which no peer is to blame
            return Sent(row.id, error=refusal.code)
        try:
            text = self._transport.send(row.receiver, f"{row.id}.{row.attempts}", sealed)
            word = None if text is None else self._read(row, text)
        except Unavailable as error:
            breaker.bad()
            return Sent(row.id, error=error.code)
        except Refusal as refusal:
            breaker.good()
            return Sent(row.id, error=refusal.code)
        breaker.good()
        return Sent(row.id, word, "" if text is None or word else "exchange.receipt")

    def _read(self, row: Found, text: str) -> Word | None:
        """The receipt, if it is one and about this message."""
        word = receipts.read(text, self._ring.holder, self._clock())
        return word if fits(row, word) else None

    def _settle(
        self, connection: Connection, country: str, sent: Sequence[Sent], left: Sequence[str]
    ) -> None:
        moment = self._clock()
        settle(connection, sent, moment, self._transport.patience)
        if sent:
            note_health(connection, country, sent[-1].error, moment)
        again = moment + timedelta(seconds=self.breaker(country).again_in)
        for one in left:
            connection.execute(update(rows).where(rows.c.id == one).values(next_at=again))


def _claim(connection: Connection, country: str, at: datetime, lease: timedelta) -> Sequence[Found]:
    """Take on what is due to one peer; other processes leave it alone meanwhile."""
    asked = select(rows).where(rows.c.receiver == country, *_due(at))
    found = connection.execute(asked.order_by(rows.c.next_at, rows.c.number).limit(BATCH)).all()
    ids = [row.id for row in found]
    connection.execute(update(rows).where(rows.c.id.in_(ids)).values(next_at=at + lease))
    return found


def _due(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (rows.c.state.in_((State.WAITING, State.HELD)), rows.c.next_at <= at)


def _due_countries(at: datetime) -> Select[tuple[str]]:
    return select(rows.c.receiver).where(*_due(at)).distinct().order_by(rows.c.receiver)


def _late(at: datetime) -> Select[int]:
    late = (rows.c.state == State.WAITING, rows.c.deadline <= at)
    return select(func.count()).where(*late)


def _by_id(message_id: str) -> Select[tuple[object, ...]]:
    return select(rows).where(rows.c.id == message_id)
