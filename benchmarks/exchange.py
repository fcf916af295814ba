"""Questions to a register: signed, verified, authorised, looked up, on record, answered; over HTTP.

One node with two processes keeps an index of ten million tokens, of which a few belong to records.
Half of the questions find one and half do not. They are signed before, each by another officer's
turn, and sent over connections that are kept open. The index is kept for the next time.
"""

import argparse
import secrets
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import load
import msgspec
import numpy as np
import sheet
import stand
from platformdirs import user_cache_path

from benelux.core.domain import discover
from benelux.core.house import House
from benelux.core.identity import keyring, registry
from benelux.core.identity.authority import Authority, Service
from benelux.core.identity.facts import Actor
from benelux.core.identity.invented import plant
from benelux.core.identity.keys import KeyKind, Public, SigningKey
from benelux.core.identity.messages import HttpRequest
from benelux.core.identity.signatures import LONGEST_LIFE, sign
from benelux.core.registers import numbers
from benelux.core.registers.declaration import Question, find
from benelux.core.registers.service import enter, move
from benelux.core.registers.values import Acting
from benelux.core.registers.wire import About, Asked, Asker, Stated
from benelux.core.settings import Settings
from benelux.core.store import Store, migrate
from benelux.core.web.app import owners

TOKENS: Final = 10_000_000
REGISTER: Final = "fireworks.passes"
_ASKER: Final = "demo-nl-inspection"
_RECORDS: Final = 200
_TURNS: Final = 20
"""Questions of one officer, fewer than the register lets one ask in an hour."""
_WHY: Final = Stated("inspection", "M(2020)14", "4(1)", case="2026/7", channel="api")


def main() -> None:
    seconds, tokens, write = _options()
    folder = user_cache_path("benelux-benchmarks", appauthor=False) / f"exchange-{tokens}"
    questions = sheet.Sheet(
        "Signed hit/no-hit questions",
        ("connections", "a second", "p50 ms", "p99 ms", "CPU µs each", "wrong"),
    )
    with _prepared(folder, tokens) as (house, known, key):
        del house
    with _running(folder) as server:
        load.send(server.origin, _signed(server.origin, key, known, 500), readers=16)
        for readers in (1, 16, 32, 64):
            sheet.step(f"{readers} connections")
            count = round(seconds * (300 if readers == 1 else 2500))
            requests = _signed(server.origin, key, known, count)
            before = server.cpu_seconds()
            heard = load.send(server.origin, requests, readers=readers)
            after = server.cpu_seconds()
            each = (after - before) / heard.requests * 1e6 if before is not None and after else None
            questions.add(readers, heard.rate, heard.whole.p50, heard.whole.p99, each, heard.wrong)
    questions.notes.append(
        f"{tokens:,} tokens, {stand.WORKERS} processes; each answer waits until its question is on"
        " disk, under a signed head. The generator shares the cores."
    )
    sheet.show(sheet.Options(seconds, quick=False, write=write), questions)


def _options() -> tuple[float, int, bool]:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=5, help="how long each one lasts, about")
    parser.add_argument("--tokens", type=int, default=TOKENS, help="how large the index is")
    parser.add_argument("--write", action="store_true", help="also put the table in the manual")
    given = parser.parse_args()
    return min(max(given.seconds, 0.2), 20), given.tokens, given.write


@contextmanager
def _prepared(folder: Path, tokens: int) -> Iterator[tuple[House, list[str], SigningKey]]:
    """The node with its index, made unless it is there; the numbers of its records, and a key."""
    settings = Settings.read({}, data=folder, country="BE")
    domains = discover()
    with Store.open(settings.database_url) as store:
        migrate(store, owners(domains))
        plant(settings, store)
        house = House(settings, store, domains)
        kept = folder / "numbers.json"
        if not kept.is_file():
            sheet.step(f"making an index of {tokens:,} tokens")
            known = [_record(house) for _ in range(_RECORDS)]
            _fill(folder / "benelux.db", tokens)
            kept.write_bytes(msgspec.json.encode(known))
        key = SigningKey.new()
        public = Public(key.id, KeyKind.ED25519, key.public)
        keyring.trust(store, _ASKER, public, author="benchmark")
        yield house, msgspec.json.decode(kept.read_bytes(), type=list[str]), key


def _record(house: House) -> str:
    with house.store.read() as connection:
        desk = registry.get(connection, Service, "demo-be-passes")
        keeper = registry.get(connection, Authority, desk.authority)
    by = Acting(Actor.machine(keeper, desk), keeper.id, desk.id, desk.id)
    register = find(house.domains, REGISTER)
    content = {
        "family": "Lambert", "given": "Emma", "born": "1990-05-17", "categories": ["F4"],
        "certificate": secrets.token_hex(4),
    }  # fmt: skip
    made = enter(house, register, content, by=by, valid_from=date(2026, 1, 1))
    return move(house, register, made.id, "issue", by=by).id


def _fill(path: Path, tokens: int) -> None:
    """Put so many tokens of nobody in the index, in their order, which is fastest."""
    made = np.unique(
        np.frombuffer(secrets.token_bytes(8 * tokens), dtype=np.int64)
    )  # sorted as well
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA cache_size=-400000")
        index = "SELECT sql FROM sqlite_master WHERE name = 'ix_register_token_id'"
        (again,) = connection.execute(index).fetchone()
        connection.execute("DROP INDEX ix_register_token_id")
        connection.execute("BEGIN")
        rows = ((token, f"BE-PP-{place:09d}") for place, token in enumerate(made.tolist()))
        connection.executemany(
            "INSERT OR IGNORE INTO register_token (token, id) VALUES (?, ?)", rows
        )
        connection.execute("COMMIT")
        connection.execute(again)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def _running(folder: Path) -> Iterator[stand.Server]:
    command = [
        sys.executable, "-m", "benelux.cli", "node", "serve", "--country", "BE", "--port", "0",
        "--data", str(folder), "--workers", str(stand.WORKERS),
    ]  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="benelux-exchange-") as made:
        log = Path(made) / "log"
        with stand.running(command, log, {}) as process:
            origin = stand.told(process, log)
            time.sleep(2)  # the second process is there a moment later
            yield stand.Server(origin, process.pid)


def _signed(origin: str, key: SigningKey, known: list[str], count: int) -> list[bytes]:
    """Whole requests, each with a question and a signature of its own."""
    address = f"{origin}/api/registers/{REGISTER}/questions"
    headers = {"content-type": "application/json"}
    run = secrets.token_hex(6)
    found = []
    for place in range(count):
        number = secrets.choice(known) if place % 2 else numbers.new("BE", "PP")
        asker = Asker("demo-nl-roadside", f"{run}-{place // _TURNS}", ("inquirer",))
        asked = Asked(Question.HIT, About(number), _WHY, f"{run}-{place}", "BE", None, asker)
        body = msgspec.json.encode(asked)
        made = sign(
            HttpRequest.to(address, "POST", headers, body), key,
            life=LONGEST_LIFE - timedelta(seconds=1),
        )  # fmt: skip
        lines = [
            f"POST /api/registers/{REGISTER}/questions HTTP/1.1",
            f"host: {origin.partition('://')[2]}",
            f"content-length: {len(body)}",
            *(f"{name.lower()}: {value}" for name, value in {**headers, **made}.items()),
        ]
        found.append("\r\n".join([*lines, "", ""]).encode() + body)
    return found


if __name__ == "__main__":
    main()
