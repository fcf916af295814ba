"""A small load generator: so many readers, each asking for its next page once it has this one.

`wrk` does it where it is installed, because it leaves most of the machine to the server; without
it, and wherever the first byte counts (which wrk does not tell apart), readers of our own do.
"""

import asyncio
import json
import math
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httptools
from typing_extensions import override

MOST_SECONDS: Final = 120
MOST_READERS: Final = 1000
_PATIENCE_S: Final = 30
_WRK: Final = """
local paths = {%s}
local requests = {}
local at = 0
function init()
  wrk.headers["Accept-Encoding"] = "gzip"
  for i, path in ipairs(paths) do requests[i] = wrk.format("GET", path) end
end
function request()
  at = at %% #requests + 1
  return requests[at]
end
function done(summary, latency)
  local wrong = summary.errors
  io.write(string.format('\\n{"requests":%%d,"us":%%d,"wrong":%%d,"p50":%%f,"p95":%%f,"p99":%%f}\\n',
    summary.requests, summary.duration,
    wrong.connect + wrong.read + wrong.write + wrong.status + wrong.timeout,
    latency:percentile(50), latency:percentile(95), latency:percentile(99)))
end
"""


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took: half of the time less than `p50`, and so on; milliseconds."""

    p50: float
    p95: float
    p99: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Spread":
        """The spread of at least one measurement; of none it is not a number."""
        ordered = sorted(seconds)

        def at(share: float) -> float:
            if not ordered:
                return math.nan
            return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000

        return cls(at(0.50), at(0.95), at(0.99))


@dataclass(frozen=True, slots=True)
class Heard:
    """What the readers got: `wrong` counts refusals, errors and broken connections."""

    requests: int
    seconds: float
    whole: Spread
    first_byte: Spread | None
    wrong: int
    by: str

    @property
    def rate(self) -> float:
        return self.requests / self.seconds if self.seconds else 0.0


def has_wrk() -> bool:
    return shutil.which("wrk") is not None


def press(origin: str, paths: Sequence[str], *, readers: int = 50, seconds: float = 5) -> Heard:
    """As many requests as the server answers, over `readers` connections that are kept open.

    Raises `ValueError` for an address that is not on this machine, and for more than is sensible.
    """
    _allowed(origin, paths, readers, seconds)
    if has_wrk():
        return _by_wrk(origin, paths, readers, seconds)
    return read(origin, paths, readers=readers, seconds=seconds)


def read(
    origin: str,
    paths: Sequence[str],
    *,
    readers: int = 50,
    seconds: float = 5,
    pause: float = 0,
) -> Heard:
    """The same by readers of our own, who tell the first byte and look at a page for `pause`."""
    _allowed(origin, paths, readers, seconds)
    run = _Run(origin, paths, readers, seconds, pause)
    try:
        import uvloop  # noqa: PLC0415 - not everywhere
    except ImportError:
        return asyncio.run(run.go())
    return uvloop.run(run.go())


def send(origin: str, requests: Sequence[bytes], *, readers: int = 50) -> Heard:
    """Send each of these requests once, as they are: for requests that count only once.

    Raises `ValueError` as `press` does.
    """
    _allowed(origin, ["/"], readers, MOST_SECONDS)
    run = _Run(origin, ["/"], readers, MOST_SECONDS, 0)
    run.once = iter(requests)
    try:
        import uvloop  # noqa: PLC0415 - not everywhere
    except ImportError:
        return asyncio.run(run.go())
    return uvloop.run(run.go())


def _allowed(origin: str, paths: Sequence[str], readers: int, seconds: float) -> None:
    host = urlsplit(origin).hostname or ""
    try:
        here = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        here = False
    if not here:
        raise ValueError(f"load is put on this machine only, not on {host or origin!r}")
    if not paths or not all(path.startswith("/") for path in paths):
        raise ValueError("give paths that begin with /")
    if not (1 <= readers <= MOST_READERS and 0 < seconds <= MOST_SECONDS):
        raise ValueError(f"1 to {MOST_READERS} readers, at most {MOST_SECONDS} seconds")


def _by_wrk(origin: str, paths: Sequence[str], readers: int, seconds: float) -> Heard:
    with tempfile.TemporaryDirectory(prefix="benelux-load-") as folder:
        script = Path(folder) / "ask.lua"
        script.write_text(_WRK % ", ".join(json.dumps(path) for path in paths), encoding="utf-8")
        length = max(1, math.ceil(seconds))
        done = subprocess.run(
            ["wrk", "-t1", f"-c{readers}", f"-d{length}s", f"--timeout={_PATIENCE_S}s",
             "-s", script, origin],
            capture_output=True, text=True, check=True, timeout=length + _PATIENCE_S,
        )  # fmt: skip
    told = json.loads(done.stdout.strip().rpartition("\n")[2])
    whole = Spread.of(())
    if told["requests"]:
        whole = Spread(*(told[name] / 1000 for name in ("p50", "p95", "p99")))
    return Heard(told["requests"], told["us"] / 1e6, whole, None, told["wrong"], "wrk")


class _Run:
    """All readers together, and what they measured."""

    def __init__(
        self, origin: str, paths: Sequence[str], readers: int, seconds: float, pause: float
    ) -> None:
        address = urlsplit(origin)
        self.host = address.hostname or ""
        self.port = address.port or 80
        tail = f" HTTP/1.1\r\nHost: {address.netloc}\r\nAccept-Encoding: gzip\r\n\r\n"
        self.requests = [f"GET {path}{tail}".encode() for path in paths]
        self.readers = readers
        self.seconds = seconds
        self.pause = pause
        self.once: Iterator[bytes] | None = None
        self.until = 0.0
        self.first: list[float] = []
        self.whole: list[float] = []
        self.wrong = 0

    async def go(self) -> Heard:
        loop = asyncio.get_running_loop()
        staff = [_Reader(self, place) for place in range(self.readers)]
        for reader in staff:
            await loop.create_connection(partial(_itself, reader), self.host, self.port)
        began = time.perf_counter()
        self.until = began + self.seconds
        for reader in staff:
            # Readers who pause do not all turn the page at the same moment.
            loop.call_later(self.pause * reader.place / self.readers, reader.ask)
        ends = [reader.end for reader in staff]
        await asyncio.wait(ends, timeout=self.seconds + self.pause + _PATIENCE_S)
        took = time.perf_counter() - began
        self.wrong += sum(not end.done() for end in ends)
        for reader in staff:
            reader.leave()
        whole, first = Spread.of(self.whole), Spread.of(self.first)
        return Heard(len(self.whole), took, whole, first, self.wrong, "own readers")


def _itself(reader: "_Reader") -> "_Reader":
    return reader


class _Reader(asyncio.Protocol):
    """One connection: asks, takes the whole answer in, and asks for the next."""

    def __init__(self, run: _Run, place: int) -> None:
        self.run = run
        self.place = place
        self.end: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        # Each starts elsewhere in the set, so that it is read evenly at every moment.
        self.at = place * len(run.requests) // run.readers
        self.sent = 0.0
        self.waits = False
        self.parser = httptools.HttpResponseParser(self)

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def ask(self) -> None:
        request = self._next()
        if request is None or time.perf_counter() >= self.run.until or self.end.done():
            self._stop()
            return
        self.waits = True
        self.sent = time.perf_counter()
        self.transport.write(request)  # type: ignore[attr-defined]

    def _next(self) -> bytes | None:
        if self.run.once is not None:
            return next(self.run.once, None)
        self.at += 1
        return self.run.requests[(self.at - 1) % len(self.run.requests)]

    @override
    def data_received(self, data: bytes) -> None:
        if self.waits:
            self.run.first.append(time.perf_counter() - self.sent)
            self.waits = False
        self.parser.feed_data(data)

    def on_message_complete(self) -> None:
        """Called by the parser."""
        self.run.whole.append(time.perf_counter() - self.sent)
        if self.parser.get_status_code() >= 400:
            self.run.wrong += 1
        if self.run.pause:
            asyncio.get_running_loop().call_later(self.run.pause, self.ask)
        else:
            self.ask()

    @override
    def connection_lost(self, error: Exception | None) -> None:
        if not self.end.done():
            self.run.wrong += 1
            self._stop()

    def leave(self) -> None:
        self._stop()
        self.transport.close()

    def _stop(self) -> None:
        if not self.end.done():
            self.end.set_result(None)
