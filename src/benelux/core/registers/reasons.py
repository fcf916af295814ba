"""Why a question is answered or not: what the policies say of it, before it is sent."""

from collections.abc import Mapping
from dataclasses import replace

from benelux.core.errors import NotFound
from benelux.core.exchange.federation import federation_of
from benelux.core.house import House
from benelux.core.identity.accords import accord_holds
from benelux.core.identity.may import Decision, may
from benelux.core.registers.declaration import find
from benelux.core.registers.service import keeper_of
from benelux.core.registers.values import Acting, Asking


def reasons(house: House, asking: Asking, by: Acting) -> Mapping[str, Decision]:
    """What the policies say to this question, by the country of each node that runs here."""
    found: dict[str, Decision] = {}
    for country, node in federation_of(house).own.items():
        try:
            found[country] = _decided(node.house, asking, by)
        except NotFound:  # nobody keeps this register there
            continue
    return found


def _decided(house: House, asking: Asking, by: Acting) -> Decision:
    register = find(house.domains, asking.register)
    keeper = keeper_of(house, register)
    facts = asking.facts
    if facts.time is None:
        raise ValueError("a question is asked at some time")
    accord = accord_holds(
        house, facts.ground or "", by.actor.country, keeper.country, facts.time.date()
    )
    told = replace(facts, accord=accord)
    return may(by.actor, asking.question.action, register.matter(keeper), told)
