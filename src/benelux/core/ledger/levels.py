"""The kept levels of a shard, compared with one another."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection, select

from benelux.core.ledger import tables
from benelux.core.ledger.contents import raw
from benelux.core.ledger.findings import Finding
from benelux.core.ledger.merkle import SIZE
from benelux.core.ledger.tiles import FULL, WIDTH, middles, split, top

_HIGHEST: Final = 8


class LevelReader:
    """Gives the kept hashes of leaves, and collects what is wrong with the levels."""

    def __init__(self, connection: Connection, shard: str) -> None:
        self._connection = connection
        self._shard = shard
        self.findings: list[Finding] = []

    def leaves(self, first: int, last: int) -> dict[int, bytes]:
        """The kept hashes of the leaves in the full tiles that begin between `first` and `last`.

        `first` begins a tile.
        """
        rows = tables.tile.c
        asked = select(rows.place, rows.hashes).where(
            rows.shard == self._shard,
            rows.level == 0,
            rows.place.between(first // WIDTH, last // WIDTH),
        )
        full = {place: raw(hashes) or b"" for place, hashes in self._connection.execute(asked)}
        found: dict[int, bytes] = {}
        for place in range(first // WIDTH, (last + 1) // WIDTH):
            hashes = full.get(place, b"")
            if _is_whole(hashes):
                found.update(enumerate(split(hashes[:FULL]), place * WIDTH))
            else:
                self._note(0, place)
                full.pop(place, None)
        self._see_above(full)
        return found

    def _see_above(self, tiles: Mapping[int, bytes]) -> None:
        """Whether the levels above have the hashes over these tiles."""
        for level in range(1, _HIGHEST):
            above = {place: self._tile(level, place) for place in {at // WIDTH for at in tiles}}
            for place, hashes in tiles.items():
                at = place % WIDTH * SIZE
                if above[place // WIDTH][at : at + SIZE] != top(hashes[:FULL]):
                    self._note(level, place)
            # A tile above is whole, and so has a place above it, once its last hash was seen.
            ends = {at // WIDTH for at in tiles if at % WIDTH == WIDTH - 1}
            for at in ends:
                if not _is_whole(above[at]):
                    self._note(level + 1, at)
            tiles = {at: above[at] for at in ends if _is_whole(above[at])}
            if not tiles:
                return

    def _tile(self, level: int, place: int) -> bytes:
        rows = tables.tile.c
        asked = select(rows.hashes).where(
            rows.shard == self._shard, rows.level == level, rows.place == place
        )
        return raw(self._connection.scalar(asked)) or b""

    def _note(self, level: int, place: int) -> None:
        width = WIDTH ** max(1, level)
        self.findings.append(Finding("level", place * width, (place + 1) * width - 1))


def _is_whole(kept: bytes) -> bool:
    """Whether a tile is full, and the hashes half-way up are its own."""
    return len(kept) > FULL and kept[FULL:] == middles(kept[:FULL])
