"""The circuit breaker: closed, open, half-open, by a clock that the test moves."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from benelux.core.exchange.breaker import Breaker, BreakerState, breaker_of
from benelux.core.language import LANGUAGES
from tests.core.posts import node


@dataclass
class Seconds:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
def breaker(clock: Seconds) -> Breaker:
    return Breaker(clock, most=3, cooldown=10, longest=60)


def opened(breaker: Breaker) -> Breaker:
    for _ in range(3):
        assert breaker.allows()
        breaker.bad()
    return breaker


def test_it_opens_after_so_many_failures_in_a_row(breaker: Breaker) -> None:
    breaker.bad()
    breaker.bad()
    breaker.good()
    breaker.bad()
    breaker.bad()
    assert breaker.state is BreakerState.CLOSED
    breaker.bad()
    assert breaker.state is BreakerState.OPEN
    assert not breaker.allows()
    assert breaker.again_in == 10


def test_then_one_goes_and_decides(breaker: Breaker, clock: Seconds) -> None:
    opened(breaker)
    clock.now += 10
    assert breaker.state is BreakerState.HALF_OPEN
    assert breaker.again_in == 0
    assert [breaker.allows() for _ in range(3)] == [True, False, False]
    breaker.good()
    assert breaker.state is BreakerState.CLOSED
    assert breaker.allows()


def test_it_stays_open_for_longer_each_time_and_not_for_ever(
    breaker: Breaker, clock: Seconds
) -> None:
    opened(breaker)
    waits = []
    for _ in range(5):
        waits.append(breaker.again_in)
        clock.now += breaker.again_in
        assert breaker.allows()
        breaker.bad()
        assert breaker.state is BreakerState.OPEN
    assert waits == [10, 20, 40, 60, 60]
    clock.now += 60
    assert breaker.allows()
    breaker.good()
    opened(breaker)
    assert breaker.again_in == 10


def test_failures_of_what_was_under_way_do_not_prolong_it(breaker: Breaker) -> None:
    opened(breaker)
    breaker.bad()
    breaker.bad()
    assert breaker.again_in == 10


def test_who_tries_and_never_tells_does_not_hold_up_the_others_for_ever(
    breaker: Breaker, clock: Seconds
) -> None:
    opened(breaker)
    clock.now += 10
    assert breaker.allows()
    assert not breaker.allows()
    assert breaker.again_in == 10
    clock.now += 10
    assert breaker.allows()


def test_each_peer_of_a_house_has_one(tmp_path: Path) -> None:
    with node(tmp_path, "BE") as one:
        assert breaker_of(one.house, "NL") is breaker_of(one.house, "NL")
        assert breaker_of(one.house, "NL") is not breaker_of(one.house, "LU")


def test_its_state_has_words() -> None:
    for state in BreakerState:
        assert all(state.label.to(language) for language in LANGUAGES)
