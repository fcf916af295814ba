"""What commands say: lines, tables, JSON and progress, in the language of this call.

Answers go to standard output, remarks to standard error; with `--json` standard output carries
nothing but JSON.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from benelux.core.language import Language, Message, Text, message, translate

T = TypeVar("T")
Said = Message | Text | str
_spoken: list[Language] = ["en"]


def speak(language: Language) -> None:
    """Use `language` from here on; one call of the command speaks one language."""
    _spoken[0] = language


def language() -> Language:
    return _spoken[0]


def say(text: Said) -> str:
    """`text` in the language of this call; a plain string is said as it is."""
    return text if isinstance(text, str) else translate(text, language())


def line(text: Said = "") -> None:
    """An answer, as one line of standard output."""
    sys.stdout.write(f"{say(text)}\n")
    sys.stdout.flush()


def remark(text: Said) -> None:
    """Something beside the answer, as one line of standard error."""
    sys.stderr.write(f"{say(text)}\n")
    sys.stderr.flush()


def json(value: object) -> None:
    """`value` as JSON and nothing else."""
    import msgspec  # noqa: PLC0415 - most commands print for people

    content = msgspec.json.format(msgspec.json.encode(value), indent=2)
    binary(content + b"\n")


def binary(content: bytes) -> None:
    """Bytes as they are, such as a file that goes to standard output."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def table(columns: Sequence[Said], rows: Iterable[Sequence[Said | int | None]]) -> None:
    """Columns for people on a terminal; tab-separated lines with a header for everything else."""
    head = [say(column) for column in columns]
    body = [[_cell(value) for value in row] for row in rows]
    if not sys.stdout.isatty():
        for row in (head, *body):
            sys.stdout.write("\t".join(" ".join(cell.split()) for cell in row) + "\n")
        sys.stdout.flush()
        return
    from rich import box  # noqa: PLC0415 - only terminals need it, and it takes long to import
    from rich.console import Console  # noqa: PLC0415 - as above
    from rich.table import Table  # noqa: PLC0415 - as above
    from rich.text import Text as Plain  # noqa: PLC0415 - as above

    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for title in head:
        drawn.add_column(title, overflow="fold")
    for row in body:
        drawn.add_row(*(Plain(cell) for cell in row))
    Console(highlight=False).print(drawn)


def progress(things: Sequence[T], what: Said, *, quiet: bool = False) -> Iterator[T]:
    """The things one by one, with a bar on a terminal and one plain line where there is none."""
    if quiet:
        yield from things
        return
    if not sys.stderr.isatty():
        remark(message("{what}: {n}", what=what, n=len(things)))
        yield from things
        return
    from rich.console import Console  # noqa: PLC0415 - only terminals need it
    from rich.progress import Progress  # noqa: PLC0415 - as above

    # What is said meanwhile goes above the bar, unless it goes to a file.
    drawn = Progress(
        console=Console(stderr=True), transient=True, redirect_stdout=sys.stdout.isatty()
    )
    with drawn:
        yield from drawn.track(things, description=say(what))


def _cell(value: Said | int | None) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, int) else say(value)
