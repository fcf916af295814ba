"""Appending, reading, and the promise that one request is one entry."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from benelux.core.errors import Conflict, Invalid, NotFound, Unavailable
from benelux.core.ledger import Entry, Ledger, Log, tables
from benelux.core.ledger.keys import FolderKeys, MemoryKeys, wrapping
from benelux.core.ledger.merkle import leaf_hash
from benelux.core.ledger.model import LARGEST
from benelux.core.ledger.service import prove, verify
from benelux.core.store import Store, drift, migrate
from tests.core.ledgers import OWNER, START, Clock, fill


def test_the_tables_are_as_the_code_has_them_on_both_engines(any_store: Store) -> None:
    migrate(any_store, [OWNER])
    assert drift(any_store, OWNER) == []


def test_a_log_begins_with_an_entry_that_names_its_key(log: Log) -> None:
    opening = log.leaf(0)
    assert opening.kind == "opening"
    assert opening.public["signer"] == log.ring.signer(1).key.text
    assert log.ring.origin == "nl.example/ledger/nl-politie"


def test_an_entry_is_read_as_it_was_appended(any_store: Store) -> None:
    migrate(any_store, [OWNER])
    log = Ledger(any_store, MemoryKeys(), clock=Clock()).open("be-politie")
    receipt = log.append(Entry("consultation", b"what was asked", "request 1", ("a", "b")))
    assert (receipt.number, receipt.size, receipt.again) == (1, 2, False)
    assert log.read(1) == b"what was asked"
    assert (log.leaf(1).kind, log.leaf(1).moment) == ("consultation", START)
    fill(log, 300)
    assert verify(Ledger(any_store, log.ring.keys), "be-politie", deep=True).findings == ()


def test_the_store_holds_neither_content_nor_person_nor_request(log: Log) -> None:
    log.append(Entry("consultation", b"plate 1-ABC-234", "request 1-ABC-234", ("1-ABC-234",)))
    with log.store.read() as connection:
        for table in tables.metadata.sorted_tables:
            for row in connection.execute(select(table)):
                for value in row:
                    raw = value if isinstance(value, bytes) else str(value).encode()
                    assert b"ABC" not in raw, table.name


def test_the_leaf_is_the_hash_of_what_the_log_says(log: Log) -> None:
    receipt = log.append(Entry("consultation", b"content"))
    assert leaf_hash(log.leaf(1).pack()) == receipt.leaf


def test_the_same_request_with_the_same_content_is_one_entry(log: Log, clock: Clock) -> None:
    first = log.append(Entry("consultation", b"content", "request 1", ("person",)))
    clock.wait(hours=3)
    again = log.append(Entry("consultation", b"content", "request 1", ("person",)))
    assert (again.number, again.leaf, again.at) == (first.number, first.leaf, first.at)
    assert again.again
    assert log.size() == 2


@pytest.mark.parametrize(
    "other",
    [
        Entry("consultation", b"other", "request 1", ("person",)),
        Entry("decision", b"content", "request 1", ("person",)),
        Entry("consultation", b"content", "request 1", ("somebody else",)),
        Entry("consultation", b"content", "request 1", ("person",), {"a": "b"}),
    ],
)
def test_a_request_that_comes_again_as_another_is_refused_and_recorded(
    log: Log, other: Entry
) -> None:
    log.append(Entry("consultation", b"content", "request 1", ("person",)))
    with pytest.raises(Conflict) as refused:
        log.append(other)
    assert refused.value.code == "ledger.request-reused"
    assert log.leaf(2).kind == "refusal"
    assert b"request 1" in log.read(2)
    assert log.size() == 3


def test_one_request_sent_by_many_at_once_is_one_entry(log: Log) -> None:
    entry = Entry("consultation", b"content", "request 1")
    with ThreadPoolExecutor(16) as many:
        numbers = {one.number for one in many.map(lambda _: log.append(entry), range(64))}
    assert numbers == {1}
    assert log.size() == 2


def test_many_who_append_at_once_share_commits_and_lose_nothing(log: Log) -> None:
    def append(who: int) -> list[int]:
        return [log.append(Entry("consultation", b"%d" % who)).number for _ in range(20)]

    with ThreadPoolExecutor(16) as many:
        numbers = [number for found in many.map(append, range(16)) for number in found]
    assert sorted(numbers) == list(range(1, 321))
    with log.store.read() as connection:
        heads = connection.scalar(select(func.count()).select_from(tables.head))
    assert heads is not None
    assert heads <= 321


def test_two_processes_on_one_store_continue_one_log(store_url: str, tmp_path: Path) -> None:
    # Two stores on one file are to SQLite what two processes are.
    with Store.open(store_url) as first, Store.open(store_url) as second:
        migrate(first, [OWNER])
        keys = [FolderKeys(tmp_path / "keys"), FolderKeys(tmp_path / "keys")]
        one, two = Ledger(first, keys[0]).open("lu"), Ledger(second, keys[1]).open("lu")
        with ThreadPoolExecutor(2) as both:
            list(both.map(lambda log: fill(log, 200), (one, two)))
        assert one.size() == two.size() == 401
        assert verify(Ledger(first, keys[0]), "lu", deep=True).findings == ()


def test_an_entry_is_kept_or_lost_together_with_the_work_it_belongs_to(log: Log) -> None:
    def work(connection: Connection) -> None:
        log.append_in(connection, Entry("decision", b"granted"))
        raise ValueError("the rest did not work out")

    with pytest.raises(ValueError, match="did not work out"):
        log.store.write(work)
    assert log.size() == 1
    log.store.write(lambda connection: log.append_in(connection, Entry("decision", b"granted")))
    assert log.read(1) == b"granted"


def test_a_work_that_waits_for_an_append_is_refused_instead_of_hanging(log: Log) -> None:
    log.append(Entry("decision", b"one"))
    with pytest.raises(RuntimeError, match="append_in"):
        log.store.write(lambda _: log.append(Entry("decision", b"two")))


def test_a_store_that_is_closed_refuses_and_nobody_hangs(ledger: Ledger, log: Log) -> None:
    ledger.store.close()
    for _ in range(2):
        with pytest.raises(Unavailable):
            log.append(Entry("decision", b"late"))


def test_a_clock_that_was_set_back_does_not_turn_the_order_of_entries(
    log: Log, clock: Clock
) -> None:
    first = log.append(Entry("decision", b"one"))
    clock.wait(hours=-5)
    second = log.append(Entry("decision", b"two"))
    assert second.at == first.at


@pytest.mark.parametrize(
    "entry",
    [
        Entry("erasure", b"x"),
        Entry("Capital", b"x"),
        Entry("", b"x"),
        Entry("decision", b"x" * (LARGEST + 1)),
        Entry("decision", b"x", "r" * 201),
    ],
)
def test_an_entry_that_cannot_be_put_on_record_is_refused(log: Log, entry: Entry) -> None:
    with pytest.raises(Invalid):
        log.append(entry)
    assert log.size() == 1


@pytest.mark.parametrize("name", ["", "NL", "../keys", "a b", "-", "x" * 64, "é"])
def test_a_shard_with_another_name_than_a_plain_one_is_refused(ledger: Ledger, name: str) -> None:
    with pytest.raises(Invalid):
        ledger.open(name)


def test_what_is_not_there_is_not_found(ledger: Ledger, log: Log) -> None:
    for number in (-1, 7, 2**70):
        with pytest.raises(NotFound):
            log.leaf(number)
        with pytest.raises(NotFound):
            prove(ledger, "nl-politie", number)
    with pytest.raises(NotFound):
        ledger.log("fr-police")
    with pytest.raises(NotFound):
        prove(ledger, "nl-politie", 0, size=55)


def test_keys_lie_in_files_for_this_user_alone(tmp_path: Path) -> None:
    keys = FolderKeys(tmp_path / "keys")
    made = keys.make("nl", wrapping(1))
    path = tmp_path / "keys" / "nl" / "wrap-1.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert FolderKeys(tmp_path / "keys").make("nl", wrapping(1)) == made
    keys.destroy("nl", wrapping(1))
    assert not path.exists()
    with pytest.raises(Unavailable):
        keys.get("nl", wrapping(1))


def test_a_key_file_that_was_damaged_says_which_key_is_missing(tmp_path: Path) -> None:
    keys = FolderKeys(tmp_path)
    keys.make("nl", "index")
    (tmp_path / "nl" / "index.key").write_text("zz")
    with pytest.raises(Unavailable) as refused:
        FolderKeys(tmp_path).get("nl", "index")
    assert "index" in str(refused.value)
    with pytest.raises(ValueError, match="not a name"):
        keys.make("../nl", "index")
