"""A work on its way: run, perhaps again, and told how it went."""

import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

from sqlalchemy import Connection

from benelux.core.store.readers import Driver

T_co = TypeVar("T_co", covariant=True)


class Lost(Exception):  # noqa: N818 - not an error yet: most groups that are lost are tried again
    """The group's transaction is gone and nothing of it was kept."""


class Job(Generic[T_co]):
    """One work, what became of it, and whoever waits for that."""

    def __init__(self, work: Callable[[Connection], T_co]) -> None:
        self.future: Future[T_co] = Future()
        self.since = time.monotonic()
        self.error: BaseException | None = None
        self._work = work
        self._result: T_co

    def run(self, connection: Connection, driver: Driver, *, alone: bool) -> None:
        """Do the work; when it fails, undo what it did and nothing else."""
        self.error = None
        # Alone, the transaction itself is its savepoint.
        if not alone:
            driver.execute("SAVEPOINT work")
        try:
            self._result = self._work(connection)
            if connection.in_nested_transaction():
                raise RuntimeError("a work left a savepoint of its own open")  # noqa: TRY301
        except BaseException as error:  # noqa: BLE001 - it is the caller's, and goes there
            self.error = error
        if alone:
            return
        try:
            if self.error is not None:
                while inner := connection.get_nested_transaction():
                    inner.rollback()
                driver.execute("ROLLBACK TO SAVEPOINT work")
            driver.execute("RELEASE SAVEPOINT work")
        except Exception as gone:  # noqa: BLE001 - any driver, any reason: nothing of the group is left
            raise Lost from self.error or gone

    def acknowledge(self) -> None:
        if self.error is None:
            self.future.set_result(self._result)
        else:
            self.future.set_exception(self.error)

    def refuse(self, error: BaseException) -> None:
        self.future.set_exception(error)
