"""Statements that are put together once say the same as SQLAlchemy, on both databases."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, bindparam, insert, select
from sqlalchemy.dialects import sqlite

from benelux.core.store import Json, Moment, Store
from benelux.core.store.prepared import Prepared, PreparedAmong
from tests.stores import any_store, any_url, postgres, postgres_url, store_url

__all__ = ["any_store", "any_url", "postgres", "postgres_url", "store_url"]  # fixtures
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
slips = Table(
    "slips",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("at", Moment),
    Column("said", Json),
    Column("note", Text),
)
_KEEP = Prepared(insert(slips))
_SINCE = Prepared(
    select(slips.c.id, slips.c.at, slips.c.said, slips.c.note)
    .where(slips.c.at >= bindparam("since", type_=slips.c.at.type))
    .order_by(slips.c.id)
    .limit(10)
)
_AMONG = PreparedAmong(
    lambda keys: select(slips.c.id, slips.c.at).where(
        slips.c.id.in_(keys), slips.c.at >= bindparam("since", type_=slips.c.at.type)
    )
)


@pytest.fixture
def kept(any_store: Store) -> Store:
    """Two slips, one of them bare."""
    with any_store.exclusive() as connection:
        slips.metadata.create_all(connection)
    rows = [
        {"id": 1, "at": NOON, "said": {"a": [1]}, "note": "x"},
        {"id": 2, "at": NOON, "said": None, "note": None},
    ]
    any_store.write(lambda connection: _KEEP.many(connection, rows))
    return any_store


def test_values_come_back_as_they_went_in(kept: Store) -> None:
    with kept.read() as connection:
        found = _SINCE.rows(connection, {"since": NOON})
        same = connection.execute(_SINCE.statement, {"since": NOON}).all()  # type: ignore[call-overload]

    assert found == [(1, NOON, {"a": [1]}, "x"), (2, NOON, None, None)]
    assert found == [tuple(row) for row in same]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5, 256, 257, 600])
def test_all_rows_of_many_keys_come_back(any_store: Store, count: int) -> None:
    with any_store.exclusive() as connection:
        slips.metadata.create_all(connection)
    ids = list(range(count))
    rows = [{"id": one, "at": NOON, "said": None, "note": ""} for one in (*ids, 9999)]
    any_store.write(lambda connection: _KEEP.many(connection, rows))

    with any_store.read() as connection:
        found = _AMONG.rows(connection, [*ids, 1_000_000], {"since": NOON})

    assert sorted(found) == [(one, NOON) for one in ids]


def test_it_says_how_many_rows_were_changed(kept: Store) -> None:
    if kept.kind != "sqlite":
        pytest.skip("its statement is one of SQLite")
    once = Prepared(sqlite.insert(slips).on_conflict_do_nothing())
    new = {"id": 3, "at": NOON, "said": None, "note": "y"}

    assert kept.write(lambda connection: once.count(connection, new)) == 1
    assert kept.write(lambda connection: once.count(connection, new)) == 0


def test_what_a_work_did_is_undone_with_it(kept: Store) -> None:
    def work(connection: object) -> None:
        _KEEP.many(connection, [{"id": 9, "at": NOON, "said": None, "note": ""}])  # type: ignore[arg-type]
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        kept.write(work)
    with kept.read() as connection:
        assert [row[0] for row in _SINCE.rows(connection, {"since": NOON})] == [1, 2]


def test_a_moment_without_a_zone_is_refused_here_too(kept: Store) -> None:
    bare = {"id": 4, "at": NOON.replace(tzinfo=None), "said": None, "note": ""}

    with pytest.raises(Exception, match="time zone"):
        kept.write(lambda connection: _KEEP.many(connection, [bare]))
