"""What a register is, said once: its records, who may ask what, for how long, and on which ground.

A domain declares its registers in its `registers.py` as `REGISTERS`; `declared` finds them. Nothing
here knows of a store or of the web.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Final, Literal

from benelux.core.domain import Domain
from benelux.core.errors import NotFound
from benelux.core.identity.authority import Authority
from benelux.core.identity.facts import Matter, ground_of
from benelux.core.language import Message, Text, message

FieldKind = Literal["text", "name", "date", "number", "choice", "choices", "country", "plate"]
LookupKind = Literal["exact", "person", "plate"]


class Question(StrEnum):
    """How much of an answer is asked for."""

    FULL = "full"
    HIT = "hit"
    STATUS = "status"

    @property
    def action(self) -> str:
        """The action that the policies know it by."""
        return f"ask-{self.value}"

    @property
    def label(self) -> Message:
        return _QUESTIONS[self]


_QUESTIONS: Final[Mapping[Question, Message]] = {
    Question.FULL: message("The whole record"),
    Question.HIT: message("Hit or no hit"),
    Question.STATUS: message("Status only"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record; `in_status` fields are also shown with a status."""

    key: str
    label: Message
    kind: FieldKind = "text"
    required: bool = True
    hint: Message | None = None
    longest: int = 200
    choices: Mapping[str, Message] = field(default_factory=dict)
    in_status: bool = False


@dataclass(frozen=True, slots=True)
class Lookup:
    """By which fields a record is found, beside its number.

    "exact" takes one field; "person" the fields of family name, given name and date of birth;
    "plate" those of country and plate.
    """

    kind: LookupKind
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class State:
    """A state of a record; only a `good` one lets its holder do what the record is for."""

    key: str
    label: Message
    good: bool = False
    final: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """A way from some states to another; with `reason` one has to be given, and is kept.

    `term` gives the last day of what begins with this move; without it that day stays as it was.
    """

    key: str
    label: Message
    start: tuple[str, ...]
    end: str
    reason: bool = False
    term: Callable[[date], date] | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """A legal ground on which one kind of question is answered."""

    question: Question
    instrument: str
    article: str

    @property
    def text(self) -> str:
        return ground_of(self.instrument, self.article)


@dataclass(frozen=True, slots=True)
class Purpose:
    """What somebody may ask for, and how often one person may ask for it."""

    key: str
    label: Message
    an_hour: int = 120
    a_day: int = 500


@dataclass(frozen=True, slots=True)
class Retention:
    """How many years a record is kept after its last day; then its content is destroyed."""

    years: int
    source: str
    country: str = ""
    """The country whose rule this is; empty for every country without one of its own."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """Since and until when a country takes the records of all others as if they were its own."""

    country: str
    since: date
    source: str
    until: date | None = None

    def holds(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Statistics:
    """What is published: counts by these fields, none smaller than `smallest`."""

    by: tuple[str, ...] = ()
    smallest: int = 5


@dataclass(frozen=True, slots=True)
class Credential:
    """The document of a record that is checked without a network: these fields stand in it."""

    kind: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Register:
    """One register. `name` is `domain.name`, `mark` stands in the numbers of its records."""

    name: str
    title: Text
    summary: Text
    competence: str
    mark: str
    fields: tuple[Field, ...]
    purposes: tuple[Purpose, ...]
    grounds: tuple[Ground, ...]
    states: tuple[State, ...]
    moves: tuple[Move, ...]
    retention: tuple[Retention, ...]
    lookups: tuple[Lookup, ...] = ()
    recognition: tuple[Recognition, ...] = ()
    statistics: Statistics | None = None
    credential: Credential | None = None
    channels: tuple[str, ...] = ()
    offence_months: int = 0
    public_status: bool = False

    @property
    def domain(self) -> str:
        return self.name.partition(".")[0]

    @property
    def questions(self) -> tuple[Question, ...]:
        """The kinds of question that some ground allows."""
        return tuple(one for one in Question if any(g.question is one for g in self.grounds))

    def field(self, key: str) -> Field:
        return next(one for one in self.fields if one.key == key)

    def state(self, key: str) -> State:
        return next(one for one in self.states if one.key == key)

    def move(self, key: str) -> Move:
        found = next((one for one in self.moves if one.key == key), None)
        if found is None:
            raise NotFound(
                "registers.no-such-move",
                message("Records of this register know no “{key}”.", key=key[:60]),
            )
        return found

    def purpose(self, key: str) -> Purpose | None:
        return next((one for one in self.purposes if one.key == key), None)

    def kept_for(self, country: str) -> Retention:
        """The rule of that country, else the one for all."""
        own = (one for one in self.retention if one.country == country)
        general = (one for one in self.retention if not one.country)
        return next(own, None) or next(general)

    def recognised_in(self, country: str, day: date) -> Recognition | None:
        found = (one for one in self.recognition if one.country == country and one.holds(day))
        return next(found, None)

    def matter(self, keeper: Authority) -> Matter:
        """This register at the authority that keeps it, as the policies look at it."""
        by = {
            question: tuple(one.text for one in self.grounds if one.question is question)
            for question in Question
        }
        return Matter(
            register=self.name,
            authority=keeper.id,
            country=keeper.country,
            competence=self.competence,
            purposes=tuple(one.key for one in self.purposes),
            full=by[Question.FULL],
            hit=by[Question.HIT],
            status=by[Question.STATUS],
            channels=self.channels,
            offence_months=self.offence_months,
            public_status=self.public_status,
        )


def declared(domains: Sequence[Domain]) -> tuple[Register, ...]:
    """The registers of these domains, in the order of their names."""
    return tuple(_declared(tuple(domains)).values())


def find(domains: Sequence[Domain], name: str) -> Register:
    """The register of that name; raises `NotFound`."""
    found = _declared(tuple(domains)).get(name)
    if found is None:
        raise NotFound(
            "registers.no-such-register", message("There is no register “{name}”.", name=name[:100])
        )
    return found


@cache
def _declared(domains: tuple[Domain, ...]) -> Mapping[str, Register]:
    found: list[Register] = []
    for domain in domains:
        face = domain.face("registers")
        if face:
            found.extend(_own(domain, face.REGISTERS))
    return {one.name: one for one in sorted(found, key=lambda one: one.name)}


def _own(domain: Domain, registers: Iterable[Register]) -> Iterable[Register]:
    for one in registers:
        if one.domain != domain.name:
            raise ValueError(f"the register {one.name} is declared by {domain.name}")
        yield one
