"""A person is found under every spelling of the name, and a namesake is not."""

from typing import get_args

import cologne_phonetics  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as some

from benelux.core.errors import Invalid
from benelux.core.registers.matching.people import (
    MOST_KEYS,
    STRONG,
    Person,
    birth_of,
    person_keys,
)
from benelux.core.registers.matching.sound import cologne
from benelux.core.registers.matching.spelling import LONGEST
from benelux.core.registers.matching.verdict import THRESHOLD, Quality, agrees, score
from benelux.core.registers.pages.shown import QUALITIES

_BORN = "1980-05-26"
_DATES = some.one_of(
    some.dates().map(str),
    some.integers(1850, 2100).map(str),
    some.sampled_from(["", "1962-00-00", "1962-31-12"]),
)


def _found(asked: Person, kept: Person) -> str:
    """How a record is found: by a key in common and then by the second look."""
    keys = {key.text for key in person_keys(*kept)}
    if keys.isdisjoint(key.text for key in person_keys(*asked, asking=True)):
        return ""
    return agrees(asked, kept)


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        (("Mueller", "Juergen"), ("Müller", "Jürgen")),
        (("Muller", "Jurgen"), ("Müller", "Jürgen")),
        (("Muller", "Jurgen"), ("Mueller", "Juergen")),
        (("Vandenberghe", "Jan"), ("Van den Berghe", "Jan")),
        (("Berghe", "Jan"), ("Van den Berghe", "Jan")),
        (("Berghe, van den", "Jan"), ("Van den Berghe", "Jan")),
        (("Elhaddad", "Youssef"), ("El Haddad", "Yusuf")),
        (("Ben Ali", "Mohamed"), ("Benali", "Muhammad")),
        (("D’Hondt", "Jo"), ("Dhondt", "Jo")),
        (("Jan", "Peeters"), ("Peeters", "Jan")),
        (("Jansen", "Anna"), ("de Vries-Jansen", "Anna")),
        (("de Vries-Jansen", "Anna"), ("Jansen", "Anna")),
        (("Jansen de Vries", "Anna"), ("Jansen-de Vries", "Anna")),
        (("Peeters", "J."), ("Peeters", "Jan")),
        (("Peeters", "Jan"), ("Peeters", "Jan Maria")),
        (("Peters", "Marijke"), ("Peeters", "Marijke")),
        (("Schmidt", "Karl"), ("Schmitt", "Carl")),
        (("Dupont", "Rene"), ("Dupond", "René")),
        (("Chevtchenko", "Oleksandr"), ("Шевченко", "Олександр")),
        (("Ševčenko", "Oleksandr"), ("Shevchenko", "Oleksandr")),
        (("Papadopoulos", "Giorgos"), ("Παπαδόπουλος", "Γιώργος")),
        (("الحداد", "يوسف"), ("El Haddad", "Youssef")),
        (("بن علي", "محمد"), ("Ben Ali", "Mohammed")),
        (("بن علي", "مُحَمَّد"), ("Ben Ali", "Mohammed")),
        (("M\u0430rtens", "J\u043ehan"), ("Martens", "Johan")),  # a and o are Cyrillic
        (("\u0420\u043e\u0440\u0440\u0435", "Jan"), ("Poppe", "Jan")),  # all Cyrillic
        (("Ｐｅｅｔｅｒｓ", "Ｊａｎ"), ("Peeters", "Jan")),
        (("Wi11ems", "R0sa"), ("Willems", "Rosa")),
        (("Øverås", "Bjørn"), ("Overaas", "Bjoern")),
        (("Ĳsselstein", "Tom"), ("IJsselstein", "Tom")),
        (("Yilmaz", "Isil"), ("Yılmaz", "Işıl")),
    ],
)
def test_a_person_is_found_under_another_spelling(
    asked: tuple[str, str], kept: tuple[str, str]
) -> None:
    assert _found(Person(*asked, _BORN), Person(*kept, _BORN)) in {"exact", "spelling"}


@pytest.mark.parametrize(
    ("asked", "kept", "quality"),
    [
        ("1980-05-26", "1980-05-26", "exact"),
        ("1980-26-05", "1980-05-26", "date-differs"),
        ("1980-05-06", "1980-06-05", "date-differs"),
        ("1980-05-27", "1980-05-26", "date-differs"),
        ("1980-08-26", "1980-05-26", "date-differs"),
        ("1981-05-26", "1980-05-26", "date-differs"),
        ("1908-05-26", "1980-05-26", "date-differs"),
        ("1980", "1980-05-26", "year-only"),
        ("1980-00-00", "1980-05-26", "year-only"),
        ("1980-01-01", "1980-05-26", "year-only"),
        ("1980-05-26", "1980", "year-only"),
        ("", "1980-05-26", "names-only"),
        ("1980-05-26", "", "names-only"),
        ("1980-11-30", "1980-05-26", ""),
        ("1984-05-26", "1980-05-26", ""),
        ("1981", "1980-05-26", ""),
    ],
)
def test_the_quality_tells_how_well_the_dates_agree(asked: str, kept: str, quality: str) -> None:
    found = _found(Person("Peeters", "Jan", asked), Person("Peeters", "Jan", kept))
    assert found == quality


