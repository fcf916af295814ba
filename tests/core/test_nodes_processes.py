"""Three nodes as three processes on this machine, and everything that can befall them."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Thread

import httpx
import msgspec
import pytest

from benelux.core.domain import discover
from benelux.core.exchange import cards
from benelux.core.exchange.breaker import breaker_of
from benelux.core.exchange.fanout import Answers, fan_out
from benelux.core.exchange.federation import federation_of
from benelux.core.house import House
from benelux.core.identity import keyring, registry
from benelux.core.identity.authority import Authority, Service
from benelux.core.identity.facts import Actor, Facts
from benelux.core.identity.invented import plant
from benelux.core.identity.keys import SigningKey
from benelux.core.identity.keystore import KeyFolder
from benelux.core.identity.messages import HttpRequest
from benelux.core.identity.signatures import sign
from benelux.core.ledger import ledger_of
from benelux.core.ledger.service import verify
from benelux.core.registers.declaration import Question, find
from benelux.core.registers.service import enter, move
from benelux.core.registers.values import Acting, Asking, Reply, Subject
from benelux.core.registers.wire import Asked
from tests.visits import opened

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="signals are those of POSIX"),
]
COUNTRIES = ("BE", "NL", "LU")
REGISTER = "fireworks.passes"
WHY = Facts("inspection", "M(2020)14", "4(1)", case="2026/7")
LONGEST_START_S = 120
SOON_S = 15
"""What takes less than five seconds on a machine that has nothing else to do."""


@dataclass
class Running:
    """A node in a process of its own."""

    country: str
    folder: Path
    port: int
    peers: list[Path] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def card(self) -> Path:
        return self.folder.parent / f"{self.country}.json"

    def start(self) -> None:
        known = [word for path in self.peers for word in ("--peer", str(path))]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benelux.cli", "node", "serve", "--country", self.country,
             "--data", str(self.folder), "--port", str(self.port), *known],
            env={name: value for name, value in os.environ.items() if "BENELUX" not in name},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def wait(self) -> None:
        until = time.monotonic() + LONGEST_START_S
        while time.monotonic() < until:
            try:
                if httpx.get(f"{self.address}/health", timeout=5).is_success:
                    return
            except httpx.HTTPError:
                time.sleep(0.2)
        pytest.fail(f"{self.country} did not start")

    def tell(self, number: int) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def end(self) -> None:
        if self.process is not None:
            self.tell(signal.SIGCONT)
            self.process.kill()
            self.process.wait()

    @contextmanager
    def house(self) -> Iterator[House]:
        """The node's own house, as another process of the same node has it."""
        with opened(self.folder, discover(), country=self.country, port=self.port) as found:
            yield found


