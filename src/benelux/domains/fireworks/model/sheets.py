"""A market-surveillance sheet: one product, what was looked at, what was found, what follows."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Final, Literal

from msgspec import Meta

from benelux.core.language import Message, message
from benelux.domains.fireworks.model.words import Code, Key, Line, Prose

Category = Literal["F1", "F2", "F3", "F4", "T1", "T2", "P1", "P2"]
Outcome = Literal["pass", "fail", "not-checked", "not-applicable"]
Result = Literal["pass", "fail", "inconclusive"]
Risk = Literal["", "low", "medium", "high", "serious"]
SheetState = Literal["draft", "ready", "shared", "closed"]
Role = Literal["manufacturer", "importer", "distributor", "online"]
Marked = Literal["yes", "no", "unknown"]

OUTCOMES: Final[Mapping[Outcome, Message]] = {
    "pass": message("In order"),
    "fail": message("Not in order"),
    "not-checked": message("Not looked at"),
    "not-applicable": message("Does not apply"),
}
RESULTS: Final[Mapping[Result, Message]] = {
    "pass": message("Passed"),
    "fail": message("Failed"),
    "inconclusive": message("Without a clear result"),
}
STATES: Final[Mapping[SheetState, Message]] = {
    "draft": message("Draft"),
    "ready": message("Ready to share"),
    "shared": message("Shared"),
    "closed": message("Closed"),
}
ROLES: Final[Mapping[Role, Message]] = {
    "manufacturer": message("Manufacturer"),
    "importer": message("Importer"),
    "distributor": message("Distributor"),
    "online": message("Online shop or marketplace"),
}
MARKED: Final[Mapping[Marked, Message]] = {
    "yes": message("Yes"),
    "no": message("No"),
    "unknown": message("Cannot be seen"),
}
MOVES: Final[Mapping[SheetState, tuple[SheetState, ...]]] = {
    "draft": ("ready",),
    "ready": ("draft", "shared"),
    "shared": ("shared", "closed"),
    "closed": (),
}
"""Where a sheet may go from each state; "shared" again sends what was changed since."""

BODY: Final = re.compile(r"[0-9]{4}")
_NUMBER: Final = re.compile(r"(?P<body>[0-9]{4})\s*[-–—]\s*(?P<category>[FTP][1-4])\s*[-–—]\s*\S+")


@dataclass(frozen=True, slots=True)
class Operator:
    """The economic operator at whom the product was found, or who is responsible for it."""

    name: Line = ""
    role: Role = "distributor"
    country: Code = ""
    address: Line = ""


@dataclass(frozen=True, slots=True)
class LabTest:
    """One check of a laboratory; `joint` are the countries that share the test."""

    laboratory: Line
    country: Code
    protocol: Key
    check: Key
    result: Result
    reference: Line = ""
    remark: Line = ""
    joint: Annotated[tuple[Code, ...], Meta(max_length=8)] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one sheet says."""

    product: Annotated[Line, Meta(min_length=1)]
    category: Category
    found_on: date
    kind: Line = ""
    batch: Line = ""
    registration: Line = ""
    found_at: Line = ""
    operator: Operator = field(default_factory=Operator)
    ce: Marked = "unknown"
    notified_body: Line = ""
    checks: Annotated[Mapping[Key, Outcome], Meta(max_length=40)] = field(default_factory=dict)
    remark: Prose = ""
    tests: Annotated[tuple[LabTest, ...], Meta(max_length=60)] = ()
    risk: Risk = ""
    risk_reason: Prose = ""
    measures: Annotated[tuple[Key, ...], Meta(max_length=20)] = ()
    measure_note: Prose = ""
    photos: Annotated[tuple[Key, ...], Meta(max_length=12)] = ()

    @property
    def failed(self) -> bool:
        """Whether anything that was looked at or tested is not in order."""
        return (
            self.ce == "no"
            or "fail" in self.checks.values()
            or any(test.result == "fail" for test in self.tests)
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """A sheet in one of its versions, and whose it is.

    `country` is that of the authority which drew it up; elsewhere it is a copy that nobody changes.
    """

    id: str
    version: int
    state: SheetState
    country: str
    authority: str
    recorded_at: datetime
    author: str
    content: Sheet
    restores: int | None = None

    def may_become(self, state: SheetState) -> bool:
        return state in MOVES[self.state]


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture that was drawn anew from what was sent, without what a camera writes beside it."""

    id: str
    sheet: str
    media_type: str
    width: int
    height: int
    content: bytes = field(repr=False, default=b"")


def registration_parts(text: str) -> tuple[str, str] | None:
    """Notified body and category in a registration number (2014/58/EU art. 1), if it is one."""
    found = _NUMBER.fullmatch(text.strip().upper())
    return (found["body"], found["category"]) if found else None
