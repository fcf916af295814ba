"""The registers: records, their versions and contents, how they are found, what was answered."""

import sqlalchemy as sa
from alembic import op

from benelux.core.store import Moment, append_only

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "register_record",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("register", sa.Text, nullable=False),
        sa.Column("keeper", sa.Text, nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.Column("wrapping", sa.Integer, nullable=False),
        sa.Column("about", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_register_record_register", "register_record", ["register", "id"])
    op.create_table(
        "register_version",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("register", sa.Text, nullable=False),
        sa.Column("keeper", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date, nullable=True),
        sa.Column("over_from", sa.Date, nullable=False),
        sa.Column("over_to", sa.Date, nullable=True),
        sa.Column("recorded_at", Moment, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_register_version_register", "register_version", ["register", "id"])
    op.create_table(
        "register_content",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "register_token",
        sa.Column("token", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("id", sa.Text, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_register_token_id", "register_token", ["id"])
    op.create_table(
        "register_turn",
        sa.Column("register", sa.Text, primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "register_answer",
        sa.Column("request", sa.LargeBinary, primary_key=True),
        sa.Column("register", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_register_answer_day", "register_answer", ["register", "day"])
    append_only(op, "register_version")
