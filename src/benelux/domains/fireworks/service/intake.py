"""Where a report comes in: counted, put in the right tray, and followed by whoever made it."""

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection

from benelux.core.errors import Invalid, NotFound, Unavailable
from benelux.core.exchange.federation import federation_of
from benelux.core.exchange.nodes import Node
from benelux.core.exchange.outbox import Draft, put
from benelux.core.house import House
from benelux.core.identity import registry
from benelux.core.identity.authority import Authority
from benelux.core.language import message
from benelux.core.registers import numbers
from benelux.core.registers.declaration import Purpose
from benelux.domains.fireworks.model.precursors import Filed, Receipt, Report, Word
from benelux.domains.fireworks.rules import precursors as rules
from benelux.domains.fireworks.service import clients, passing, reports
from benelux.domains.fireworks.service.offices import PRECURSORS

_REPORTING: Final = Purpose("fireworks-report", message("Report about precursors"), 20, 60)
_FOLLOWING: Final = Purpose("fireworks-follow", message("Following a report"), 30, 120)


def receive(house: House, report: Report, client: str) -> Receipt:
    """Put a report in the tray of the contact point of its country.

    Where the node of that country is elsewhere, it goes to its tray over the exchange, and the
    reporter follows it here. Raises `Invalid`, `TooMany`, or `Unavailable` on a portal without a
    node.
    """
    now = datetime.now(UTC)
    faults = tuple(rules.wrong(report, now))
    if faults:
        raise Invalid(
            "fireworks.report", message("This report cannot be taken as it is."), faults=faults
        )
    node = _node_for(house, report.country)
    clients.count(house, _REPORTING, client, now)

    def work(connection: Connection) -> Receipt:
        if node.country == report.country:
            return reports.file(connection, node.house, report, now=now)
        sender = _contact_point(connection, node)
        reference = numbers.new(node.country, reports.MARK)
        receipt = reports.file(connection, node.house, report, now=now, reference=reference)
        reports.share_with(connection, reference, (report.country,))
        filed = reports.find(connection, node.house, reference)
        put(connection, node.house, passing.draft(sender.id, filed, report, report.country))
        return receipt

    return node.house.store.write(work)


def follow(
    house: House, reference: str, secret: str, client: str
) -> tuple[Filed, tuple[Word, ...]]:
    """The report, and what the contact point and the reporter said about it.

    Raises the same `NotFound` whatever is wrong, `TooMany` for whoever tries often.
    """
    node, name = _place(house, reference)
    clients.count(house, _FOLLOWING, client, datetime.now(UTC))
    with node.house.store.read() as connection:
        filed = reports.followed(connection, node.house, name, secret)
        said = reports.words(connection, node.house, name)
    return filed, tuple(one for one in said if one.writer != "other-country")


def add(house: House, reference: str, secret: str, text: str, client: str) -> None:
    """A word of the reporter to the contact point."""
    node, name = _place(house, reference)
    clients.count(house, _FOLLOWING, client, datetime.now(UTC))

    def work(connection: Connection) -> None:
        filed = reports.followed(connection, node.house, name, secret)
        reports.say(connection, node.house, name, text, "reporter", country=node.country)
        if filed.country != node.country:
            sender = _contact_point(connection, node)
            body = passing.WordMessage(name, text.strip())
            stream = passing.stream(name)
            put(connection, node.house,
                Draft(sender.id, filed.country, passing.WORD, body, stream))  # fmt: skip

    node.house.store.write(work)


def _place(house: House, reference: str) -> tuple[Node, str]:
    """The node that has a report; a number with a slip in it is refused before anything is counted.

    Raises `NotFound` where no node here can have it.
    """
    number = numbers.read(reference, "reference")
    node = federation_of(house).own.get(number.country)
    if node is None or number.mark != reports.MARK:
        raise NotFound(
            "fireworks.no-such-report",
            message("There is no report with this reference and secret."),
            now=message("Follow it on the portal on which you made it."),
        )
    return node, number.text


def _node_for(house: House, country: str) -> Node:
    """Our own node of that country, else one of our own that can reach it."""
    own = federation_of(house).own
    found = own.get(country) or next(iter(own.values()), None)
    if found is None:
        point = rules.contact_point(country)
        raise Unavailable(
            "fireworks.no-intake",
            message("This portal takes no reports."),
            now=message("Call {name}: {phone}.", name=point.name, phone=point.phone),
        )
    return found


def _contact_point(connection: Connection, node: Node) -> Authority:
    """The authority of this node that is charged with precursors; raises `Unavailable`."""
    for one in registry.every(connection, Authority):
        if one.country == node.country and one.active and PRECURSORS in one.competences:
            return one
    raise Unavailable(
        "fireworks.nobody-charged",
        message("No authority here is charged with precursors."),
    )
