"""The tables of the registry of authorities: who there is, what they may be, and their keys.

What was entered is append-only: who was an officer of what, which key was valid and which accord
held when, can be asked for any moment. Nonces, counts and trails only last as long as they count.
"""

from pathlib import Path
from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

from benelux.core.store import Json, Moment, Owner, versioned_columns

metadata = MetaData()

authority = Table(
    "identity_authority",
    metadata,
    *versioned_columns(),
    Column("name", Json, nullable=False),
    Column("country", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("competences", Json, nullable=False),
    Column("invented", Boolean, nullable=False),
)

service = Table(
    "identity_service",
    metadata,
    *versioned_columns(),
    Column("authority", Text, nullable=False),
    Column("name", Json, nullable=False),
    Column("roles", Json, nullable=False),
    Index("ix_identity_service_authority", "authority"),
)

officer = Table(
    "identity_officer",
    metadata,
    *versioned_columns(),
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("roles", Json, nullable=False),
    Index("ix_identity_officer_authority", "authority"),
)

device = Table(
    "identity_device",
    metadata,
    *versioned_columns(),
    Column("authority", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Index("ix_identity_device_authority", "authority"),
)

# Public halves only. The id is the thumbprint, so that a key is known by what it is.
key = Table(
    "identity_key",
    metadata,
    *versioned_columns(),
    Column("authority", Text, nullable=False),
    Column("holder", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("public", Text, nullable=False),
    Column("valid_from", Moment, nullable=False),
    Column("valid_to", Moment, nullable=False),
    Column("reason", Text, nullable=False),
    Index("ix_identity_key_authority", "authority"),
)

# What a request was signed with once, for as long as it could be sent again.
nonce = Table(
    "identity_nonce",
    metadata,
    Column("key", Text, primary_key=True),
    Column("nonce", Text, primary_key=True),
    Column("until", Moment, nullable=False),
    Index("ix_identity_nonce_until", "until"),
)

# Accords between countries, as far as they differ from those that the software brings along.
accord = Table(
    "identity_accord",
    metadata,
    *versioned_columns(),
    Column("title", Json, nullable=False),
    Column("instrument", Text, nullable=False),
    Column("articles", Json, nullable=False),
    Column("countries", Json, nullable=False),
    Column("signed", Date, nullable=True),
    Column("since", Date, nullable=True),
    Column("perhaps_since", Date, nullable=True),
    Column("until", Date, nullable=True),
    Column("source", Text, nullable=False),
    Column("marks", Json, nullable=False),
    Column("note", Json, nullable=False),
)

# How often somebody asked for one purpose, in the hour and in the day that they began.
spent = Table(
    "identity_spent",
    metadata,
    Column("who", Text, primary_key=True),
    Column("purpose", Text, primary_key=True),
    Column("hour_since", Moment, nullable=False),
    Column("hour", Integer, nullable=False),
    Column("day_since", Moment, nullable=False),
    Column("day", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# What somebody would ask next if they counted through numbers or plates; hidden, like all tokens.
trail = Table(
    "identity_trail",
    metadata,
    Column("who", Text, primary_key=True),
    Column("token", LargeBinary, primary_key=True),
    Column("length", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_identity_trail_at", "at"),
    sqlite_with_rowid=False,
)

# Where in the ledgers the alarms stand, so that nobody has to read through all entries for them.
alarm = Table(
    "identity_alarm",
    metadata,
    Column("shard", Text, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("register", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_identity_alarm_at", "at"),
)

OWNER: Final = Owner("identity", metadata, Path(__file__).parent / "migrations")
