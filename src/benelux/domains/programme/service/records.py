"""What officers record on the plan: they draft, publish, withdraw and restore; nothing is lost."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Final, TypeVar

from sqlalchemy import Connection, RowMapping, Table, bindparam

from benelux.core.errors import Fault, Invalid, NotFound
from benelux.core.identity.person import Person
from benelux.core.language import LANGUAGES, NAMES, Text, message
from benelux.core.store.history import Rows, append_version, history, latest, restore
from benelux.domains.programme import tables
from benelux.domains.programme.model import (
    Event,
    Plan,
    Progress,
    Publication,
    Record,
    Version,
)

R = TypeVar("R", Event, Progress)
_TABLES: Final[Mapping[type, Table]] = {Event: tables.event, Progress: tables.progress}
# Made once: SQLAlchemy takes longer to put a question together than SQLite to answer it.
_PROGRESS_OF: Final = latest(tables.progress).where(
    tables.progress.c.action_id == bindparam("asked"), tables.progress.c.state == "published"
)


def record(  # noqa: PLR0913 - what is recorded, where, by whom, over which version
    connection: Connection,
    whole: Plan,
    content: Event | Progress,
    *,
    person: Person,
    key: str = "",
    expected_version: int = 0,
    state: Publication = "draft",
) -> str:
    """Keep `content` as a next version of `key`, or as a new record; return its key.

    Raises `Invalid` with one fault per field, and `Conflict` when somebody else was first.
    """
    faults = _faults(whole, content, state)
    if faults:
        raise Invalid(
            "programme.record", message("This cannot be kept as it is."), faults=tuple(faults)
        )
    name = key or secrets.token_hex(6)
    append_version(
        connection,
        _TABLES[type(content)],
        name,
        {**_plain(content), "state": state},
        expected_version=expected_version,
        author=person.name,
    )
    return name


def undo(  # noqa: PLR0913 - as above
    connection: Connection,
    kind: type[Event | Progress],
    key: str,
    version: int,
    *,
    person: Person,
    expected_version: int | None = None,
) -> None:
    """Undo what came after `version`: a next version with the content of that one.

    Raises `Conflict` when there is a newer one than `expected_version`, which nobody looked at.
    """
    restore(
        connection, _TABLES[kind], key, version,
        author=person.name, expected_version=expected_version,
    )  # fmt: skip


def find(connection: Connection, kind: type[R], key: str) -> Record[R]:
    """The newest version of a record."""
    table = _TABLES[kind]
    row = connection.execute(latest(table).where(table.c.id == key)).mappings().first()
    if row is None:
        raise no_record(key)
    return _record(kind, row)


def versions(connection: Connection, kind: type[R], key: str) -> list[Record[R]]:
    """Every version of a record, the newest first."""
    found = [_record(kind, row) for row in history(connection, _TABLES[kind], key)]
    if not found:
        raise no_record(key)
    return found


def every(connection: Connection, kind: type[R], *, drafts: bool = False) -> list[Record[R]]:
    """The newest version of each record: the published ones, or with `drafts` all of them."""
    table = _TABLES[kind]
    asked: Rows = latest(table)
    if not drafts:
        asked = asked.where(table.c.state == "published")
    rows = connection.execute(asked.order_by(table.c.recorded_at.desc(), table.c.id)).mappings()
    return [_record(kind, row) for row in rows]


def progress_of(connection: Connection, action: str) -> list[Record[Progress]]:
    """What is published on the progress of one action, the latest day first."""
    rows = connection.execute(_PROGRESS_OF, {"asked": action}).mappings()
    found = [_record(Progress, row) for row in rows]
    return sorted(found, key=lambda one: (one.content.day, one.id), reverse=True)


def newest_progress(records: Sequence[Record[Progress]]) -> Mapping[str, Record[Progress]]:
    """The latest published word on each action."""
    found: dict[str, Record[Progress]] = {}
    for one in sorted(records, key=lambda one: (one.content.day, one.id)):
        found[one.content.action_id] = one
    return found


def no_record(key: str) -> NotFound:
    return NotFound(
        "programme.no-such-record", message("There is no record “{key}”.", key=key[:60])
    )


def _plain(content: Event | Progress) -> dict[str, object]:
    def plain(value: object) -> object:
        if isinstance(value, Text):
            return {language: value[language] for language in LANGUAGES}
        if isinstance(value, date):
            return value.isoformat()
        return list(value) if isinstance(value, tuple) else value

    values = {one.name: plain(getattr(content, one.name)) for one in fields(content)}
    return {name: "" if value is None else value for name, value in values.items()}


def _record(kind: type[R], row: RowMapping) -> Record[R]:
    version = Version(
        row["id"], row["version"], row["recorded_at"], row["author"], row["state"], row["restores"]
    )
    return Record(version, _event(row) if kind is Event else _progress(row))  # type: ignore[arg-type]


def _event(row: RowMapping) -> Event:
    return Event(
        title=Text(**row["title"]),
        starts=date.fromisoformat(row["starts"]),
        ends=date.fromisoformat(row["ends"]) if row["ends"] else None,
        place=row["place"],
        link=row["link"],
        actions=tuple(row["actions"]),
        group_id=row["group_id"],
    )


def _progress(row: RowMapping) -> Progress:
    return Progress(
        action_id=row["action_id"],
        stage=row["stage"],
        day=date.fromisoformat(row["day"]),
        note=Text(**row["note"]),
        evidence=row["evidence"],
        evidence_link=row["evidence_link"],
    )


def _faults(whole: Plan, content: Event | Progress, state: Publication) -> list[Fault]:
    faults: list[Fault] = []
    if isinstance(content, Event):
        faults.extend(_languages("title", content.title, state))
        if content.ends and content.ends < content.starts:
            faults.append(Fault("ends", message("The last day comes before the first day.")))
        faults.extend(
            Fault("action", message("The plan has no such action."))
            for action in content.actions
            if action not in whole.actions
        )
        return faults
    faults.extend(_languages("note", content.note, state))
    if content.action_id not in whole.actions:
        faults.append(Fault("action_id", message("The plan has no such action.")))
    if not content.evidence.strip():
        faults.append(Fault("evidence", message("Say what shows this: a document, a decision.")))
    return faults


def _languages(name: str, text: Text, state: Publication) -> list[Fault]:
    """A draft needs one language, what is published needs all four."""
    missing = [language for language in LANGUAGES if not text[language].strip()]
    if state == "published":
        return [
            Fault(
                f"{name}_{language}",
                message(
                    "Give this text in {language} before you publish.", language=NAMES[language]
                ),
            )
            for language in missing
        ]
    if len(missing) == len(LANGUAGES):
        return [Fault(f"{name}_en", message("Give this text in at least one language."))]
    return []
