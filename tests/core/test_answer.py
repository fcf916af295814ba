"""Answers: three-valued truth, reasons, and what is missing."""

from collections.abc import Iterator
from datetime import date
from itertools import product

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benelux.core.answer import (
    Answer,
    Missing,
    Reason,
    Truth,
    all_hold,
    all_of,
    any_holds,
    any_of,
)
from benelux.core.language import LANGUAGES, Language, Text, message
from benelux.core.law import Article, Ground, Instrument, InstrumentKind

T, F, U = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
DAY = date(2023, 10, 1)
TRUTHS = st.sampled_from(Truth)

AND = {(T, T): T, (T, F): F, (T, U): U, (F, F): F, (F, U): F, (U, U): U}
OR = {(T, T): T, (T, F): T, (T, U): T, (F, F): F, (F, U): U, (U, U): U}


@pytest.mark.parametrize(("one", "other"), list(product(Truth, Truth)))
def test_and_and_or_follow_kleene(one: Truth, other: Truth) -> None:
    pair = (one, other) if (one, other) in AND else (other, one)

    assert one & other is other & one is AND[pair]
    assert one | other is other | one is OR[pair]


def test_not_leaves_the_unknown_unknown() -> None:
    assert ~T is F
    assert ~F is T
    assert ~U is U


@given(TRUTHS, TRUTHS, TRUTHS)
def test_the_laws_of_logic_hold(a: Truth, b: Truth, c: Truth) -> None:
    assert ~(a & b) is (~a | ~b)
    assert ~(a | b) is (~a & ~b)
    assert (a & (b | c)) is ((a & b) | (a & c))
    assert (a & (b & c)) is ((a & b) & c)
    assert ~~a is a
    assert a & a is a


@given(st.lists(TRUTHS))
def test_all_and_any_are_many_ands_and_ors(truths: list[Truth]) -> None:
    conjunction, disjunction = T, F
    for truth in truths:
        conjunction &= truth
        disjunction |= truth

    assert all_of(truths) is conjunction
    assert any_of(truths) is disjunction


@given(st.lists(st.booleans()))
def test_on_plain_truths_it_is_plain_logic(values: list[bool]) -> None:
    truths = [Truth.of(value) for value in values]

    assert bool(all_of(truths)) is all(values)
    assert bool(any_of(truths)) is any(values)


def test_a_decisive_truth_ends_the_asking() -> None:
    def asked() -> Iterator[Truth]:
        yield F
        raise AssertionError("asked for more than was needed")

    assert all_of(asked()) is F


def test_the_unknown_is_neither_true_nor_false() -> None:
    assert T
    assert not F
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(U)
    with pytest.raises(TypeError, match="neither true nor false"):
        assert U


def test_nothing_given_is_unknown() -> None:
    assert Truth.of(None) is U


def test_a_truth_combines_only_with_a_truth() -> None:
    with pytest.raises(TypeError):
        T & True  # type: ignore[operator]
    with pytest.raises(TypeError):
        T | 1  # type: ignore[operator]


# -- answers ---------------------------------------------------------------------------------

TREATY = Instrument(
    "M(2014)17",
    InstrumentKind.RECOMMENDATION,
    Text("Arbeidsmobiliteit", "Mobilité", "Mobilität", "Labour mobility"),
)
WORKED = Reason(
    message("You worked {days} days at home.", days=35),
    Ground(Article(TREATY, "4", "1")),
    {"days_at_home": 35},
)
LIVES = Reason(message("You live in Belgium."), inputs={"home": "BE"})
EMPLOYER = Missing(
    "employer_country",
    message("Your employer's country decides which law applies."),
    message("See your pay slip."),
)
INCOME = Missing("income", message("Your income decides the rate."))


def known(value: Truth, *because: Reason) -> Answer[Truth]:
    return Answer(value, because, (), DAY)


def test_an_answer_without_a_value_is_not_known() -> None:
    assert Answer(5, (LIVES,), (), DAY).known
    assert Answer(0, (), (), DAY).known
    assert known(F).known
    assert not known(U).known
    assert not Answer.unknown([EMPLOYER], DAY).known


