"""Signed heads in a form that other tools read, and witnesses that refuse a fork."""

from base64 import b64decode
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as some

from benelux.core.errors import Conflict, Invalid, NotAllowed, NotFound
from benelux.core.ledger import Entry, Ledger, Log, heads, peers
from benelux.core.ledger import note as notes
from benelux.core.ledger.keys import MemoryKeys, signing
from benelux.core.ledger.merkle import root_of, verify_consistency
from benelux.core.ledger.note import Checkpoint, Key, Note, Signer, Unreadable
from benelux.core.ledger.proofs import check, check_consistency
from benelux.core.ledger.service import consistency, distrust, prove, rotate_signer, trust, verify
from benelux.core.ledger.witness import Fork, Neighbour, observe, visit, watched
from tests.core.ledgers import START, Clock, fill

# Published beside the form itself: c2sp.org/signed-note, for a key whose secret nobody needs here.
_PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
_PETER_TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
_PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6"
    "KE6RyyBwJnAM="
)


def test_a_published_signed_note_is_read_and_holds() -> None:
    key = Key.read(_PETER)
    signature = notes.signature(_PETER_LINE)
    assert key.holds(_PETER_TEXT, signature) is True
    assert key.holds(_PETER_TEXT.replace("think", "thank"), signature) is False
    assert key.text == _PETER


def test_a_head_is_a_signed_note(ledger: Ledger, log: Log) -> None:
    receipts = fill(log, 3)
    with ledger.store.read() as connection:
        head = heads.newest(connection, log.shard)
    origin, size, root, gap, line, end = head.text.split("\n")
    assert (origin, size, gap, end) == ("nl.example/ledger/nl-politie", "4", "", "")
    leaves = [b64decode(root)] and [prove(ledger, log.shard, 0).entry.encode()]
    opening = sha256(b"\0" + leaves[0]).digest()
    assert b64decode(root) == root_of([opening, *(one.leaf for one in receipts)])
    assert line.startswith("— nl.example/ledger/nl-politie ")
    assert notes.read(head.text).signed_by([log.ring.signer(1).key])


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n4\n", "\n04\n"),
        lambda text: text.replace("\n4\n", "\n-4\n"),
        lambda text: text.replace("\n\n", "\n"),
        lambda text: text.replace("\n\n", "\nan extra line\n\n"),
        lambda text: text[:-1],
        lambda text: text.replace("— ", "- "),
        lambda text: text + "— broken\n",
        lambda text: text.replace("nl.example", "nl example"),
        lambda text: text * 400,
        lambda _: "",
        lambda _: "\n\n\n",
    ],
)
def test_a_head_in_any_other_form_is_unreadable(log: Log, change: object) -> None:
    with log.store.read() as connection:
        fill(log, 3)
    with log.store.read() as connection:
        text = heads.newest(connection, log.shard).text
    with pytest.raises(Unreadable):
        notes.read(change(text))  # type: ignore[operator]


@given(some.text(max_size=300))
def test_whatever_text_comes_is_read_or_unreadable(text: str) -> None:
    for read in (notes.read, notes.checkpoint, notes.signature, Key.read):
        try:
            read(text)
        except Unreadable as refusal:
            assert refusal.line("nl")  # noqa: PT017 - either is right, and both are looked at


@given(some.integers(0, 10**17), some.binary(min_size=32, max_size=32))
def test_a_note_is_read_as_it_was_written(size: int, root: bytes) -> None:
    signer = Signer("lu.example/ledger/lu", b"s" * 32)
    witness = Signer("be.example/witness", b"w" * 32, notes.COSIGNATURE)
    point = Checkpoint(signer.name, size, root)
    note = Note(point, (signer.sign(point.text), witness.sign(point.text, START)))
    again = notes.read(note.text)
    assert again == note
    assert again.signed_by([signer.key, witness.key]) == (signer.key, witness.key)
    assert witness.key.holds(point.text, again.signatures[1]) == START
    assert Key.read(witness.key.text) == witness.key


def test_a_key_whose_id_or_type_was_changed_is_refused() -> None:
    name, number, packed = _PETER.split("+", 2)
    for text in (
        f"{name}+00000000+{packed}",
        f"Other+{number}+{packed}",
        name,
        "",
        f"{name}+{number}+AA==",
    ):
        with pytest.raises(Unreadable):
            Key.read(text)


