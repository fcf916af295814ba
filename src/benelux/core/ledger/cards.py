"""What the faces of the ledger show: shards, heads and entries as plain values."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from benelux.core.ledger import heads, stamping, tables
from benelux.core.ledger.log import Ledger
from benelux.core.ledger.model import Leaf, leaf_of


@dataclass(frozen=True, slots=True)
class ShardCard:
    """One authority's log, and how it stands."""

    shard: str
    origin: str
    size: int
    root: str
    signed_at: datetime
    witnesses: int
    stamped_at: datetime | None
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HeadCard:
    """One signed head: the signed note is the head itself, the rest stands in it or beside it."""

    shard: str
    size: int
    root: str
    signed_at: datetime
    note: str
    witnesses: tuple[str, ...]


def shard_card(connection: Connection, shard: str) -> ShardCard:
    """Raises `NotFound` when there is no such shard."""
    head = heads.newest(connection, shard)
    stamp = stamping.newest(connection, shard)
    return ShardCard(
        shard,
        head.note.checkpoint.origin,
        head.size,
        head.root.hex(),
        head.signed_at,
        len(heads.witnessed(connection, shard)),
        stamp.at if stamp else None,
        tuple(key.text for key in heads.signers(connection, shard)),
    )


def shard_cards(ledger: Ledger) -> list[ShardCard]:
    shards = ledger.shards()
    with ledger.store.read() as connection:
        return [shard_card(connection, shard) for shard in shards]


def head_card(connection: Connection, head: heads.Head) -> HeadCard:
    given = heads.cosignatures(connection, head.shard, head.size)
    return HeadCard(
        head.shard,
        head.size,
        head.root.hex(),
        head.signed_at,
        heads.with_cosignatures(head, given),
        tuple(one.witness for one in given),
    )


def leaves(connection: Connection, shard: str, count: int, before: int) -> list[Leaf]:
    """The last `count` entries before number `before`, the newest first."""
    rows = tables.entry.c
    asked = (
        select(rows.data)
        .where(rows.shard == shard, rows.number < before)
        .order_by(rows.number.desc())
        .limit(count)
    )
    return [leaf_of(data) for data in connection.scalars(asked)]


def erased_by(connection: Connection, shard: str, number: int) -> int | None:
    """The entry that says that entry `number` was erased, if one does."""
    rows = tables.erased.c
    asked = select(rows.entry).where(rows.shard == shard, rows.number == number)
    return connection.scalar(asked)


def heads_count(connection: Connection, shard: str) -> int:
    rows = tables.head.c
    return connection.scalar(select(func.count()).where(rows.shard == shard)) or 0
