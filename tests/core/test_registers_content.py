"""What is entered is held against the declaration: every fault is named, nothing odd comes in."""

import time
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benelux.core.errors import Invalid
from benelux.core.registers.checking import checked, sifted
from benelux.core.registers.values import Value
from tests.core.boats.registers import MOORINGS
from tests.core.harbour import EMMA

MEGABYTE = 1024 * 1024


def fault(field: str, value: object) -> str:
    """What is said about this one value, in English; all others are right."""
    with pytest.raises(Invalid) as refused:
        checked(MOORINGS, {**EMMA, field: value})
    (only,) = refused.value.faults
    assert only.field == field
    return only.message.to("en")


def kept(field: str, value: object) -> Value:
    return checked(MOORINGS, {**EMMA, field: value})[field]


def test_every_declared_field_is_there_and_none_where_nothing_was_given() -> None:
    content = checked(MOORINGS, EMMA)
    assert list(content) == [field.key for field in MOORINGS.fields]
    assert content["waters"] is None
    assert content["family"] == "Lambert"


@pytest.mark.parametrize(
    ("field", "given", "kept_as"),
    [
        ("family", "  Van   Damme ", "Van Damme"),
        ("family", "Agne\u0301s", "Agnés"),
        ("family", "’t Hof-Ëlsen, 3rd.", "’t Hof-Ëlsen, 3rd."),
        ("family", "Иванова", "Иванова"),
        ("family", "Παπαδοπούλου", "Παπαδοπούλου"),
        ("family", "Mª Carmen", "Mª Carmen"),
        ("born", date(1990, 5, 17), "1990-05-17"),
        ("length", "920", 920),
        ("length", 0, 0),
        ("waters", ["sea", "river"], ["river", "sea"]),
        ("waters", "sea", ["sea"]),
        ("flag", "be", "BE"),
        ("remarks", "one\r\ntwo", "one\ntwo"),
        ("hull", "", None),
    ],
)
def test_what_can_be_is_kept_in_one_form(field: str, given: object, kept_as: Value) -> None:
    assert kept(field, given) == kept_as


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("family", "", "Fill in"),
        ("family", None, "Fill in"),
        ("family", "   ", "Fill in"),
        ("family", 7, "text"),
        ("family", "…", "does not belong"),
        ("family", "1234", "at least one letter"),
        ("family", "Robert'); DROP TABLE x;--", "does not belong"),
        ("family", "Emma\x00", "cannot be seen"),
        ("family", "Emma\u202eabc", "cannot be seen"),
        ("family", "Em\u200bma", "cannot be seen"),
        ("family", "Emma\nLambert", "cannot be seen"),
        ("family", "\ud800", "cannot be seen"),
        ("family", "ＡＢ", "full-width"),
        ("born", "17-05-1990", "year-month-day"),
        ("born", "1990-02-30", "year-month-day"),
        ("born", "0990-02-20", "year-month-day"),
        ("born", "١٩٩٠-٠٥-١٧", "year-month-day"),
        ("length", "9.5", "whole number"),
        ("length", True, "whole number"),
        ("length", 10**15, "whole number"),
        ("length", "9" * 5000, "whole number"),
        ("kind", "rocket", "may be"),
        ("kind", ["sail"], "may be"),
        ("waters", ["sea", "moon"], "may be"),
        ("waters", {"sea": 1}, "may be"),
        ("flag", "XX", "two letters"),
        ("flag", "EU", "two letters"),
        ("hull", "x" * 21, "at most 20"),
        ("remarks", "one\x07two", "cannot be seen"),
    ],
)
def test_what_cannot_be_is_named(field: str, value: object, said: str) -> None:
    assert said in fault(field, value)


@pytest.mark.parametrize(
    ("name", "letter", "script"),
    [
        ("L\u0430mbert", "U+0430", "Cyrillic"),
        ("\u041bambert", "U+041B", "Cyrillic"),
        ("Lamb\u03bfrt", "U+03BF", "Greek"),
        ("Lamb\u0565rt", "U+0565", "Armenian"),
        ("Lam\U0001d41bert", "U+1D41B", "mathematical"),
    ],
)
def test_a_letter_that_only_looks_like_ours_is_named(name: str, letter: str, script: str) -> None:
    said = fault("family", name)
    assert letter in said
    assert script in said


def test_a_name_of_a_megabyte_is_refused_at_once() -> None:
    for huge in ("a" * MEGABYTE, "\u0301" * MEGABYTE, "ﷺ" * MEGABYTE):
        started = time.perf_counter()
        assert "at most 100" in fault("family", huge)
        assert time.perf_counter() - started < 0.5


def test_all_faults_are_told_at_once_and_unknown_fields_are_among_them() -> None:
    with pytest.raises(Invalid) as refused:
        checked(MOORINGS, {**EMMA, "born": "x", "kind": "y", "rank": "admiral"})
    assert {one.field for one in refused.value.faults} == {"born", "kind", "rank"}


def test_a_plate_is_kept_as_its_country_writes_it() -> None:
    content = checked(MOORINGS, {**EMMA, "car_country": "BE", "car": "1abc234"})
    assert content["car"] == "1-ABC-234"
    with pytest.raises(Invalid) as refused:
        checked(MOORINGS, {**EMMA, "car_country": "BE", "car": "1-ABC-*"})
    assert refused.value.faults[0].field == "car"


ANYTHING = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text())


@given(st.dictionaries(st.sampled_from([field.key for field in MOORINGS.fields]), ANYTHING))
def test_anything_at_all_is_kept_or_refused_and_nothing_else(
    given_content: dict[str, object],
) -> None:
    content, faults = sifted(MOORINGS, {**EMMA, **given_content})
    assert all(one.field in content for one in faults)
    for value in content.values():
        if isinstance(value, str):
            assert value == unicodedata.normalize("NFC", value)
            assert value == value.strip()


@given(st.dictionaries(st.sampled_from([field.key for field in MOORINGS.fields]), ANYTHING))
def test_what_was_kept_once_is_kept_again_as_it_is(given_content: dict[str, object]) -> None:
    try:
        content = checked(MOORINGS, {**EMMA, **given_content})
    except Invalid:
        return
    assert checked(MOORINGS, content) == content
