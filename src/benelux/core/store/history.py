"""Rows that are never changed, only followed by a next version.

A table of this pattern starts with `*versioned_columns()`. Its newest version of an id is what
holds now; the older ones say what held before, who changed it and when. Taking something away is a
version with another `state`; undoing is a next version with the content of an older one.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final, TypeAlias

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    RowMapping,
    Select,
    Table,
    Text,
    func,
    insert,
    select,
)

from benelux.core.errors import Conflict, NotFound
from benelux.core.language import message
from benelux.core.store.columns import Moment
from benelux.core.store.triggers import append_only, lift_append_only, protected

__all__ = [
    "Rows",
    "append_only",
    "append_version",
    "as_of",
    "history",
    "is_append_only",
    "latest",
    "lift_append_only",
    "protected",
    "restore",
    "versioned_columns",
]

Rows: TypeAlias = Select[*tuple[Any, ...]]
CURRENT: Final = "current"
_OWN: Final = frozenset({"id", "version", "recorded_at", "author", "replaces", "restores"})
_MARK: Final = "append_only"


def versioned_columns() -> tuple[
    Column[str], Column[int], Column[datetime], Column[str], Column[str], Column[int], Column[int]
]:
    """The columns with which such a table begins; the first two are its key.

    `state` is the domain's own word ("draft", "published", "withdrawn"); `replaces` is the version
    that this one follows, none for the first; `restores` the one whose content it took again.
    """
    return (
        Column("id", Text, primary_key=True),
        Column("version", Integer, primary_key=True, autoincrement=False, info={_MARK: True}),
        Column("recorded_at", Moment, nullable=False),
        Column("author", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("replaces", Integer, nullable=True),
        Column("restores", Integer, nullable=True),
    )


def append_version(  # noqa: PLR0913 - what is kept, as what, after what, and by whom
    connection: Connection,
    table: Table,
    key: str,
    values: Mapping[str, object],
    *,
    expected_version: int,
    author: str,
) -> int:
    """Add the version of `key` that follows `expected_version`, 0 for the first; return its number.

    `values` are its content in full, and its `state` if that is not as before ("current" at first).
    Raises `Conflict` when somebody was first, `NotFound` when there is nothing to follow.
    """
    newest = _newest(connection, table, key)
    _must_be_expected(key, newest, expected_version)
    return _append(connection, table, key, values, newest, author=author)


def restore(  # noqa: PLR0913 - as above
    connection: Connection,
    table: Table,
    key: str,
    version: int,
    *,
    author: str,
    expected_version: int | None = None,
) -> int:
    """Undo: add a version with the content and state of `version`; return its number."""
    newest = _newest(connection, table, key)
    if expected_version is not None:
        _must_be_expected(key, newest, expected_version)
    asked = select(table).where(table.c.id == key, table.c.version == version)
    old = connection.execute(asked).mappings().first()
    if old is None:
        raise NotFound(
            "store.no-such-version",
            message("“{key}” has no version {version}.", key=key, version=version),
        )
    content = {name: value for name, value in old.items() if name not in _OWN}
    return _append(connection, table, key, content, newest, author=author, restores=version)


@cache
def latest(table: Table) -> Rows:
    """The newest version of every id; narrow it with `.where(table.c.…)`."""
    other = table.alias()
    newest = select(func.max(other.c.version)).where(other.c.id == table.c.id).scalar_subquery()
    return select(table).where(table.c.version == newest)


def as_of(table: Table, moment: datetime) -> Rows:
    """What was the newest version of every id at `moment`."""
    other = table.alias()
    newest = (
        select(func.max(other.c.version))
        .where(other.c.id == table.c.id, other.c.recorded_at <= moment)
        .scalar_subquery()
    )
    return select(table).where(table.c.version == newest)


def history(connection: Connection, table: Table, key: str) -> Sequence[RowMapping]:
    """Every version of `key`, the newest first; empty when there is none."""
    asked = select(table).where(table.c.id == key).order_by(table.c.version.desc())
    return connection.execute(asked).mappings().all()


def is_append_only(table: Table) -> bool:
    """Whether `table` was made with `versioned_columns` and so must have its triggers."""
    return any(column.info.get(_MARK) for column in table.columns)


def _newest(connection: Connection, table: Table, key: str) -> RowMapping | None:
    asked = (
        select(table.c.version, table.c.recorded_at, table.c.state)
        .where(table.c.id == key)
        .order_by(table.c.version.desc())
        .limit(1)
    )
    return connection.execute(asked).mappings().first()


def _must_be_expected(key: str, newest: RowMapping | None, expected: int) -> None:
    if newest is None and expected:
        raise NotFound("store.no-such-thing", message("There is no “{key}”.", key=key))
    found = newest["version"] if newest else 0
    if found != expected:
        raise _stale(key, found, expected)


def _append(  # noqa: PLR0913 - as above
    connection: Connection,
    table: Table,
    key: str,
    values: Mapping[str, object],
    newest: RowMapping | None,
    *,
    author: str,
    restores: int | None = None,
) -> int:
    now = datetime.now(tz=UTC)
    before = newest["version"] if newest else 0
    own = {
        "id": key,
        "version": before + 1,
        # A clock that was set back must not put a version before the one that it replaces.
        "recorded_at": max(now, newest["recorded_at"]) if newest else now,
        "author": author,
        "replaces": before or None,
        "restores": restores,
    }
    state = {"state": newest["state"] if newest else CURRENT}
    connection.execute(insert(table).values({**state, **values, **own}))
    return before + 1


def _stale(key: str, found: int, expected: int) -> Conflict:
    return Conflict(
        "store.stale",
        message("“{key}” was changed in the meantime.", key=key),
        why=message(
            "You started from version {expected}; it is now at version {found}.",
            expected=expected,
            found=found,
        ),
        now=message("Look at the newest version and make your change again."),
    )
