"""Authorities, services, officers, devices, keys, and the nonces of signed requests."""

import sqlalchemy as sa
from alembic import op

from benelux.core.store import Json, Moment, append_only, versioned_columns

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "identity_authority",
        *versioned_columns(),
        sa.Column("name", Json, nullable=False),
        sa.Column("country", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("competences", Json, nullable=False),
        sa.Column("invented", sa.Boolean, nullable=False),
    )
    op.create_table(
        "identity_service",
        *versioned_columns(),
        sa.Column("authority", sa.Text, nullable=False),
        sa.Column("name", Json, nullable=False),
        sa.Column("roles", Json, nullable=False),
    )
    op.create_table(
        "identity_officer",
        *versioned_columns(),
        sa.Column("issuer", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("authority", sa.Text, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("roles", Json, nullable=False),
    )
    op.create_table(
        "identity_device",
        *versioned_columns(),
        sa.Column("authority", sa.Text, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
    )
    op.create_table(
        "identity_key",
        *versioned_columns(),
        sa.Column("authority", sa.Text, nullable=False),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("public", sa.Text, nullable=False),
        sa.Column("valid_from", Moment, nullable=False),
        sa.Column("valid_to", Moment, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    for name in ("service", "officer", "device", "key"):
        op.create_index(f"ix_identity_{name}_authority", f"identity_{name}", ["authority"])
    for name in ("authority", "service", "officer", "device", "key"):
        append_only(op, f"identity_{name}")
    op.create_table(
        "identity_nonce",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("nonce", sa.Text, primary_key=True),
        sa.Column("until", Moment, nullable=False),
    )
    op.create_index("ix_identity_nonce_until", "identity_nonce", ["until"])
