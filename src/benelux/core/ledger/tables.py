"""The tables of the ledgers. What is evidence is append-only; what may be erased stands apart."""

from pathlib import Path
from typing import Final

from sqlalchemy import BigInteger, Column, Date, Index, Integer, LargeBinary, MetaData, Table, Text

from benelux.core.store import Moment, Owner

metadata = MetaData()
OWNER: Final = Owner("ledger", metadata, Path(__file__).parent / "migrations")
_KEPT = {"append_only": True}

# One row for each shard: how far it came, and its right edge.
shard = Table(
    "ledger_shard",
    metadata,
    Column("shard", Text, primary_key=True),
    Column("origin", Text, nullable=False, unique=True),
    Column("size", BigInteger, nullable=False),
    Column("edge", LargeBinary, nullable=False),
    Column("wrapping", Integer, nullable=False),
    Column("signing", Integer, nullable=False),
    Column("last_at", Moment, nullable=False),
)

entry = Table(
    "ledger_entry",
    metadata,
    Column("shard", Text, primary_key=True, info=_KEPT),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

# Erased with its row: the encrypted content, its salt and its wrapped key.
content = Table(
    "ledger_content",
    metadata,
    Column("shard", Text, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("wrapping", Integer, nullable=False),
)

about = Table(
    "ledger_about",
    metadata,
    Column("shard", Text, primary_key=True),
    Column("token", LargeBinary, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Index("ix_ledger_about_number", "shard", "number"),
    sqlite_with_rowid=False,
)

request = Table(
    "ledger_request",
    metadata,
    Column("shard", Text, primary_key=True),
    Column("request", LargeBinary, primary_key=True),
    Column("number", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# Kept levels of the tree; can be made again from the entries.
tile = Table(
    "ledger_tile",
    metadata,
    Column("shard", Text, primary_key=True),
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),
)

head = Table(
    "ledger_head",
    metadata,
    Column("shard", Text, primary_key=True, info=_KEPT),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
    Column("note", Text, nullable=False),
    Column("signed_at", Moment, nullable=False),
    sqlite_with_rowid=False,
)

signer = Table(
    "ledger_signer",
    metadata,
    Column("shard", Text, primary_key=True, info=_KEPT),
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("key", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
)

erased = Table(
    "ledger_erased",
    metadata,
    Column("shard", Text, primary_key=True, info=_KEPT),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("entry", BigInteger, nullable=False),
)

delay = Table(
    "ledger_delay",
    metadata,
    Column("shard", Text, primary_key=True, info=_KEPT),
    Column("entry", BigInteger, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
    Column("until", Date, nullable=False),
    Index("ix_ledger_delay_number", "shard", "number"),
)

# Keys of other nodes that this one knows: logs that it witnesses, witnesses that it believes.
peer = Table(
    "ledger_peer",
    metadata,
    Column("name", Text, primary_key=True),
    Column("role", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("added_at", Moment, nullable=False),
)

# Heads of other logs, as this node saw them.
seen = Table(
    "ledger_seen",
    metadata,
    Column("origin", Text, primary_key=True, info=_KEPT),
    Column("turn", Integer, primary_key=True, autoincrement=False),
    Column("verdict", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("note", Text, nullable=False),
    Column("seen_at", Moment, nullable=False),
)

# What witnesses signed below our heads.
cosignature = Table(
    "ledger_cosignature",
    metadata,
    Column("shard", Text, primary_key=True, info=_KEPT),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("witness", Text, primary_key=True),
    Column("line", Text, nullable=False),
    Column("given_at", Moment, nullable=False),
)

due = Table(
    "ledger_due",
    metadata,
    Column("shard", Text, primary_key=True),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("queued_at", Moment, nullable=False),
)

stamp = Table(
    "ledger_stamp",
    metadata,
    Column("shard", Text, primary_key=True, info=_KEPT),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("stamped_at", Moment, nullable=False),
    Column("authority", Text, nullable=False),
    Column("reply", LargeBinary, nullable=False),
)

# One row: when the time-stamp authority is asked next, and how it went.
stamping = Table(
    "ledger_stamping",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("next_at", Moment, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("error", Text, nullable=False),
)
