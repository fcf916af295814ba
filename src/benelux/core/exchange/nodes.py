"""Nodes: one country's authorities with a store and keys of their own, here or elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass

from benelux.core.house import House


@dataclass(frozen=True, slots=True)
class Node:
    """A node that runs in this process."""

    country: str
    house: House


@dataclass(frozen=True, slots=True)
class Peer:
    """A node elsewhere: where it answers, and what its authorities are called here."""

    country: str
    address: str


@dataclass(frozen=True, slots=True)
class Federation:
    """All nodes that this process knows: its own, and its peers."""

    own: Mapping[str, Node]
    peers: Mapping[str, Peer]
