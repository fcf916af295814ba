"""Requests a second and the wait for the first byte: the portal and, in the same run, a peer.

Each measurement is a closed loop of 50 connections that are kept open, to two processes. The peer
is a bare Starlette application with one row of SQL (`peer.py`); it and the portal's JSON item take
turns, and the last table gives the ratio of the two.
"""

import json
import sqlite3
import tempfile
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

import load
import sheet
import stand

from benelux.core.language import LANGUAGES

READERS: Final = 50
PAGES: Final = 40
PAUSE_S: Final = 1.0
WARM_S: Final = 5.0
ROUNDS: Final = 3


@dataclass(frozen=True, slots=True)
class Target:
    name: str
    paths: Sequence[str]


@dataclass(frozen=True, slots=True)
class Pressed:
    """What the readers got, and the processor time that each request took of the server."""

    heard: load.Heard
    cpu_us: float | None


def main() -> None:
    options = sheet.options(__doc__)
    rates = sheet.Sheet(
        f"Requests a second, {READERS} connections, {stand.WORKERS} processes",
        ("what", "store", "remembered", "a second", "p50 ms", "p95 ms", "p99 ms", "CPU µs each",
         "wrong"),
    )  # fmt: skip
    bytes_ = sheet.Sheet(
        f"First byte, {READERS} readers over {PAGES} different pages in {len(LANGUAGES)} languages",
        ("readers", "store", "remembered", "pages a second", "p50 ms", "p95 ms", "p99 ms", "wrong"),
    )
    pages = some_pages()
    with stand.postgres() as postgres:
        stores = [("SQLite", "")]
        if postgres:
            stores.append(("PostgreSQL", postgres))
        else:
            rates.notes.append("No PostgreSQL here: that part was left out.")
        for store, database in stores:
            for cache in (True, False):
                sheet.step(f"{store}, answers {'remembered' if cache else 'made anew'}")
                with stand.portal(cache=cache, database=database) as server:
                    where = (store, "yes" if cache else "no")
                    waited(bytes_, where, server, pages, options.seconds)
                    for target in targets(server.origin):
                        one = pressed(server, target.paths, options.seconds)
                        spread = one.heard.whole
                        rates.add(
                            target.name, *where, one.heard.rate, spread.p50, spread.p95,
                            spread.p99, one.cpu_us, one.heard.wrong,
                        )  # fmt: skip
    tool = "wrk" if load.has_wrk() else "readers of our own, which take a core"
    rates.notes.append(f"Load by {tool}, on the same cores. p50 to p99: until the answer is whole.")
    bytes_.notes.append(
        f"The first readers meet processes that have just started; they read for {WARM_S:g} s. "
        f"Without a pause the next page is asked for as soon as the last one is whole: {READERS} "
        "readers are then as many requests as the server can answer."
    )
    sheet.show(options, rates, bytes_, ratio(options.seconds, 1 if options.quick else ROUNDS))


def targets(origin: str) -> list[Target]:
    items = [f"/api/programme/actions/{key}" for key in some_keys(origin)]
    return [
        Target("list page", ["/nl/programme/actions"]),
        Target("JSON item", items),
        Target("JSON list", ["/api/programme/actions"]),
        Target("home page", ["/nl/"]),
    ]


