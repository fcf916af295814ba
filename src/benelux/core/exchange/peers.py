"""The nodes elsewhere that this one trusts: their newest cards, and what stands in them."""

import os
import secrets
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy import Connection
from typing_extensions import override

from benelux.core.errors import Conflict, NotAllowed
from benelux.core.exchange import cards
from benelux.core.exchange.cards import Card
from benelux.core.exchange.nodes import Peer
from benelux.core.house import House
from benelux.core.identity import keyring, registry
from benelux.core.identity.authority import Authority, Service
from benelux.core.identity.demo import demo_allowed
from benelux.core.identity.devices import Device
from benelux.core.language import message
from benelux.core.ledger import Ledger, ledger_of
from benelux.core.ledger import peers as known_keys

Part = TypeVar("Part", Service, Device)
_State = tuple[int, int]
_ROLES: Final[tuple[known_keys.Role, ...]] = ("log", "witness")


class Peers(Mapping[str, Peer]):
    """The trusted nodes by country, from the cards in a folder; each is read when it changes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, tuple[_State, Card]] = {}

    @classmethod
    def of(cls, house: House) -> "Peers":
        return cls(house.settings.data / "peers")

    def card(self, country: str) -> Card | None:
        """The newest card of that node, if it is trusted."""
        path = self._folder / f"{country}.json"
        try:
            found = path.stat()
            state = (found.st_mtime_ns, found.st_size)
            kept = self._read.get(country)
            if kept is None or kept[0] != state:
                kept = self._read[country] = (state, cards.read(path.read_bytes()))
        except OSError:
            return None
        return kept[1]

    def keep(self, country: str, raw: bytes) -> None:
        """Take this card as the newest, whole or not at all."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._folder / f".{country}.{secrets.token_hex(4)}"
        with draft.open("wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._folder / f"{country}.json")

    @override
    def __getitem__(self, country: str) -> Peer:
        card = self.card(country)
        if card is None:
            raise KeyError(country)
        return Peer(country, card.address, card.key)

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(sorted(path.stem for path in self._folder.glob("[A-Z]*.json")))

    @override
    def __len__(self) -> int:
        return sum(1 for _ in self)


def trust(house: House, raw: bytes, *, anew: bool = False) -> Card:
    """Know the node whose card this is, with its authorities and their keys; its newest card.

    Without `anew`, a node that is known already proves itself by the same key as before, and an
    older card changes nothing. Raises `Invalid` for a card that is none, `Conflict` for one that
    claims what belongs to others, and `NotAllowed` for one by another key.
    """
    card = cards.read(raw)
    _ours_to_know(house, card)
    peers = Peers.of(house)
    before = peers.card(card.country)
    if before is not None and card.undated == before.undated:
        return before
    if before is not None and not anew:
        if before.key != card.key:
            raise NotAllowed(
                "exchange.other-node",
                message("The node of {country} is known by another key.", country=card.country),
                now=message("Compare its fingerprint, then enter it by: benelux node trust."),
            )
        if card.issued_at <= before.issued_at:
            return before
    house.store.write(partial(_enter, card=card))
    keyring.keyring(house.store).forget()
    _watch(ledger_of(house), card)
    peers.keep(card.country, raw)
    return card


def trust_again(house: House, raw: bytes) -> Card:
    """The next card of a node that is trusted; raises `NotAllowed` for one that is not."""
    country = cards.read(raw).country
    if country not in Peers.of(house):
        raise NotAllowed(
            "exchange.unknown-node",
            message("The node of {country} is not trusted here.", country=country),
            now=message("Its administrator and ours have to compare its fingerprint first."),
        )
    return trust(house, raw)


def _ours_to_know(house: House, card: Card) -> None:
    if card.country == house.settings.country or card.home == ledger_of(house).home:
        raise Conflict(
            "exchange.own-card",
            message("This card speaks for this very node, or has its name."),
            now=message("Give each node a public address of its own."),
        )
    if any(one.invented for one in card.authorities) and not demo_allowed(house.settings):
        raise NotAllowed(
            "exchange.invented",
            message("This card names invented authorities, which count only in a trial."),
        )


def _enter(connection: Connection, card: Card) -> None:
    """Enter what the card says, and let act no longer what it does not name any more."""
    author = f"node {card.country}"
    known = {one.id: one.country for one in registry.every(connection, Authority)}
    for authority in card.authorities:
        if known.get(authority.id, card.country) != card.country:
            raise _taken(authority.id)
        registry.enter(connection, authority, author=author)
    named = {one.id for one in card.authorities}
    for gone, country in known.items():
        if country == card.country and gone not in named:
            registry.suspend(connection, Authority, gone, author=author)
    _parts(connection, Service, card.services, named, author)
    _parts(connection, Device, card.devices, named, author)
    for key in card.keys:
        keyring.take(connection, key, author=author)


def _parts(
    connection: Connection,
    kind: type[Part],
    told: tuple[Part, ...],
    named: set[str],
    author: str,
) -> None:
    known = {one.id: one for one in registry.every(connection, kind)}
    for one in told:
        if one.id in known and known[one.id].authority not in named:
            raise _taken(one.id)
        registry.enter(connection, one, author=author)
    for gone in known.keys() - {one.id for one in told}:
        if known[gone].authority in named and known[gone].active:
            registry.suspend(connection, kind, gone, author=author)


def _watch(ledger: Ledger, card: Card) -> None:
    """Know the keys of its ledgers, and its own as a witness of ours."""
    with ledger.store.read() as connection:
        logs, witnesses = (known_keys.known(connection, role) for role in _ROLES)
    known = {key.text for key in (*logs, *witnesses)}
    if card.witness not in known:
        known_keys.trust(ledger, "witness", card.witness)
    for key in card.logs:
        if key not in known:
            known_keys.trust(ledger, "log", key)


def _taken(key: str) -> Conflict:
    return Conflict(
        "exchange.taken",
        message("“{id}” belongs to another country here.", id=key),
        now=message("The two nodes have to agree on who is called so."),
    )
