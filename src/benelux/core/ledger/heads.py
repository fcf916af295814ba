"""Signed heads of our own logs: kept one after another, cosigned by witnesses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, Row, insert, select, update

from benelux.core.errors import Conflict, NotAllowed, NotFound
from benelux.core.language import message
from benelux.core.ledger import keys as names
from benelux.core.ledger import note as notes
from benelux.core.ledger import tables
from benelux.core.ledger.log import Ledger, Log
from benelux.core.ledger.model import Entry
from benelux.core.ledger.note import Key, Note
from benelux.core.ledger.peers import known
from benelux.core.ledger.writing import Item, append_in, state_of


@dataclass(frozen=True, slots=True)
class Head:
    """A signed head of one of our logs; `text` is the signed note, without cosignatures."""

    shard: str
    size: int
    root: bytes
    text: str
    signed_at: datetime

    @property
    def note(self) -> Note:
        return notes.read(self.text)


@dataclass(frozen=True, slots=True)
class Cosignature:
    """That a witness saw this head, and nothing that contradicts it."""

    witness: str
    size: int
    line: str
    given_at: datetime


def newest(connection: Connection, shard: str) -> Head:
    """The head over all that is on record; raises `NotFound` when there is no such shard."""
    state = state_of(connection, shard)
    return at_size(connection, shard, state.size)


def at_size(connection: Connection, shard: str, size: int) -> Head:
    """The head that was signed when the log had `size` entries; raises `NotFound` for others."""
    rows = tables.head
    asked = select(rows).where(rows.c.shard == shard, rows.c.size == size)
    found = connection.execute(asked).one_or_none() if 0 < size.bit_length() < 63 else None  # noqa: PLR2004 - what databases hold
    if found is None:
        raise NotFound(
            "ledger.no-such-head",
            message("No head of “{name}” was signed at {size} entries.", name=shard, size=size),
            now=message("Leave the size out for the newest head."),
        )
    return _head(found)


def last(connection: Connection, shard: str, count: int, before: int | None = None) -> list[Head]:
    """The newest `count` heads, the newest first; with `before` only smaller ones."""
    rows = tables.head
    asked = select(rows).where(rows.c.shard == shard).order_by(rows.c.size.desc()).limit(count)
    if before is not None:
        asked = asked.where(rows.c.size < before)
    return [_head(row) for row in connection.execute(asked)]


def covering(connection: Connection, shard: str, number: int) -> Head:
    """The first head over entry `number`."""
    rows = tables.head
    asked = (
        select(rows)
        .where(rows.c.shard == shard, rows.c.size > number)
        .order_by(rows.c.size)
        .limit(1)
    )
    return _head(connection.execute(asked).one())


def signers(connection: Connection, shard: str) -> list[Key]:
    """The public keys of this log's heads, the first one first."""
    rows = tables.signer
    asked = select(rows.c.key).where(rows.c.shard == shard).order_by(rows.c.generation)
    return [Key.read(text) for text in connection.scalars(asked)]


def rotate_signer(log: Log) -> Key:
    """Sign with a new key from here on; the head that says so is signed by the old one too.

    The old private key is destroyed afterwards.
    """

    def work(connection: Connection) -> tuple[int, Key]:
        state = state_of(connection, log.shard)
        old, new = state.signing, state.signing + 1
        log.ring.keys.make(log.shard, names.signing(new))
        key = log.ring.signer(new).key
        item = Item.of(log.ring, Entry("signer", b"", public={"signer": key.text}))
        append_in(connection, log.ring, [item], log.clock(), signers=(old, new))
        size = state.size + 1
        values = {"shard": log.shard, "generation": new, "key": key.text, "since": size}
        connection.execute(insert(tables.signer), values)
        rows = tables.shard
        connection.execute(update(rows).where(rows.c.shard == log.shard).values(signing=new))
        return old, key

    old, key = log.store.write(work)
    log.ring.keys.destroy(log.shard, names.signing(old))
    return key


def accept(ledger: Ledger, shard: str, text: str) -> Cosignature:
    """Keep what a witness signed below one of our heads.

    Raises `Conflict` when the head is not ours, `NotAllowed` when no witness that this node knows
    signed it.
    """
    note = notes.read(text)
    with ledger.store.read() as connection:
        ours = at_size(connection, shard, note.checkpoint.size)
        witnesses = known(connection, "witness")
    if ours.note.checkpoint != note.checkpoint:
        raise Conflict(
            "ledger.foreign-head",
            message("This is not the head that was signed here at that size."),
            now=message("Keep it: two heads of one size are proof that a log was rewritten."),
        )
    body = note.checkpoint.text
    for key in witnesses:
        for one in note.signatures:
            at = key.holds(body, one)
            if isinstance(at, datetime):
                kept = Cosignature(key.name, ours.size, one.line, at)
                ledger.store.write(partial(_keep, shard=shard, one=kept))
                return kept
    raise NotAllowed(
        "ledger.unknown-witness",
        message("No witness that this node knows signed this head."),
        now=message("Make the witness known first: benelux ledger trust."),
    )


def cosignatures(connection: Connection, shard: str, size: int) -> list[Cosignature]:
    """Who witnessed the head of that size, by name."""
    rows = tables.cosignature
    asked = (
        select(rows.c.witness, rows.c.size, rows.c.line, rows.c.given_at)
        .where(rows.c.shard == shard, rows.c.size == size)
        .order_by(rows.c.witness)
    )
    return [Cosignature(*row) for row in connection.execute(asked)]


def witnessed(connection: Connection, shard: str) -> list[Cosignature]:
    """The newest cosignature of each witness."""
    rows = tables.cosignature
    asked = (
        select(rows.c.witness, rows.c.size, rows.c.line, rows.c.given_at)
        .where(rows.c.shard == shard)
        .order_by(rows.c.size)
    )
    newest_of = {row.witness: Cosignature(*row) for row in connection.execute(asked)}
    return sorted(newest_of.values(), key=lambda one: one.witness)


def with_cosignatures(head: Head, given: Sequence[Cosignature]) -> str:
    """The signed note with the lines of its witnesses."""
    return head.text + "".join(one.line for one in given)


def _keep(connection: Connection, shard: str, one: Cosignature) -> None:
    rows = tables.cosignature
    here = (rows.c.shard == shard, rows.c.size == one.size, rows.c.witness == one.witness)
    if connection.scalar(select(rows.c.size).where(*here)) is None:
        values = {
            "shard": shard,
            "size": one.size,
            "witness": one.witness,
            "line": one.line,
            "given_at": one.given_at,
        }
        connection.execute(insert(rows), values)


def _head(row: "Row[tuple[object, ...]]") -> Head:
    return Head(row.shard, row.size, row.root, row.note, row.signed_at)