def test_a_signature_of_another_type_or_by_another_name_does_not_count() -> None:
    signer = Signer("lu.example/ledger/lu", b"s" * 32)
    point = Checkpoint(signer.name, 1, b"r" * 32)
    good = signer.sign(point.text)
    as_witness = Signer(signer.name, b"s" * 32, notes.COSIGNATURE)
    assert not Note(point, (replace(good, name="other"),)).signed_by([signer.key])
    assert not Note(point, (good,)).signed_by([as_witness.key])
    assert not Note(point, (as_witness.sign(point.text, START),)).signed_by([signer.key])
    assert not Note(replace(point, size=2), (good,)).signed_by([signer.key])


def test_a_new_key_is_named_in_the_log_and_vouched_for_by_the_old_one(
    ledger: Ledger, log: Log
) -> None:
    old = log.ring.signer(1).key
    new = rotate_signer(log)
    receipt = log.append(Entry("decision", b"after"))
    with ledger.store.read() as connection:
        change, now = heads.at_size(connection, log.shard, 2), heads.newest(connection, log.shard)
        assert heads.signers(connection, log.shard) == [old, new]
    assert change.note.signed_by([old, new]) == (old, new)
    assert now.note.signed_by([old, new]) == (new,)
    assert log.leaf(1).public == {"signer": new.text}
    assert not ledger.keys.has(log.shard, signing(1))
    assert verify(ledger, log.shard).holds
    assert all(one.holds for one in check(prove(ledger, log.shard, receipt.number)))


def test_every_proof_is_checked_without_the_log(ledger: Ledger, log: Log) -> None:
    fill(log, 40)
    key = log.ring.signer(1).key
    for number in range(41):
        assert all(one.holds for one in check(prove(ledger, log.shard, number), [key]))
    proof = prove(ledger, log.shard, 5)
    for wrong in (
        replace(proof, number=6),
        replace(proof, entry=proof.entry.replace("2026", "2027")),
        replace(proof, path=proof.path[:-1]),
        replace(proof, path=("???", *proof.path[1:])),
        replace(proof, size=40),
        replace(proof, head=proof.head.replace("41", "42")),
        replace(proof, head="nothing"),
    ):
        assert not all(one.holds for one in check(wrong, [key]))
    stranger = Signer(log.ring.origin, b"k" * 32).key
    assert not all(one.holds for one in check(proof, [stranger]))


def test_between_two_sizes_the_log_proves_that_it_only_grew(ledger: Ledger, log: Log) -> None:
    fill(log, 300)
    for _ in range(5):
        log.append(Entry("decision", b"more"))
    with ledger.store.read() as connection:
        found = heads.last(connection, log.shard, 4)
    for later in found:
        for earlier in found:
            if earlier.size > later.size:
                continue
            proof = consistency(ledger, log.shard, earlier.size, later.size)
            assert verify_consistency(
                earlier.size, earlier.root, later.size, later.root, proof.path
            )
            assert check_consistency(earlier.text, later.text, proof.path)
    for earlier, later in ((0, 5), (6, 5), (5, 999)):
        with pytest.raises(NotFound):
            consistency(ledger, log.shard, earlier, later)


def _know(witness: Ledger, ledger: Ledger, log: Log) -> Neighbour:
    """Let the two know each other, as their operators do."""
    trust(witness, "log", log.ring.signer(1).key.text)
    trust(ledger, "witness", witness.witness.key.text)
    return Neighbour(ledger, log.shard)


def test_a_witness_follows_a_log_and_its_signature_goes_with_every_proof(
    ledger: Ledger, log: Log, other: Ledger, clock: Clock
) -> None:
    source = _know(other, ledger, log)
    fill(log, 5)
    visit(other, source)
    clock.wait(minutes=1)
    fill(log, 300, start=5)
    signed = notes.read(visit(other, source))
    assert signed.signed_by([other.witness.key])
    proof = prove(ledger, log.shard, 3)
    assert notes.read(proof.head).signed_by([other.witness.key])
    assert all(one.holds for one in check(proof))
    with ledger.store.read() as connection:
        (given,) = heads.witnessed(connection, log.shard)
    assert (given.witness, given.size, given.given_at) == ("be.example/witness", 306, clock.now)
    with other.store.read() as connection:
        assert [one.verdict for one in watched(connection)] == ["grown"]


