"""Delivery: whatever the way does to messages, all arrive, once each, in order, and it is known."""

import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from benelux.core.errors import Conflict, Invalid, NotFound, Refusal, Unavailable
from benelux.core.exchange import outbox, receipt
from benelux.core.exchange.breaker import BreakerState
from benelux.core.exchange.delivery import Delivery
from benelux.core.exchange.envelope import seal
from benelux.core.exchange.inbox import Inbox
from benelux.core.exchange.nodes import Node
from benelux.core.exchange.outbox import Draft, State, dead_letters, send_again, standing
from benelux.core.exchange.receipt import Outcome
from benelux.core.exchange.refusals import away
from benelux.core.exchange.settling import LONGEST_WAIT, health, wait_after
from benelux.core.exchange.tables import outbox as rows
from benelux.core.exchange.transport import Direct
from benelux.core.identity import keyring
from benelux.core.identity.keys import Public
from benelux.core.identity.keystore import KeyFolder
from benelux.core.store import Store
from tests.core.ledgers import Clock
from tests.core.posts import (
    COUNTRIES,
    Office,
    desk,
    from_now,
    labels,
    offices,
    put,
    recorded,
    signing,
    states,
    three_nodes,
)


class Way:
    """A way that a test closes, and that remembers what it carried."""

    patience = 60.0

    def __init__(self) -> None:
        self._direct = Direct({})
        self.closed: Refusal | None = None
        self.loses_receipts = False
        self.carried: list[str] = []

    def over(self, inboxes: Mapping[str, Inbox]) -> "Way":
        self._direct = Direct(inboxes)
        return self

    def send(self, country: str, attempt: str, sealed: str) -> str | None:
        self.carried.append(attempt)
        if self.closed is not None:
            raise self.closed
        told = self._direct.send(country, attempt, sealed)
        if self.loses_receipts:
            raise away(country)
        return told


class Chaos:
    """A way that drops, doubles, keeps for later and turns round, by the throw of a die."""

    patience = 60.0

    def __init__(self, seed: int) -> None:
        self._direct = Direct({})
        self._die = random.Random(seed)  # noqa: S311 - the same trouble each time
        self._late: list[tuple[str, str]] = []
        self.trouble: Counter[str] = Counter()

    def over(self, inboxes: Mapping[str, Inbox]) -> "Chaos":
        self._direct = Direct(inboxes)
        return self

    def send(self, country: str, attempt: str, sealed: str) -> str | None:
        self._overtaken()
        what = self._die.choices(
            ("fine", "dropped", "receipt lost", "doubled", "delayed"), (45, 15, 15, 10, 15)
        )[0]
        self.trouble[what] += 1
        if what == "delayed":
            self._late.append((country, sealed))
        if what in ("dropped", "delayed"):
            raise away(country)
        told = self._direct.send(country, attempt, sealed)
        if what == "doubled":
            assert self._direct.send(country, attempt, sealed) is not None
        if what == "receipt lost":
            raise away(country)
        return told

    def _overtaken(self) -> None:
        """Let some of what was kept arrive now, in any order."""
        while self._late and self._die.random() < 0.5:
            country, sealed = self._late.pop(self._die.randrange(len(self._late)))
            self._direct.send(country, "", sealed)


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[dict[str, Node]]:
    with three_nodes(tmp_path) as found:
        yield found


@pytest.fixture
def clock() -> Clock:
    return from_now()


@pytest.fixture
def way(nodes: dict[str, Node], clock: Clock) -> "Ways":
    return Ways(nodes, clock)


class Ways:
    """The three nodes at work on one way, seen from Belgium, which writes to the Netherlands."""

    def __init__(self, nodes: dict[str, Node], clock: Clock) -> None:
        self.clock = clock
        self.way = Way()
        self.all = offices(nodes, clock, self.way.over)
        self.be, self.nl = self.all["BE"], self.all["NL"]

    def put(self, label: str, **more: object) -> str:
        return put(self.be.node, "NL", label, at=self.clock(), **more)  # type: ignore[arg-type]

    def state(self, message: str) -> str:
        return states(self.be.node)[message]

    def patiently(self, rounds: int = 30, **step: float) -> None:
        """Deliver again and again while time passes."""
        for _ in range(rounds):
            self.be.deliver()
            self.clock.wait(**(step or {"minutes": 15}))


