"""List what is installed."""

from dataclasses import dataclass

from benelux.core.cli import tell
from benelux.core.cli.options import Json
from benelux.core.domain import Domain, Face, discover
from benelux.core.language import Text, message

_FACES: tuple[Face, ...] = ("pages", "api", "commands")


@dataclass(frozen=True, slots=True)
class Listed:
    """A domain as this command prints it."""

    name: str
    title: Text
    summary: Text
    plan: tuple[str, ...]
    uses: tuple[str, ...]
    faces: tuple[str, ...]


def domains(*, json: Json = False) -> int:
    """List the domains."""
    found = [_listed(domain) for domain in discover()]
    if json:
        tell.json(found)
    elif found:
        columns = (message("Name"), message("Title"), message("Plan"), message("Shows itself in"))
        rows = [(one.name, one.title, ", ".join(one.plan), ", ".join(one.faces)) for one in found]
        tell.table(columns, rows)
    else:
        tell.remark(message("No domain is installed."))
    return 0 if found else 1


def _listed(domain: Domain) -> Listed:
    faces = tuple(face for face in _FACES if domain.has(face))
    return Listed(domain.name, domain.title, domain.summary, domain.plan, domain.uses, faces)
