"""Appending to a shard within one transaction: entries, levels, right edge and signed head."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import msgspec
from sqlalchemy import Connection, bindparam, insert, select, update

from benelux.core.errors import Conflict, NotFound, Refusal
from benelux.core.language import message
from benelux.core.ledger import tables
from benelux.core.ledger.merkle import Frontier, leaf_hash
from benelux.core.ledger.model import Entry, Leaf, Receipt, carried, leaf_of, stamp
from benelux.core.ledger.note import Checkpoint, Note
from benelux.core.ledger.ring import Ring
from benelux.core.ledger.sealing import Sealed, seal, unseal
from benelux.core.ledger.tiles import FULL, WIDTH, middles, top
from benelux.core.store.prepared import Prepared, PreparedAmong

Row = dict[str, object]
_STATE = Prepared(
    select(
        tables.shard.c.origin, tables.shard.c.size, tables.shard.c.edge, tables.shard.c.wrapping,
        tables.shard.c.signing, tables.shard.c.last_at,
    ).where(tables.shard.c.shard == bindparam("asked"))
)  # fmt: skip
_GROWN = Prepared(
    update(tables.shard)
    .where(tables.shard.c.shard == bindparam("grown"))
    .values({name: bindparam(name) for name in ("size", "edge", "last_at")})
)
_REQUESTS = PreparedAmong(
    lambda keys: select(tables.request.c.request, tables.request.c.number).where(
        tables.request.c.shard == bindparam("asked"), tables.request.c.request.in_(keys)
    )
)
_ENTRY, _CONTENT, _ABOUT, _REQUEST, _HEAD = (
    Prepared(insert(table))
    for table in (tables.entry, tables.content, tables.about, tables.request, tables.head)
)


@dataclass(frozen=True, slots=True)
class State:
    """How far a shard came, its right edge, and which generations of its keys are in use."""

    origin: str
    size: int
    edge: bytes
    wrapping: int
    signing: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Item:
    """An entry on its way, encrypted already; one without content has nothing to encrypt."""

    entry: Entry
    request: bytes
    about: tuple[bytes, ...]
    sealed: Sealed | None

    @classmethod
    def of(cls, ring: Ring, entry: Entry) -> "Item":
        about = tuple(sorted({ring.hide("about", carried(token)) for token in entry.about}))
        held = Held(entry.content, about)
        request = ring.hide("request", entry.request) if entry.request else b""
        return cls(entry, request, about, seal(held.pack()) if entry.content else None)


@dataclass(frozen=True, slots=True)
class Held:
    """What is encrypted: the content, and under which hidden tokens the indexes name it."""

    content: bytes
    about: tuple[bytes, ...] = ()

    def pack(self) -> bytes:
        return msgspec.msgpack.encode((self.content, self.about))

    @classmethod
    def unpack(cls, packed: bytes) -> "Held":
        return cls(*msgspec.msgpack.decode(packed, type=tuple[bytes, tuple[bytes, ...]]))


def append_in(
    connection: Connection,
    ring: Ring,
    items: Sequence[Item],
    now: datetime,
    *,
    signers: Sequence[int] = (),
) -> list[Receipt | Refusal]:
    """Append `items` in the transaction of `connection`; one signed head covers all of them.

    For each its receipt, or the refusal of one whose request number was used for something else;
    that is on record then too. `signers` are the generations that sign, if not the current one.
    Raises `NotFound` when the shard is not open.
    """
    page = _Page(connection, ring, state_of(connection, ring.shard), now)
    page.recall([item.request for item in items if item.request])
    outcomes = [page.put(item) for item in items]
    page.keep(signers)
    return [page.receipt(one) if isinstance(one, _Place) else one for one in outcomes]


def state_of(connection: Connection, shard: str) -> State:
    found = _STATE.rows(connection, {"asked": shard})
    if not found:
        raise NotFound("ledger.no-such-shard", message("There is no ledger “{name}”.", name=shard))
    return State(*cast("tuple[str, int, bytes, int, int, datetime]", found[0]))


def held_in(connection: Connection, ring: Ring, number: int) -> Held | None:
    """What entry `number` holds; None where it has no content, or none any more."""
    rows = tables.content
    asked = select(rows).where(rows.c.shard == ring.shard, rows.c.number == number)
    found = connection.execute(asked).mappings().first()
    if found is None:
        return None
    key = ring.wrapper(found["wrapping"]).unwrap(found["wrapped"], number)
    return Held.unpack(unseal(key, found["sealed"]))


@dataclass(frozen=True, slots=True)
class _Place:
    number: int
    again: bool


class _Page:
    """What one transaction adds."""

    def __init__(self, connection: Connection, ring: Ring, state: State, now: datetime) -> None:
        self._connection = connection
        self._ring = ring
        self._state = state
        self._start = state.size
        self._edge = Frontier.unpack(self._start, state.edge)
        self._wrapper = ring.wrapper(state.wrapping)
        # A clock that was set back must not put an entry before the one that it follows.
        self._now = max(now, state.last_at)
        self._at = stamp(self._now)
        self._entries: list[Row] = []
        self._contents: list[Row] = []
        self._abouts: list[Row] = []
        self._requests: list[Row] = []
        self._known: dict[bytes, int] = {}
        self._new: dict[int, Item] = {}

    def recall(self, hidden: Sequence[bytes]) -> None:
        """Look up which of these requests were answered before."""
        found = _REQUESTS.rows(self._connection, hidden, {"asked": self._ring.shard})
        self._known.update(cast("list[tuple[bytes, int]]", found))

    def put(self, item: Item) -> "_Place | Refusal":
        entry = item.entry
        request = item.request
        if not request:
            return _Place(self._add(item), again=False)
        number = self._known.get(request)
        if number is None:
            number = self._known[request] = self._add(item)
            self._requests.append({"shard": self._ring.shard, "request": request, "number": number})
            return _Place(number, again=False)
        if self._same(item, number):
            return _Place(number, again=True)
        said = {"request": entry.request, "kind": entry.kind, "first": number}
        self._add(Item.of(self._ring, Entry("refusal", msgspec.json.encode(said))))
        return Conflict(
            "ledger.request-reused",
            message("This request number was used before, for something else."),
            why=message("It belongs to entry {number}.", number=number),
            now=message("Use a new number for a new request."),
        )

    def keep(self, signers: Sequence[int] = ()) -> None:
        """Write everything down, and sign the head over it."""
        if not self._entries:
            return
        connection, shard = self._connection, self._ring.shard
        for insertion, rows in (
            (_ENTRY, self._entries),
            (_CONTENT, self._contents),
            (_ABOUT, self._abouts),
            (_REQUEST, self._requests),
        ):
            if rows:
                insertion.many(connection, rows)
        self._keep_tiles()
        size, root = self._edge.size, self._edge.root()
        head = Checkpoint(self._ring.origin, size, root)
        generations = signers or (self._state.signing,)
        note = Note(head, tuple(self._ring.signer(one).sign(head.text) for one in generations))
        signed = {"shard": shard, "size": size, "root": root, "note": note.text}
        _HEAD.count(connection, {**signed, "signed_at": self._now})
        grown = {"size": size, "edge": self._edge.pack(), "last_at": self._now}
        _GROWN.count(connection, {**grown, "grown": shard})

    def receipt(self, place: _Place) -> Receipt:
        if place.number >= self._start:
            leaf = self._entries[place.number - self._start]["hash"]
            at = self._now
        else:
            rows = tables.entry
            asked = select(rows.c.data, rows.c.hash).where(
                rows.c.shard == self._ring.shard, rows.c.number == place.number
            )
            data, leaf = self._connection.execute(asked).one()
            at = leaf_of(data).moment
        return Receipt(self._ring.shard, place.number, leaf, at, self._edge.size, again=place.again)  # type: ignore[arg-type]

    def _add(self, item: Item) -> int:
        entry, sealed, shard = item.entry, item.sealed, self._ring.shard
        number = self._edge.size
        commitment = sealed.commitment.hex() if sealed else ""
        data = Leaf(shard, number, entry.kind, self._at, commitment, entry.public).pack()
        hashed = leaf_hash(data)
        self._edge.append(hashed)
        self._entries.append({"shard": shard, "number": number, "data": data, "hash": hashed})
        if sealed:
            self._contents.append(
                {
                    "shard": shard,
                    "number": number,
                    "sealed": sealed.sealed,
                    "salt": sealed.salt,
                    "wrapped": self._wrapper.wrap(sealed.key, number),
                    "wrapping": self._wrapper.generation,
                }
            )
        for token in item.about:
            self._abouts.append({"shard": shard, "token": token, "number": number})
        self._new[number] = item
        return number

    def _same(self, item: Item, number: int) -> bool:
        """Whether `item` is what stands under that number; what was erased is like nothing."""
        entry = item.entry
        asked = (entry.kind, dict(entry.public), Held(entry.content, item.about))
        new = self._new.get(number)
        if new is not None:
            held = Held(new.entry.content, new.about)
            return asked == (new.entry.kind, dict(new.entry.public), held)
        rows = tables.entry
        data = self._connection.scalars(
            select(rows.c.data).where(rows.c.shard == self._ring.shard, rows.c.number == number)
        ).one()
        leaf = leaf_of(data)
        kept = held_in(self._connection, self._ring, number)
        if kept is None:
            if leaf.content:
                return False
            kept = Held(b"", item.about)
        return asked == (leaf.kind, dict(leaf.public), kept)

    def _keep_tiles(self) -> None:
        for place in range(self._start // WIDTH, self._edge.size // WIDTH):
            first = place * WIDTH
            hashes = [row["hash"] for row in self._entries[max(0, first - self._start) :][:WIDTH]]
            if first < self._start:
                before = hashes_in(self._connection, self._ring.shard, first, self._start)
                hashes = [before, *hashes[: WIDTH - (self._start - first)]]
            keep_tile(self._connection, self._ring.shard, place, b"".join(hashes))  # type: ignore[arg-type]


def hashes_in(connection: Connection, shard: str, first: int, end: int) -> bytes:
    """The leaf hashes `first` to `end`, not included, one after another."""
    rows = tables.entry
    asked = (
        select(rows.c.hash)
        .where(rows.c.shard == shard, rows.c.number >= first, rows.c.number < end)
        .order_by(rows.c.number)
    )
    return b"".join(connection.scalars(asked))


def keep_tile(connection: Connection, shard: str, place: int, hashes: bytes) -> None:
    """Keep a full tile of leaves, and what it adds to the levels above."""
    rows = tables.tile
    level = 0
    values: Row = {"shard": shard, "level": 0, "place": place}
    connection.execute(insert(rows), {**values, "hashes": hashes + middles(hashes)})
    while len(hashes) == FULL:
        level, place, above = level + 1, place // WIDTH, top(hashes)
        here = (rows.c.shard == shard, rows.c.level == level, rows.c.place == place)
        before = connection.scalar(select(rows.c.hashes).where(*here))
        hashes = (before or b"") + above
        kept = hashes + middles(hashes) if len(hashes) == FULL else hashes
        if before is None:
            values = {"shard": shard, "level": level, "place": place}
            connection.execute(insert(rows), {**values, "hashes": kept})
        else:
            connection.execute(update(rows).where(*here).values(hashes=kept))
