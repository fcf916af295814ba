"""Recall and false hits on the two kept sets: this fails when they get worse.

Measured when this was written: on the given set recall 1.000 and 0.05 % false hits; on the one made
with seed 2026, which nothing was tuned on, 0.930 and 0.10 %.
"""

from pathlib import Path

import pytest

from benchmarks import names_set

_KEPT = Path(__file__).parent / "data" / "names"


@pytest.mark.parametrize(("kept", "recall"), [("given", 0.995), ("made", 0.92)])
def test_persons_are_found_and_strangers_are_not(kept: str, recall: float) -> None:
    persons, queries = names_set.read(_KEPT / kept)
    assert (len(persons), len(queries)) == (20_000, 4_000)
    figures = names_set.Register(persons).judged(queries)
    assert figures.recall >= recall
    assert figures.false <= 0.003
    assert figures.beside <= 0.003
    assert figures.keys <= 14
    assert figures.candidates <= 2


def test_who_is_near_to_somebody_is_seldom_taken_for_him() -> None:
    persons = names_set.read(_KEPT / "made").persons[:4_000]
    register = names_set.Register(persons)
    queries = list(names_set.namesakes(2026, persons, 400))
    most = {"sibling": 0.005, "namesake": 0.01, "twin": 0.04, "same day": 0.03}
    for kind, bound in most.items():
        asked = [query for query in queries if query.kind == kind]
        assert register.judged(asked).false <= bound, kind


def test_the_made_set_asks_about_as_many_strangers_as_persons() -> None:
    persons, queries = names_set.read(_KEPT / "made")
    assert len(set(persons)) > 19_990
    assert sum(query.number < 0 for query in queries) == 2_000


def test_a_seed_always_makes_the_same_set() -> None:
    assert names_set.made(5, 200, 40) == names_set.made(5, 200, 40)
