"""SQLite: one file, readers that never wait, one writer at a time."""

import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Final, cast

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, Pool, QueuePool

from benelux.core.errors import Conflict, Unavailable
from benelux.core.language import message
from benelux.core.store.backend import MIGRATION_S, Kind, Writing
from benelux.core.store.columns import read_json, write_json
from benelux.core.store.readers import Readers, TidyConnection
from benelux.core.store.refusals import busy, closed

_BUSY: Final = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}
# SQLite waits ever longer between looks at a busy file, which starves a process among many; so it
# waits briefly, and the writer asks again for as long as its patience lasts.
_BRIEFLY_MS: Final = 100
_PRAGMAS: Final = (
    "synchronous=FULL",  # what is acknowledged survives a power cut
    "foreign_keys=ON",
    "trusted_schema=OFF",  # a file from elsewhere cannot run functions through its own schema
    "recursive_triggers=ON",  # without it INSERT OR REPLACE slips past an append-only trigger
    "temp_store=MEMORY",
    "cache_size=-8000",
    f"mmap_size={256 * 1024 * 1024}",
    f"journal_size_limit={64 * 1024 * 1024}",
)


class SQLite:
    """An SQLite file with a write-ahead log."""

    kind: Kind = "sqlite"

    def __init__(self, path: Path, patience: float) -> None:
        self._patience = patience
        self.address = f"sqlite:///{path}"
        self._check(path)
        long, brief = int(patience * 1000), _BRIEFLY_MS
        self._writer = _engine(path, QueuePool, f"busy_timeout={brief}")
        event.listen(self._writer, "begin", _begin_immediate)
        self._migrator = _engine(path, NullPool, f"busy_timeout={brief}", "foreign_keys=OFF")
        reading = _engine(path, NullPool, f"busy_timeout={long}", "query_only=ON", commits=True)
        self.readers = Readers(reading, "BEGIN", None, patience)
        # Never writes, so that every write by anybody is one by another in its eyes.
        self._watch = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._watch.execute(f"PRAGMA busy_timeout={long}")
        self._watching = Lock()

    def begin(self) -> Writing:
        connection = Writing(self._writer)
        try:
            connection.begin()
        except BaseException:
            self.end(connection)
            raise
        return connection

    def is_whole(self, connection: Writing) -> bool:
        return not connection.invalidated and _driver(connection).in_transaction

    def mark(self, connection: Writing) -> None:
        """Nothing to do: SQLite counts changes itself."""

    def end(self, connection: Writing) -> None:
        with suppress(DBAPIError, sqlite3.Error):
            if not connection.invalidated:
                driver = _driver(connection)
                driver.tidy()
                driver.rollback()
            connection.give_back()

    def is_passing(self, error: BaseException) -> bool:
        cause = error.orig if isinstance(error, DBAPIError) else error
        # The low byte is the kind of error, the rest its variety.
        return isinstance(cause, sqlite3.OperationalError) and (
            getattr(cause, "sqlite_errorcode", 0) & 0xFF in _BUSY
        )

    def version(self) -> int:
        with self._watching:
            try:
                # fetchall, because a statement that waits for its next row would hold a snapshot.
                return int(self._watch.execute("PRAGMA data_version").fetchall()[0][0])
            except sqlite3.ProgrammingError as error:
                raise closed() from error

    @contextmanager
    def exclusive(self) -> Iterator[Connection]:
        # Alembic rebuilds tables, which foreign keys would forbid; they are checked at the end.
        with self._migrator.connect() as connection:
            begin = partial(connection.exec_driver_sql, "BEGIN IMMEDIATE")
            self._insist(begin, MIGRATION_S)
            yield connection
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise Conflict(
                    "store.foreign-keys",
                    message("The change of the store leaves rows that point nowhere."),
                    why=message("Tables: {tables}.", tables=", ".join({row[0] for row in broken})),
                )
            connection.commit()

    def close(self) -> None:
        self.readers.close()
        with self._watching:
            self._watch.close()
        with self._writer.connect() as connection:
            # The log goes into the file, unless somebody reads; then the next to close does it.
            _driver(connection).execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        self._writer.dispose()
        self._migrator.dispose()

    def _insist(self, act: Callable[[], object], patience: float) -> None:
        until = time.monotonic() + patience
        while True:
            try:
                act()
            except (DBAPIError, sqlite3.Error) as error:
                if not self.is_passing(error):
                    raise
                if time.monotonic() > until:
                    raise busy(patience) from error
                time.sleep(random.uniform(0.001, 0.02))  # noqa: S311 - only to fall out of step
            else:
                return

    def _check(self, path: Path) -> None:
        """Make the file if need be, switch its write-ahead log on, and refuse what is no store."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            probe = sqlite3.connect(path, isolation_level=None)
            try:
                self._insist(partial(_log_ahead, probe), self._patience)
            finally:
                probe.close()
        except (OSError, sqlite3.Error) as error:
            raise Unavailable(
                "store.file",
                message("The file {path} cannot be used as a store.", path=path),
                why=message("{error}.", error=error),
                now=message("Name another file, or put back a copy of this one."),
            ) from error


def _log_ahead(probe: sqlite3.Connection) -> None:
    mode = probe.execute("PRAGMA journal_mode=WAL").fetchall()[0][0]
    if mode != "wal":
        raise sqlite3.NotSupportedError("this file system does not allow a write-ahead log")


def _engine(path: Path, pool: type[Pool], *pragmas: str, commits: bool = False) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=pool,
        # The driver begins nothing by itself: each kind of connection says how it begins.
        connect_args={
            "isolation_level": None,
            "check_same_thread": False,
            "cached_statements": 512,
            "factory": TidyConnection,
        },
        skip_autocommit_rollback=commits,
        json_serializer=write_json,
        json_deserializer=read_json,
    )

    def prepare(driver: sqlite3.Connection, _record: object) -> None:
        for pragma in (*_PRAGMAS, *pragmas):
            driver.execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", prepare)
    return engine


def _driver(connection: Connection) -> TidyConnection:
    return cast("TidyConnection", connection.connection.dbapi_connection)


def _begin_immediate(connection: Connection) -> None:
    # A deferred transaction could fail half-way, when it first writes; this one fails at its start.
    _driver(connection).execute("BEGIN IMMEDIATE")
