"""What the exchange kept long enough goes; a message that is sent again is known all the same."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Table, func, insert, select, update

from benelux.cli import main
from benelux.core.errors import Conflict
from benelux.core.exchange import envelope, sweeping, work
from benelux.core.exchange.federation import federation_of
from benelux.core.exchange.inbox import Inbox
from benelux.core.exchange.nodes import Node
from benelux.core.exchange.outbox import Draft, dead_letters, put, send_again, standing
from benelux.core.exchange.receipt import Outcome
from benelux.core.exchange.sweeping import RECEIVED_KEPT, SENT_KEPT, TEXT_KEPT, Swept, sweep
from benelux.core.exchange.tables import inbox, outbox
from benelux.core.exchange.transport import Direct
from benelux.core.identity import tables as identity
from benelux.core.identity.signatures import SKEW
from benelux.core.registers.commands.office import portal_at
from tests.core.ledgers import Clock
from tests.core.posts import Office, from_now, labels, offices, three_nodes, until
from tests.core.posts import put as put_parcel
from tests.core.test_exchange_inbox import Correspondent
from tests.visits import opened

NOTHING = Swept(0, 0, 0, 0)
HOUR = timedelta(hours=1)


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[dict[str, Node]]:
    with three_nodes(tmp_path) as found:
        yield found


@pytest.fixture
def clock() -> Clock:
    return from_now()


@pytest.fixture
def at_work(nodes: dict[str, Node], clock: Clock) -> Mapping[str, Office]:
    def direct(inboxes: Mapping[str, Inbox]) -> Direct:
        return Direct(inboxes)

    return offices(nodes, clock, direct)


def rows_in(office: Node, table: Table) -> int:
    with office.house.store.read() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def dead(office: Office) -> set[str]:
    with office.store.read() as connection:
        return {one.id for one in dead_letters(connection)}


def swept(office: Office, clock: Clock) -> Swept:
    return sweep(office.store, clock())


def test_a_message_is_remembered_for_longer_than_any_can_live() -> None:
    assert RECEIVED_KEPT > envelope.LONGEST_LIFE + 2 * SKEW
    assert TEXT_KEPT <= SENT_KEPT


def test_what_was_delivered_goes_after_its_time_at_both_ends(
    at_work: Mapping[str, Office], clock: Clock
) -> None:
    be, nl = at_work["BE"], at_work["NL"]
    put_parcel(be.node, "NL", "one", at=clock())
    assert be.deliver() == 1
    clock.now += RECEIVED_KEPT - HOUR
    assert (swept(be, clock), swept(nl, clock)) == (NOTHING, NOTHING)
    clock.now += 2 * HOUR
    assert (swept(be, clock), swept(nl, clock)) == (NOTHING, Swept(1, 0, 0, 0))
    clock.now += SENT_KEPT - RECEIVED_KEPT
    assert swept(be, clock) == Swept(0, 0, 1, 0)
    assert (rows_in(be.node, outbox), rows_in(nl.node, inbox)) == (0, 0)
    assert labels(nl.node) == ["one"]


def test_the_stream_goes_on_where_it_was(at_work: Mapping[str, Office], clock: Clock) -> None:
    be, nl = at_work["BE"], at_work["NL"]
    put_parcel(be.node, "NL", "one", at=clock())
    be.deliver()
    clock.now += RECEIVED_KEPT + HOUR
    assert swept(nl, clock).received == 1
    put_parcel(be.node, "NL", "two", at=clock())
    assert be.deliver() == 1
    assert labels(nl.node) == ["one", "two"]


def test_a_replay_is_known_before_the_sweep_and_too_late_after_it(
    nodes: dict[str, Node], clock: Clock
) -> None:
    be = Correspondent(nodes, clock)
    sent = be.write(1, deadline=clock() + envelope.LONGEST_LIFE)
    first = be.send(sent)
    for _ in range(8):
        clock.now += RECEIVED_KEPT / 8 - HOUR
        assert sweep(be.there.house.store, clock()) == NOTHING
        assert be.send(sent) == first
    clock.now += 9 * HOUR
    assert sweep(be.there.house.store, clock()).received == 1
    replayed = be.send(sent)
    assert (replayed.outcome, replayed.code) == (Outcome.REFUSED, "exchange.expired")
    assert labels(be.there) == ["1"]


def test_what_waits_for_a_message_that_never_came_goes_too(
    nodes: dict[str, Node], clock: Clock
) -> None:
    be = Correspondent(nodes, clock)
    assert be.send(be.write(2)).outcome is Outcome.HELD
    clock.now += RECEIVED_KEPT - HOUR
    assert sweep(be.there.house.store, clock()) == NOTHING
    clock.now += 2 * HOUR
    assert sweep(be.there.house.store, clock()).received == 1
    assert be.send(be.write(1)).outcome is Outcome.TAKEN


def test_a_dead_letter_keeps_its_text_for_its_time_and_its_story_for_longer(
    at_work: Mapping[str, Office], clock: Clock
) -> None:
    be = at_work["BE"]
    sent_again, forgotten = (put_parcel(be.node, "NL", "?", at=clock(), life=HOUR) for _ in "ab")
    clock.now += 2 * HOUR
    be.delivery.due()
    clock.now += TEXT_KEPT - HOUR
    assert swept(be, clock) == NOTHING
    be.store.write(lambda one: send_again(one, be.node.house, sent_again, at=clock()))
    clock.now += 2 * HOUR
    assert swept(be, clock).texts == 1
    with pytest.raises(Conflict) as gone:
        be.store.write(lambda one: send_again(one, be.node.house, forgotten, at=clock()))
    assert gone.value.code == "exchange.text-gone"
    assert dead(be) == {sent_again, forgotten}
    clock.now += SENT_KEPT - TEXT_KEPT
    assert swept(be, clock).sent == 2
    assert dead(be) == set()


def test_what_still_waits_is_never_swept(at_work: Mapping[str, Office], clock: Clock) -> None:
    be = at_work["BE"]
    put_parcel(be.node, "NL", "waiting", at=clock())
    clock.now += 3 * SENT_KEPT
    assert swept(be, clock) == NOTHING
    with be.store.read() as connection:
        assert standing(connection)[0].waiting == 1


def test_nonces_go_once_they_cannot_count(nodes: dict[str, Node], clock: Clock) -> None:
    store, rows = nodes["BE"].house.store, identity.nonce
    values = [
        {"key": "k", "nonce": f"{minutes}", "until": clock() + timedelta(minutes=minutes)}
        for minutes in (-5, 0, 5)
    ]
    store.write(lambda one: one.execute(insert(rows), values))
    assert sweep(store, clock()).nonces == 2
    assert rows_in(nodes["BE"], rows) == 1


def test_many_go_in_works_of_a_bounded_size(
    at_work: Mapping[str, Office], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "_AT_ONCE", 2)
    be, nl = at_work["BE"], at_work["NL"]
    for number in range(5):
        put_parcel(be.node, "NL", f"{number}", at=clock())
    be.deliver()
    clock.now += RECEIVED_KEPT + HOUR
    assert swept(nl, clock).received == 5


def test_a_running_portal_sweeps_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "FIRST_S", 0.01)
    seen: list[object] = []
    monkeypatch.setattr(work, "sweep", lambda store, _: seen.append(store))
    with opened(tmp_path, (), country="NL", demo=False) as house:
        posts = work.Posts(house)
        posts.start()
        until(lambda: seen == [house.store])
        posts.stop()


# The command line


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    monkeypatch.setenv("BENELUX_LANGUAGE", "en")
    monkeypatch.setenv("BENELUX_DATA", str(tmp_path / "data"))

    def command(*words: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main(["node", *words, "--country", "BE"])
        assert isinstance(ended.value.code, int)
        return ended.value.code, capsys.readouterr().out

    return command


def test_an_operator_lists_dead_letters_and_sends_one_again(
    run: Callable[..., tuple[int, str]],
) -> None:
    with portal_at(None) as portal:
        node = federation_of(portal).own["BE"]
        draft = Draft("demo-be-licensing", "NL", "exchange.test", {}, life=HOUR)
        past = from_now()() - 2 * HOUR
        lost = node.house.store.write(lambda one: put(one, node.house, draft))
        ended = update(outbox).values(state="dead", ended_at=past)
        node.house.store.write(lambda one: one.execute(ended))
    status, answer = run("letters", "--json")
    assert (status, [one["id"] for one in json.loads(answer)]) == (0, [lost])
    status, answer = run("send-again", lost, "--json")
    assert (status, json.loads(answer)["id"] != lost) == (0, True)
    assert run("send-again", lost)[0] == 2
    assert json.loads(run("sweep", "--json")[1])["texts"] == 0
