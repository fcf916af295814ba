"""The tables of the exchange: what goes out, what came in, how far each stream is, and peers.

What a message says stands here only while it is on its way: once it is taken, the receiver has it
in its ledger, where it can be erased, and the sender in whatever record it was about.
"""

from pathlib import Path
from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    Table,
    Text,
)

from benelux.core.store import Moment, Owner

metadata = MetaData()
OWNER: Final = Owner("exchange", metadata, Path(__file__).parent / "migrations")
Found = Row[tuple[object, ...]]
"""A row of one of them."""

outbox = Table(
    "exchange_outbox",
    metadata,
    Column("id", Text, primary_key=True),
    Column("sender", Text, nullable=False),
    Column("receiver", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("stream", Text, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("sent_at", Moment, nullable=False),
    Column("deadline", Moment, nullable=False),
    Column("digest", Text, nullable=False),
    # What is signed; destroyed when the receiver has it.
    Column("payload", LargeBinary),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Moment, nullable=False),
    # The code of the refusal that came last, and the receiver's signed word, which is evidence.
    Column("error", Text, nullable=False),
    Column("receipt", Text),
    Column("ended_at", Moment),
    # Of a void: the message whose number it fills.
    Column("voids", Text, nullable=False),
    Index("ix_exchange_outbox_due", "state", "receiver", "next_at"),
    Index("ix_exchange_outbox_stream", "sender", "receiver", "stream", "number"),
)

# A sender's ids are its own: nobody can use up those of another.
inbox = Table(
    "exchange_inbox",
    metadata,
    Column("sender", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("country", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("stream", Text, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("digest", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("came_at", Moment, nullable=False),
    Column("ended_at", Moment),
    # The message as it was signed, while it waits for the ones before it.
    Column("sealed", Text),
    # Where it stands on record, and the code if it was refused.
    Column("shard", Text, nullable=False),
    Column("entry", BigInteger),
    Column("code", Text, nullable=False),
    Index("ix_exchange_inbox_stream", "sender", "stream", "number", unique=True),
    Index("ix_exchange_inbox_country", "country", "state"),
)

# How far each stream is: `last` is the last number given (out) or taken (in).
stream = Table(
    "exchange_stream",
    metadata,
    Column("way", Text, primary_key=True),
    Column("sender", Text, primary_key=True),
    Column("receiver", Text, primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("last", BigInteger, nullable=False),
)

peer = Table(
    "exchange_peer",
    metadata,
    Column("country", Text, primary_key=True),
    Column("good_at", Moment),
    Column("bad_at", Moment),
    Column("failures", Integer, nullable=False),
    Column("error", Text, nullable=False),
)
