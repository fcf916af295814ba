"""A walk finds what was changed behind the ledger's back, and says where."""

import pytest
from sqlalchemy import Connection, select

from benelux.core.ledger import Entry, Ledger, Log, tables
from benelux.core.ledger import note as notes
from benelux.core.ledger.findings import WORDS, Finding
from benelux.core.ledger.heads import rotate_signer
from benelux.core.ledger.keys import MemoryKeys
from benelux.core.ledger.merkle import Frontier, leaf_hash
from benelux.core.ledger.model import Leaf
from benelux.core.ledger.service import erase, verify
from benelux.core.ledger.tiles import WIDTH
from benelux.core.store import Store
from tests.core.ledgers import fill, tamper

_FULL = WIDTH + 60


def _found(ledger: Ledger, log: Log, *, deep: bool = False) -> list[Finding]:
    return list(verify(ledger, log.shard, deep=deep).findings)


def test_a_log_that_nobody_touched_holds(ledger: Ledger, log: Log) -> None:
    fill(log, 2 * WIDTH + 40)
    rotate_signer(log)
    fill(log, 5)
    erase(log, 9, "a ground", by="somebody")
    found = verify(ledger, log.shard, deep=True)
    assert found.findings == ()
    assert (found.entries, found.erased) == (2 * WIDTH + 48, 1)
    assert found.heads > 3


@pytest.mark.parametrize("number", [0, 5, WIDTH - 1, WIDTH, _FULL])
def test_a_row_that_was_changed_is_located(ledger: Ledger, log: Log, number: int) -> None:
    fill(log, _FULL)
    tamper(
        log,
        "UPDATE ledger_entry SET data = replace(data, '2026', '2027') WHERE number = :n",
        n=number,
    )
    assert _found(ledger, log) == [Finding("changed", number, number)]


def test_a_row_that_was_changed_together_with_its_hash_is_located_by_the_levels(
    ledger: Ledger, log: Log
) -> None:
    fill(log, _FULL)
    _forge(log, 7)
    assert _found(ledger, log) == [Finding("changed", 7, 7)]


def test_where_no_level_is_kept_yet_the_heads_say_between_which_entries(
    ledger: Ledger, log: Log
) -> None:
    for number in range(12):
        log.append(Entry("decision", b"%d" % number))
    _forge(log, 7)
    assert _found(ledger, log) == [Finding("rewritten", 7, 7)]


def _forge(log: Log, number: int) -> bytes:
    forged = Leaf(log.shard, number, "decision", "2026-11-02T09:30:00.000000+00:00").pack()
    hashed = leaf_hash(forged)
    tamper(
        log,
        "UPDATE ledger_entry SET data = :data, hash = :hash WHERE number = :n",
        data=forged, hash=hashed, n=number,
    )  # fmt: skip
    return hashed


def test_rows_that_are_missing_are_located(ledger: Ledger, log: Log) -> None:
    fill(log, _FULL)
    tamper(log, "DELETE FROM ledger_entry WHERE number IN (3, 4, 200)")
    assert _found(ledger, log) == [Finding("missing", 3, 4), Finding("missing", 200, 200)]


def test_an_end_that_was_cut_off_is_located(ledger: Ledger, log: Log) -> None:
    fill(log, 20)
    tamper(log, "DELETE FROM ledger_entry WHERE number >= 15")
    found = _found(ledger, log)
    assert Finding("missing", 15, 20) in found
    assert {one.kind for one in found} == {"missing", "edge"}


def test_rows_that_were_swapped_are_located(ledger: Ledger, log: Log) -> None:
    fill(log, _FULL)
    for new, old in ((9999, 30), (30, 31), (31, 9999)):
        tamper(log, "UPDATE ledger_entry SET number = :new WHERE number = :old", new=new, old=old)
    assert _found(ledger, log) == [Finding("moved", 30, 30), Finding("moved", 31, 31)]


@pytest.mark.parametrize("column", ["root", "note"])
def test_a_head_that_was_changed_is_located(ledger: Ledger, log: Log, column: str) -> None:
    for number in range(5):
        log.append(Entry("decision", b"%d" % number))
    value = b"x" * 32 if column == "root" else _other_note(log, 4)
    tamper(log, f"UPDATE ledger_head SET {column} = :value WHERE size = 4", value=value)  # noqa: S608 - one of two names
    assert _found(ledger, log) == [Finding("head", 3, 3)]


def _other_note(log: Log, size: int) -> str:
    with log.store.read() as connection:
        rows = tables.head.c
        text = connection.scalars(select(rows.note).where(rows.size == size)).one()
    root = notes.read(text).checkpoint.root
    return text.replace(
        *(notes.Checkpoint("x", size, one).text.split("\n")[2] for one in (root, b"y" * 32))
    )


def test_the_newest_head_cannot_be_taken_away(ledger: Ledger, log: Log) -> None:
    fill(log, 3)
    tamper(log, "DELETE FROM ledger_head WHERE size = 4")
    assert Finding("head", 3, 3) in _found(ledger, log)


def test_a_key_that_was_put_in_the_place_of_the_log_s_own_is_noticed(
    ledger: Ledger, log: Log
) -> None:
    fill(log, 3)
    other = notes.Signer(log.ring.origin, b"k" * 32)
    tamper(log, "UPDATE ledger_signer SET key = :key", key=other.key.text)
    assert {one.kind for one in _found(ledger, log)} >= {"signer", "head"}


