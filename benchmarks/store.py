"""Writes a second, grouped and one by one, and what taking a connection to read costs.

The stores are as in service: SQLite and PostgreSQL wait for the disk at every commit. The first
line tells how often a second the disk itself can be waited for; no store acknowledges single
writes faster than that.
"""

import os
import tempfile
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path

import load
import sheet
import stand
from sqlalchemy import Column, Connection, MetaData, Table, Text, bindparam, insert, select

from benelux.core.store import Store, migrate, versioned_columns

_WAITING = 128
_TURNS = 2_000

metadata = MetaData()
note = Table("bench_note", metadata, *versioned_columns(), Column("text", Text, nullable=False))
_INSERT = insert(note).values(
    id=bindparam("key"), version=1, recorded_at=bindparam("now"), author="bench",
    state="published", text="Benelux " * 20,
)  # fmt: skip
_ONE = select(note.c.id, note.c.text).where(note.c.id == bindparam("key"))


def main() -> None:
    options = sheet.options(__doc__)
    writes = sheet.Sheet("Writes", ("what", "store", "a second", "p50 ms", "p95 ms", "p99 ms"))
    reads = sheet.Sheet("Reads, one thread", ("what", "store", "µs", "a second"))
    with tempfile.TemporaryDirectory(prefix="benelux-store-") as folder:
        _disk(writes, Path(folder), options.seconds)
        with stand.postgres() as postgres:
            stores = [("SQLite", f"sqlite:///{Path(folder) / 'store.db'}")]
            if postgres:
                stores.append(("PostgreSQL", postgres))
            else:
                writes.notes.append("No PostgreSQL here: that part was left out.")
            for name, url in stores:
                sheet.step(name)
                with Store.open(url) as store:
                    migrate(store)
                    with store.exclusive() as connection:
                        metadata.create_all(connection)
                    _alone(writes, name, store, options.seconds)
                    _together(writes, name, store, options.seconds)
                    _read(reads, name, store, options.seconds)
    writes.notes.append(
        f"Alone: each waits for the one before. Together: {_WAITING} wait at any time, as from "
        "many requests at once. A write is one row of some 200 bytes."
    )
    sheet.show(options, writes, reads)


def _work(number: int) -> Callable[[Connection], None]:
    def work(connection: Connection) -> None:
        connection.execute(_INSERT, {"key": f"{number:012}", "now": datetime.now(tz=UTC)})

    return work


def _disk(told: sheet.Sheet, folder: Path, seconds: float) -> None:
    waits: list[float] = []
    until = time.perf_counter() + min(seconds, 2)
    with (folder / "disk").open("wb", buffering=0) as file:
        while (began := time.perf_counter()) < until:
            file.write(bytes(4096))
            os.fsync(file.fileno())
            waits.append(time.perf_counter() - began)
    _tell(told, "the disk alone: write 4 KiB, wait", "–", waits, sum(waits))


def _alone(told: sheet.Sheet, name: str, store: Store, seconds: float) -> None:
    waits: list[float] = []
    began = time.perf_counter()
    while (at := time.perf_counter()) < began + seconds:
        store.write(_work(len(waits)))
        waits.append(time.perf_counter() - at)
    _tell(told, "alone", name, waits, time.perf_counter() - began)


def _together(told: sheet.Sheet, name: str, store: Store, seconds: float) -> None:
    waits: list[float] = []
    under_way: deque[tuple[float, Future[None]]] = deque()
    began = time.perf_counter()
    number = 1_000_000_000
    while True:
        at = time.perf_counter()
        if at < began + seconds:
            while len(under_way) < _WAITING:
                number += 1
                under_way.append((time.perf_counter(), store.submit(_work(number))))
        if not under_way:
            break
        since, future = under_way.popleft()
        future.result()
        waits.append(time.perf_counter() - since)
    _tell(told, f"together, {_WAITING} at a time", name, waits, time.perf_counter() - began)


def _tell(told: sheet.Sheet, what: str, name: str, waits: list[float], took: float) -> None:
    spread = load.Spread.of(waits)
    told.add(what, name, len(waits) / took, spread.p50, spread.p95, spread.p99)


def _read(told: sheet.Sheet, name: str, store: Store, seconds: float) -> None:
    def take() -> None:
        with store.read():
            pass

    def one_row() -> None:
        with store.read() as connection:
            connection.execute(_ONE, {"key": f"{0:012}"}).one()

    for what, act in (
        ("take a connection and put it back", take),
        ("the same, and one row by its key", one_row),
        ("ask for the version", store.version),
    ):
        times: list[float] = []
        until = time.perf_counter() + seconds
        while len(times) < _TURNS or time.perf_counter() < until:
            began = time.perf_counter()
            act()
            times.append(time.perf_counter() - began)
            if time.perf_counter() > until + seconds:
                break
        middle = load.Spread.of(times).p50 * 1000
        told.add(what, name, middle, 1e6 / middle)


if __name__ == "__main__":
    main()
