"""Three nodes in one process, the officers who work there, and a post that carries at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from benelux.core.exchange.delivery import Delivery
from benelux.core.exchange.federation import close, federation_of
from benelux.core.exchange.inbox import inbox_of
from benelux.core.exchange.nodes import Node
from benelux.core.exchange.transport import Direct
from benelux.core.house import House
from benelux.core.identity import registry
from benelux.core.identity.invention import invention
from benelux.core.identity.person import Person
from benelux.domains.fireworks.model.precursors import Report
from benelux.domains.fireworks.model.sheets import Operator, Sheet
from benelux.domains.fireworks.rules.sheets import book
from benelux.domains.fireworks.service.offices import Desk, contact_point, surveyor
from tests.visits import opened

ISSUER = "https://id.example"
FOUND = date(2026, 11, 2)


@dataclass(frozen=True, slots=True)
class Three:
    """The portal and the nodes of BE, NL and LU."""

    house: House

    def node(self, country: str) -> Node:
        return federation_of(self.house).node(country)

    def surveyor(self, country: str) -> Desk:
        return surveyor(self.house, person("surveyor", country))

    def contact(self, country: str) -> Desk:
        return contact_point(self.house, person("contact", country))

    def carry(self) -> int:
        """Bring every message that waits to its node; how many ended."""
        nodes = federation_of(self.house).own
        way = Direct({country: inbox_of(node) for country, node in nodes.items()})
        ended = 0
        for node in nodes.values():
            for country in nodes:
                if country != node.country:
                    ended += Delivery(node, way).turn(country)
        return ended


@contextmanager
def three_nodes(folder: Path) -> Iterator[Three]:
    with opened(folder) as house:
        try:
            for node in federation_of(house).own.values():
                node.house.store.write(_let_sign_in)
            yield Three(house)
        finally:
            close(house)


def _let_sign_in(connection: Connection) -> None:
    """The invented officers once more, under a sign-in that counts on any machine."""
    for one in invention().officers:
        registry.enter(connection, replace(one, issuer=ISSUER), author="test")


def person(office: str, country: str) -> Person:
    return Person(f"demo-{office}-{country.lower()}", office, "", (), ISSUER)


def whole_sheet(**changes: object) -> Sheet:
    """A sheet that lacks nothing."""
    content = {
        "product": "Thunder Falcon",
        "category": "F3",
        "found_on": FOUND,
        "batch": "TF-1",
        "registration": "0163-F3-0456",
        "operator": Operator("Feu Follet", "importer", "BE"),
        "ce": "yes",
        "notified_body": "0163",
        "checks": {label.id: "pass" for label in book().labels_for("F3", FOUND)},
        **changes,
    }
    return Sheet(**content)  # type: ignore[arg-type]


def a_report(**changes: object) -> Report:
    content = {
        "kind": "transaction",
        "country": "NL",
        "substances": ("acetone",),
        "noticed_at": datetime.now(UTC) - timedelta(hours=2),
        "what": "Bought twenty litres",
        "reporter": "operator",
        "customer": "Jan Jansen, grey car",
        "organisation": "Verfhuis",
        "contact": "info@verfhuis.example",
        **changes,
    }
    return Report(**content)  # type: ignore[arg-type]
