"""Harbour masters for tests: a node that keeps the register of moorings, and who asks it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection

from benelux.core.house import House
from benelux.core.identity import registry
from benelux.core.identity.authority import Authority, AuthorityKind, Service
from benelux.core.identity.facts import Actor, Facts
from benelux.core.language import Text
from benelux.core.registers.declaration import Question
from benelux.core.registers.service import enter
from benelux.core.registers.values import Acting, Asking, Record, Subject
from tests.core.boats import DOMAIN
from tests.core.boats.registers import MOORINGS
from tests.visits import opened

KEEPER = Authority(
    "be-harbours", Text.same("Harbours (invented)"), "BE", AuthorityKind.REGISTRY, ("boats",)
)
DESK = Service("be-moorings", "be-harbours", Text.same("Moorings"), ("registrar", "inquirer"))
MASTER = Acting(Actor.machine(KEEPER, DESK), "be-harbours", "master-1", "be-moorings")
WATCH = Acting(
    Actor("Officer", "o-7", "be-watch", "BE", "", ("inquirer",), ("boats",)), "be-watch", "watch-7"
)
DUTCH = Acting(
    Actor("Officer", "o-9", "nl-watch", "NL", "", ("inquirer",), ("boats",)), "nl-watch", "watch-9"
)
START = date(2026, 1, 1)
EMMA = {
    "family": "Lambert",
    "given": "Emma",
    "born": "1990-05-17",
    "harbour": "Nieuwpoort",
    "kind": "sail",
    "hull": "BE-771",
}


@pytest.fixture
def harbour(tmp_path: Path) -> Iterator[House]:
    """The Belgian node, which keeps moorings; nothing is entered yet."""
    with harbour_in(tmp_path) as house:
        yield house


@contextmanager
def harbour_in(folder: Path) -> Iterator[House]:
    """The same, in a folder that may have been used before."""
    with opened(folder, [DOMAIN], country="BE") as house:
        furnish(house)
        yield house


def furnish(house: House) -> None:
    def work(connection: Connection) -> None:
        for one in (KEEPER, DESK):
            registry.enter(connection, one, author="test")

    house.store.write(work)


def moor(house: House, **other: object) -> Record:
    """Enter Emma's mooring, or one that differs in some fields; as of the first of January."""
    options = {"valid_from": START, "valid_to": None, "by": MASTER, "id": "", "about": ()}
    given = {name: other.pop(name, value) for name, value in options.items()}
    return enter(house, MOORINGS, {**EMMA, **other}, **given)  # type: ignore[arg-type]


_COUNT = iter(range(10**9))


def facts(question: Question = Question.HIT, **other: object) -> Facts:
    article = {Question.FULL: "4", Question.HIT: "5", Question.STATUS: "6"}[question]
    told = Facts("rescue", "Boat Act", article, case="2026/7")
    return replace(told, **other)  # type: ignore[arg-type]


def asking(
    subject: Subject, question: Question = Question.HIT, request: str = "", **other: object
) -> Asking:
    """A question of the register of moorings, with a request number of its own."""
    number = request or f"r-{next(_COUNT)}"
    return Asking(MOORINGS.name, question, subject, facts(question, **other), number)
