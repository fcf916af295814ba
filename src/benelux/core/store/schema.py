"""The shape of the tables, brought up to date at every start.

Each package that owns tables has its own line of numbered changes and its own table that says how
far it came, so that a domain's folder can go without a trace in the others.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, MetaData, column, inspect, select, table

from benelux.core.errors import Conflict
from benelux.core.language import message
from benelux.core.store import tables
from benelux.core.store.store import Store

_FILE: Final = re.compile(r"(?P<number>\d{4})_[a-z0-9_]+\.py")


@dataclass(frozen=True, slots=True)
class Owner:
    """A package that owns tables.

    `directory` holds its changes, `0001_words.py`, `0002_words.py` …, each an alembic revision
    whose id is its number, whose `down_revision` is the one before, and with `upgrade` only: a
    change that was wrong is mended by a next one.
    """

    name: str
    metadata: MetaData
    directory: Path

    @property
    def version_table(self) -> str:
        return f"alembic_{self.name}"

    @property
    def revisions(self) -> tuple[str, ...]:
        """The numbers of its changes, in order."""
        found = sorted(
            match["number"]
            for path in self.directory.iterdir()
            if (match := _FILE.fullmatch(path.name))
        )
        if len(set(found)) < len(found):
            raise RuntimeError(f"two changes with one number in {self.directory}")
        return tuple(found)


CORE: Final = Owner("core", tables.metadata, Path(__file__).parent / "migrations")


def migrate(store: Store, owners: Sequence[Owner] = ()) -> dict[str, tuple[str, ...]]:
    """Bring core's tables and those of `owners` up to date; say which changes were made.

    All of them or none. Several processes may call it at once: one works, the others find it done.
    Raises `Conflict` when the database was already changed by a newer version of this software.
    """
    everyone = (CORE, *(owner for owner in owners if owner.name != CORE.name))
    with store.read() as connection:
        if not any(_missing(connection, everyone).values()):
            return {}
    # Alembic takes a tenth of a second to import, and most starts have nothing to change.
    from benelux.core.store import changes  # noqa: PLC0415

    with store.exclusive() as connection:
        missing = _missing(connection, everyone)
        for owner in everyone:
            if missing[owner.name]:
                changes.apply(connection, owner, missing[owner.name])
    return {name: numbers for name, numbers in missing.items() if numbers}


def drift(store: Store, owner: Owner) -> list[str]:
    """How the tables of `owner` in the database differ from those in its code; for a test."""
    from benelux.core.store import changes  # noqa: PLC0415 - as above

    with store.read() as connection:
        return list(changes.differences(connection, owner))


def _missing(connection: Connection, owners: Sequence[Owner]) -> dict[str, tuple[str, ...]]:
    known = set(inspect(connection).get_table_names())
    return {owner.name: tuple(_after(connection, owner, known)) for owner in owners}


def _after(connection: Connection, owner: Owner, known: set[str]) -> Iterator[str]:
    done = None
    if owner.version_table in known:
        done = connection.scalar(
            select(column("version_num")).select_from(table(owner.version_table))
        )
    revisions = owner.revisions
    if done is not None and done not in revisions:
        raise Conflict(
            "store.newer",
            message("The database is newer than this software."),
            why=message(
                "The tables of “{owner}” are at change {done}; this software knows {last}.",
                owner=owner.name,
                done=done,
                last=revisions[-1] if revisions else "-",
            ),
            now=message("Install the newer version again, or put back an older copy of the data."),
        )
    return (number for number in revisions if done is None or number > done)
