"""Checks without a network of documents whose keeper is elsewhere: sent to it as messages."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from benelux.core.exchange.envelope import Envelope
from benelux.core.exchange.handlers import Handler
from benelux.core.exchange.outbox import Draft, put
from benelux.core.house import House
from benelux.core.identity.authority import Authority
from benelux.core.identity.facts import Actor
from benelux.core.registers import offline
from benelux.core.registers.declaration import find
from benelux.core.registers.desk import desk_of
from benelux.core.registers.offline import ACTION, Made
from benelux.core.registers.values import Acting


@dataclass(frozen=True, slots=True)
class Sent:
    """A check on its way to the keeper, with who made it under the name that ledgers know."""

    made: Made
    purpose: str
    person: str
    service: str
    roles: tuple[str, ...]


def send(house: House, made: Made, purpose: str, by: Acting) -> None:
    """Let the check go to the node of its country, in the name of the officer's authority."""
    sent = Sent(made, purpose, by.pseudonym, by.service, by.actor.roles)
    draft = Draft(by.organisation, made.country, ACTION, sent)
    house.store.write(lambda connection: put(connection, house, draft))


def _take(connection: Connection, house: House, envelope: Envelope, sender: Authority) -> None:
    sent = envelope.read(Sent)
    actor = Actor(
        "Officer", sent.person, sender.id, sender.country, sender.region, sent.roles,
        sender.competences,
    )  # fmt: skip
    by = Acting(actor, sender.id, sent.person, sent.service)
    desk = desk_of(house, find(house.domains, sent.made.register))
    entry = offline.entry_for(connection, desk, sent.made, sent.purpose, by)
    desk.log.append_in(connection, entry)


HANDLER: Final = Handler(ACTION, _take)
