"""One question to three countries: in time, on record, and with nobody's silence hidden."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace

import msgspec
import pytest

from benelux.core.errors import NotAllowed
from benelux.core.exchange import lines
from benelux.core.exchange.breaker import BreakerState, breaker_of
from benelux.core.exchange.fanout import fan_out, stream
from benelux.core.exchange.lines import Line, Told, line
from benelux.core.exchange.nodes import Federation, Peer
from benelux.core.identity import keyring, registry
from benelux.core.identity.authority import Authority
from benelux.core.identity.keystore import KeyFolder
from benelux.core.ledger import ledger_of
from benelux.core.registers.declaration import Question
from benelux.core.registers.values import Reply
from benelux.core.registers.wire import Asked
from tests.core.union import Union, asking, lasting, union

__all__ = ["lasting", "union"]  # fixtures
INSPECTION = "demo-nl-inspection"


@pytest.fixture
def dead(lasting: Union) -> Iterator[Federation]:
    """The three, and a German node that is not there."""
    yield replace(lasting.known, peers={"DE": Peer("DE", "http://127.0.0.1:9")})
    breaker_of(lasting.node("NL").house, "DE").good()


@pytest.fixture
def slow(lasting: Union, monkeypatch: pytest.MonkeyPatch) -> Federation:
    """The three, of which Luxembourg takes its time."""
    told = Line.post_soon

    async def post_soon(self: Line, path: str, content: bytes, **how: object) -> Told:
        if self.country == "LU":
            await asyncio.sleep(30)
        return await told(self, path, content, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(lines.Line, "post_soon", post_soon)
    return lasting.known


def test_every_country_answers_for_itself(lasting: Union) -> None:
    found = fan_out(lasting.known, asking("C-1"), lasting.inspector(), 10)

    assert found.failures == ()
    assert [(one.country, one.verdict) for one in found.replies] == [
        ("BE", "hit"), ("NL", "hit"), ("LU", "hit"),
    ]  # fmt: skip
    assert all(one.found == () for one in found.replies)


def test_a_country_that_has_nothing_says_so(lasting: Union) -> None:
    found = fan_out(
        lasting.known, asking("C-9", Question.STATUS), lasting.inspector(), 10, countries=["LU"]
    )

    assert [(one.country, one.verdict) for one in found.replies] == [("LU", "unknown")]


def test_a_dead_node_is_named_and_holds_up_nobody(lasting: Union, dead: Federation) -> None:
    found = fan_out(dead, asking("C-1"), lasting.inspector(), 10)

    assert [one.country for one in found.replies] == ["BE", "NL", "LU"]
    assert [(one.country, one.code) for one in found.failures] == [("DE", "exchange.away")]
    assert "DE" in found.failures[0].message.to("en")


def test_the_deadline_holds_however_slow_a_node_is(lasting: Union, slow: Federation) -> None:
    began = time.monotonic()
    found = fan_out(slow, asking("C-1"), lasting.inspector(), 2)

    assert time.monotonic() - began < 3.5
    assert [one.country for one in found.replies] == ["BE", "NL"]
    assert [(one.country, one.code) for one in found.failures] == [("LU", "exchange.late")]
    breaker_of(lasting.node("NL").house, "LU").good()


def test_answers_are_told_as_they_come(lasting: Union, slow: Federation) -> None:
    began = time.monotonic()
    came = stream(slow, asking("C-1"), lasting.inspector(), 3)
    first = next(came)

    assert isinstance(first, Reply)
    assert time.monotonic() - began < 2.5
    assert [one.country for one in came][-1] == "LU"
    breaker_of(lasting.node("NL").house, "LU").good()


def test_a_node_that_stays_silent_is_left_alone_for_a_while(
    lasting: Union, dead: Federation
) -> None:
    for _ in range(5):
        fan_out(dead, asking("C-1"), lasting.inspector(), 5, countries=["DE"])

    found = fan_out(dead, asking("C-1"), lasting.inspector(), 5, countries=["DE"])

    assert [one.code for one in found.failures] == ["exchange.resting"]
    assert breaker_of(lasting.node("NL").house, "DE").state is BreakerState.OPEN


def test_a_refusal_of_one_country_leaves_the_others_their_answer(union: Union) -> None:
    house = union.node("LU").house
    suspend = lambda work: registry.suspend(work, Authority, INSPECTION, author="test")  # noqa: E731
    house.store.write(suspend)
    keyring.keyring(house.store).forget()

    found = fan_out(union.known, asking("C-1"), union.inspector(), 10)

    assert [one.country for one in found.replies] == ["BE", "NL"]
    assert [(one.country, one.code) for one in found.failures] == [("LU", "identity.suspended")]


def test_the_question_is_on_record_at_the_asker_and_at_each_keeper(lasting: Union) -> None:
    found = fan_out(lasting.known, asking("C-1"), lasting.inspector(), 10)

    log = ledger_of(lasting.node("NL").house).log(INSPECTION)
    asked, answers = log.leaf(log.size() - 2), log.leaf(log.size() - 1)
    assert (asked.kind, answers.kind) == ("question", "answers")
    told = msgspec.json.decode(log.read(log.size() - 1))
    for reply in found.replies:
        shard, number = reply.receipt
        kept = ledger_of(lasting.node(reply.country).house).log(shard)
        assert kept.leaf(number).kind == "consultation"
        assert told["answered"][reply.country] == [shard, number]
    said = log.read(log.size() - 2).decode()
    assert "C-1" not in said
    assert "demo-inspector-nl" not in said


def test_who_has_no_node_here_cannot_ask_from_here(lasting: Union) -> None:
    by = lasting.inspector()
    foreigner = replace(by, actor=replace(by.actor, country="DE"))

    with pytest.raises(NotAllowed) as refused:
        fan_out(lasting.known, asking("C-1"), foreigner)

    assert refused.value.code == "exchange.not-from-here"


def test_a_hit_and_no_hit_are_of_one_length(lasting: Union) -> None:
    house = lasting.node("NL").house
    key = keyring.signing_key(house.store, KeyFolder.of(house.settings), INSPECTION)
    sizes = set()
    for card in ("C-1", "C-2", "a longer number that nobody has"):
        body = msgspec.json.encode(Asked.of(asking(card), lasting.inspector(), "BE"))
        told = line(lasting.known, "BE").post(
            "/api/registers/lanterns.permits/questions", body, key=key
        )
        assert told.read(Reply).verdict == ("hit" if card == "C-1" else "no-hit")
        sizes.add(len(told.content))

    assert sizes == {1024}


def test_who_does_not_wait_for_all_leaves_the_answers_on_record(lasting: Union) -> None:
    came = stream(lasting.known, asking("C-1"), lasting.inspector(), 10)
    first = next(came)
    came.close()  # type: ignore[attr-defined]

    log = ledger_of(lasting.node("NL").house).log(INSPECTION)
    told = msgspec.json.decode(log.read(log.size() - 1))
    assert list(told["answered"]) == [first.country]
