"""Alembic, kept in one place because it is slow to import and seldom needed."""

from collections.abc import Iterator, Sequence

from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from benelux.core.store.history import is_append_only, protected
from benelux.core.store.schema import Owner


def apply(connection: Connection, owner: Owner, numbers: Sequence[str]) -> None:
    """Make the changes `numbers` of `owner` within the transaction of `connection`."""
    scripts = ScriptDirectory(owner.directory, version_locations=[owner.directory])
    line = [script.revision for script in scripts.walk_revisions()][::-1]
    if tuple(line) != owner.revisions:
        raise RuntimeError(f"the changes in {owner.directory} do not follow their numbers: {line}")
    context = MigrationContext.configure(connection, opts={"version_table": owner.version_table})
    with Operations.context(context):
        for number in numbers:
            scripts.get_revision(number).module.upgrade()
    context.stamp(scripts, numbers[-1])


def differences(connection: Connection, owner: Owner) -> Iterator[str]:
    """What alembic would change, and tables that have lost their append-only triggers."""

    def is_ours(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "table" or name in owner.metadata.tables

    context = MigrationContext.configure(
        connection, opts={"version_table": owner.version_table, "include_name": is_ours}
    )
    for difference in compare_metadata(context, owner.metadata):
        yield repr(difference)
    for table in owner.metadata.sorted_tables:
        if is_append_only(table) and not protected(connection, table.name):
            yield f"{table.name}: is not append-only in the database"
