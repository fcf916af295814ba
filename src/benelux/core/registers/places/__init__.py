"""Places in the status lists: each document has one, at random, so that the lists tell nothing.

A list has `LENGTH` places, most of which belong to nobody. Some of those are decoys, which look
withdrawn or suspended, so that nobody can count in a list how many documents really are.
"""

import secrets
from functools import lru_cache
from hashlib import shake_256
from typing import Final

from sqlalchemy import Connection, insert, select

from benelux.core.errors import Unavailable
from benelux.core.language import message
from benelux.core.registers.places import tables
from benelux.core.store import Store

LENGTH: Final = 2**17
VALID, WITHDRAWN, SUSPENDED = 0, 1, 2
_DECOYS: Final = {0: WITHDRAWN, 1: WITHDRAWN, 2: WITHDRAWN, 3: WITHDRAWN, 4: SUSPENDED}
"""Of 256 values of a random byte, those that make a place a decoy: one place in fifty."""
_TRIES: Final = 200


def place_of(store: Store, register: str, keeper: str, number: str) -> int:
    """The place of this record in its keeper's list; it gets one if it has none yet."""
    place = tables.place
    known = select(place.c.place).where(
        place.c.register == register, place.c.keeper == keeper, place.c.number == number
    )
    with store.read() as connection:
        found = connection.scalar(known)
    if found is not None:
        return int(found)

    def work(connection: Connection) -> int:
        found = connection.scalar(known)
        if found is not None:
            return int(found)
        free = _free(connection, register, keeper)
        row = {"register": register, "keeper": keeper, "number": number, "place": free}
        connection.execute(insert(place), row)
        return free

    return store.write(work)


def seed_of(store: Store, register: str, keeper: str) -> bytes:
    """The secret from which this list's decoys are drawn."""
    with store.read() as connection:
        found = _seed(connection, register, keeper)
    return found or store.write(lambda connection: _made(connection, register, keeper))


@lru_cache(maxsize=64)
def decoys(seed: bytes) -> dict[int, int]:
    """What the places that are decoys look like."""
    drawn = shake_256(seed).digest(LENGTH)
    return {place: _DECOYS[byte] for place, byte in enumerate(drawn) if byte in _DECOYS}


def _free(connection: Connection, register: str, keeper: str) -> int:
    false = decoys(_made(connection, register, keeper))
    place = tables.place
    for _ in range(_TRIES):
        drawn = secrets.randbelow(LENGTH)
        taken = select(place.c.number).where(
            place.c.register == register, place.c.keeper == keeper, place.c.place == drawn
        )
        if drawn not in false and connection.scalar(taken) is None:
            return drawn
    raise Unavailable(
        "registers.list-full",
        message("The status list of this register has no free place any more."),
    )


def _made(connection: Connection, register: str, keeper: str) -> bytes:
    found = _seed(connection, register, keeper)
    if found is None:
        found = secrets.token_bytes(32)
        row = {"register": register, "keeper": keeper, "seed": found}
        connection.execute(insert(tables.status_list), row)
    return found


def _seed(connection: Connection, register: str, keeper: str) -> bytes | None:
    rows = tables.status_list
    asked = select(rows.c.seed).where(rows.c.register == register, rows.c.keeper == keeper)
    found = connection.scalar(asked)
    return None if found is None else bytes(found)
