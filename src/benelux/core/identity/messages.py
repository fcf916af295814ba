"""A request as a signature sees it (RFC 9421, 2): its parts, and the text that is signed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from urllib.parse import parse_qsl, quote, urlsplit

from benelux.core.identity.structured import Component, Covered, bytes_text

_PORTS: Final = {"http": "80", "https": "443"}


class NotThere(Exception):  # noqa: N818 - an answer, which `signatures` turns into a refusal
    """The message has no such part, or it cannot be signed."""


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request: `path` and `query` as they are sent, names of `headers` in small letters."""

    method: str
    scheme: str
    authority: str
    path: str
    query: str | None
    headers: Sequence[tuple[str, str]]
    body: bytes = b""

    @classmethod
    def to(
        cls, url: str, method: str = "GET", headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> "HttpRequest":  # fmt: skip
        """The request for that address."""
        parts = urlsplit(url)
        given = [(name.lower(), value) for name, value in (headers or {}).items()]
        query = parts.query if "?" in url.partition("#")[0] else None
        scheme = parts.scheme.lower()
        authority = normal_authority(parts.netloc.rpartition("@")[2], scheme)
        return cls(method, scheme, authority, parts.path or "/", query, given, body)

    def header(self, name: str) -> str | None:
        """Its values in one line, as RFC 9421 combines them; None if it is not there."""
        values = [value.strip(" \t") for key, value in self.headers if key == name]
        return ", ".join(values) if values else None

    @property
    def target_uri(self) -> str:
        tail = "" if self.query is None else f"?{self.query}"
        return f"{self.scheme}://{self.authority}{self.path}{tail}"


def normal_authority(authority: str, scheme: str) -> str:
    """A host with its port, in small letters, without the port that the scheme has anyway."""
    lower = authority.lower()
    return lower.removesuffix(f":{_PORTS.get(scheme, '')}")


def digest(body: bytes) -> str:
    """The Content-Digest field of RFC 9530."""
    return f"sha-256={bytes_text(sha256(body).digest())}"


def signature_base(request: HttpRequest, covered: Covered) -> bytes:
    """The text that is signed (RFC 9421, 2.5). Raises `NotThere`."""
    lines: dict[str, str] = {}
    for component in covered.components:
        text = component.text
        if text in lines:
            raise NotThere(text)
        value = _value(request, component)
        if "\n" in value or "\r" in value or not value.isascii():
            raise NotThere(text)
        lines[text] = value
    lines['"@signature-params"'] = covered.text
    return "\n".join(f"{name}: {value}" for name, value in lines.items()).encode("ascii")


def _value(request: HttpRequest, component: Component) -> str:
    name = component.name
    if name == "@query-param":
        return _query_param(request, component)
    if component.params:  # `bs`, `sf`, `key`, `req`, `tr` are for messages that we do not exchange
        raise NotThere(component.text)
    if name.startswith("@"):
        return _derived(request, name)
    value = request.header(name)
    if value is None or name != name.lower():
        raise NotThere(component.text)
    return value


def _derived(request: HttpRequest, name: str) -> str:
    tail = "" if request.query is None else f"?{request.query}"
    known = {
        "@method": request.method,
        "@target-uri": request.target_uri,
        "@authority": request.authority,
        "@scheme": request.scheme,
        "@request-target": f"{request.path}{tail}",
        "@path": request.path,
        "@query": f"?{request.query or ''}",
    }
    if name not in known:
        raise NotThere(name)
    return known[name]


def _query_param(request: HttpRequest, component: Component) -> str:
    match component.params:
        case (("name", str(wanted)),):
            pairs = parse_qsl(request.query or "", keep_blank_values=True)
            values = [value for name, value in pairs if quote(name, safe="") == wanted]
            if len(values) == 1:
                return quote(values[0], safe="")
    raise NotThere(component.text)
