"""Whether the person asked about is the person of a record: a second look at each found record.

The keys find candidates; the keeper opens these records and keeps those that `agrees` with the
question. How alike the names must be depends on how well the birth dates agree, so that a
namesake is not taken for the person.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final, Literal

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from benelux.core.registers.matching.people import Person, birth_of, names_of
from benelux.core.registers.matching.spelling import bare, level

Quality = Literal["", "exact", "spelling", "date-differs", "year-only", "names-only"]

THRESHOLD: Final = 0.5
"""A score from here on is a hit."""

_Dates = Literal["", "same", "turned", "one-part", "year", "none"]
_NEEDED: Final[Mapping[_Dates, float]] = {
    "same": 0.82, "turned": 0.86, "one-part": 0.93, "year": 0.92, "none": 0.95,
}  # fmt: skip
"""How alike the names must be, by what the dates of birth have in common.

Set on sets of questions made by `benchmarks/names_set.py`, with other seeds than the kept one.
"""
_SAID: Final[Mapping[_Dates, Quality]] = {
    "same": "spelling", "turned": "date-differs", "one-part": "date-differs", "year": "year-only",
    "none": "names-only",
}  # fmt: skip
_WEAKER: Final = 0.7
_SHORT: Final = 3
_INITIAL: Final = 0.85
_MISSING: Final = 0.6
_SAME_CONSONANTS: Final = 0.87
_DOUBLED: Final = re.compile(r"(.)\1+")
_VOWELS: Final = re.compile(r"[aeiouyhw]")
_UNKNOWN_DAY: Final = "0101"


def score(asked: Person, kept: Person) -> float:
    """How well two persons agree, from 0 to 1; from `THRESHOLD` on they are taken for one.

    It is the likeness of their names, stretched so that the threshold lies where names are alike
    enough for what the dates have in common.
    """
    return _stretched(_likeness(asked, kept), _common(asked, kept))


def agrees(asked: Person, kept: Person) -> Quality:
    """How the two agree; empty when they do not."""
    dates, likeness = _common(asked, kept), _likeness(asked, kept)
    if _stretched(likeness, dates) < THRESHOLD:
        return ""
    return "exact" if dates == "same" and likeness == 1 else _SAID[dates]


def _stretched(likeness: float, dates: _Dates) -> float:
    needed = _NEEDED.get(dates)
    if needed is None:
        return 0.0
    if likeness < needed:
        return THRESHOLD * likeness / needed
    return THRESHOLD + (1 - THRESHOLD) * (likeness - needed) / (1 - needed)


def _common(asked: Person, kept: Person) -> _Dates:
    """What the dates of birth have in common; empty when they contradict each other.

    A first of January is also what registers write when the day is not known.
    """
    one, other = birth_of(asked.born), birth_of(kept.born)
    if not one.year or not other.year:
        return "none"
    if one == other and one.day:
        return "same"
    if one.year == other.year:
        if one.turned == other.turned and one.day:
            return "turned"
        if not one.day or not other.day or _UNKNOWN_DAY in {one.turned, other.turned}:
            return "year"
        return "one-part" if one.day == other.day or one.month == other.month else ""
    near = abs(one.year - other.year) in {1, 10} or sorted(str(one.year)) == sorted(str(other.year))
    return "one-part" if near and one.day and one[1:] == other[1:] else ""


def _likeness(asked: Person, kept: Person) -> float:
    """How alike the names are, also when family and given name stand in each other's place."""
    family, given = names_of(asked.family, asked.given)
    own_family, own_given = names_of(kept.family, kept.given)
    straight = _both(_alike(family, own_family), _alike(given, own_given))
    if straight == 1:
        return straight
    turned = _both(_alike(family, own_given), _alike(given, own_family))
    return max(straight, turned * 0.98)


def _both(one: float, other: float) -> float:
    """The weaker name counts for more: a twin has the same family name and another given one."""
    low, high = sorted((one, other))
    return _WEAKER * low + (1 - _WEAKER) * high


def _alike(one: Sequence[str], other: Sequence[str]) -> float:
    """How alike two names of some words are."""
    if one == other:
        return 1.0
    if not one or not other:
        return _MISSING
    whole = _word("".join(one), "".join(other))
    first, second = ([level(word) for word in bare(words)] for words in (one, other))
    best = max(whole, _word("".join(first), "".join(second)) * 0.99)
    if len(first) == len(second) == 1:
        return best
    short, long = sorted((first, second), key=len)
    parts = [max(_word(word, mine) for mine in long) for word in short]
    return max(best, 0.97 * sum(parts) / len(parts))


def _word(one: str, other: str) -> float:
    if one == other:
        return 1.0
    if len(one) == 1 or len(other) == 1:
        return _INITIAL if one[:1] == other[:1] else 0.0
    alike = max(
        DamerauLevenshtein.normalized_similarity(one, other),
        JaroWinkler.normalized_similarity(one, other) * 0.97,
    )
    long = min(len(one), len(other)) > _SHORT
    if long and alike < _SAME_CONSONANTS and _consonants(one) == _consonants(other):
        return _SAME_CONSONANTS
    return alike


def _consonants(word: str) -> str:
    """Its first letter and its consonants, doubled ones once: what scripts without vowels write."""
    return word[:1] + _VOWELS.sub("", _DOUBLED.sub(r"\1", word)[1:])
