"""Sheets: drawn up, changed, moved on and undone; every version is kept."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import msgspec
from sqlalchemy import Connection, RowMapping

from benelux.core.errors import Conflict, Invalid, NotFound
from benelux.core.language import message
from benelux.core.registers import numbers
from benelux.core.store.history import append_version, history, latest, restore
from benelux.domains.fireworks import tables
from benelux.domains.fireworks.model.sheets import STATES, Kept, LabTest, Sheet, SheetState
from benelux.domains.fireworks.rules import sheets as rules
from benelux.domains.fireworks.service.offices import Desk, may_keep

MARK: Final = "MS"
MOST_TESTS: Final = 60


def draw_up(connection: Connection, content: Sheet, at: Desk) -> str:
    """A new draft; its number. Raises `Invalid` with one fault for each field."""
    _refuse_wrong(content)
    number = numbers.new(at.country, MARK)
    values = _values(content, at.country, at.authority)
    append_version(
        connection, tables.sheet, number, {**values, "state": "draft"},
        expected_version=0, author=at.author,
    )  # fmt: skip
    return number


def change(
    connection: Connection, key: str, content: Sheet, at: Desk, *, expected_version: int
) -> int:
    """A next version with this content; the number of the version.

    A sheet that was shared stays shared, and is sent again only when somebody shares it again.
    Raises `Conflict` when somebody was first or the sheet is closed, `NotAllowed` for a copy.
    """
    before = _own(connection, key, at)
    if before.state == "closed":
        raise _closed(key)
    _refuse_wrong(content)
    state = "draft" if before.state == "ready" else before.state
    values = {**_values(content, before.country, before.authority), "state": state}
    return append_version(
        connection, tables.sheet, key, values, expected_version=expected_version, author=at.author
    )


def add_test(
    connection: Connection, key: str, test: LabTest, at: Desk, *, expected_version: int
) -> int:
    """The sheet with one test more."""
    before = find(connection, key)
    if len(before.content.tests) >= MOST_TESTS:
        raise Invalid(
            "fireworks.too-many-tests",
            message("A sheet takes at most {n} tests.", n=MOST_TESTS),
        )
    content = replace(before.content, tests=(*before.content.tests, test))
    return change(connection, key, content, at, expected_version=expected_version)


def drop_test(
    connection: Connection, key: str, place: int, at: Desk, *, expected_version: int
) -> int:
    """The sheet without the test at that place; the versions before still have it."""
    before = find(connection, key)
    tests = list(before.content.tests)
    if not 0 <= place < len(tests):
        raise NotFound("fireworks.no-such-test", message("The sheet has no such test."))
    del tests[place]
    content = replace(before.content, tests=tuple(tests))
    return change(connection, key, content, at, expected_version=expected_version)


def move(
    connection: Connection, key: str, state: SheetState, at: Desk, *, expected_version: int
) -> int:
    """Let the sheet go on to another state.

    Raises `Invalid` with what is missing when it is not fit to be shared, `Conflict` where no way
    leads there. What it takes to share it is done by `sharing.share`.
    """
    before = _own(connection, key, at)
    if not before.may_become(state):
        raise Conflict(
            "fireworks.no-such-move",
            message(
                "A sheet that is “{now}” cannot become “{then}”.",
                now=STATES[before.state],
                then=STATES[state],
            ),
        )
    if state in {"ready", "shared"}:
        faults = tuple(rules.missing(before.content, datetime.now(UTC).date()))
        if faults:
            raise Invalid(
                "fireworks.sheet-not-ready",
                message("This sheet is not ready to be shared."),
                faults=faults,
            )
    values = {**_values(before.content, before.country, before.authority), "state": state}
    return append_version(
        connection, tables.sheet, key, values, expected_version=expected_version, author=at.author
    )


def undo(connection: Connection, key: str, version: int, at: Desk, *, expected_version: int) -> int:
    """A next version with the content of that one; a sheet that others have stays shared."""
    before = _own(connection, key, at)
    if before.state == "closed":
        raise _closed(key)
    wanted = next((one for one in versions(connection, key) if one.version == version), None)
    if wanted is None:
        raise NotFound(
            "store.no-such-version",
            message("“{key}” has no version {version}.", key=key, version=version),
        )
    if before.state == "shared":
        return change(connection, key, wanted.content, at, expected_version=expected_version)
    return restore(
        connection, tables.sheet, key, version, author=at.author, expected_version=expected_version
    )


def find(connection: Connection, key: str) -> Kept:
    """The newest version of a sheet; raises `NotFound`."""
    row = connection.execute(latest(tables.sheet).where(tables.sheet.c.id == key)).mappings()
    found = row.first()
    if found is None:
        raise NotFound(
            "fireworks.no-such-sheet",
            message("There is no sheet “{key}”.", key=key[:60]),
            now=message("Choose one from the list of sheets."),
        )
    return kept(found)


def versions(connection: Connection, key: str) -> Sequence[Kept]:
    """Every version of a sheet, the newest first."""
    return [kept(row) for row in history(connection, tables.sheet, key)]


def every(connection: Connection, country: str) -> Sequence[Kept]:
    """The sheets that this node holds: its own, and what others shared; the newest first."""
    rows = connection.execute(
        latest(tables.sheet).order_by(tables.sheet.c.recorded_at.desc(), tables.sheet.c.id)
    ).mappings()
    found = (kept(row) for row in rows)
    return [one for one in found if one.country == country or one.state in {"shared", "closed"}]


def kept(row: RowMapping) -> Kept:
    return Kept(
        row["id"], row["version"], row["state"], row["country"], row["authority"],
        row["recorded_at"], row["author"], msgspec.convert(row["content"], Sheet),
        row["restores"],
    )  # fmt: skip


def _own(connection: Connection, key: str, at: Desk) -> Kept:
    """The sheet, if whoever acts may change it."""
    found = find(connection, key)
    may_keep(at, found.authority, found.country).require()
    return found


def _refuse_wrong(content: Sheet) -> None:
    faults = tuple(rules.wrong(content))
    if faults:
        raise Invalid("fireworks.sheet", message("This cannot be kept as it is."), faults=faults)


def _values(content: Sheet, country: str, authority: str) -> dict[str, object]:
    return {
        "country": country,
        "authority": authority,
        "content": msgspec.to_builtins(content),
    }


def _closed(key: str) -> Conflict:
    return Conflict(
        "fireworks.sheet-closed",
        message("The sheet “{key}” is closed.", key=key),
        why=message("A closed sheet stays as it is."),
        now=message("Draw up a new sheet."),
    )
