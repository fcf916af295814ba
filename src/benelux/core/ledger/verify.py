"""Walking a whole shard: every entry, level and head; what is wrong is found and located.

Memory stays bounded however long the log is. All of it is read at one moment.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import msgspec
from sqlalchemy import Connection, RowMapping, select

from benelux.core.ledger import tables
from benelux.core.ledger.contents import Contents, raw
from benelux.core.ledger.edges import Edges
from benelux.core.ledger.findings import Finding, Kind, Verdict
from benelux.core.ledger.levels import LevelReader
from benelux.core.ledger.log import Log
from benelux.core.ledger.merkle import SIZE, leaf_hash
from benelux.core.ledger.model import Leaf, leaf_of
from benelux.core.ledger.note import Key, Note, Unreadable
from benelux.core.ledger.note import read as read_note
from benelux.core.ledger.stamping import unsound
from benelux.core.ledger.stamps import Anchors
from benelux.core.ledger.tiles import WIDTH
from benelux.core.ledger.writing import state_of

_AT_ONCE: Final = 16 * WIDTH
_HEADS: Final = 1000


def walk(
    log: Log,
    *,
    elsewhere: Sequence[Note] = (),
    key: Key | None = None,
    deep: bool = False,
    anchors: Anchors | None = None,
) -> Verdict:
    """Check a whole shard.

    `elsewhere` are heads of this log that somebody else kept, such as a witness: the only means
    against one who rewrites everything and signs it anew. `key` is the first key of the log, from
    elsewhere too. With `deep` every content is opened and compared with the indexes, with `anchors`
    every time stamp is checked.
    """
    with log.store.read() as connection:
        verdict = _Walk(connection, log, elsewhere, key, deep=deep).go()
        late = tuple(unsound(connection, log.shard, anchors)) if anchors else ()
        return replace(verdict, findings=(*verdict.findings, *late))


@dataclass(frozen=True, slots=True)
class _Signer:
    key: Key
    since: int


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
        self._levels = LevelReader(connection, log.shard)
        self._findings: list[Finding] = []
        self._edges = Edges()
        self._good = 0
        self._signers = self._kept_signers()
        self._named: list[_Signer] = []
        self._given = key
        self._unread = False
        self._heads = self._all_heads()
        self._head = next(self._heads, None)
        self._count = 0
        self._elsewhere = sorted(elsewhere, key=lambda one: one.checkpoint.size)

    def go(self) -> Verdict:
        expected = 0
        for rows in self._pieces():
            expected = self._look_at(rows, expected)
        self._see_the_end(expected)
        found = {*self._findings, *self._levels.findings}
        return Verdict(
            self._shard,
            expected,
            self._count,
            self._contents.erased,
            self._deep,
            tuple(sorted(found, key=lambda one: (one.first, one.last, one.kind))),
        )

    def _look_at(self, rows: Sequence[RowMapping], expected: int) -> int:
        """Look at some rows, the first of which should be `expected`; return what comes next."""
        first, last = expected, int(rows[-1]["number"])
        levels = self._levels.leaves(first // WIDTH * WIDTH, last)
        leaves: list[Leaf] = []
        for row in rows:
            number = int(row["number"])
            if number > expected:
                self._bridge(expected, number, levels)
            expected = number + 1
            leaf = self._read(number, row)
            alike = self._edges.grow(raw(row["hash"], SIZE), levels.get(number))
            if leaf is None:
                self._unread = True
            elif not alike:
                self._note("changed", number)
            if leaf is not None and leaf.kind in {"opening", "signer"}:
                self._hear(leaf)
            elif leaf is not None and leaf.content:
                leaves.append(leaf)
            self._see_heads()
        self._findings.extend(self._contents.compare(leaves, first, last))
        return expected

    def _read(self, number: int, row: RowMapping) -> Leaf | None:
        data = raw(row["data"]) or b""
        try:
            leaf = leaf_of(data)
        except msgspec.DecodeError:
            self._note("changed", number)
            return None
        if leaf_hash(data) != row["hash"]:
            self._note("changed", number)
            return None
        if (leaf.number, leaf.shard, leaf.v) != (number, self._shard, 1):
            self._note("moved", number)
            return None
        return leaf

    def _bridge(self, first: int, end: int, levels: Mapping[int, bytes]) -> None:
        """Entries that are not there: go on by the kept levels, if those still have them."""
        self._findings.append(Finding("missing", first, end - 1))
        self._unread = True
        for number in range(first, end):
            self._edges.grow(None, levels.get(number))
            self._see_heads()

    def _hear(self, leaf: Leaf) -> None:
        """The log itself names the keys that sign from the next head on."""
        try:
            key = Key.read(leaf.public.get("signer", ""))
        except Unreadable:
            self._note("signer", leaf.number)
            return
        if not self._named and self._given and key != self._given:
            self._note("elsewhere", leaf.number)
        self._named.append(_Signer(key, leaf.number + 1))

    def _see_heads(self) -> None:
        """Compare with what was signed, and with what others kept, at this very size."""
        size = self._edges.size
        while self._elsewhere and self._elsewhere[0].checkpoint.size <= size:
            root = self._elsewhere.pop(0).checkpoint.root
            if not self._edges.lost and not self._edges.agrees(root):
                self._findings.append(Finding("elsewhere", 0, size - 1))
        while self._head is not None and self._head["size"] <= size:
            self._see_head(self._head)
            self._count += 1
            self._head = next(self._heads, None)

    def _see_head(self, row: RowMapping) -> None:
        size, root = int(row["size"]), raw(row["root"]) or b""
        if size != self._edges.size or not self._is_signed(size, root, row["note"]):
            self._note("head", max(0, size - 1))
        elif self._edges.agrees(root):
            self._good = size
        elif not self._edges.lost:
            # Nothing after this can be told from the heads: all of it is hashed over these entries.
            self._findings.append(Finding("rewritten", self._good, size - 1))
            self._edges.lost = True

    def _is_signed(self, size: int, root: bytes, text: str) -> bool:
        try:
            note = read_note(str(text))
        except Unreadable:
            return False
        now = [one for one in self._signers if one.since <= size]
        # The head that names a new key is signed by the one before as well.
        needed = now[-2:] if now and now[-1].since == size else now[-1:]
        keys = [one.key for one in needed]
        point = note.checkpoint
        return (
            (point.size, point.root) == (size, root)
            and bool(keys)
            and list(note.signed_by(keys)) == keys
        )

    def _see_the_end(self, size: int) -> None:
        heads = [self._head, *self._heads] if self._head is not None else []
        others = [one.checkpoint.size for one in self._elsewhere]
        newest = max([size, self._state.size, *others, *(row["size"] for row in heads)])
        if newest > size:
            self._findings.append(Finding("missing", size, newest - 1))
        elif size and self._good != size and not self._edges.lost:
            self._note("head", size - 1)
        edge = self._edges
        whole = not edge.lost and edge.size == size
        if self._state.size != size or (whole and self._state.edge != edge.pack()):
            self._note("edge", max(0, size - 1))
        if not self._unread and self._named != self._signers:
            self._note("signer", max(0, size - 1))

    def _pieces(self) -> Iterator[Sequence[RowMapping]]:
        """The entries, some thousand at a time; each piece ends where a tile does."""
        rows = tables.entry.c
        start = 0
        while True:
            asked = select(rows.number, rows.data, rows.hash).where(
                rows.shard == self._shard, rows.number >= start, rows.number < start + _AT_ONCE
            )
            found = self._connection.execute(asked.order_by(rows.number)).mappings().all()
            if found:
                yield found
            elif not self._is_more(start):
                return
            start += _AT_ONCE

    def _is_more(self, start: int) -> bool:
        rows = tables.entry.c
        asked = select(rows.number).where(rows.shard == self._shard, rows.number >= start).limit(1)
        return self._connection.scalar(asked) is not None

    def _kept_signers(self) -> list[_Signer]:
        rows = tables.signer.c
        asked = select(rows.key, rows.since).where(rows.shard == self._shard)
        found = self._connection.execute(asked.order_by(rows.generation)).all()
        signers = []
        for text, since in found:
            try:
                signers.append(_Signer(Key.read(text), since))
            except Unreadable:
                self._note("signer", max(0, since - 1))
        return signers

    def _all_heads(self) -> Iterator[RowMapping]:
        rows = tables.head.c
        after = 0
        while True:
            asked = select(rows.size, rows.root, rows.note).where(
                rows.shard == self._shard, rows.size > after
            )
            found = self._connection.execute(asked.order_by(rows.size).limit(_HEADS))
            some = found.mappings().all()
            if not some:
                return
            yield from some
            after = some[-1]["size"]

    def _note(self, kind: Kind, number: int) -> None:
        self._findings.append(Finding(kind, number, number))
