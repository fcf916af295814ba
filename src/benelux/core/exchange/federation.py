"""Which nodes this process runs, and which it knows elsewhere; opened when first asked for."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from threading import RLock
from typing import Final
from weakref import WeakKeyDictionary

from benelux.core import territory
from benelux.core.errors import Fault, Invalid, NotFound
from benelux.core.exchange import cards, peers
from benelux.core.exchange.nodes import Federation, Node
from benelux.core.house import House
from benelux.core.identity.demo import demo_allowed
from benelux.core.identity.invented import plant
from benelux.core.language import message
from benelux.core.settings import Settings
from benelux.core.store import Store, migrate

_TRIED: Final[Mapping[str, str]] = {"BE": "127.0.0.11", "NL": "127.0.0.12", "LU": "127.0.0.13"}
"""The nodes of a demonstration, each with an address of its own for which requests are signed."""
_open: Final[WeakKeyDictionary[Store, Federation]] = WeakKeyDictionary()
_door: Final = RLock()


def federation_of(house: House) -> Federation:
    """All nodes that this house, or the house of one of its nodes, knows.

    A house with a country is the node of that country itself. A demonstration runs the nodes of
    three countries, each with a store and keys of its own; any other house has none.
    """
    found = _open.get(house.store)
    if found is None:
        with _door:
            found = _open.get(house.store)
            if found is None:
                found = _open[house.store] = _opened(house)
    return found


def node_for(house: House, country: str) -> House:
    """The house in which questions to that country's registers are answered here.

    Without a country it is the one that this portal is the node of. Raises `NotFound`.
    """
    wanted = country or house.settings.country
    return federation_of(house).node(wanted).house


def close(house: House) -> None:
    """Close the nodes that were opened beside this house."""
    with _door:
        found = _open.pop(house.store, None)
    for node in found.own.values() if found else ():
        if node.house is not house:
            _open.pop(node.house.store, None)
            node.house.store.close()


def _opened(house: House) -> Federation:
    settings = house.settings
    if settings.country:
        return _one_node(house)
    if not demo_allowed(settings):
        return Federation({}, {})
    return _demonstration(house)


def _one_node(house: House) -> Federation:
    country = house.settings.country
    known = [one.code for one in territory.countries()]
    if country not in known:
        raise Invalid(
            "exchange.country",
            message("There can be no node of this country."),
            faults=(Fault("country", message("may be: {known}", known=", ".join(known))),),
        )
    for path in filter(None, house.settings.peers.split(",")):
        peers.trust(house, read_card(Path(path.strip())))
    return Federation({country: Node(country, house)}, peers.Peers.of(house))


def read_card(path: Path) -> bytes:
    """A file with a card; raises `NotFound`."""
    try:
        with path.open("rb") as file:
            return file.read(cards.LARGEST + 1)
    except OSError as error:
        raise NotFound(
            "exchange.card-file",
            message("The file {path} cannot be read.", path=path),
            why=message("{error}.", error=error.strerror or error),
        ) from error


def _demonstration(house: House) -> Federation:
    from filelock import FileLock  # noqa: PLC0415 - slow to import, wanted once a start

    folder = house.settings.data / "nodes"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with FileLock(folder / "nodes.lock"):  # several processes may start at once
        own = {country: _tried(house, country) for country in _TRIED}
        for node in own.values():
            raw = cards.signed(cards.card_of(node.house), cards.node_key(node.house))
            for other in own.values():
                if other is not node:
                    peers.trust(other.house, raw, anew=True)  # all of them are ours
    found = Federation(own, {})
    for node in own.values():
        _open[node.house.store] = found
    return found


def _tried(house: House, country: str) -> Node:
    """The invented node of a country, with its tables and its authorities."""
    from benelux.core.web.app import owners  # noqa: PLC0415 - the application imports us

    settings = node_settings(house.settings, country)
    store = Store.open(settings.database_url)
    migrate(store, owners(house.domains))
    plant(settings, store)
    return Node(country, House(settings, store, house.domains))


def node_settings(settings: Settings, country: str) -> Settings:
    """The settings of a node of the demonstration."""
    return replace(
        settings,
        data=settings.data / "nodes" / country.lower(),
        database="",
        host=_TRIED[country],
        country=country,
    )
