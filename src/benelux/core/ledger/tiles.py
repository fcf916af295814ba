"""The stored levels of a tree, so that a proof rehashes hundreds of nodes and not ten million.

A tile is 256 neighbouring hashes of one level; every eighth level is kept. A tile that is full
never changes again, and then also holds the 16 hashes half-way up to the next tile; the other
levels are hashed when they are needed, some twenty hashes for a tile.
"""

from collections.abc import Iterator
from typing import Final, Protocol

from benelux.core.ledger.merkle import EMPTY, SIZE, Frontier, node_hash

HEIGHT: Final = 8
WIDTH: Final = 1 << HEIGHT
FULL: Final = WIDTH * SIZE
_HALF: Final = HEIGHT // 2


class Tiles(Protocol):
    """Where the levels are kept."""

    def hashes(self, level: int, place: int) -> bytes:
        """The hashes of one tile, as far as they are there; `level` counts tiles.

        An entry stands in a tile as soon as the subtree beneath it is complete. After a full tile's
        own hashes may follow its `middles`.
        """


class Tree:
    """The tree of `size` leaves over kept levels, which may have grown further since."""

    def __init__(self, tiles: Tiles, size: int) -> None:
        self.size = size
        self._tiles = tiles
        self._read: dict[tuple[int, int], _Tile] = {}

    def root(self) -> bytes:
        return self._over(0, self.size) if self.size else EMPTY

    def leaf(self, index: int) -> bytes:
        return self._node(0, index)

    def inclusion(self, index: int) -> list[bytes]:
        """What has to be hashed together with leaf `index` to arrive at the root.

        Raises `IndexError` when there is no such leaf.
        """
        if not 0 <= index < self.size:
            raise IndexError(index)
        return list(self._beside(index, 0, self.size))

    def consistency(self, earlier: int) -> list[bytes]:
        """What shows that this tree only adds to the tree of `earlier` leaves.

        Raises `IndexError` when that tree is empty or larger.
        """
        if not 0 < earlier <= self.size:
            raise IndexError(earlier)
        return list(self._since(earlier, 0, self.size, whole=True))

    def _beside(self, index: int, start: int, end: int) -> Iterator[bytes]:
        if end - start == 1:
            return
        middle = start + _split(end - start)
        if index < middle:
            yield from self._beside(index, start, middle)
            yield self._over(middle, end)
        else:
            yield from self._beside(index, middle, end)
            yield self._over(start, middle)

    def _since(self, earlier: int, start: int, end: int, *, whole: bool) -> Iterator[bytes]:
        if earlier == end:
            if not whole:
                yield self._over(start, end)
            return
        middle = start + _split(end - start)
        if earlier <= middle:
            yield from self._since(earlier, start, middle, whole=whole)
            yield self._over(middle, end)
        else:
            yield from self._since(earlier, middle, end, whole=False)
            yield self._over(start, middle)

    def _over(self, start: int, end: int) -> bytes:
        """The hash over leaves `start` to `end`, whose first part is as large as it can be."""
        width = end - start
        if width & (width - 1) == 0:
            level = width.bit_length() - 1
            return self._node(level, start >> level)
        middle = start + _split(width)
        return node_hash(self._over(start, middle), self._over(middle, end))

    def _node(self, level: int, index: int) -> bytes:
        tile, above = divmod(level, HEIGHT)
        place, within = divmod(index, WIDTH >> above)
        found = self._read.get((tile, place))
        if found is None:
            found = self._read[tile, place] = _Tile(self._tiles.hashes(tile, place))
        return found.node(above, within)


class _Tile:
    """One tile that was read; what was hashed for one node is there for the next."""

    def __init__(self, kept: bytes) -> None:
        self._nodes: dict[tuple[int, int], bytes] = {}
        for level, row in ((0, kept[:FULL]), (_HALF, kept[FULL:])):
            for place, node in enumerate(split(row)):
                self._nodes[level, place] = node

    def node(self, above: int, within: int) -> bytes:
        """The hash `above` levels over the tile's own; raises `KeyError` for an incomplete one."""
        found = self._nodes.get((above, within))
        if found is None:
            if above == 0:
                raise KeyError(within)
            left, right = 2 * within, 2 * within + 1
            found = node_hash(self.node(above - 1, left), self.node(above - 1, right))
            self._nodes[above, within] = found
        return found


class Levels:
    """A whole log in memory, appended to and asked for proofs; some 32 bytes an entry."""

    def __init__(self) -> None:
        self._edge = Frontier()
        self._kept: list[bytearray] = [bytearray()]

    @property
    def size(self) -> int:
        return self._edge.size

    def append(self, leaf: bytes) -> int:
        """Add one leaf hash and return its number."""
        edge = self._edge
        number = edge.size
        self._kept[0] += leaf
        edge.append(leaf)
        if edge.size % WIDTH == 0:
            self._fold(0, number // WIDTH)
        return number

    def root(self) -> bytes:
        return self._edge.root()

    def hashes(self, level: int, place: int) -> bytes:
        start = place * WIDTH * SIZE
        return bytes(self._kept[level][start : start + WIDTH * SIZE])

    def tree(self, size: int | None = None) -> Tree:
        return Tree(self, self.size if size is None else size)

    def _fold(self, level: int, place: int) -> None:
        if len(self._kept) == level + 1:
            self._kept.append(bytearray())
        self._kept[level + 1] += top(self.hashes(level, place))
        if (place + 1) % WIDTH == 0:
            self._fold(level + 1, place // WIDTH)


def split(tile: bytes) -> list[bytes]:
    return [tile[at : at + SIZE] for at in range(0, len(tile), SIZE)]


def top(tile: bytes) -> bytes:
    """The one hash over a full tile."""
    return _up(tile, HEIGHT)[0]


def middles(tile: bytes) -> bytes:
    """The 16 hashes half-way up a full tile."""
    return b"".join(_up(tile, _HALF))


def _up(tile: bytes, levels: int) -> list[bytes]:
    row = split(tile)
    if len(row) != WIDTH:
        raise ValueError("only over a full tile all hashes are known")
    for _ in range(levels):
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
    return row


def _split(width: int) -> int:
    """The largest power of two below `width`."""
    return 1 << (width - 1).bit_length() - 1
