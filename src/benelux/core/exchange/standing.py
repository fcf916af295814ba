"""How the nodes stand: which are here, which elsewhere, whether they answer, who witnesses whom."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, select

from benelux.core.exchange import cards
from benelux.core.exchange.breaker import BreakerState, breaker_of
from benelux.core.exchange.cards import Card
from benelux.core.exchange.federation import federation_of
from benelux.core.exchange.nodes import Node, Peer
from benelux.core.exchange.peers import Peers
from benelux.core.house import House
from benelux.core.language import Message, message
from benelux.core.ledger import note as notes
from benelux.core.ledger import tables

STATES: Final[Mapping[str, Message]] = {
    "here": message("Runs in this portal"),
    **{one.value: one.label for one in BreakerState},
}


@dataclass(frozen=True, slots=True)
class NodeCard:
    """A node as others may see it; `witnessed_at` is when a head was last signed by a witness.

    Of a node here it is a head of its own that another signed, of a peer one of ours that it did.
    A node here has no date: its card is made when somebody asks for it.
    """

    country: str
    address: str
    state: str
    fingerprint: str
    authorities: tuple[str, ...]
    issued_at: datetime | None
    witnessed_at: datetime | None


def every(house: House) -> list[NodeCard]:
    """The nodes that this house knows: its own, then its peers."""
    federation = federation_of(house)
    own = [_own(node) for node in federation.own.values()]
    homes = list(federation.own.values())
    told = [_peer(homes[0].house, peer) for peer in federation.peers.values()] if homes else []
    return own + [one for one in told if one]


def of_card(house: House, card: Card) -> NodeCard:
    """The peer whose card this is."""
    with house.store.read() as connection:
        witnessed = _witnessed(connection, notes.Key.read(card.witness).name)
    state = breaker_of(house, card.country).state.value
    return _shown(card, state, witnessed)


def _own(node: Node) -> NodeCard:
    with node.house.store.read() as connection:
        witnessed = _witnessed(connection)
    return replace(_shown(cards.card_of(node.house), "here", witnessed), issued_at=None)


def _peer(house: House, peer: Peer) -> NodeCard | None:
    card = Peers.of(house).card(peer.country)
    return of_card(house, card) if card else None


def _shown(card: Card, state: str, witnessed: datetime | None) -> NodeCard:
    return NodeCard(
        card.country,
        card.address,
        state,
        cards.fingerprint(card.key),
        tuple(one.id for one in card.authorities if one.active),
        card.issued_at,
        witnessed,
    )


def _witnessed(connection: Connection, by: str = "") -> datetime | None:
    """When any head of ours was last witnessed, by anybody or by that one."""
    rows = tables.cosignature.c
    asked = select(func.max(rows.given_at))
    found: datetime | None = connection.scalar(asked.where(rows.witness == by) if by else asked)
    return found
