"""Officers of the three invented nodes who sign in by their own organisation."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Connection

from benelux.core.exchange import federation
from benelux.core.house import House
from benelux.core.identity import registry
from benelux.core.identity.authority import Officer
from benelux.core.identity.person import Person
from benelux.core.registers.acting import acting_for
from benelux.core.registers.values import Acting
from tests.core.kites import DOMAIN
from tests.visits import SignedIn, opened, visited

ISSUER = "https://id.example"
DESK, INSPECTION = "registrar", "inspector"


@dataclass(frozen=True, slots=True)
class Offices:
    """A portal with nodes of three countries, and who works there."""

    house: House

    def person(self, who: str, country: str = "BE") -> Person:
        """A registrar or an inspector of that country, as their sign-in vouches for them."""
        return Person(f"{who}-{country}", f"{who} {country}", "", (), ISSUER)

    def visit(self, who: str, country: str = "BE") -> SignedIn:
        return SignedIn.as_person(visited(self.house), self.house, self.person(who, country))

    def acting(self, who: str, country: str = "BE") -> Acting:
        return acting_for(self.house, self.person(who, country))

    def node(self, country: str) -> House:
        return federation.node_for(self.house, country)


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offices]:
    folder: Path = tmp_path_factory.mktemp("offices")
    with opened(folder, [DOMAIN]) as house:
        for country in ("BE", "NL", "LU"):
            _enter(federation.node_for(house, country), country)
        yield Offices(house)
        federation.close(house)


def _enter(node: House, country: str) -> None:
    code = country.lower()
    police = {"BE": "demo-be-police", "NL": "demo-nl-inspection", "LU": "demo-lu-licensing"}
    officers = (
        Officer(ISSUER, f"{DESK}-{country}", f"demo-{code}-licensing", f"demo-{code}-passes",
                ("registrar", "inquirer")),
        Officer(ISSUER, f"{INSPECTION}-{country}", police[country], "", ("inquirer",)),
    )  # fmt: skip

    def work(connection: Connection) -> None:
        for one in officers:
            registry.enter(connection, one, author="the tests")

    node.store.write(work)
