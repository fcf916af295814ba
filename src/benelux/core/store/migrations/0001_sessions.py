"""Sessions, and the counter of writes that PostgreSQL needs."""

import sqlalchemy as sa
from alembic import op

from benelux.core.store import Json, Moment

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "session",
        sa.Column("token_hash", sa.Text, primary_key=True),
        sa.Column("person", Json, nullable=False),
        sa.Column("csrf", sa.Text, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("last_seen_at", Moment, nullable=False),
    )
    op.create_index("ix_session_expires_at", "session", ["expires_at"])
    version = op.create_table(
        "store_version",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.BigInteger, nullable=False),
    )
    op.bulk_insert(version, [{"id": 1, "number": 0}])
