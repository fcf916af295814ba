"""`benelux up`: one line with the address, one portal for a folder, a clean end."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from queue import Empty, Queue

import httpx
import pytest

from benelux.core.cli import serve
from benelux.core.cli.up import checked, prepare
from benelux.core.errors import Invalid, NotAllowed
from benelux.core.settings import Settings

COMMAND = (sys.executable, "-m", "benelux.cli", "up")
LONGEST_START_S = 90
ADDRESS = re.compile(r"Benelux is at (http://\S+/)  \(Ctrl-C stops it\)\n")


class Portal:
    """The real command in a process of its own."""

    def __init__(self, *words: str) -> None:
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("BENELUX_")
        }
        self.process = subprocess.Popen(
            [*COMMAND, *words],
            env={**environment, "BENELUX_LANGUAGE": "en"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self.answers = _lines(self.process.stdout)
        self.remarks = _lines(self.process.stderr)

    @property
    def address(self) -> str:
        """Where it says that it is; waits until it says so."""
        said = self.answers.get(timeout=LONGEST_START_S)
        found = ADDRESS.fullmatch(said)
        assert found, said + self.said()
        return found[1]

    def said(self) -> str:
        """Everything that it remarked until it ended."""
        return _rest(self.remarks)

    def ask(self, how: int) -> int:
        """Ask it to stop, and give the status with which it does."""
        self.process.send_signal(how)
        return self.process.wait(30)  # a busy machine is slow, not wrong


def _lines(stream: object) -> "Queue[str]":
    lines: Queue[str] = Queue()

    def pass_on() -> None:
        for line in stream:  # type: ignore[attr-defined]
            lines.put(line)
        lines.put("")
        stream.close()  # type: ignore[attr-defined]

    threading.Thread(target=pass_on, daemon=True).start()
    return lines


def _rest(lines: "Queue[str]") -> str:
    said = ""
    try:
        while line := lines.get(timeout=15):
            said += line
    except Empty:
        pass
    return said


Up = Callable[..., Portal]


@pytest.fixture
def up() -> Iterator[Up]:
    started: list[Portal] = []

    def start(*words: str) -> Portal:
        started.append(Portal(*words))
        return started[-1]

    yield start
    for portal in started:
        if portal.process.poll() is None:
            portal.process.kill()
        portal.process.wait()


def _is_well(address: str) -> bool:
    return bool(httpx.get(f"{address}health", timeout=10).json()["status"] == "pass")


def test_it_says_where_it_is_once_it_answers_and_ends_cleanly(up: Up, tmp_path: Path) -> None:
    portal = up("--port", "0", "--data", str(tmp_path / "data"))
    address = portal.address

    assert address.startswith("http://127.0.0.1:")
    assert _is_well(address)
    page = httpx.get(f"{address}en/", timeout=30)
    assert page.status_code == 200
    assert "server" not in page.headers
    assert portal.ask(signal.SIGINT) == 0
    assert _rest(portal.answers) == ""  # the address was the only line
    assert portal.said() in {"", "The browser assets are not built; pages are shown plain.\n"}
    left = {path.name for path in (tmp_path / "data").iterdir()}
    # No write-ahead log stays behind; the rest are the keys and what was compiled.
    ours = {"benelux.db", "benelux.lock", "keys", "machine-keys", "neighbours.lock", "nodes"}
    assert left <= {*ours, "templates"}


@pytest.mark.skipif(os.name == "nt", reason="permissions and signals are those of POSIX")
def test_only_its_owner_reads_the_data_and_the_system_may_end_it(up: Up, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    portal = up("--port", "0", "--data", str(folder))
    assert portal.address

    assert folder.stat().st_mode & 0o777 == 0o700
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())
    assert portal.ask(signal.SIGTERM) == 0


def test_a_second_one_on_the_same_folder_says_who_holds_it(up: Up, tmp_path: Path) -> None:
    first = up("--port", "0", "--data", str(tmp_path))
    address = first.address

    second = up("--port", "0", "--data", str(tmp_path))

    assert second.process.wait(LONGEST_START_S) == 2
    said = second.said()
    assert address in said
    assert str(first.process.pid) in said
    assert said.count("\n") == 1
    assert _is_well(address)


def test_a_port_that_is_taken_gives_way_to_a_free_one(up: Up, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        portal = up("--port", str(port), "--data", str(tmp_path))
        address = portal.address

        assert f":{port}/" not in address
        assert _is_well(address)
        assert httpx.get(f"{address}en/", timeout=30).status_code == 200
        portal.ask(signal.SIGINT)
    assert f"Port {port} is taken; port " in portal.said()


@pytest.mark.skipif(os.name == "nt", reason="kills a process the way POSIX systems do")
@pytest.mark.slow
def test_several_workers_share_the_address_and_a_dead_one_is_replaced(
    up: Up, tmp_path: Path
) -> None:
    portal = up("--port", "0", "--workers", "2", "--data", str(tmp_path))
    address = portal.address
    before = _until(lambda: _children(portal.process.pid), lambda found: len(found) == 2)

    os.kill(before[0], signal.SIGKILL)

    after = _until(
        lambda: _children(portal.process.pid),
        lambda found: len(found) == 2 and before[0] not in found,
    )
    assert before[1] in after
    assert _is_well(address)
    began = time.monotonic()
    assert portal.ask(signal.SIGINT) == 0
    assert time.monotonic() - began < 5
    assert not any(_is_there(pid) for pid in {*before, *after})
    assert f"Process {before[0]} has ended; another takes its place." in portal.said()


@pytest.mark.skipif(os.name == "nt", reason="kills a process the way POSIX systems do")
@pytest.mark.slow
def test_workers_do_not_outlive_the_one_that_looks_after_them(up: Up, tmp_path: Path) -> None:
    portal = up("--port", "0", "--workers", "2", "--data", str(tmp_path))
    assert portal.address
    workers = _until(lambda: _children(portal.process.pid), lambda found: len(found) == 2)

    portal.process.kill()

    _until(lambda: [pid for pid in workers if _is_there(pid)], lambda left: not left)


def _until(look: Callable[[], list[int]], good: Callable[[list[int]], bool]) -> list[int]:
    until = time.monotonic() + LONGEST_START_S
    while not good(found := look()):
        assert time.monotonic() < until, found
        time.sleep(0.1)
    return found


def _children(pid: int) -> list[int]:
    """The workers among the processes that this one started."""
    found = subprocess.run(
        ["ps", "-Aww", "-o", "pid=,ppid=,stat=,args="], capture_output=True, text=True, check=True
    )
    rows = [row.split(None, 3) for row in found.stdout.splitlines()]
    return [
        int(row[0])
        for row in rows
        if int(row[1]) == pid and "Z" not in row[2] and "spawn_main" in row[3]
    ]


def _is_there(pid: int) -> bool:
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return bool(state.stdout.strip()) and "Z" not in state.stdout


def test_what_was_written_is_there_after_a_restart(up: Up, tmp_path: Path) -> None:
    from benelux.core.store import Store, tables  # noqa: PLC0415 - only this test looks inside

    first = up("--port", "0", "--data", str(tmp_path))
    assert first.address
    assert first.ask(signal.SIGINT) == 0
    kept = (tmp_path / "benelux.db").stat().st_ino

    second = up("--port", "0", "--data", str(tmp_path))

    assert _is_well(second.address)
    assert (tmp_path / "benelux.db").stat().st_ino == kept
    assert second.ask(signal.SIGINT) == 0
    with Store.open(tmp_path / "benelux.db") as store, store.read() as connection:
        assert connection.dialect.has_table(connection, next(iter(tables.metadata.tables)))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--port", "70000"), "--port: a number from 0 to 65535"),
        (("--workers", "0"), "--workers: a number from 1 to 256"),
        (("--host", "0.0.0.0"), "--no-demo"),  # noqa: S104 - the very address to refuse
        (("--host", "192.0.2.1", "--no-demo"), "cannot listen at 192.0.2.1"),
        (("--database", "mysql://localhost/x"), "This database address cannot be used."),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    up: Up, tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    portal = up("--data", str(tmp_path), *words)

    assert portal.process.wait(LONGEST_START_S) == 2
    said = portal.said()
    assert told in said
    assert said.count("\n") == 1
    assert _rest(portal.answers) == ""


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_text("", encoding="utf-8")

    with pytest.raises(Invalid):
        prepare(path)


def test_a_folder_that_was_there_keeps_its_permissions(tmp_path: Path) -> None:
    before = tmp_path.stat().st_mode

    prepare(tmp_path)

    assert tmp_path.stat().st_mode == before


def test_invented_people_are_never_within_reach_of_others() -> None:
    everywhere = Settings(host="0.0.0.0")  # noqa: S104 - the very address to refuse

    with pytest.raises(NotAllowed) as refused:
        checked(everywhere)
    assert refused.value.why is not None
    assert not checked(replace(everywhere, demo=False)).demo
    assert not checked(replace(everywhere, public_url="https://portal.example")).demo
    assert not checked(Settings(public_url="https://portal.example")).demo
    assert checked(Settings()).demo


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8022/"),
        ("localhost", "http://localhost:8022/"),
        ("0.0.0.0", "http://127.0.0.1:8022/"),  # noqa: S104 - what a browser makes of it
        ("::1", "http://[::1]:8022/"),
        ("::", "http://[::1]:8022/"),
    ],
)
def test_the_address_is_one_that_a_browser_can_open(host: str, address: str) -> None:
    assert serve.address(host, 8022) == address
