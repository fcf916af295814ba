"""What a sheet asks, and what it lacks."""

import json
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as some

from benelux.domains.fireworks.formats import icsms
from benelux.domains.fireworks.model.sheets import (
    Kept,
    LabTest,
    Sheet,
    registration_parts,
)
from benelux.domains.fireworks.rules import sheets as rules
from tests.domains.fireworks.nodes import FOUND, whole_sheet


def _fields(sheet: Sheet) -> list[str]:
    return [fault.field for fault in rules.missing(sheet, FOUND + timedelta(days=1))]


def test_a_whole_sheet_lacks_nothing() -> None:
    assert _fields(whole_sheet()) == []


def test_a_bare_sheet_says_all_that_is_missing() -> None:
    found = _fields(Sheet("Silver Rain", "F2", FOUND))

    assert found[:3] == ["batch", "operator_name", "operator_country"]
    assert "check_outdoor" in found
    assert "check_specialist" not in found


def test_the_label_of_each_category_asks_for_its_own_things() -> None:
    def asked(category: str) -> set[str]:
        return {label.id for label in rules.book().labels_for(category, FOUND)}  # type: ignore[arg-type]

    assert "year" in asked("F4") - asked("F2")
    assert "specialist" in asked("T2") - asked("T1")
    assert "distance" not in asked("P1")


def test_what_the_law_did_not_ask_then_is_not_asked() -> None:
    before = {label.id for label in rules.book().labels_for("F2", date(2016, 1, 1))}

    assert "registration-number" not in before
    assert "age" in before


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"notified_body": ""}, "notified_body"),
        ({"checks": {**whole_sheet().checks, "age": "fail"}}, "risk"),
        ({"risk": "low"}, "risk_reason"),
        ({"risk": "serious", "risk_reason": "Burns"}, "measures"),
        ({"found_on": FOUND + timedelta(days=9)}, "found_on"),
        ({"ce": "no"}, "risk"),
    ],
)
def test_each_thing_that_is_missing_is_named(changes: dict[str, object], field: str) -> None:
    assert field in _fields(whole_sheet(**changes))


@pytest.mark.parametrize("body", ["163", "01634", "O163", "٠١٦٣", "0163 "])
def test_a_notified_body_has_four_digits(body: str) -> None:
    found = [fault.field for fault in rules.wrong(whole_sheet(notified_body=body))]

    assert found == ["notified_body"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("0163-F2-1234", ("0163", "F2")),
        ("0163 — f2 — 12/A", ("0163", "F2")),
        ("0163–P1–9", ("0163", "P1")),
        ("163-F2-1", None),
        ("0163-X2-1", None),
        ("", None),
    ],
)
def test_a_registration_number_is_read_in_its_parts(
    text: str, parts: tuple[str, str] | None
) -> None:
    assert registration_parts(text) == parts


def test_a_number_of_another_category_is_a_finding_and_no_slip() -> None:
    sheet = whole_sheet(registration="0163-F2-1", notified_body="0080")

    assert list(rules.wrong(sheet)) == []
    assert [one.field for one in rules.remarks(sheet)] == ["registration", "notified_body"]


def test_a_test_is_by_a_standard_for_that_category() -> None:
    test = LabTest("West", "NL", "EN 16261", "sound-level", "pass")

    assert [one.field for one in rules.wrong(whole_sheet(tests=(test,)))] == ["protocol"]


def test_the_act_behind_the_levels_of_risk_follows_the_day() -> None:
    old, new = (rules.book().risk_rule(day) for day in (date(2024, 12, 12), date(2024, 12, 13)))

    assert old
    assert new
    assert "2019/417" in old.source
    assert "2024/3173" in new.source


@given(name=some.text(min_size=1, max_size=60))
def test_whatever_a_product_is_called_its_export_is_whole(name: str) -> None:
    printed = "".join(letter for letter in name if letter.isprintable()) or "x"
    content = whole_sheet(product=printed)
    kept = Kept("BE-MS-1", 1, "draft", "BE", "be", datetime.now(UTC), "a", content)

    assert json.loads(icsms.as_json(kept))["productInformation"]["name"] == printed
    read = ET.fromstring(icsms.as_xml(kept))  # noqa: S314 - our own
    named = read.find(f"{{{icsms.SPACE}}}productInformation/{{{icsms.SPACE}}}name")
    assert named is not None
    assert named.text == printed
