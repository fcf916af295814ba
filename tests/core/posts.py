"""Nodes of three countries that know each other, and send each other parcels."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sqlalchemy import select

from benelux.core.exchange import outbox, tables
from benelux.core.exchange.breaker import Breaker
from benelux.core.exchange.delivery import Delivery
from benelux.core.exchange.inbox import Inbox
from benelux.core.exchange.nodes import Node
from benelux.core.exchange.outbox import Draft
from benelux.core.exchange.transport import Transport
from benelux.core.house import House
from benelux.core.identity import keyring, registry
from benelux.core.identity.authority import Authority, AuthorityKind
from benelux.core.identity.keys import Public, SigningKey, now
from benelux.core.identity.keystore import KeyFolder
from benelux.core.identity.tables import OWNER as IDENTITY
from benelux.core.language import Text
from benelux.core.ledger.tables import OWNER as LEDGER
from benelux.core.settings import Settings
from benelux.core.store import Store, migrate
from tests.core.ledgers import Clock
from tests.core.parcels import DOMAIN
from tests.core.parcels.service import KIND, arrived

COUNTRIES = ("BE", "NL", "LU")


def authority(country: str) -> Authority:
    """The authority that keeps the parcels of a country."""
    name = Text.same(f"Parcels {country}")
    return Authority(desk(country), name, country, AuthorityKind.LICENSING, ("fireworks",))


def desk(country: str) -> str:
    return f"{country.lower()}-parcels"


@contextmanager
def node(folder: Path, country: str, **given: object) -> Iterator[Node]:
    """The node of a country, its store and keys in `folder`; made, or found as it was left."""
    settings = Settings.read({}, data=folder, country=country, **given)
    with Store.open(settings.database_url) as store:
        migrate(store, [IDENTITY, LEDGER, tables.OWNER])
        store.write(lambda connection: arrived.create(connection, checkfirst=True))
        house = House(settings, store, (DOMAIN,))
        yield Node(country, house)


@contextmanager
def three_nodes(folder: Path) -> Iterator[dict[str, Node]]:
    """All three, acquainted."""
    with ExitStack() as stack:
        nodes = {one: stack.enter_context(node(folder / one, one)) for one in COUNTRIES}
        acquaint(tuple(nodes.values()))
        yield nodes


def acquaint(nodes: Sequence[Node]) -> None:
    """Give each authority a key on its own node, and let the others trust it."""
    for one in nodes:
        for other in nodes:
            enter = partial(registry.enter, one=authority(other.country), author="test")
            one.house.store.write(enter)
    for one in nodes:
        house = one.house
        keys = KeyFolder.of(house.settings)
        key = keyring.make(house.store, keys, desk(one.country), author="test")
        public = Public(key.id, key.kind, key.public, key.valid_from, key.valid_to)
        for other in nodes:
            if other is not one:
                keyring.trust(other.house.store, key.authority, public, author="test")


def signing(one: Node) -> SigningKey:
    house = one.house
    return keyring.signing_key(house.store, KeyFolder.of(house.settings), desk(one.country))


def put(
    one: Node, receiver: str, label: str, stream: str = "", at: datetime | None = None,
    **more: object,
) -> str:  # fmt: skip
    """Let a parcel go from this node."""
    draft = Draft(desk(one.country), receiver, KIND, {"label": label}, stream, **more)  # type: ignore[arg-type]
    return one.house.store.write(lambda connection: outbox.put(connection, one.house, draft, at=at))


def labels(one: Node, stream: str = "") -> list[str]:
    """What arrived there, in the order in which it did."""
    asked = select(arrived.c.label).order_by(arrived.c.place)
    if stream:
        asked = asked.where(arrived.c.stream == stream)
    with one.house.store.read() as connection:
        return list(connection.scalars(asked))


def states(one: Node) -> dict[str, str]:
    """How each message that went out stands."""
    rows = tables.outbox.c
    with one.house.store.read() as connection:
        found = connection.execute(select(rows.id, rows.state).where(rows.voids == ""))
        return {row.id: row.state for row in found}


def recorded(one: Node, kind: str = "message") -> int:
    """How many entries of that kind the ledger of its authority has."""
    from benelux.core.ledger import ledger_of  # noqa: PLC0415 - opened with its node

    log = ledger_of(one.house).open(desk(one.country))
    return sum(log.leaf(number).kind == kind for number in range(log.size()))


@dataclass
class Office:
    """A node at work in a test: it delivers when the test says so, at the time of its clock."""

    node: Node
    inbox: Inbox
    delivery: Delivery
    breakers: dict[str, Breaker]

    @property
    def store(self) -> Store:
        return self.node.house.store

    def deliver(self) -> int:
        """Take what is due to everybody, once."""
        return sum(self.delivery.turn(country) for country in self.delivery.due())


def offices(
    nodes: Mapping[str, Node], clock: Clock, way: Callable[[Mapping[str, Inbox]], Transport]
) -> dict[str, Office]:
    """All nodes at work, joined by one transport."""
    inboxes = {country: Inbox(one, clock=clock) for country, one in nodes.items()}
    carrier = way(inboxes)
    made = {}
    for country, one in nodes.items():
        breakers = {other: Breaker(lambda: clock().timestamp()) for other in nodes}
        delivery = Delivery(one, carrier, clock=clock, breaker=breakers.__getitem__)
        made[country] = Office(one, inboxes[country], delivery, breakers)
    return made


def until(true: Callable[[], bool], seconds: float = 90) -> None:
    """Wait for what others bring about."""
    last = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < last, "it did not come about"
        time.sleep(0.05)


def from_now() -> Clock:
    """A clock that begins now, because keys hold from now on."""
    return Clock(now().astimezone(UTC))
