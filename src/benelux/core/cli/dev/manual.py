"""Write the parts of the manual that are drawn from the declarations."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from benelux.core.cli import tell
from benelux.core.cli.block import Block, markdown_table
from benelux.core.cli.dev import drawn
from benelux.core.cli.dev.source import Source, source
from benelux.core.cli.options import Check, Json
from benelux.core.domain import discover
from benelux.core.language import message

_FOLDER: Final = "docs/manual"
_NOTE: Final = "<!-- Drawn from the declarations by `benelux dev manual`: change those. -->"


def manual(*, check: Check = False, json: Json = False) -> int:
    """Write the manual's drawn parts."""
    here = source()
    stale = list(out_of_date(here))
    if not check:
        for path, content in stale:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8", newline="\n")
    names = [here.name(path) for path, _ in stale]
    if json:
        tell.json({"out_of_date" if check else "written": names})
    for name in names if not json else ():
        tell.line(message("{file} is out of date", file=name) if check else name)
    return 1 if check and names else 0


def out_of_date(here: Source) -> Iterator[tuple[Path, str]]:
    """Each file that is not as it should be, with what it should hold."""
    for name, write in drawn.PAGES.items():
        path = here.root / _FOLDER / name
        content = f"{_NOTE}\n\n{write().strip()}\n"
        if _text(path) != content:
            yield path, content
    files: dict[str, list[Block]] = {}
    for block in blocks():
        files.setdefault(block.file, []).append(block)
    for name, parts in files.items():
        path = here.root / name
        old = content = _text(path)
        for block in parts:
            content = block.fill(content)
        if content != old:
            yield path, content


def blocks() -> list[Block]:
    """The parts of hand-written documents that are drawn: core's, or a domain's in its place."""
    found = {("README.md", "systems"): Block("README.md", "systems", _systems)}
    for domain in discover():
        for block in getattr(domain.face("commands"), "MANUAL", ()):
            found[block.file, block.mark] = block
    return list(found.values())


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _systems() -> str:
    rows = [
        (f"`{domain.name}`", domain.title.en, domain.summary.en, ", ".join(domain.plan))
        for domain in discover()
    ]
    return markdown_table(("Domain", "Title", "What it runs", "Plan"), rows)
