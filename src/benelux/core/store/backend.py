"""What SQLite and PostgreSQL each bring, so that the store above them is one and the same."""

from contextlib import AbstractContextManager
from typing import Final, Literal, NoReturn, Protocol

from sqlalchemy import Connection
from typing_extensions import override

from benelux.core.store.readers import Readers

Kind = Literal["sqlite", "postgresql"]
MIGRATION_S: Final = 60.0
"""How long a process waits for another that is changing the tables."""


class Writing(Connection):
    """The connection that a work gets: it changes rows, and the store alone decides to keep them.

    Other works share its transaction, so a work that commits or rolls back would do so for them.
    """

    @override
    def commit(self) -> NoReturn:
        raise RuntimeError("a work leaves commit and rollback to the store")

    @override
    def rollback(self) -> NoReturn:
        raise RuntimeError("a work leaves commit and rollback to the store; raise to undo it")

    @override
    def close(self) -> NoReturn:
        raise RuntimeError("a work leaves its connection open")

    def give_back(self) -> None:
        super().close()


class Backend(Protocol):
    """One kind of database behind the store."""

    @property
    def kind(self) -> Kind: ...

    @property
    def address(self) -> str:
        """Where it is, without a password."""

    @property
    def readers(self) -> Readers: ...

    def begin(self) -> Writing:
        """A transaction in which nobody else writes."""

    def is_whole(self, connection: Writing) -> bool:
        """Whether that transaction still stands: some failures end it behind our back."""

    def mark(self, connection: Writing) -> None:
        """Make `version` different once this transaction is committed."""

    def end(self, connection: Writing) -> None:
        """Give back a connection, whatever its state."""

    def is_passing(self, error: BaseException) -> bool:
        """Whether the same may succeed in a moment: busy, deadlock, a server that restarts."""

    def version(self) -> int: ...

    def exclusive(self) -> AbstractContextManager[Connection]:
        """One transaction for migrations: nobody else writes, all or nothing."""

    def close(self) -> None: ...
