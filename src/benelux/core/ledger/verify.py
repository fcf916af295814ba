"""Walking a whole shard: every entry, level and head; what is wrong is found and located.

Memory stays bounded however long the log is. All of it is read at one moment.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection, Row, select

from benelux.core.ledger import tables
from benelux.core.ledger.contents import Contents
from benelux.core.ledger.findings import Finding, Kind, Verdict
from benelux.core.ledger.log import Log
from benelux.core.ledger.merkle import SIZE, Frontier, leaf_hash
from benelux.core.ledger.model import Leaf, leaf_of
from benelux.core.ledger.note import Key, Note, Unreadable
from benelux.core.ledger.note import read as read_note
from benelux.core.ledger.tiles import WIDTH, split, top
from benelux.core.ledger.writing import state_of

_AT_ONCE: Final = 16 * WIDTH


def walk(
    log: Log, *, elsewhere: Sequence[Note] = (), key: Key | None = None, deep: bool = False
) -> Verdict:
    """Check a whole shard.

    `elsewhere` are heads of this log that somebody else kept, such as a witness: the only means
    against one who rewrites everything and signs it anew. `key` is the first key of the log, from
    elsewhere too. With `deep` every content is opened and compared with the indexes.
    """
    with log.store.read() as connection:
        return _Walk(connection, log, elsewhere, key, deep=deep).go()


class _Walk:
    def __init__(
        self,
        connection: Connection,
        log: Log,
        elsewhere: Sequence[Note],
        key: Key | None,
        *,
        deep: bool,
    ) -> None:
        self._connection = connection
        self._shard = log.shard
        self._state = state_of(connection, log.shard)
        self._deep = deep
        self._contents = Contents(connection, log.shard, log.ring if deep else None)
        self._findings: list[Finding] = []
        # Two edges: by the hashes beside the entries, and by those in the kept levels. They are the
        # same object until somebody changes one of them; a head tells which of them is right.
        self._edge = self._by_levels = Frontier()
        self._lost = False
        self._good = 0
        self._keys: list[Key] = [key] if key else []
        self._given = key
        self._heads = self._all_heads()
        self._head = next(self._heads, None)
        self._count = 0
        self._elsewhere = sorted(elsewhere, key=lambda one: one.checkpoint.size)

    def go(self) -> Verdict:
        expected = 0
        for rows in self._pieces():
            self._look_at(rows, expected)
            expected = rows[-1].number + 1
        self._see_the_end(expected)
        order = sorted(set(self._findings), key=lambda one: (one.first, one.last, one.kind))
        return Verdict(
            self._shard,
            expected,
            self._count,
            self._contents.erased,
            self._deep,
            tuple(order),
        )

    def _look_at(self, rows: "Sequence[Row[tuple[int, bytes, bytes]]]", expected: int) -> None:
        first, last = expected, rows[-1].number
        levels = self._level(first, last)
        leaves: list[Leaf] = []
        for number, data, kept in rows:
            if number > expected:
                self._bridge(expected, number, levels)
            expected = number + 1
            leaf = self._read(number, data, kept)
            if leaf is not None and leaf.content:
                leaves.append(leaf)
            self._grow(number, kept, levels.get(number))
            if leaf is not None:
                self._hear(leaf)
            self._see_heads()
        self._findings.extend(self._contents.compare(leaves, first, last))

    def _read(self, number: int, data: bytes, kept: bytes) -> Leaf | None:
        if leaf_hash(data) != kept:
            self._note("changed", number)
            return None
        try:
            leaf = leaf_of(data)
        except msgspec.DecodeError:
            self._note("changed", number)
            return None
        if (leaf.number, leaf.shard, leaf.v) != (number, self._shard, 1):
            self._note("moved", number)
            return None
        return leaf

    def _grow(self, number: int, kept: bytes, level: bytes | None) -> None:
        if level is not None and level != kept:
            self._note("changed", number)
        same = self._edge is self._by_levels
        if same and level is not None and level != kept:
            self._by_levels = Frontier(self._edge.size, self._edge.nodes)
            same = False
        self._edge.append(kept)
        if not same:
            self._by_levels.append(level or kept)

    def _bridge(self, first: int, end: int, levels: dict[int, bytes]) -> None:
        """Entries that are not there: go on by the kept levels, if those still have them."""
        self._findings.append(Finding("missing", first, end - 1))
        for number in range(first, end):
            hashed = levels.get(number)
            self._lost |= hashed is None
            self._edge.append(hashed or bytes(SIZE))
            if self._by_levels is not self._edge:
                self._by_levels.append(hashed or bytes(SIZE))
            self._see_heads()

    def _hear(self, leaf: Leaf) -> None:
        """The log itself names the keys that sign from the next head on."""
        if leaf.kind in {"opening", "signer"}:
            try:
                key = Key.read(leaf.public.get("signer", ""))
            except Unreadable:
                self._note("signer", leaf.number)
                return
            if leaf.kind == "opening" and self._given and key != self._given:
                self._note("elsewhere", leaf.number)
            if key not in self._keys:
                self._keys.append(key)

    def _see_heads(self) -> None:
        """Compare with what was signed, and with what others kept, at this very size."""
        size = self._edge.size
        while self._elsewhere and self._elsewhere[0].checkpoint.size == size:
            known = self._elsewhere.pop(0).checkpoint
            if not self._lost and self._settled(known.root) is None:
                self._findings.append(Finding("elsewhere", 0, size - 1))
        while self._head is not None and self._head.size <= size:
            if self._head.size == size:
                self._see_head(self._head)
            self._count += 1
            self._head = next(self._heads, None)

    def _see_head(self, row: "Row[tuple[int, bytes, str]]") -> None:
        size, root, text = row
        try:
            note = read_note(text)
        except Unreadable:
            self._note("head", size - 1)
            return
        point = note.checkpoint
        honest = bool(note.signed_by(self._keys[-2:])) or self._lost
        if not honest or (point.size, point.root) != (size, root):
            self._note("head", size - 1)
        elif not self._lost:
            edge = self._settled(root)
            if edge is None:
                # From here on nothing can be told from the heads; what follows is hashed over this.
                self._findings.append(Finding("rewritten", self._good, size - 1))
                self._lost = True
            else:
                self._edge = self._by_levels = edge
                self._good = size

    def _settled(self, root: bytes) -> Frontier | None:
        """The edge that has this root, if one of the two has."""
        if self._edge.root() == root:
            return self._edge
        same = self._edge is self._by_levels
        return self._by_levels if not same and self._by_levels.root() == root else None

    def _see_the_end(self, size: int) -> None:
        newest = size
        if self._head is not None:  # heads over entries that are not there
            newest = self._head.size
            for row in self._heads:
                newest = row.size
        newest = max(newest, self._state["size"], *(one.checkpoint.size for one in self._elsewhere))
        if newest > size:
            self._findings.append(Finding("missing", size, newest - 1))
        elif size and not self._lost and self._good != size:
            self._note("head", size - 1)
        if self._state["size"] != size or (
            not self._lost and self._edge.size == size and self._state["edge"] != self._edge.pack()
        ):
            self._note("edge", max(0, size - 1))
        kept = tables.signer.c
        asked = select(kept.key).where(kept.shard == self._shard).order_by(kept.generation)
        if list(self._connection.scalars(asked)) != [key.text for key in self._keys]:
            self._findings.append(Finding("signer", 0, max(0, size - 1)))

    def _level(self, first: int, last: int) -> dict[int, bytes]:
        """The kept hashes of these leaves by number, and whether the level above agrees."""
        tile = tables.tile.c
        asked = (
            select(tile.place, tile.hashes)
            .where(
                tile.shard == self._shard,
                tile.level == 0,
                tile.place.between(first // WIDTH, last // WIDTH),
            )
            .order_by(tile.place)
        )
        found: dict[int, bytes] = {}
        full = {place: bytes(hashes) for place, hashes in self._connection.execute(asked)}
        for place in range(first // WIDTH, (last + 1) // WIDTH):
            row = split(full.get(place, b""))
            if len(row) != WIDTH or any(len(one) != SIZE for one in row):
                self._findings.append(Finding("level", place * WIDTH, (place + 1) * WIDTH - 1))
                continue
            found.update(enumerate(row, place * WIDTH))
        self._see_above(full)
        return found

    def _see_above(self, full: dict[int, bytes]) -> None:
        tile = tables.tile.c
        for level in range(1, 8):
            above: dict[int, bytes] = {}
            for place, hashes in full.items():
                if len(hashes) != WIDTH * SIZE:
                    continue
                asked = select(tile.hashes).where(
                    tile.shard == self._shard, tile.level == level, tile.place == place // WIDTH
                )
                if place // WIDTH not in above:
                    above[place // WIDTH] = bytes(self._connection.scalar(asked) or b"")
                at = place % WIDTH * SIZE
                if above[place // WIDTH][at : at + SIZE] != top(hashes):
                    width = WIDTH**level
                    place_end = (place + 1) * width - 1
                    self._findings.append(Finding("level", place * width, place_end))
            # Only a tile whose last hash was just seen is new on the level above.
            ends = {place // WIDTH for place in full if place % WIDTH == WIDTH - 1}
            full = {place: hashes for place, hashes in above.items() if place in ends}
            if not full:
                return

    def _pieces(self) -> "Iterator[Sequence[Row[tuple[int, bytes, bytes]]]]":
        rows = tables.entry.c
        after = -1
        while True:
            end = (after + 1) // WIDTH * WIDTH + _AT_ONCE
            asked = (
                select(rows.number, rows.data, rows.hash)
                .where(rows.shard == self._shard, rows.number > after)
                .order_by(rows.number)
                .limit(_AT_ONCE)
            )
            found = self._connection.execute(asked).all()
            inside = [row for row in found if row.number < end] or found[:1]
            if not inside:
                return
            yield inside
            after = inside[-1].number

    def _all_heads(self) -> "Iterator[Row[tuple[int, bytes, str]]]":
        rows = tables.head.c
        after = 0
        while True:
            asked = (
                select(rows.size, rows.root, rows.note)
                .where(rows.shard == self._shard, rows.size > after)
                .order_by(rows.size)
                .limit(1000)
            )
            found = self._connection.execute(asked).all()
            if not found:
                return
            yield from found
            after = found[-1].size

    def _note(self, kind: Kind, number: int) -> None:
        self._findings.append(Finding(kind, number, number))
