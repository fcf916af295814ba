"""Core's own tables."""

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text

from benelux.core.store.columns import Json, Moment

metadata = MetaData()

session = Table(
    "session",
    metadata,
    # The hash only: who reads the database cannot take over a session.
    Column("token_hash", Text, primary_key=True),
    Column("person", Json, nullable=False),
    Column("csrf", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("last_seen_at", Moment, nullable=False),
    Index("ix_session_expires_at", "expires_at"),
)

# One row. PostgreSQL has no counter of changes that may be looked at; SQLite has, and leaves it be.
store_version = Table(
    "store_version",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
)
