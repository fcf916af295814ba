"""What officers add to the plan: events, progress, and the working groups of both sides."""

from sqlalchemy import Column, MetaData, Table, Text

from benelux.core.store import Json, versioned_columns

metadata = MetaData()

event = Table(
    "programme_event",
    metadata,
    *versioned_columns(),
    Column("title", Json, nullable=False),
    Column("starts", Text, nullable=False),
    Column("ends", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("link", Text, nullable=False),
    Column("actions", Json, nullable=False),
    Column("group_id", Text, nullable=False),
)

progress = Table(
    "programme_progress",
    metadata,
    *versioned_columns(),
    Column("action_id", Text, nullable=False, index=True),
    Column("stage", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("note", Json, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("evidence_link", Text, nullable=False),
)

group = Table(
    "programme_group",
    metadata,
    *versioned_columns(),
    Column("side", Text, nullable=False),
    Column("name", Json, nullable=False),
    Column("topics", Json, nullable=False),
    Column("chair", Text, nullable=False),
    Column("achievements", Text, nullable=False),
    Column("current_work", Text, nullable=False),
    Column("source", Text, nullable=False),
)

match = Table(
    "programme_match",
    metadata,
    *versioned_columns(),
    Column("benelux_group", Text, nullable=False),
    Column("other_group", Text, nullable=False),
    Column("relation", Text, nullable=False),
    Column("note", Text, nullable=False),
)
