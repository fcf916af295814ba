"""At which desk a message comes in: the authority that signs for it and has it in its ledger."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import Final, TypeVar

from benelux.core.errors import NotFound, Unavailable
from benelux.core.exchange.nodes import Node
from benelux.core.identity import keyring, registry
from benelux.core.identity.authority import Authority
from benelux.core.identity.keys import SigningKey
from benelux.core.identity.keystore import KeyFolder
from benelux.core.language import message
from benelux.core.ledger import Log, ledger_of

T = TypeVar("T")
_REMEMBERED_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Desk:
    """An authority of this node, its key and its ledger."""

    authority: Authority
    key: SigningKey
    log: Log


class Desks:
    """Finds them, and remembers each for a moment. Safe to share among threads."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._folder = KeyFolder.of(node.house.settings)
        self._kept: dict[str, tuple[float, Desk]] = {}
        self._door = Lock()

    def for_matter(self, competence: str) -> Desk:
        """That of the authority here which is charged with this matter, else of the first one.

        Raises `Unavailable` when no authority of this country has a key here.
        """
        return self._remembered(f"matter {competence}", lambda: self._find(competence))

    def of(self, authority: str) -> Desk:
        """That of this authority; raises `Unavailable` when it has no key here."""
        return self._remembered(f"authority {authority}", lambda: self._named(authority))

    def _remembered(self, name: str, find: Callable[[], Desk]) -> Desk:
        kept = self._kept.get(name)
        if kept and monotonic() - kept[0] < _REMEMBERED_S:
            return kept[1]
        found = find()
        with self._door:
            self._kept[name] = (monotonic(), found)
        return found

    def _find(self, competence: str) -> Desk:
        here = [
            one
            for one in registry.authorities(self._node.house.store)
            if one.country == self._node.country and one.active
        ]
        here.sort(key=lambda one: (competence not in one.competences, one.id))
        for one in here:
            key = self._key(one.id)
            if key is not None:
                return self._desk(one, key)
        raise _nobody()

    def _named(self, authority: str) -> Desk:
        key = self._key(authority)
        if key is None:
            raise _nobody()
        with self._node.house.store.read() as connection:
            return self._desk(registry.get(connection, Authority, authority), key)

    def _key(self, authority: str) -> SigningKey | None:
        try:
            return keyring.signing_key(self._node.house.store, self._folder, authority)
        except NotFound:
            return None

    def _desk(self, authority: Authority, key: SigningKey) -> Desk:
        return Desk(authority, key, ledger_of(self._node.house).open(authority.id))


def _nobody() -> Unavailable:
    return Unavailable(
        "exchange.no-desk",
        message("No authority here can sign for messages."),
        now=message("Make a key with: benelux identity keys new."),
    )
