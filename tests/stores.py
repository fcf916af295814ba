"""Stores for tests: a file of its own for each, and PostgreSQL where its binaries are."""

import getpass
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from benelux.core.store import Store, migrate

_ADMIN = "benelux"


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """The address of an SQLite store that does not exist yet."""
    return f"sqlite:///{tmp_path / 'store.db'}"


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An SQLite store with core's tables."""
    with Store.open(store_url) as opened:
        migrate(opened)
        yield opened


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def any_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty store, once on each engine."""
    wanted = "store_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(wanted))


@pytest.fixture
def any_store(any_url: str) -> Iterator[Store]:
    """A store with core's tables, once on each engine."""
    with Store.open(any_url) as opened:
        migrate(opened)
        yield opened


@pytest.fixture
def postgres_url(postgres: Path) -> Iterator[str]:
    """The address of an empty PostgreSQL database of this test alone."""
    name = f"test_{uuid4().hex}"
    with _administer(postgres) as server:
        server.execute(f"CREATE DATABASE {name}")
    yield f"postgresql://{_ADMIN}@/{name}?host={postgres}"
    with _administer(postgres) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Path]:
    """The folder with the socket of a PostgreSQL server that lives as long as the test run."""
    binaries = _binaries()
    # PostgreSQL refuses to run as root, and its user cannot enter the folders of pytest.
    user = "postgres" if os.geteuid() == 0 else getpass.getuser()
    home = Path(tempfile.mkdtemp(prefix="benelux-pg-"))
    if os.geteuid() == 0:
        try:
            shutil.chown(home, user)
        except LookupError:
            pytest.skip("PostgreSQL cannot run as root, and there is no user “postgres”")
    cluster = home / "cluster"
    made = subprocess.run(
        [
            binaries / "initdb",
            "-D",
            cluster,
            "-U",
            _ADMIN,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        ],
        user=user,
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    # Only a socket, so that no port has to be free; and no waiting for the disk in tests.
    with (home / "log").open("w") as log:
        server = subprocess.Popen(
            [binaries / "postgres", "-D", cluster, "-k", home, "-h", "", "-c", "fsync=off"],
            user=user,
            cwd=home,
            stdout=log,
            stderr=log,
        )
    try:
        _await(home, server)
        yield home
    finally:
        server.send_signal(signal.SIGINT)  # a "fast" shutdown, that waits for no client
        server.wait(30)
        shutil.rmtree(home, ignore_errors=True)


def _binaries() -> Path:
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    # Debian keeps them out of PATH, one folder a version.
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    pytest.skip("no PostgreSQL server here: neither PATH nor /usr/lib/postgresql has initdb")


def _administer(socket: Path) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(host=str(socket), user=_ADMIN, dbname="postgres", autocommit=True)


def _await(home: Path, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 30
    while True:
        try:
            _administer(home).close()
        except psycopg.OperationalError:
            assert server.poll() is None, (home / "log").read_text()
            assert time.monotonic() < until, "PostgreSQL did not start"
            time.sleep(0.05)
        else:
            return
