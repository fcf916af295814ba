"""What the keepers of other countries told of the state of their records."""

import sqlalchemy as sa
from alembic import op

from benelux.core.store import Moment

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "register_notice",
        sa.Column("number", sa.Text, primary_key=True),
        sa.Column("register", sa.Text, nullable=False),
        sa.Column("sender", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("good", sa.Boolean, nullable=False),
        sa.Column("first", sa.Date, nullable=False),
        sa.Column("told_at", Moment, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_register_notice_register", "register_notice", ["register", "number"])
