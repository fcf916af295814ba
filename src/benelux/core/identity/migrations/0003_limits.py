"""How often somebody asked, what they would ask next, and where the alarms stand."""

import sqlalchemy as sa
from alembic import op

from benelux.core.store import Moment

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "identity_spent",
        sa.Column("who", sa.Text, primary_key=True),
        sa.Column("purpose", sa.Text, primary_key=True),
        sa.Column("hour_since", Moment, nullable=False),
        sa.Column("hour", sa.Integer, nullable=False),
        sa.Column("day_since", Moment, nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "identity_trail",
        sa.Column("who", sa.Text, primary_key=True),
        sa.Column("token", sa.LargeBinary, primary_key=True),
        sa.Column("length", sa.Integer, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_identity_trail_at", "identity_trail", ["at"])
    op.create_table(
        "identity_alarm",
        sa.Column("shard", sa.Text, primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("register", sa.Text, nullable=False),
        sa.Column("at", Moment, nullable=False),
    )
    op.create_index("ix_identity_alarm_at", "identity_alarm", ["at"])
