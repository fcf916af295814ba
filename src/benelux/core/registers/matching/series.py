"""The series of number plates of each country, read from `data/plate_series.csv`.

In a `shape`, n is a figure, l a letter and d a letter of a German district; the rest is as in a
regular expression, and a hyphen or blank outside brackets is written between two parts.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Final, NamedTuple

_FILE: Final = Path(__file__).parent.parent / "data" / "plate_series.csv"
_PLACES: Final = str.maketrans({"n": "[0-9]", "l": "[A-Z]", "d": "[A-ZÄÖÜ]"})
_JOINT: Final = re.compile(r"[- ](?![^\[]*\])")


class Written(NamedTuple):
    """A plate in its parts, as its country writes it, and whether it is `sure` to be one."""

    parts: tuple[str, ...]
    display: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Series:
    """One series: its parts, the letters it never has, and what it is said not to have."""

    name: str
    whole: re.Pattern[str]
    parts: tuple[re.Pattern[str], ...]
    joints: tuple[str, ...]
    never: frozenset[str]
    unusual: frozenset[str]
    unusual_words: frozenset[str]
    sure: bool

    def read(self, text: str, breaks: frozenset[int] = frozenset()) -> list[Written]:
        """Every way in which the text, without separators, is a plate of this series.

        `breaks` are the places in it that have to be between two parts.
        """
        if not self.whole.fullmatch(text):
            return []
        found = (_places(parts) >= breaks and self._written(parts) for parts in self._splits(text))
        return [one for one in found if one]

    def _splits(self, text: str, done: int = 0) -> Iterator[tuple[str, ...]]:
        """The ways to cut the text so that every part has its form."""
        if done == len(self.parts):
            if not text:
                yield ()
            return
        for end in range(1, len(text) + 1):
            if self.parts[done].fullmatch(text, 0, end):
                for rest in self._splits(text[end:], done + 1):
                    yield text[:end], *rest

    def _written(self, parts: tuple[str, ...]) -> Written | None:
        letters = {sign for part in parts for sign in part if sign.isalpha()}
        if letters & self.never:
            return None
        odd = letters & self.unusual or self.unusual_words & set(parts)
        joined = zip(("", *self.joints), parts, strict=True)
        return Written(parts, "".join(map("".join, joined)), sure=self.sure and not odd)


def _places(parts: tuple[str, ...]) -> set[int]:
    """Where in the text one part ends and another begins."""
    return set(accumulate(map(len, parts[:-1])))


@cache
def series_of(country: str) -> tuple[Series, ...]:
    """The series of a country, by its ISO code."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        return tuple(_series(row) for row in csv.DictReader(file) if row["country"] == country)


def _series(row: Mapping[str, str]) -> Series:
    parts = [one.translate(_PLACES) for one in _JOINT.split(row["shape"])]
    return Series(
        name=row["series"],
        whole=re.compile("".join(parts)),
        parts=tuple(re.compile(one) for one in parts),
        joints=tuple(_JOINT.findall(row["shape"])),
        never=frozenset(row["never"]),
        unusual=frozenset(row["unusual"]),
        unusual_words=frozenset(row["unusual_words"].split()),
        sure=row["sure"] == "yes",
    )
