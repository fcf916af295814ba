"""A circuit breaker: a peer that does not answer is left alone for a while, then tried once."""

import time
from collections.abc import Callable
from enum import StrEnum
from threading import Lock
from typing import Final
from weakref import WeakKeyDictionary

from benelux.core.house import House
from benelux.core.language import Message, message
from benelux.core.store import Store

MOST: Final = 5
"""So many failures in a row open it."""
COOLDOWN_S: Final = 5.0
LONGEST_S: Final = 300.0


class BreakerState(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"

    @property
    def label(self) -> Message:
        return _LABELS[self]


_LABELS: Final = {
    BreakerState.CLOSED: message("Answers"),
    BreakerState.OPEN: message("Does not answer"),
    BreakerState.HALF_OPEN: message("Is being tried again"),
}


class Breaker:
    """Closed: everything goes. Open: nothing goes. Half-open: one goes, and decides.

    It stays open for twice as long each time that the one fails. Safe to share among threads.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, most: int = MOST,
        cooldown: float = COOLDOWN_S, longest: float = LONGEST_S,
    ) -> None:  # fmt: skip
        self._clock = clock
        self._most = most
        self._cooldown = cooldown
        self._longest = longest
        self._failures = 0
        self._openings = 0
        self._until = 0.0
        self._trying_until = 0.0
        self._door = Lock()

    @property
    def state(self) -> BreakerState:
        with self._door:
            return self._state()

    @property
    def again_in(self) -> float:
        """Seconds until the peer may be tried again; 0 when it may be now."""
        with self._door:
            moment = self._clock()
            return max(0.0, self._until - moment, self._trying_until - moment)

    def allows(self) -> bool:
        """Whether to try the peer now. Whoever was allowed says `good` or `bad` afterwards."""
        with self._door:
            state = self._state()
            if state is BreakerState.HALF_OPEN:
                if self._clock() < self._trying_until:
                    return False
                # Who tries and never tells how it went holds up the others only for so long.
                self._trying_until = self._clock() + self._cooldown
            return state is not BreakerState.OPEN

    def good(self) -> None:
        """It answered, be it with a refusal."""
        with self._door:
            self._failures = self._openings = 0
            self._until = self._trying_until = 0.0

    def bad(self) -> None:
        """It did not answer, or not in time."""
        with self._door:
            tried = self._state() is BreakerState.HALF_OPEN
            self._failures += 1
            if tried or (self._failures >= self._most and not self._openings):
                wait = min(self._longest, self._cooldown * 2.0**self._openings)
                self._until = self._clock() + wait
                self._openings += 1
                self._trying_until = 0.0

    def _state(self) -> BreakerState:
        if not self._openings:
            return BreakerState.CLOSED
        return BreakerState.OPEN if self._clock() < self._until else BreakerState.HALF_OPEN


_KEPT: Final[WeakKeyDictionary[Store, dict[str, Breaker]]] = WeakKeyDictionary()
_DOOR: Final = Lock()


def breaker_of(house: House, country: str) -> Breaker:
    """The one of this process for that peer of this house."""
    with _DOOR:
        kept = _KEPT.setdefault(house.store, {})
        return kept.setdefault(country, Breaker())
