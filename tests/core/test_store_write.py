"""What the store promises to whoever writes."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event

import psycopg
import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError, OperationalError

from benelux.core.errors import Unavailable
from benelux.core.store import Store, migrate

_FOUR_PROCESSES = """
import sys
from sqlalchemy import text
from benelux.core.store import Store

def take_a_number(connection):
    number = connection.scalar(text("SELECT max(number) FROM slip")) or 0
    connection.execute(text("INSERT INTO slip VALUES (:next)"), {"next": number + 1})

with Store.open(sys.argv[1], patience=60) as store:
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(50):
        store.write(take_a_number)
"""


@pytest.fixture
def slips(any_store: Store) -> Store:
    """A store with a table of numbered slips."""
    any_store.write(_make_slips)
    return any_store


def _make_slips(connection: Connection) -> None:
    connection.execute(text("CREATE TABLE slip (number INTEGER PRIMARY KEY)"))


def _add(number: int, connection: Connection) -> int:
    connection.execute(text("INSERT INTO slip VALUES (:number)"), {"number": number})
    return number


def _kept(store: Store) -> list[int]:
    with store.read() as connection:
        return list(connection.scalars(text("SELECT number FROM slip ORDER BY number")))


@contextmanager
def _held_up(store: Store) -> Iterator[None]:
    """Keep the writer busy, so that what is submitted meanwhile comes in one group."""
    begun, go = Event(), Event()

    def wait(_connection: Connection) -> None:
        begun.set()
        go.wait(10)

    waiting = store.submit(wait)
    assert begun.wait(10)
    try:
        yield
    finally:
        go.set()
        waiting.result(10)


def test_what_was_written_is_there_for_the_next_reader(slips: Store) -> None:
    assert slips.write(partial(_add, 7)) == 7
    assert _kept(slips) == [7]


def test_works_that_wait_together_share_a_commit_in_the_order_of_their_coming(slips: Store) -> None:
    told_before: list[bool] = []
    first: list[Future[int]] = []

    def second(connection: Connection) -> int:
        told_before.append(first[0].done())
        count = connection.scalar(text("SELECT count(*) FROM slip"))
        return _add(2, connection) + int(count or 0)

    with _held_up(slips):
        first.append(slips.submit(partial(_add, 1)))
        after = slips.submit(second)
    assert after.result(10) == 3, "the second sees what the first did"
    assert told_before == [False], "the first is told only when both are on disk"


def test_a_work_that_fails_is_undone_alone_and_only_its_caller_hears_of_it(slips: Store) -> None:
    def fail(connection: Connection) -> None:
        _add(100, connection)
        raise LookupError("changed my mind")

    with _held_up(slips):
        before = slips.submit(partial(_add, 1))
        failing = slips.submit(fail)
        double = slips.submit(partial(_add, 1))
        after = slips.submit(partial(_add, 2))
    assert (before.result(10), after.result(10)) == (1, 2)
    with pytest.raises(LookupError, match="changed my mind"):
        failing.result(10)
    with pytest.raises(IntegrityError):
        double.result(10)
    assert _kept(slips) == [1, 2]


@pytest.mark.parametrize("act", ["commit", "rollback", "close", "leave a savepoint", "raw"])
def test_a_work_that_meddles_with_the_transaction_harms_nobody_else(slips: Store, act: str) -> None:
    def meddle(connection: Connection) -> None:
        _add(100, connection)
        match act:
            case "commit":
                connection.commit()
            case "rollback":
                connection.rollback()
            case "close":
                connection.close()
            case "leave a savepoint":
                connection.begin_nested()
            case _:
                connection.execute(text("ROLLBACK"))

    with _held_up(slips):
        before = slips.submit(partial(_add, 1))
        meddling = slips.submit(meddle)
        after = slips.submit(partial(_add, 2))
    assert (before.result(10), after.result(10)) == (1, 2)
    with pytest.raises((RuntimeError, OperationalError)):
        meddling.result(10)
    with pytest.raises((RuntimeError, OperationalError)):
        slips.write(meddle)
    assert _kept(slips) == [1, 2]


def test_a_rule_that_is_broken_at_the_commit_fails_only_the_work_that_broke_it(
    any_store: Store,
) -> None:
    def make(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE slip (number INTEGER PRIMARY KEY)"))
        connection.execute(
            text(
                "CREATE TABLE stub (slip INTEGER NOT NULL"
                " REFERENCES slip (number) DEFERRABLE INITIALLY DEFERRED)"
            )
        )

    any_store.write(make)
    with _held_up(any_store):
        before = any_store.submit(partial(_add, 1))
        broken = any_store.submit(
            lambda connection: connection.execute(text("INSERT INTO stub VALUES (9)"))
        )
        after = any_store.submit(partial(_add, 2))
    assert (before.result(10), after.result(10)) == (1, 2)
    with pytest.raises(IntegrityError):
        broken.result(10)
    assert _kept(any_store) == [1, 2]


def test_a_full_disk_is_told_and_what_was_kept_stays(store: Store) -> None:
    store.write(_make_slips)
    store.write(partial(_add, 1))

    def limit(connection: Connection, pages: int) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}").close()

    def fill(connection: Connection) -> None:
        connection.exec_driver_sql("CREATE TABLE filling AS SELECT randomblob(1000000)")

    store.write(lambda connection: limit(connection, 30))
    with _held_up(store):
        small = store.submit(partial(_add, 2))
        large = store.submit(fill)
    assert small.result(10) == 2
    with pytest.raises(OperationalError, match="full"):
        large.result(10)
    store.write(lambda connection: limit(connection, 10_000))
    store.write(fill)
    assert _kept(store) == [1, 2]


def test_a_result_that_a_work_leaves_half_read_does_not_hold_up_the_next(slips: Store) -> None:
    for number in range(5000):
        slips.submit(partial(_add, number))
    forgotten: list[object] = []

    def look(connection: Connection) -> None:
        result = connection.execute(text("SELECT number FROM slip"))
        forgotten.extend([result, result.fetchone()])

    slips.write(look)
    with Store.open(_url(slips)) as other:
        other.write(partial(_add, 9001))
    slips.write(partial(_add, 9002))
    assert _kept(slips)[-2:] == [9001, 9002]


def test_a_work_that_was_called_off_in_time_never_runs(slips: Store) -> None:
    with _held_up(slips):
        called_off = slips.submit(partial(_add, 1))
        assert called_off.cancel()
    with pytest.raises(CancelledError):
        called_off.result(10)
    assert _kept(slips) == []


def test_an_event_loop_is_not_held_up_by_a_write(slips: Store) -> None:
    async def write_ten() -> list[int]:
        return await asyncio.gather(*(slips.write_async(partial(_add, n)) for n in range(10)))

    assert asyncio.run(write_ten()) == list(range(10)) == _kept(slips)


def test_a_work_cannot_wait_for_another_work(slips: Store) -> None:
    with pytest.raises(RuntimeError, match="wait for another work"):
        slips.write(lambda _: slips.write(partial(_add, 1)))


def test_closing_finishes_what_was_submitted_and_takes_nothing_more(slips: Store) -> None:
    url = _url(slips)
    other = Store.open(url)
    promised = [other.submit(partial(_add, n)) for n in range(300)]
    other.close()
    assert [future.result(0) for future in promised] == list(range(300)) == _kept(slips)
    with pytest.raises(Unavailable, match="closed"):
        other.write(partial(_add, 301))
    with pytest.raises(Unavailable, match="closed"), other.read():
        pass
    with pytest.raises(Unavailable, match="closed"):
        other.version()
    other.close()


def test_a_store_that_stays_busy_refuses_and_changes_nothing(slips: Store) -> None:
    with Store.open(_url(slips), patience=0.3) as hasty, _held_up(slips):
        with pytest.raises(Unavailable, match="busy") as refused:
            hasty.write(partial(_add, 1))
        assert refused.value.code == "store.busy"
    with Store.open(_url(slips)) as patient:
        patient.write(partial(_add, 2))
    assert _kept(slips) == [2]


def test_works_of_four_processes_happen_one_after_another(slips: Store) -> None:
    command = [sys.executable, "-W", "error", "-c", _FOUR_PROCESSES, _url(slips)]
    others = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    for other in others:
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
    for other in others:
        other.communicate("go\n", timeout=60)
    assert [other.returncode for other in others] == [0, 0, 0, 0]
    assert _kept(slips) == list(range(1, 201))


@pytest.mark.postgres
def test_a_server_that_dropped_every_connection_is_found_again(
    postgres: Path, postgres_url: str
) -> None:
    with Store.open(postgres_url) as store:
        migrate(store)
        store.write(_make_slips)
        before = store.version()
        database = postgres_url.rpartition("/test_")[2].partition("?")[0]
        with psycopg.connect(host=str(postgres), user="benelux", dbname="postgres") as server:
            server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                (f"test_{database}",),
            )
        assert _kept(store) == []
        assert store.version() == before
        assert store.write(partial(_add, 1)) == 1
        assert store.version() != before


@pytest.mark.postgres
def test_a_write_whose_outcome_nobody_knows_is_told_so_and_not_done_twice(
    postgres_url: str,
) -> None:
    with Store.open(postgres_url) as store:
        migrate(store)
        store.write(_make_slips)
        store.write(_break_off_at_the_commit)
        done: list[int] = []
        with pytest.raises(Unavailable, match="not known") as refused:
            store.write(lambda connection: done.append(_add(1, connection)))
        assert refused.value.code == "store.unsure"
        assert done == [1]
        assert store.write(lambda connection: connection.scalar(text("SELECT 1"))) == 1


def _break_off_at_the_commit(connection: Connection) -> None:
    connection.execute(
        text(
            "CREATE FUNCTION go_away() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$"
        )
    )
    connection.execute(
        text(
            "CREATE CONSTRAINT TRIGGER go_away AFTER INSERT ON slip DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION go_away()"
        )
    )


def _url(store: Store) -> str:
    # A test's server asks for no password, so the address for logs is a whole one.
    return store.address
