"""All documents of one language: which terms they have, where, and how strongly."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from benelux.core.language import Language
from benelux.core.search.ranking import Ranking
from benelux.core.search.vocabulary import Terms, Vocabulary
from benelux.core.search.words import citations, words

# BM25: how soon repetition stops counting, and how much a long field is held against a word.
_SATURATION: Final = 1.2
_LENGTH: Final = 0.5


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
        numbers: dict[str, int] = {}
        self.language = language
        self.pages = [tuple(_read(fields, numbers)) for fields, _ in texts]
        self.vocabulary = Vocabulary(language, numbers)
        self._postings = [(array("I"), array("f")) for _ in numbers]
        self._post([weight for _, weight in texts], weights)

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


def _read(fields: Mapping[str, str], numbers: dict[str, int]) -> Iterator[Field]:
    """The terms of each field; a new one gets the next of `numbers`."""
    for name, text in fields.items():
        tokens = [*words(text), *citations(text)]
        yield Field(
            name,
            array("I", [numbers.setdefault(token.term, len(numbers)) for token in tokens]),
            array("I", [token.start for token in tokens]),
            array("I", [token.end for token in tokens]),
        )
