"""A domain declares itself; menu, API, command line, catalogue and manual are drawn from that."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import Literal

from benelux.core.language import Text

Face = Literal["pages", "api", "commands", "tables", "service", "registers"]


@dataclass(frozen=True, slots=True)
class Domain:
    """One field of work.

    `plan` names the sections of the annual plan that it carries out, `uses` the domains whose
    public names it may import, `package` its import path.
    """

    name: str
    title: Text
    summary: Text
    plan: tuple[str, ...]
    package: str
    uses: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        return Path(str(import_module(self.package).__file__)).parent

    def has(self, face: Face) -> bool:
        return find_spec(f"{self.package}.{face}") is not None

    def face(self, face: Face) -> ModuleType | None:
        """The module that shows this domain to the web, the API or the command line, if any."""
        return import_module(f"{self.package}.{face}") if self.has(face) else None


@cache
def discover() -> tuple[Domain, ...]:
    """Every domain whose folder is there, in the order of their names, and no circle in `uses`."""
    home = import_module("benelux.domains")
    found = [
        import_module(f"benelux.domains.{module.name}").DOMAIN
        for module in iter_modules(home.__path__)
        if module.ispkg
    ]
    return _in_order(found)


def _in_order(domains: Iterable[Domain]) -> tuple[Domain, ...]:
    known = {domain.name: domain for domain in sorted(domains, key=lambda domain: domain.name)}
    for domain in known.values():
        _walk(known, domain, ())
    return tuple(known.values())


def _walk(known: dict[str, Domain], domain: Domain, trail: Sequence[str]) -> None:
    if domain.name in trail:
        raise ValueError(f"domains use each other in a circle: {' > '.join([*trail, domain.name])}")
    for name in domain.uses:
        if name not in known:
            raise ValueError(f"domain {domain.name} uses {name}, which is not there")
        _walk(known, known[name], [*trail, domain.name])
