"""Furnish a domain with a register: a declaration that already passes every check, and its test."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

from babel.messages.catalog import Catalog
from cyclopts import Parameter

from benelux.core.cli import tell
from benelux.core.cli.dev import new_domain, po
from benelux.core.cli.dev.source import Source, source
from benelux.core.cli.dev.translations import TRANSLATED, said_by
from benelux.core.domain import discover
from benelux.core.errors import Conflict, NotFound
from benelux.core.language import Language, message
from benelux.core.registers.declaration import declared

_SKELETON: Final = Path(__file__).parent / "register_skeleton"
_NAME: Final = re.compile(r"[a-z][a-z0-9]{2,29}")
_MARK: Final = re.compile(r"[A-Z]{2}")


def new_register(  # noqa: PLR0913 - a title for each language
    domain: Annotated[str, Parameter(help="Domain that keeps it.")],
    name: Annotated[str, Parameter(help="One word in small letters, such as licences.")],
    /,
    *,
    mark: Annotated[
        str | None, Parameter(help="Two capitals that stand in the numbers of its records.")
    ] = None,
    nl: new_domain.Title = None,
    fr: new_domain.Title = None,
    de: new_domain.Title = None,
    en: new_domain.Title = None,
) -> int:
    """Furnish a domain with a register that passes every check."""
    here = source()
    titles = {
        code: new_domain.titled(code, given or name.capitalize())
        for code, given in (("nl", nl), ("fr", fr), ("de", de), ("en", en))
    }
    taken = frozenset(one.mark for one in declared(discover()))
    chosen = fit(here, domain, name, mark, taken)
    for path in furnish(here, domain, name, {**titles, "mark": chosen}):
        tell.line(here.name(path))
    tell.remark(message("Next: put the real law in it, then run: {command}",
                        command="benelux dev check"))  # fmt: skip
    return 0


def fit(here: Source, domain: str, name: str, mark: str | None, taken: frozenset[str]) -> str:
    """The mark that it gets.

    Raises `NotFound` for a domain that is not there, `Invalid` for a name that cannot be one, and
    `Conflict` where the domain declares registers already or the mark is taken.
    """
    if not _NAME.fullmatch(domain) or not (here.domains / domain / "__init__.py").is_file():
        raise NotFound(
            "dev.no-such-domain",
            message("There is no domain “{name}”.", name=domain[:60]),
            now=message("Furnish it first: {command}", command="benelux dev new-domain"),
        )
    if not _NAME.fullmatch(name):
        raise new_domain.bad(
            name, message("one word of 3 to 30 small letters and digits, starting with a letter")
        )
    if (here.domains / domain / "registers.py").exists():
        raise Conflict(
            "dev.registers-there",
            message("The domain “{name}” declares registers already.", name=domain),
            now=message("Add the new one to its registers.py."),
        )
    chosen = mark or f"{domain[0]}{name[0]}".upper()
    if not _MARK.fullmatch(chosen):
        raise new_domain.bad(chosen, message("two capitals"), "--mark")
    if chosen in taken:
        raise Conflict(
            "dev.mark-taken",
            message("The mark “{mark}” is taken.", mark=chosen),
            now=message("Choose another one with --mark."),
        )
    return chosen


def furnish(here: Source, domain: str, name: str, values: Mapping[str, str]) -> list[Path]:
    """Write the declaration, its translations and its test; nothing stays when that fails."""
    folder, tests = here.domains / domain, here.tests / "domains" / domain
    told = {**values, "domain": domain, "name": name, "CONSTANT": name.upper()}
    rooms = {
        _SKELETON / "registers.py.in": folder / "registers.py",
        _SKELETON / "test_register.py.in": tests / f"test_{domain}_{name}.py",
    }
    try:
        for skeleton, target in rooms.items():
            new_domain.write(skeleton, target, told)
        changed = _locale(here, folder)
    except BaseException:
        for target in rooms.values():
            target.unlink(missing_ok=True)
        raise
    new_domain.finish(here, domain)
    return sorted([*rooms.values(), *changed])


def _locale(here: Source, folder: Path) -> list[Path]:
    """The domain's translations, with those of the skeleton where core has none."""
    owned = said_by(here, folder)
    changed = []
    for language in TRANSLATED:
        path = owned.path(language)
        known = _both(po.read(path, language), _skeletons(language))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(po.written(po.updated(known, owned.used, language), language))
        changed.append(path)
    return changed


def _skeletons(language: Language) -> Catalog:
    return po.read(_SKELETON / "locale" / f"{language}.po.in", language)


def _both(own: Catalog, more: Catalog) -> Catalog:
    """The domain's own translations, and the others where it has none."""
    for entry in more:
        known = own.get(str(entry.id)) if entry.id else entry
        if known is None or not known.string:
            own.add(entry.id, entry.string)
    return own
