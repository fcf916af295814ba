"""The first rows of a file, for people who want to see what is in it before they take it."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Final

import yaml

from benelux.core.catalogue.model import Distribution
from benelux.core.language import LANGUAGES, Language

ROWS: Final = 3
_COLUMNS: Final = 6
_LONGEST: Final = 90
_READ: Final = 64 * 1024
_ENTRY: Final = re.compile(r"^- ", re.MULTILINE)
Rows = Sequence[Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Preview:
    """A corner of a table: the names of some columns and the first rows below them."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def preview(file: Distribution, language: Language) -> Preview | None:
    """The first rows of a CSV file or of a YAML list, with texts in `language`; None for others."""
    rows = _rows(file.file, file.format, file.encoding, file.file.stat().st_mtime_ns)
    if not rows:
        return None
    columns = [name for name in rows[0] if any(_cell(row.get(name), language) for row in rows)]
    columns = columns[:_COLUMNS]
    cells = [[_cell(row.get(name), language) for name in columns] for row in rows]
    return Preview(columns, cells)


@lru_cache(maxsize=256)
def _rows(path: Path, kind: str, encoding: str, _changed: int) -> Rows:
    if kind not in {"csv", "yaml"}:
        return ()
    with path.open("rb") as source:
        head = source.read(_READ)
    # The last letter may have been cut in half, and the last line too.
    text = head.decode(encoding, errors="ignore")
    if len(head) == _READ:
        text = text.rpartition("\n")[0] + "\n"
    return _first_of_csv(text) if kind == "csv" else _first_of_yaml(text)


def _first_of_csv(text: str) -> Rows:
    try:
        kind = csv.Sniffer().sniff(text[:4096], delimiters=",;\t")
    except csv.Error:
        kind = csv.excel
    return tuple(islice(csv.DictReader(io.StringIO(text), dialect=kind), ROWS))


def _first_of_yaml(text: str) -> Rows:
    starts = [found.start() for found in _ENTRY.finditer(text)]
    if not starts:
        return ()
    end = starts[ROWS] if len(starts) > ROWS else len(text)
    try:
        entries = yaml.safe_load(text[starts[0] : end])
    except yaml.YAMLError:  # an entry so long that it was cut
        return ()
    return tuple(entry for entry in entries if isinstance(entry, dict))


def _cell(value: object, language: Language) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        if set(value) == set(LANGUAGES):
            return _cell(value[language], language)
        return ", ".join(f"{name}: {_cell(inner, language)}" for name, inner in value.items())
    if isinstance(value, list):
        said = ", ".join(_cell(one, language) for one in value)
    else:
        said = " ".join(str(value).split())
    return said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1].rstrip()}…"
