"""The tables of all registers: a new register is a declaration, and needs no table of its own.

What happened when is append-only and holds nothing about a person. What is about a person stands
apart, encrypted or as keyed tokens, so that it can be destroyed.
"""

from pathlib import Path
from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

from benelux.core.store import Moment, Owner

metadata = MetaData()
OWNER: Final = Owner("registers", metadata, Path(__file__).parent / "migrations")
_KEPT = {"append_only": True}

# One row for each record whose content is there: its key, wrapped. Erased with its row.
record = Table(
    "register_record",
    metadata,
    Column("id", Text, primary_key=True),
    Column("register", Text, nullable=False),
    Column("keeper", Text, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("wrapping", Integer, nullable=False),
    Column("about", LargeBinary, nullable=False),
    Index("ix_register_record_register", "register", "id"),
    sqlite_with_rowid=False,
)

# A version speaks of the days from `over_from` to `over_to`; of these, its content holds from
# `valid_from` to `valid_to`. A last day that is not there is open.
version = Table(
    "register_version",
    metadata,
    Column("id", Text, primary_key=True, info=_KEPT),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("register", Text, nullable=False),
    Column("keeper", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date, nullable=True),
    Column("over_from", Date, nullable=False),
    Column("over_to", Date, nullable=True),
    Column("recorded_at", Moment, nullable=False),
    Column("author", Text, nullable=False),
    Index("ix_register_version_register", "register", "id"),
    sqlite_with_rowid=False,
)

# What a version says, encrypted under its record's key.
content = Table(
    "register_content",
    metadata,
    Column("id", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

# By what a record is found: keyed, so that the table says nothing to whoever has no key.
token = Table(
    "register_token",
    metadata,
    Column("token", BigInteger, primary_key=True, autoincrement=False),
    Column("id", Text, primary_key=True),
    Index("ix_register_token_id", "id"),
    sqlite_with_rowid=False,
)

# How often the tokens of a register changed, so that an index made of them knows when it is old.
turn = Table(
    "register_turn",
    metadata,
    Column("register", Text, primary_key=True),
    Column("number", BigInteger, nullable=False),
)

# What was answered to a request, so that the same request is answered alike.
answer = Table(
    "register_answer",
    metadata,
    Column("request", LargeBinary, primary_key=True),
    Column("register", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Index("ix_register_answer_day", "register", "day"),
    sqlite_with_rowid=False,
)

# What the keepers of other countries told of the state of their records; a number says nothing
# about a person.
notice = Table(
    "register_notice",
    metadata,
    Column("number", Text, primary_key=True),
    Column("register", Text, nullable=False),
    Column("sender", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("good", Boolean, nullable=False),
    Column("first", Date, nullable=False),
    Column("told_at", Moment, nullable=False),
    Index("ix_register_notice_register", "register", "number"),
    sqlite_with_rowid=False,
)
