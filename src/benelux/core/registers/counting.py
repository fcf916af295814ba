"""Statistics of a register, in which nobody is found again.

A small count is not told, and neither is so much else that the total less the rest would tell it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from benelux.core.house import House
from benelux.core.registers.declaration import Register
from benelux.core.registers.desk import desk_of
from benelux.core.registers.rows import kept_all
from benelux.core.registers.timeline import holding
from benelux.core.registers.values import Content, Count

STATE: Final = "state"
LEAST: Final = 3
"""No count that is told is smaller: one less than two would be one."""


def statistics(house: House, register: Register, day: date) -> Sequence[Count]:
    """How many records hold on that day, in all and by each field that the register publishes.

    Counted are the good ones; all of them, where the register counts by state.
    """
    declared = register.statistics
    if declared is None:
        return ()
    counts = {key: Counter[str]() for key in declared.by}
    total = 0
    for state, content in _held(house, register, day):
        if STATE not in counts and not register.state(state).good:
            continue
        total += 1
        for key, counter in counts.items():
            counter.update([state] if key == STATE else _values(content, key))
    told = total >= 2 * max(declared.smallest, LEAST)
    found = [Count("", "", total if told else None)]
    for key, counter in counts.items():
        shown = published(counter, declared.smallest) if told else {}
        found.extend(Count(key, value, shown[value]) for value in sorted(shown))
    return found


def published(counts: Mapping[str, int], smallest: int) -> Mapping[str, int | None]:
    """The counts as they may be told beside their total; None for those that are withheld.

    With the small ones others are withheld, at least one, in the order of their names: in an order
    by size, the size of those that are told would tell of the others. Enough is withheld when
    beyond one for each there are `smallest` more to share out among them, in more than one way also
    for who knows this rule. Where there is not enough, none of them is told at all.
    """
    least = max(smallest, LEAST)
    small = [value for value, number in counts.items() if number < least]
    if not small:
        return dict(counts)
    withheld, total = set(small), sum(counts[value] for value in small)
    for value in sorted(counts.keys() - withheld):
        withheld.add(value)
        total += counts[value]
        if total >= len(withheld) + least:
            return {key: None if key in withheld else number for key, number in counts.items()}
    return {}


def _held(house: House, register: Register, day: date) -> Iterator[tuple[str, Content]]:
    desk = desk_of(house, register)
    with house.store.read() as connection:
        every = kept_all(connection, register, desk.vault)
    for kept in every.values():
        claim = None if kept.erased else holding(kept.claims, day)
        said = kept.said(claim.version) if claim else None
        if claim and said:
            yield claim.state, said[0]


def _values(content: Content, key: str) -> Sequence[str]:
    value = content.get(key)
    if isinstance(value, list):
        return value
    return [] if value is None else [str(value)]
