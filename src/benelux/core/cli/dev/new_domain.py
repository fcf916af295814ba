"""Furnish a new domain: every room with something small in it that already passes all checks."""

import hashlib
import keyword
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter

from benelux.core.cli import entries, tell
from benelux.core.cli.dev import po
from benelux.core.cli.dev.source import Source, source
from benelux.core.cli.dev.translations import TRANSLATED, said_by
from benelux.core.errors import Conflict, Fault, Invalid
from benelux.core.language import Language, Message, message
from benelux.core.web.app import all_pages

_SKELETON: Final = Path(__file__).parent / "skeleton"
_NAME: Final = re.compile(r"[a-z][a-z0-9]{2,29}")
_SECTION: Final = re.compile(r"presidency|[1-5](\.\d+){0,2}")
_FIRST_SEGMENTS: Final = frozenset({"api", "core", "health", "ready", "static"})
Title = Annotated[
    str | None, Parameter(help="Title of the domain in this language; without it, its name.")
]


def new_domain(  # noqa: PLR0913 - a title for each language
    name: Annotated[str, Parameter(help="One word in small letters, such as freight.")],
    /,
    *,
    plan: Annotated[
        list[str] | None,
        Parameter(help="Section of the plan that it carries out, such as 1.1.", negative=()),
    ] = None,
    nl: Title = None,
    fr: Title = None,
    de: Title = None,
    en: Title = None,
) -> int:
    """Furnish a new domain that passes every check."""
    here = source()
    fit(name, here)
    titles: dict[str, str] = {
        code: titled(code, given or name.capitalize())
        for code, given in (("nl", nl), ("fr", fr), ("de", de), ("en", en))
    }
    written = furnish(here, name, tuple(plan or ("1",)), titles)
    finish(here, name)
    for path in written:
        tell.line(here.name(path))
    tell.remark(message("Next: write its README, then run: {command}", command="benelux dev check"))
    return 0


def fit(name: str, here: Source) -> None:
    """Raises `Invalid` for a name that cannot be one, and `Conflict` for one that is taken."""
    if not _NAME.fullmatch(name):
        wish = message("one word of 3 to 30 small letters and digits, starting with a letter")
        raise bad(name, wish)
    if keyword.iskeyword(name) or name in sys.stdlib_module_names:
        raise bad(name, message("not a word that the programming language uses itself"))
    pages = {page.path.split("/")[1] for owner in all_pages(()) for page in owner.declared}
    commands = {entry.name for entry in entries.CORE}
    taken = {path.name for path in here.domains.iterdir() if path.is_dir()}
    tests = {path.name for path in (here.tests / "domains").glob("*")}
    if name in pages | commands | taken | tests | _FIRST_SEGMENTS:
        raise Conflict(
            "dev.name-taken",
            message("The name “{name}” is taken.", name=name),
            now=message("Choose another name."),
        )


def furnish(
    here: Source, name: str, plan: tuple[str, ...], titles: Mapping[str, str]
) -> list[Path]:
    """Write the domain and its tests; nothing stays behind when that fails."""
    for section in plan:
        if not _SECTION.fullmatch(section):
            wish = message("a section of the plan, such as 1.1")
            raise bad(section, wish, "--plan")
    folder, tests = here.domains / name, here.tests / "domains" / name
    values = {
        **titles,
        "name": name,
        "plan": "".join(f'"{section}", ' for section in plan).rstrip(" ")
        if len(plan) == 1
        else ", ".join(f'"{section}"' for section in plan),
        "sections": ", ".join(plan),
        "now": datetime.now(tz=UTC).isoformat(timespec="seconds"),
    }
    try:
        _rooms(folder, values)
        _locale(here, folder)
        tests.mkdir(parents=True)
        write(_SKELETON / "test_domain.py.in", tests / f"test_{name}.py", values)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(tests, ignore_errors=True)
        raise
    return sorted(path for root in (folder, tests) for path in root.rglob("*") if path.is_file())


def _rooms(folder: Path, values: Mapping[str, str]) -> None:
    rooms = [
        path
        for path in sorted(_SKELETON.rglob("*.in"))
        if path.name != "test_domain.py.in" and path.parent.name != "locale"
    ]
    rooms.sort(key=lambda path: path.name == "datapackage.json.in")  # it describes the others
    for path in rooms:
        target = folder / path.relative_to(_SKELETON).with_suffix("")
        data = folder / "data" / "entries.yaml"
        content = data.read_bytes() if data.is_file() else b""
        described = {"bytes": str(len(content)), "sha256": hashlib.sha256(content).hexdigest()}
        write(path, target, {**values, **described})


def write(path: Path, target: Path, values: Mapping[str, str]) -> None:
    """Write `target` from a skeleton with these values in their places."""
    text = path.read_text(encoding="utf-8")
    for key, value in values.items():
        text = text.replace(f"@{key}@", value)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8", newline="\n")


def _locale(here: Source, folder: Path) -> None:
    """The translations of what the skeleton says and core does not."""
    owned = said_by(here, folder)
    for language in TRANSLATED:
        known = po.read(_SKELETON / "locale" / f"{language}.po.in", language)
        path = owned.path(language)
        path.parent.mkdir(parents=True)
        path.write_bytes(po.written(po.updated(known, owned.used, language), language))


def finish(here: Source, name: str) -> None:
    """What is done in processes of their own: this one does not know the new domain."""
    folders = (str(here.domains / name), str(here.tests / "domains" / name))
    path = os.pathsep.join([str(here.root / "src"), os.environ.get("PYTHONPATH", "")])
    for words in (
        # Where lines break depends on how long the name is.
        ("-m", "ruff", "format", "--quiet", *folders),
        ("-m", "benelux.cli", "dev", "manual"),
    ):
        subprocess.run(  # noqa: S603 - our own command and our own formatter
            [sys.executable, *words],
            cwd=here.root,
            env={**os.environ, "PYTHONPATH": path.strip(os.pathsep)},
            stdout=subprocess.DEVNULL,
            check=True,
        )


def titled(code: Language | str, text: str) -> str:
    """A title on one line; raises `Invalid` for what cannot be one."""
    said = " ".join(text.split())
    if not said or len(said) > 60 or set(said) & set('"\\{}<>@'):  # noqa: PLR2004 - fits a menu
        raise bad(text[:60], message("a title of at most 60 letters on one line"), f"--{code}")
    return said


def bad(text: str, wish: Message, where: str = "NAME") -> Invalid:
    """The refusal of a word that cannot be used where it stands."""
    return Invalid(
        "dev.name",
        message("“{text}” cannot be used.", text=text[:60]),
        faults=(Fault(where, wish),),
    )
