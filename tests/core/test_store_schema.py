"""The tables come up to date at every start, whoever starts and however often."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, inspect, text

from benelux.core.errors import Conflict
from benelux.core.store import CORE, Owner, Store, drift, migrate, versioned_columns

_FIRST = """
import sqlalchemy as sa
from alembic import op
from benelux.core.store import append_only, versioned_columns
revision = "0001"
down_revision = None
def upgrade():
    op.create_table("letter", *versioned_columns(), sa.Column("words", sa.Text))
    append_only(op, "letter")
"""
_SECOND = """
import sqlalchemy as sa
from alembic import op
revision = "0002"
down_revision = "0001"
def upgrade():
    op.create_table("stamp", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("INSERT INTO stamp VALUES (1)")
"""
_THIRD = """
import sqlalchemy as sa
from alembic import op
from benelux.core.store import append_only
revision = "0003"
down_revision = "0002"
def upgrade():
    with op.batch_alter_table("letter", recreate="always") as letter:
        letter.add_column(sa.Column("seal", sa.Text))
"""
_FAILS = """
from alembic import op
revision = "0002"
down_revision = "0001"
def upgrade():
    op.execute("CREATE TABLE half (id INTEGER)")
    op.execute("INSERT INTO nowhere VALUES (1)")
"""
# Four processes from one, because four times loading the libraries would take longer than the test.
_MIGRATES = """
import os, sys
from pathlib import Path
from sqlalchemy import MetaData
from benelux.core.store import Owner, Store, changes, migrate, postgres
children = []
for _ in range(4):
    children.append(os.fork())
    if children[-1] == 0:
        with Store.open(sys.argv[1]) as store:
            done = migrate(store, [Owner("letters", MetaData(), Path(sys.argv[2]))])
        os.write(1, (str(done) + chr(10)).encode())
        os._exit(0)
sys.exit(sum(os.waitpid(child, 0)[1] for child in children))
"""


def _letters(folder: Path, *changes: str) -> Owner:
    """An owner whose code knows so many changes."""
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.py"):
        old.unlink()
    for change in changes:
        number = re.search(r'revision = "(\d+)"', change)
        assert number
        (folder / f"{number[1]}_change.py").write_text(change)
    metadata = MetaData()
    columns = [Column("seal", Text)] if _THIRD in changes else []
    Table("letter", metadata, *versioned_columns(), Column("words", Text), *columns)
    if _SECOND in changes:
        Table("stamp", metadata, Column("id", Integer, primary_key=True))
    return Owner("letters", metadata, folder)


def _tables(store: Store) -> set[str]:
    with store.read() as connection:
        return set(inspect(connection).get_table_names())


def test_core_keeps_what_its_code_says(any_store: Store) -> None:
    assert drift(any_store, CORE) == []


def test_an_empty_database_gets_everything_and_a_second_time_nothing(
    any_url: str, tmp_path: Path
) -> None:
    letters = _letters(tmp_path / "letters", _FIRST, _SECOND)
    with Store.open(any_url) as store:
        assert migrate(store, [letters]) == {"core": CORE.revisions, "letters": ("0001", "0002")}
        assert migrate(store, [letters]) == {}
        assert drift(store, letters) == []
        assert _tables(store) >= {"session", "letter", "stamp", "alembic_core", "alembic_letters"}


def test_a_later_version_makes_only_its_own_changes(any_store: Store, tmp_path: Path) -> None:
    migrate(any_store, [_letters(tmp_path / "letters", _FIRST)])
    assert migrate(any_store, [_letters(tmp_path / "letters", _FIRST, _SECOND)]) == {
        "letters": ("0002",)
    }


def test_a_domain_that_went_away_breaks_nothing(any_store: Store, tmp_path: Path) -> None:
    migrate(any_store, [_letters(tmp_path / "letters", _FIRST)])
    assert migrate(any_store) == {}
    assert drift(any_store, CORE) == []


def test_a_change_that_fails_leaves_nothing_behind(any_url: str, tmp_path: Path) -> None:
    letters = _letters(tmp_path / "letters", _FIRST, _FAILS)
    with Store.open(any_url) as store:
        with pytest.raises(Exception, match="nowhere"):
            migrate(store, [letters])
        assert _tables(store) == set()
        assert migrate(store) == {"core": CORE.revisions}


def test_a_database_newer_than_the_software_is_refused(any_store: Store, tmp_path: Path) -> None:
    migrate(any_store, [_letters(tmp_path / "letters", _FIRST, _SECOND)])
    older = _letters(tmp_path / "letters", _FIRST)
    with pytest.raises(Conflict) as refused:
        migrate(any_store, [older])
    assert refused.value.code == "store.newer"
    assert str(refused.value) == (
        "The database is newer than this software. The tables of “letters” are at change 0002;"
        " this software knows 0001. Install the newer version again, or put back an older copy of"
        " the data."
    )


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_four_processes_that_start_at_once_change_the_tables_once(
    any_url: str, tmp_path: Path
) -> None:
    letters = _letters(tmp_path / "letters", _FIRST, _SECOND)
    command = [sys.executable, "-W", "error", "-c", _MIGRATES, any_url, str(letters.directory)]
    four = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert four.returncode == 0, four.stderr
    everything = {"core": CORE.revisions, "letters": ("0001", "0002")}
    assert sorted(four.stdout.splitlines()) == [str(everything), "{}", "{}", "{}"]
    with Store.open(any_url) as store, store.read() as connection:
        assert connection.scalars(text("SELECT id FROM stamp")).all() == [1]


def test_drift_names_what_differs_and_a_table_that_lost_its_protection(
    store: Store, tmp_path: Path
) -> None:
    letters = _letters(tmp_path / "letters", _FIRST, _SECOND, _THIRD)
    migrate(store, [letters])
    assert drift(store, letters) == ["letter: is not append-only in the database"]
    mended = _THIRD + "    append_only(op, 'letter')\n"
    with Store.open(tmp_path / "other.db") as other:
        migrate(other, [_letters(tmp_path / "letters", _FIRST, _SECOND, mended)])
        assert drift(other, letters) == []
    Table("envelope", letters.metadata, Column("id", Integer, primary_key=True))
    assert any("envelope" in difference for difference in drift(store, letters))


def test_a_change_that_leaves_rows_pointing_nowhere_is_refused(
    store: Store, tmp_path: Path
) -> None:
    orphan = """
import sqlalchemy as sa
from alembic import op
revision = "0001"
down_revision = None
def upgrade():
    op.create_table("page", sa.Column("letter", sa.Integer, sa.ForeignKey("book.id")))
    op.create_table("book", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("INSERT INTO page VALUES (1)")
"""
    with pytest.raises(Conflict) as refused:
        migrate(store, [_letters(tmp_path / "letters", orphan)])
    assert refused.value.code == "store.foreign-keys"
    assert not _tables(store) & {"page", "book"}


def test_changes_that_do_not_follow_their_numbers_are_refused(store: Store, tmp_path: Path) -> None:
    wrong = _letters(
        tmp_path / "letters", _FIRST, _SECOND.replace('revision = "0002"', 'revision = "0003"', 1)
    )
    (wrong.directory / "0003_change.py").rename(wrong.directory / "0002_change.py")
    with pytest.raises(RuntimeError, match="do not follow their numbers"):
        migrate(store, [wrong])
    (wrong.directory / "0002_other.py").write_text(_SECOND)
    with pytest.raises(RuntimeError, match="two changes with one number"):
        migrate(store, [wrong])


def test_starting_up_does_not_load_alembic_when_nothing_is_to_be_changed(store: Store) -> None:
    script = (
        "import sys; from benelux.core.store import Store, migrate\n"
        "with Store.open(sys.argv[1]) as store: migrate(store)\n"
        "sys.exit('alembic' in sys.modules)"
    )
    assert (
        subprocess.run([sys.executable, "-c", script, store.address], check=False).returncode == 0
    )
