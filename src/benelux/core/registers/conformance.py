"""What every register promises, tried out on its declaration alone.

A new register is tested at birth: `check` enters specimens of it in a store of their own, asks,
moves, exports and erases them, and raises `NotKept` for the first promise that it does not keep.
"""

import tempfile
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, func, select

from benelux.core.domain import Domain
from benelux.core.errors import Invalid, NotAllowed
from benelux.core.house import House
from benelux.core.identity import registry
from benelux.core.identity.authority import Authority, AuthorityKind, Service
from benelux.core.identity.facts import Actor, Facts
from benelux.core.identity.tables import OWNER as IDENTITY
from benelux.core.language import Text
from benelux.core.ledger.tables import OWNER as LEDGER
from benelux.core.registers import service, tables
from benelux.core.registers.declaration import Field, FieldKind, Move, Question, Register
from benelux.core.registers.soundness import unsound
from benelux.core.registers.values import Acting, Asking, Reply, Subject
from benelux.core.settings import Settings
from benelux.core.store import Store, migrate

_COUNTRY: Final = "BE"
_DAY: Final = date(2026, 1, 1)
_GOOD: Final[Mapping[FieldKind, object]] = {
    "text": "Specimen",
    "name": "Vandermeulen",
    "date": "1990-05-17",
    "number": 7,
    "country": _COUNTRY,
    "plate": "1-ABC-234",
}
_BAD: Final[Mapping[FieldKind, object]] = {
    "text": "two\x00halves",
    "name": "V\u0430ndermeulen",
    "date": "yesterday",
    "number": "seven",
    "choice": "no such choice",
    "choices": ["no such choice"],
    "country": "XX",
}


class NotKept(AssertionError):  # noqa: N818 - it reads as a claim
    """A promise that this register does not keep."""


def check(register: Register, domain: Domain) -> None:
    """Try every promise out; raises `NotKept`, and `Refusal` where a specimen is refused."""
    wrong = list(unsound(register))
    if wrong:
        raise NotKept(f"{register.name}: {'; '.join(wrong)}")
    with trial(register, domain) as one, trial(register, domain) as other:
        one.refuses_what_cannot_be()
        one.goes_every_way()
        one.comes_back_from_a_file(other)
        one.tells_what_the_ground_allows()
        one.tells_strangers_nothing()
        one.forgets_what_is_erased()


@contextmanager
def trial(register: Register, domain: Domain) -> Iterator["Trial"]:
    """A node that keeps this register and nothing else, for as long as it is tried out."""
    with tempfile.TemporaryDirectory(prefix="benelux-register-") as name:
        settings = Settings.read({}, data=Path(name), country=_COUNTRY)
        with Store.open(settings.database_url) as store:
            migrate(store, [IDENTITY, LEDGER, tables.OWNER])
            yield Trial(House(settings, store, (domain,)), register)


def specimen(register: Register) -> dict[str, object]:
    """A content that the declaration allows, with every field filled in."""
    return {field.key: _value(field) for field in register.fields}


def _value(field: Field) -> object:
    first = next(iter(field.choices), "")
    if field.kind == "choice":
        return first
    if field.kind == "choices":
        return [first]
    value = _GOOD[field.kind]
    return value[: field.longest] if isinstance(value, str) else value


