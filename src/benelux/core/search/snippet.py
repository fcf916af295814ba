"""A text cut into marked and unmarked pieces, for a page to show."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_ELLIPSIS: Final = "…"


@dataclass(frozen=True, slots=True)
class Segment:
    text: str
    marked: bool = False


def segments(
    text: str, ranges: Iterable[tuple[int, int]], width: int | None = None
) -> tuple[Segment, ...]:
    """`text` in pieces, those in `ranges` marked; with `width` about that much around the first.

    Ranges may be in any order, touch and overlap; together the pieces are `text` or, when it was
    cut, a part of it between whole words with "…" where it was cut.
    """
    spots = _merged(ranges, len(text))
    start, end = _window(text, spots[0][0] if spots else 0, width)
    pieces = [Segment(_ELLIPSIS)] if start else []
    done = start
    for left, right in spots:
        if left >= end:
            break
        pieces += (Segment(text[done:left]), Segment(text[left : min(right, end)], marked=True))
        done = min(right, end)
    pieces.append(Segment(text[done:end]))
    if end < len(text):
        pieces.append(Segment(_ELLIPSIS))
    return tuple(piece for piece in pieces if piece.text)


def _merged(ranges: Iterable[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted((max(start, 0), min(end, length)) for start, end in ranges):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _window(text: str, first: int, width: int | None) -> tuple[int, int]:
    """Where to cut `text`, so that the place `first` is seen with some words before it."""
    if width is None or len(text) <= width:
        return 0, len(text)
    start = max(0, min(first - width // 3, len(text) - width))
    if start:
        space = text.find(" ", start, first)
        start = space + 1 if space >= 0 else first
    end = min(len(text), start + width)
    if end < len(text):
        space = text.rfind(" ", start, end)
        end = space if space > first else end
    return start, end
