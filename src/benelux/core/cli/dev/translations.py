"""Bring the translators' files up to date with what the software says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benelux.core.cli import tell
from benelux.core.cli.dev import extract, po
from benelux.core.cli.dev.extract import Msgid
from benelux.core.cli.dev.po import Finding, Wrong
from benelux.core.cli.dev.source import Source, source
from benelux.core.cli.options import Check, Json
from benelux.core.language import LANGUAGES, Language, Message, message, plural

TRANSLATED: Final[tuple[Language, ...]] = tuple(code for code in LANGUAGES if code != "en")
_WRONG: Final[Mapping[Wrong, Message]] = {
    "missing": message("is not in the file"),
    "untranslated": message("is not translated"),
    "unsure": message("is marked as unsure"),
    "obsolete": message("is not said any more"),
    "places": message("names other values than the English text"),
    "form": message("is not written as this command writes it"),
}


@dataclass(frozen=True, slots=True)
class Owned:
    """What one package says: core, or one domain."""

    locale: Path
    used: Mapping[Msgid, set[str]]

    def path(self, language: Language) -> Path:
        return self.locale / language / "LC_MESSAGES" / "messages.po"


def translations(*, check: Check = False, json: Json = False) -> int:
    """Bring the translators' files up to date."""
    here = source()
    changed = [] if check else update(here)
    found = list(findings(here))
    if json:
        tell.json({"written": changed, "findings": found})
        return 1 if check and found else 0
    for name in changed:
        tell.line(name)
    for one in found if check else ():
        tell.line(f"{one.file}: {tell.say(_WRONG[one.wrong])}: {one.msgid}".removesuffix(": "))
    todo = sum(one.wrong in {"untranslated", "unsure", "places"} for one in found)
    if todo:
        tell.remark(
            plural("{n} text waits for a translator.", "{n} texts wait for a translator.", todo)
        )
    return 1 if check and found else 0


def update(here: Source) -> list[str]:
    """Write every file that is out of date, and name those; a file for no texts is removed."""
    changed = []
    for owned in everything(here):
        for language in TRANSLATED:
            path = owned.path(language)
            content = po.written(
                po.updated(po.read(path, language), owned.used, language), language
            )
            if path.is_file() and path.read_bytes() == content:
                continue
            if not owned.used:
                if path.is_file():
                    path.unlink()
                    changed.append(here.name(path))
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            changed.append(here.name(path))
    return changed


def findings(here: Source) -> Iterator[Finding]:
    """Everything that is wrong in any of the files."""
    for owned in everything(here):
        for language in TRANSLATED:
            path = owned.path(language)
            if not owned.used and not path.is_file():
                continue
            old = po.read(path, language)
            content = path.read_bytes() if path.is_file() else b""
            new = po.updated(old, owned.used, language)
            yield from po.findings(here.name(path), content, old, new)


def everything(here: Source) -> Iterator[Owned]:
    """Core first, then each domain; what core says as well, a domain leaves to core."""
    core = _said_by_core(here)
    yield Owned(here.package / "core" / "locale", core)
    for folder in sorted(path for path in here.domains.iterdir() if path.is_dir()):
        if (folder / "__init__.py").is_file():
            yield said_by(here, folder, core)


def said_by(here: Source, domain: Path, core: Mapping[Msgid, set[str]] | None = None) -> Owned:
    """What the domain in that folder says and core does not."""
    core = _said_by_core(here) if core is None else core
    said = _said(here, _files(domain))
    own = {msgid: files for msgid, files in said.items() if msgid not in core}
    return Owned(domain / "locale", own)


def _said_by_core(here: Source) -> dict[Msgid, set[str]]:
    return _said(here, _files(here.package, leave_out=here.domains))


def _said(here: Source, files: Iterator[Path]) -> dict[Msgid, set[str]]:
    said: dict[Msgid, set[str]] = {}
    for path in files:
        for msgid in extract.from_file(path):
            said.setdefault(msgid, set()).add(here.name(path))
    for pair in [msgid for msgid in said if isinstance(msgid, tuple)]:
        # In these files a text and a plural that begins with it are one entry.
        said[pair] |= said.pop(pair[0], set())
    return said


def _files(folder: Path, leave_out: Path | None = None) -> Iterator[Path]:
    """Modules, templates and policies, but not what belongs to somebody else."""
    for path in sorted(folder.rglob("*")):
        if leave_out and path.is_relative_to(leave_out):
            continue
        template = path.suffix == ".html" and "templates" in path.parts
        if template or path.suffix in {".py", ".cedar"}:
            yield path
