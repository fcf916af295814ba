"""All documents of one language: their words, and where each stands."""

from array import array
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from benelux.core.language import Language
from benelux.core.search.query import Unit
from benelux.core.search.ranking import Ranking
from benelux.core.search.words import citations, has_digit, is_word, stem, words

# BM25: how soon repetition stops counting, and how much a long field is held against a word.
_SATURATION: Final = 1.2
_LENGTH: Final = 0.5

# How much a term of the index is worth to a word of the query.
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
"""Terms of the index by number, each with what it is worth."""


@dataclass(frozen=True, slots=True)
class Field:
    """The terms of one field, by number, and where they stand in its text."""

    name: str
    terms: "array[int]"
    starts: "array[int]"
    ends: "array[int]"

    def spots(self, wanted: Container[int]) -> list[tuple[int, int, int]]:
        """Each place of a wanted term: the term, its start and its end, in the text's order."""
        every = zip(self.terms, self.starts, self.ends, strict=True)
        return sorted((spot for spot in every if spot[0] in wanted), key=itemgetter(1, 2))


class Shelf:
    """An index over the documents of one language, in the order in which they were put in."""

    def __init__(
        self,
        language: Language,
        texts: Sequence[tuple[Mapping[str, str], float]],
        weights: Mapping[str, float],
    ) -> None:
        """An index over `texts`, each some fields by name and what the whole of it weighs."""
        self.language = language
        self._numbers: dict[str, int] = {}
        self.pages = [tuple(self._fields(fields)) for fields, _ in texts]
        self._terms = list(self._numbers)
        self._postings = [(array("I"), array("f")) for _ in self._terms]
        self._post([weight for _, weight in texts], weights)
        self._learn()

    def __contains__(self, term: str) -> bool:
        return term in self._numbers

    def term(self, number: int) -> str:
        return self._terms[number]

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

    def rank(self, asked: Sequence[Terms]) -> Ranking:
        """The pages that match, by the terms that each unit of the query asks for."""
        return Ranking([self._strongest(terms) for terms in asked], len(self.pages))

    def _strongest(self, terms: Terms) -> dict[int, float]:
        """Each page that has one of `terms`, and how strongly its best one speaks there."""
        best: dict[int, float] = {}
        for number, worth in terms.items():
            pages, impacts = self._postings[number]
            for page, impact in zip(pages, impacts, strict=True):
                strength = worth * impact
                if strength > best.get(page, 0.0):
                    best[page] = strength
        return best

    def _fields(self, fields: Mapping[str, str]) -> Iterator[Field]:
        numbers = self._numbers
        for name, text in fields.items():
            tokens = [*words(text), *citations(text)]
            yield Field(
                name,
                array("I", [numbers.setdefault(token.term, len(numbers)) for token in tokens]),
                array("I", [token.start for token in tokens]),
                array("I", [token.end for token in tokens]),
            )

    def _post(self, lifts: Sequence[float], weights: Mapping[str, float]) -> None:
        """Note for each term the pages that have it, and how strongly each speaks of it."""
        lengths: dict[str, list[int]] = defaultdict(list)
        for page in self.pages:
            for field in page:
                lengths[field.name].append(len(field.terms))
        means = {name: sum(every) / len(every) or 1.0 for name, every in lengths.items()}
        for number, (page, lift) in enumerate(zip(self.pages, lifts, strict=True)):
            strengths: dict[int, float] = defaultdict(float)
            for field in page:
                size = 1 - _LENGTH + _LENGTH * len(field.terms) / means[field.name]
                for term, times in Counter(field.terms).items():
                    strengths[term] += weights.get(field.name, 1.0) * times / size
            for term, strength in strengths.items():
                pages, impacts = self._postings[term]
                pages.append(number)
                impacts.append(lift * strength / (_SATURATION + strength))

    def _learn(self) -> None:
        """What look-ups need besides the terms: stems, lengths, and one text of all words."""
        self._stem_of: dict[int, str] = {}
        self._by_stem: dict[str, list[int]] = defaultdict(list)
        self._by_length: dict[int, list[str]] = defaultdict(list)
        self._starts: list[int] = []
        self._at: list[int] = []
        haystack = ["\n"]
        place = 1
        for number, term in enumerate(self._terms):
            if not is_word(term):
                continue
            self._starts.append(place)
            self._at.append(number)
            haystack.append(f"{term}\n")
            place += len(term) + 1
            if not has_digit(term):
                root = stem(term, self.language)
                self._stem_of[number] = root
                self._by_stem[root].append(number)
                self._by_length[len(term)].append(term)
        self._haystack = "".join(haystack)

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
        compounds = self.language in _COMPOUNDING
        if unit.unfinished and len(word) >= _SHORTEST_BEGINNING:
            for number in self._containing(f"\n{word}", 1):
                self._add_part(found, number, word, _BEGINNING)
        if compounds:
            for part in {word, stem(word, self.language)}:
                if len(part) >= _SHORTEST_PART:
                    for number in self._containing(part, 0):
                        whole = self._terms[number]
                        edge = whole.startswith(part) or whole.endswith(part)
                        self._add_part(found, number, part, _EDGE if edge else _INSIDE)

    def _add_part(self, found: Terms, number: int, part: str, worth: float) -> None:
        share = len(part) / len(self._terms[number])
        found[number] = max(worth * share**0.5, found.get(number, 0.0))

    def _containing(self, needle: str, offset: int) -> Iterator[int]:
        """The numbers of the words in which `needle` stands, read from the one text of all."""
        place = self._haystack.find(needle)
        while place >= 0:
            row = bisect_right(self._starts, place + offset) - 1
            yield self._at[row]
            following = self._starts[row + 1] - 1 if row + 1 < len(self._starts) else -1
            place = self._haystack.find(needle, following) if following > 0 else -1


def _best(found: Terms) -> Terms:
    """What was found, without the long tail that a very short beginning drags along."""
    if len(found) <= _MOST_TERMS:
        return found
    return dict(sorted(found.items(), key=lambda pair: -pair[1])[:_MOST_TERMS])
