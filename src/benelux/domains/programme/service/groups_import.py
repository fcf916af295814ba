"""Bring working groups and matches in from CSV: first a look at what would change, then all of it.

Every row is a next version of its record, so that an import is undone by versions too.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import Connection, RowMapping, Table, literal, select, union_all

from benelux.core.errors import Conflict, Fault, NotFound
from benelux.core.identity.person import Person
from benelux.core.language import message
from benelux.core.store import Store
from benelux.core.store.history import history, restore
from benelux.domains.programme import tables
from benelux.domains.programme.formats import groups_csv
from benelux.domains.programme.model import Group, Match
from benelux.domains.programme.service import groups

Kind = Literal["groups", "matches"]
Outcome = Literal["added", "changed", "unchanged"]
_TABLES: Final[Mapping[Kind, Table]] = {"groups": tables.group, "matches": tables.match}
_TOGETHER: Final = timedelta(seconds=1)
_MOST_VERSIONS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that would change."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Edit:
    """What one row would do."""

    row: int
    key: str
    outcome: Outcome
    content: Group | Match
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do, or did once it is `applied`.

    `stamp` stands for the file and for all that it would touch as it was when this was made.
    """

    kind: Kind
    edits: tuple[Edit, ...]
    stamp: str
    applied: bool = False

    def having(self, outcome: Outcome) -> tuple[Edit, ...]:
        return tuple(edit for edit in self.edits if edit.outcome == outcome)


@dataclass(frozen=True, slots=True)
class Step:
    """One version that was recorded."""

    kind: Kind
    id: str
    version: int
    replaces: int | None
    state: str
    newest: bool


@dataclass(frozen=True, slots=True)
class Change:
    """What one person recorded in one go; an import is one change."""

    kind: Kind
    author: str
    began: datetime
    ended: datetime
    steps: tuple[Step, ...]

    @property
    def key(self) -> str:
        return self.began.isoformat()

    @property
    def stands(self) -> bool:
        """Whether nothing in it was changed again, so that it can be undone."""
        return all(step.newest for step in self.steps)


def import_csv(
    store: Store, content: bytes, person: Person, *, apply: bool, stamp: str = ""
) -> Preview:
    """Read a CSV file of groups or of matches and say what it would do; with `apply`, do it.

    Raises `Invalid` with row and column of every fault, and `Conflict` when `stamp`, that of an
    earlier preview, no longer holds. Then nothing is kept.
    """
    sheet = groups_csv.read(content, groups.topics())
    if not apply:
        with store.read() as connection:
            return preview(connection, sheet)

    def work(connection: Connection) -> Preview:
        found = preview(connection, sheet)
        if stamp and stamp != found.stamp:
            raise Conflict(
                "programme.import-stale",
                message("Something was changed since you looked at this import."),
                now=message("Choose the file again and look at what it would do now."),
            )
        _apply(connection, found, person)
        return replace(found, applied=True)

    return store.write(work)


def export_csv(connection: Connection, kind: Kind) -> bytes:
    """All groups, or all matches, as the file that the import reads."""
    if kind == "matches":
        return groups_csv.write_matches(groups.every_match(connection))
    return groups_csv.write_groups(groups.every_group(connection))


def preview(connection: Connection, sheet: groups_csv.Sheet) -> Preview:
    """What the file would add and change as things stand now."""
    if sheet.kind == "matches":
        edits = tuple(_match_edits(connection, sheet.matches))
    else:
        edits = tuple(_group_edits(connection, sheet.groups))
    newest = groups.versions(connection, _TABLES[sheet.kind])
    touched = [(edit, newest.get(edit.key, 0)) for edit in edits]
    digest = hashlib.sha256(repr(touched).encode())
    return Preview(sheet.kind, edits, digest.hexdigest())


def changes(connection: Connection, most: int = 20) -> list[Change]:
    """What was recorded on groups and matches, the latest first.

    Works in the store happen one after another, and an import writes records of one kind, each
    once. So rows of one kind and one author, a second apart at most, no record twice, are a change.
    """
    newest = {kind: groups.versions(connection, table) for kind, table in _TABLES.items()}
    runs: list[list[Step]] = []
    heads: list[RowMapping] = []
    ended: list[datetime] = []
    seen: set[tuple[str, str]] = set()
    for row in _versions(connection):
        step = Step(
            row["kind"], row["id"], row["version"], row["replaces"], row["state"],
            newest[row["kind"]][row["id"]] == row["version"],
        )  # fmt: skip
        mark = (step.kind, step.id)
        if runs and mark not in seen and _are_together(row, heads[-1]):
            runs[-1].append(step)
            heads[-1] = row
            seen.add(mark)
            continue
        if len(runs) == most:
            break
        runs.append([step])
        heads.append(row)
        ended.append(row["recorded_at"])
        seen = {mark}
    return [
        Change(head["kind"], head["author"], head["recorded_at"], end, tuple(reversed(run)))
        for run, head, end in zip(runs, heads, ended, strict=True)
    ]


