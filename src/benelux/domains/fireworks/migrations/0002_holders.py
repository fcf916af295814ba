"""Which passes belong to which sign-in."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "fireworks_holder",
        sa.Column("holder", sa.LargeBinary, primary_key=True),
        sa.Column("number", sa.Text, primary_key=True),
    )
