"""Tables: the places in the status lists, and the secret that each list's decoys come from."""

from pathlib import Path
from typing import Final

from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, Text, UniqueConstraint

from benelux.core.store import Owner

metadata = MetaData()
OWNER: Final = Owner("places", metadata, Path(__file__).parent / "migrations")

status_list = Table(
    "places_list",
    metadata,
    Column("register", Text, primary_key=True),
    Column("keeper", Text, primary_key=True),
    Column("seed", LargeBinary, nullable=False),
)

# Never given to another record: an old document of the first one may still be about.
place = Table(
    "places_place",
    metadata,
    Column("register", Text, primary_key=True),
    Column("keeper", Text, primary_key=True),
    Column("number", Text, primary_key=True),
    Column("place", Integer, nullable=False),
    UniqueConstraint("register", "keeper", "place", name="uq_places_place"),
)
