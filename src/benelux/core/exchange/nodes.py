"""Nodes: one country's authorities with a store and keys of their own, here or elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass

from benelux.core.errors import NotFound
from benelux.core.house import House
from benelux.core.language import message


@dataclass(frozen=True, slots=True)
class Node:
    """A node that runs in this process."""

    country: str
    house: House


@dataclass(frozen=True, slots=True)
class Peer:
    """A node elsewhere: where it answers, and by which key it proves itself."""

    country: str
    address: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Federation:
    """All nodes that this process knows: its own, and its peers.

    `peers` is looked up anew each time, because a peer may be trusted while the process runs.
    """

    own: Mapping[str, Node]
    peers: Mapping[str, Peer]

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries whose node is known, those of our own nodes first."""
        return (*self.own, *(one for one in self.peers if one not in self.own))

    def node(self, country: str) -> Node:
        """Our own node of that country; raises `NotFound` when there is none here."""
        found = self.own.get(country)
        if found is None:
            raise NotFound(
                "exchange.no-such-node",
                message("The node of {country} is not here.", country=country or "—"),
                now=message("Nodes here: {known}.", known=", ".join(self.own) or "—"),
            )
        return found
