"""Rows of which the law wants the history are followed by others, never changed."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    Column,
    Connection,
    Executable,
    Integer,
    MetaData,
    Table,
    delete,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError, StatementError

from benelux.core.errors import Conflict, NotFound
from benelux.core.store import Json, Moment, Owner, Store, migrate, versioned_columns
from benelux.core.store.history import append_version, as_of, history, latest, restore

_CHANGE = """
import sqlalchemy as sa
from alembic import op
from benelux.core.store import append_only, versioned_columns
revision = "0001"
down_revision = None
def upgrade():
    op.create_table("bridge", *versioned_columns(), sa.Column("tonnes", sa.Integer, nullable=False))
    append_only(op, "bridge")
"""


@dataclass(frozen=True)
class Bearing:
    name: str
    placed: datetime
    loads: tuple[int, ...]


metadata = MetaData()
bridge = Table("bridge", metadata, *versioned_columns(), Column("tonnes", Integer, nullable=False))
apart = MetaData()
bearing = Table(
    "bearing",
    apart,
    Column("id", Integer, primary_key=True),
    Column("at", Moment),
    Column("plain", Json),
    Column("shaped", Json(Bearing)),
)


@pytest.fixture
def bridges(any_store: Store, tmp_path: Path) -> Store:
    """A store with the history of bridges."""
    (tmp_path / "bridges").mkdir()
    (tmp_path / "bridges" / "0001_bridges.py").write_text(_CHANGE)
    migrate(any_store, [Owner("bridges", metadata, tmp_path / "bridges")])
    return any_store


def _execute(act: Executable, connection: Connection) -> None:
    connection.execute(act)


def _set(
    store: Store, tonnes: int, expected_version: int, *, key: str = "Maas", **more: object
) -> int:
    return store.write(
        lambda connection: append_version(
            connection,
            bridge,
            key,
            {"tonnes": tonnes, **more},
            expected_version=expected_version,
            author="An",
        )
    )


def test_the_newest_version_holds_and_the_older_ones_remain(bridges: Store) -> None:
    assert _set(bridges, 44, 0) == 1
    assert _set(bridges, 30, 1, state="draft") == 2
    _set(bridges, 60, 0, key="Sûre")
    with bridges.read() as connection:
        now = connection.execute(latest(bridge).order_by(bridge.c.id)).mappings().all()
        versions = history(connection, bridge, "Maas")
    assert [(row["id"], row["version"], row["tonnes"]) for row in now] == [
        ("Maas", 2, 30),
        ("Sûre", 1, 60),
    ]
    assert [(row["version"], row["replaces"], row["state"]) for row in versions] == [
        (2, 1, "draft"),
        (1, None, "current"),
    ]
    assert {row["author"] for row in versions} == {"An"}
    assert all(row["recorded_at"].utcoffset() == timedelta(0) for row in versions)


def test_a_change_from_a_stale_version_is_refused(bridges: Store) -> None:
    _set(bridges, 44, 0)
    _set(bridges, 30, 1)
    for stale in (0, 1, 3):
        with pytest.raises(Conflict) as refused:
            _set(bridges, 50, stale)
        assert refused.value.code == "store.stale"
    assert str(refused.value) == (
        "“Maas” was changed in the meantime. You started from version 3; it is now at version 2."
        " Look at the newest version and make your change again."
    )
    with pytest.raises(NotFound):
        _set(bridges, 50, 1, key="Our")


def test_of_two_who_change_the_same_version_one_is_refused(bridges: Store) -> None:
    _set(bridges, 44, 0)
    changing = [
        bridges.submit(
            partial(
                append_version,
                table=bridge,
                key="Maas",
                values={"tonnes": tonnes},
                expected_version=1,
                author="Bo",
            )
        )
        for tonnes in range(20)
    ]
    refused = [future.exception(10) for future in changing]
    assert refused[0] is None
    assert all(isinstance(error, Conflict) for error in refused[1:])


def test_what_held_at_a_moment_can_be_asked_later(bridges: Store) -> None:
    before = datetime.now(tz=UTC)
    _set(bridges, 44, 0)
    with bridges.read() as connection:
        between = history(connection, bridge, "Maas")[0]["recorded_at"]
    _set(bridges, 30, 1)

    def held(moment: datetime) -> list[int]:
        with bridges.read() as connection:
            return [row.tonnes for row in connection.execute(as_of(bridge, moment))]

    assert held(before) == []
    assert held(between) == held(between.astimezone(timezone(timedelta(hours=14)))) == [44]
    assert held(datetime.now(tz=UTC)) == [30]


def test_undoing_is_a_next_version_with_the_old_content(bridges: Store) -> None:
    _set(bridges, 44, 0, state="published")
    _set(bridges, 30, 1, state="draft")
    assert (
        bridges.write(lambda connection: restore(connection, bridge, "Maas", 1, author="Bo")) == 3
    )
    with bridges.read() as connection:
        newest = history(connection, bridge, "Maas")[0]
    assert (newest["tonnes"], newest["state"], newest["author"]) == (44, "published", "Bo")
    assert (newest["replaces"], newest["restores"]) == (2, 1)
    with pytest.raises(NotFound):
        bridges.write(lambda connection: restore(connection, bridge, "Maas", 9, author="Bo"))
    with pytest.raises(Conflict):
        bridges.write(
            lambda connection: restore(
                connection, bridge, "Maas", 1, author="Bo", expected_version=2
            )
        )


def test_a_clock_that_was_set_back_does_not_upset_the_order(bridges: Store) -> None:
    tomorrow = datetime.now(tz=UTC) + timedelta(days=1)
    row = {"id": "Maas", "version": 1, "recorded_at": tomorrow, "author": "An", "state": "current"}
    bridges.write(lambda connection: connection.execute(insert(bridge).values(**row, tonnes=44)))
    _set(bridges, 30, 1)
    with bridges.read() as connection:
        assert [found.tonnes for found in connection.execute(as_of(bridge, tomorrow))] == [30]


@pytest.mark.parametrize(
    "act",
    [
        update(bridge).values(tonnes=99),
        delete(bridge),
        text("DELETE FROM bridge WHERE id = 'Maas'"),
        text("TRUNCATE bridge"),
        text("INSERT OR REPLACE INTO bridge SELECT * FROM bridge"),
    ],
)
def test_the_database_itself_refuses_to_change_or_lose_a_version(
    bridges: Store, act: Executable
) -> None:
    _set(bridges, 44, 0)
    with pytest.raises(DBAPIError, match=r"append-only|syntax error"):
        bridges.write(lambda connection: connection.execute(act))
    with bridges.read() as connection:
        assert [row.tonnes for row in connection.execute(select(bridge))] == [44]


_moments = st.datetimes(timezones=st.timezones(), allow_imaginary=False).filter(
    lambda moment: 1 < moment.year < 9999  # so that every zone's moment has a date in UTC
)


def test_moments_come_back_the_same_and_in_the_order_of_time(any_store: Store) -> None:
    @settings(max_examples=40, deadline=None)
    @given(st.lists(_moments, min_size=1, max_size=8))
    def holds(moments: list[datetime]) -> None:
        def keep(connection: Connection) -> None:
            connection.execute(delete(bearing))
            connection.execute(insert(bearing), [{"at": moment} for moment in moments])

        any_store.write(keep)
        with any_store.read() as connection:
            found = connection.scalars(select(bearing.c.at).order_by(bearing.c.at)).all()
            later = connection.scalars(select(bearing.c.at).where(bearing.c.at > moments[0])).all()
        # In UTC, because Python holds an hour that a clock shows twice equal to none elsewhere.
        expected = sorted(moment.astimezone(UTC) for moment in moments)
        assert found == expected
        assert all(moment.tzinfo is UTC for moment in found)
        assert sorted(later) == [
            moment for moment in expected if moment > moments[0].astimezone(UTC)
        ]

    any_store.write(apart.create_all)
    holds()


def test_a_moment_without_a_time_zone_is_refused(any_store: Store) -> None:
    any_store.write(apart.create_all)
    naive = insert(bearing).values(at=datetime(2022, 1, 1))  # noqa: DTZ001
    with pytest.raises(StatementError, match="time zone"):
        any_store.write(lambda connection: connection.execute(naive))


def test_json_keeps_plain_values_and_gives_back_models(any_store: Store) -> None:
    any_store.write(apart.create_all)
    kept = Bearing("north", datetime(2022, 3, 23, tzinfo=UTC), (30, 44))
    plain = {"a": [1, None, "é", {"b": 2.5}], "z": True}
    for values in ({"plain": plain, "shaped": kept}, {"plain": None, "shaped": None}):
        row = insert(bearing).values(values)
        any_store.write(partial(_execute, row))
    with any_store.read() as connection:
        first, second = connection.execute(select(bearing).order_by(bearing.c.id)).all()
        nothing = connection.scalar(select(bearing.c.id).where(bearing.c.plain.is_(None)))
    assert (first.plain, first.shaped) == (plain, kept)
    assert (second.plain, second.shaped, second.id) == (None, None, nothing)
