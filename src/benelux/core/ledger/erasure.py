"""Erasing what an entry says by destroying its key, and rotating the key that wraps such keys.

The log keeps the entry's salted hash, so that it still verifies; without the salt that hash says
nothing. A copy of the store from before still holds the wrapped key: the next rotation destroys the
key that could open it.
"""

from typing import Final

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from benelux.core.errors import Conflict, Refusal
from benelux.core.language import message
from benelux.core.ledger import keys as names
from benelux.core.ledger import tables
from benelux.core.ledger.log import Log, data_in
from benelux.core.ledger.model import OWN_KINDS, Entry, Receipt, leaf_of
from benelux.core.ledger.writing import Item, append_in, state_of

_AT_ONCE: Final = 2000


def erase(log: Log, number: int, ground: str, by: str) -> Receipt:
    """Destroy what entry `number` says, and put on record that, when and on which ground.

    `ground` stands in the clear for ever; `by` is encrypted. Raises `NotFound` for no such entry,
    `Conflict` when it has nothing to erase or the law of the log keeps it.
    """
    public = {"erases": str(number), "ground": ground}
    item = Item.of(log.ring, Entry("erasure", msgspec.json.encode({"by": by}), public=public))

    def work(connection: Connection) -> Receipt:
        leaf = leaf_of(data_in(connection, log.shard, number))
        if leaf.kind in OWN_KINDS:
            raise Conflict(
                "ledger.not-erasable",
                message("Entry {number} belongs to the log itself.", number=number),
                why=message("It holds nothing about a person, and the log needs it."),
            )
        here = tables.content.c
        asked = select(here.number).where(here.shard == log.shard, here.number == number)
        if connection.scalar(asked) is None:
            raise Conflict(
                "ledger.nothing-to-erase",
                message("Entry {number} has no content, or none any more.", number=number),
            )
        outcome = append_in(connection, log.ring, [item], log.clock())[0]
        if isinstance(outcome, Refusal):
            raise outcome
        row = {"shard": log.shard, "number": number, "entry": outcome.number}
        connection.execute(insert(tables.erased), row)
        _destroy(connection, log.shard, number)
        return outcome

    return log.store.write(work)


def rotate(log: Log) -> int:
    """Wrap every key anew under a new key and destroy the old one; return the new generation.

    May be interrupted anywhere, and is finished when it is called again. Entries are appended and
    read meanwhile. A copy of the store from before can no longer be read, so take one afterwards.
    """

    def renew(connection: Connection) -> int:
        state = state_of(connection, log.shard)
        generation = state.wrapping
        if _older(log, generation):  # an interrupted rotation is finished first
            return generation
        log.ring.keys.make(log.shard, names.wrapping(generation + 1))
        rows = tables.shard
        connection.execute(
            update(rows).where(rows.c.shard == log.shard).values(wrapping=generation + 1)
        )
        return generation + 1

    generation = log.store.write(renew)
    while log.store.write(lambda connection: _wrap_anew(connection, log, generation)):
        pass
    for old in _older(log, generation):
        log.ring.destroy_wrapping(old)
    return generation


def _older(log: Log, generation: int) -> list[int]:
    keys = log.ring.keys
    return [old for old in range(1, generation) if keys.has(log.shard, names.wrapping(old))]


def _wrap_anew(connection: Connection, log: Log, generation: int) -> bool:
    """Wrap some keys anew; False once there was nothing left, which is then on record."""
    rows = tables.content
    asked = (
        select(rows.c.number, rows.c.wrapped, rows.c.wrapping)
        .where(rows.c.shard == log.shard, rows.c.wrapping < generation)
        .limit(_AT_ONCE)
    )
    found = connection.execute(asked).all()
    ring = log.ring
    new = ring.wrapper(generation)
    for number, wrapped, old in found:
        try:
            again = new.wrap(ring.wrapper(old).unwrap(wrapped, number), number)
        except Refusal:
            again = wrapped  # damaged: it opens nothing, and must not keep the old key alive
        connection.execute(
            update(rows)
            .where(rows.c.shard == log.shard, rows.c.number == number)
            .values(wrapped=again, wrapping=generation)
        )
    if not found and _older(log, generation):
        public = {"wrapping": str(generation), "destroyed": str(generation - 1)}
        item = Item.of(ring, Entry("rotation", b"", public=public))
        append_in(connection, ring, [item], log.clock())
    return bool(found)


def _destroy(connection: Connection, shard: str, number: int) -> None:
    if connection.dialect.name == "sqlite":
        # Written over in the file, and not only marked as free.
        connection.exec_driver_sql("PRAGMA secure_delete=ON").fetchall()
    for table in (tables.content, tables.about):
        here = (table.c.shard == shard, table.c.number == number)
        connection.execute(delete(table).where(*here))