def test_every_quality_is_told_in_words() -> None:
    assert set(get_args(Quality)) - {""} <= set(QUALITIES)


@pytest.mark.parametrize(
    "other",
    [
        Person("Peeters", "Sofie", _BORN),  # a twin
        Person("Peeters", "Jan", "1951-11-30"),  # a namesake
        Person("Claessens", "Jan", _BORN),  # of the same day
        Person("Peeters", "Sofie", "1982-01-30"),
    ],
)
def test_who_is_only_near_is_not_taken_for_the_person(other: Person) -> None:
    assert not agrees(other, Person("Peeters", "Jan", _BORN))


def test_a_less_certain_date_asks_for_a_better_name() -> None:
    kept = Person("Van den Berghe", "Jean-Pierre", _BORN)
    asked = [Person("Van den Burge", "Jean-Piere", born) for born in (_BORN, "1980-05-27", "")]
    scores = [score(one, kept) for one in asked]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] >= THRESHOLD > scores[-1]
    assert agrees(asked[0], kept) == "spelling"
    assert agrees(asked[-1], kept) == ""


def test_a_question_with_a_date_does_not_ask_for_every_namesake() -> None:
    asked = person_keys("Peeters", "Jan", _BORN, asking=True)
    kept = person_keys("Peeters", "Jan", "1951-11-30")
    assert {key.text for key in asked}.isdisjoint(key.text for key in kept)
    assert {key.quality for key in kept} >= {"names-only", STRONG}


def test_the_best_keys_come_first() -> None:
    assert person_keys("Peeters", "Jan", _BORN)[0].quality == STRONG


@pytest.mark.parametrize(
    ("person", "field"),
    [
        (("P" * (LONGEST + 1), "Jan", ""), "family"),
        (("Peeters", "J" * 1_000_000, ""), "given"),
        (("", "", _BORN), "family"),
        (("?!", "…", _BORN), "family"),
        (("Peeters", "Jan", "26-05-1980"), "born"),
        (("Peeters", "Jan", "1980-13-26"), "born"),
        (("Peeters", "Jan", "1980-05-32"), "born"),
        (("Peeters", "Jan", "1080-05-26"), "born"),
        (("Peeters", "Jan", "１９８０-05-26"), "born"),
        (("Peeters", "Jan", "1980-05-26\n"), "born"),
    ],
)
def test_what_is_no_person_is_refused_with_its_field(
    person: tuple[str, str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        person_keys(*person)
    assert [fault.field for fault in refused.value.faults] == [field]
    assert "Peeters" not in str(refused.value)


@given(some.text(max_size=LONGEST), some.text(max_size=LONGEST), _DATES)
def test_any_text_is_a_person_or_is_refused(family: str, given_name: str, born: str) -> None:
    try:
        keys = person_keys(family, given_name, born)
    except Invalid:
        return
    assert 0 < len(keys) <= MOST_KEYS
    assert all(key.text.isascii() and len(key.text) < 120 for key in keys)
    person = Person(family, given_name, born)
    assert agrees(person, person)
    assert score(person, person) == 1
    assert keys == person_keys(*person)


@given(some.text(max_size=20))
def test_any_date_is_read_or_refused(born: str) -> None:
    try:
        birth = birth_of(born)
    except Invalid:
        return
    assert birth.year or not born


_NAMES = some.text("abcdefghijklmnopqrstuvwxyzéöñш -'", min_size=1, max_size=30)
_PERSONS = some.builds(Person, _NAMES, _NAMES, _DATES)


@given(_PERSONS, _PERSONS)
def test_a_score_is_a_share_and_says_what_the_verdict_is(one: Person, other: Person) -> None:
    try:
        found = agrees(one, other)
    except Invalid:
        return
    assert 0 <= score(one, other) <= 1
    assert bool(found) == (score(one, other) >= THRESHOLD)


@given(some.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=40))
def test_the_cologne_code_is_the_published_one(word: str) -> None:
    assert cologne(word) == cologne_phonetics.encode(word)[0][1]