@pytest.mark.slow
def test_five_hundred_messages_arrive_once_and_in_order_by_the_worst_of_ways(
    nodes: dict[str, Node], clock: Clock
) -> None:
    chaos = Chaos(1)
    found = offices(nodes, clock, chaos.over)
    die = random.Random(1)  # noqa: S311 - as above
    sent: dict[tuple[str, str], list[str]] = {}
    for number in range(500):
        sender, receiver = die.sample(COUNTRIES, 2)
        stream = f"{sender}-{die.randrange(2)}".lower()
        put(nodes[sender], receiver, f"{number}", stream, at=clock())
        sent.setdefault((receiver, stream), []).append(f"{number}")
        if number % 25 == 0:
            _work(found, clock)
    for _ in range(300):
        if not _work(found, clock):
            break
    for (receiver, stream), expected in sent.items():
        assert labels(nodes[receiver], stream) == expected
    for node in nodes.values():
        assert set(states(node).values()) == {State.DONE}
    assert sum(recorded(node) for node in nodes.values()) == 500
    assert min(chaos.trouble.values()) > 20


def _work(found: Mapping[str, Office], clock: Clock) -> bool:
    """Let everybody deliver, and time pass; whether anything is still under way."""
    for office in found.values():
        office.deliver()
    clock.wait(seconds=20)
    return any(one.waiting + one.held for office in found.values() for one in _standing(office))


def _standing(office: Office) -> list[outbox.Standing]:
    with office.store.read() as connection:
        return list(standing(connection))


def test_a_message_goes_only_if_what_it_tells_of_was_kept(way: Ways) -> None:
    draft = Draft(desk("BE"), "NL", "parcels.parcel", {"label": "never"})

    def work(connection: Connection) -> None:
        outbox.put(connection, way.be.node.house, draft, at=way.clock())
        raise Conflict("parcels.no", Unavailable.title)

    with pytest.raises(Conflict):
        way.be.store.write(work)
    way.put("kept")
    way.be.deliver()
    assert labels(way.nl.node) == ["kept"]


def test_what_was_taken_ends_with_a_receipt_that_proves_it(way: Ways) -> None:
    message = way.put("one")
    assert way.be.deliver() == 1
    with way.be.store.read() as connection:
        row = connection.execute(select(rows).where(rows.c.id == message)).one()
    assert (row.state, row.payload, row.ended_at) == (State.DONE, None, way.clock())
    ring = keyring.keyring(way.be.store)
    word = receipt.read(row.receipt, ring.holder, way.clock()).receipt
    assert (word.id, word.outcome, word.authority) == (message, Outcome.TAKEN, desk("NL"))
    assert word.entry is not None


def test_without_an_answer_it_is_sent_again_later_and_later(way: Ways) -> None:
    way.way.closed = away("NL")
    way.put("one")
    moments = []
    for _ in range(1000):
        before = len(way.way.carried)
        way.be.deliver()
        if len(way.way.carried) > before:
            moments.append(way.clock())
        way.clock.wait(seconds=4)
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(moments)]
    assert len(gaps) >= 6
    assert gaps[0] <= 4
    assert gaps[-1] > 100
    way.way.closed = None
    way.patiently(3)
    assert labels(way.nl.node) == ["one"]


def test_waits_grow_to_a_bound_and_are_out_of_step() -> None:
    for attempts in range(40):
        waits = {wait_after(attempts) for _ in range(20)}
        assert len(waits) > 1
        longest = min(LONGEST_WAIT, timedelta(seconds=2.0 ** min(attempts, 20)))
        assert all(longest / 2 <= wait <= longest for wait in waits)


def test_a_lost_receipt_is_asked_for_again_and_nothing_is_taken_twice(way: Ways) -> None:
    way.way.loses_receipts = True
    message = way.put("one")
    way.patiently(3)
    assert way.state(message) == State.WAITING
    way.way.loses_receipts = False
    way.patiently(3)
    assert way.state(message) == State.DONE
    assert labels(way.nl.node) == ["one"]
    assert recorded(way.nl.node) == 1


def test_what_is_held_there_is_asked_about_until_it_is_taken(way: Ways) -> None:
    way.way.closed = away("NL")
    first = way.put("1")
    way.be.deliver()
    way.way.closed = None
    second = way.put("2")
    way.be.deliver()
    assert (way.state(first), way.state(second)) == (State.WAITING, State.HELD)
    assert _standing(way.be)[0].held == 1
    way.clock.wait(seconds=2)
    way.be.deliver()
    way.be.deliver()
    assert (way.state(first), way.state(second)) == (State.DONE, State.DONE)
    assert labels(way.nl.node) == ["1", "2"]


def test_past_its_deadline_a_message_dies_with_its_reason_and_the_stream_goes_on(
    way: Ways,
) -> None:
    way.way.closed = away("NL")
    dead = way.put("dead", life=timedelta(hours=1))
    alive = way.put("alive")
    way.patiently(2, hours=1)
    assert way.state(dead) == State.DEAD
    with way.be.store.read() as connection:
        (letter,) = dead_letters(connection)
    assert (letter.id, letter.code, letter.kind) == (dead, "exchange.away", "parcels.parcel")
    way.way.closed = None
    way.patiently()
    assert labels(way.nl.node) == ["alive"]
    assert (way.state(dead), way.state(alive)) == (State.DEAD, State.DONE)


