"""The index over documents in all languages, and what it finds."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from benelux.core.language import Language
from benelux.core.search.query import read
from benelux.core.search.ranking import Scored
from benelux.core.search.shelf import Shelf
from benelux.core.search.vocabulary import Terms
from benelux.core.search.words import readable

FIELD_WEIGHTS: Final[Mapping[str, float]] = {"title": 3.0}
"""What a word counts for in a field of this name; 1 in every other."""
_FOREIGN: Final = 0.4
"""What is like a word counts for in a language that lacks it, while another language has it."""


@dataclass(frozen=True, slots=True)
class Document:
    """Something to be found, in one language; `weight` lifts all of it above others."""

    key: str
    language: Language
    fields: Mapping[str, str]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A place to highlight: `document.fields[field][start:end]`, as it was indexed."""

    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that was found.

    Its score lies between 1 and 2 when it has every word of the query, and below 1 otherwise.
    """

    key: str
    score: float
    language: Language
    _shelf: Shelf = field(repr=False, compare=False)
    _page: int = field(repr=False, compare=False)
    _terms: frozenset[int] = field(repr=False, compare=False)

    @property
    def complete(self) -> bool:
        """Whether it has every word of the query."""
        return self.score >= 1

    @property
    def matched(self) -> tuple[str, ...]:
        """The words of the document that matched, folded, each once."""
        spots = (spot for part in self._shelf.pages[self._page] for spot in part.spots(self._terms))
        return tuple(
            dict.fromkeys(readable(self._shelf.vocabulary.terms[term]) for term, _, _ in spots)
        )

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Where these words stand in the original text; marks may overlap."""
        return tuple(
            Mark(part.name, start, end)
            for part in self._shelf.pages[self._page]
            for _, start, end in part.spots(self._terms)
        )

    def ranges(self, name: str) -> tuple[tuple[int, int], ...]:
        """The marks in one field, ready for `segments`."""
        return tuple((mark.start, mark.end) for mark in self.marks if mark.field == name)


class Index:
    """A full-text index that never changes; build a new one when the documents do."""

    def __init__(self, shelves: Mapping[Language, tuple[Shelf, Sequence[Document]]]) -> None:
        self._shelves = shelves

    @classmethod
    def build(
        cls, documents: Iterable[Document], weights: Mapping[str, float] = FIELD_WEIGHTS
    ) -> "Index":
        """An index over `documents`; `weights` are those of their fields by name, 1 if absent."""
        sorted_out: dict[Language, list[Document]] = defaultdict(list)
        for document in documents:
            sorted_out[document.language].append(document)
        return cls(
            {
                language: (
                    Shelf(language, [(one.fields, one.weight) for one in those], weights),
                    those,
                )
                for language, those in sorted_out.items()
            }
        )

    def find(
        self, query: str, languages: Collection[Language] | None = None, limit: int = 50
    ) -> list[Hit]:
        """The best documents for `query`, those with all its words first.

        Words match in any inflection, inside a compound (Dutch and German), and from their
        beginning while the last one is being typed. Only a word that is nowhere to be found is
        taken for a slip of the keys.
        """
        shelves = [
            self._shelves[language]
            for language in self._shelves
            if languages is None or language in languages
        ]
        units = read(query, lambda term: any(term in shelf.vocabulary for shelf, _ in shelves))
        if not units or limit <= 0:
            return []
        searches = [
            _Search(shelf, documents, [shelf.vocabulary.matches(unit) for unit in units])
            for shelf, documents in shelves
        ]
        for place, unit in enumerate(units):
            if not any(search.terms[place] for search in searches):
                for search in searches:
                    search.terms[place] = search.shelf.vocabulary.slips(unit)
            elif any(unit.term in search.shelf.vocabulary for search in searches):
                # The stem of politie is also that of politique: who types one means that one.
                for search in searches:
                    if unit.term not in search.shelf.vocabulary:
                        search.lower(place, _FOREIGN)
        rankings = [search.shelf.rank(search.terms) for search in searches]
        pairs = list(zip(searches, rankings, strict=True))
        hits = [hit for search, ranking in pairs for hit in search.hits(ranking.complete(limit))]
        lack = limit - len(hits)
        if lack > 0:
            hits += [hit for search, ranking in pairs for hit in search.hits(ranking.partial(lack))]
        return sorted(hits, key=lambda hit: (-hit.score, hit.key, hit.language))[:limit]


@dataclass(frozen=True, slots=True)
class _Search:
    """One query on one shelf: for each of its units the terms that it asks for."""

    shelf: Shelf
    documents: Sequence[Document]
    terms: list[Terms]

    def lower(self, place: int, share: float) -> None:
        """Let all that matches this unit count for less."""
        self.terms[place] = {term: worth * share for term, worth in self.terms[place].items()}

    def hits(self, scored: Scored) -> list[Hit]:
        every = frozenset(chain.from_iterable(self.terms))
        language = self.shelf.language
        return [
            Hit(self.documents[page].key, score, language, self.shelf, page, every)
            for score, page in scored
        ]
