"""What a benchmark starts, and takes down again: the portal, a PostgreSQL server, the peer."""

import getpass
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final
from uuid import uuid4

import psycopg

from benelux.core.domain import discover
from benelux.core.house import House
from benelux.core.language import LANGUAGES
from benelux.core.settings import Settings
from benelux.core.store import Store, migrate
from benelux.core.web.app import all_pages, owners
from benelux.core.web.pages import Page

HERE: Final = Path(__file__).parent
WORKERS: Final = 2
ADDRESS: Final = re.compile(r"http://[0-9.]+:\d+")
_ADMIN: Final = "benelux"
_START_S: Final = 60


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers at `origin`; `pid` leads the session of all its processes."""

    origin: str
    pid: int

    def cpu_seconds(self) -> float | None:
        """Processor time used so far by all of its processes; None where the system won't say."""
        if not Path("/proc/self/stat").exists():
            return None
        return sum(used for session, used in _processes() if session == self.pid)


def _processes() -> Iterator[tuple[int, float]]:
    tick = os.sysconf("SC_CLK_TCK")
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            fields = path.read_text().rpartition(")")[2].split()
            yield int(fields[3]), (int(fields[11]) + int(fields[12])) / tick


@contextmanager
def portal(
    *, cache: bool = True, workers: int = WORKERS, database: str = "", folder: Path | None = None
) -> Iterator[Server]:
    """The portal by its own command, on a free port and an empty store."""
    with tempfile.TemporaryDirectory(prefix="benelux-portal-") as made:
        command = [
            sys.executable, "-m", "benelux.cli", "up", "--port", "0",
            "--data", str(folder or made), "--workers", str(workers),
        ]  # fmt: skip
        command += ["--database", database] if database else []
        environment = {} if cache else {"BENELUX_CACHE": "0"}
        log = Path(made) / "log"
        with running(command, log, environment) as process:
            yield Server(told(process, log), process.pid)


