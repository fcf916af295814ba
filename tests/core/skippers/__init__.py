"""A small domain with one register whose records have documents, at three nodes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benelux.core.domain import Domain
from benelux.core.exchange import federation
from benelux.core.house import House
from benelux.core.identity.person import Person
from benelux.core.language import Text
from benelux.core.registers import service
from benelux.core.registers.acting import acting_for
from benelux.core.registers.credential import issue_document
from benelux.core.registers.values import Acting, Record
from benelux.core.store import migrate
from benelux.core.web.app import owners
from tests.core.skippers.registers import LICENCES
from tests.visits import opened

DOMAIN = Domain(
    name="skippers",
    title=Text(nl="Schippers", fr="Bateliers", de="Schiffer", en="Skippers"),
    summary=Text(nl="Schippers.", fr="Les bateliers.", de="Schiffer.", en="Skippers."),
    plan=("1.1",),
    package="tests.core.skippers",
)
CITIZEN = "sign-in demo demo-citizen"
INSPECTOR = Person("demo-inspector-nl", "Officer", "Inspectorate", (), "demo")


@dataclass(frozen=True, slots=True)
class Federated:
    """A portal with its three nodes, and their registrars."""

    house: House

    def node(self, country: str) -> House:
        return federation.federation_of(self.house).own[country].house

    def registrar(self, country: str) -> Acting:
        subject = f"demo-registrar-{country.lower()}"
        return acting_for(self.node(country), Person(subject, "R", "Office", (), "demo"))

    def licence(
        self, country: str = "BE", family: str = "Lambert", last: date | None = date(2031, 5, 4)
    ) -> Record:
        """A licence that holds."""
        content = {
            "family": family, "given": "Emma", "born": "1991-02-03", "waters": ["inland", "sea"],
            "remark": "not in the document",
        }  # fmt: skip
        by = self.registrar(country)
        entered = service.enter(
            self.node(country), LICENCES, content, by=by, valid_from=date(2026, 5, 5),
            valid_to=last, about=[CITIZEN],
        )  # fmt: skip
        return service.move(self.node(country), LICENCES, entered.id, "issue", by=by)

    def document(self, record: Record) -> str:
        return issue_document(self.node(record.id[:2]), LICENCES, record)

    def move(self, record: Record, key: str) -> Record:
        country = record.id[:2]
        by = self.registrar(country)
        return service.move(self.node(country), LICENCES, record.id, key, by=by, reason="Because.")


@contextmanager
def federated(folder: Path, **settings: object) -> Iterator[Federated]:
    """Three nodes in a folder, closed at the end."""
    with opened(folder, [DOMAIN], **settings) as house:
        migrate(house.store, owners(house.domains))
        yield Federated(house)
        federation.close(house)
