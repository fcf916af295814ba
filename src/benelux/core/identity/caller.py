"""The machine that calls the API: proven by a signature, or by a certificate through the proxy.

A route that wants a machine takes `caller: NamedDependency[Caller]` and is declared with
`dependencies=CALLER`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Final, Literal
from urllib.parse import quote, urlsplit

from litestar import Request
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from sqlalchemy import Connection

from benelux.core.house import House
from benelux.core.identity.authority import Authority, Service
from benelux.core.identity.devices import Device
from benelux.core.identity.keyring import Holder, keyring
from benelux.core.identity.messages import HttpRequest, normal_authority
from benelux.core.identity.proxy import CERTIFICATE, certified
from benelux.core.identity.replays import replays
from benelux.core.identity.signatures import verify
from benelux.core.settings import Settings

Asked = Request[object, object, State]
Way = Literal["signature", "certificate"]
Spend = Callable[[Connection], None]
_LOCAL: Final = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, slots=True)
class Caller:
    """A machine of an authority that may act, and how it proved itself."""

    authority: Authority
    key: str
    way: Way
    service: Service | None = None
    device: Device | None = None

    @classmethod
    def of(cls, holder: Holder, way: Way) -> "Caller":
        return cls(holder.authority, holder.key.id, way, holder.service, holder.device)


async def caller(request: Asked, house: NamedDependency[House]) -> Caller:
    """Who calls. Raises `NotSignedIn`, `NotAllowed` or `TooMany`."""
    found, spend = await proven(request, house)
    if spend is not None:
        await house.store.write_async(spend)
    return found


async def proven(request: Asked, house: House) -> tuple[Caller, Spend | None]:
    """Who calls, and the work that lets this very request count once: still to be done.

    For a route that does it together with what it writes anyway, in one commit.
    """
    ring = keyring(house.store)
    asked = read(request, await request.body())
    if asked.header(CERTIFICATE) is not None and asked.header("signature") is None:
        return Caller.of(certified(house.settings, asked, ring.holder), "certificate"), None
    signed = verify(asked, ring.holder, own_authorities(house.settings))
    spend = partial(replays(house.store).spend, signed=signed)
    return Caller.of(signed.holder, "signature"), spend


CALLER: Final = {"caller": Provide(caller)}


def read(request: Asked, body: bytes) -> HttpRequest:
    """The request as it came over the wire."""
    scope = request.scope
    raw = scope.get("raw_path") or quote(scope["path"]).encode()
    query = scope["query_string"].decode("latin-1")
    given = [
        (name.decode("latin-1").lower(), value.decode("latin-1"))
        for name, value in scope["headers"]
    ]
    host = next((value for name, value in given if name == "host"), "")
    scheme = scope["scheme"]
    return HttpRequest(
        request.method, scheme, normal_authority(host, scheme),
        raw.decode("latin-1").partition("?")[0], query or None, given, body,
    )  # fmt: skip


def own_authorities(settings: Settings) -> frozenset[str]:
    """The hosts, with their ports, for which a request may have been signed."""
    return _authorities(settings.origin, settings.port if settings.is_loopback else None)


@lru_cache(maxsize=64)
def _authorities(origin: str, loopback: int | None) -> frozenset[str]:
    parts = urlsplit(origin)
    own = {normal_authority(parts.netloc, parts.scheme)}
    if loopback is not None:
        own |= {normal_authority(f"{host}:{loopback}", "http") for host in _LOCAL}
    return frozenset(own)
