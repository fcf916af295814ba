"""`kill -9` in the middle of writing: what was acknowledged is there, and nothing is half there."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from benelux.core.store import Store

_ROUNDS = 20

# Forks a writer for each line it reads, kills it after so many acknowledgements, and tells which
# writes it had acknowledged by then. It is itself without threads, so that it may fork.
_KILLER = """
import json, os, signal, sys
from concurrent.futures import wait
from sqlalchemy import text
from benelux.core.store import Store

def write(path, round, told):
    store = Store.open(path)
    def pair(connection, number):
        for half in ("left", "right"):
            connection.execute(
                text("INSERT INTO glove VALUES (:round, :number, :half, :wool)"),
                {"round": round, "number": number, "half": half, "wool": "w" * 200},
            )
    def tell(number):
        return lambda done: os.write(told, b"%d " % number)
    for number in range(1000):
        done = store.submit(lambda connection, number=number: pair(connection, number))
        done.add_done_callback(tell(number))
        if number % 13 == 0:
            wait([done])  # so that groups of many sizes are caught in the act
    wait([done])
    store.close()

for line in sys.stdin:
    path, round, enough = json.loads(line)
    heard, told = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(heard)
        write(path, round, told)
        os._exit(0)
    os.close(told)
    said = b""
    while said.count(b" ") < enough and (more := os.read(heard, 4096)):
        said += more
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    while more := os.read(heard, 65536):
        said += more
    os.close(heard)
    print(json.dumps([os.WTERMSIG(status), [int(word) for word in said.split()]]), flush=True)
"""


def _make_gloves(connection: Connection) -> None:
    connection.execute(
        text(
            "CREATE TABLE glove (round INTEGER, number INTEGER, half TEXT, wool TEXT,"
            " PRIMARY KEY (round, number, half))"
        )
    )


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_no_acknowledged_write_is_lost_when_the_writer_is_killed_twenty_times(
    tmp_path: Path,
) -> None:
    path = tmp_path / "store.db"
    with Store.open(path) as store:
        store.write(_make_gloves)
    killer = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", _KILLER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    caught_in_the_act = 0
    acknowledged: set[tuple[int, int]] = set()
    with killer:
        assert killer.stdin is not None
        assert killer.stdout is not None
        for round_ in range(_ROUNDS):
            enough = 10 + 900 * round_ // _ROUNDS
            print(json.dumps([str(path), round_, enough]), file=killer.stdin, flush=True)
            signal, told = json.loads(killer.stdout.readline())
            assert signal == 9
            acknowledged |= {(round_, number) for number in told}
            caught_in_the_act += len(told) < 1000
            with Store.open(path) as store, store.read() as connection:
                assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
                rows = connection.execute(
                    text("SELECT round, number, count(*) FROM glove GROUP BY 1, 2")
                )
                found = {(row[0], row[1]): row[2] for row in rows}
            assert acknowledged <= found.keys()
            assert set(found.values()) <= {2}, "one hand without the other"
            # Works keep their order, so what is there of a round has no holes.
            mine = sorted(number for turn, number in found if turn == round_)
            assert mine == list(range(len(mine)))
        killer.stdin.close()
    assert caught_in_the_act == _ROUNDS, "each kill must come while writes are still to be done"


def test_a_log_that_a_killed_process_left_is_read_at_the_next_opening(tmp_path: Path) -> None:
    script = (
        "import os, sys; from sqlalchemy import text; from benelux.core.store import Store\n"
        "store = Store.open(sys.argv[1])\n"
        "act = text('CREATE TABLE slip AS SELECT 1 AS number')\n"
        "store.write(lambda connection: connection.execute(act))\n"
        "os.kill(os.getpid(), 9)"
    )
    path = tmp_path / "store.db"
    assert subprocess.run([sys.executable, "-c", script, path], check=False).returncode == -9
    assert (tmp_path / "store.db-wal").stat().st_size > 0
    with Store.open(path) as store, store.read() as connection:
        assert connection.scalar(text("SELECT number FROM slip")) == 1
    assert not (tmp_path / "store.db-wal").exists()
    plain = sqlite3.connect(path)
    assert plain.execute("SELECT number FROM slip").fetchall() == [(1,)]
    plain.close()
