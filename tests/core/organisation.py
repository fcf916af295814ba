"""An organisation for tests: its OpenID Connect provider, on this machine, and a browser."""

import base64
import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import anyio
import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import Key, RSAKey
from typing_extensions import override

from benelux.core.house import House
from benelux.core.identity.tables import OWNER
from benelux.core.settings import Settings
from benelux.core.store import Store, migrate
from benelux.core.web.app import assemble

PORTAL = "http://127.0.0.1:8022"
SECURE = "https://portal.example"
CLIENT, SECRET = "portal:1", "s&cret%/"
PENDING = "benelux_sign_in"
SESSION = "benelux_session"


@dataclass
class Provider:
    """What the organisation's service does next; a test changes it."""

    url: str = ""
    key: Key = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "first"}))
    algorithm: str = "RS256"
    published: list[Key] = field(default_factory=list)
    claims: dict[str, object] = field(default_factory=dict)
    userinfo: dict[str, object] = field(default_factory=dict)
    document: dict[str, object] = field(default_factory=dict)
    token: Callable[[dict[str, object]], str] | None = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    forgets_codes: bool = True
    status: int = 200
    calls: Counter[str] = field(default_factory=Counter)

    def discovery(self) -> dict[str, object]:
        places = ("authorize", "token", "jwks", "userinfo", "logout")
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint",
                 "end_session_endpoint")  # fmt: skip
        found = {name: f"{self.url}/{place}" for name, place in zip(names, places, strict=True)}
        return {"issuer": self.url, **found, **self.document}

    def keys(self) -> dict[str, object]:
        odd = [{"kty": "AKP", "kid": "new"}, {"kty": "RSA", "n": "!"}, {"kty": "oct", "k": "YQ"}]
        return {
            "keys": [*odd, *(key.as_dict(private=False) for key in self.published or [self.key])]
        }

    def authorize(self, address: str) -> str:
        """What the person does at their organisation: the address that they are sent back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        answer = {"code": code, "state": asked["state"]}
        return f"{asked['redirect_uri']}?{urlencode(answer)}"

    def exchange(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, object]]:
        pair = f"{quote(CLIENT, safe='')}:{quote(SECRET, safe='')}"
        if authorization != f"Basic {base64.b64encode(pair.encode()).decode()}":
            return 401, {"error": "invalid_client"}
        asked = self.codes.get(form["code"])
        if asked is None:
            return 400, {"error": "invalid_grant"}
        if self.forgets_codes:
            del self.codes[form["code"]]
        challenge = hashlib.sha256(form["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(challenge).decode().rstrip("=") != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        assert form["redirect_uri"] == asked["redirect_uri"]
        now = int(time.time())
        told: dict[str, object] = {
            "iss": self.url, "aud": CLIENT, "sub": "7", "iat": now, "exp": now + 300,
            "nonce": asked["nonce"], "name": "Noor Vandermeulen", "roles": ["secretariat"],
        }  # fmt: skip
        told = {name: value for name, value in (told | self.claims).items() if value != "left out"}
        signed = self.token(told) if self.token else self.sign(told)
        return 200, {"id_token": signed, "access_token": "at", "token_type": "Bearer"}

    def sign(self, told: dict[str, object]) -> str:
        named = {"kid": self.key.kid} if self.key.kid else {}
        header = {"alg": self.algorithm, **named}
        return jwt.encode(header, told, self.key, [self.algorithm])


def speaking_for(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            places: dict[str, dict[str, object]] = {
                "/.well-known/openid-configuration": provider.discovery(),
                "/jwks": provider.keys(),
                "/userinfo": provider.userinfo,
            }
            found = places.get(self.path)
            self.say(404 if found is None else 200, found or {})

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["content-length"])).decode()
            form = {name: values[0] for name, values in parse_qs(sent).items()}
            self.say(*provider.exchange(form, self.headers.get("authorization", "")))

        def say(self, status: int, body: dict[str, object]) -> None:
            provider.calls[self.path] += 1
            content = json.dumps(body).encode()
            self.send_response(status if provider.status == 200 else provider.status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the test's own output is enough."""

    return Handler


@pytest.fixture
def provider() -> Iterator[Provider]:
    made = Provider()
    with ThreadingHTTPServer(("127.0.0.1", 0), speaking_for(made)) as server:
        made.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        server.shutdown()
        thread.join()


class Browser:
    def __init__(self, house: House, base: str) -> None:
        transport = httpx.ASGITransport(app=assemble(house))  # type: ignore[arg-type]
        self.http = httpx.AsyncClient(transport=transport, base_url=base)

    def get(self, path: str) -> httpx.Response:
        return anyio.run(lambda: self.http.get(path))

    def leave(self, path: str = "/nl/sign-in/organisation") -> str:
        answer = self.get(path)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def return_to(self, address: str) -> httpx.Response:
        """Follow the way back, with the step into the person's own language."""
        answer = self.get(address)
        if answer.status_code == 303 and "callback" in answer.headers["location"]:
            answer = self.get(answer.headers["location"])
        return answer

    def sign_in(self, provider: Provider) -> httpx.Response:
        return self.return_to(provider.authorize(self.leave()))


Open = Callable[..., Browser]


@pytest.fixture
def portal(tmp_path: Path, provider: Provider) -> Iterator[Open]:
    with Store.open(tmp_path / "portal.db") as store:
        migrate(store, [OWNER])

        def open_portal(base: str = PORTAL, **given: object) -> Browser:
            known = {"oidc_issuer": provider.url, "oidc_client": CLIENT, "oidc_secret": SECRET}
            public = SECURE if base == SECURE else ""
            settings = Settings.read({}, data=tmp_path, public_url=public, **(known | given))
            return Browser(House(settings, store, ()), base)

        yield open_portal


def is_signed_in(browser: Browser) -> bool:
    return "Noor Vandermeulen" in browser.get("/en/session").text
