"""Messages through a real NATS server: durable, in order, and none lost when it is killed."""

import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from benelux.core.errors import Unavailable
from benelux.core.exchange.breaker import Breaker
from benelux.core.exchange.delivery import Delivery
from benelux.core.exchange.inbox import Inbox
from benelux.core.exchange.nats import NatsTransport
from benelux.core.exchange.nodes import Node
from benelux.core.exchange.outbox import State
from tests.core.natserver import NatsServer
from tests.core.posts import labels, put, recorded, states, three_nodes, until

pytestmark = pytest.mark.slow


@pytest.fixture
def server(tmp_path: Path) -> Iterator[NatsServer]:
    folder = tmp_path / "nats"
    folder.mkdir()
    found = NatsServer(folder)
    found.start()
    yield found
    found.kill()


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[dict[str, Node]]:
    with three_nodes(tmp_path) as found:
        yield found


class Station:
    """A node that sends and hears through NATS."""

    def __init__(self, node: Node, url: str, patience: float = 30.0) -> None:
        self.node = node
        self.way = NatsTransport(url)
        self.way.patience = patience
        breaker = Breaker(cooldown=0.2, longest=1)
        self.delivery = Delivery(node, self.way, breaker=lambda _: breaker)

    def start(self) -> None:
        self.way.listen(self.node.country, Inbox(self.node), self.delivery.acknowledge)
        self.delivery.start(timedelta(milliseconds=50))

    def stop(self) -> None:
        self.delivery.stop()
        self.way.close()


def stations(nodes: dict[str, Node], url: str, patience: float = 30.0) -> list[Station]:
    return [Station(node, url, patience) for node in nodes.values()]


def all_done(node: Node) -> bool:
    return set(states(node).values()) == {State.DONE}


def test_messages_and_receipts_go_both_ways(server: NatsServer, nodes: dict[str, Node]) -> None:
    working = stations(nodes, server.url)
    for one in working:
        one.start()
    try:
        for number in range(40):
            put(nodes["BE"], "NL", f"{number}")
            put(nodes["NL"], "BE", f"{number}")
            put(nodes["NL"], "LU", f"{number}")
        until(lambda: all_done(nodes["BE"]) and all_done(nodes["NL"]))
    finally:
        for one in working:
            one.stop()
    expected = [f"{number}" for number in range(40)]
    assert [labels(nodes[country]) for country in ("NL", "BE", "LU")] == [expected] * 3


def test_what_was_sent_to_a_node_that_sleeps_waits_at_the_server(
    server: NatsServer, nodes: dict[str, Node]
) -> None:
    early = Station(nodes["BE"], server.url)
    early.start()
    for number in range(10):
        put(nodes["BE"], "NL", f"{number}")
    until(lambda: not early.delivery.due())
    time.sleep(0.5)
    early.stop()
    late = Station(nodes["NL"], server.url)
    late.start()
    until(lambda: len(labels(nodes["NL"])) == 10)
    late.stop()
    assert not all_done(nodes["BE"])
    again = Station(nodes["BE"], server.url)
    again.start()
    until(lambda: all_done(nodes["BE"]))
    again.stop()
    assert labels(nodes["NL"]) == [f"{number}" for number in range(10)]


def test_nothing_is_lost_when_the_server_is_killed_again_and_again(
    server: NatsServer, nodes: dict[str, Node]
) -> None:
    working = stations(nodes, server.url, patience=2.0)
    for one in working:
        one.start()
    try:
        for number in range(120):
            put(nodes["BE"], "NL", f"{number}")
            if number % 40 == 20:
                server.kill()
            if number % 40 == 30:
                server.start()
        until(lambda: all_done(nodes["BE"]))
    finally:
        for one in working:
            one.stop()
    assert labels(nodes["NL"]) == [f"{number}" for number in range(120)]
    assert recorded(nodes["NL"]) == 120


def test_nothing_is_lost_when_the_server_loses_everything(
    server: NatsServer, nodes: dict[str, Node], tmp_path: Path
) -> None:
    early = Station(nodes["BE"], server.url, patience=1.0)
    early.start()
    for number in range(10):
        put(nodes["BE"], "NL", f"{number}")
    until(lambda: not early.delivery.due())
    time.sleep(0.5)
    server.kill()
    (tmp_path / "nats" / "jetstream").rename(tmp_path / "gone")
    server.start()
    late = Station(nodes["NL"], server.url)
    late.start()
    until(lambda: all_done(nodes["BE"]))
    early.stop()
    late.stop()
    assert labels(nodes["NL"]) == [f"{number}" for number in range(10)]


def test_what_nobody_is_proven_to_have_sent_is_dropped(
    server: NatsServer, nodes: dict[str, Node]
) -> None:
    there, here = Station(nodes["NL"], server.url), Station(nodes["BE"], server.url)
    there.start()
    for text in ("", "nonsense", "a.b.c", "\xff" * 100):
        here.way.send("NL", f"forged {text[:5]!r}", text)
    here.start()
    put(nodes["BE"], "NL", "true")
    until(lambda: all_done(nodes["BE"]))
    here.stop()
    there.stop()
    assert labels(nodes["NL"]) == ["true"]


def test_without_a_server_messages_wait(nodes: dict[str, Node], tmp_path: Path) -> None:
    absent = NatsServer(tmp_path)
    alone = Station(nodes["BE"], absent.url)
    with pytest.raises(Unavailable):
        alone.way.send("NL", "one", "text")
    message = put(nodes["BE"], "NL", "one")
    assert alone.delivery.turn("NL") == 0
    assert states(nodes["BE"])[message] == State.WAITING
    alone.way.close()


def test_no_portal_loads_what_carries_and_signs_messages_before_it_is_wanted() -> None:
    asked = "import sys, benelux.core.web.app; print({'joserfc', 'nats'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
