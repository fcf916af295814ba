"""An authority with a key, a machine that signs for it, and a portal that hears it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from litestar import Litestar
from litestar.testing import TestClient

from benelux.core.house import House
from benelux.core.identity import keyring, registry
from benelux.core.identity.authority import Authority, AuthorityKind, Service
from benelux.core.identity.devices import Device
from benelux.core.identity.keys import Key, SigningKey
from benelux.core.identity.keystore import KeyFolder
from benelux.core.identity.messages import HttpRequest
from benelux.core.identity.signatures import sign
from benelux.core.language import Text
from tests.visits import OWN, opened, visited

POLICE = Authority(
    "nl-police", Text("Politie", "Police", "Polizei", "Police"), "NL", AuthorityKind.POLICE,
    ("fireworks", "road-traffic"),
)  # fmt: skip
DESK = Service("nl-desk", "nl-police", Text.same("Desk"), ("inquirer",))
CAMERA = Device("nl-camera", "nl-police", "camera", "Camera 7", "nl-desk")


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine of the police, before a portal."""

    house: House
    folder: KeyFolder
    key: Key
    private: SigningKey
    client: TestClient[Litestar]

    def request(
        self, body: bytes = b"", path: str = "/api/identity/caller", base: str = OWN,
        headers: Mapping[str, str] | None = None, method: str = "",
    ) -> HttpRequest:  # fmt: skip
        given = dict(headers or {})
        if body:
            given.setdefault("Content-Type", "application/json")
        return HttpRequest.to(base + path, method or ("POST" if body else "GET"), given, body)

    def send(self, request: HttpRequest, headers: Mapping[str, str]) -> httpx.Response:
        """Send what was signed, or what became of it."""
        sent = {**dict(request.headers), **headers}
        tail = "" if request.query is None else f"?{request.query}"
        return self.client.request(
            request.method, request.path + tail, headers=sent, content=request.body
        )

    def call(self, body: bytes = b"", **how: object) -> httpx.Response:
        request = self.request(body)
        return self.send(request, sign(request, self.private, **how))  # type: ignore[arg-type]


@contextmanager
def machine(folder: Path, **settings: object) -> Iterator[Machine]:
    """A machine that this node knows, its node in `folder`."""
    with opened(folder, (), **settings) as house:
        for one in (POLICE, DESK, CAMERA):
            enter(house, one)
        keys = KeyFolder.of(house.settings)
        key = keyring.make(house.store, keys, POLICE.id, author="test")
        yield Machine(house, keys, key, keys.read(key.id), visited(house))


def enter(house: House, one: Authority | Service | Device) -> None:
    house.store.write(lambda connection: registry.enter(connection, one, author="test"))
