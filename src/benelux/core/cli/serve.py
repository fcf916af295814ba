"""One process that answers requests on a socket that is already open."""

import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from errno import EADDRINUSE
from ipaddress import ip_address
from types import FrameType
from typing import Final

import uvicorn
from litestar import Litestar
from typing_extensions import override

from benelux.core.errors import Invalid
from benelux.core.language import message
from benelux.core.settings import Settings

GRACE_S: Final = 3
"""How long requests that are under way may take once the portal is told to stop."""
_BACKLOG: Final = 2048
_IN_USE: Final = frozenset({EADDRINUSE, 10048})  # the second is the number on Windows
ASKS_TO_STOP: Final = ("SIGINT", "SIGTERM", "SIGBREAK")


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on that port, or on a free one where somebody else has it.

    Raises `Invalid` when this machine has no such address, or will not give it to this user.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, place = found[0]
        try:
            return _bound(family, place)
        except OSError as error:
            if error.errno not in _IN_USE:
                raise
            return _bound(family, (place[0], 0, *place[2:]))
    except OSError as error:
        raise Invalid(
            "up.address",
            message("The portal cannot listen at {host}, port {port}.", host=host, port=port),
            why=message("{error}.", error=error.strerror or error),
            now=message("Choose another address with --host and --port."),
        ) from error


def _bound(family: socket.AddressFamily, place: tuple[object, ...]) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "nt":  # there the other option would share the port with strangers
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
        listener.listen(_BACKLOG)
        listener.setblocking(False)  # noqa: FBT003 - the standard library's own form
    except OSError:
        listener.close()
        raise
    return listener


def address(host: str, port: int) -> str:
    """Where a browser on this machine finds a portal that listens at `host`."""
    try:
        ip = ip_address(host)
    except ValueError:
        return f"http://{host}:{port}/"
    if ip.is_unspecified:
        ip = ip_address("127.0.0.1" if ip.version == 4 else "::1")  # noqa: PLR2004 - IPv4
    return f"http://[{ip}]:{port}/" if ip.version == 6 else f"http://{ip}:{port}/"  # noqa: PLR2004 - IPv6


class Server(uvicorn.Server):
    """Says when it answers, and leaves signals to whoever started it."""

    def __init__(self, app: Litestar, ready: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http="httptools",
                ws="none",
                lifespan="on",
                log_config=None,
                log_level="warning",
                access_log=False,
                server_header=False,
                date_header=True,
                proxy_headers=True,
                forwarded_allow_ips=["127.0.0.1", "::1"],
                timeout_graceful_shutdown=GRACE_S,
            )
        )
        self._ready = ready

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self._ready()

    @override
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def stop(self) -> None:
        """Finish what is under way and end; said twice, end at once."""
        self.force_exit = self.should_exit
        self.should_exit = True


def run(settings: Settings, listener: socket.socket, ready: Callable[[], None]) -> None:
    """Answer requests until this process is asked to stop."""
    log()
    from benelux.core.web.app import create  # noqa: PLC0415 - what comes before need not wait for it

    server = Server(create(settings), ready)
    with asked_to_stop(server.stop):
        server.run([listener])


@contextmanager
def asked_to_stop(stop: Callable[[], None], by: tuple[str, ...] = ASKS_TO_STOP) -> Iterator[None]:
    """Call `stop` when Ctrl-C is pressed or the system asks this process to end."""

    def asked(_number: int, _frame: FrameType | None) -> None:
        stop()

    known = [getattr(signal, name) for name in by if hasattr(signal, name)]
    before = {number: signal.signal(number, asked) for number in known}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class LogLine(logging.Formatter):
    """One line for each event, in UTC; what is logged can neither end its line nor begin another.

    Only the trace of a defect of ours has lines of its own.
    """

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%SZ")

    @override
    def formatMessage(self, record: logging.LogRecord) -> str:
        said = super().formatMessage(record)
        return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in said)


def log() -> None:
    """Warnings and worse, and who signs in or out, to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LogLine())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("benelux.identity").setLevel(logging.INFO)
