"""A person sees who asked about them, later where a lawful decision says so."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest

from benelux.core.errors import Conflict, Invalid, NotFound, Unavailable
from benelux.core.house import House
from benelux.core.ledger import Entry, Ledger, Log
from benelux.core.ledger.citizen import Asked
from benelux.core.ledger.model import Delay
from benelux.core.ledger.service import (
    consultations_of,
    erase,
    gather,
    postpone,
    record,
    record_soon,
    tokens_of,
    verify,
)
from tests.core.ledgers import START, Clock, consultation, tamper
from tests.visits import READER

_DAY = START.date()
_DELAY = Delay(_DAY + timedelta(days=90), "art. 15 Directive 2016/680", "public prosecutor", "P-7")


def _seen(ledger: Ledger, day: date = _DAY) -> list[Asked]:
    return consultations_of(ledger, ["anna"], day)


def test_a_person_sees_who_asked_when_why_and_on_which_ground_in_all_shards(
    ledger: Ledger, clock: Clock
) -> None:
    record(ledger, "nl-politie", consultation("A"), about=["anna", "bert"])
    clock.wait(hours=1)
    record(ledger, "be-police", consultation("B", "hit"), about=["anna"])
    record(ledger, "be-police", consultation("C"), about=["bert"])
    found = _seen(ledger)
    assert [(one.shard, one.what.case, one.what.answer) for one in found] == [
        ("be-police", "B", "hit"),
        ("nl-politie", "A", "no-hit"),
    ]
    assert found[1].what == consultation("A")
    assert found[1].at == START
    assert consultations_of(ledger, [], _DAY) == []
    assert consultations_of(ledger, ["nobody"], _DAY) == []


def test_a_consultation_that_is_delayed_is_shown_from_the_day_of_the_decision_with_its_reason(
    ledger: Ledger,
) -> None:
    record(ledger, "nl-politie", consultation("A"), about=["anna"])
    record(ledger, "nl-politie", consultation("B"), about=["anna"], delay=_DELAY)
    assert [one.what.case for one in _seen(ledger)] == ["A"]
    assert [one.what.case for one in _seen(ledger, _DELAY.until - timedelta(days=1))] == ["A"]
    later = _seen(ledger, _DELAY.until)
    assert {one.what.case: one.delay for one in later} == {"A": None, "B": _DELAY}


def test_a_delay_is_itself_on_record_and_can_be_decided_anew(ledger: Ledger, log: Log) -> None:
    receipt = record(ledger, log.shard, consultation(), about=["anna"])
    decision = postpone(log, receipt.number, _DELAY)
    assert log.leaf(decision.number).kind == "delay"
    assert b"prosecutor" in log.read(decision.number)
    assert _seen(ledger) == []
    ended = replace(_DELAY, until=_DAY, ground="the investigation has ended")
    postpone(log, receipt.number, ended)
    (found,) = _seen(ledger)
    assert found.delay == ended
    assert verify(ledger, log.shard, deep=True).holds


def test_a_delay_needs_a_ground_an_authority_and_a_consultation(ledger: Ledger, log: Log) -> None:
    record(ledger, log.shard, consultation(), about=["anna"])
    for wrong in (replace(_DELAY, ground=" "), replace(_DELAY, authority="")):
        with pytest.raises(Invalid):
            postpone(log, 1, wrong)
        with pytest.raises(Invalid):
            record(ledger, log.shard, consultation(), about=["anna"], delay=wrong)
    with pytest.raises(Invalid):
        postpone(log, 0, _DELAY)
    with pytest.raises(NotFound):
        postpone(log, 77, _DELAY)
    assert log.size() == 2


def test_what_was_erased_is_not_shown_any_more(ledger: Ledger, log: Log) -> None:
    record(ledger, log.shard, consultation(), about=["anna"])
    erase(log, 1, "retention", by="records office")
    assert _seen(ledger) == []


def test_one_damaged_entry_does_not_hide_the_others(ledger: Ledger, log: Log) -> None:
    record(ledger, log.shard, consultation("A"), about=["anna"])
    record(ledger, log.shard, consultation("B"), about=["anna"])
    tamper(log, "UPDATE ledger_content SET sealed = zeroblob(90) WHERE number = 1")
    assert [(one.what.case, one.damaged) for one in _seen(ledger)] == [("B", False), ("", True)]


def test_other_entries_about_a_person_are_not_consultations(ledger: Ledger, log: Log) -> None:
    log.append(Entry("decision", b"granted", about=("anna",)))
    assert _seen(ledger) == []


def test_a_consultation_that_is_sent_twice_is_shown_once_and_delayed_once(
    ledger: Ledger, log: Log
) -> None:
    for _ in range(2):
        record(ledger, log.shard, consultation(), about=["anna"], request="7", delay=_DELAY)
    assert log.size() == 3
    with pytest.raises(Conflict):
        record(ledger, log.shard, consultation("X"), about=["anna"], request="7", delay=_DELAY)
    assert log.leaf(3).kind == "refusal"
    assert len(_seen(ledger, _DELAY.until)) == 1


def test_many_consultations_at_once_are_all_there(ledger: Ledger) -> None:
    def ask(number: int) -> int:
        done = record_soon(
            ledger, "nl-politie", consultation(str(number)), about=["anna"], request=str(number)
        )
        return done.result().number

    with ThreadPoolExecutor(8) as many:
        numbers = set(many.map(ask, range(200)))
    assert len(numbers) == 200
    assert {one.what.case for one in _seen(ledger)} == {str(number) for number in range(200)}


def test_a_node_that_is_away_is_named_and_holds_up_none_of_the_others(
    ledger: Ledger, other: Ledger
) -> None:
    record(ledger, "nl-politie", consultation("A"), about=["anna"])
    record(other, "be-police", consultation("B"), about=["anna"])

    def away() -> list[Asked]:
        raise Unavailable("node.away", consultation)  # type: ignore[arg-type]

    found = gather(
        {
            "NL": lambda: _seen(ledger),
            "BE": lambda: consultations_of(other, ["anna"], _DAY),
            "LU": away,
        }
    )
    assert {one.what.case for one in found.found} == {"A", "B"}
    assert found.failures == ("LU",)


def test_a_person_is_found_by_their_sign_in(house: House) -> None:
    assert tokens_of(house, READER) == ("sign-in https://id.example 8",)
