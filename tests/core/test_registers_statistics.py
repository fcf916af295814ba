"""Statistics tell how many there are, and about nobody anything."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benelux.core.house import House
from benelux.core.registers.counting import published
from benelux.core.registers.service import move, statistics
from benelux.core.registers.values import Count
from tests.core.boats.registers import MOORINGS
from tests.core.harbour import MASTER, START, moor

SMALLEST = 3
DAY = date(2026, 6, 1)
counts = st.lists(st.integers(1, 12), min_size=1, max_size=4).filter(
    lambda many: sum(many) >= 2 * SMALLEST
)


@given(counts)
def test_whoever_knows_the_rule_and_the_total_cannot_tell_a_small_count(many: list[int]) -> None:
    """Every small count could be another one, and the very same would be published."""
    true = {str(place): one for place, one in enumerate(many)}
    told = published(true, SMALLEST)
    withheld = [name for name, one in told.items() if one is None]
    total = sum(true[name] for name in withheld)
    possible: dict[str, set[int]] = {name: set() for name in withheld}
    for guess in product(range(1, total + 1), repeat=len(withheld)):
        guessed = dict(zip(withheld, guess, strict=True))
        if sum(guess) == total and published({**true, **guessed}, SMALLEST) == told:
            for name, one in guessed.items():
                possible[name].add(one)
    assert all(len(possible[name]) > 1 for name in withheld if true[name] < SMALLEST)


@given(counts)
def test_what_is_told_is_true_and_never_small(many: list[int]) -> None:
    true = {str(place): one for place, one in enumerate(many)}
    told = published(true, SMALLEST)
    if min(many) >= SMALLEST:
        assert told == true
    assert all(one is None or one == true[name] >= SMALLEST for name, one in told.items())


@pytest.fixture
def busy(harbour: House) -> House:
    """Twelve boats in Nieuwpoort, of which two sail; seven in Oostende; one was never granted."""
    for place, kind, many in (("Nieuwpoort", "motor", 10), ("Nieuwpoort", "sail", 2),
                              ("Oostende", "motor", 7)):  # fmt: skip
        for _ in range(many):
            number = moor(harbour, harbour=place, kind=kind).id
            move(harbour, MOORINGS, number, "grant", by=MASTER, day=START)
    moor(harbour, harbour="Zeebrugge")
    return harbour


def test_good_records_are_counted_in_all_and_by_the_declared_fields(busy: House) -> None:
    assert statistics(busy, MOORINGS, DAY) == [
        Count("", "", 19),
        Count("harbour", "Nieuwpoort", 12),
        Count("harbour", "Oostende", 7),
        Count("kind", "motor", None),  # else 19 less 17 would tell the two that sail
        Count("kind", "sail", None),
    ]


def test_where_there_are_few_nothing_is_told(busy: House) -> None:
    assert {one.number for one in statistics(busy, MOORINGS, date(2025, 1, 1))} == {None}
