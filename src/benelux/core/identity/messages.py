"""A request as a signature sees it (RFC 9421, 2): its parts, and the text that is signed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Final
from urllib.parse import parse_qsl, quote, urlsplit

from benelux.core.identity.structured import Component, Covered, bytes_text

_PORTS: Final = {"http": "80", "https": "443"}


class NotThere(Exception):  # noqa: N818 - an answer, which `signatures` turns into a refusal
    """The message has no such part, or it cannot be signed."""


@dataclass(frozen=True)
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
        return self._lines.get(name)

    @cached_property
    def _lines(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for name, value in self.headers:
            stripped = value.strip(" \t")
            found[name] = f"{found[name]}, {stripped}" if name in found else stripped
        return found

    @property
    def tail(self) -> str:
        """What stands after the path."""
        return "" if self.query is None else f"?{self.query}"

    @property
    def target_uri(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}{self.tail}"


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
        if name not in _DERIVED:
            raise NotThere(name)
        return _DERIVED[name](request)
    value = request.header(name)
    if value is None or name != name.lower():
        raise NotThere(component.text)
    return value


_DERIVED: Final[Mapping[str, Callable[[HttpRequest], str]]] = {
    "@method": lambda request: request.method,
    "@target-uri": lambda request: request.target_uri,
    "@authority": lambda request: request.authority,
    "@scheme": lambda request: request.scheme,
    "@request-target": lambda request: f"{request.path}{request.tail}",
    "@path": lambda request: request.path,
    "@query": lambda request: f"?{request.query or ''}",
}


def _query_param(request: HttpRequest, component: Component) -> str:
    match component.params:
        case (("name", str(wanted)),):
            pairs = parse_qsl(request.query or "", keep_blank_values=True)
            values = [value for name, value in pairs if quote(name, safe="") == wanted]
            if len(values) == 1:
                return quote(values[0], safe="")
    raise NotThere(component.text)