def test_a_message_that_had_arrived_is_no_dead_letter(way: Ways) -> None:
    way.way.loses_receipts = True
    message = way.put("arrived", life=timedelta(hours=1))
    way.be.deliver()
    way.clock.wait(hours=2)
    way.be.deliver()
    assert way.state(message) == State.DEAD
    way.way.loses_receipts = False
    way.patiently(3)
    assert way.state(message) == State.DONE
    assert labels(way.nl.node) == ["arrived"]
    with way.be.store.read() as connection:
        assert dead_letters(connection) == []


def test_what_the_receiver_refuses_dies_at_once(way: Ways) -> None:
    refused = way.put("refuse this")
    next_one = way.put("next")
    way.patiently(2)
    assert (way.state(refused), way.state(next_one)) == (State.DEAD, State.DONE)
    with way.be.store.read() as connection:
        (letter,) = dead_letters(connection)
        voids = connection.scalars(select(rows.c.id).where(rows.c.voids != "")).all()
    assert letter.code == "parcels.unwanted"
    assert voids == []  # its number was taken, by a message that was refused


def test_a_dead_letter_can_be_sent_again_once(way: Ways) -> None:
    way.way.closed = away("NL")
    dead = way.put("try again", life=timedelta(hours=1))
    way.patiently(2, hours=1)
    way.way.closed = None
    house, moment = way.be.node.house, way.clock()
    again = way.be.store.write(lambda work: send_again(work, house, dead, at=moment))
    with pytest.raises(Conflict):
        way.be.store.write(lambda work: send_again(work, house, dead))
    with pytest.raises(NotFound):
        way.be.store.write(lambda work: send_again(work, house, "0" * 32))
    way.patiently()
    assert (way.state(dead), way.state(again)) == (State.DEAD, State.DONE)
    assert labels(way.nl.node) == ["try again"]


def test_only_the_receivers_signed_word_ends_a_message(way: Ways) -> None:
    for refusal in (
        Invalid("exchange.unreadable", Invalid.title),
        NotFound("exchange.no-such-node", NotFound.title),
        Unavailable("web.busy", Unavailable.title),
    ):
        way.way.closed = refusal
        message = way.put(refusal.code)
        way.patiently(3)
        assert way.state(message) == State.WAITING
        way.way.closed = None
        way.patiently(4)
        assert way.state(message) == State.DONE


@pytest.mark.parametrize("forger", ["stranger", "another country", "another message"])
def test_a_receipt_by_somebody_else_or_for_another_message_counts_for_nothing(
    nodes: dict[str, Node], way: Ways, forger: str
) -> None:
    message = way.put("one")
    with way.be.store.read() as connection:
        row = connection.execute(select(rows).where(rows.c.id == message)).one()
    country = "LU" if forger == "another country" else "NL"
    digest = "x" * 43 if forger == "another message" else row.digest
    key = signing(nodes[country])
    if forger == "stranger":
        keyring.revoke(way.be.store, key.id, author="test", reason="stolen")
    told = receipt.seal(
        receipt.Receipt(
            message, row.sender, digest, desk(country), country, Outcome.TAKEN, way.clock(), 1
        ),
        key,
    )
    if forger == "stranger":
        with pytest.raises(Refusal):
            way.be.delivery.acknowledge(told)
    else:
        assert not way.be.delivery.acknowledge(told)
    delivery = Delivery(way.be.node, Says(told), clock=way.clock)
    assert delivery.turn("NL") == 0
    assert way.state(message) == State.WAITING


class Says:
    """A way on which somebody answers the same, whatever is sent."""

    patience = 60.0

    def __init__(self, told: str | None) -> None:
        self._told = told

    def send(self, country: str, attempt: str, sealed: str) -> str | None:
        assert country
        assert attempt
        assert sealed
        return self._told


def test_a_receipt_may_come_later_by_itself(way: Ways) -> None:
    message = way.put("one")
    with way.be.store.read() as connection:
        payload = connection.scalars(select(rows.c.payload)).one()
    quiet = Delivery(way.be.node, Says(None), clock=way.clock)
    assert quiet.turn("NL") == 0
    assert quiet.due() == []
    way.clock.wait(seconds=61)
    assert quiet.due() == ["NL"]
    told = way.nl.inbox.answer(seal(payload, signing(way.be.node)))
    assert quiet.acknowledge(told)
    assert way.state(message) == State.DONE
    assert quiet.acknowledge(told)


