"""Accords between countries."""

import sqlalchemy as sa
from alembic import op

from benelux.core.store import Json, append_only, versioned_columns

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "identity_accord",
        *versioned_columns(),
        sa.Column("title", Json, nullable=False),
        sa.Column("instrument", sa.Text, nullable=False),
        sa.Column("articles", Json, nullable=False),
        sa.Column("countries", Json, nullable=False),
        sa.Column("signed", sa.Date, nullable=True),
        sa.Column("since", sa.Date, nullable=True),
        sa.Column("perhaps_since", sa.Date, nullable=True),
        sa.Column("until", sa.Date, nullable=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("marks", Json, nullable=False),
        sa.Column("note", Json, nullable=False),
    )
    append_only(op, "identity_accord")
