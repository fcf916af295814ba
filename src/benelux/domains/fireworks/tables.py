"""Sheets and photos, reports that are sealed until they are destroyed, and whose pass is whose."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from benelux.core.store import Json, Moment, versioned_columns

metadata = MetaData()

sheet = Table(
    "fireworks_sheet",
    metadata,
    *versioned_columns(),
    Column("country", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("content", Json, nullable=False),
)

photo = Table(
    "fireworks_photo",
    metadata,
    Column("id", Text, primary_key=True),
    Column("sheet_id", Text, nullable=False, index=True),
    Column("media_type", Text, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("author", Text, nullable=False),
)

report = Table(
    "fireworks_report",
    metadata,
    Column("reference", Text, primary_key=True),
    Column("country", Text, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("keep_until", Moment, nullable=False, index=True),
    Column("origin", Text, nullable=False),
    Column("passed_to", Json, nullable=False),
    Column("secret_hash", LargeBinary, nullable=False),
    Column("wrapped", LargeBinary, nullable=True),
    Column("sealed", LargeBinary, nullable=True),
)
"""`wrapped` is the report's own key under the node's; both are emptied to destroy the content."""

word = Table(
    "fireworks_word",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("reference", Text, ForeignKey("fireworks_report.reference"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("writer", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    UniqueConstraint("reference", "number", name="uq_fireworks_word"),
)

holder = Table(
    "fireworks_holder",
    metadata,
    Column("holder", LargeBinary, primary_key=True),
    Column("number", Text, primary_key=True),
)
"""`holder` is a keyed hash of a sign-in, so that the table names nobody."""
