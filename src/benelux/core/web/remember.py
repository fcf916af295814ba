"""Finished answers are remembered while the store has not changed.

Most readers are not signed in and ask for the same pages. An answer is kept with the version of
the store that it was made from; one cheap look at the version tells whether it still holds, so
nobody ever reads an answer older than the last write.
"""

import asyncio
import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from threading import Lock
from typing import Final

from anyio import Event, to_thread
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from benelux.core.store import Store
from benelux.core.web.static import takes_gzip

_SMALLEST: Final = 512
_LARGEST: Final = 1024 * 1024
_LONGEST_KEY: Final = 1024
_PASSING: Final = frozenset({b"connection", b"date", b"server"})
Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class _Answer:
    etag: bytes
    headers: Headers
    body: bytes
    compressed: bytes | None

    @property
    def size(self) -> int:
        return len(self.body) + len(self.compressed or b"") + 512


# An event belongs to its loop, so that who waits for an answer runs in the loop that makes it.
_What = tuple[asyncio.AbstractEventLoop, tuple[bytes, bytes], tuple[int, int]]


class _Making:
    """An answer that is being made; None when it turned out not to be one for everybody."""

    def __init__(self) -> None:
        self.done = Event()
        self.answer: _Answer | None = None

    async def wait(self) -> _Answer | None:
        await self.done.wait()
        return self.answer


class Remember:
    """Answers a GET from nobody in particular out of memory, whole, compressed, or as 304."""

    def __init__(self, app: ASGIApp, store: Store, megabytes: int) -> None:
        self.app = app
        self.store = store
        self.most = megabytes * 1024 * 1024
        self.answers: OrderedDict[tuple[bytes, bytes], _Answer] = OrderedDict()
        self.held = 0
        self.stamp: tuple[int, int] = (-1, -1)
        self.making: dict[_What, _Making] = {}
        self.lock = Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._may(scope):
            await self.app(scope, receive, send)
            return
        key = (scope["raw_path"] or scope["path"].encode(), scope["query_string"])
        stamp = self._stamp()
        answer = self.answers.get(key) if stamp == self.stamp else None
        if answer is None:
            # Of many who ask for the same at the same time one has it made, the others wait for it.
            what = (asyncio.get_running_loop(), key, stamp)
            made = self.making.get(what)
            answer = await made.wait() if made else None
            if answer is None:
                answer = await self._make(scope, receive, send, what)
        if answer is not None:
            await _send(scope, send, answer)

    async def _make(
        self, scope: Scope, receive: Receive, send: Send, what: _What
    ) -> _Answer | None:
        """Have the answer made and keep it; None when it was sent as it came."""
        mine = self.making.setdefault(what, _Making())
        caught = _Catch(send)
        try:
            await self.app(scope, receive, caught)
            answer = await to_thread.run_sync(caught.answer)
            if answer is not None:
                self._keep(*what[1:], answer)
            mine.answer = answer
        finally:
            mine.done.set()
            self.making.pop(what, None)
        return answer

    def _may(self, scope: Scope) -> bool:
        if scope["type"] != ScopeType.HTTP or scope["method"] != "GET" or not self.most:
            return False
        if scope["path"] in {"/", "/health", "/ready"} or scope["path"].startswith("/static/"):
            return False
        if len(scope["raw_path"] or b"") + len(scope["query_string"]) > _LONGEST_KEY:
            return False
        return all(
            name not in {b"cookie", b"authorization", b"range"} for name, _ in scope["headers"]
        )

    def _stamp(self) -> tuple[int, int]:
        return self.store.version(), datetime.now(tz=UTC).toordinal()

    def _keep(self, key: tuple[bytes, bytes], stamp: tuple[int, int], answer: _Answer) -> None:
        with self.lock:
            if stamp != self.stamp:
                self.answers.clear()
                self.held = 0
                self.stamp = stamp
            if key not in self.answers:
                self.held += answer.size
            self.answers[key] = answer
            while self.held > self.most:
                _, dropped = self.answers.popitem(last=False)
                self.held -= dropped.size


class _Catch:
    """Holds an answer back until it is whole; lets through what must not be remembered."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.start: Message | None = None
        self.parts: list[bytes] = []
        self.through = False

    async def __call__(self, event: Message) -> None:
        if event["type"] == "http.response.start":
            self.start = event
            headers: dict[bytes, bytes] = dict(event.get("headers", ()))
            private = b"no-store" in headers.get(b"cache-control", b"") or b"set-cookie" in headers
            large = int(headers.get(b"content-length", b"0")) > _LARGEST
            self.through = event["status"] != HTTPStatus.OK or private or large
        if self.through:
            await self.send(event)
        elif event["type"] == "http.response.body":
            self.parts.append(event.get("body", b""))

    def _headers(self) -> Iterable[tuple[bytes, bytes]]:
        start = self.start
        return start["headers"] if start and start["type"] == "http.response.start" else ()

    def answer(self) -> _Answer | None:
        if self.through or self.start is None:
            return None
        body = b"".join(self.parts)
        headers = [
            (name, value)
            for name, value in self._headers()
            if name not in _PASSING and name != b"content-length"
        ]
        named = {name for name, _ in headers}
        if b"cache-control" not in named:
            headers.append((b"cache-control", b"no-cache"))
        headers.append((b"vary", b"accept-encoding, cookie"))
        packed = gzip.compress(body, 6, mtime=0) if len(body) > _SMALLEST else None
        own = dict(headers).get(b"etag")
        headers = [(name, value) for name, value in headers if name != b"etag"]
        etag = own or f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'.encode()
        return _Answer(etag, headers, body, packed)


async def _send(scope: Scope, send: Send, answer: _Answer) -> None:
    asked = dict(scope["headers"])
    headers = [*answer.headers, (b"etag", answer.etag)]
    known = asked.get(b"if-none-match", b"").strip()
    if known == b"*" or answer.etag.removeprefix(b"W/") in known:
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        return
    body = answer.body
    accepted = asked.get(b"accept-encoding", b"").decode("latin-1")
    if answer.compressed is not None and takes_gzip(accepted):
        body = answer.compressed
        headers.append((b"content-encoding", b"gzip"))
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
