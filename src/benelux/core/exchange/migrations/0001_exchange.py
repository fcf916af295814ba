"""The outbox, the inbox, the streams, and the health of peers."""

import sqlalchemy as sa
from alembic import op

from benelux.core.store import Moment

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "exchange_outbox",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("sender", sa.Text, nullable=False),
        sa.Column("receiver", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("stream", sa.Text, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("sent_at", Moment, nullable=False),
        sa.Column("deadline", Moment, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("payload", sa.LargeBinary),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", Moment, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("receipt", sa.Text),
        sa.Column("ended_at", Moment),
        sa.Column("voids", sa.Text, nullable=False),
    )
    op.create_index("ix_exchange_outbox_due", "exchange_outbox", ["state", "receiver", "next_at"])
    op.create_index(
        "ix_exchange_outbox_stream", "exchange_outbox", ["sender", "receiver", "stream", "number"]
    )
    op.create_table(
        "exchange_inbox",
        sa.Column("sender", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("country", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("stream", sa.Text, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("came_at", Moment, nullable=False),
        sa.Column("ended_at", Moment),
        sa.Column("sealed", sa.Text),
        sa.Column("shard", sa.Text, nullable=False),
        sa.Column("entry", sa.BigInteger),
        sa.Column("code", sa.Text, nullable=False),
    )
    op.create_index(
        "ix_exchange_inbox_stream", "exchange_inbox", ["sender", "stream", "number"], unique=True
    )
    op.create_index("ix_exchange_inbox_country", "exchange_inbox", ["country", "state"])
    op.create_table(
        "exchange_stream",
        sa.Column("way", sa.Text, primary_key=True),
        sa.Column("sender", sa.Text, primary_key=True),
        sa.Column("receiver", sa.Text, primary_key=True),
        sa.Column("stream", sa.Text, primary_key=True),
        sa.Column("last", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "exchange_peer",
        sa.Column("country", sa.Text, primary_key=True),
        sa.Column("good_at", Moment),
        sa.Column("bad_at", Moment),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
    )
