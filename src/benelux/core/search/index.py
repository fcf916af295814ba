"""The index over documents in all languages, and what it finds."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from benelux.core.language import Language
from benelux.core.search.query import read
from benelux.core.search.shelf import Shelf
from benelux.core.search.words import readable

FIELD_WEIGHTS: Final[Mapping[str, float]] = {"title": 3.0}
"""What a word counts for in a field of this name; 1 in every other."""


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
        return tuple(dict.fromkeys(readable(self._shelf.term(term)) for term, _, _ in spots))

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
        units = read(query, lambda term: any(term in shelf for shelf, _ in shelves))
        if not units or limit <= 0:
            return []
        asked = [[shelf.matches(unit) for unit in units] for shelf, _ in shelves]
        for place, unit in enumerate(units):
            if not any(terms[place] for terms in asked):
                for terms, (shelf, _) in zip(asked, shelves, strict=True):
                    terms[place] = shelf.slips(unit)
        ranked = [shelf.rank(terms) for terms, (shelf, _) in zip(asked, shelves, strict=True)]
        found = [
            (score, row, page)
            for row, ranking in enumerate(ranked)
            for score, page in ranking.complete(limit)
        ]
        if len(found) < limit:
            found += [
                (score, row, page)
                for row, ranking in enumerate(ranked)
                for score, page in ranking.partial(limit - len(found))
            ]
        every = [frozenset(chain.from_iterable(terms)) for terms in asked]
        hits = [
            Hit(documents[page].key, score, shelf.language, shelf, page, every[row])
            for score, row, page in found
            for shelf, documents in (shelves[row],)
        ]
        return sorted(hits, key=lambda hit: (-hit.score, hit.key, hit.language))[:limit]
