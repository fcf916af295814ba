"""The working groups of both sides: what the package knows, overlaid with what officers keep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, RowMapping, Table, func, select

from benelux.core.errors import Fault, Invalid, NotFound
from benelux.core.files import read_yaml
from benelux.core.identity.person import Person
from benelux.core.language import LANGUAGES, Text, message
from benelux.core.store.history import append_version, latest
from benelux.domains.programme import tables
from benelux.domains.programme.model import (
    Comparison,
    Group,
    Match,
    Publication,
    Topic,
    compare,
)
from benelux.domains.programme.service.plan import DATA


@dataclass(frozen=True, slots=True)
class Packaged:
    """What `data/groups.yaml` holds."""

    topics: tuple[Topic, ...]
    groups: tuple[Group, ...]


@cache
def packaged() -> Packaged:
    """The topics and groups that come with the package."""
    return read(DATA / "groups.yaml")


def read(path: Path) -> Packaged:
    """Raises `CorruptFile` for a file of another shape, `Invalid` for a group that is not right."""
    found = read_yaml(path, Packaged)
    topics = {topic.id for topic in found.topics}
    for group in found.groups:
        faults = tuple(group.faults(topics))
        if faults:
            what = message("{file}: {group} is not right.", file=path.name, group=group.id)
            raise Invalid("programme.data", what, faults=faults)
    return found


def topics() -> Mapping[str, Topic]:
    return {topic.id: topic for topic in packaged().topics}


def known_groups(connection: Connection) -> Mapping[str, Group]:
    """Every group that is not withdrawn: as officers keep it, else as the package has it."""
    kept = {row["id"]: row for row in connection.execute(latest(tables.group)).mappings()}
    ours = {group.id: group for group in packaged().groups}
    found: list[Group] = []
    for key in [*ours, *sorted(kept.keys() - ours.keys())]:
        row = kept.get(key)
        if row is None:
            found.append(ours[key])
        elif row["state"] != "withdrawn":
            found.append(_group(row).over(ours.get(key)))
    found.sort(key=lambda group: group.side)
    return {group.id: group for group in found}


def every_group(connection: Connection) -> list[Group]:
    """Every group that is not withdrawn, the Benelux side first."""
    return list(known_groups(connection).values())


def find_group(connection: Connection, key: str) -> Group:
    found = known_groups(connection).get(key)
    if found is None:
        raise NotFound(
            "programme.no-such-group",
            message("There is no working group “{key}”.", key=key[:60]),
            now=message("Look for it in the comparison of working groups."),
        )
    return found


def every_match(connection: Connection) -> list[Match]:
    """Every match that is not withdrawn, even if one of its groups is."""
    asked = latest(tables.match).where(tables.match.c.state != "withdrawn")
    return [_match(row) for row in connection.execute(asked.order_by("id")).mappings()]


def comparison(connection: Connection, only: Sequence[str] | None = None) -> Comparison:
    """Both sides topic by topic; with `only`, showing those groups and their counterparts."""
    return compare(packaged().topics, every_group(connection), every_match(connection), only)


def record_group(
    connection: Connection, group: Group, person: Person, *, expected_version: int
) -> None:
    """Keep a group as a next version; raises `Invalid` with one fault per column."""
    faults = tuple(group.faults(topics()))
    if faults:
        raise _refused(faults)
    keep(connection, group, person, expected_version=expected_version)


def record_match(
    connection: Connection, match: Match, person: Person, *, expected_version: int
) -> None:
    """Keep a match as a next version; raises `Invalid` with one fault per column."""
    faults = tuple(match.faults(known_groups(connection)))
    if faults:
        raise _refused(faults)
    keep(connection, match, person, expected_version=expected_version)


def set_match(connection: Connection, match: Match, person: Person) -> None:
    """Keep a match over whatever was kept of these two groups before."""
    version = versions(connection, tables.match).get(match.key, 0)
    record_match(connection, match, person, expected_version=version)


def withdraw_group(connection: Connection, key: str, person: Person) -> None:
    """Take a group out of the comparison; its versions stay, and one can be restored."""
    group = find_group(connection, key)
    version = versions(connection, tables.group).get(key, 0)
    keep(connection, group, person, expected_version=version, state="withdrawn")


def withdraw_match(connection: Connection, key: str, person: Person) -> None:
    """Take a match out of the comparison; its versions stay, and one can be restored."""
    found = next((match for match in every_match(connection) if match.key == key), None)
    if found is None:
        raise NotFound(
            "programme.no-such-match", message("There is no match “{key}”.", key=key[:130])
        )
    version = versions(connection, tables.match)[key]
    keep(connection, found, person, expected_version=version, state="withdrawn")


def keep(
    connection: Connection,
    content: Group | Match,
    person: Person,
    *,
    expected_version: int,
    state: Publication = "published",
) -> None:
    """Add the version that follows `expected_version`, of content that was checked already."""
    table, key = (
        (tables.group, content.id) if isinstance(content, Group) else (tables.match, content.key)
    )
    append_version(
        connection,
        table,
        key,
        {**_plain(content, table), "state": state},
        expected_version=expected_version,
        author=person.name,
    )


def versions(connection: Connection, table: Table) -> Mapping[str, int]:
    """The number of the newest version of every record."""
    asked = select(table.c.id, func.max(table.c.version)).group_by(table.c.id)
    return {row[0]: row[1] for row in connection.execute(asked)}


def content(row: RowMapping) -> Group | Match:
    """What a row of one of the two tables holds."""
    return _match(row) if "relation" in row else _group(row)


def _plain(content: Group | Match, table: Table) -> Mapping[str, object]:
    values: dict[str, object] = {}
    for field in fields(content):
        value = getattr(content, field.name)
        if field.name == "id" or field.name not in table.c:
            continue
        if isinstance(value, Text):
            value = {language: value[language] for language in LANGUAGES}
        values[field.name] = list(value) if isinstance(value, tuple) else value
    return values


def _group(row: RowMapping) -> Group:
    return Group(
        id=row["id"],
        side=row["side"],
        name=Text(**row["name"]),
        topics=tuple(row["topics"]),
        chair=row["chair"],
        achievements=row["achievements"],
        current_work=row["current_work"],
        source=row["source"],
    )


def _match(row: RowMapping) -> Match:
    return Match(row["benelux_group"], row["other_group"], row["relation"], row["note"])


def _refused(faults: tuple[Fault, ...]) -> Invalid:
    return Invalid("programme.group", message("This cannot be kept as it is."), faults=faults)