class Trial:
    """One register on trial."""

    def __init__(self, house: House, register: Register) -> None:
        self.house = house
        self.register = register
        keeper = Authority(
            "trial-keeper", Text.same("Keeper"), _COUNTRY, AuthorityKind.REGISTRY,
            (register.competence,),
        )  # fmt: skip
        desk = Service(
            "trial-desk", keeper.id, Text.same("Desk"), ("registrar", "inquirer")
        )  # fmt: skip

        def furnish(connection: Connection) -> None:
            registry.enter(connection, keeper, author="trial")
            registry.enter(connection, desk, author="trial")

        house.store.write(furnish)
        officer = Actor(
            "Officer", "trial-officer", keeper.id, _COUNTRY, "", ("registrar", "inquirer"),
            keeper.competences,
        )  # fmt: skip
        self.by = Acting(officer, keeper.id, "trial-officer")
        self._requests = 0

    def enter(self) -> str:
        entered = service.enter(
            self.house, self.register, specimen(self.register), by=self.by, valid_from=_DAY
        )
        return entered.id

    def refuses_what_cannot_be(self) -> None:
        for field in self.register.fields:
            values = [bad] if (bad := _BAD.get(field.kind)) else []
            if field.kind in {"text", "name", "plate"}:
                values.append("x" * (field.longest + 1))
            for value in (*values, *([""] if field.required else [])):
                given = {**specimen(self.register), field.key: value}
                with suppress(Invalid):
                    service.enter(self.house, self.register, given, by=self.by, valid_from=_DAY)
                    raise NotKept(f"{field.key} takes {str(value)[:40]!r}")
        self._must(not service.records(self.house, self.register), "keeps what it refused")

    def goes_every_way(self) -> None:
        for move in self.register.moves:
            for start in move.start:
                number = self.enter()
                for step in (*self._way(start), move):
                    done = service.move(
                        self.house, self.register, number, step.key, by=self.by, reason="trial",
                        day=_DAY,
                    )  # fmt: skip
                self._must(done.state == move.end, f"{move.key} does not lead to {move.end}")

    def comes_back_from_a_file(self, other: "Trial") -> None:
        self.enter()
        for form in ("csv", "json"):
            out = service.export(self.house, self.register, form)
            service.bring_in(other.house, self.register, out, form, by=self.by, apply=True)
            same = service.export(other.house, self.register, form) == out
            self._must(same, f"what is exported as {form} does not come back the same")

    def tells_what_the_ground_allows(self) -> None:
        number = self.enter()
        for question in self.register.questions:
            for subject in self._subjects(number):
                with suppress(NotAllowed):  # a rule of the domain's own may ask for more
                    self._holds(question, self._ask(question, subject))

    def tells_strangers_nothing(self) -> None:
        number = self.enter()
        stranger = Acting(Actor("Officer", "stranger", "elsewhere", _COUNTRY), "elsewhere", "s")
        for question in self.register.questions:
            with suppress(NotAllowed):
                self._ask(question, Subject(number=number), by=stranger)
                if not self.register.public_status or question is not Question.STATUS:
                    raise NotKept(f"a stranger learns a {question.value}")

    def forgets_what_is_erased(self) -> None:
        for record in service.records(self.house, self.register):
            facts = Facts(instrument="trial", article="1", case="trial")
            service.erase(self.house, self.register, record.id, by=self.by, facts=facts)
        with self.house.store.read() as connection:
            for table in (tables.record, tables.content, tables.token):
                left = connection.scalar(select(func.count()).select_from(table))
                self._must(not left, f"rows are left in {table.name}")
        self._must(not service.records(self.house, self.register), "lists what was erased")

    def _way(self, goal: str) -> Sequence[Move]:
        """The shortest way from the first state to that one."""
        first = self.register.states[0].key
        ways: dict[str, tuple[Move, ...]] = {first: ()}
        waiting = deque([first])
        while waiting and goal not in ways:
            here = waiting.popleft()
            for move in self.register.moves:
                if here in move.start and move.end not in ways:
                    ways[move.end] = (*ways[here], move)
                    waiting.append(move.end)
        return ways[goal]

    def _subjects(self, number: str) -> Iterator[Subject]:
        yield Subject(number=number)
        content = specimen(self.register)
        for lookup in self.register.lookups:
            values = [content[key] for key in lookup.fields]
            texts = [str(one[0] if isinstance(one, list) else one) for one in values]
            match lookup.kind:
                case "exact":
                    yield Subject(exact=(lookup.fields[0], texts[0]))
                case "person":
                    yield Subject(family=texts[0], given=texts[1], born=texts[2])
                case "plate":
                    yield Subject(country=texts[0], plate=texts[1])

    def _ask(self, question: Question, subject: Subject, by: Acting | None = None) -> Reply:
        self._requests += 1
        one = self.register
        ground = next(ground for ground in one.grounds if ground.question is question)
        facts = Facts(
            purpose=one.purposes[self._requests % len(one.purposes)].key,
            instrument=ground.instrument,
            article=ground.article,
            offence_months=one.offence_months,
            case="trial",
            channel=next(iter(one.channels), None),
        )
        asking = Asking(one.name, question, subject, facts, f"trial {self._requests}")
        return service.ask(self.house, asking, by=by or self.by)

    def _holds(self, question: Question, reply: Reply) -> None:
        shown = [content for found in reply.found for content in found.fields]
        match question:
            case Question.HIT:
                silent = not (reply.found or reply.quality or reply.recognised)
                self._must(reply.verdict == "hit", "does not find what was entered")
                self._must(silent, "tells more than a hit")
            case Question.STATUS:
                allowed = {field.key for field in self.register.fields if field.in_status}
                self._must(reply.verdict != "unknown", "does not find what was entered")
                self._must(set(shown) <= allowed, "tells more than a status")
            case Question.FULL:
                self._must(bool(shown), "does not find what was entered")

    def _must(self, kept: bool, otherwise: str) -> None:  # noqa: FBT001 - it is what is claimed
        if not kept:
            raise NotKept(f"{self.register.name} {otherwise}")
