"""Events, progress, working groups and how they match."""

import sqlalchemy as sa
from alembic import op

from benelux.core.store import Json, append_only, versioned_columns

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "programme_event",
        *versioned_columns(),
        sa.Column("title", Json, nullable=False),
        sa.Column("starts", sa.Text, nullable=False),
        sa.Column("ends", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("link", sa.Text, nullable=False),
        sa.Column("actions", Json, nullable=False),
        sa.Column("group_id", sa.Text, nullable=False),
    )
    op.create_table(
        "programme_progress",
        *versioned_columns(),
        sa.Column("action_id", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("note", Json, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("evidence_link", sa.Text, nullable=False),
    )
    op.create_index("ix_programme_progress_action_id", "programme_progress", ["action_id"])
    op.create_table(
        "programme_group",
        *versioned_columns(),
        sa.Column("side", sa.Text, nullable=False),
        sa.Column("name", Json, nullable=False),
        sa.Column("topics", Json, nullable=False),
        sa.Column("chair", sa.Text, nullable=False),
        sa.Column("achievements", sa.Text, nullable=False),
        sa.Column("current_work", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
    )
    op.create_table(
        "programme_match",
        *versioned_columns(),
        sa.Column("benelux_group", sa.Text, nullable=False),
        sa.Column("other_group", sa.Text, nullable=False),
        sa.Column("relation", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    for table in ("programme_event", "programme_progress", "programme_group", "programme_match"):
        append_only(op, table)
