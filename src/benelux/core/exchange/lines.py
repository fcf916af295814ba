"""A line to a node: over HTTP to one elsewhere, straight into its application to one in here.

Both carry the same requests with the same signatures, so that what is tried in one process holds
between machines as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from threading import Lock
from typing import TYPE_CHECKING, Final, TypeVar
from weakref import WeakKeyDictionary

import msgspec

from benelux.core.errors import KINDS, NotFound, Refusal, Unavailable
from benelux.core.exchange.loop import soon
from benelux.core.exchange.nodes import Federation, Peer
from benelux.core.house import House
from benelux.core.identity.keys import SigningKey
from benelux.core.language import Language, Message, message
from benelux.core.store import Store

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")
LARGEST: Final = 5 * 1024 * 1024
"""Bytes of an answer; a node that sends more is not listened to."""
SILENT: Final = frozenset({"exchange.late", "exchange.away", "exchange.odd"})
"""Codes that say that a node gave no answer, rather than one that we do not like."""
_SPARE_S: Final = 0.5
_JSON: Final = "application/json"
_door: Final = Lock()
_here: Final[WeakKeyDictionary[Store, "Line"]] = WeakKeyDictionary()
_away: Final[dict[str, "Line"]] = {}


@dataclass(frozen=True, slots=True)
class Told:
    """What a node answered."""

    country: str
    status: int
    content: bytes

    def raw(self) -> bytes:
        """The answer as bytes; raises the refusal that it is, or `Unavailable` for nonsense."""
        return self.content if self.status < HTTPStatus.BAD_REQUEST else self.read(bytes)

    def read(self, shape: type[T]) -> T:
        """The answer as a value. Raises the refusal that it is, or `Unavailable` for nonsense."""
        try:
            if self.status >= HTTPStatus.BAD_REQUEST:
                raise _refusal(self.status, msgspec.json.decode(self.content, type=_Problem))
            return msgspec.json.decode(self.content, type=shape)
        except msgspec.MsgspecError as error:
            raise odd(self.country) from error


class Line:
    """The way to one node. Safe to share among threads; connections are kept open."""

    def __init__(self, country: str, address: str, house: House | None = None) -> None:
        self.country = country
        self.address = address
        self._house = house
        self._client: httpx.AsyncClient | None = None

    def post(  # noqa: PLR0913 - what is sent, by whom, and for how long it is waited for
        self, path: str, content: bytes, *, key: SigningKey | None = None, within: float = 5.0,
        language: Language = "en", media_type: str = _JSON, largest: int = LARGEST,
    ) -> Told:  # fmt: skip
        """Send it and wait for the answer. Raises `Unavailable` when none comes in time."""
        asked = soon(
            self.post_soon(
                path,
                content,
                key=key,
                within=within,
                language=language,
                media_type=media_type,
                largest=largest,
            )
        )
        try:
            return asked.result(within + _SPARE_S)
        except TimeoutError as error:
            asked.cancel()
            raise late(self.country) from error

    async def post_soon(  # noqa: PLR0913 - as above
        self, path: str, content: bytes, *, key: SigningKey | None = None, within: float = 5.0,
        language: Language = "en", media_type: str = _JSON, largest: int = LARGEST,
    ) -> Told:  # fmt: skip
        """The same, on the loop of the exchange."""
        import httpx  # noqa: PLC0415 - slow to import, and only who asks other nodes needs it

        from benelux.core.identity.signed_by import SignedBy  # noqa: PLC0415 - as above

        headers = {"content-type": media_type, "accept-language": language}
        auth = SignedBy(key) if key else None
        try:
            client = self._client = self._client or self._connected()
            request = client.stream(
                "POST", path, content=content, headers=headers, auth=auth, timeout=within
            )
            async with request as answer:
                return Told(
                    self.country, answer.status_code, await _whole(answer, self.country, largest)
                )
        except httpx.TimeoutException as error:
            raise late(self.country) from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise _gone(self.country) from error

    def _connected(self) -> "httpx.AsyncClient":
        import httpx  # noqa: PLC0415 - as above

        if self._house is None:
            return httpx.AsyncClient(base_url=self.address)
        from benelux.core.exchange.app import machine_app  # noqa: PLC0415 - it imports all faces

        inside = httpx.ASGITransport(machine_app(self._house), raise_app_exceptions=False)  # type: ignore[arg-type]
        return httpx.AsyncClient(transport=inside, base_url=self.address)


def line(federation: Federation, country: str) -> Line:
    """The line to that country's node; raises `NotFound` when no such node is known."""
    node = federation.own.get(country)
    with _door:
        if node is not None:
            found = _here.get(node.house.store)
            if found is None:
                origin = node.house.settings.origin
                found = _here[node.house.store] = Line(country, origin, node.house)
            return found
        peer = federation.peers.get(country)
        if peer is None:
            raise _unknown(country)
        return _to(peer)


def _to(peer: Peer) -> Line:
    found = _away.get(peer.country)
    if found is None or found.address != peer.address:
        found = _away[peer.country] = Line(peer.country, peer.address)
    return found


async def _whole(answer: "httpx.Response", country: str, largest: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in answer.aiter_bytes():
        size += len(part)
        if size > largest:
            raise odd(country)
        parts.append(part)
    return b"".join(parts)


class _Problem(msgspec.Struct, frozen=True):
    """As much of RFC 9457 problem details as we hand on."""

    detail: str
    code: str
    why: str = ""
    now: str = ""


_BY_STATUS: Final[Mapping[int, type[Refusal]]] = {int(one.status): one for one in KINDS}


def _refusal(status: int, problem: _Problem) -> Refusal:
    """The refusal of the other node, in its own words."""
    kind = _BY_STATUS.get(status, Unavailable)
    why, now = (_quoted(one) if one else None for one in (problem.why, problem.now))
    return kind(problem.code[:100], _quoted(problem.detail), why=why, now=now)


def _quoted(text: str) -> Message:
    return Message("{text}", {"text": text[:1000]})


def late(country: str) -> Unavailable:
    """That no answer came in time."""
    return Unavailable(
        "exchange.late", message("The node of {country} did not answer in time.", country=country)
    )


def _gone(country: str) -> Unavailable:
    return Unavailable(
        "exchange.away", message("The node of {country} cannot be reached.", country=country)
    )


def odd(country: str) -> Unavailable:
    """That what came is no answer of a node."""
    return Unavailable(
        "exchange.odd", message("The node of {country} does not answer as one.", country=country)
    )


def _unknown(country: str) -> NotFound:
    return NotFound(
        "exchange.no-such-node", message("No node of {country} is known here.", country=country)
    )
