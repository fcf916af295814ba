"""Records as CSV and as JSON: what is exported is what the import reads.

CSV is UTF-8 with or without a byte order mark, comma or semicolon, one line of column names in any
order; a cell that a spreadsheet would take for a formula carries an apostrophe, which is taken off
again. JSON is one list of records. Every row knows on which line of the file it begins.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, cast

import msgspec

from benelux.core.errors import Fault, Invalid
from benelux.core.language import Message, message, plural
from benelux.core.registers.declaration import Register

Form = Literal["csv", "json"]
OWN: Final = (
    "record.number",
    "record.state",
    "record.valid_from",
    "record.valid_to",
    "record.about",
)
"""Columns about the record; no field of a register has a point in its key."""
LARGEST: Final = 5_000_000
MOST_ROWS: Final = 10_000
_MOST_FAULTS: Final = 50
_EMPTY: Final[tuple[object, ...]] = (None, "", [])
_FORMULA: Final = re.compile(r"'*[=+\-@\t]")
_GUARDED: Final = re.compile(r"'+[=+\-@\t]")
_BLANK: Final = re.compile(r"[ \t\r\n]*")
_BETWEEN: Final = "|"


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a file, nothing of it checked yet but that it is text where text belongs."""

    line: int
    number: str
    state: str
    valid_from: str
    valid_to: str
    about: tuple[str, ...]
    content: Mapping[str, object]


def write(register: Register, rows: Iterable[Row], form: Form) -> bytes:
    """The rows as a file of that form."""
    return _write_csv(register, rows) if form == "csv" else _write_json(register, rows)


def read(register: Register, content: bytes, form: Form) -> list[Row]:
    """The rows of a file; raises `Invalid` with the line and column of what cannot be read."""
    if len(content) > LARGEST:
        raise refused([Fault("file", message("Use at most {n} bytes.", n=LARGEST))])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise refused([Fault("file", message("This is not text in UTF-8."), line)]) from error
    faults: list[Fault] = []
    rows = (_csv_rows if form == "csv" else _json_rows)(register, text, faults)
    found: list[Row] = []
    for row in rows:
        if len(found) >= MOST_ROWS:
            wrong = message("A file has at most {n} records.", n=MOST_ROWS)
            raise refused([Fault("file", wrong, row.line)])
        found.append(row)
    if faults:
        raise refused(faults)
    return found


def at(line: int, fault: Fault) -> Fault:
    """The fault with its place in the file."""
    said = message(
        "Line {line}, column {column}: {wrong}", line=line, column=fault.field, wrong=fault.message
    )
    return Fault(fault.field, said, line)


def refused(faults: Sequence[Fault]) -> Invalid:
    """The refusal of a whole file."""
    shown = list(faults[:_MOST_FAULTS])
    more = len(faults) - len(shown)
    if more:
        shown.append(Fault("file", plural("One more fault.", "{n} more faults.", more)))
    return Invalid(
        "registers.file",
        message("This file cannot be imported as it is."),
        now=message("Mend the file and choose it again. Nothing was changed."),
        faults=tuple(shown),
    )


def day(text: str) -> date | None:
    """A day as files write it; raises `ValueError` for what is none."""
    return date.fromisoformat(text) if text else None


def _write_csv(register: Register, rows: Iterable[Row]) -> bytes:
    out = io.StringIO(newline="")
    sheet = csv.writer(out, lineterminator="\r\n")
    keys = [field.key for field in register.fields]
    sheet.writerow([*OWN, *keys])
    for row in rows:
        about = msgspec.json.encode(row.about).decode() if row.about else ""
        own = [row.number, row.state, row.valid_from, row.valid_to, about]
        cells = [_cell(row.content.get(key)) for key in keys]
        sheet.writerow([f"'{one}" if _FORMULA.match(one) else one for one in (*own, *cells)])
    return out.getvalue().encode("utf-8-sig")


def _cell(value: object) -> str:
    if isinstance(value, list):
        return _BETWEEN.join(value)
    return "" if value is None else str(value)


def _csv_rows(register: Register, text: str, faults: list[Fault]) -> Iterator[Row]:
    first = text.split("\n", 1)[0]
    sheet = csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ","
    )
    lists = {field.key for field in register.fields if field.kind == "choices"}
    try:
        names = next(sheet, [])
        faults.extend(_wrong_names(register, names))
        line = sheet.line_num + 1
        for cells in sheet:
            begun, line = line, sheet.line_num + 1
            if not any(cells):
                continue
            if len(cells) != len(names):
                wrong = message("{n} cells are wanted here.", n=len(names))
                faults.append(at(begun, Fault("file", wrong)))
                continue
            if not faults:
                plain = [one[1:] if _GUARDED.match(one) else one for one in cells]
                yield _csv_row(begun, dict(zip(names, plain, strict=True)), lists, faults)
    except csv.Error as error:
        wrong = message("This line cannot be read: {error}.", error=error)
        faults.append(Fault("file", wrong, sheet.line_num))