def test_a_peer_that_is_away_is_left_alone_for_a_while(way: Ways) -> None:
    for number in range(60):
        way.put(f"{number}")
    way.way.closed = away("NL")
    way.be.deliver()
    assert len(way.way.carried) == 5
    breaker = way.be.breakers["NL"]
    assert breaker.state is BreakerState.OPEN
    way.be.deliver()
    assert len(way.way.carried) == 5
    way.clock.wait(seconds=6)
    way.be.deliver()
    assert len(way.way.carried) == 6
    way.way.closed = None
    way.patiently(4)
    assert breaker.state is BreakerState.CLOSED
    assert labels(way.nl.node) == [f"{number}" for number in range(60)]


def test_a_peer_that_refuses_is_there(way: Ways) -> None:
    way.way.closed = NotFound("exchange.no-such-node", NotFound.title)
    for number in range(10):
        way.put(f"{number}")
    way.be.deliver()
    assert len(way.way.carried) == 10
    assert way.be.breakers["NL"].state is BreakerState.CLOSED


def test_one_peer_that_is_away_holds_up_no_other(way: Ways, nodes: dict[str, Node]) -> None:
    way.be.breakers["LU"].allows()
    for _ in range(5):
        way.be.breakers["LU"].bad()
    put(nodes["BE"], "LU", "waits", at=way.clock())
    way.put("goes")
    way.be.deliver()
    assert labels(nodes["NL"]) == ["goes"]
    assert labels(nodes["LU"]) == []


def test_how_a_peer_was_reached_is_kept_for_all_to_see(way: Ways) -> None:
    way.put("one")
    way.be.deliver()
    good = way.clock()
    way.clock.wait(minutes=1)
    way.way.closed = away("NL")
    way.put("two")
    way.be.deliver()
    with way.be.store.read() as connection:
        (found,) = health(connection)
        (stands,) = standing(connection)
    assert (found.country, found.good_at, found.bad_at) == ("NL", good, way.clock())
    assert (found.failures, found.error) == (1, "exchange.away")
    assert (stands.waiting, stands.held, stands.done, stands.dead) == (1, 0, 1, 0)
    assert stands.since == way.clock()


def test_a_rotated_key_signs_what_was_waiting(way: Ways, nodes: dict[str, Node]) -> None:
    message = way.put("one")
    house = nodes["BE"].house
    keys = KeyFolder.of(house.settings)
    new = keyring.rotate(house.store, keys, signing(nodes["BE"]).id, author="test")
    keyring.revoke(nodes["NL"].house.store, _old(house.store, new.id), author="t", reason="old")
    way.clock.wait(seconds=5)
    time.sleep(1.1)  # a key is remembered for a second
    way.be.deliver()
    assert way.state(message) == State.WAITING  # the new key is not known there yet
    public = Public(new.id, new.kind, new.public, new.valid_from, new.valid_to)
    keyring.trust(nodes["NL"].house.store, desk("BE"), public, author="test")
    keyring.keyring(nodes["NL"].house.store).forget()
    way.patiently(3)
    assert way.state(message) == State.DONE


def _old(store: Store, new: str) -> str:
    return next(key.id for key in keyring.keys(store, desk("BE")) if key.id != new)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"sender": "nobody"}, NotFound),
        ({"sender": "nl-parcels"}, NotFound),
        ({"receiver": "Netherlands"}, Invalid),
        ({"kind": "parcel"}, Invalid),
        ({"stream": "No Spaces"}, Invalid),
        ({"life": timedelta()}, Invalid),
        ({"life": timedelta(days=31)}, Invalid),
    ],
)
def test_what_could_never_go_is_not_put(
    way: Ways, changed: dict[str, object], error: type[Refusal]
) -> None:
    given = {"sender": desk("BE"), "receiver": "NL", "kind": "parcels.parcel", "body": {}}
    draft = Draft(**{**given, **changed})  # type: ignore[arg-type]
    with pytest.raises(error):
        way.be.store.write(lambda work: outbox.put(work, way.be.node.house, draft))


def test_the_threads_deliver_by_themselves(nodes: dict[str, Node]) -> None:
    inboxes = {country: Inbox(node) for country, node in nodes.items()}
    delivery = Delivery(nodes["BE"], Direct(inboxes))
    delivery.start(timedelta(milliseconds=20))
    try:
        for number in range(70):
            put(nodes["BE"], "NL" if number % 2 else "LU", f"{number}")
        until = time.monotonic() + 30
        while set(states(nodes["BE"]).values()) != {State.DONE}:
            assert time.monotonic() < until
            time.sleep(0.05)
    finally:
        delivery.stop()
    assert labels(nodes["NL"]) == [f"{number}" for number in range(1, 70, 2)]
    assert labels(nodes["LU"]) == [f"{number}" for number in range(0, 70, 2)]