@contextmanager
def peer(rows: Path, path: str) -> Iterator[Server]:
    """The bare Starlette application of `peer.py` over the file `rows`, once it answers `path`.

    Starlette is put in an environment of its own, next to the very uvicorn that the portal has.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    wanted = [f"{name}=={version(name)}" for name in ("uvicorn", "httptools", "uvloop")]
    command = ["uv", "run", "--no-project", "--isolated", "--python", sys.executable]
    for one in ("starlette", *wanted):
        command += ["--with", one]
    command += [
        "python", "-m", "uvicorn", "peer:app", "--app-dir", str(HERE), "--port", str(port),
        "--workers", str(WORKERS), "--http", "httptools", "--loop", "uvloop", "--ws", "none",
        "--log-level", "warning", "--no-access-log",
    ]  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="benelux-peer-") as folder:
        log = Path(folder) / "log"
        with running(command, log, {"PEER_ROWS": str(rows)}) as process:
            origin = f"http://127.0.0.1:{port}"
            answers(origin + path, process, log)
            yield Server(origin, process.pid)


@contextmanager
def postgres() -> Iterator[str | None]:
    """The address of an empty database on a server of our own that waits for the disk.

    None where there are no binaries of PostgreSQL, or nobody who may run them.
    """
    binaries = _binaries()
    # PostgreSQL refuses to run as root.
    user = "postgres" if os.geteuid() == 0 else getpass.getuser()
    home = Path(tempfile.mkdtemp(prefix="benelux-pg-"))
    try:
        if binaries is None or (os.geteuid() == 0 and not _given(home, user)):
            yield None
            return
        cluster = home / "cluster"
        subprocess.run(
            [binaries / "initdb", "-D", cluster, "-U", _ADMIN, "-A", "trust", "-E", "UTF8"],
            user=user, cwd=home, capture_output=True, check=True,
        )  # fmt: skip
        command = [str(binaries / "postgres"), "-D", str(cluster), "-k", str(home), "-h", ""]
        log = home / "log"
        with running(command, log, user=user, folder=home) as process:
            name = f"bench_{uuid4().hex[:8]}"
            _await(home, process, log)
            with psycopg.connect(
                host=str(home), user=_ADMIN, dbname="postgres", autocommit=True
            ) as server:
                server.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type,unused-ignore]
            yield f"postgresql://{_ADMIN}@/{name}?host={home}"
    finally:
        shutil.rmtree(home, ignore_errors=True)


def postgres_version() -> str:
    binaries = _binaries()
    if binaries is None:
        return "no PostgreSQL"
    said = subprocess.run(
        [binaries / "postgres", "--version"], capture_output=True, text=True, check=False
    )
    return f"PostgreSQL {said.stdout.split()[2]}" if said.stdout else "no PostgreSQL"


@contextmanager
def running(
    command: Sequence[str],
    log: Path,
    environment: Mapping[str, str] | None = None,
    *,
    user: str | None = None,
    folder: Path | None = None,
) -> Iterator["subprocess.Popen[str]"]:
    """One process and those it starts, all of them gone at the end."""
    own = {"PYTHONUNBUFFERED": "1", "BENELUX_LANGUAGE": "en", **(environment or {})}
    with (
        log.open("w") as errors,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=folder, user=user,
            env={**os.environ, **own}, start_new_session=True,
        ) as process,
    ):  # fmt: skip
        try:
            yield process
        finally:
            # To all of them, as Ctrl-C at a terminal; then to whatever it may have left behind.
            _tell(process, signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(20)
            _tell(process, signal.SIGKILL)


def _tell(process: "subprocess.Popen[str]", what: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, what)


def answers(
    address: str, process: "subprocess.Popen[str] | None" = None, log: Path | None = None
) -> None:
    """Wait until `address` answers with 200."""
    until = time.monotonic() + _START_S
    while True:
        with suppress(OSError), urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - our own server
            if answer.status == 200:
                return
        if time.monotonic() > until or (process and process.poll() is not None):
            raise RuntimeError(f"no answer at {address}: {log.read_text() if log else ''}")
        time.sleep(0.02)


def addresses() -> dict[str, list[dict[str, str]]]:
    """Every public page that is declared: for each of its examples the address per language."""
    domains = discover()
    found: dict[str, list[dict[str, str]]] = {}
    found["/{lang}/"] = [{language: f"/{language}/" for language in LANGUAGES}]
    with tempfile.TemporaryDirectory(prefix="benelux-pages-") as folder:
        settings = Settings.read({}, data=Path(folder))
        with Store.open(settings.database_url) as store:
            migrate(store, owners(domains))
            house = House(settings, store, domains)
            for owner in all_pages(domains):
                for page in owner.declared:
                    if page.role or "." in page.path.rpartition("/")[2]:
                        continue  # not for everybody, or not a page to look at
                    label = page.full_path.replace(":str}", "}")
                    found[label] = [_in_all(page, one) for one in page.examples(house)]
    return {label: examples for label, examples in found.items() if examples}


def _in_all(page: Page, example: Mapping[str, str]) -> dict[str, str]:
    return {language: page.address(language, example) for language in LANGUAGES}


def told(process: "subprocess.Popen[str]", log: Path) -> str:
    """The address that a portal prints once it answers."""
    for line in process.stdout or ():
        if found := ADDRESS.search(line):
            return found[0]
    raise RuntimeError(f"the portal did not start: {log.read_text()}")


def _given(home: Path, user: str) -> bool:
    try:
        shutil.chown(home, user)
    except LookupError:
        return False
    return True


def _binaries() -> Path | None:
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    # Debian keeps them out of PATH, one folder a version.
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    whole = (one for one in folders if (one / "initdb").exists() and (one / "postgres").exists())
    return next(whole, None)


def _await(home: Path, process: "subprocess.Popen[str]", log: Path) -> None:
    until = time.monotonic() + _START_S
    while True:
        try:
            psycopg.connect(host=str(home), user=_ADMIN, dbname="postgres").close()
        except psycopg.OperationalError as error:
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL did not start: {log.read_text()}") from error
            time.sleep(0.05)
        else:
            return
