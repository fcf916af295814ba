"""The accessibility statement, made from what the browser tests last found."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from benelux.core.files import read_json
from benelux.core.language import Message, message

RESULTS: Final = Path(__file__).parent.parent / "data" / "accessibility.json"
CHECKS: Final[Mapping[str, Message]] = {
    "axe": message("Automatic rules (axe), every kind of page, four languages, light and dark"),
    "axe-all": message("Automatic rules (axe), every single page, light and dark"),
    "axe-officers": message("Automatic rules (axe), the officers' pages, light and dark"),
    "reflow": message("No scrolling to the side at 320 pixels"),
    "no-scripts": message("Readable and usable without scripts"),
    "keyboard": message("Reached by keyboard, with a visible focus and no trap"),
}


@dataclass(frozen=True, slots=True)
class Result:
    pages: int
    faults: int


@dataclass(frozen=True, slots=True)
class Statement:
    """What the tests found: on which day, with which version, on how many pages."""

    version: str
    day: str
    axe: str
    checks: dict[str, Result]

    @property
    def faults(self) -> int:
        return sum(result.faults for result in self.checks.values())


@cache
def statement() -> Statement:
    return read_json(RESULTS, Statement)
