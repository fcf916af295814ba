"""The invented authorities: entered, with keys of their own, where nobody else can reach them."""

from typing import Final

from sqlalchemy import Connection

from benelux.core.errors import NotFound
from benelux.core.identity import accords, keyring, registry
from benelux.core.identity.authority import Authority
from benelux.core.identity.demo import demo_allowed
from benelux.core.identity.invention import Invention, invention
from benelux.core.identity.keystore import KeyFolder
from benelux.core.settings import Settings
from benelux.core.store import Store

__all__ = ["AUTHOR", "invention", "plant"]
AUTHOR: Final = "demo"


def plant(settings: Settings, store: Store) -> bool:
    """Enter them where a demonstration is allowed; what is there already stays as it is."""
    if not demo_allowed(settings):
        return False
    every = invention()
    _enter(store, every)
    folder = KeyFolder.of(settings)
    for authority in every.authorities:
        if settings.country not in {"", authority.country}:
            continue  # their own node has those keys
        try:
            keyring.signing_key(store, folder, authority.id)
        except NotFound:
            keyring.make(store, folder, authority.id, author=AUTHOR)
    return True


def _enter(store: Store, every: Invention) -> None:
    """All that is not there yet, but the keys."""
    with store.read() as connection:
        known = {one.id for one in registry.every(connection, Authority)}
        agreed = {one.id for one in accords.every(connection)}

    def work(connection: Connection) -> None:
        for kind in (every.authorities, every.services, every.officers, every.devices):
            for one in kind:
                registry.enter(connection, one, author=AUTHOR)

    if not known >= {one.id for one in every.authorities}:
        store.write(work)
    for accord in every.accords:
        if accord.id not in agreed:
            accords.enter(store, accord, author=AUTHOR)
