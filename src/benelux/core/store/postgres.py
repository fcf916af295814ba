"""PostgreSQL: many machines on one store, with SQLite's promises.

Writers of the store take one advisory lock, so that works happen one after another here too. A rule
such as "no two of these overlap" then holds on both engines without the caller's thinking of it.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock
from typing import Final, cast

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, PoolProxiedConnection, QueuePool

from benelux.core.store.backend import MIGRATION_S, Kind, Writing
from benelux.core.store.columns import read_json, write_json
from benelux.core.store.readers import Readers
from benelux.core.store.refusals import busy, closed, unreachable

_WRITERS: Final = 0x62656E656C7578  # the letters of the platform's name; one lock a database
_PASSING: Final = {
    "40001",  # serialization failure
    "40P01",  # deadlock
    "55P03",  # lock not had in time
    "57P01",  # the server stops
    "57P03",  # the server starts
}
_LOCK: Final = f"SELECT pg_advisory_xact_lock({_WRITERS})"
_COUNT: Final = "UPDATE store_version SET number = number + 1"


class Postgres:
    """A PostgreSQL database, by psycopg 3."""

    kind: Kind = "postgresql"

    def __init__(self, url: URL, patience: float, readers: int) -> None:
        url = url.set(drivername="postgresql+psycopg")
        self.address = url.render_as_string(hide_password=True)
        self._closed = False
        self._writer = _engine(url)
        event.listen(self._writer, "begin", _begin_alone)
        self._migrator = _engine(url, wait=MIGRATION_S)
        event.listen(self._migrator, "begin", _begin_alone)
        reading = _engine(url, commits=True)
        begin = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"
        self.readers = Readers(reading, begin, readers, patience)
        # Its own connection, so that looking at the version never waits for readers.
        self._watcher = _engine(url, commits=True)
        self._watch: PoolProxiedConnection | None = None
        self._watching = Lock()
        with self.readers.turn():
            """An address that does not answer is told now, not at the first question."""

    def begin(self) -> Writing:
        connection = Writing(self._writer)
        try:
            connection.begin()
        except BaseException:
            self.end(connection)
            raise
        return connection

    def is_whole(self, connection: Writing) -> bool:
        if connection.invalidated:
            return False
        return _driver(connection).info.transaction_status == TransactionStatus.INTRANS

    def mark(self, connection: Writing) -> None:
        connection.exec_driver_sql(_COUNT)

    def end(self, connection: Writing) -> None:
        with suppress(DBAPIError):  # a connection that broke cannot even roll back
            connection.give_back()

    def is_passing(self, error: BaseException) -> bool:
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            return True
        cause = error.orig if isinstance(error, DBAPIError) else error
        if not isinstance(cause, psycopg.Error):
            return False
        # An OperationalError without a state comes from a connection that failed, not from SQL.
        return cause.sqlstate in _PASSING or (
            cause.sqlstate is None and isinstance(cause, psycopg.OperationalError)
        )

    def version(self) -> int:
        with self._watching:
            for last in (False, True):
                if self._closed:
                    raise closed()
                try:
                    self._watch = self._watch or self._watcher.raw_connection()
                    driver = cast("psycopg.Connection[tuple[int]]", self._watch.driver_connection)
                    row = driver.execute("SELECT number FROM store_version").fetchone()
                except (DBAPIError, psycopg.OperationalError) as error:
                    if self._watch is not None:
                        self._watch.invalidate()
                        self._watch = None
                    if last:
                        raise unreachable() from error
                else:
                    return row[0] if row else 0
        raise unreachable()

    @contextmanager
    def exclusive(self) -> Iterator[Connection]:
        with self._migrator.connect() as connection:
            try:
                connection.begin()
            except DBAPIError as error:
                if self.is_passing(error):
                    raise busy(MIGRATION_S) from error
                raise
            yield connection
            connection.commit()

    def close(self) -> None:
        self._closed = True
        self.readers.close()
        with self._watching:
            if self._watch is not None:
                self._watch.close()
        self._watcher.dispose()
        self._writer.dispose()
        self._migrator.dispose()


def _engine(url: URL, *, commits: bool = False, wait: float = 1) -> Engine:
    # Own reading connections are kept above this pool, which then only opens and closes them.
    engine = create_engine(
        url,
        poolclass=NullPool if commits else QueuePool,
        connect_args={"connect_timeout": 5, "autocommit": commits},
        skip_autocommit_rollback=commits,
        json_serializer=write_json,
        json_deserializer=read_json,
    )

    def prepare(driver: psycopg.Connection[tuple[object, ...]], _record: object) -> None:
        before = driver.autocommit
        driver.autocommit = True
        driver.execute("SET TimeZone TO 'UTC'")
        driver.execute("SELECT set_config('lock_timeout', %s, false)", (f"{int(wait * 1000)}ms",))
        driver.autocommit = before

    event.listen(engine, "connect", prepare)
    return engine


def _driver(connection: Connection) -> "psycopg.Connection[tuple[object, ...]]":
    return cast("psycopg.Connection[tuple[object, ...]]", connection.connection.driver_connection)


def _begin_alone(connection: Connection) -> None:
    # READ COMMITTED, so that what is read after the wait is what the writer before us left.
    connection.exec_driver_sql(_LOCK)
