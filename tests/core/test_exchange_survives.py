"""`kill -9` of the sender and of the receiver in the middle: nothing acknowledged is ever lost."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from litestar.testing import TestClient

from benelux.core.exchange.envelope import seal
from benelux.core.exchange.http import MEDIA_TYPE, PATH
from benelux.core.exchange.nodes import Node
from benelux.core.exchange.outbox import State
from benelux.core.identity.keys import SigningKey
from benelux.core.ledger import ledger_of
from benelux.core.ledger.service import verify
from tests.core.natserver import free_port
from tests.core.post_office import application
from tests.core.posts import acquaint, desk, labels, node, recorded, signing, states, until
from tests.core.test_exchange_envelopes import envelope

ROOT = Path(__file__).parents[2]
COUNT = 120


@dataclass
class Offices:
    """The two processes, and what the sender said that it keeps."""

    folder: Path
    port: int = field(default_factory=free_port)
    kept: list[int] = field(default_factory=list)

    def taking(self) -> "subprocess.Popen[str]":
        return self._run("take", "NL", self.port)

    def sending(self) -> "subprocess.Popen[str]":
        return self._run("send", "BE", self.port, COUNT)

    def end(self, sender: "subprocess.Popen[str]") -> None:
        """Hear what it still said, and wait for its end."""
        self.kept += [int(line) for line in sender.communicate(timeout=120)[0].splitlines()]

    def _run(self, what: str, country: str, *numbers: int) -> "subprocess.Popen[str]":
        words = [sys.executable, "-m", "tests.core.post_office", what, str(self.folder / country)]
        return subprocess.Popen(
            [*words, *map(str, numbers)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )


@pytest.mark.slow
def test_whoever_is_killed_in_the_middle_nothing_is_lost_and_nothing_comes_twice(
    tmp_path: Path,
) -> None:
    with node(tmp_path / "BE", "BE") as be, node(tmp_path / "NL", "NL") as nl:
        acquaint([be, nl])
        found = Offices(tmp_path)
        sender, taker = found.sending(), found.taking()
        try:
            for turn, enough in enumerate(range(15, COUNT, 25)):
                until(lambda enough=enough: len(labels(nl)) >= enough)
                if turn % 2:
                    sender.kill()
                    found.end(sender)
                    sender = found.sending()
                else:
                    taker.kill()
                    taker.communicate()
                    taker = found.taking()
            found.end(sender)
            assert sender.returncode == 0
        finally:
            for one in (sender, taker):
                one.kill()
                one.communicate()
        assert found.kept
        assert set(found.kept) <= set(range(1, COUNT + 1))
        assert labels(nl) == [f"{number}" for number in range(1, COUNT + 1)]
        assert set(states(be).values()) == {State.DONE}
        assert recorded(nl) == COUNT
        assert verify(ledger_of(nl.house), desk("NL")).holds


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[dict[str, Node]]:
    with node(tmp_path / "BE", "BE") as be, node(tmp_path / "NL", "NL") as nl:
        acquaint([be, nl])
        yield {"BE": be, "NL": nl}


def post(nodes: dict[str, Node], content: str | bytes) -> httpx.Response:
    client = TestClient(application(nodes["NL"].house))
    return client.post(PATH, content=content, headers={"content-type": MEDIA_TYPE})


def test_over_http_the_answer_to_a_message_is_its_receipt(nodes: dict[str, Node]) -> None:
    sealed = seal(envelope().pack(), signing(nodes["BE"]))
    first, second = post(nodes, sealed), post(nodes, sealed)
    assert (first.status_code, first.headers["content-type"]) == (200, MEDIA_TYPE)
    assert first.headers["cache-control"] == "no-store"
    assert first.text == second.text
    assert len(first.text.split(".")) == 3
    assert labels(nodes["NL"]) == ["fireworks"]


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        ("", 401, "exchange.signature-unreadable"),
        ("nonsense", 401, "exchange.signature-unreadable"),
        (b"\xff\xfe", 401, "exchange.signature-unreadable"),
        ("x" * 1_000_000, 401, "exchange.signature-unreadable"),
        ("x" * 1_000_001, 413, "web.too-large"),
        ("x" * 10_000_000, 413, "web.too-large"),
    ],
)
def test_over_http_what_is_no_message_is_refused_as_a_problem(
    nodes: dict[str, Node], content: str | bytes, status: int, code: str
) -> None:
    answer = post(nodes, content)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert json.loads(answer.text)["code"] == code


def test_over_http_a_stranger_and_a_wrong_address_are_refused(nodes: dict[str, Node]) -> None:
    stranger = post(nodes, seal(envelope().pack(), SigningKey.new()))
    assert (stranger.status_code, stranger.json()["code"]) == (
        401, "exchange.signature-unknown-key",
    )  # fmt: skip
    elsewhere = post(nodes, seal(envelope(receiver="LU").pack(), signing(nodes["BE"])))
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (404, "exchange.no-such-node")
    assert labels(nodes["NL"]) == []
