"""The tables of the registry of authorities: who there is, what they may be, and their keys.

All but the nonces are append-only: who was an officer of what, and which key was valid when, can be
asked for any moment.
"""

from pathlib import Path
from typing import Final

from sqlalchemy import Boolean, Column, Index, MetaData, Table, Text

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

OWNER: Final = Owner("identity", metadata, Path(__file__).parent / "migrations")
