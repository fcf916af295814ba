"""Ledgers in the store: one shard for each authority, appended to by many at once."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from datetime import UTC, datetime
from threading import Lock, get_ident
from typing import Final
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from benelux.core.errors import Fault, Invalid, NotFound, Refusal
from benelux.core.house import House
from benelux.core.language import message
from benelux.core.ledger import tables
from benelux.core.ledger.keys import FolderKeys, Keys
from benelux.core.ledger.model import SHARD, Entry, Leaf, Receipt, checked, leaf_of
from benelux.core.ledger.note import Signer
from benelux.core.ledger.ring import Ring, witness_of
from benelux.core.ledger.writing import Item, append_in, held_in, state_of
from benelux.core.settings import Settings
from benelux.core.store import Store

_MOST: Final = 400
"""Entries in one batch: a larger one would keep other writers waiting."""
Clock = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(UTC)


class Log:
    """One authority's ledger."""

    def __init__(self, store: Store, ring: Ring, clock: Clock = _now) -> None:
        self.store = store
        self.ring = ring
        self.clock = clock
        self._door = Lock()
        self._open: _Batch | None = None
        self._writer = 0

    @property
    def shard(self) -> str:
        return self.ring.shard

    def append(self, entry: Entry) -> Receipt:
        """Put `entry` on record; once this returns it is on disk, under a signed head.

        Raises `Conflict` when its request number belongs to another entry; that is on record too.
        """
        if self._writer == get_ident():
            raise RuntimeError("a work cannot wait for another; use append_in")
        return self.submit(entry).result()

    def submit(self, entry: Entry) -> "Future[Receipt]":
        """Queue `entry`; entries that wait for the disk together share one commit and one head."""
        item = Item.of(self.ring, checked(entry))
        with self._door:
            batch = self._open
            if batch is None or len(batch.waiting) >= _MOST:
                batch = _Batch(self)
                # First, because a store that is closed refuses; it cannot run before we leave.
                self.store.submit(batch.run).add_done_callback(batch.tell)
                self._open = batch
            future: Future[Receipt] = Future()
            batch.waiting.append((item, future))
            return future

    def close(self, batch: "_Batch") -> None:
        """From here on, entries go into a next batch."""
        with self._door:
            if self._open is batch:
                self._open = None

    def append_in(self, connection: Connection, *entries: Entry) -> list[Receipt]:
        """Put `entries` on record within a work of the store: both happen or neither.

        Raises `Conflict` as `append` does, and nothing is on record then.
        """
        items = [Item.of(self.ring, checked(entry)) for entry in entries]
        outcomes = append_in(connection, self.ring, items, self.clock())
        for one in outcomes:
            if isinstance(one, Refusal):
                raise one
        return [one for one in outcomes if isinstance(one, Receipt)]

    def size(self) -> int:
        with self.store.read() as connection:
            return state_of(connection, self.shard).size

    def leaf(self, number: int) -> Leaf:
        """What the log says of entry `number`; raises `NotFound` when there is none."""
        with self.store.read() as connection:
            return leaf_of(data_in(connection, self.shard, number))

    def read(self, number: int) -> bytes:
        """What entry `number` says; raises `NotFound` when it is not there or was erased."""
        with self.store.read() as connection:
            data_in(connection, self.shard, number)
            held = held_in(connection, self.ring, number)
        if held is None:
            raise NotFound(
                "ledger.no-content",
                message("Entry {number} has no content, or none any more.", number=number),
                why=message("What was erased cannot be read by anybody."),
            )
        return held.content


class _Batch:
    """Entries that arrive while the disk is busy, and are written together."""

    def __init__(self, log: Log) -> None:
        self.waiting: list[tuple[Item, Future[Receipt]]] = []
        self._log = log

    def run(self, connection: Connection) -> list[Receipt | Refusal]:
        self._log.close(self)  # may run again, with the same entries
        self._log._writer = get_ident()  # noqa: SLF001 - the two are one machine
        items = [item for item, _ in self.waiting]
        return append_in(connection, self._log.ring, items, self._log.clock())

    def tell(self, done: "Future[list[Receipt | Refusal]]") -> None:
        self._log.close(self)
        error = done.exception()
        outcomes: Sequence[Receipt | BaseException] = (
            [error] * len(self.waiting) if error else done.result()
        )
        for (_, future), outcome in zip(self.waiting, outcomes, strict=True):
            if isinstance(outcome, Receipt):
                future.set_result(outcome)
            else:
                future.set_exception(outcome)


