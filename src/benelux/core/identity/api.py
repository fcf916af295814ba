"""Authorities and their public keys for machines, and a way for a machine to try its signature."""

from dataclasses import dataclass
from typing import Annotated, Final

from litestar import get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Parameter

from benelux.core.house import House
from benelux.core.identity import accords, keyring, registry
from benelux.core.identity.accord import Accord
from benelux.core.identity.authority import Authority
from benelux.core.identity.caller import CALLER, Caller
from benelux.core.identity.keys import now

Here = NamedDependency[House]
Name = Annotated[
    str, Parameter(min_length=1, max_length=80, description="Id of an authority in the registry.")
]
REFUSED: Final = {
    status: ResponseSpec(
        dict[str, object],
        description=about,
        media_type="application/problem+json",
        generate_examples=False,
    )
    for status, about in (
        (401, "Nothing proves which machine sent this"),
        (403, "The machine is known, but may not act"),
        (429, "More signed requests than can be remembered"),
    )
}


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """A JSON Web Key Set (RFC 7517)."""

    keys: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Recognised:
    """Who a machine is to this node."""

    authority: str
    country: str
    service: str | None
    device: str | None
    key: str
    way: str


@get("/authorities", summary="List the authorities", tags=["core"], sync_to_thread=True)
def authorities(house: Here) -> list[Authority]:
    """Every authority in the registry of this node, with its country and its competences."""
    return list(registry.authorities(house.store))


@get("/authorities/{authority:str}/keys", summary="Public keys of an authority", tags=["core"],
     sync_to_thread=True)  # fmt: skip
def public_keys(house: Here, authority: Name) -> PublicKeys:
    """The keys that hold now or will, as a JSON Web Key Set."""
    with house.store.read() as connection:
        registry.get(connection, Authority, authority)
    moment = now()
    found = keyring.keys(house.store, authority)
    return PublicKeys([one.jwk for one in found if not one.revoked and moment < one.valid_to])


@get("/accords", summary="List the accords between countries", tags=["core"], sync_to_thread=True)
def list_accords(house: Here) -> list[Accord]:
    """Which grounds countries answer each other on, with source, days and marks of certainty."""
    with house.store.read() as connection:
        return accords.every(connection)


@get("/identity/caller", summary="Try a signature", tags=["core"], responses=REFUSED,
     dependencies=CALLER)  # fmt: skip
async def try_get(caller: NamedDependency[Caller]) -> Recognised:
    """Says who you are to this node, or why it cannot be sure."""
    return _recognised(caller)


@post("/identity/caller", summary="Try a signature over content", tags=["core"], status_code=200,
      responses=REFUSED, dependencies=CALLER)  # fmt: skip
async def try_post(caller: NamedDependency[Caller]) -> Recognised:
    """The same with content of any type, which the signature has to cover."""
    return _recognised(caller)


ROUTES: Final = (authorities, public_keys, list_accords, try_get, try_post)


def _recognised(caller: Caller) -> Recognised:
    return Recognised(
        caller.authority.id,
        caller.authority.country,
        caller.service.id if caller.service else None,
        caller.device.id if caller.device else None,
        caller.key,
        caller.way,
    )
