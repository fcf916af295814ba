"""The database itself refuses to change or to lose a row of an append-only table."""

import re
from typing import Protocol

from sqlalchemy import Connection, text

_NAME = re.compile(r"[a-z][a-z0-9_]{0,50}")


class Op(Protocol):
    """The part of alembic's `op` that is needed here; alembic itself is slow to import."""

    def get_bind(self) -> Connection: ...

    def execute(self, sqltext: str, /) -> None: ...


def append_only(op: Op, table_name: str) -> None:
    """In a migration: from now on, rows of this table are added and never changed or deleted.

    Call it again after `op.batch_alter_table` on SQLite, which makes the table anew without its
    triggers; `drift` tells when that was forgotten.
    """
    lift_append_only(op, table_name)
    if op.get_bind().dialect.name == "sqlite":
        for act in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table_name}_no_{act} BEFORE {act.upper()} ON {table_name} "
                f"BEGIN SELECT RAISE(ABORT, '{table_name} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table_name}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table_name} is append-only' USING ERRCODE = '23001'; END $$"
    )
    for act, each in (("update", "ROW"), ("delete", "ROW"), ("truncate", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER {table_name}_no_{act} BEFORE {act.upper()} ON {table_name} "
            f"FOR EACH {each} EXECUTE FUNCTION {table_name}_append_only()"
        )


def lift_append_only(op: Op, table_name: str) -> None:
    """In a migration that fills a new column: allow changes until `append_only` is called again."""
    if not _NAME.fullmatch(table_name):
        raise ValueError(f"not a name for a table: {table_name!r}")
    if op.get_bind().dialect.name == "sqlite":
        for act in ("update", "delete"):
            op.execute(f"DROP TRIGGER IF EXISTS {table_name}_no_{act}")
    else:
        op.execute(f"DROP FUNCTION IF EXISTS {table_name}_append_only() CASCADE")


def protected(connection: Connection, table_name: str) -> bool:
    """Whether the database itself keeps this table append-only."""
    if connection.dialect.name == "sqlite":
        asked = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :name"
    else:
        asked = (
            "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass(:name) AND tgenabled <> 'D'"
        )
    found = set(connection.scalars(text(asked), {"name": table_name}))
    return {f"{table_name}_no_update", f"{table_name}_no_delete"} <= found
