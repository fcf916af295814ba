"""Places in the status lists."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "places_list",
        sa.Column("register", sa.Text, primary_key=True),
        sa.Column("keeper", sa.Text, primary_key=True),
        sa.Column("seed", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "places_place",
        sa.Column("register", sa.Text, primary_key=True),
        sa.Column("keeper", sa.Text, primary_key=True),
        sa.Column("number", sa.Text, primary_key=True),
        sa.Column("place", sa.Integer, nullable=False),
        sa.UniqueConstraint("register", "keeper", "place", name="uq_places_place"),
    )