@dataclass(frozen=True)
class Union:
    """The three, and the Dutch house from which is asked."""

    nodes: dict[str, Running]
    home: House
    passes: dict[str, str]

    def ask(self, subject: str, within: float = 20, request: str = "", **how: object) -> Answers:
        asking = Asking(
            REGISTER, Question.STATUS, Subject(number=subject), WHY, request or fresh("ask")
        )
        by = roadside(self.home)
        return fan_out(federation_of(self.home), asking, by, within, **how)  # type: ignore[arg-type]

    def body(self, country: str, request: str = "") -> bytes:
        asking = Asking(
            REGISTER, Question.STATUS, Subject(number=self.passes[country]), WHY,
            request or fresh("raw"),
        )  # fmt: skip
        return msgspec.json.encode(Asked.of(asking, roadside(self.home), country))

    def key(self, authority: str = "demo-nl-inspection") -> SigningKey:
        folder = KeyFolder.of(self.home.settings)
        return keyring.signing_key(self.home.store, folder, authority)

    def send(
        self, country: str, body: bytes, key: SigningKey, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        address = f"{self.nodes[country].address}/api/registers/{REGISTER}/questions"
        plain = {"content-type": "application/json"}
        signed = headers or sign(HttpRequest.to(address, "POST", plain, body), key)
        return httpx.post(address, content=body, headers={**plain, **signed}, timeout=60)


def fresh(word: str) -> str:
    return f"{word}-{time.time_ns()}"


def roadside(house: House) -> Acting:
    return machine(house, "demo-nl-roadside")


def machine(house: House, name: str) -> Acting:
    with house.store.read() as connection:
        service = registry.get(connection, Service, name)
        authority = registry.get(connection, Authority, service.authority)
    return Acting(Actor.machine(authority, service), authority.id, name, name)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@pytest.fixture(scope="module")
def union(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Union]:
    """Three nodes that trust each other's cards, each with one valid pass."""
    folder = tmp_path_factory.mktemp("union")
    nodes = {one: Running(one, folder / one.lower(), free_port()) for one in COUNTRIES}
    passes = {one: furnished(node) for one, node in nodes.items()}
    for node in nodes.values():
        node.peers = [other.card for other in nodes.values() if other is not node]
        node.start()
    try:
        for node in nodes.values():
            node.wait()
        with opened(nodes["NL"].folder, discover(), country="NL", port=nodes["NL"].port) as home:
            yield Union(nodes, home, passes)
    finally:
        for node in nodes.values():
            node.end()


def furnished(node: Running) -> str:
    """A card for the others, and a pass: its number."""
    with node.house() as house:
        plant(house.settings, house.store)
        node.card.write_bytes(cards.signed(cards.card_of(house), cards.node_key(house)))
        register = find(house.domains, REGISTER)
        content = {
            "family": "Lambert", "given": "Emma", "born": "1990-05-17", "categories": ["F4"],
            "certificate": "C-1",
        }  # fmt: skip
        by = machine(house, f"demo-{node.country.lower()}-passes")
        found = enter(house, register, content, by=by, valid_from=date(2026, 1, 1))
        return move(house, register, found.id, "issue", by=by).id


@pytest.fixture(autouse=True)
def on_good_terms(union: Union) -> Iterator[None]:
    """No test hears of the silence in the one before."""
    yield
    for country in COUNTRIES:
        breaker_of(union.home, country).good()


def until(holds: Callable[[], bool]) -> float:
    """Wait for it; how long it took."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < SOON_S
        time.sleep(0.1)
    return time.monotonic() - began


def test_one_question_reaches_all_three(union: Union) -> None:
    found = union.ask(union.passes["BE"])

    assert found.failures == ()
    assert {one.country: one.verdict for one in found.replies} == {
        "BE": "good", "NL": "unknown", "LU": "unknown",
    }  # fmt: skip
    assert found.replies[[one.country for one in found.replies].index("BE")].recognised


def test_a_node_that_is_cut_off_is_named_and_the_deadline_holds(union: Union) -> None:
    union.nodes["BE"].tell(signal.SIGSTOP)
    try:
        began = time.monotonic()
        found = union.ask(union.passes["LU"], within=4)
        taken = time.monotonic() - began
    finally:
        union.nodes["BE"].tell(signal.SIGCONT)

    assert [(one.country, one.code) for one in found.failures] == [("BE", "exchange.late")]
    assert {one.country for one in found.replies} == {"NL", "LU"}
    assert taken < 6


def test_what_was_answered_survives_a_sudden_death(union: Union) -> None:
    node, answered = union.nodes["BE"], dict[str, Reply]()
    stop = []

    def keep_asking() -> None:
        while not stop:
            request = fresh("kill")
            for reply in union.ask(union.passes["BE"], request=request, countries=["BE"]).replies:
                answered[request] = reply

    asking = [Thread(target=keep_asking) for _ in range(3)]
    for one in asking:
        one.start()
    until(lambda: len(answered) > 10)
    node.tell(signal.SIGKILL)
    stop.append(True)
    for one in asking:
        one.join()
    assert node.process is not None
    node.process.wait()
    node.start()
    node.wait()
    breaker_of(union.home, "BE").good()

    with node.house() as house:
        shard = next(iter(answered.values())).receipt[0]
        log = ledger_of(house).log(shard)
        for reply in answered.values():
            assert log.leaf(reply.receipt[1]).kind == "consultation"
        assert verify(ledger_of(house), shard).holds
    request, before = next(iter(answered.items()))
    again = union.send("BE", union.body("BE", request), union.key())
    assert msgspec.json.decode(again.content, type=Reply).receipt == before.receipt


def test_a_request_that_is_sent_again_counts_once(union: Union) -> None:
    body, key = union.body("LU"), union.key()
    address = f"{union.nodes['LU'].address}/api/registers/{REGISTER}/questions"
    headers = sign(HttpRequest.to(address, "POST", {"content-type": "application/json"}, body), key)
    first = union.send("LU", body, key, headers)
    again = union.send("LU", body, key, headers)

    assert first.status_code == 200
    assert again.status_code == 403
    assert again.json()["code"] == "identity.signature-replayed"
    signed_anew = union.send("LU", body, key)
    assert signed_anew.json()["receipt"] == first.json()["receipt"]


def test_requests_may_overtake_each_other(union: Union) -> None:
    key = union.key()
    bodies = [union.body("LU") for _ in range(3)]
    address = f"{union.nodes['LU'].address}/api/registers/{REGISTER}/questions"
    signed = [
        sign(HttpRequest.to(address, "POST", {"content-type": "application/json"}, body), key)
        for body in bodies
    ]
    answers = [
        union.send("LU", body, key, headers)
        for body, headers in reversed(list(zip(bodies, signed, strict=True)))
    ]

    assert {one.status_code for one in answers} == {200}
    assert len({tuple(one.json()["receipt"]) for one in answers}) == 3


@pytest.mark.parametrize(
    ("hours", "code"), [(-1, "identity.signature-expired"), (1, "identity.signature-future")]
)
def test_a_clock_that_is_wrong_is_told(union: Union, hours: int, code: str) -> None:
    body, key = union.body("LU"), union.key()
    address = f"{union.nodes['LU'].address}/api/registers/{REGISTER}/questions"
    request = HttpRequest.to(address, "POST", {"content-type": "application/json"}, body)
    headers = sign(request, key, at=datetime.now(UTC) + timedelta(hours=hours))

    refused = union.send("LU", body, key, headers)

    assert refused.status_code == 401
    assert refused.json()["code"] == code


def test_a_forged_key_proves_nothing(union: Union) -> None:
    body, forged = union.body("LU"), SigningKey.new()

    stranger = union.send("LU", body, forged)
    imposter = union.send("LU", body, replace(forged, id=union.key().id))

    assert stranger.json()["code"] == "identity.signature-unknown-key"
    assert imposter.json()["code"] == "identity.signature-wrong"


def test_a_key_counts_everywhere_soon_after_it_was_made_and_no_longer_once_revoked(
    union: Union,
) -> None:
    home = union.home
    folder = KeyFolder.of(home.settings)
    made = keyring.make(
        home.store, folder, "demo-nl-inspection", holder="demo-nl-roadside", author="test"
    )
    key = folder.read(made.id)

    def status(country: str) -> int:
        return union.send(country, union.body(country), key).status_code

    until(lambda: {status("BE"), status("LU")} == {200})
    keyring.revoke(home.store, made.id, author="test", reason="lost")
    taken = until(lambda: {status("BE"), status("LU"), status("NL")} == {403})

    assert taken < SOON_S


def test_an_authority_that_is_suspended_at_home_acts_nowhere(union: Union) -> None:
    home = union.home
    name = "demo-nl-inspection"
    home.store.write(lambda work: registry.suspend(work, Authority, name, author="test"))
    key = union.key()

    def codes() -> set[str]:
        return {union.send(one, union.body(one), key).json().get("code", "") for one in COUNTRIES}

    until(lambda: codes() == {"identity.suspended"})
    with home.store.read() as connection:
        one = registry.get(connection, Authority, name)
    active = replace(one, active=True)
    home.store.write(lambda work: registry.enter(work, active, author="test"))
    until(lambda: codes() == {""})
