"""Every answer carries the security headers, and only the portal's own host names are answered."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from litestar import Litestar
from litestar.testing import TestClient

from benelux.core.house import House
from benelux.core.web.app import assemble
from benelux.core.web.headers import CONTENT_SECURITY_POLICY
from tests.core.bridges import DOMAIN
from tests.visits import knock, opened, visited

EVERY = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/en/bridges", 200),
        ("GET", "/en/bridges.json", 200),
        ("GET", "/api/domains", 200),
        ("GET", "/api/openapi.json", 200),
        ("GET", "/health", 200),
        ("GET", "/", 303),
        ("GET", "/en/bridges/keeper", 401),
        ("GET", "/en/nowhere/at/all", 404),
        ("GET", "/static/nothing.js", 404),
        ("GET", "/api/nothing", 404),
        ("DELETE", "/en/bridges", 405),
        ("HEAD", "/en/bridges", 200),
        ("HEAD", "/en/nowhere/at/all", 404),
        ("OPTIONS", "/en/bridges", 204),
        ("GET", "/en/bridges/fail", 500),
    ],
)
def test_every_answer_carries_the_security_headers(
    crossing: TestClient[Litestar], method: str, path: str, status: int
) -> None:
    answer = crossing.request(method, path)
    assert answer.status_code == status
    for name, value in EVERY.items():
        assert answer.headers[name] == value
        assert answer.headers.get_list(name) == [value]
    assert "strict-transport-security" not in answer.headers


def test_pages_may_load_and_send_only_to_themselves() -> None:
    rules = dict(rule.split(" ", 1) for rule in CONTENT_SECURITY_POLICY.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["form-action"] == "'self'"
    assert rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY


@pytest.mark.parametrize(
    ("host", "status"),
    [
        (b"127.0.0.1:8022", 200),
        (b"localhost", 200),
        (b"LOCALHOST:1", 200),
        (b"[::1]:8022", 200),
        (b"evil.example", 421),
        (b"127.0.0.1.evil.example", 421),
        (b"localhost.", 421),
        (b"", 421),
        (b"[::1", 400),
        (b"[::1]evil", 400),
        (b"[127.0.0.1]", 400),
        (b"127.0.0.1:8022@evil.example", 400),
        (b"127.0.0.1:port", 400),
        (b"127.0.0.1:65536", 400),
        (b"127.0.0.1/evil.example", 400),
        (b"127.0.0.1,evil.example", 400),
        (b"\xff\xfe", 400),
    ],
)
def test_a_portal_on_ones_own_machine_answers_only_to_its_own_names(
    crossing: TestClient[Litestar], host: bytes, status: int
) -> None:
    for path in (b"/en/bridges", b"/en/nowhere/at/all"):
        heard = knock(crossing.app, "GET", path, [(b"host", host)])
        expected = 404 if status == 200 and b"nowhere" in path else status
        assert heard.status == expected, heard
        assert heard.header("x-frame-options") == "DENY"


def test_two_hosts_in_one_request_are_one_too_many(crossing: TestClient[Litestar]) -> None:
    hosts = [(b"host", b"127.0.0.1:8022"), (b"host", b"evil.example")]
    assert knock(crossing.app, "GET", b"/en/bridges", hosts).status == 400


def test_a_portal_for_everybody_answers_to_any_name_that_is_one(tmp_path: Path) -> None:
    with opened(tmp_path, [DOMAIN], host="0.0.0.0") as house:  # noqa: S104
        app = assemble(house)
        for path in (b"/en/bridges", b"/en/bridges/new"):
            for host in (b"anything.example", b"10.0.0.1:80", b"[2001:db8::1]", b"a_b", b""):
                assert knock(app, "GET", path, [(b"host", host)]).status == 200, host
            for host in (b"[", b"[::1", b"a b", b"\xff", b"a:b:c", b"a:99999", b"[::1]:x"):
                assert knock(app, "GET", path, [(b"host", host)]).status == 400, host


def test_over_https_browsers_are_told_to_stay_there(tmp_path: Path) -> None:
    base = "https://portal.example"
    with opened(tmp_path, [DOMAIN], public_url=base, host="0.0.0.0") as house:  # noqa: S104
        client = visited(house, base)
        answer = client.get("/en/bridges")
        assert answer.headers["strict-transport-security"].startswith("max-age=31536000")
        assert client.get("/en/nowhere/at/all").headers["strict-transport-security"]
        assert knock(client.app, "GET", b"/en/", [(b"host", b"other.example")]).status == 421
        cookie = client.get("/en/bridges/new").headers["set-cookie"].lower()
        assert cookie.startswith("__host-benelux_form=")
        assert "secure" in cookie


@pytest.fixture
def port(bridges: House) -> Iterator[int]:
    """The port of a real server, which minds more about lengths than a test client does."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        assemble(bridges), http="httptools", ws="none", lifespan="off", log_config=None
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    until = time.monotonic() + 20
    while not server.started and time.monotonic() < until:
        time.sleep(0.01)
    yield int(listener.getsockname()[1])
    server.should_exit = True
    thread.join(20)
    listener.close()


def asked(port: int, *requests: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(b"".join(requests))
        parts = []
        while part := line.recv(65536):
            parts.append(part)
        return b"".join(parts)


def test_a_server_answers_heads_and_wholes_on_one_line(port: int) -> None:
    # A wrong length would leave the next answer unread, or cut the line.
    host = b"Host: 127.0.0.1\r\n"
    heard = asked(
        port,
        *(b"HEAD %s HTTP/1.1\r\n%s\r\n" % (path, host) for path in (b"/en/bridges", b"/health")),
        b"GET /en/bridges HTTP/1.1\r\n%sIf-None-Match: *\r\n\r\n" % host,
        b"HEAD /en/nowhere/at/all HTTP/1.1\r\n%s\r\n" % host,
        b"GET /health HTTP/1.1\r\n%sConnection: close\r\n\r\n" % host,
    )
    statuses = [line for line in heard.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]
    assert [int(line.split()[1]) for line in statuses] == [200, 200, 304, 404, 200]
    assert b"<html" not in heard
    assert heard.endswith(b"}")
