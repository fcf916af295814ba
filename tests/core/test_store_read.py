"""What the store promises to whoever reads."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from benelux.core.errors import Invalid, Unavailable
from benelux.core.store import Store


@pytest.fixture
def slips(any_store: Store) -> Store:
    """A store with a table of 2,000 numbered slips."""

    def make(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE slip (number INTEGER PRIMARY KEY)"))
        rows = [{"number": number} for number in range(1, 2001)]
        connection.execute(text("INSERT INTO slip VALUES (:number)"), rows)

    any_store.write(make)
    return any_store


def _add(connection: Connection) -> None:
    connection.execute(text("INSERT INTO slip SELECT max(number) + 1 FROM slip"))


def _count(connection: Connection) -> int:
    return int(connection.scalar(text("SELECT count(*) FROM slip")) or 0)


def test_a_reader_is_not_held_up_by_a_long_write(slips: Store) -> None:
    begun, go = Event(), Event()

    def write_slowly(connection: Connection) -> None:
        _add(connection)
        begun.set()
        go.wait(10)

    writing = slips.submit(write_slowly)
    assert begun.wait(10)
    started = time.perf_counter()
    with slips.read() as connection:
        assert _count(connection) == 2000, "what is not committed is not seen"
    took = time.perf_counter() - started
    go.set()
    writing.result(10)
    assert took < 0.5
    with slips.read() as connection:
        assert _count(connection) == 2001


def test_a_write_is_not_held_up_by_a_long_read_which_keeps_its_moment(slips: Store) -> None:
    with slips.read() as connection:
        assert _count(connection) == 2000
        slips.write(_add)
        assert _count(connection) == 2000
        with slips.read() as later:
            assert _count(later) == 2001


def test_a_result_left_half_read_does_not_keep_the_next_reader_in_the_past(slips: Store) -> None:
    with slips.read() as connection:
        forgotten = connection.execute(text("SELECT number FROM slip ORDER BY number"))
        assert forgotten.fetchone() is not None
    slips.write(_add)
    with slips.read() as connection:
        assert _count(connection) == 2001
    if slips.kind == "sqlite":
        with pytest.raises(ProgrammingError, match="closed"):
            forgotten.fetchone()


def test_a_reader_cannot_write(slips: Store) -> None:
    with slips.read() as connection, pytest.raises(DBAPIError, match=r"readonly|read-only"):
        _add(connection)
    with slips.read() as connection:
        assert _count(connection) == 2000


def test_a_question_that_failed_leaves_a_clean_connection_for_the_next(slips: Store) -> None:
    with slips.read() as connection, pytest.raises(DBAPIError):
        connection.execute(text("SELECT nothing FROM nowhere"))
    with slips.read() as connection:
        assert _count(connection) == 2000
        connection.commit()
    with slips.read() as connection:
        assert _count(connection) == 2000


def test_fifty_readers_and_a_writer_go_together(slips: Store) -> None:
    def read(_turn: int) -> bool:
        with slips.read() as connection:
            return _count(connection) == _count(connection) >= 2000

    with ThreadPoolExecutor(50) as many:
        reading = many.map(read, range(500))
        for _ in range(50):
            slips.write(_add)
        assert all(reading)


@pytest.mark.postgres
def test_a_server_has_places_for_so_many_readers_and_says_so(postgres_url: str) -> None:
    with Store.open(postgres_url, patience=0.1, readers=1) as store:
        with store.read(), pytest.raises(Unavailable, match="Too many") as refused, store.read():
            pass
        assert refused.value.code == "store.crowded"
        with store.read() as connection:
            assert connection.scalar(text("SELECT 1")) == 1


def test_the_version_is_another_one_after_every_write_by_anybody(slips: Store) -> None:
    with Store.open(slips.address) as other:
        seen = {slips.version()}
        for turn in range(40):
            (slips if turn % 2 else other).write(_add)
            version = slips.version()
            assert version not in seen
            seen.add(version)
        assert slips.version() == version, "and the same when nobody wrote"


def test_the_version_misses_no_write_while_many_write_and_look(slips: Store) -> None:
    def write_and_look(_turn: int) -> bool:
        before = slips.version()
        slips.write(_add)
        return slips.version() != before

    with ThreadPoolExecutor(16) as many:
        assert all(many.map(write_and_look, range(400)))


def test_what_fails_does_not_pass_for_a_write(slips: Store) -> None:
    before = slips.version()

    def fail(connection: Connection) -> None:
        _add(connection)
        raise LookupError

    with pytest.raises(LookupError):
        slips.write(fail)
    assert slips.version() == before


def test_an_sqlite_store_waits_for_the_disk_and_trusts_no_schema(store: Store) -> None:
    def ask(connection: Connection) -> dict[str, object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "trusted_schema", "query_only")
        return {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names}

    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "trusted_schema": 0}
    assert store.write(ask) == {**wanted, "query_only": 0}
    with store.read() as connection:
        assert ask(connection) == {**wanted, "query_only": 1}


def test_closing_leaves_one_file_behind(tmp_path: Path) -> None:
    path = tmp_path / "new" / "store.db"
    with Store.open(path) as store:
        store.write(
            lambda connection: connection.execute(text("CREATE TABLE slip (number INTEGER)"))
        )
    assert [entry.name for entry in path.parent.iterdir()] == ["store.db"]


def test_a_file_that_is_no_store_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear reader, " * 100)
    with pytest.raises(Unavailable, match=r"letter\.txt") as refused:
        Store.open(path)
    assert refused.value.code == "store.file"
    assert path.read_text() == "Dear reader, " * 100


@pytest.mark.parametrize(
    "url", ["mysql://host/name", "sqlite://", "sqlite:///:memory:", "http://[::1/", "://"]
)
def test_an_address_that_is_no_store_is_refused(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        Store.open(url)
    assert refused.value.code == "store.address"


def test_a_server_that_is_not_there_is_told_without_its_password() -> None:
    with pytest.raises(Unavailable) as refused:
        Store.open("postgresql://someone:secret@127.0.0.1:1/name")
    assert refused.value.code == "store.unreachable"
    assert "secret" not in str(refused.value)


@pytest.mark.postgres
def test_the_address_for_logs_has_no_password(postgres_url: str) -> None:
    with Store.open(postgres_url.replace("benelux@", "benelux:secret@")) as store:
        assert "secret" not in store.address
        assert store.address.startswith("postgresql")
