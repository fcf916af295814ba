"""Proofs from a shard: that an entry is in it, and that it only grew."""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec
from sqlalchemy import Connection, bindparam, select

from benelux.core.errors import Invalid, NotFound
from benelux.core.language import Message, message
from benelux.core.ledger import heads, tables
from benelux.core.ledger import note as notes
from benelux.core.ledger.log import data_in
from benelux.core.ledger.merkle import leaf_hash, node_hash, verify_consistency, verify_inclusion
from benelux.core.ledger.note import Key, Unreadable
from benelux.core.ledger.tiles import WIDTH, Tree
from benelux.core.ledger.writing import hashes_in, state_of

# Made once: SQLAlchemy takes longer to put a question together than SQLite to answer it.
_TILE = select(tables.tile.c.hashes).where(
    tables.tile.c.shard == bindparam("asked"),
    tables.tile.c.level == bindparam("at"),
    tables.tile.c.place == bindparam("there"),
)


@dataclass(frozen=True, slots=True)
class Proof:
    """That entry `number` stands in the log; it can be checked without the log.

    `entry` are the hashed bytes as text, `path` hashes in base 64, `head` the signed note with its
    witnesses, `keys` the public keys of the log.
    """

    shard: str
    number: int
    size: int
    entry: str
    path: tuple[str, ...]
    head: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Consistency:
    """That the head of `later` entries only adds to the one of `earlier`."""

    shard: str
    earlier: int
    later: int
    path: tuple[bytes, ...]


class StoredTiles:
    """A shard's kept levels; the last tile of leaves is read off the entries themselves."""

    def __init__(self, connection: Connection, shard: str) -> None:
        self._connection = connection
        self._shard = shard

    def hashes(self, level: int, place: int) -> bytes:
        asked = {"asked": self._shard, "at": level, "there": place}
        found = self._connection.scalar(_TILE, asked)
        if found is None and level == 0:
            first = place * WIDTH
            return hashes_in(self._connection, self._shard, first, first + WIDTH)
        return found or b""


def tree(connection: Connection, shard: str, size: int) -> Tree:
    """The tree of the first `size` entries; raises `NotFound` when there are not so many."""
    if not 0 <= size <= state_of(connection, shard).size:
        raise NotFound(
            "ledger.no-such-size",
            message("The ledger “{name}” has no {size} entries.", name=shard, size=size),
        )
    return Tree(StoredTiles(connection, shard), size)


def inclusion(connection: Connection, shard: str, number: int, size: int | None = None) -> Proof:
    """The proof that entry `number` is under the head of `size` entries, else the newest head.

    Raises `NotFound` when there is no such entry or head.
    """
    head = (
        heads.newest(connection, shard) if size is None else heads.at_size(connection, shard, size)
    )
    data = data_in(connection, shard, number)
    if number >= head.size:
        raise NotFound(
            "ledger.entry-later",
            message("Entry {number} came after that head.", number=number),
            now=message("Leave the size out for the newest head."),
        )
    path = tree(connection, shard, head.size).inclusion(number)
    given = heads.cosignatures(connection, shard, head.size)
    return Proof(
        shard,
        number,
        head.size,
        data.decode(),
        tuple(b64encode(one).decode() for one in path),
        heads.with_cosignatures(head, given),
        tuple(key.text for key in heads.signers(connection, shard)),
    )


def consistency(connection: Connection, shard: str, earlier: int, later: int) -> Consistency:
    """The proof between two sizes; raises `NotFound` when there are no such sizes."""
    later_tree = tree(connection, shard, later)
    if not 0 < earlier <= later:
        raise NotFound(
            "ledger.no-such-size",
            message("The ledger “{name}” has no {size} entries.", name=shard, size=earlier),
            why=message("The earlier size lies between 1 and the later one."),
        )
    return Consistency(shard, earlier, later, tuple(later_tree.consistency(earlier)))


@dataclass(frozen=True, slots=True)
class Step:
    """One step on the way up: hashed with `other`, which stands on that side, it gives `result`."""

    side: Literal["left", "right"]
    other: str
    result: str


def entry_hash(proof: Proof) -> bytes:
    """With which hash the way to the root begins."""
    return leaf_hash(proof.entry.encode())


def steps(proof: Proof) -> list[Step]:
    """The way from an entry to the root, as it is shown to people; `check` alone is the check."""
    here, last = proof.number, proof.size - 1
    found = leaf_hash(proof.entry.encode())
    way: list[Step] = []
    for text in proof.path:
        other = _hash(text)
        from_left = bool(here & 1) or here == last
        found = node_hash(other, found) if from_left else node_hash(found, other)
        while from_left and here and not here & 1:
            here, last = here >> 1, last >> 1
        here, last = here >> 1, last >> 1
        way.append(Step("left" if from_left else "right", other.hex(), found.hex()))
    return way


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked, and whether it holds."""

    what: Message
    holds: bool


def check(proof: Proof, keys: Sequence[Key] = ()) -> list[Check]:
    """Check a proof by itself; with `keys`, only a head that one of these signed counts.

    Without them its own keys are used, which shows that the proof is whole, and not whose it is.
    """
    try:
        note = notes.read(proof.head)
        path = [_hash(one) for one in proof.path]
        trusted = list(keys) or [Key.read(text) for text in proof.keys]
    except (Unreadable, NotBase64, ValueError):
        return [Check(message("The proof can be read."), holds=False)]
    point = note.checkpoint
    leaf = leaf_hash(proof.entry.encode())
    found = verify_inclusion(leaf, proof.number, proof.size, path, point.root)
    return [
        Check(message("The proof can be read."), holds=True),
        Check(message("The head is of the size that the proof names."), point.size == proof.size),
        Check(message("The entry, hashed with its neighbours, gives the root in the head."), found),
        Check(message("The head is signed by the log's key."), bool(note.signed_by(trusted))),
    ]


def check_consistency(earlier: str, later: str, path: Sequence[bytes]) -> bool:
    """Whether `path` shows that the second of two notes only adds to the first."""
    first, second = notes.read(earlier).checkpoint, notes.read(later).checkpoint
    return first.origin == second.origin and verify_consistency(
        first.size, first.root, second.size, second.root, path
    )


def read(raw: bytes) -> Proof:
    """A proof from its JSON; raises `Invalid` when it is none."""
    try:
        return msgspec.json.decode(raw, type=Proof)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Invalid(
            "ledger.proof-unreadable",
            message("This is not a proof of a ledger."),
            why=message("{error}.", error=str(error)),
        ) from error


def _hash(text: str) -> bytes:
    return b64decode(text, validate=True)
