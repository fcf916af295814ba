"""Working groups and their matches as CSV: what is exported is what the import reads.

UTF-8 with or without a byte order mark, comma or semicolon, one line of column names in any order.
A cell that a spreadsheet would take for a formula carries an apostrophe, which is taken off again.
"""

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, Literal, TypeVar, cast

from benelux.core.errors import Fault, Invalid
from benelux.core.language import LANGUAGES, Message, Text, message, plural
from benelux.domains.programme.model import Group, Match, Relation, Side

T = TypeVar("T")
GROUP_COLUMNS: Final = (
    "side", "id", "name_nl", "name_fr", "name_de", "name_en", "topics", "chair", "achievements",
    "current_work", "source",
)  # fmt: skip
MATCH_COLUMNS: Final = ("benelux_group", "other_group", "relation", "note")
LARGEST: Final = 1_000_000
MOST_ROWS: Final = 2_000
_MOST_FAULTS: Final = 50
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_FORMULA: Final = re.compile(r"'*[=+\-@]")
_GUARDED: Final = re.compile(r"'+[=+\-@]")
_BETWEEN: Final = re.compile(r"[\s,;|]+")
_NOW: Final = message("Mend the file and choose it again. Nothing was changed.")


@dataclass(frozen=True, slots=True)
class Row(Generic[T]):
    """What one row of the file says; rows are numbered as a spreadsheet does."""

    number: int
    content: T


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that was read: groups, or matches."""

    kind: Literal["groups", "matches"]
    groups: tuple[Row[Group], ...] = ()
    matches: tuple[Row[Match], ...] = ()


def read(content: bytes, topics: Collection[str]) -> Sheet:
    """The groups or the matches in a file; its column names tell which.

    Raises `Invalid` with every fault found, each with its row and column.
    """
    header, rows = _table(content)
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    if header == set(MATCH_COLUMNS):
        matches = tuple(Row(number, _match(cells)) for number, cells in rows)
        for row in matches:
            faults.extend(_once(row.number, "benelux_group", row.content.key, seen))
        raise_faults(faults)
        return Sheet("matches", matches=matches)
    groups = tuple(Row(number, _group(cells)) for number, cells in rows)
    for one in groups:
        faults.extend(at(one.number, fault) for fault in one.content.faults(topics))
        faults.extend(_once(one.number, "id", one.content.id, seen))
    raise_faults(faults)
    return Sheet("groups", groups)


def write_groups(groups: Iterable[Group]) -> bytes:
    return _write(GROUP_COLUMNS, (group_cells(group) for group in groups))


def write_matches(matches: Iterable[Match]) -> bytes:
    return _write(MATCH_COLUMNS, (match_cells(match) for match in matches))


def group_cells(group: Group) -> Mapping[str, str]:
    """A group as the cells of its row."""
    names = {f"name_{language}": group.name[language] for language in LANGUAGES}
    plain = ("side", "id", "chair", "achievements", "current_work", "source")
    cells = {name: str(getattr(group, name)) for name in plain}
    return {**cells, **names, "topics": " ".join(group.topics)}


def match_cells(match: Match) -> Mapping[str, str]:
    """A match as the cells of its row."""
    return {name: str(getattr(match, name)) for name in MATCH_COLUMNS}


def at(row: int, fault: Fault) -> Fault:
    """The fault with its place in the file."""
    said = message(
        "Row {row}, column {column}: {wrong}.", row=row, column=fault.field, wrong=fault.message
    )
    return Fault(fault.field, said, row)


def raise_faults(faults: Sequence[Fault]) -> None:
    """Refuse the file if anything is wrong in it."""
    if not faults:
        return
    shown = list(faults[:_MOST_FAULTS])
    more = len(faults) - len(shown)
    if more:
        shown.append(Fault("file", plural("One more fault.", "{n} more faults.", more)))
    raise Invalid(
        "programme.groups-csv",
        message("This file cannot be imported as it is."),
        now=_NOW,
        faults=tuple(shown),
    )


def _group(cells: Mapping[str, str]) -> Group:
    return Group(
        id=cells["id"],
        side=cast(Side, cells["side"]),  # `Group.faults` says when it is no side
        name=Text(*(cells[f"name_{language}"] for language in LANGUAGES)),
        topics=tuple(dict.fromkeys(part for part in _BETWEEN.split(cells["topics"]) if part)),
        chair=cells["chair"],
        achievements=cells["achievements"],
        current_work=cells["current_work"],
        source=cells["source"],
    )


def _match(cells: Mapping[str, str]) -> Match:
    return Match(
        cells["benelux_group"],
        cells["other_group"],
        cast(Relation, cells["relation"]),  # `Match.faults` says when it is no relation
        cells["note"],
    )


def _once(row: int, column: str, key: str, seen: dict[str, int]) -> Iterator[Fault]:
    first = seen.setdefault(key, row)
    if first != row:
        yield at(row, Fault(column, message("stands in row {first} already", first=first)))


def _table(content: bytes) -> tuple[set[str], list[tuple[int, Mapping[str, str]]]]:
    text = _decoded(content)
    rows = list(_rows(text))
    if not rows:
        raise _refused(message("The file is empty."))
    header = [name.strip().lower() for name in rows[0][1]]
    columns = _columns(header)
    if len(rows) - 1 > MOST_ROWS:
        raise _refused(message("The file has more than {n} rows.", n=MOST_ROWS))
    faults: list[Fault] = []
    found: list[tuple[int, Mapping[str, str]]] = []
    for number, cells in rows[1:]:
        if len(cells) != len(header):
            wrong = message(
                "Row {row}: it has {found} cells; the first row has {expected}.",
                row=number, found=len(cells), expected=len(header),
            )  # fmt: skip
            faults.append(Fault("file", wrong, number))
            continue
        clean = {name: _clean(cell) for name, cell in zip(header, cells, strict=True)}
        faults.extend(
            at(number, Fault(name, message("it holds characters that cannot be printed")))
            for name, cell in clean.items()
            if _UNPRINTABLE.search(cell)
        )
        found.append((number, clean))
    raise_faults(faults)
    return columns, found


def _decoded(content: bytes) -> str:
    if len(content) > LARGEST:
        raise _refused(message("The file is larger than 1 MB."))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        wrong = message("Line {line}: this is not UTF-8. Save the file as “CSV UTF-8”.", line=row)
        raise _refused(wrong, row) from error


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    first = text.partition("\n")[0]
    separator = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            if any(cell.strip() for cell in cells):
                yield number, cells
    except csv.Error as error:
        wrong = message("Line {line}: the quotes or cells cannot be read.", line=reader.line_num)
        raise _refused(wrong, reader.line_num) from error


def _columns(header: Sequence[str]) -> set[str]:
    """The column names, if they are those of groups or those of matches."""
    best = max((GROUP_COLUMNS, MATCH_COLUMNS), key=lambda one: len(set(one) & set(header)))
    faults = [
        Fault(name, message("Row 1: the column {column} is missing.", column=name))
        for name in best
        if name not in header
    ]
    faults += [
        Fault(name[:60], message("Row 1: there is no column {column}.", column=name[:60] or "–"))
        for name in dict.fromkeys(header)
        if name not in best
    ]
    faults += [
        Fault(name, message("Row 1: the column {column} stands there twice.", column=name))
        for name in best
        if header.count(name) > 1
    ]
    raise_faults(faults)
    return set(header)


def _clean(cell: str) -> str:
    text = cell.replace("\r\n", "\n").replace("\r", "\n").strip()
    return text[1:] if _GUARDED.match(text) else text


def _write(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    out = io.StringIO()
    write = csv.writer(out)
    write.writerow(columns)
    for cells in rows:
        write.writerow(
            [f"'{cells[name]}" if _FORMULA.match(cells[name]) else cells[name] for name in columns]
        )
    return out.getvalue().encode("utf-8-sig")


def _refused(wrong: Message, line: int | None = None) -> Invalid:
    return Invalid(
        "programme.groups-csv",
        message("This file cannot be imported as it is."),
        now=_NOW,
        faults=(Fault("file", wrong, line),),
    )
