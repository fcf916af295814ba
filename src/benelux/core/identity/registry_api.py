"""An authority keeps its own part of the registry by program: services, officers and devices.

Its machine has to be of a service with the role `registry-keeper`. It enters nobody for another
authority, and gives no role by which an officer would watch over others.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Final, TypeAlias

from anyio import to_thread
from litestar import get, put
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter
from msgspec import Meta
from sqlalchemy import Connection

from benelux.core.errors import Fault, Invalid, NotAllowed, NotFound
from benelux.core.house import House
from benelux.core.identity import keyring, registry, sessions
from benelux.core.identity.api import REFUSED
from benelux.core.identity.authority import Authority, Officer, Service
from benelux.core.identity.caller import CALLER, Caller
from benelux.core.identity.devices import Device
from benelux.core.identity.person import REGISTRY_KEEPER, SUPERVISOR
from benelux.core.language import Text, message

Part: TypeAlias = Service | Officer | Device
Here = NamedDependency[House]
Calls = NamedDependency[Caller]
Of = Annotated[str, PathParameter(min_length=1, max_length=80, description="Id of an authority.")]
Id = Annotated[
    str, PathParameter(min_length=2, max_length=63, pattern="^[a-z0-9][a-z0-9-]*$",
                       description="Id: small letters, digits and hyphens.")
]  # fmt: skip
Short = Annotated[str, Meta(max_length=63)]
Words = Annotated[tuple[Short, ...], Meta(max_length=20)]
_NOT_BY_PROGRAM: Final = frozenset({REGISTRY_KEEPER, SUPERVISOR})


@dataclass(frozen=True, slots=True)
class AuthorityCard:
    """An authority with its services and devices. Its officers are nobody else's business."""

    authority: Authority
    services: list[Service]
    devices: list[Device]


@dataclass(frozen=True, slots=True)
class ServiceEntry:
    """A service as its authority enters it; not `active` is suspended."""

    name: Text
    roles: Words = ()
    active: bool = True


@dataclass(frozen=True, slots=True)
class DeviceEntry:
    """A device as its authority enters it."""

    kind: Annotated[str, Meta(min_length=1, max_length=60)]
    name: Annotated[str, Meta(min_length=1, max_length=200)]
    service: Short = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class OfficerEntry:
    """An officer as their authority enters them, by the issuer and subject of their sign-in."""

    issuer: Annotated[str, Meta(min_length=1, max_length=500)]
    subject: Annotated[str, Meta(min_length=1, max_length=255)]
    service: Short = ""
    roles: Words = ()
    active: bool = True


@dataclass(frozen=True, slots=True)
class Kept:
    """The version that the entry has now; the same as before where nothing changed."""

    version: int


@get("/authorities/{authority:str}", summary="Read an authority", tags=["core"],
     sync_to_thread=True)  # fmt: skip
def read_authority(house: Here, authority: Of) -> AuthorityCard:
    """One authority with its services and devices."""
    with house.store.read() as connection:
        return AuthorityCard(
            registry.get(connection, Authority, authority),
            registry.every(connection, Service, authority),
            registry.every(connection, Device, authority),
        )


@put("/authorities/{authority:str}/services/{service:str}", summary="Enter a service",
     tags=["core"], responses=REFUSED, dependencies=CALLER)  # fmt: skip
async def put_service(
    house: Here, caller: Calls, authority: Of, service: Id, data: JSONBody[ServiceEntry]
) -> Kept:
    """Enter a service of one's own authority, or its next version; signed."""
    one = Service(service, authority, data.name, data.roles, data.active)
    return await _kept(house, caller, one, data.roles)


@put("/authorities/{authority:str}/devices/{device:str}", summary="Enter a device",
     tags=["core"], responses=REFUSED, dependencies=CALLER)  # fmt: skip
async def put_device(
    house: Here, caller: Calls, authority: Of, device: Id, data: JSONBody[DeviceEntry]
) -> Kept:
    """Enter a device of one's own authority, or its next version; signed."""
    one = Device(device, authority, data.kind, data.name, data.service, data.active)
    return await _kept(house, caller, one)


@put("/authorities/{authority:str}/officers", summary="Enter an officer", tags=["core"],
     responses=REFUSED, dependencies=CALLER)  # fmt: skip
async def put_officer(
    house: Here, caller: Calls, authority: Of, data: JSONBody[OfficerEntry]
) -> Kept:
    """Enter an officer of one's own authority, or their next version; signed.

    Who it is stands in the content, so that no address names a person. An officer who is no longer
    active is signed out everywhere.
    """
    one = Officer(data.issuer, data.subject, authority, data.service, data.roles, data.active)
    kept = await _kept(house, caller, one, data.roles)
    if not one.active:
        await to_thread.run_sync(sessions.end_all, house.store, one.subject, one.issuer)
    return kept


ROUTES: Final = (read_authority, put_service, put_device, put_officer)


async def _kept(house: House, caller: Caller, one: Part, roles: tuple[str, ...] = ()) -> Kept:
    """Enter it for the caller's own authority. Raises `NotAllowed` and `Invalid`."""
    service = caller.service
    keeps = service is not None and caller.device is None and REGISTRY_KEEPER in service.roles
    if service is None or not keeps or one.authority != caller.authority.id:
        raise _not_the_keeper()
    if _NOT_BY_PROGRAM.intersection(roles):
        wish = message("This role is given by the keeper of the registry alone.")
        raise Invalid(
            "identity.entry",
            message("This cannot be entered in the registry of authorities."),
            faults=(Fault("roles", wish),),
        )
    author = f"machine {service.id}"
    version = await house.store.write_async(lambda connection: _enter(connection, one, author))
    keyring.keyring(house.store).forget()
    return Kept(version)


def _enter(connection: Connection, one: Part, author: str) -> int:
    """Within a work: enter it, unless that id is of another authority."""
    with suppress(NotFound):
        if registry.get(connection, type(one), one.id).authority != one.authority:
            raise _not_the_keeper()
    return registry.enter(connection, one, author=author)


def _not_the_keeper() -> NotAllowed:
    return NotAllowed(
        "identity.not-the-keeper",
        message("Your machine may not keep this entry."),
        why=message(
            "It takes a service of this very authority with the role {role}.", role=REGISTRY_KEEPER
        ),
    )
