"""The nodes of three countries in one process, with a lantern permit in each."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path

import pytest

from benelux.core.domain import Domain
from benelux.core.exchange.federation import close, federation_of
from benelux.core.exchange.nodes import Federation, Node
from benelux.core.house import House
from benelux.core.identity import registry
from benelux.core.identity.authority import Authority, Officer, Service, officer_id
from benelux.core.identity.facts import Actor, Facts
from benelux.core.registers.declaration import Question
from benelux.core.registers.service import enter
from benelux.core.registers.values import Acting, Asking, Subject
from tests.core.lanterns import DOMAIN
from tests.core.lanterns.registers import PERMITS
from tests.visits import opened

_numbers = count(1)
WHY = Facts("inspection", "M(2020)14", "4", case="2026/7")


@dataclass(frozen=True, slots=True)
class Union:
    """A portal and the nodes that it runs."""

    portal: House
    known: Federation

    def node(self, country: str) -> Node:
        return self.known.own[country]

    def inspector(self) -> Acting:
        """A Dutch officer who asks."""
        return officer(self.node("NL"), "demo-inspector-nl")


@contextmanager
def united(folder: Path, domains: tuple[Domain, ...] = (DOMAIN,)) -> Iterator[Union]:
    with opened(folder, domains) as house:
        yield Union(house, federation_of(house))
        close(house)


@pytest.fixture
def union(tmp_path: Path) -> Iterator[Union]:
    with united(tmp_path) as found:
        yield found


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Union]:
    """The same for all tests of a module, with a permit `C-1` in each country."""
    with united(tmp_path_factory.mktemp("union")) as found:
        for country in found.known.own:
            permit(found.node(country), "C-1")
        yield found


def officer(node: Node, subject: str) -> Acting:
    with node.house.store.read() as connection:
        one = registry.get(connection, Officer, officer_id("demo", subject))
        authority = registry.get(connection, Authority, one.authority)
    return Acting(Actor.officer(one, authority), authority.id, "p-7", one.service)


def permit(node: Node, card: str, about: tuple[str, ...] = ()) -> str:
    """Enter a permit at that node; its number."""
    desk = f"demo-{node.country.lower()}-passes"
    with node.house.store.read() as connection:
        service = registry.get(connection, Service, desk)
        authority = registry.get(connection, Authority, service.authority)
    by = Acting(Actor.machine(authority, service), authority.id, desk, desk)
    content = {
        "family": "Lambert", "given": "Emma", "born": "1990-05-17", "card": card, "colour": "red",
    }  # fmt: skip
    return enter(node.house, PERMITS, content, by=by, valid_from=date(2026, 1, 1), about=about).id


def asking(card: str, question: Question = Question.HIT, request: str = "") -> Asking:
    """Whether somebody with that card has a permit."""
    number = request or f"request-{next(_numbers)}"
    return Asking(PERMITS.name, question, Subject(exact=("card", card)), WHY, number)
