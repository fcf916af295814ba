"""Which of the pages that match are best: those with everything that was asked for, then others."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from heapq import nsmallest
from math import log

Scored = list[tuple[float, int]]
"""Scores and page numbers, best first."""


class Ranking:
    """The pages of one shelf that match, each unit of the query with its strength on each page.

    The score of a page with every unit lies between 1 and 2, that of another below 1, so that the
    scores of several shelves compare.
    """

    def __init__(self, strengths: Sequence[Mapping[int, float]], size: int) -> None:
        # The rarity of all that matches a unit, so that no rare compound outdoes the word itself.
        self._units = [
            (pages, log(1 + (size - len(pages) + 0.5) / (len(pages) + 0.5))) for pages in strengths
        ]
        self._complete = set(strengths[0]).intersection(*strengths[1:])

    def complete(self, limit: int) -> Scored:
        """The best pages that have every unit."""
        totals = (
            (-sum(pages[page] * rarity for pages, rarity in self._units), page)
            for page in self._complete
        )
        return [(1 + _squeeze(-total), page) for total, page in nsmallest(limit, totals)]

    def partial(self, limit: int) -> Scored:
        """The best pages that lack something; what is rare counts for more of the whole."""
        totals: dict[int, float] = defaultdict(float)
        shares: dict[int, float] = defaultdict(float)
        for pages, rarity in self._units:
            for page, strength in pages.items():
                totals[page] += rarity * strength
                shares[page] += rarity
        whole = sum(rarity for _, rarity in self._units)
        scores = (
            (-_squeeze(total) * shares[page] / whole, page)
            for page, total in totals.items()
            if page not in self._complete
        )
        return [(-score, page) for score, page in nsmallest(limit, scores)]


def _squeeze(total: float) -> float:
    return total / (1 + total)
