"""What a benchmark prints: tables, with the machine beside them, and the same for the manual."""

import argparse
import os
import platform
import re
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import stand
from rich.console import Console
from rich.table import Table

MANUAL: Final = stand.HERE.parent / "docs" / "manual" / "performance.md"
_BEGIN: Final = "<!-- figures -->\n"
_END: Final = "<!-- /figures -->"
_BUSY: Final = 0.7


@dataclass(frozen=True, slots=True)
class Options:
    """`seconds` is how long each single measurement lasts."""

    seconds: float
    quick: bool
    write: bool


@dataclass(slots=True)
class Sheet:
    """One table: the first column names what was measured, the others are figures."""

    title: str
    columns: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, *cells: object) -> None:
        self.rows.append([_said(cell) for cell in cells])


def options(about: str | None) -> Options:
    """What every script here is told on its command line."""
    parser = argparse.ArgumentParser(description=(about or "").strip().partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=5, help="how long each measurement lasts")
    parser.add_argument("--quick", action="store_true", help="only see whether it runs")
    parser.add_argument(
        "--write", action="store_true", help=f"also put the tables in {MANUAL.name}"
    )
    given = parser.parse_args()
    if not 0 < given.seconds <= 60:
        parser.error("--seconds takes a number up to 60")
    if given.quick and given.write:
        parser.error("what --quick measures is not for the manual")
    return Options(1.0 if given.quick else given.seconds, given.quick, given.write)


def show(options: Options, *sheets: Sheet) -> None:
    """Print the tables, and put them in the manual where that was asked for."""
    busy = _load()
    if busy > _BUSY:
        sheets[-1].notes.append(
            f"The machine was doing other things before this began (load {busy:.1f}); "
            "the figures are lower than they could be."
        )
    if options.quick:
        sheets[-1].notes.append("Taken with --quick: only to see whether it runs.")
    print(f"{machine()}\n")
    for sheet in sheets:
        _print(sheet)
    if options.write:
        _write(Path(sys.argv[0]).name, sheets)


def step(text: str) -> None:
    """Say on a terminal what is being done; elsewhere nothing."""
    if sys.stderr.isatty():
        print(f"… {text}", file=sys.stderr)


def machine() -> str:
    """The machine and the versions, in one line."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return " · ".join(
        (
            f"{cores} cores, {_processor()}",
            *_memory(),
            f"{platform.system()} {platform.release()}",
            f"{platform.python_implementation()} {platform.python_version()}",
            f"SQLite {sqlite3.sqlite_version}",
            stand.postgres_version(),
        )
    )


def _processor() -> str:
    about = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*:\s*(.+)", about.read_text()) if about.exists() else None
    return found[1] if found else platform.processor() or platform.machine()


def _memory() -> Iterator[str]:
    if "SC_PHYS_PAGES" in os.sysconf_names:
        size = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        yield f"{size / 2**30:.0f} GiB memory"


_LOAD: Final = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0


def _load() -> float:
    """How busy the machine was before the script itself did anything."""
    return _LOAD


def _said(cell: object) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, float):
        if cell != cell:  # noqa: PLR0124 - not a number: nothing was measured
            return "–"
        return f"{cell:,.0f}" if abs(cell) >= 100 else f"{cell:.1f}" if cell >= 1 else f"{cell:.2f}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


def _print(sheet: Sheet) -> None:
    if sys.stdout.isatty():
        table = Table(title=sheet.title, title_justify="left")
        for place, column in enumerate(sheet.columns):
            table.add_column(column, justify="right" if place else "left")
        for row in sheet.rows:
            table.add_row(*row)
        Console().print(table)
    else:
        print(sheet.title)
        widths = [max(map(len, column)) for column in zip(sheet.columns, *sheet.rows, strict=True)]
        for row in (sheet.columns, *sheet.rows):
            cells = [
                cell.rjust(width) if place else cell.ljust(width)
                for place, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
            print("  ".join(cells).rstrip())
    for note in sheet.notes:
        print(note)
    print()


def _write(script: str, sheets: Sequence[Sheet]) -> None:
    """Put the tables under the script's own heading; what other scripts wrote stays."""
    manual = MANUAL.read_text(encoding="utf-8")
    before, _, rest = manual.partition(_BEGIN)
    inside, _, after = rest.partition(_END)
    parts = {
        part.partition("\n")[0]: part for part in re.split(r"(?m)^### ", inside)[1:]
    }  # what stands before the first heading only says that nothing was measured
    today = datetime.now(tz=UTC).date().isoformat()
    command = f"uv run python benchmarks/{script}"
    lines = [script, "", f"{today}, on {machine()}:", "", "```", command, "```", ""]
    for sheet in sheets:
        lines += [f"**{sheet.title}**", ""]
        rows = (sheet.columns, ["---", *["--:"] * (len(sheet.columns) - 1)], *sheet.rows)
        lines += [f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |" for row in rows]
        lines += ["", *(f"{note}\n" for note in sheet.notes)]
    parts[script] = "\n".join(lines)
    told = "\n".join(f"### {part.strip()}\n" for _, part in sorted(parts.items()))
    MANUAL.write_text(f"{before}{_BEGIN}\n{told}\n{_END}{after}", encoding="utf-8")
