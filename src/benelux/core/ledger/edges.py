"""Two right edges of one log: by the hashes beside the entries, and by those in the kept levels.

They are one until somebody changes one of them. Then a signed head tells which of them is right, so
that one changed row does not make everything after it look wrong.
"""

from benelux.core.ledger.merkle import SIZE, Frontier


class Edges:
    def __init__(self) -> None:
        self._by_rows = Frontier()
        self._by_levels = self._by_rows
        self.lost = False
        """Whether no root can be told any more, because a hash is nowhere to be found."""

    @property
    def size(self) -> int:
        return self._by_rows.size

    def grow(self, row: bytes | None, level: bytes | None) -> bool:
        """Add the next leaf hash as the row and as the kept level have it; False if they differ."""
        here, there = row or level, level or row
        self.lost |= here is None
        if here != there and self._by_rows is self._by_levels:
            self._by_levels = Frontier(self._by_rows.size, self._by_rows.nodes)
        self._by_rows.append(here or bytes(SIZE))
        if self._by_levels is not self._by_rows:
            self._by_levels.append(there or bytes(SIZE))
        return here == there

    def agrees(self, root: bytes) -> bool:
        """Whether one of the two has this root; that one is followed from here on."""
        for edge in (self._by_rows, self._by_levels):
            if edge.root() == root:
                self._by_rows = self._by_levels = edge
                return True
        return False

    def pack(self) -> bytes:
        return self._by_rows.pack()