def undo_change(connection: Connection, key: str, person: Person) -> None:
    """Undo a change: a next version of all it touched, with the content that came before.

    What it added is withdrawn; a group of the package goes back to what the package says.
    Raises `Conflict`, and changes nothing, when part of it was changed again since.
    """
    found = next((one for one in changes(connection, 1000) if one.key == key), None)
    if found is None:
        raise NotFound("programme.no-such-change", message("There is no such change."))
    later = [step.id for step in found.steps if not step.newest]
    if later:
        raise Conflict(
            "programme.changed-again",
            message("Part of this was changed again: {names}.", names=", ".join(later[:5])),
            now=message("Undo the later change first."),
        )
    ours = {group.id: group for group in groups.packaged().groups}
    for step in found.steps:
        table = _TABLES[step.kind]
        if step.replaces:
            restore(connection, table, step.id, step.replaces, author=person.name)
        elif step.kind == "groups" and step.id in ours:
            groups.keep(connection, ours[step.id], person, expected_version=step.version)
        else:
            kept = groups.content(history(connection, table, step.id)[0])
            groups.keep(connection, kept, person, expected_version=step.version, state="withdrawn")


def _group_edits(connection: Connection, rows: Sequence[groups_csv.Row[Group]]) -> Iterator[Edit]:
    known = groups.known_groups(connection)
    faults: list[Fault] = []
    for row in rows:
        before = known.get(row.content.id)
        if before and before.side != row.content.side:
            wrong = message("“{key}” is a group of the other side", key=before.id)
            faults.append(groups_csv.at(row.number, Fault("side", wrong)))
    groups_csv.raise_faults(faults)
    for row in rows:
        before = known.get(row.content.id)
        old = groups_csv.group_cells(before) if before else None
        yield _edit(row.number, row.content.id, row.content, old)


def _match_edits(connection: Connection, rows: Sequence[groups_csv.Row[Match]]) -> Iterator[Edit]:
    known = groups.known_groups(connection)
    groups_csv.raise_faults(
        [groups_csv.at(row.number, fault) for row in rows for fault in row.content.faults(known)]
    )
    kept = {match.key: match for match in groups.every_match(connection)}
    for row in rows:
        before = kept.get(row.content.key)
        old = groups_csv.match_cells(before) if before else None
        yield _edit(row.number, row.content.key, row.content, old)


def _edit(row: int, key: str, content: Group | Match, old: Mapping[str, str] | None) -> Edit:
    if old is None:
        return Edit(row, key, "added", content)
    new = (
        groups_csv.group_cells(content)
        if isinstance(content, Group)
        else groups_csv.match_cells(content)
    )
    cells = tuple(Cell(name, old[name], new[name]) for name in new if old[name] != new[name])
    return Edit(row, key, "changed" if cells else "unchanged", content, cells)


def _apply(connection: Connection, found: Preview, person: Person) -> None:
    newest = groups.versions(connection, _TABLES[found.kind])
    for edit in found.edits:
        if edit.outcome != "unchanged":
            version = newest.get(edit.key, 0)
            groups.keep(connection, edit.content, person, expected_version=version)


def _versions(connection: Connection) -> Sequence[RowMapping]:
    parts = [
        select(
            literal(kind).label("kind"),
            table.c.id,
            table.c.version,
            table.c.recorded_at,
            table.c.author,
            table.c.state,
            table.c.replaces,
        )
        for kind, table in _TABLES.items()
    ]
    every = union_all(*parts).subquery()
    asked = select(every).order_by(every.c.recorded_at.desc(), every.c.id, every.c.version.desc())
    return connection.execute(asked.limit(_MOST_VERSIONS)).mappings().all()


def _are_together(row: RowMapping, later: RowMapping) -> bool:
    near: bool = later["recorded_at"] - row["recorded_at"] <= _TOGETHER
    return near and all(row[name] == later[name] for name in ("kind", "author"))
