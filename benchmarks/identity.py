"""Signing and verifying requests, spending their nonces, and deciding by the policies.

Everything runs on one thread of this process, except the spending, which shares commits as in
service. Requests reach the portal without a network: what is measured is ours alone.
"""

import asyncio
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import sheet
from litestar import Litestar

from benelux.core.house import House
from benelux.core.identity import keyring, policy
from benelux.core.identity.caller import own_authorities
from benelux.core.identity.facts import Actor, Facts, Matter
from benelux.core.identity.invented import plant
from benelux.core.identity.keys import SigningKey
from benelux.core.identity.keystore import KeyFolder
from benelux.core.identity.may import may
from benelux.core.identity.messages import HttpRequest
from benelux.core.identity.replays import Replays
from benelux.core.identity.signatures import Verified, sign, verify
from benelux.core.identity.tables import OWNER
from benelux.core.settings import Settings
from benelux.core.store import Store, migrate
from benelux.core.web.app import assemble

_ADDRESS = "http://127.0.0.1:8022"
_BODY = b'{"plates": ["1-ABC-234"], "purpose": "inspection"}'
_WAITING = 64
_MOST_PER_SECOND = 4000
_OFFICER = Actor("Officer", "o-1", "nl-a", "NL", "", ("inquirer",), ("fireworks",))
_PASSES = Matter(
    "demo.passes", "be-a", "BE", "fireworks", ("inspection",), ("A art. 1",), ("A art. 2",)
)
_ALL = Facts("inspection", "A", "2", 12, "C-1", accord=True)


def main() -> None:
    options = sheet.options(__doc__)
    seconds = options.seconds
    machines = sheet.Sheet("Signed requests", ("what", "a second", "CPU µs each"))
    decisions = sheet.Sheet("Decisions", ("what", "a second", "CPU µs each"))
    with tempfile.TemporaryDirectory(prefix="benelux-identity-") as name:
        settings = Settings.read({}, data=Path(name))
        with Store.open(settings.database_url) as store:
            migrate(store, [OWNER])
            plant(settings, store)
            key = keyring.signing_key(store, KeyFolder.of(settings), "demo-nl-licensing")
            sheet.step("signatures")
            _signatures(machines, settings, store, key, seconds)
            sheet.step("requests")
            asyncio.run(_requests(machines, House(settings, store, ()), key, seconds))
    sheet.step("decisions")
    _decisions(decisions, seconds)
    machines.notes.append(
        f"A whole request: {_WAITING} at a time, each verified, its nonce on disk, then answered."
    )
    book = policy.book()
    decisions.notes.append(f"{len(book.rules)} rules; each decision is explained.")
    sheet.show(options, machines, decisions)


def _signatures(
    out: sheet.Sheet, settings: Settings, store: Store, key: SigningKey, seconds: float
) -> None:
    request = HttpRequest.to(
        f"{_ADDRESS}/api/identity/caller", "POST", {"content-type": "application/json"}, _BODY
    )
    made = sign(request, key, life=timedelta(seconds=300))
    whole = replace(
        request, headers=[*request.headers, *((one.lower(), said) for one, said in made.items())]
    )
    ring, own = keyring.keyring(store), own_authorities(settings)
    _timed(out, "sign", lambda: sign(request, key), seconds)
    _timed(out, "verify", lambda: verify(whole, ring.holder, own), seconds)
    _spend(out, store, verify(whole, ring.holder, own), seconds)


def _spend(out: sheet.Sheet, store: Store, verified: Verified, seconds: float) -> None:
    replays, waiting = Replays(), list[Future[None]]()
    began, cpu, count = time.perf_counter(), time.process_time(), 0
    while time.perf_counter() - began < seconds:
        one = replace(verified, nonce=f"nonce-{count:030d}")
        waiting.append(store.submit(lambda work, one=one: replays.spend(work, one)))
        count += 1
        if len(waiting) >= _WAITING:
            waiting.pop(0).result()
    for future in waiting:
        future.result()
    _add(out, "spend a nonce, on disk", count, began, cpu)


async def _requests(out: sheet.Sheet, house: House, key: SigningKey, seconds: float) -> None:
    """Requests that were signed before, straight to the application."""
    app = assemble(house)
    address = f"{_ADDRESS}/api/identity/caller"
    headers = {"host": "127.0.0.1:8022", "content-type": "application/json"}
    asked = HttpRequest.to(address, "POST", headers, _BODY)
    life = timedelta(seconds=300)
    ready = iter([sign(asked, key, life=life) for _ in range(int(seconds * _MOST_PER_SECOND))])
    count = 0

    async def one(until: float) -> None:
        nonlocal count
        for made in ready:
            if time.perf_counter() > until:
                return
            await _knock(app, {**headers, **made})
            count += 1

    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(one(began + seconds) for _ in range(_WAITING)))
    _add(out, "whole request, without a network", count, began, cpu)


async def _knock(app: Litestar, headers: Mapping[str, str]) -> None:
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1",
        "method": "POST", "scheme": "http", "path": "/api/identity/caller",
        "raw_path": b"/api/identity/caller", "query_string": b"", "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 40000), "server": ("127.0.0.1", 8022), "state": {},
    }  # fmt: skip

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": _BODY, "more_body": False}

    async def send(event: dict[str, object]) -> None:
        assert event.get("status", 200) == 200, event

    await app(scope, receive, send)  # type: ignore[arg-type]


def _decisions(out: sheet.Sheet, seconds: float) -> None:
    asked: dict[str, Callable[[], object]] = {
        "yes": lambda: may(_OFFICER, "ask-hit", _PASSES, _ALL),
        "no, forbidden by a rule": lambda: may(
            _OFFICER, "ask-hit", _PASSES, replace(_ALL, accord=False)
        ),
        "not yet, four facts missing": lambda: may(_OFFICER, "ask-hit", _PASSES, Facts()),
    }
    for what, ask in asked.items():
        _timed(out, what, ask, seconds)
    numbers = iter(range(100_000_000))

    def stranger() -> object:
        actor = replace(_OFFICER, id=f"o-{next(numbers)}")
        return may(actor, "ask-hit", _PASSES, _ALL)

    _timed(out, "yes, to somebody never seen before", stranger, seconds)


def _timed(out: sheet.Sheet, what: str, act: Callable[[], object], seconds: float) -> None:
    act()
    began, cpu, count = time.perf_counter(), time.process_time(), 0
    while time.perf_counter() - began < seconds:
        for _ in range(50):
            act()
        count += 50
    _add(out, what, count, began, cpu)


def _add(out: sheet.Sheet, what: str, count: int, began: float, cpu: float) -> None:
    took, used = time.perf_counter() - began, time.process_time() - cpu
    out.add(what, f"{count / took:,.0f}", f"{used / count * 1e6:,.0f}")


if __name__ == "__main__":
    main()
