"""What the law says of a pass: categories by country and day, term, recognition; three answers."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from benelux.core.answer import Truth
from benelux.core.language import LANGUAGES, message
from benelux.domains.fireworks.registers import PASSES
from benelux.domains.fireworks.rules.passes import (
    Shown,
    categories_in,
    holds,
    lacking,
    last_day,
    may_receive,
    pass_rules,
)

TODAY = date(2026, 11, 24)
VALID = message("Valid")
GOOD = Shown(
    "BE", good=True, standing=VALID, first=date(2024, 1, 1), last=date(2028, 12, 31),
    categories=("F3", "T2"),
)  # fmt: skip


def test_a_belgian_pass_serves_in_the_netherlands() -> None:
    answer = may_receive(GOOD, "F3", "NL", TODAY)

    assert answer.value is Truth.TRUE
    said = " ".join(answer.explain("en"))
    assert "M(2020)14, Article 4(1)" in said
    assert "Regeling pyro-pass" in said


def test_in_luxembourg_the_answer_is_unknown_and_not_no() -> None:
    answer = may_receive(GOOD, "F3", "LU", TODAY)

    assert answer.value is Truth.UNKNOWN
    assert [one.fact for one in answer.missing] == ["set"]


@pytest.mark.parametrize(
    ("changes", "category", "said"),
    [
        ({"good": False, "standing": message("Suspended")}, "F3", "Suspended"),
        ({"last": date(2026, 11, 23)}, "F3", "ended on 2026-11-23"),
        ({"first": date(2026, 11, 25)}, "F3", "begins on 2026-11-25"),
        ({}, "F4", "does not name category F4"),
        ({}, "F1", "does not name category F1"),
    ],
)
def test_a_no_is_certain_and_says_why(changes: dict[str, object], category: str, said: str) -> None:
    for here in ("BE", "NL", "LU"):  # also where no set of categories is known
        answer = may_receive(replace(GOOD, **changes), category, here, TODAY)  # type: ignore[arg-type]
        assert answer.value is Truth.FALSE
        assert said in " ".join(answer.explain("en"))


def test_the_last_day_counts_and_the_day_after_does_not() -> None:
    last = replace(GOOD, last=TODAY)
    assert may_receive(last, "F3", "BE", TODAY).value is Truth.TRUE
    assert may_receive(last, "F3", "BE", date(2026, 11, 25)).value is Truth.FALSE


def test_before_the_dutch_rule_the_answer_is_not_yes() -> None:
    early = replace(GOOD, first=date(2023, 1, 1))
    assert may_receive(early, "F3", "NL", date(2024, 9, 30)).value is not Truth.TRUE
    assert may_receive(early, "F3", "NL", date(2024, 10, 1)).value is Truth.TRUE
    assert categories_in("NL", date(2024, 9, 30)) is None


@given(
    good=some.sampled_from([True, None]),
    first=some.sampled_from([date(2024, 1, 1), None]),
    categories=some.sampled_from([("F3",), None]),
    here=some.sampled_from(["BE", "NL", "LU"]),
)
def test_what_is_not_known_is_never_taken_for_a_yes(
    *, good: bool | None, first: date | None, categories: tuple[str, ...] | None, here: str
) -> None:
    shown = Shown("BE", good, VALID, first, None, categories)
    answer = may_receive(shown, "F3", here, TODAY)

    known = None not in {good, first, categories} and here != "LU"
    assert answer.value is (Truth.TRUE if known else Truth.UNKNOWN)
    assert bool(answer.missing) is not known
    assert holds(shown, TODAY).value is (
        Truth.TRUE if good and first is not None else Truth.UNKNOWN
    )


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 11, 24), date(2031, 11, 23)),
        (date(2024, 2, 29), date(2029, 2, 28)),
        (date(2023, 3, 1), date(2028, 2, 29)),
        (date(1999, 1, 1), date(2003, 12, 31)),
    ],
)
def test_a_pass_holds_for_five_years(first: date, last: date) -> None:
    assert last_day(first) == last


def test_every_rule_names_its_source_and_how_sure_it_is() -> None:
    rules = pass_rules()
    for one in (*rules.sets, *rules.recognition, *rules.terms, *rules.retention):
        assert one.source
        assert one.certainty in {"confirmed", "secondary", "proposal"}
    assert {one.country for one in PASSES.recognition} == {"BE", "NL", "LU"}
    assert PASSES.kept_for("NL").years == 12
    assert all(one.text[language] for one in rules.categories for language in LANGUAGES)


def test_an_application_says_what_it_lacks() -> None:
    assert [one.field for one in lacking({"contact": "x"})] == ["permit"]
    assert lacking({"contact": "x", "permit": "P"}) == ()
