"""Writing: works wait in one queue, share one commit, and are told when it is on disk.

A commit costs the same for one work as for a hundred: the wait for the disk. While one commit
waits, the works that arrive gather; the next commit takes them all. Nobody waits for a group to
fill.
"""

import random
import time
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from threading import Lock, Thread, current_thread
from typing import Final, TypeVar, cast

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from benelux.core.errors import Unavailable
from benelux.core.store.backend import Backend, Writing
from benelux.core.store.job import Job, Lost
from benelux.core.store.readers import Driver
from benelux.core.store.refusals import busy, closed, unsure

T = TypeVar("T")

_MOST: Final = 256
# A group that takes longer commits what it has: early works should not wait for late ones.
_LONG_S: Final = 0.05
_ENDED: Final = "a work ended the transaction that it shared with others"


class _Unsure(Exception):  # noqa: N818 - nobody knows yet whether it is one
    """The connection broke during the commit."""


class Writer:
    """The one thread of this process that writes to the store."""

    def __init__(self, backend: Backend, patience: float) -> None:
        self._backend = backend
        self._patience = patience
        self._queue: SimpleQueue[Job[object] | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._door = Lock()
        self._closed = False

    @property
    def is_here(self) -> bool:
        """Whether the caller is itself a work."""
        return current_thread() is self._thread

    def submit(self, work: Callable[[Connection], T]) -> "Future[T]":
        job = Job(work)
        with self._door:
            if self._closed:
                raise closed()
            if self._thread is None:
                self._thread = Thread(target=self._serve, name="store-writer", daemon=True)
                self._thread.start()
            self._queue.put(job)
        return job.future

    def close(self) -> None:
        """Finish everything that was submitted, and stop."""
        with self._door:
            self._closed = True
            self._queue.put(None)
        if self._thread is not None:
            self._thread.join()

    def _serve(self) -> None:
        going = True
        while going:
            jobs: list[Job[object]] = []
            job = self._queue.get()
            while job is not None:
                if job.future.set_running_or_notify_cancel():
                    jobs.append(job)
                if len(jobs) >= _MOST:
                    break
                try:
                    job = self._queue.get_nowait()
                except Empty:
                    break
            going = job is not None
            try:
                self._settle(jobs)
            except BaseException as error:  # noqa: BLE001 - the thread lives on, and nobody waits for ever
                for job in jobs:
                    if not job.future.done():
                        job.refuse(error)

    def _settle(self, jobs: list[Job[object]]) -> None:
        """See that each of `jobs` is kept or refused."""
        while jobs:
            # The oldest decides, so that a queue behind a dead server empties quickly.
            until = jobs[0].since + self._patience
            try:
                kept = self._attempt(jobs)
            except _Unsure as error:
                return _refuse(jobs, unsure(), error)
            except Exception as error:  # noqa: BLE001 - whatever it was, somebody waits for an answer
                cause = error.__cause__ if isinstance(error, Lost) and error.__cause__ else error
                if self._backend.is_passing(cause):
                    if time.monotonic() > until:
                        return _refuse(jobs, busy(self._patience), cause)
                    time.sleep(random.uniform(0.001, 0.02))  # noqa: S311 - only to fall out of step
                    continue
                if len(jobs) == 1:
                    return jobs[0].refuse(cause)
                # One of them spoilt it for all. Alone, each answers for itself.
                for job in jobs:
                    self._settle([job])
                return None
            for job in jobs[:kept]:
                job.acknowledge()
            jobs = jobs[kept:]
        return None

    def _attempt(self, jobs: list[Job[object]]) -> int:
        """Run the first so many of `jobs` in one transaction and commit it; say how many."""
        backend = self._backend
        connection = backend.begin()
        try:
            driver = cast("Driver", connection.connection.dbapi_connection)
            started = time.monotonic()
            count = 0
            for job in jobs:
                if count and time.monotonic() - started > _LONG_S:
                    break
                job.run(connection, driver, alone=len(jobs) == 1)
                count += 1
                if job.error is not None and backend.is_passing(job.error):
                    raise Lost from job.error
                if not backend.is_whole(connection):
                    raise Lost from job.error or RuntimeError(_ENDED)
            if any(job.error is None for job in jobs[:count]):
                backend.mark(connection)
                _commit(connection)
            return count
        finally:
            backend.end(connection)


def _commit(connection: Writing) -> None:
    transaction = connection.get_transaction()
    if transaction is None or not transaction.is_active:
        raise RuntimeError(_ENDED)
    try:
        transaction.commit()
    except DBAPIError as error:
        if error.connection_invalidated:
            raise _Unsure from error
        raise


def _refuse(jobs: list[Job[object]], refusal: Unavailable, cause: BaseException) -> None:
    refusal.__cause__ = cause
    for job in jobs:
        job.refuse(refusal)
