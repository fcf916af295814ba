"""All terms of one shelf, and which of them a word of a query may mean."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from benelux.core.language import Language
from benelux.core.search.query import Unit
from benelux.core.search.words import has_digit, is_word, stem

# How much a term is worth to a word of the query.
_EXACT: Final = 1.0
_SAME_STEM: Final = 0.9
_BEGINNING: Final = 0.8
_EDGE: Final = 0.7  # vracht, and brief, in vrachtbrief
_INSIDE: Final = 0.4
_ONE_SLIP: Final = 0.6
_TWO_SLIPS: Final = 0.35
_STEM_OF_SLIP: Final = 0.9

_COMPOUNDING: Final = frozenset({"nl", "de"})
_SHORTEST_PART: Final = 4
_SHORTEST_BEGINNING: Final = 2
_SHORTEST_FOR_ONE_SLIP: Final = 4
_SHORTEST_FOR_TWO_SLIPS: Final = 8
_MOST_TERMS: Final = 100

Terms = dict[int, float]
"""Terms by number, each with what it is worth."""


class Vocabulary:
    """The terms of one language by number; those that are words can be looked up in many ways."""

    def __init__(self, language: Language, numbers: Mapping[str, int]) -> None:
        """`numbers` counts the terms from 0, in its own order."""
        self.language = language
        self.terms = list(numbers)
        self._numbers = numbers
        self._stem_of: dict[int, str] = {}
        self._by_stem: dict[str, list[int]] = defaultdict(list)
        self._by_length: dict[int, list[str]] = defaultdict(list)
        # One text of all words: a search in it is as fast as Python can look at letters.
        self._haystack = "\n"
        self._starts: list[int] = []
        self._number_at: list[int] = []
        self._learn()

    def __contains__(self, term: str) -> bool:
        return term in self._numbers

    def matches(self, unit: Unit) -> Terms:
        """The terms that `unit` asks for, spelled as it is."""
        found: Terms = {}
        if is_word(unit.term):
            if not has_digit(unit.term):
                self._add_parts(found, unit)
            self._add_whole(found, unit.term)
            for pair in unit.joined:
                self._add_whole(found, pair)
        elif unit.term in self._numbers:
            found[self._numbers[unit.term]] = _EXACT
        return _best(found)

    def slips(self, unit: Unit) -> Terms:
        """The terms that `unit` may have meant to ask for; figures have no slips."""
        word = unit.term
        if len(word) < _SHORTEST_FOR_ONE_SLIP or has_digit(word) or not is_word(word):
            return {}
        most = 1 if len(word) < _SHORTEST_FOR_TWO_SLIPS else 2
        near = {
            self._numbers[term]: int(slips)
            for length in range(len(word) - most, len(word) + most + 1)
            for term, slips, _ in extract(
                word,
                self._by_length.get(length, ()),
                scorer=OSA.distance,
                score_cutoff=most,
                limit=None,
            )
        }
        fewest = min(near.values(), default=0)
        worth = _ONE_SLIP if fewest == 1 else _TWO_SLIPS
        found: Terms = {}
        for number, slips in near.items():
            if slips == fewest:
                self._add_stem(found, self._stem_of[number], worth * _STEM_OF_SLIP)
                found[number] = worth
        return _best(found)

    def _learn(self) -> None:
        rows = [self._haystack]
        place = 1
        for number, term in enumerate(self.terms):
            if not is_word(term):
                continue
            self._starts.append(place)
            self._number_at.append(number)
            rows.append(f"{term}\n")
            place += len(term) + 1
            if not has_digit(term):
                root = stem(term, self.language)
                self._stem_of[number] = root
                self._by_stem[root].append(number)
                self._by_length[len(term)].append(term)
        self._haystack = "".join(rows)

    def _add_whole(self, found: Terms, word: str) -> None:
        if not has_digit(word):
            self._add_stem(found, stem(word, self.language), _SAME_STEM)
        if word in self._numbers:
            found[self._numbers[word]] = _EXACT

    def _add_stem(self, found: Terms, root: str, worth: float) -> None:
        for number in self._by_stem.get(root, ()):
            found[number] = max(worth, found.get(number, 0.0))

    def _add_parts(self, found: Terms, unit: Unit) -> None:
        """Words that begin with `unit` as typed so far, and compounds that it is a part of."""
        word = unit.term
        if unit.unfinished and len(word) >= _SHORTEST_BEGINNING:
            for number in self._containing(f"\n{word}", 1):
                self._add_part(found, number, word, _BEGINNING)
        if self.language not in _COMPOUNDING:
            return
        for part in {word, stem(word, self.language)}:
            if len(part) >= _SHORTEST_PART:
                for number in self._containing(part, 0):
                    whole = self.terms[number]
                    edge = whole.startswith(part) or whole.endswith(part)
                    self._add_part(found, number, part, _EDGE if edge else _INSIDE)

    def _add_part(self, found: Terms, number: int, part: str, worth: float) -> None:
        share = len(part) / len(self.terms[number])
        found[number] = max(worth * share**0.5, found.get(number, 0.0))

    def _containing(self, needle: str, offset: int) -> Iterator[int]:
        """The words in which `needle` stands; its first letter of a word is at `offset` in it."""
        place = self._haystack.find(needle)
        while place >= 0:
            row = bisect_right(self._starts, place + offset) - 1
            yield self._number_at[row]
            if row + 1 == len(self._starts):
                return
            place = self._haystack.find(needle, self._starts[row + 1] - 1)


def _best(found: Terms) -> Terms:
    """What was found, without the long tail that a very short beginning drags along."""
    if len(found) <= _MOST_TERMS:
        return found
    return dict(sorted(found.items(), key=lambda pair: -pair[1])[:_MOST_TERMS])
