"""The ledgers: entries and what may be erased of them, levels, heads, witnesses and stamps."""

import sqlalchemy as sa
from alembic import op

from benelux.core.store import Moment, append_only

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "ledger_shard",
        sa.Column("shard", sa.Text, primary_key=True),
        sa.Column("origin", sa.Text, nullable=False, unique=True),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("edge", sa.LargeBinary, nullable=False),
        sa.Column("wrapping", sa.Integer, nullable=False),
        sa.Column("signing", sa.Integer, nullable=False),
        sa.Column("last_at", Moment, nullable=False),
    )
    op.create_table(
        "ledger_entry",
        sa.Column("shard", sa.Text, primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ledger_content",
        sa.Column("shard", sa.Text, primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.Column("wrapping", sa.Integer, nullable=False),
    )
    op.create_table(
        "ledger_about",
        sa.Column("shard", sa.Text, primary_key=True),
        sa.Column("token", sa.LargeBinary, primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_ledger_about_number", "ledger_about", ["shard", "number"])
    op.create_table(
        "ledger_request",
        sa.Column("shard", sa.Text, primary_key=True),
        sa.Column("request", sa.LargeBinary, primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ledger_tile",
        sa.Column("shard", sa.Text, primary_key=True),
        sa.Column("level", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("place", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("hashes", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "ledger_head",
        sa.Column("shard", sa.Text, primary_key=True),
        sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("root", sa.LargeBinary, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("signed_at", Moment, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ledger_signer",
        sa.Column("shard", sa.Text, primary_key=True),
        sa.Column("generation", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "ledger_erased",
        sa.Column("shard", sa.Text, primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("entry", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "ledger_delay",
        sa.Column("shard", sa.Text, primary_key=True),
        sa.Column("entry", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("until", sa.Date, nullable=False),
    )
    op.create_index("ix_ledger_delay_number", "ledger_delay", ["shard", "number"])
    op.create_table(
        "ledger_peer",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("role", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("added_at", Moment, nullable=False),
    )
    op.create_table(
        "ledger_seen",
        sa.Column("origin", sa.Text, primary_key=True),
        sa.Column("turn", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("root", sa.LargeBinary, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("seen_at", Moment, nullable=False),
    )
    op.create_table(
        "ledger_cosignature",
        sa.Column("shard", sa.Text, primary_key=True),
        sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("witness", sa.Text, primary_key=True),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("given_at", Moment, nullable=False),
    )
    op.create_table(
        "ledger_due",
        sa.Column("shard", sa.Text, primary_key=True),
        sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("queued_at", Moment, nullable=False),
    )
    op.create_table(
        "ledger_stamp",
        sa.Column("shard", sa.Text, primary_key=True),
        sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("stamped_at", Moment, nullable=False),
        sa.Column("authority", sa.Text, nullable=False),
        sa.Column("reply", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "ledger_stamping",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("next_at", Moment, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
    )
    for table in (
        "ledger_entry",
        "ledger_head",
        "ledger_signer",
        "ledger_erased",
        "ledger_delay",
        "ledger_seen",
        "ledger_cosignature",
        "ledger_stamp",
    ):
        append_only(op, table)
