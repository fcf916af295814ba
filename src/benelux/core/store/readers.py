"""Connections for reading: taken, used for one moment in time, and put back."""

import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import BoundedSemaphore
from typing import Protocol, cast
from weakref import WeakSet

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from typing_extensions import override

from benelux.core.store.refusals import closed, crowded, unreachable

_KEPT = 32


class Driver(Protocol):
    """What the connections of both database drivers can do."""

    def execute(self, query: str, /) -> object: ...

    def rollback(self) -> None: ...


class TidyConnection(sqlite3.Connection):
    """An SQLite connection that remembers its cursors, so that none outlives the transaction.

    A cursor with rows still to come holds its snapshot even after ROLLBACK or COMMIT, and the next
    user of the connection would silently read that old moment.
    """

    def __init__(self, *args: object, **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]
        self.made: WeakSet[sqlite3.Cursor] = WeakSet()

    @override
    def cursor(self, *args: object) -> sqlite3.Cursor:  # type: ignore[override]
        made: sqlite3.Cursor = super().cursor(*args)  # type: ignore[call-overload]
        self.made.add(made)
        return made

    def tidy(self) -> None:
        """Close what is still open; a row asked for later is an error, not an old answer."""
        for cursor in tuple(self.made):
            cursor.close()
        self.made.clear()


class Readers:
    """Read-only connections, each ready to begin.

    SQLAlchemy's own pool costs some 60 µs a turn, most of it in opening and closing its objects;
    keeping those objects leaves 8 µs. `engine` commits by itself; `begin` opens the transaction
    that makes everything read in one turn belong to one moment. `limit` is how many may read at the
    same time (none on SQLite, where a connection costs nothing), `patience` how long to wait.
    """

    def __init__(self, engine: Engine, begin: str, limit: int | None, patience: float) -> None:
        self._engine = engine
        self._begin = begin
        self._patience = patience
        self._places = BoundedSemaphore(limit) if limit else None
        self._idle: deque[tuple[Connection, Driver]] = deque()
        self._closed = False

    @contextmanager
    def turn(self) -> Iterator[Connection]:
        """One connection, one snapshot; put back at the end."""
        if self._places and not self._places.acquire(timeout=self._patience):
            raise crowded()
        try:
            connection, driver = self._take()
            try:
                yield connection
            finally:
                self._put_back(connection, driver)
        finally:
            if self._places:
                self._places.release()

    def close(self) -> None:
        self._closed = True
        while self._idle:
            with suppress(IndexError):
                self._idle.pop()[0].close()
        self._engine.dispose()

    def _take(self) -> tuple[Connection, Driver]:
        if self._closed:
            raise closed()
        while True:
            try:
                connection, driver = self._idle.pop()
                fresh = False
            except IndexError:
                connection, driver = self._open()
                fresh = True
            try:
                driver.execute(self._begin)
            except self._engine.dialect.loaded_dbapi.Error as error:
                # The server went away while this one lay idle; a fresh one tells the truth.
                _discard(connection)
                if fresh:
                    raise unreachable() from error
            else:
                return connection, driver

    def _open(self) -> tuple[Connection, Driver]:
        try:
            connection = self._engine.connect()
        except DBAPIError as error:
            raise unreachable() from error
        return connection, cast("Driver", connection.connection.dbapi_connection)

    def _put_back(self, connection: Connection, driver: Driver) -> None:
        if connection.closed or connection.invalidated or self._closed or len(self._idle) >= _KEPT:
            _discard(connection)
            return
        try:
            if isinstance(driver, TidyConnection):
                driver.tidy()
            driver.rollback()
        except self._engine.dialect.loaded_dbapi.Error:
            _discard(connection)
        else:
            self._idle.append((connection, driver))


def _discard(connection: Connection) -> None:
    # Never back into the pool beneath: its state is not known any more.
    with suppress(DBAPIError):
        if not connection.closed:
            connection.invalidate()
        connection.close()
