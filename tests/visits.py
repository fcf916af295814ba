"""Visits to the portal: a house of one's own, a reader, an officer, and a knock byte by byte."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import anyio
import httpx
from litestar import Litestar
from litestar.testing import TestClient
from typing_extensions import override

from benelux.core.domain import Domain, discover
from benelux.core.house import House
from benelux.core.identity import sessions
from benelux.core.identity.person import SECRETARIAT, Person
from benelux.core.settings import Settings
from benelux.core.store import Store, migrate
from benelux.core.web.app import assemble, owners
from benelux.core.web.doors import SESSION

OWN = "http://127.0.0.1:8022"
OFFICER = Person("7", "An Peeters", "General Secretariat", (SECRETARIAT,), "https://id.example")
READER = Person("8", "Luc Bertemes", "Ministry", (), "https://id.example")


@contextmanager
def opened(
    folder: Path, domains: Sequence[Domain] | None = None, **given: object
) -> Iterator[House]:
    """A house with a store in `folder`; every domain that is installed, unless some are named."""
    settings = Settings.read({}, data=folder, **given)
    known = discover() if domains is None else tuple(domains)
    with Store.open(settings.database_url) as store:
        migrate(store, owners(known))
        yield House(settings, store, known)


def visited(house: House, base: str = OWN) -> TestClient[Litestar]:
    """A reader of this house, who follows no redirect.

    The application is not started and stopped for it, so that the house stays open for others.
    """
    client = TestClient(assemble(house), base_url=base)
    client.follow_redirects = False
    return client


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody with a session, who sends forms with the number that belongs to it."""

    client: TestClient[Litestar]
    csrf: str

    @classmethod
    def as_person(cls, client: TestClient[Litestar], house: House, person: Person) -> "SignedIn":
        token = sessions.start(house.store, person)
        found = sessions.find(house.store, token)
        assert found
        client.cookies.set(SESSION, token)
        return cls(client, found.csrf)

    def get(self, path: str) -> httpx.Response:
        return self.client.get(path)

    def send(self, path: str, form: Mapping[str, str | Sequence[str]]) -> httpx.Response:
        return self.client.post(path, data={"csrf": self.csrf, **form})


class Loopback(httpx.BaseTransport):
    """Sends each request from the very machine that the portal runs on."""

    def __init__(self, app: Litestar) -> None:
        self.app = app

    @override
    def handle_request(self, request: httpx.Request) -> httpx.Response:
        headers = [
            (name.lower(), value)
            for name, value in request.headers.raw
            if name.lower() != b"content-length"
        ]
        heard = knock(self.app, request.method, request.url.raw_path, headers, request.read())
        return httpx.Response(heard.status, headers=list(heard.headers), content=heard.body)


def at_the_machine(house: House) -> httpx.Client:
    """Who sits at the machine itself, and so may sign in as an invented person."""
    return httpx.Client(transport=Loopback(assemble(house)), base_url=OWN)


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back on a knock."""

    status: int
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes

    def header(self, name: str) -> str:
        return dict(self.headers).get(name.encode(), b"").decode("latin-1")


Headers = Sequence[tuple[bytes, bytes]]


def knock(
    app: Litestar, method: str, target: bytes, headers: Headers = (), body: bytes = b""
) -> Heard:
    """Send these very bytes, which no client library would, and hear what the application says.

    What a server would refuse itself is not tried: the target is ASCII, without spaces and NUL.
    """
    return anyio.run(knock_async, app, method, target, headers, body)


async def knock_async(
    app: Litestar, method: str, target: bytes, headers: Headers, body: bytes
) -> Heard:
    path, _, query = target.partition(b"?")
    named = {name for name, _ in headers}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        # As servers read it: what is no UTF-8 becomes the replacement character.
        "path": unquote(path.decode("ascii")),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": [
            *([] if b"host" in named else [(b"host", b"127.0.0.1:8022")]),
            *headers,
            *([(b"content-length", str(len(body)).encode())] if body else []),
        ],
        "client": ("127.0.0.1", 40000),
        "server": ("127.0.0.1", 8022),
        "state": {},
    }
    sent: list[dict[str, object]] = []
    asked = False

    async def receive() -> dict[str, object]:
        nonlocal asked
        if asked:
            return {"type": "http.disconnect"}
        asked = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(event: dict[str, object]) -> None:
        sent.append(event)

    await app(scope, receive, send)  # type: ignore[arg-type]
    starts = [event for event in sent if event["type"] == "http.response.start"]
    assert len(starts) == 1, sent
    parts = [event.get("body", b"") for event in sent if event["type"] == "http.response.body"]
    return Heard(starts[0]["status"], starts[0]["headers"], b"".join(parts))  # type: ignore[arg-type]
