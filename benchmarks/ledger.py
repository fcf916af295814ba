"""Appending to a ledger in memory and on disk, proofs at a million and ten million, verification.

The large logs are synthetic: only their levels are made, tile by tile on disk as the ledger keeps
them, since no more than those is read for a proof. Nothing larger than some tiles is in memory.
"""

import random
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import sheet
from sqlalchemy import Connection, insert, update

from benelux.core.ledger import Entry, Ledger, Log, proofs, tables
from benelux.core.ledger.keys import FolderKeys, MemoryKeys
from benelux.core.ledger.merkle import leaf_hash, verify_inclusion
from benelux.core.ledger.service import verify
from benelux.core.ledger.tables import OWNER
from benelux.core.ledger.tiles import WIDTH, Levels
from benelux.core.ledger.writing import keep_tile
from benelux.core.store import Store, migrate

_MILLION = 1_000_000
_WRITERS = 64
_TILES_AT_ONCE = 200
_PROOFS = 2_000


def main() -> None:
    options = sheet.options(__doc__)
    appends = sheet.Sheet("Appends", ("what", "a second", "CPU µs each", "p50 ms", "p99 ms"))
    proving = sheet.Sheet("Proofs", ("entries", "what", "CPU ms", "mean ms", "p99 ms", "most ms"))
    walking = sheet.Sheet("Verification", ("what", "entries a second", "CPU µs each"))
    with tempfile.TemporaryDirectory(prefix="benelux-ledger-") as name:
        folder = Path(name)
        _in_memory(appends, 100_000 if options.quick else _MILLION)
        with Store.open(folder / "ledger.db") as store:
            migrate(store, [OWNER])
            ledger = Ledger(store, FolderKeys(folder / "keys"))
            sheet.step("durable appends")
            _durable(appends, ledger.open("bench"), options.seconds)
            sheet.step("verification")
            _walked(walking, ledger, "bench")
        for size in (100_000,) if options.quick else (_MILLION, 10 * _MILLION):
            sheet.step(f"proofs at {size:,}")
            with Store.open(folder / f"{size}.db") as store:
                migrate(store, [OWNER])
                _synthetic(store, size)
                _proven(proving, store, size)
    appends.notes.append(
        "An entry has 400 bytes of content, a request number and one person; it is encrypted, "
        "hashed, indexed, and on disk under a signed head before it is acknowledged."
    )
    proving.notes.append("Each proof is read from the store anew, and checked.")
    sheet.show(options, appends, proving, walking)


def _in_memory(told: sheet.Sheet, count: int) -> None:
    sheet.step("appends in memory")
    data = b"x" * 200
    levels = Levels()
    watch = _Watch()
    for _ in range(count):
        levels.append(leaf_hash(data))
    told.add("in memory: hash, append, keep the levels", *watch.each(count), None, None)


def _durable(told: sheet.Sheet, log: Log, seconds: float) -> None:
    until = time.perf_counter() + seconds

    def work(who: int) -> list[float]:
        waits = []
        while (began := time.perf_counter()) < until:
            log.append(_entry(f"{who} {len(waits)}"))
            waits.append(time.perf_counter() - began)
        return waits

    watch = _Watch()
    with ThreadPoolExecutor(_WRITERS) as many:
        waits = sorted(wait for found in many.map(work, range(_WRITERS)) for wait in found)
    figures = (*watch.each(len(waits)), _at(waits, 0.5), _at(waits, 0.99))
    told.add(f"on disk, {_WRITERS} who each wait for theirs", *figures)
    watch = _Watch()
    count = 0
    while watch.wall() < seconds:
        waiting = [log.submit(_entry(f"soon {count + one}")) for one in range(1000)]
        for one in waiting:
            one.result()
        count += len(waiting)
    told.add("on disk, 1,000 under way at once", *watch.each(count), None, None)


class _Watch:
    """Time on the wall and on this process's processors, since it was made."""

    def __init__(self) -> None:
        self._began, self._spent = time.perf_counter(), time.process_time()

    def wall(self) -> float:
        return time.perf_counter() - self._began

    def each(self, count: int) -> tuple[float, float]:
        """How many a second, and how many microseconds of processor each took."""
        return count / self.wall(), (time.process_time() - self._spent) / count * 1e6


def _entry(request: str) -> Entry:
    return Entry("consultation", b"c" * 400, request, (f"person {request[-2:]}",))


def _walked(told: sheet.Sheet, ledger: Ledger, shard: str) -> None:
    for what, deep in (
        ("entries, levels, heads and contents", False),
        ("and every content opened", True),
    ):
        watch = _Watch()
        found = verify(ledger, shard, deep=deep)
        told.add(what, *watch.each(found.entries))
        if not found.holds:
            told.notes.append(f"It does not hold: {[str(one.said) for one in found.findings[:5]]}")


def _synthetic(store: Store, size: int) -> None:
    """A shard with the levels of `size` entries, and the entries of its last tile alone."""
    ledger = Ledger(store, MemoryKeys())
    ledger.open("large")
    for first in range(0, size // WIDTH, _TILES_AT_ONCE):
        places = range(first, min(first + _TILES_AT_ONCE, size // WIDTH))

        def work(connection: Connection, places: range = places) -> None:
            for place in places:
                start = place * WIDTH
                hashes = b"".join(_leaf(number) for number in range(start, start + WIDTH))
                keep_tile(connection, "large", place, hashes)

        store.write(work)

    def end(connection: Connection) -> None:
        rows = [
            {"shard": "large", "number": number, "data": b"{}", "hash": _leaf(number)}
            for number in range(size // WIDTH * WIDTH, size)
        ]
        if rows:
            connection.execute(insert(tables.entry), rows)
        connection.execute(update(tables.shard).values(size=size, last_at=datetime.now(UTC)))

    store.write(end)


def _proven(told: sheet.Sheet, store: Store, size: int) -> None:
    chance = random.Random(1)  # noqa: S311 - the same entries again
    with store.read() as connection:
        root = proofs.tree(connection, "large", size).root()

    def inclusion() -> None:
        number = chance.randrange(size)
        with store.read() as connection:
            path = proofs.tree(connection, "large", size).inclusion(number)
        checks.append((number, path))

    def consistency() -> None:
        with store.read() as connection:
            proofs.consistency(connection, "large", chance.randrange(1, size), size)

    for what, work in (("inclusion", inclusion), ("consistency", consistency)):
        checks: list[tuple[int, list[bytes]]] = []
        watch = _Watch()
        waits = sorted(_timed(work) for _ in range(_PROOFS))
        cpu = watch.each(_PROOFS)[1] / 1000
        told.add(
            f"{size:,}",
            what,
            cpu,
            sum(waits) / len(waits) * 1000,
            _at(waits, 0.99),
            waits[-1] * 1000,
        )
        bad = sum(
            not verify_inclusion(_leaf(number), number, size, path, root) for number, path in checks
        )
        if bad:
            told.notes.append(f"{bad} proofs do not hold.")


def _timed(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _leaf(number: int) -> bytes:
    return leaf_hash(b"%d" % number)


def _at(waits: list[float], share: float) -> float:
    return waits[int(share * (len(waits) - 1))] * 1000


if __name__ == "__main__":
    main()
