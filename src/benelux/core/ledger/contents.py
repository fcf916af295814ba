"""Whether what may be erased is what was put on record, or was erased on record."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

import msgspec
from sqlalchemy import Connection, RowMapping, Table, select

from benelux.core.errors import Refusal
from benelux.core.ledger import tables
from benelux.core.ledger.findings import Finding
from benelux.core.ledger.model import Leaf, leaf_of
from benelux.core.ledger.ring import Ring
from benelux.core.ledger.sealing import commitment, unseal
from benelux.core.ledger.writing import Held


class Contents:
    """Compares contents with entries; with `ring` it opens them, and compares the indexes too."""

    def __init__(self, connection: Connection, shard: str, ring: Ring | None) -> None:
        self._connection = connection
        self._shard = shard
        self._ring = ring
        self.erased = 0

    def compare(self, leaves: Sequence[Leaf], first: int, last: int) -> Iterator[Finding]:
        """What is wrong with these contents, all of numbers `first` to `last`."""
        rows = {row["number"]: row for row in self._rows(tables.content, first, last)}
        erased = {row["number"]: row["entry"] for row in self._rows(tables.erased, first, last)}
        abouts: dict[int, list[bytes]] = {}
        if self._ring:
            for row in self._rows(tables.about, first, last):
                abouts.setdefault(row["number"], []).append(row["token"])
        for leaf in leaves:
            kept = rows.get(leaf.number)
            here = (leaf.number, leaf.number)
            if kept is None:
                if not self._on_record(leaf.number, erased):
                    yield Finding("erased", *here)
                continue
            if leaf.number in erased:
                yield Finding("revived", *here)
            tokens = abouts.get(leaf.number, ())
            salt, sealed = raw(kept["salt"]), raw(kept["sealed"])
            if not salt or not sealed or commitment(salt, sealed).hex() != leaf.content:
                yield Finding("content", *here)
            elif self._ring:
                yield from self._compare_deep(self._ring, kept, tokens)

    def _compare_deep(
        self, ring: Ring, kept: RowMapping, tokens: Sequence[bytes]
    ) -> Iterator[Finding]:
        held = self._open(ring, kept)
        number = kept["number"]
        if held is None:
            yield Finding("content", number, number)
        elif set(held.about) != set(tokens):
            yield Finding("index", number, number)

    def _on_record(self, number: int, erased: Mapping[int, int]) -> bool:
        """Whether an entry of the log says that this one was erased."""
        if number not in erased:
            return False
        self.erased += 1
        rows = tables.entry
        asked = select(rows.c.data).where(
            rows.c.shard == self._shard, rows.c.number == erased[number]
        )
        data = raw(self._connection.scalar(asked))
        with suppress(msgspec.DecodeError):
            leaf = leaf_of(data) if data else None
            return (
                leaf is not None
                and leaf.kind == "erasure"
                and leaf.public.get("erases") == str(number)
            )
        return False

    def _open(self, ring: Ring, row: RowMapping) -> Held | None:
        with suppress(Refusal, msgspec.DecodeError, TypeError):
            key = ring.wrapper(row["wrapping"]).unwrap(row["wrapped"], row["number"])
            return Held.unpack(unseal(key, row["sealed"]))
        return None

    def _rows(self, table: Table, first: int, last: int) -> Sequence[RowMapping]:
        asked = select(table).where(
            table.c.shard == self._shard, table.c.number >= first, table.c.number <= last
        )
        return self._connection.execute(asked).mappings().all()


def raw(value: object, size: int | None = None) -> bytes | None:
    """The bytes of a column; None for anything else, which SQLite lets anybody put there."""
    if not isinstance(value, bytes) or (size is not None and len(value) != size):
        return None
    return value
