"""What was erased cannot be read by anybody, and the log still verifies."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import func, select

from benelux.core.errors import Conflict, NotFound, Unavailable
from benelux.core.ledger import Entry, Ledger, Log, tables
from benelux.core.ledger.findings import Finding
from benelux.core.ledger.keys import FolderKeys, wrapping
from benelux.core.ledger.proofs import check
from benelux.core.ledger.service import erase, prove, rotate, verify
from benelux.core.store import Store, migrate
from tests.core.ledgers import OWNER, Clock, fill, tamper

_GROUND = "retention of two years has passed"


def test_what_was_erased_is_gone_and_its_proof_still_holds(ledger: Ledger, log: Log) -> None:
    log.append(Entry("consultation", b"about somebody", "request 1", ("somebody",)))
    before = prove(ledger, log.shard, 1)
    erase(log, 1, _GROUND, by="records office")
    with pytest.raises(NotFound):
        log.read(1)
    after = prove(ledger, log.shard, 1)
    assert after.entry == before.entry
    assert all(one.holds for one in check(after))
    found = verify(ledger, log.shard, deep=True)
    assert (found.holds, found.erased) == (True, 1)


def test_key_salt_content_and_index_are_destroyed(log: Log) -> None:
    log.append(Entry("consultation", b"about somebody", about=("somebody",)))
    erase(log, 1, _GROUND, by="records office")
    with log.store.read() as connection:
        for table in (tables.content, tables.about):
            asked = select(func.count()).select_from(table).where(table.c.number == 1)
            assert connection.scalar(asked) == 0


def test_an_erasure_is_an_entry_with_its_ground(log: Log) -> None:
    log.append(Entry("consultation", b"about somebody"))
    receipt = erase(log, 1, _GROUND, by="records office")
    leaf = log.leaf(receipt.number)
    assert leaf.kind == "erasure"
    assert leaf.public == {"erases": "1", "ground": _GROUND}
    assert b"records office" in log.read(receipt.number)


def test_nothing_is_erased_twice_and_nothing_of_the_log_itself(log: Log) -> None:
    log.append(Entry("consultation", b"about somebody"))
    erase(log, 1, _GROUND, by="records office")
    for number in (0, 1, 2):
        with pytest.raises(Conflict):
            erase(log, number, _GROUND, by="records office")
    with pytest.raises(NotFound):
        erase(log, 9, _GROUND, by="records office")
    assert log.size() == 3


def test_a_request_whose_entry_was_erased_does_not_bring_it_back(log: Log) -> None:
    entry = Entry("consultation", b"about somebody", "request 1")
    log.append(entry)
    erase(log, 1, _GROUND, by="records office")
    with pytest.raises(Conflict):
        log.append(entry)
    with pytest.raises(NotFound):
        log.read(1)


def test_after_rotation_an_old_copy_cannot_revive_what_was_erased(tmp_path: Path) -> None:
    keys = FolderKeys(tmp_path / "keys")
    with Store.open(tmp_path / "ledger.db") as store:
        migrate(store, [OWNER])
        log = Ledger(store, keys, clock=Clock()).open("nl")
        log.append(Entry("consultation", b"about somebody"))
        log.append(Entry("consultation", b"about another"))
    shutil.copy(tmp_path / "ledger.db", tmp_path / "backup.db")
    with Store.open(tmp_path / "ledger.db") as store:
        log = Ledger(store, keys, clock=Clock()).open("nl")
        erase(log, 1, _GROUND, by="records office")
        assert _read_from_copy(tmp_path, 1) == b"about somebody"  # so far the copy still opens
        assert rotate(log) == 2
        assert log.read(2) == b"about another"
        ends = log.leaf(log.size() - 1)
        assert (ends.kind, ends.public) == ("rotation", {"wrapping": "2", "destroyed": "1"})
        assert verify(Ledger(store, keys), "nl", deep=True).holds
    for number in (1, 2):
        with pytest.raises(Unavailable) as refused:
            _read_from_copy(tmp_path, number)
        assert refused.value.code == "ledger.key-gone"
    assert not keys.has("nl", wrapping(1))


def _read_from_copy(folder: Path, number: int) -> bytes:
    """What who has the old copy of the store and all keys of today can read."""
    with Store.open(folder / "backup.db") as store:
        return Ledger(store, FolderKeys(folder / "keys")).open("nl").read(number)


def test_a_rotation_that_was_interrupted_is_finished_by_the_next(
    ledger: Ledger, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(log, 50)
    real = log.ring.destroy_wrapping

    def fail(_: int) -> None:
        raise OSError("the machine stopped here")

    monkeypatch.setattr(log.ring, "destroy_wrapping", fail)
    with pytest.raises(OSError, match="stopped"):
        rotate(log)
    monkeypatch.setattr(log.ring, "destroy_wrapping", real)
    assert rotate(log) == 2
    assert not ledger.keys.has(log.shard, wrapping(1))
    assert log.read(7) == b"content 6"
    assert verify(ledger, log.shard, deep=True).holds


def test_a_damaged_key_does_not_keep_the_old_wrapping_key_alive(ledger: Ledger, log: Log) -> None:
    fill(log, 4)
    tamper(log, "UPDATE ledger_content SET wrapped = zeroblob(60) WHERE number = 2")
    rotate(log)
    assert not ledger.keys.has(log.shard, wrapping(1))
    assert log.read(3) == b"content 2"
    assert verify(ledger, log.shard, deep=True).findings == (Finding("content", 2, 2),)


def test_entries_are_appended_under_the_new_key_by_whoever_held_the_old_one(tmp_path: Path) -> None:
    with Store.open(tmp_path / "s.db") as first, Store.open(tmp_path / "s.db") as second:
        migrate(first, [OWNER])
        one = Ledger(first, FolderKeys(tmp_path / "keys")).open("nl")
        two = Ledger(second, FolderKeys(tmp_path / "keys")).open("nl")
        two.append(Entry("decision", b"before"))
        rotate(one)
        receipt = two.append(Entry("decision", b"after"))
        assert one.read(receipt.number) == b"after"
        assert two.read(1) == b"before"
