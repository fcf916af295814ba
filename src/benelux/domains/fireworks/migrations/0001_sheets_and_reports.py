"""Sheets of market surveillance with photos, and reports about explosives precursors."""

import sqlalchemy as sa
from alembic import op

from benelux.core.store import Json, Moment, append_only, versioned_columns

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "fireworks_sheet",
        *versioned_columns(),
        sa.Column("country", sa.Text, nullable=False),
        sa.Column("authority", sa.Text, nullable=False),
        sa.Column("content", Json, nullable=False),
    )
    append_only(op, "fireworks_sheet")
    op.create_table(
        "fireworks_photo",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("sheet_id", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("recorded_at", Moment, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
    )
    op.create_index("ix_fireworks_photo_sheet_id", "fireworks_photo", ["sheet_id"])
    op.create_table(
        "fireworks_report",
        sa.Column("reference", sa.Text, primary_key=True),
        sa.Column("country", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("received_at", Moment, nullable=False),
        sa.Column("due_at", Moment, nullable=False),
        sa.Column("keep_until", Moment, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("passed_to", Json, nullable=False),
        sa.Column("secret_hash", sa.LargeBinary, nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=True),
        sa.Column("sealed", sa.LargeBinary, nullable=True),
    )
    op.create_index("ix_fireworks_report_country", "fireworks_report", ["country"])
    op.create_index("ix_fireworks_report_keep_until", "fireworks_report", ["keep_until"])
    op.create_table(
        "fireworks_word",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "reference", sa.Text, sa.ForeignKey("fireworks_report.reference"), nullable=False
        ),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("writer", sa.Text, nullable=False),
        sa.Column("country", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("reference", "number", name="uq_fireworks_word"),
    )