def test_a_log_that_tells_two_stories_is_refused_and_both_heads_are_kept(
    ledger: Ledger, log: Log, other: Ledger
) -> None:
    source = _know(other, ledger, log)
    fill(log, 4)
    visit(other, source)
    point = Checkpoint(log.ring.origin, 5, b"another story".ljust(32))
    lie = Note(point, (log.ring.signer(1).sign(point.text),))
    with pytest.raises(Fork) as refused:
        observe(other, lie.text)
    assert "contradicts itself" in str(refused.value)
    longer = Checkpoint(log.ring.origin, 9, b"another story".ljust(32))
    with pytest.raises(Fork):
        observe(other, Note(longer, (log.ring.signer(1).sign(longer.text),)).text, [b"x" * 32])
    with other.store.read() as connection:
        kept = watched(connection)
    assert [one.verdict for one in kept] == ["first", "fork", "unproven"]
    assert kept[1].text == lie.text
    fill(log, 3)
    visit(other, source)  # the true one goes on


def test_a_log_rewritten_in_its_store_cannot_prove_itself_to_its_witness(
    ledger: Ledger, log: Log, other: Ledger
) -> None:
    _know(other, ledger, log)
    fill(log, 4)
    visit(other, Neighbour(ledger, log.shard))
    # The operator puts an older copy back and goes on from there, with the same keys.
    keys = MemoryKeys()
    for name in ("wrap-1", "sign-1", "index"):
        keys.make(log.shard, name)
    rewritten = Ledger(other.store, ledger.keys, "nl.example", ledger.clock).open(log.shard)
    fill(rewritten, 9)
    with pytest.raises(Fork):
        visit(other, Neighbour(Ledger(other.store, ledger.keys, "nl.example"), log.shard))


def test_an_older_head_an_unknown_log_and_a_false_signature_are_refused(
    ledger: Ledger, log: Log, other: Ledger
) -> None:
    with ledger.store.read() as connection:
        early = heads.newest(connection, log.shard).text
    with pytest.raises(NotAllowed):
        observe(other, early)
    source = _know(other, ledger, log)
    fill(log, 3)
    visit(other, source)
    with pytest.raises(Conflict) as refused:
        observe(other, early)
    assert refused.value.code == "ledger.older-head"
    assert not isinstance(refused.value, Fork)
    with ledger.store.read() as connection:
        now = heads.newest(connection, log.shard).text
    with pytest.raises(NotAllowed):
        observe(other, now.replace("\n4\n", "\n5\n"))
    distrust(other, "log", log.ring.signer(1).key.text)
    with pytest.raises(NotAllowed):
        visit(other, source)


def test_only_known_witnesses_and_our_own_heads_are_accepted(
    ledger: Ledger, log: Log, other: Ledger
) -> None:
    trust(other, "log", log.ring.signer(1).key.text)
    with ledger.store.read() as connection:
        text = heads.newest(connection, log.shard).text
    signed = observe(other, text)
    with pytest.raises(NotAllowed):
        heads.accept(ledger, log.shard, signed)
    trust(ledger, "witness", other.witness.key.text)
    heads.accept(ledger, log.shard, signed)
    heads.accept(ledger, log.shard, signed)  # sent twice, kept once
    foreign = Checkpoint(log.ring.origin, 1, b"f" * 32)
    with pytest.raises(Conflict):
        heads.accept(ledger, log.shard, Note(foreign, (other.witness.sign(foreign.text),)).text)


def test_a_key_of_a_log_is_not_taken_for_one_of_a_witness(ledger: Ledger, log: Log) -> None:
    with pytest.raises(Invalid):
        trust(ledger, "witness", log.ring.signer(1).key.text)
    with pytest.raises(Unreadable):
        trust(ledger, "log", "nonsense")
    with ledger.store.read() as connection:
        assert peers.known(connection, "witness") == []
