"""Runs: somebody who asks for one number or plate after the other, and so counts through them.

What they asked is not kept. Kept is, hidden by the key of the ledger, what they would ask next if
they went on; whoever then asks just that has made the run one longer.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Insert, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from benelux.core.errors import Invalid
from benelux.core.identity.limits import DAY
from benelux.core.identity.tables import trail as rows
from benelux.core.ledger.ring import Ring
from benelux.core.registers import numbers
from benelux.core.registers.values import Subject
from benelux.core.store.prepared import Prepared

LONG: Final = 5
"""A run of so many is alarming; by chance it does not happen."""
_AGAIN: Final = 25
_UP: Final = 1
_DOWN: Final = -1
_DIGITS: Final = "0123456789"
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
Wheels = tuple[str, ...]
"""The signs that follow each other at one place of a counter; other signs stay as they are."""
_NUMBER: Final[Sequence[Wheels]] = ((numbers.SIGNS,),)
_MIXED: Final[Sequence[Wheels]] = ((_DIGITS, _LETTERS), (_DIGITS,))
_TOKEN: Final = rows.c.token.type
_FOUND: Final = Prepared(
    select(rows.c.token, rows.c.length).where(
        rows.c.who == bindparam("asks"),
        rows.c.token.in_([bindparam("up", type_=_TOKEN), bindparam("down", type_=_TOKEN)]),
        rows.c.at > bindparam("since", type_=rows.c.at.type),
    )
)

_FORGET: Final = Prepared(
    delete(rows).where(
        rows.c.who == bindparam("asks"), rows.c.at <= bindparam("until", type_=rows.c.at.type)
    )
)


def _keeping(new: "sqlite.Insert | postgresql.Insert") -> Insert:
    changes = {"length": new.excluded.length, "at": new.excluded.at}
    return new.on_conflict_do_update(index_elements=[rows.c.who, rows.c.token], set_=changes)


_KEEP: Final = {
    "sqlite": Prepared(_keeping(sqlite.insert(rows))),
    "postgresql": Prepared(_keeping(postgresql.insert(rows))),
}


def follow(connection: Connection, ring: Ring, who: str, subject: Subject, now: datetime) -> int:
    """Within a work: how long the run is that this question is part of; 0 for one about a person.

    A run may go up or down, with other questions in between, and is forgotten after a day.
    """
    said, counters = _counted(subject)
    if not said:
        return 0
    here = {way: ring.hide("trail", f"{way} {said}") for way in (_UP, _DOWN)}
    given = {"asks": who, "up": here[_UP], "down": here[_DOWN], "since": now - DAY}
    known: dict[bytes, int] = dict(_FOUND.rows(connection, given))  # type: ignore[arg-type]
    lengths = {way: known.get(token, 0) + 1 for way, token in here.items()}
    kept = [
        {"who": who, "token": ring.hide("trail", f"{way} {then}"), "length": length, "at": now}
        for way, length in lengths.items()
        for then in {neighbour(said, wheels, way) for wheels in counters} - {""}
    ]
    if kept:
        _KEEP[connection.dialect.name].many(connection, kept)
    return max(lengths.values())


def alarming(length: int) -> bool:
    """Whether a run has just become so long that somebody should know."""
    return length == LONG or (length > LONG and length % _AGAIN == 0)


def forget(connection: Connection, who: str, now: datetime) -> None:
    """Within a work: forget what this person would have asked next a day ago."""
    _FORGET.count(connection, {"asks": who, "until": now - DAY})


def neighbour(said: str, wheels: Wheels, way: int) -> str:
    """What comes after `said`, or before it, as on a counter; empty beyond its last one."""
    signs = list(said)
    for place in range(len(signs) - 1, -1, -1):
        wheel = next((wheel for wheel in wheels if signs[place] in wheel), "")
        if not wheel:
            continue
        at = wheel.index(signs[place]) + way
        signs[place] = wheel[at % len(wheel)]
        if 0 <= at < len(wheel):
            return "".join(signs)
    return ""


def _counted(subject: Subject) -> tuple[str, Sequence[Wheels]]:
    """What somebody could count through, and the counters that it may be a place of."""
    if subject.number:
        try:
            return numbers.read(subject.number).body, _NUMBER
        except (
            Invalid
        ):  # with a wrong check sign it finds nothing, but it may be a try all the same
            return _plain(subject.number)[:-1], _NUMBER
    plain = _plain(f"{subject.country}{subject.plate}" if subject.plate else subject.exact[1])
    return (plain, _MIXED) if any(one in _DIGITS for one in plain) else ("", ())


def _plain(said: str) -> str:
    return "".join(one for one in said.upper()[:100] if one in _DIGITS or one in _LETTERS)
