"""Several processes that answer on one socket, and the one that looks after them."""

import os
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from socket import socket
from threading import Event, Thread
from typing import Final

from benelux.core.cli import serve, tell
from benelux.core.domain import discover
from benelux.core.errors import Refusal, Unavailable
from benelux.core.language import Language, message
from benelux.core.settings import Settings
from benelux.core.store import Store, migrate

_READY: Final = True
_LOOK_S: Final = 0.2
_SLOWEST_RESTART_S: Final = 5.0
_LAST_CALL_S: Final = serve.GRACE_S + 1
_spawn = get_context("spawn")


@dataclass
class Worker:
    """One process, and the line to it: it says when it is ready, and stops when the line closes."""

    process: SpawnProcess
    line: Connection
    ready: bool = False
    falls: int = 0

    @classmethod
    def start(cls, settings: Settings, listener: socket) -> "Worker":
        ours, theirs = _spawn.Pipe()
        given = (listener, theirs, settings.to_environment(), tell.language())
        process = _spawn.Process(target=work, args=given)
        process.start()
        theirs.close()
        return cls(process, ours)

    def hear(self) -> bool:
        """Whether it became ready since this was last asked."""
        with suppress(EOFError, OSError):  # it has ended, which its process tells as well
            if not self.ready and self.line.poll():
                self.ready = bool(self.line.recv())
                return self.ready
        return False


def run(settings: Settings, listener: socket, ready: Callable[[], None]) -> None:
    """Keep `settings.workers` processes answering until this one is asked to stop.

    The tables are brought up to date once, before any of them starts. One that dies is replaced.
    Raises `Unavailable` when the first one cannot start at all.
    """
    from benelux.core.web.app import owners  # noqa: PLC0415 - what comes before need not wait for it

    serve.log()
    with Store.open(settings.database_url) as store:
        migrate(store, owners(discover()))
    told_to_stop = Event()
    with serve.asked_to_stop(told_to_stop.set):
        staff = [Worker.start(settings, listener) for _ in range(settings.workers)]
        try:
            _look_after(staff, settings, listener, ready, told_to_stop)
        finally:
            _send_home(staff)


def _look_after(
    staff: list[Worker],
    settings: Settings,
    listener: socket,
    ready: Callable[[], None],
    told_to_stop: Event,
) -> None:
    open_for_business = False
    while not told_to_stop.is_set():
        for place, worker in enumerate(staff):
            if worker.hear() and not open_for_business:
                open_for_business = True
                ready()
            if worker.process.is_alive():
                continue
            if not open_for_business:
                raise Unavailable("up.worker", message("The portal could not start."))
            staff[place] = _replaced(worker, settings, listener, told_to_stop)
        lines = [worker.line for worker in staff if not worker.ready]
        wait([*lines, *(worker.process.sentinel for worker in staff)], _LOOK_S)


def _replaced(worker: Worker, settings: Settings, listener: socket, told_to_stop: Event) -> Worker:
    worker.line.close()
    tell.remark(
        message("Process {pid} has ended; another takes its place.", pid=worker.process.pid)
    )
    # One that dies before it is ready would do so again at once, and again.
    falls = 0 if worker.ready else worker.falls + 1
    told_to_stop.wait(min(falls * 0.5, _SLOWEST_RESTART_S))
    follower = Worker.start(settings, listener)
    follower.falls = falls
    return follower


def _send_home(staff: list[Worker]) -> None:
    for worker in staff:
        worker.line.close()
    until = time.monotonic() + _LAST_CALL_S
    for worker in staff:
        worker.process.join(max(0.0, until - time.monotonic()))
    for worker in staff:
        if worker.process.is_alive():
            worker.process.kill()
            worker.process.join()


def work(
    listener: socket, line: Connection, environment: Mapping[str, str], language: Language
) -> None:
    """What each process does; ends when the other end of `line` closes or its owner dies."""
    tell.speak(language)
    os.environ.update(environment)
    serving: list[serve.Server] = []

    def watch() -> None:
        with suppress(EOFError, OSError):
            line.poll(None)
        if serving:
            serving[0].stop()
        else:
            os._exit(0)  # nothing is under way yet that would have to be finished

    # Ctrl-C reaches every process of a terminal; only the one that looks after us decides.
    with serve.asked_to_stop(_nothing, ("SIGINT", "SIGBREAK")):
        Thread(target=watch, daemon=True).start()
        serve.log()
        from benelux.core.web.app import create  # noqa: PLC0415 - the watch comes first

        try:
            server = serve.Server(create(), partial(line.send, _READY))
        except Refusal as refusal:
            tell.remark(refusal.line(language))
            sys.exit(1)
        serving.append(server)
        with serve.asked_to_stop(server.stop, ("SIGTERM",)):
            server.run([listener])


def _nothing() -> None:
    pass