def some_keys(origin: str) -> list[str]:
    return [str(action["id"]) for action in _actions(origin)][:: max(1, 200 // PAGES)][:PAGES]


def some_pages() -> list[str]:
    """Pages of as many kinds as there are, each in the next language, evenly from the whole."""
    kinds = list(stand.addresses().values())
    found: dict[str, None] = {}
    turn = 0
    while len(found) < PAGES:
        for place, examples in enumerate(kinds):
            example = examples[turn * 7 % len(examples)]
            found[example[LANGUAGES[(place + turn) % len(LANGUAGES)]]] = None
        turn += 1
    return list(found)[:PAGES]


def pressed(server: stand.Server, paths: Sequence[str], seconds: float) -> Pressed:
    """One measurement, after a short one that is thrown away."""
    load.press(server.origin, paths, readers=READERS, seconds=min(seconds, 2))
    before = server.cpu_seconds()
    heard = load.press(server.origin, paths, readers=READERS, seconds=seconds)
    after = server.cpu_seconds()
    each = None
    if before is not None and after is not None and heard.requests:
        each = (after - before) / heard.requests * 1e6
    return Pressed(heard, each)


def waited(
    bytes_: sheet.Sheet,
    where: tuple[str, str],
    server: stand.Server,
    pages: Sequence[str],
    seconds: float,
) -> None:
    for name, pause, length in (
        ("the first readers", 0.0, WARM_S),
        ("no pause", 0.0, seconds),
        (f"a page every {PAUSE_S:g} s", PAUSE_S, max(seconds, 2 * PAUSE_S)),
    ):
        heard = load.read(server.origin, pages, readers=READERS, seconds=length, pause=pause)
        first = heard.first_byte or heard.whole
        bytes_.add(name, *where, heard.rate, first.p50, first.p95, first.p99, heard.wrong)


def ratio(seconds: float, rounds: int) -> sheet.Sheet:
    """The portal's JSON item and the peer's, in turns, so that both meet the same machine."""
    told = sheet.Sheet(
        "JSON item on SQLite against a bare Starlette with one row of SQL",
        ("what", "a second", "of the peer", "CPU µs each", "wrong"),
    )
    sheet.step("the peer")
    with ExitStack() as stack:
        rows, keys = stack.enter_context(peer_rows())
        theirs = [f"/actions/{key}" for key in keys]
        ours = [f"/api/programme/actions/{key}" for key in keys]
        runners = {
            "peer": (stack.enter_context(stand.peer(rows, theirs[0])), theirs),
            "portal, remembered": (stack.enter_context(stand.portal()), ours),
            "portal, made anew": (stack.enter_context(stand.portal(cache=False)), ours),
        }
        found: dict[str, list[Pressed]] = {name: [] for name in runners}
        for _ in range(rounds):
            for name, (server, paths) in runners.items():
                found[name].append(pressed(server, paths, seconds))
    rates = {name: median(one.heard.rate for one in every) for name, every in found.items()}
    for name, every in found.items():
        each = [one.cpu_us for one in every if one.cpu_us is not None]
        told.add(
            name,
            rates[name],
            rates[name] / rates["peer"] if rates["peer"] else None,
            median(each) if each else None,
            sum(one.heard.wrong for one in every),
        )
    told.notes.append(f"In turns, {rounds} times each; the middle one is told.")
    return told


@contextmanager
def peer_rows() -> Iterator[tuple[Path, list[str]]]:
    """The actions of the plan as one SQLite table, and some of their keys."""
    with tempfile.TemporaryDirectory(prefix="benelux-peer-rows-") as folder:
        with stand.portal(workers=1) as server:
            actions = _actions(server.origin)
            keys = some_keys(server.origin)
        path = Path(folder) / "rows.db"
        plain = [
            {name: value if isinstance(value, (str, int)) else json.dumps(value, ensure_ascii=False)
             for name, value in action.items()}
            for action in actions
        ]  # fmt: skip
        names = list(plain[0])
        with sqlite3.connect(path) as rows:
            columns = ", ".join(f'"{name}"' for name in names)
            rows.execute(f'CREATE TABLE action ({columns}, PRIMARY KEY ("id"))')
            marks = ", ".join("?" * len(names))
            rows.executemany(
                f"INSERT INTO action VALUES ({marks})",  # noqa: S608 - only question marks
                [tuple(one[name] for name in names) for one in plain],
            )
        rows.close()
        yield path, keys


def _actions(origin: str) -> list[dict[str, object]]:
    with urllib.request.urlopen(f"{origin}/api/programme/actions?limit=200") as answer:  # noqa: S310 - our own server
        return list(json.load(answer)["items"])


if __name__ == "__main__":
    main()
