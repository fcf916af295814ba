"""One register where it is kept: by which authority, with which keys, on which ledger."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from sqlalchemy import Connection

from benelux.core.errors import NotFound
from benelux.core.house import House
from benelux.core.identity import registry
from benelux.core.identity.authority import Authority, AuthorityKind, Officer, Service
from benelux.core.identity.facts import Facts, Matter
from benelux.core.identity.may import may
from benelux.core.language import message
from benelux.core.ledger import Log, ledger_of
from benelux.core.registers.declaration import Register
from benelux.core.registers.lookups import texts_of
from benelux.core.registers.matching.tokens import Tokens
from benelux.core.registers.values import Acting, Content
from benelux.core.registers.vault import Vault
from benelux.core.store import Store
from benelux.core.territory import LEGAL_TIME

if TYPE_CHECKING:  # slow to import, and only who has many needs it
    import numpy as np
    import numpy.typing as npt

REGISTRAR: Final = "registrar"
_FRESH_S: Final = 1.0
_KINDS: Final = (AuthorityKind.REGISTRY, AuthorityKind.LICENSING)
_SIGN: Final = 1 << 63


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a register is kept at this node."""

    house: House
    register: Register
    keeper: Authority
    matter: Matter
    vault: Vault
    log: Log
    _tokens: Tokens

    @property
    def store(self) -> Store:
        return self.house.store

    def now(self) -> datetime:
        return self.log.clock()

    def today(self) -> date:
        return self.now().astimezone(LEGAL_TIME).date()

    def require(self, by: Acting, action: str, facts: Facts | None = None) -> None:
        """Go on only when they may; raises `NotAllowed` with the reasons."""
        may(by.actor, action, self.matter, facts or Facts(time=self.now())).require()

    def tokens(self, texts: tuple[str, ...]) -> dict[str, int]:
        """The keyed token of each text, as the store keeps it: with a sign."""
        name = self.register.name
        return {text: signed(self._tokens.of(name, text)) for text in texts}

    def many(self, texts: Sequence[bytes]) -> "npt.NDArray[np.uint64]":
        """The tokens of many texts, in their order and without a sign."""
        return self._tokens.many(self.register.name, texts)

    def tokens_of(self, number: str, content: Content) -> set[int]:
        """Every token under which a record is found."""
        return set(self.tokens(tuple(texts_of(self.register, number, content))).values())


def signed(token: int) -> int:
    """64 bits as databases hold them."""
    return token - 2 * _SIGN if token >= _SIGN else token


_DESKS: Final[WeakKeyDictionary[Store, dict[str, tuple[float, Desk]]]] = WeakKeyDictionary()


def desk_of(house: House, register: Register) -> Desk:
    """The desk of this register here; raises `NotFound` where nobody keeps it.

    Looked up anew after a second, so that an authority that is suspended keeps nothing any longer.
    """
    desks = _DESKS.setdefault(house.store, {})
    until, found = desks.get(register.name, (0.0, None))
    if found is not None and found.register is register and time.monotonic() < until:
        return found
    keeper = keeper_of(house, register)
    ledger = ledger_of(house)
    if found is None or found.keeper != keeper or found.register is not register:
        vault = Vault(ledger.keys, register)
        found = Desk(
            house, register, keeper, register.matter(keeper), vault, ledger.open(keeper.id),
            Tokens(vault.tokens),
        )  # fmt: skip
    desks[register.name] = (time.monotonic() + _FRESH_S, found)
    return found


def keeper_of(house: House, register: Register) -> Authority:
    """The authority that keeps the register at this node; raises `NotFound` when none does.

    It acts in the register's matter and has somebody who may write in it. A portal that is no
    country's node has a keeper only when there is no doubt which one.
    """
    with house.store.read() as connection:
        able = [one for one in registry.every(connection, Authority) if _may_keep(one, register)]
        if house.settings.country:
            able = [one for one in able if one.country == house.settings.country]
        keepers = [one for one in able if _has_registrar(connection, one)]
    keepers.sort(key=lambda one: (one.kind not in _KINDS, one.id))
    if not keepers or len({one.country for one in keepers}) > 1:
        raise NotFound(
            "registers.no-keeper",
            message("Nobody keeps the register “{name}” here.", name=register.name),
            why=message(
                "No authority of this node has the competence “{matter}” and a registrar.",
                matter=register.competence,
            ),
            now=message("Enter the authority that keeps it, or ask the node of its country."),
        )
    return keepers[0]


def _may_keep(one: Authority, register: Register) -> bool:
    return one.active and register.competence in one.competences


def _has_registrar(connection: Connection, one: Authority) -> bool:
    services = registry.every(connection, Service, one.id)
    officers = registry.every(connection, Officer, one.id)
    roles = [service.roles for service in services if service.active]
    roles += [officer.roles for officer in officers if officer.active]
    return any(REGISTRAR in each for each in roles)