def test_an_answer_changes_its_value_and_keeps_its_reasons() -> None:
    changed = Answer(35, (WORKED,), (INCOME,), DAY).map(lambda days: days > 34, because=LIVES)

    assert changed == Answer(True, (WORKED, LIVES), (INCOME,), DAY)  # noqa: FBT003 - a value
    assert Answer[int].unknown([EMPLOYER], DAY).map(lambda days: days > 34).value is None


def test_two_answers_combine_into_one_with_all_reasons_once() -> None:
    days = Answer(35, (LIVES, WORKED), (INCOME,), DAY)
    limit = Answer(34, (LIVES,), (INCOME,), DAY)

    assert days.combine(limit, lambda one, other: one - other) == Answer(
        1, (LIVES, WORKED), (INCOME,), DAY
    )


def test_an_unknown_answer_makes_the_combination_unknown_and_says_what_is_missing() -> None:
    days = Answer(35, (WORKED,), (), DAY)
    limit = Answer[int].unknown([EMPLOYER], DAY)

    combined = days.combine(limit, lambda one, other: one - other)

    assert not combined.known
    assert combined.because == (WORKED,)
    assert combined.missing == (EMPLOYER,)


def test_answers_for_different_days_do_not_combine() -> None:
    today, tomorrow = Answer(1, (), (), DAY), Answer(1, (), (), date(2023, 10, 2))

    with pytest.raises(ValueError, match="different days"):
        today.combine(tomorrow, lambda one, other: one + other)
    with pytest.raises(ValueError, match="different days"):
        all_hold([known(T), Answer(T, (), (), date(2024, 1, 1))])


def test_one_condition_that_fails_decides_and_nothing_more_is_asked() -> None:
    decided = all_hold([known(T, LIVES), known(F, WORKED), Answer.unknown([EMPLOYER], DAY)])

    assert decided == Answer(F, (WORKED,), (), DAY)


def test_conditions_that_cannot_be_decided_ask_for_what_is_missing() -> None:
    asking = all_hold([known(T, LIVES), Answer.unknown([EMPLOYER], DAY, [WORKED])])

    assert asking == Answer(U, (LIVES, WORKED), (EMPLOYER,), DAY)


def test_one_ground_that_holds_is_enough() -> None:
    assert any_holds([known(F, LIVES), known(T, WORKED), Answer.unknown([EMPLOYER], DAY)]) == (
        Answer(T, (WORKED,), (), DAY)
    )
    assert any_holds([known(F, LIVES), known(F, WORKED)]) == Answer(F, (LIVES, WORKED), (), DAY)


def test_no_answers_at_all_cannot_be_weighed() -> None:
    with pytest.raises(ValueError, match="no answers"):
        all_hold([])


@given(st.lists(TRUTHS, min_size=1))
def test_weighed_answers_have_the_truth_of_their_values(truths: list[Truth]) -> None:
    assert all_hold([known(truth) for truth in truths]).value is all_of(truths)
    assert any_holds([known(truth) for truth in truths]).value is any_of(truths)


def test_an_answer_explains_itself_step_by_step() -> None:
    answer = Answer(U, (WORKED, LIVES), (EMPLOYER, INCOME), DAY)

    assert answer.explain("en") == [
        "You worked 35 days at home (M(2014)17, Article 4(1)).",
        "You live in Belgium.",
        "Still missing: Your employer's country decides which law applies. See your pay slip.",
        "Still missing: Your income decides the rate.",
        "This holds on 1 October 2023.",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_explanation_is_whole_in_every_language(language: Language) -> None:
    lines = Answer(U, (WORKED, LIVES), (EMPLOYER,), DAY).explain(language)

    assert len(lines) == 4
    assert WORKED.ground is not None
    assert WORKED.ground.cite(language) in lines[0]
    assert "2023" in lines[-1]


def test_an_answer_encodes_as_json() -> None:
    encoded = msgspec.json.decode(msgspec.json.encode(Answer(T, (WORKED,), (EMPLOYER,), DAY)))

    assert encoded["value"] == "true"
    assert encoded["as_of"] == "2023-10-01"
    assert encoded["because"][0]["inputs"] == {"days_at_home": 35}
    assert encoded["because"][0]["ground"]["source"]["instrument"]["id"] == "M(2014)17"
    assert encoded["missing"][0]["fact"] == "employer_country"
