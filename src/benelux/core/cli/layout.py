"""How help looks: a line of usage, what it is for, and columns of names and explanations.

Plain text that any terminal and any file can hold; made without a toolkit, because help has to be
there at once.
"""

import os
import shutil
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TextIO

_WIDEST: Final = 100
_NARROWEST: Final = 30
_GAP: Final = 2
_BOLD: Final = "\x1b[1m"
_NAME: Final = "\x1b[36m"
_PLAIN: Final = "\x1b[0m"


@dataclass(frozen=True, slots=True)
class Look:
    """How wide, and whether in colours."""

    width: int = 80
    colours: bool = False

    @classmethod
    def of(cls, stream: TextIO, environment: Mapping[str, str] = os.environ) -> "Look":
        """What suits `stream`: colours on terminals only, and none for who asks for none."""
        width = shutil.get_terminal_size((80, 24)).columns
        plain = (
            not stream.isatty()
            or bool(environment.get("NO_COLOR"))
            or environment.get("TERM") == "dumb"
            or (os.name == "nt" and not environment.get("WT_SESSION"))
        )
        return cls(max(_NARROWEST, min(width, _WIDEST)), not plain)

    def bold(self, text: str) -> str:
        return f"{_BOLD}{text}{_PLAIN}" if self.colours else text

    def name(self, text: str) -> str:
        return f"{_NAME}{text}{_PLAIN}" if self.colours else text


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    about: str


def usage(look: Look, label: str, said: str) -> str:
    return f"{look.bold(label)} {said}\n"


def paragraphs(look: Look, text: str) -> str:
    """Text between blank lines, filled to the width."""
    filled = (fill(look, part) for part in text.split("\n\n") if part.strip())
    return "".join(f"\n{part}\n" for part in filled)


def fill(look: Look, text: str) -> str:
    return "\n".join(_wrap(text, look.width))


def section(look: Look, title: str, rows: Sequence[Row]) -> str:
    """A title above two columns; a name that is long has its explanation on the next line."""
    if not rows:
        return ""
    most = look.width * 2 // 5
    column = max((len(row.name) for row in rows if len(row.name) <= most), default=most)
    lines = [f"\n{look.bold(title)}"]
    for row in rows:
        lines.extend(_lines(look, row, column))
    return "\n".join(lines) + "\n"


def _lines(look: Look, row: Row, column: int) -> Iterator[str]:
    indent = " " * (_GAP + column + _GAP)
    about = _wrap(row.about, look.width - len(indent)) or [""]
    head = f"{' ' * _GAP}{look.name(row.name)}"
    if len(row.name) > column:
        yield head
    else:
        yield f"{head}{' ' * (column - len(row.name) + _GAP)}{about.pop(0)}".rstrip()
    for line in about:
        yield f"{indent}{line}".rstrip()


def _wrap(text: str, width: int) -> list[str]:
    # Not at hyphens: they stand in option names.
    return textwrap.wrap(text, width, break_on_hyphens=False)
