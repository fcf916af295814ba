"""The invented authorities: entered, with keys of their own, where nobody else can reach them."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from benelux.core.errors import NotFound
from benelux.core.files import read_yaml
from benelux.core.identity import keyring, registry
from benelux.core.identity.authority import Authority, Officer, Service
from benelux.core.identity.demo import demo_allowed
from benelux.core.identity.devices import Device
from benelux.core.identity.keystore import KeyFolder
from benelux.core.settings import Settings
from benelux.core.store import Store

AUTHOR: Final = "demo"
_FILE: Final = Path(__file__).parent / "invented.yaml"


@dataclass(frozen=True, slots=True)
class Invention:
    """All of them; none of them exists."""

    authorities: tuple[Authority, ...]
    services: tuple[Service, ...]
    officers: tuple[Officer, ...]
    devices: tuple[Device, ...]


@cache
def invention() -> Invention:
    return read_yaml(_FILE, Invention)


def plant(settings: Settings, store: Store) -> bool:
    """Enter them where a demonstration is allowed; what is there already stays as it is."""
    if not demo_allowed(settings):
        return False
    every = invention()
    with store.read() as connection:
        known = {one.id for one in registry.every(connection, Authority)}

    def work(connection: Connection) -> None:
        for authority in every.authorities:
            registry.enter(connection, authority, author=AUTHOR)
        for service in every.services:
            registry.enter(connection, service, author=AUTHOR)
        for officer in every.officers:
            registry.enter(connection, officer, author=AUTHOR)
        for device in every.devices:
            registry.enter(connection, device, author=AUTHOR)

    if not known >= {one.id for one in every.authorities}:
        store.write(work)
    folder = KeyFolder.of(settings)
    for authority in every.authorities:
        try:
            keyring.signing_key(store, folder, authority.id)
        except NotFound:
            keyring.make(store, folder, authority.id, author=AUTHOR)
    return True
