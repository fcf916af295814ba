"""The list of issuers: with which keys the documents of all countries may be signed, and when.

A device that checks without a network fetches it once in a while. It trusts the first list that it
sees from this portal, and a next one only when a key of the one before has signed it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from benelux.core.errors import NotFound
from benelux.core.exchange.federation import federation_of
from benelux.core.house import House
from benelux.core.identity import keyring
from benelux.core.identity.authority import Authority
from benelux.core.identity.keys import KeyKind, KeyStatus
from benelux.core.identity.keystore import KeyFolder
from benelux.core.language import LANGUAGES
from benelux.core.registers.credential import Issuer
from benelux.core.registers.declaration import Register, declared
from benelux.core.registers.desk import keeper_of
from benelux.core.registers.signed import sign

KIND: Final = "issuers+jwt"
_TAKEN: Final = frozenset({"issuers", "statuslist"})
LIFE: Final = timedelta(days=30)


class _Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """A public key as a JWK (RFC 8037), with whose it is and when it signed."""

    kid: str
    x: str
    iss: str
    country: str
    name: dict[str, str]
    registers: Mapping[str, str]
    nbf: int
    exp: int
    kty: str = msgspec.field(default="OKP")
    crv: str = msgspec.field(default="Ed25519")
    revoked: bool = False


class _Claims(msgspec.Struct, frozen=True):
    iat: int
    exp: int
    keys: tuple[_Entry, ...]


def documented(house: House) -> tuple[Register, ...]:
    """The registers whose records have documents."""
    return tuple(one for one in declared(house.domains) if one.credential)


def homes(house: House) -> dict[str, House]:
    """The houses of the nodes that run here, by country; a portal without nodes is its own."""
    own = federation_of(house).own
    return {country: node.house for country, node in own.items()} or {"": house}


def issuers_of(house: House) -> dict[str, Issuer]:
    """Every key that a keeper of some country signs or signed documents with, by its id.

    Keys that have ended are among them, since what they signed may still hold, and keys that were
    revoked, so that a check can say so.
    """
    found: dict[str, Issuer] = {}
    for kind, register in _kinds(house).items():
        for home, keeper in _keepers(house, register):
            for key in keyring.keys(home.store, keeper.id):
                if key.kind is not KeyKind.ED25519 or key.holder:
                    continue
                known = found.get(key.id)
                kinds = {**(known.registers if known else {}), kind: register.name}
                found[key.id] = Issuer(key, keeper.country, keeper.name, kinds)
    return found


def issuer_list(house: House) -> str:
    """The list of issuers, signed by a keeper who is in it.

    Of all keys here that hold, the one that has held the longest signs, so that devices know it
    from an earlier list, also when another was rotated or revoked. Empty where no authority issues
    documents: there is nobody to sign it.
    """
    issuers = issuers_of(house)
    now = datetime.now(UTC)
    folders = [KeyFolder.of(home.settings) for home in homes(house).values()]
    active = (one.key for one in issuers.values() if one.key.status_at(now) is KeyStatus.ACTIVE)
    for key in sorted(active, key=lambda one: one.valid_from):
        folder = next((one for one in folders if one.has(key.id)), None)
        if folder is not None:
            until = int((now + LIFE).timestamp())
            claims = _Claims(int(now.timestamp()), until, tuple(map(_entry, issuers.values())))
            return sign(KIND, claims, folder.read(key.id))
    return ""


def _kinds(house: House) -> dict[str, Register]:
    """The registers by the kinds of their documents, of which no two may be the same."""
    found: dict[str, Register] = {}
    for one in documented(house):
        kind = one.credential.kind if one.credential else ""
        if kind in found or kind in _TAKEN:
            raise ValueError(f"{one.name}: documents of the kind {kind} are others' already")
        found[kind] = one
    return found


def _keepers(house: House, register: Register) -> Iterator[tuple[House, Authority]]:
    """Who keeps this register in each country, with the house that knows their keys."""
    own = homes(house)
    for home in own.values():
        try:
            yield home, keeper_of(home, register)
        except NotFound:
            continue
    somewhere = next(iter(own.values()))
    for country in federation_of(house).peers:
        there = replace(somewhere, settings=replace(somewhere.settings, country=country))
        try:
            yield somewhere, keeper_of(there, register)  # as that node would say it itself
        except NotFound:
            continue


def _entry(issuer: Issuer) -> _Entry:
    key = issuer.key
    return _Entry(
        kid=key.id,
        x=key.public,
        iss=key.authority,
        country=issuer.country,
        name={language: issuer.name[language] for language in LANGUAGES},
        registers=issuer.registers,
        nbf=int(key.valid_from.timestamp()),
        exp=int(key.valid_to.timestamp()),
        revoked=key.revoked,
    )
