"""The plan as it stands in the package's data, read once and held together."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Protocol, TypeVar

from benelux.core.errors import Fault, Invalid, NotFound
from benelux.core.files import read_yaml
from benelux.core.language import message
from benelux.domains.programme.model import (
    Action,
    LegalText,
    Partner,
    Plan,
    Section,
    System,
)

DATA = Path(__file__).parent.parent / "data"


class _Named(Protocol):
    @property
    def id(self) -> str: ...


N = TypeVar("N", bound=_Named)


@cache
def plan() -> Plan:
    """The plan; raises `CorruptFile` where a data file is wrong."""
    return read(DATA)


def read(folder: Path) -> Plan:
    """The plan from the files in `folder`.

    Raises `CorruptFile` for a file that cannot be read, and `Invalid` naming record and field
    where one record refers to another that is not there.
    """
    sections = _by_id(read_yaml(folder / "sections.yaml", tuple[Section, ...]), "sections.yaml")
    actions: list[Action] = []
    for path in sorted((folder / "actions").glob("*.yaml")):
        actions.extend(read_yaml(path, tuple[Action, ...]))
    order = {section: place for place, section in enumerate(sections)}
    for action in actions:
        _known("actions", action.id, "section", (action.section,), sections)
    actions.sort(key=lambda action: order[action.section])
    found = Plan(
        sections=sections,
        actions=_by_id(actions, "actions"),
        partners=_by_id(read_yaml(folder / "partners.yaml", tuple[Partner, ...]), "partners.yaml"),
        instruments=_by_id(
            read_yaml(folder / "instruments.yaml", tuple[LegalText, ...]), "instruments.yaml"
        ),
        systems=_by_id(read_yaml(folder / "systems.yaml", tuple[System, ...]), "systems.yaml"),
    )
    _hold_together(found)
    return found


def find_action(key: str) -> Action:
    return _find(plan().actions, key, "programme.no-such-action")


def find_partner(key: str) -> Partner:
    return _find(plan().partners, key, "programme.no-such-partner")


def find_instrument(key: str) -> LegalText:
    """By its citation, its name, or the form of either that stands in an address."""
    known = {**plan().by_slug, **plan().instruments}
    return _find(known, key, "programme.no-such-instrument")


def find_section(key: str) -> Section:
    return _find(plan().sections, key, "programme.no-such-section")


def _find(records: Mapping[str, N], key: str, code: str) -> N:
    found = records.get(key)
    if found is None:
        raise NotFound(
            code,
            message("The plan has nothing under “{key}”.", key=key[:60]),
            now=message("Search for it, or look in the list."),
        )
    return found


def _by_id(records: Iterable[N], where: str) -> Mapping[str, N]:
    found: dict[str, N] = {}
    for record in records:
        if record.id in found:
            raise _broken(where, record.id, "id", f"{record.id} stands there twice")
        found[record.id] = record
    return found


def _hold_together(found: Plan) -> None:
    for action in found.actions.values():
        _known("actions", action.id, "partners", action.partners, found.partners)
        _known("actions", action.id, "grounds", action.grounds, found.instruments)
        _known("actions", action.id, "same_as", action.same_as, found.actions)
        _known("actions", action.id, "carried_by", (action.carried_by,), found.systems)
    for section in found.sections.values():
        parents = (section.parent,) if section.parent else ()
        _known("sections.yaml", section.id, "parent", parents, found.sections)
    for text in found.instruments.values():
        follower = (text.replaced_by,) if text.replaced_by else ()
        _known("instruments.yaml", text.id, "replaced_by", follower, found.instruments)


def _known(
    where: str, record: str, field: str, keys: Iterable[str], known: Mapping[str, object]
) -> None:
    for key in keys:
        if key not in known:
            raise _broken(where, record, field, f"{key} is not there")


def _broken(where: str, record: str, field: str, wrong: str) -> Invalid:
    return Invalid(
        "programme.data",
        message("{where}: {record}: {wrong}", where=where, record=record, wrong=wrong),
        faults=(Fault(f"{record}.{field}", message("{wrong}", wrong=wrong)),),
    )
