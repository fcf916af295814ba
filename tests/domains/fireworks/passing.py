"""Passes for tests: a holder, registrars, and what an application says."""

from datetime import date

from benelux.core.exchange.nodes import Node
from benelux.core.identity.person import Person
from benelux.core.registers import service
from benelux.core.registers.acting import acting_for
from benelux.core.registers.values import Acting, Record
from benelux.domains.fireworks.registers import PASSES
from benelux.domains.fireworks.service import passes
from tests.domains.fireworks.nodes import ISSUER, Three, person

HOLDER = Person("emma", "Emma Lambert", "", (), ISSUER)
OTHER = Person("jan", "Jan Jansen", "", (), ISSUER)


def content(**changes: object) -> dict[str, object]:
    return {
        "family": "Lambert", "given": "Emma", "born": "1991-02-03", "categories": ["F3", "F4"],
        "contact": "emma@example.org", "certificate": "C-17, Vlaanderen", "permit": "P-3, Gent",
        **changes,
    }  # fmt: skip


def registrar(three: Three, country: str) -> Acting:
    return acting_for(three.house, person("registrar", country))


def a_pass(
    three: Three, country: str = "BE", holder: Person = HOLDER, first: date | None = None,
    **changes: object,
) -> Record:  # fmt: skip
    """A pass that was applied for by its holder and issued by the desk."""
    found = passes.apply(three.house, holder, country, content(**changes))
    return decide(three, found.record, "issue", first)


def decide(three: Three, record: Record, key: str, day: date | None = None) -> Record:
    country = record.id[:2]
    return service.move(
        node(three, country).house, PASSES, record.id, key, by=registrar(three, country),
        reason="Because.", day=day,
    )  # fmt: skip


def node(three: Three, country: str) -> Node:
    return three.node(country)
