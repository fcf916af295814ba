"""The table of security requirements in the manual: whole, and no test named that is not there."""

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

HERE = Path(__file__).parent
TABLE = HERE.parent / "docs" / "manual" / "asvs.md"
VERDICTS = ("tested", "reasoned", "not applicable", "not done")
# Chapter, section and how many requirements of the levels 1 and 2 the section has (ASVS 5.0.0).
SECTIONS = {
    1: {1: 2, 2: 9, 3: 11, 4: 3, 5: 2},
    2: {1: 3, 2: 3, 3: 4, 4: 1},
    3: {2: 2, 3: 4, 4: 6, 5: 5, 7: 2},
    4: {1: 3, 2: 1, 3: 2, 4: 4},
    5: {1: 1, 2: 3, 3: 2, 4: 3},
    6: {1: 3, 2: 12, 3: 4, 4: 4, 5: 5, 6: 3, 8: 4},
    7: {1: 3, 2: 4, 3: 2, 4: 5, 5: 2, 6: 2},
    8: {1: 2, 2: 3, 3: 1, 4: 1},
    9: {1: 3, 2: 4},
    10: {1: 2, 2: 2, 3: 4, 4: 11, 5: 5, 6: 2, 7: 3},
    11: {1: 2, 2: 3, 3: 3, 4: 4, 5: 1, 6: 1},
    12: {1: 3, 2: 2, 3: 4},
    13: {1: 1, 2: 5, 3: 2, 4: 5},
    14: {1: 2, 2: 4, 3: 3},
    15: {1: 3, 2: 3, 3: 7},
    16: {1: 1, 2: 5, 3: 4, 4: 3, 5: 3},
    17: {1: 1, 2: 4, 3: 2},
}


class Row(NamedTuple):
    number: str
    about: str
    verdict: str
    how: str

    @property
    def tests(self) -> list[str]:
        return re.findall(r"\btest_\w+", self.how)


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return [
        Row(*(cell.strip() for cell in line.strip("|").split("|")))
        for line in lines
        if line.startswith("| V")
    ]


def test_every_requirement_stands_there_once_and_in_order(rows: list[Row]) -> None:
    wanted = [
        f"V{chapter}.{section}.{number}"
        for chapter, sections in SECTIONS.items()
        for section, count in sections.items()
        for number in range(1, count + 1)
    ]
    assert len(wanted) == 253
    assert [row.number for row in rows] == wanted


def test_every_requirement_has_a_verdict_and_words(rows: list[Row]) -> None:
    assert [row.number for row in rows if row.verdict not in VERDICTS] == []
    assert [row.number for row in rows if not row.about or not row.how] == []


def test_every_test_that_is_named_is_there(rows: list[Row]) -> None:
    there = {
        name
        for path in HERE.rglob("test_*.py")
        for name in re.findall(r"\bdef (test_\w+)", path.read_text(encoding="utf-8"))
    }
    assert [(row.number, name) for row in rows for name in row.tests if name not in there] == []


def test_what_is_called_tested_names_a_test(rows: list[Row]) -> None:
    assert [row.number for row in rows if row.verdict == "tested" and not row.tests] == []


def test_the_numbers_in_the_introduction_are_those_of_the_table(rows: list[Row]) -> None:
    said = " ".join(TABLE.read_text(encoding="utf-8").partition("## ")[0].split())
    found = Counter(row.verdict for row in rows)
    assert (
        f"Of these, {found['tested']} are tested, {found['reasoned']} reasoned, "
        f"{found['not applicable']} not applicable and {found['not done']} not done."
    ) in said
