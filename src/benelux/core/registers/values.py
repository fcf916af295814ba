"""Records, questions and answers, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from benelux.core.identity.facts import Actor, Facts
from benelux.core.registers.declaration import Question

Value = str | int | list[str] | None
Content = Mapping[str, Value]
Verdict = Literal["hit", "no-hit", "good", "not-good", "unknown", "record"]


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts: as the policies see them, and under which pseudonym the ledger names them."""

    actor: Actor
    organisation: str
    pseudonym: str
    service: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One version of a record: what holds from `valid_from` to `valid_to`, as recorded then.

    The last day is included; None is open. `content` is None once it was destroyed.
    """

    register: str
    id: str
    version: int
    state: str
    valid_from: date
    valid_to: date | None
    recorded_at: datetime
    author: str
    keeper: str
    content: Content | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is asked about: a number, one exact value, a person, or a vehicle's plate.

    Exactly one of them is given; `exact` is a field and its value, `born` may be a whole date
    (2001-12-31) or a year.
    """

    number: str = ""
    exact: tuple[str, str] = ("", "")
    family: str = ""
    given: str = ""
    born: str = ""
    country: str = ""
    plate: str = ""


@dataclass(frozen=True, slots=True)
class Asking:
    """One question about one subject; sent again with the same `request`, it is one question."""

    register: str
    question: Question
    subject: Subject
    facts: Facts
    request: str
    day: date | None = None
    """For which day the answer holds; today when it is not given."""


@dataclass(frozen=True, slots=True)
class Found:
    """A record that was found: no more of it than the kind of question allows."""

    number: str
    state: str
    valid_from: date
    valid_to: date | None
    fields: Content = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer of one keeper.

    `found` stays empty for a hit question. `receipt` says where the question stands on record.
    """

    register: str
    country: str
    keeper: str
    question: Question
    verdict: Verdict
    at: datetime
    found: tuple[Found, ...] = ()
    quality: str = ""
    receipt: tuple[str, int] = ("", 0)
    ground: str = ""
    recognised: str = ""
    """The source by which the asking country takes this record as its own; empty where none."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many records have that value in that field; without a field, how many there are.

    `number` is None where so few are not told.
    """

    field: str
    value: str
    number: int | None
