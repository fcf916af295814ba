"""Authorities, their services and their officers: who acts, for whom, and what they are for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from benelux.core import territory
from benelux.core.errors import Fault, Invalid, NotFound
from benelux.core.identity.devices import Device
from benelux.core.language import Message, Text, message

_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{1,62}")
_WORD: Final = re.compile(r"[a-z][a-z0-9-]{0,62}")


class AuthorityKind(StrEnum):
    LICENSING = "licensing"
    POLICE = "police"
    INSPECTION = "inspection"
    REGISTRY = "registry"
    HEALTH = "health"
    CRISIS = "crisis"
    TRANSPORT = "transport"
    SUPERVISION = "supervision"
    CITY = "city"

    @property
    def label(self) -> Message:
        return _LABELS[self]


_LABELS: Final = {
    AuthorityKind.LICENSING: message("Licensing authority"),
    AuthorityKind.POLICE: message("Police"),
    AuthorityKind.INSPECTION: message("Inspectorate"),
    AuthorityKind.REGISTRY: message("Keeper of registers"),
    AuthorityKind.HEALTH: message("Health authority"),
    AuthorityKind.CRISIS: message("Crisis centre"),
    AuthorityKind.TRANSPORT: message("Transport authority"),
    AuthorityKind.SUPERVISION: message("Data-protection supervisor"),
    AuthorityKind.CITY: message("City"),
}


@dataclass(frozen=True, slots=True)
class Authority:
    """A public body that may keep registers and ask those of others.

    `region` is a code of `core.territory` or empty for the whole country; `competences` are words
    for the matters that the law charges it with ("fireworks", "road-traffic").
    """

    id: str
    name: Text
    country: str
    kind: AuthorityKind
    competences: tuple[str, ...]
    region: str = ""
    active: bool = True
    invented: bool = False


@dataclass(frozen=True, slots=True)
class Service:
    """A part of an authority with its own work; `roles` is what its machines may be."""

    id: str
    authority: str
    name: Text
    roles: tuple[str, ...] = ()
    active: bool = True


@dataclass(frozen=True, slots=True)
class Officer:
    """A person who acts for an authority; the person is known by issuer and subject alone."""

    issuer: str
    subject: str
    authority: str
    service: str = ""
    roles: tuple[str, ...] = ()
    active: bool = True

    @property
    def id(self) -> str:
        return officer_id(self.issuer, self.subject)


def officer_id(issuer: str, subject: str) -> str:
    return f"{issuer} {subject}"


def checked(
    one: Authority | Service | Officer | Device,
) -> Authority | Service | Officer | Device:
    """The same; raises `Invalid`, naming each field that cannot be."""
    faults = list(_faults(one))
    if faults:
        raise Invalid(
            "identity.entry",
            message("This cannot be entered in the registry of authorities."),
            faults=tuple(faults),
        )
    return one


def _faults(one: Authority | Service | Officer | Device) -> Iterator[Fault]:
    if not isinstance(one, Officer) and not _ID.fullmatch(one.id):
        yield Fault("id", message("Use small letters, digits and hyphens."))
    if isinstance(one, Authority | Service) and not all(part.strip() for part in one.name):
        yield Fault("name", message("Give the name in all four languages."))
    if isinstance(one, Device):
        for field, text in (("kind", one.kind), ("name", one.name)):
            if not text.strip():
                yield Fault(field, message("Fill in this field."))
        return
    field, words = (
        ("competences", one.competences) if isinstance(one, Authority) else ("roles", one.roles)
    )
    if not all(_WORD.fullmatch(word) for word in words):
        yield Fault(field, message("Use small letters, digits and hyphens."))
    if isinstance(one, Authority):
        yield from _misplaced(one)


def _misplaced(one: Authority) -> list[Fault]:
    if one.country not in {country.code for country in territory.countries()}:
        known = ", ".join(country.code for country in territory.countries())
        return [Fault("country", message("may be: {known}", known=known))]
    if not one.region:
        return []
    try:
        place = territory.find(one.region)
    except NotFound as error:
        return [Fault("region", error.what)]
    if isinstance(place, territory.Region) and place.country.code == one.country:
        return []
    return [Fault("region", message("This region is not in that country."))]
