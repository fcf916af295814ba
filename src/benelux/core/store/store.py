"""The store as the rest of the platform sees it."""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from benelux.core.errors import Invalid
from benelux.core.language import message
from benelux.core.store.backend import Backend, Kind
from benelux.core.store.sqlite import SQLite
from benelux.core.store.writer import Writer

T = TypeVar("T")


class Store:
    """One database, opened.

    Safe to share among threads, and the database among processes; open it anew in each process.
    A *work* is a function of a connection that changes rows. It may run more than once before it is
    kept (another process was in the way), so it does nothing that cannot be undone by a rollback.
    Works happen one after another, everywhere: what a work has read does not change under it.
    """

    def __init__(self, backend: Backend, patience: float) -> None:
        self._backend = backend
        self._writer = Writer(backend, patience)
        self._closed = False

    @classmethod
    def open(cls, url: str | os.PathLike[str], *, patience: float = 10, readers: int = 20) -> Self:
        """Open `sqlite:///FILE`, a path to an SQLite file, or `postgresql://USER:PASSWORD@HOST/NAME`.

        `patience` is how many seconds a write tries before it is refused as `Unavailable`;
        `readers` how many connections read a PostgreSQL server at the same time.
        """
        return cls(_backend(url, patience, readers), patience)

    @property
    def kind(self) -> Kind:
        return self._backend.kind

    @property
    def address(self) -> str:
        """Where the store is, fit for a log: without its password."""
        return self._backend.address

    def read(self) -> AbstractContextManager[Connection]:
        """A connection that only reads; all it reads is of the moment of its first question."""
        return self._backend.readers.turn()

    def write(self, work: Callable[[Connection], T]) -> T:
        """Do `work` and return its result once that is on disk; what it raises undoes it alone."""
        if self._writer.is_here:
            raise RuntimeError(
                "a work cannot wait for another work; use the connection it was given"
            )
        return self._writer.submit(work).result()

    def submit(self, work: Callable[[Connection], T]) -> "Future[T]":
        """Queue `work`; the future is done once it is on disk. Works keep their order."""
        return self._writer.submit(work)

    async def write_async(self, work: Callable[[Connection], T]) -> T:
        """`write` without holding up the event loop."""
        return await asyncio.wrap_future(self._writer.submit(work))

    async def read_async(self, work: Callable[[Connection], T]) -> T:
        """Do `work`, a look-up of a row or a few, without holding up the event loop.

        SQLite has such an answer sooner than a thread could take the question over.
        """
        if self.kind == "sqlite":
            return self._reading(work)
        return await asyncio.to_thread(self._reading, work)

    def _reading(self, work: Callable[[Connection], T]) -> T:
        with self.read() as connection:
            return work(connection)

    def version(self) -> int:
        """A number that is another one after any write that was acknowledged before this call.

        It can change without a write, and means something only to the store that gave it: compare
        it for being equal. Ask it *before* reading what is to be remembered under it.
        """
        return self._backend.version()

    def exclusive(self) -> AbstractContextManager[Connection]:
        """For migrations: one transaction in which nobody else writes and tables may change."""
        return self._backend.exclusive()

    def close(self) -> None:
        """Finish the writes that were submitted and close everything."""
        if self._closed:
            return
        self._closed = True
        self._writer.close()
        self._backend.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _backend(url: str | os.PathLike[str], patience: float, readers: int) -> Backend:
    if not isinstance(url, str) or "://" not in url:
        return SQLite(Path(url), patience)
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise _unknown() from error
    name = parsed.get_backend_name()
    if name == "sqlite" and parsed.database and parsed.database != ":memory:":
        return SQLite(Path(parsed.database), patience)
    if name in {"postgresql", "postgres"}:
        # psycopg takes a fifth of a second to import, which SQLite users should not pay.
        from benelux.core.store.postgres import Postgres  # noqa: PLC0415

        return Postgres(parsed, patience, readers)
    raise _unknown()


def _unknown() -> Invalid:
    return Invalid(
        "store.address",
        message("This database address cannot be used."),
        now=message(
            "Give sqlite:/// and a file, or postgresql:// with user, host and name of the database."
        ),
    )