def _csv_row(line: int, cells: dict[str, str], lists: set[str], faults: list[Fault]) -> Row:
    number, state, first, last, about = (cells.pop(name, "").strip() for name in OWN)
    content: dict[str, object] = {
        key: cell.split(_BETWEEN) if key in lists and cell else cell for key, cell in cells.items()
    }
    try:
        tokens = msgspec.json.decode(about, type=tuple[str, ...]) if about else ()
    except (msgspec.DecodeError, msgspec.ValidationError):
        faults.append(at(line, Fault(OWN[4], message("Give a list of texts."))))
        tokens = ()
    return Row(line, number, state, first, last, tokens, content)


def _wrong_names(register: Register, names: Sequence[str]) -> Iterator[Fault]:
    known = {*OWN, *(field.key for field in register.fields)}
    for name in names:
        if name not in known:
            yield at(1, Fault(name[:60] or "file", message("There is no such column.")))
    for name in sorted(known & set(names)):
        if names.count(name) > 1:
            yield at(1, Fault(name, message("This column stands there twice.")))
    for field in register.fields:
        if field.required and field.key not in names:
            yield at(1, Fault(field.key, message("This column is missing.")))


def _write_json(register: Register, rows: Iterable[Row]) -> bytes:
    lines = []
    for row in rows:
        own = (row.number, row.state, row.valid_from, row.valid_to, list(row.about))
        given: dict[str, object] = dict(zip(OWN, own, strict=True))
        for field in register.fields:
            given[field.key] = row.content.get(field.key)
        lines.append(
            msgspec.json.encode(
                {key: one for key, one in given.items() if one not in _EMPTY}
            ).decode()
        )
    return ("[\n" + ",\n".join(lines) + "\n]\n").encode()


def _json_rows(register: Register, text: str, faults: list[Fault]) -> Iterator[Row]:
    decoder = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant)
    known = {*OWN, *(field.key for field in register.fields)}
    place = _skip(text, 0)
    if text[place : place + 1] != "[":
        faults.append(Fault("file", message("Give a list of records."), 1))
        return
    place = _skip(text, place + 1)
    while text[place : place + 1] != "]":
        line = text.count("\n", 0, place) + 1
        try:
            record, place = decoder.raw_decode(text, place)
            msgspec.json.encode(record)  # half a letter, written as \ud800, is no text
        except (ValueError, RecursionError) as error:
            wrong = message("This record cannot be read: {error}.", error=_said(error))
            faults.append(Fault("file", wrong, line))
            return
        row = _json_row(line, record, known, faults)
        if row is not None:
            yield row
        place = _skip(text, place)
        if text[place : place + 1] == ",":
            place = _skip(text, place + 1)
        elif text[place : place + 1] != "]":
            wrong = message("Between two records stands a comma.")
            faults.append(Fault("file", wrong, text.count("\n", 0, place) + 1))
            return
    if _skip(text, place + 1) != len(text):
        faults.append(Fault("file", message("Something stands after the list of records.")))


def _json_row(line: int, record: object, known: set[str], faults: list[Fault]) -> Row | None:
    if not isinstance(record, dict):
        faults.append(at(line, Fault("file", message("Give a record here."))))
        return None
    before = len(faults)
    given = cast("dict[str, object]", record)
    faults.extend(
        at(line, Fault(key[:60] or "file", message("There is no such field.")))
        for key in given
        if key not in known
    )
    own = [given.pop(name, "") for name in OWN[:4]]
    about = given.pop(OWN[4], [])
    faults.extend(
        at(line, Fault(name, message("Give a text.")))
        for name, value in zip(OWN[:4], own, strict=True)
        if not isinstance(value, str)
    )
    if not isinstance(about, list) or not all(isinstance(one, str) for one in about):
        faults.append(at(line, Fault(OWN[4], message("Give a list of texts."))))
    if len(faults) > before:
        return None
    number, state, first, last = (str(one) for one in own)
    return Row(line, number, state, first, last, tuple(cast("list[str]", about)), given)


def _skip(text: str, place: int) -> int:
    found = _BLANK.match(text, place)
    return found.end() if found else place


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands there twice")
    return found


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no value of JSON")


def _said(error: Exception) -> Message:
    if isinstance(error, json.JSONDecodeError):
        return Message(error.msg)
    return Message("it is too deep" if isinstance(error, RecursionError) else str(error)[:100])
