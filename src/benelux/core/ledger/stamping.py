"""Having heads stamped: they wait in the store, and one worker at a time asks the authority.

Appending never waits for it. After an absence the newest head that waits is stamped, which covers
all before it: they are proven to be its beginning, and a stamp given now for an old head would say
no more than that.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from threading import Event, Thread
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select, update

from benelux.core.errors import Refusal, Unavailable
from benelux.core.ledger import heads, tables
from benelux.core.ledger.findings import Finding
from benelux.core.ledger.log import Ledger
from benelux.core.ledger.stamps import Anchors, Authority, Stamp, stamped, verified

log = logging.getLogger("benelux.ledger")
EVERY: Final = timedelta(minutes=1)
"""A log that grew gets a stamp so often at most."""
_LEASE: Final = timedelta(seconds=30)
_LONGEST_WAIT: Final = timedelta(minutes=10)
_SOON: Final = timedelta()
_ONLY: Final = 1


@dataclass(frozen=True, slots=True)
class Waiting:
    """How stamping stands: heads that wait, since when, and what went wrong last."""

    heads: int
    since: datetime | None
    failures: int
    error: str
    next_at: datetime | None


class Stamper:
    """Queues heads and has them stamped; any number of processes may run one."""

    def __init__(self, ledger: Ledger, authority: Authority, anchors: Anchors) -> None:
        self._ledger = ledger
        self._authority = authority
        self._anchors = anchors
        self._stop = Event()
        self._thread: Thread | None = None

    def turn(self) -> int:
        """Queue what is new and stamp what waits, unless another process does; how many stamps."""
        queue(self._ledger)
        if not self._ledger.store.write(self._claim):
            return 0
        count = 0
        error = ""
        for shard in self._waiting_shards():
            try:
                count += self._stamp(shard)
            except Refusal as refusal:
                error = str(refusal)
                if isinstance(refusal, Unavailable):
                    break
        self._ledger.store.write(partial(self._finish, error=error))
        return count

    def start(self, every: timedelta = EVERY) -> None:
        """Take turns in a thread of its own, until `stop`."""
        self._thread = Thread(
            target=self._serve, args=(every.total_seconds(),), name="ledger-stamper", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _serve(self, every: float) -> None:
        while not self._stop.wait(every):
            try:
                self.turn()
            except Refusal:  # the store is busy or closing, and the queue stays as it is
                continue
            except Exception:
                log.exception("a turn of stamping failed; a next one follows")

    def _claim(self, connection: Connection) -> bool:
        """Whether it is time, and nobody else is at it."""
        now = self._ledger.clock()
        rows = tables.stamping
        lease = {"next_at": now + _LEASE}
        if connection.scalar(select(rows.c.id)) is None:
            connection.execute(insert(rows), {"id": _ONLY, "failures": 0, "error": "", **lease})
            return True
        asked = update(rows).where(rows.c.next_at <= now).values(**lease)
        return connection.execute(asked).rowcount == 1

    def _waiting_shards(self) -> list[str]:
        rows = tables.due
        with self._ledger.store.read() as connection:
            return list(connection.scalars(select(rows.c.shard).distinct().order_by(rows.c.shard)))

    def _stamp(self, shard: str) -> int:
        rows = tables.due
        with self._ledger.store.read() as connection:
            size = connection.scalar(select(func.max(rows.c.size)).where(rows.c.shard == shard))
            if size is None:
                return 0
            head = heads.at_size(connection, shard, size)
        at, reply = stamped(self._authority, self._anchors, head.note.checkpoint.text)

        def keep(connection: Connection) -> None:
            kept = tables.stamp
            here = (kept.c.shard == shard, kept.c.size == size)
            if connection.scalar(select(kept.c.size).where(*here)) is None:
                values = {
                    "shard": shard,
                    "size": size,
                    "stamped_at": at,
                    "authority": self._authority.name,
                    "reply": reply,
                }
                connection.execute(insert(kept), values)
            connection.execute(delete(rows).where(rows.c.shard == shard, rows.c.size <= size))

        self._ledger.store.write(keep)
        return 1

    def _finish(self, connection: Connection, error: str) -> None:
        """Say when the authority is asked next: later and later while it does not answer."""
        rows = tables.stamping
        failures = (connection.scalar(select(rows.c.failures)) or 0) + 1 if error else 0
        wait = min(_LONGEST_WAIT, timedelta(seconds=2 ** min(failures, 12))) if error else _SOON
        values = {"failures": failures, "error": error, "next_at": self._ledger.clock() + wait}
        connection.execute(update(rows).values(**values))


def queue(ledger: Ledger, every: timedelta = EVERY) -> int:
    """Let the newest head of each log that grew wait for a stamp; say how many do so newly."""

    def work(connection: Connection) -> int:
        count = 0
        for shard, size in connection.execute(
            select(tables.shard.c.shard, tables.shard.c.size)
        ).all():
            last, at = _last(connection, shard)
            now = ledger.clock()
            if size > last and (at is None or at + every <= now):
                values = {"shard": shard, "size": size, "queued_at": now}
                connection.execute(insert(tables.due), values)
                count += 1
        return count

    return ledger.store.write(work)


def waiting(connection: Connection) -> Waiting:
    rows, state = tables.due.c, tables.stamping.c
    count, since = connection.execute(select(func.count(), func.min(rows.queued_at))).one()
    found = connection.execute(select(state.failures, state.error, state.next_at)).one_or_none()
    failures, error, next_at = found or (0, "", None)
    return Waiting(count, since, failures, error, next_at)


def covering(connection: Connection, shard: str, number: int) -> Stamp | None:
    """The first stamp over entry `number`, if there is one yet."""
    rows = tables.stamp
    asked = select(rows).where(rows.c.shard == shard, rows.c.size > number).order_by(rows.c.size)
    found = connection.execute(asked.limit(1)).one_or_none()
    return Stamp(*found) if found else None


def unsound(connection: Connection, shard: str, anchors: Anchors) -> Iterator[Finding]:
    """The stamps of a log that do not hold."""
    rows = tables.stamp.c
    asked = select(rows.size, rows.stamped_at, rows.reply).where(rows.shard == shard)
    for size, stamped_at, reply in connection.execute(asked.order_by(rows.size)).all():
        try:
            text = heads.at_size(connection, shard, size).note.checkpoint.text
            holds = verified(anchors, text, bytes(reply)) == stamped_at
        except (Refusal, TypeError):
            holds = False
        if not holds:
            yield Finding("stamp", 0, size - 1)


def newest(connection: Connection, shard: str) -> Stamp | None:
    rows = tables.stamp
    asked = select(rows).where(rows.c.shard == shard).order_by(rows.c.size.desc())
    found = connection.execute(asked.limit(1)).one_or_none()
    return Stamp(*found) if found else None


def _last(connection: Connection, shard: str) -> tuple[int, datetime | None]:
    """The largest head that waits or is stamped, and when it began to wait or was stamped."""
    due, done = tables.due.c, tables.stamp.c
    asked = select(due.size, due.queued_at).where(due.shard == shard).order_by(due.size.desc())
    found = connection.execute(asked.limit(1)).one_or_none()
    if found is None:
        given = select(done.size, done.stamped_at).where(done.shard == shard)
        found = connection.execute(given.order_by(done.size.desc()).limit(1)).one_or_none()
    return (found[0], found[1]) if found else (0, None)