def test_levels_that_were_changed_are_located(ledger: Ledger, log: Log) -> None:
    fill(log, 2 * WIDTH)
    tamper(log, "UPDATE ledger_tile SET hashes = zeroblob(8192) WHERE level = 0 AND place = 1")
    found = _found(ledger, log)
    assert Finding("level", WIDTH, 2 * WIDTH - 1) in found
    assert all(one.first >= WIDTH for one in found)


def test_hashes_half_way_up_a_tile_are_compared_too(ledger: Ledger, log: Log) -> None:
    fill(log, 2 * WIDTH)
    tamper(
        log,
        "UPDATE ledger_tile SET hashes = CAST(substr(hashes, 1, 8192) || zeroblob(512) AS BLOB)"
        " WHERE level = 0 AND place = 0",
    )
    assert _found(ledger, log) == [Finding("level", 0, WIDTH - 1)]


def test_contents_that_were_changed_taken_away_or_brought_back_are_located(
    ledger: Ledger, log: Log
) -> None:
    fill(log, 10)
    erase(log, 8, "a ground", by="somebody")
    tamper(log, "UPDATE ledger_content SET sealed = zeroblob(60) WHERE number = 2")
    tamper(log, "DELETE FROM ledger_content WHERE number = 3")
    tamper(log, "UPDATE ledger_content SET number = 8 WHERE number = 4")
    assert _found(ledger, log) == [
        Finding("content", 2, 2),
        Finding("erased", 3, 3),
        Finding("erased", 4, 4),
        Finding("content", 8, 8),
        Finding("revived", 8, 8),
    ]


def test_an_erasure_that_is_not_on_record_does_not_count_as_one(ledger: Ledger, log: Log) -> None:
    fill(log, 5)
    erase(log, 2, "a ground", by="somebody")
    tamper(log, "DELETE FROM ledger_content WHERE number = 3")
    tamper(log, "INSERT INTO ledger_erased VALUES (:shard, 3, 6)", shard=log.shard)
    assert _found(ledger, log) == [Finding("erased", 3, 3)]


def test_a_deep_walk_sees_who_was_taken_out_of_the_index_and_keys_that_were_changed(
    ledger: Ledger, log: Log
) -> None:
    fill(log, 6)
    tamper(log, "DELETE FROM ledger_about WHERE number = 2")
    tamper(log, "UPDATE ledger_content SET wrapped = zeroblob(60) WHERE number = 5")
    assert _found(ledger, log) == []
    assert _found(ledger, log, deep=True) == [Finding("index", 2, 2), Finding("content", 5, 5)]


def test_a_log_that_was_written_anew_with_all_its_keys_is_caught_by_a_head_kept_elsewhere(
    ledger: Ledger, log: Log, store: Store
) -> None:
    fill(log, 9)
    with store.read() as connection:
        kept = notes.read(connection.scalars(select(tables.head.c.note)).all()[-1])
    _rewrite(log)
    assert verify(ledger, log.shard).holds  # by itself it is whole
    found = verify(ledger, log.shard, elsewhere=[kept]).findings
    assert [one.kind for one in found] == ["elsewhere"]
    stranger = notes.Signer(log.ring.origin, b"k" * 32).key
    assert verify(ledger, log.shard, key=stranger).findings[0].kind == "elsewhere"


def _rewrite(log: Log) -> None:
    """What the operator himself could do: change entry 4, and hash and sign everything anew."""
    _forge(log, 4)

    def work(connection: Connection) -> None:
        rows, heads, shards = tables.entry.c, tables.head, tables.shard
        hashes = connection.scalars(select(rows.hash).order_by(rows.number)).all()
        edge = Frontier()
        for hashed in hashes:
            edge.append(hashed)
            point = notes.Checkpoint(log.ring.origin, edge.size, edge.root())
            note = notes.Note(point, (log.ring.signer(1).sign(point.text),))
            connection.execute(
                heads.update()
                .where(heads.c.size == edge.size)
                .values(root=point.root, note=note.text)
            )
        connection.execute(shards.update().values(edge=edge.pack()))

    tamper(log, "DELETE FROM ledger_content WHERE number = 4")
    log.store.write(work)


def test_a_head_from_elsewhere_that_is_larger_shows_what_was_cut_off(
    ledger: Ledger, log: Log
) -> None:
    fill(log, 3)
    point = notes.Checkpoint(log.ring.origin, 9, b"r" * 32)
    found = verify(ledger, log.shard, elsewhere=[notes.Note(point, ())]).findings
    assert found == (Finding("missing", 4, 8),)


def test_without_its_keys_a_log_can_still_be_walked(log: Log) -> None:
    fill(log, 4)
    assert verify(Ledger(log.store, MemoryKeys()), log.shard).holds


@pytest.mark.parametrize("kind", list(WORDS))
def test_every_finding_can_be_said_in_every_language(kind: str) -> None:
    for language in ("nl", "fr", "de", "en"):
        assert "{" not in Finding(kind, 3, 9).said.to(language)  # type: ignore[arg-type]
        assert "3" in Finding(kind, 3, 3).said.to(language)  # type: ignore[arg-type]