class Ledger:
    """All shards of one store, with the folder of their keys."""

    def __init__(
        self, store: Store, keys: Keys, home: str = "localhost", clock: Clock = _now
    ) -> None:
        self.store = store
        self.keys = keys
        self.home = home
        self.clock = clock
        self._logs: dict[str, Log] = {}

    @classmethod
    def of(cls, store: Store, settings: Settings) -> "Ledger":
        home = urlsplit(settings.public_url).hostname or _unnamed(settings)
        return cls(store, FolderKeys(settings.data / "keys"), home)

    @property
    def witness(self) -> Signer:
        """This node as a witness of other logs."""
        return witness_of(self.keys, f"{self.home}/witness")

    def open(self, shard: str) -> Log:
        """The log of that name, begun if it is not there; raises `Invalid` for what is no name."""
        if not SHARD.fullmatch(shard):
            wish = message("Use small letters, digits and hyphens.")
            raise Invalid(
                "ledger.shard-name",
                message("A ledger cannot have this name."),
                faults=(Fault("shard", wish),),
            )
        try:
            return self.log(shard)
        except NotFound:
            with suppress(IntegrityError):  # another process was first
                begin(self, shard)
            return self.log(shard)

    def log(self, shard: str) -> Log:
        """The log of that name; raises `NotFound` when there is none."""
        found = self._logs.get(shard)
        if found is None:
            with self.store.read() as connection:
                state = state_of(connection, shard)
            ring = Ring(self.keys, shard, state.origin)
            found = self._logs.setdefault(shard, Log(self.store, ring, self.clock))
        return found

    def shards(self) -> list[str]:
        rows = tables.shard
        with self.store.read() as connection:
            return list(connection.scalars(select(rows.c.shard).order_by(rows.c.shard)))


def begin(ledger: Ledger, shard: str) -> None:
    """Begin a shard: its keys, and a first entry that names the key of its heads."""
    ring = Ring(ledger.keys, shard, f"{ledger.home}/ledger/{shard}")
    ring.make(1, 1)
    key = ring.signer(1).key.text
    opening = Entry("opening", b"", public={"signer": key, "origin": ring.origin})

    def work(connection: Connection) -> None:
        now = ledger.clock()
        connection.execute(
            insert(tables.shard),
            {
                "shard": shard,
                "origin": ring.origin,
                "size": 0,
                "edge": b"",
                "wrapping": 1,
                "signing": 1,
                "last_at": now,
            },
        )
        connection.execute(
            insert(tables.signer), {"shard": shard, "generation": 1, "key": key, "since": 1}
        )
        append_in(connection, ring, [Item.of(ring, opening)], now)

    ledger.store.write(work)


def data_in(connection: Connection, shard: str, number: int) -> bytes:
    """The hashed bytes of entry `number`; raises `NotFound` when there is none."""
    rows = tables.entry
    asked = select(rows.c.data).where(rows.c.shard == shard, rows.c.number == number)
    found = connection.scalar(asked) if number.bit_length() < 63 else None  # noqa: PLR2004 - what databases hold
    if found is None:
        raise NotFound(
            "ledger.no-such-entry",
            message("The ledger “{name}” has no entry {number}.", name=shard, number=number),
        )
    return bytes(found)


def _unnamed(settings: Settings) -> str:
    """What a portal without a public address is called in its heads; no two countries the same."""
    return f"{settings.country.lower()}.localhost" if settings.country else "localhost"


_LEDGERS: Final[WeakKeyDictionary[Store, Ledger]] = WeakKeyDictionary()


def ledger_of(house: House) -> Ledger:
    """The ledgers of this house; the same object every time, so that batches are shared."""
    found = _LEDGERS.get(house.store)
    if found is None:
        found = _LEDGERS.setdefault(house.store, Ledger.of(house.store, house.settings))
    return found
