"""The machine that calls the API: proven by a signature, or by a certificate through the proxy.

A route that wants a machine takes `caller: NamedDependency[Caller]` and is declared with
`dependencies=CALLER`.
"""

from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import quote, urlsplit

from litestar import Request
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide

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
    ring = keyring(house.store)
    asked = read(request, await request.body())
    if asked.header(CERTIFICATE) is not None and asked.header("signature") is None:
        return Caller.of(certified(house.settings, asked, ring.holder), "certificate")
    signed = verify(asked, ring.holder, own_authorities(house.settings))
    spending = replays(house.store)
    await house.store.write_async(lambda connection: spending.spend(connection, signed))
    return Caller.of(signed.holder, "signature")


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
    parts = urlsplit(settings.origin)
    own = {normal_authority(parts.netloc, parts.scheme)}
    if settings.is_loopback:
        own |= {normal_authority(f"{host}:{settings.port}", "http") for host in _LOCAL}
    return frozenset(own)
