"""Security headers on every answer, and the refusals that come before any page."""

import re
from typing import Final

from litestar import HttpMethod
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from benelux.core.settings import Settings

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

_POLICY: Final = "camera={camera}, microphone=(), geolocation=(), payment=(), usb=()"
WITH_CAMERA: Final = {"permissions-policy": _POLICY.format(camera="(self)")}
"""For the pages that may ask for the camera; all others may not."""

_HEADERS: Final = (
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", _POLICY.format(camera="()").encode()),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
)
_HOST: Final = re.compile(
    rb"(?:\[(?P<six>[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*)\]|(?P<name>[A-Za-z0-9._-]+))(?::(?P<port>[0-9]{0,5}))?"
)
_LAST_PORT: Final = 65535
_MISDIRECTED: Final = (
    b"421 This server does not answer to that host name. Set BENELUX_PUBLIC_URL.\n"
)
_STRICT_TRANSPORT: Final = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")


class Guard:
    """Outermost layer: adds the headers, and refuses host names that are not this portal's."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.hosts = frozenset(name.encode() for name in settings.allowed_hosts)
        self.headers = (*_HEADERS, _STRICT_TRANSPORT) if settings.secure else _HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return

        async def send_with_headers(event: Message) -> None:
            if event["type"] == "http.response.start":
                own = list(event.get("headers", ()))
                said = {name.lower() for name, _ in own}
                event["headers"] = [*own, *(one for one in self.headers if one[0] not in said)]
            await send(event)

        host = _host(scope)
        if host is None or not _is_text(scope["query_string"]):
            await _turn_away(send_with_headers, 400, b"400 The address cannot be read.\n")
            return
        if self.hosts and host not in self.hosts:
            await _turn_away(send_with_headers, 421, _MISDIRECTED)
            return
        if scope["method"] == "HEAD":  # every page that can be read can be asked for its headers
            asked = scope.copy()  # the server's own has to stay a HEAD, whose body is empty
            asked["method"] = HttpMethod.GET
            await self.app(asked, receive, _without_body(send_with_headers))
            return
        await self.app(scope, receive, send_with_headers)


def _without_body(send: Send) -> Send:
    async def send_headers_only(event: Message) -> None:
        if event["type"] == "http.response.body":
            event["body"] = b""
        await send(event)

    return send_headers_only


def _host(scope: Scope) -> bytes | None:
    """The host name that was asked for, in lower case; None if it is no name, or there are two."""
    named = [value for name, value in scope["headers"] if name == b"host"]
    if not any(named):
        return b""
    found = _HOST.fullmatch(named[0])
    if found is None or len(named) > 1 or int(found["port"] or b"0") > _LAST_PORT:
        return None
    return bytes(found["six"] or found["name"]).lower()


def _is_text(query: bytes) -> bool:
    try:
        query.decode()
    except UnicodeDecodeError:
        return False
    return True


async def _turn_away(send: Send, status: int, body: bytes) -> None:
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
