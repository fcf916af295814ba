"""A plate is read as its country wrote it, found as a camera sees it, or refused."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from benelux.core.errors import Invalid
from benelux.core.registers.matching.batch import loose_many
from benelux.core.registers.matching.plates import COUNTRIES, LONGEST, country_of, plate_keys
from benelux.core.registers.matching.series import series_of

_EXAMPLES = Path(__file__).parent / "data" / "plate_examples.csv"
_STATUS = {"yes": "valid", "unknown": "unconfirmed", "ambiguous": "ambiguous"}
_SIGNS = "ABIOSZ0158 -"


def _examples() -> list[dict[str, str]]:
    with _EXAMPLES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", _examples(), ids=lambda row: f"{row['country']} {row['input']}")
def test_every_example_is_read_as_it_says(row: dict[str, str]) -> None:
    if row["valid"] == "no":
        with pytest.raises(Invalid) as refused:
            plate_keys(row["country"], row["input"])
        assert [fault.field for fault in refused.value.faults] == ["plate"]
        return
    keys = plate_keys(row["country"], row["input"])
    assert keys.status == _STATUS[row["valid"]]
    if row["strict_key_text"]:
        assert keys.strict == f"{row['country']} {row['strict_key_text']}"
        assert keys.display == row["display"]
    assert bool(keys.strict) == (keys.status != "ambiguous")
    assert keys.loose


def test_the_country_is_part_of_every_key() -> None:
    dutch, luxembourgish = plate_keys("NL", "AB1234"), plate_keys("LU", "AB1234")
    assert dutch.strict != luxembourgish.strict
    assert set(dutch.loose).isdisjoint(luxembourgish.loose)
    assert (dutch.display, luxembourgish.display) == ("AB-12-34", "AB 1234")


def test_the_german_separator_tells_two_vehicles_apart() -> None:
    berlin, bergheim = plate_keys("D", "B-MA 123"), plate_keys("D", "BM-A 123")
    assert berlin.strict != bergheim.strict
    assert berlin.loose == bergheim.loose == plate_keys("DE", "bma123").loose
    assert plate_keys("DE", "B MA123").strict == berlin.strict
    assert plate_keys("DE", "BMA-123").status == "ambiguous"
    assert plate_keys("DE", "AB 12").display == "A-B 12"


@pytest.mark.parametrize(
    ("country", "plate", "read"),
    [
        ("BE", "1-OBI-508", "BE I-0B1-5O8"),
        ("NL", "BS-01-ZG", "NL 85-O1-26"),
        ("DE", "LÖ-AB 12", "DE LOEAB12"),
        ("DE", "LÖ-AB 12", "DE LO AB 12"),
        ("DE", "LÖ-AB 12", "DE lö-ab 12"),
    ],
)
def test_what_a_camera_takes_for_a_plate_has_its_loose_key(
    country: str, plate: str, read: str
) -> None:
    assert loose_many([read])[0].decode() in plate_keys(country, plate).loose


@pytest.mark.parametrize("code", ["B", "be", " BE ", "b"])
def test_a_country_is_known_by_its_code_and_its_letter(code: str) -> None:
    assert country_of(code) == "BE"


@pytest.mark.parametrize("code", ["", "XX", "ES", "BELGIUM", "Ｂ", "B" * 1_000_000])
def test_another_country_is_refused(code: str) -> None:
    with pytest.raises(Invalid) as refused:
        plate_keys(code, "1-ABC-234")
    assert [fault.field for fault in refused.value.faults] == ["country"]


@pytest.mark.parametrize(
    "text",
    [
        "1-ABC-23?", "1-ABC-%", "1-ABC-2_4", "*", "1-ABC-２３４", "1-ABC-٢٣٤", "1-АВС-234",
        "1-ÄBC-234", "", " - ", "1-ABC-234;", "1-ABC-234\n", "1\u200b-ABC-234", "A" * (LONGEST + 1),
        "9" * 1_000_000,
    ],
)  # fmt: skip
def test_what_does_not_stand_on_a_belgian_plate_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        plate_keys("BE", text)
    assert [fault.field for fault in refused.value.faults] == ["plate"]


def test_the_refusal_says_which_sign_it_is() -> None:
    with pytest.raises(Invalid, match=r"“٢” at place 7"):
        plate_keys("BE", "1-ABC-٢34")


def test_letters_that_a_series_is_not_known_to_have_make_it_unconfirmed() -> None:
    assert plate_keys("NL", "KD-123-B").status == "valid"
    assert plate_keys("NL", "KA-123-B").status == "unconfirmed"
    assert plate_keys("NL", "12-GVD-3").status == "unconfirmed"
    assert plate_keys("BE", "Q-ABC-123").status == "unconfirmed"


def test_every_series_has_a_name_and_a_shape() -> None:
    for country in set(COUNTRIES.values()):
        assert series_of(country)
        assert all(len(one.parts) == len(one.joints) + 1 for one in series_of(country))


@given(some.sampled_from(sorted(COUNTRIES)), some.text(max_size=LONGEST + 5))
def test_any_text_is_a_plate_or_is_refused(country: str, text: str) -> None:
    try:
        keys = plate_keys(country, text)
    except Invalid:
        return
    assert keys.loose
    assert keys.display


@given(some.sampled_from(sorted(COUNTRIES)), some.text(_SIGNS, max_size=9))
def test_a_plate_as_it_is_written_is_the_same_plate(country: str, text: str) -> None:
    try:
        keys = plate_keys(country, text)
    except Invalid:
        return
    assert plate_keys(keys.country, keys.display) == keys
    assert loose_many([f"{keys.country} {text}"])[0].decode() in keys.loose


@given(some.lists(some.text(max_size=12), max_size=20), some.sampled_from(["", "loose "]))
def test_a_batch_has_one_key_for_each_text_whatever_stands_in_it(
    texts: list[str], prefix: str
) -> None:
    keys = loose_many(texts, prefix)
    assert len(keys) == len(texts)
    assert all(key.startswith(prefix.encode()) and b"\n" not in key for key in keys)
    assert keys == [loose_many([text], prefix)[0] for text in texts]
