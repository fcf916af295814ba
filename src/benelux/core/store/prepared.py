"""Statements for the few that every request runs: put together once, then given to the driver.

SQLAlchemy takes some 70 µs to bring a statement that it knows to SQLite, which needs 5 µs for it.
Where a question to a register runs five of them, that decides how many are answered in a second.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from sqlalchemy import (
    BindParameter,
    Connection,
    Dialect,
    Executable,
    LargeBinary,
    Select,
    bindparam,
)
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from benelux.core.store.columns import Moment
from benelux.core.store.readers import TidyConnection

Values = Mapping[str, object]
Row = tuple[object, ...]
_Change = Callable[[object], object]
_LITE = "sqlite"
_MOMENTS = 256
_KEYS = 256


@dataclass(frozen=True, slots=True)
class _Plan:
    """The statement as SQLite takes it: its text, what goes in where, and what comes out."""

    text: str
    names: tuple[str, ...]
    given: Values
    into: tuple[tuple[str, _Change], ...]
    out: tuple[_Change | None, ...]

    def fill(self, values: Values) -> Row:
        found = {**self.given, **values}
        for name, change in self.into:
            value = found[name]
            if value is not None:
                found[name] = change(value)
        return tuple([found[name] for name in self.names])

    def read(self, row: Row) -> Row:
        return tuple(
            value if change is None or value is None else change(value)
            for change, value in zip(self.out, row, strict=True)
        )


class Prepared:
    """One statement, without parameters of changing length; elsewhere SQLAlchemy runs it."""

    def __init__(self, statement: Executable) -> None:
        self.statement = statement
        self._plan: _Plan | None = None

    def rows(self, connection: Connection, values: Values) -> list[Row]:
        """All rows that it gives."""
        if connection.dialect.name != _LITE:
            return [tuple(row) for row in connection.execute(self.statement, values)]
        plan = self._planned(connection)
        found = _driver(connection).execute(plan.text, plan.fill(values)).fetchall()
        return [plan.read(row) for row in found] if any(plan.out) else found

    def count(self, connection: Connection, values: Values) -> int:
        """How many rows it has changed."""
        if connection.dialect.name != _LITE:
            return connection.execute(self.statement, values).rowcount
        plan = self._planned(connection)
        return _driver(connection).execute(plan.text, plan.fill(values)).rowcount

    def many(self, connection: Connection, values: Sequence[Values]) -> None:
        """Once for each of these."""
        if connection.dialect.name != _LITE:
            connection.execute(self.statement, values)
            return
        plan = self._planned(connection)
        _driver(connection).executemany(plan.text, map(plan.fill, values))

    def _planned(self, connection: Connection) -> _Plan:
        if self._plan is None:
            self._plan = _plan(self.statement, connection.dialect)
        return self._plan


class PreparedAmong:
    """One question about several keys, in statements of a few lengths; a key may be asked twice.

    `make` puts the statement together for the places of so many keys.
    """

    def __init__(self, make: Callable[[Sequence[BindParameter[object]]], Executable]) -> None:
        self._make = make
        self._prepared: dict[int, Prepared] = {}

    def rows(self, connection: Connection, keys: Sequence[object], values: Values) -> list[Row]:
        """All rows that it gives for these keys."""
        found: list[Row] = []
        for at in range(0, len(keys), _KEYS):
            some = list(keys[at : at + _KEYS])
            places = 1 << (len(some) - 1).bit_length()
            padded = some + some[-1:] * (places - len(some))
            named = {f"key{place}": key for place, key in enumerate(padded)}
            found += self._of(places).rows(connection, {**values, **named})
        return found

    def _of(self, places: int) -> Prepared:
        found = self._prepared.get(places)
        if found is None:
            keys: list[BindParameter[object]] = [bindparam(f"key{at}") for at in range(places)]
            found = self._prepared[places] = Prepared(self._make(keys))
        return found


def _plan(statement: Executable, dialect: Dialect) -> _Plan:
    compiled = cast("SQLCompiler", cast("ClauseElement", statement).compile(dialect=dialect))
    into = {name: _bound(one.type, dialect) for name, one in compiled.binds.items()}
    types: list[TypeEngine[object]] = (
        [one.type for one in statement.selected_columns]
        if isinstance(statement, Select)
        else [one["type"] for one in getattr(statement, "returning_column_descriptions", ())]
    )
    return _Plan(
        str(compiled),
        tuple(compiled.positiontup or ()),
        {name: one.value for name, one in compiled.binds.items()},
        tuple((name, change) for name, change in into.items() if change is not None),
        tuple(_result(one, dialect) for one in types),
    )


def _bound(kind: TypeEngine[object], dialect: Dialect) -> _Change | None:
    return _quick(kind, kind.dialect_impl(dialect).bind_processor(dialect))


def _result(kind: TypeEngine[object], dialect: Dialect) -> _Change | None:
    return _quick(kind, kind.dialect_impl(dialect).result_processor(dialect, None))


def _quick(kind: TypeEngine[object], change: object) -> _Change | None:
    """The same; moments are remembered, because those of one commit have the same few.

    SQLite takes and gives bytes as they are.
    """
    if isinstance(kind, LargeBinary):
        return None
    if change is not None and isinstance(kind, Moment):
        return lru_cache(maxsize=_MOMENTS)(cast("_Change", change))
    return cast("_Change | None", change)


def _driver(connection: Connection) -> TidyConnection:
    return cast("TidyConnection", connection.connection.dbapi_connection)
