"""Invented passes for a first look: none of these persons, companies or papers exists."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Final

from sqlalchemy import Connection, func, select

from benelux.core.exchange.federation import federation_of
from benelux.core.house import House
from benelux.core.registers import tables
from benelux.core.registers.desk import Desk, desk_of
from benelux.core.registers.pen import Pen
from benelux.core.registers.timeline import Span
from benelux.core.registers.values import Acting
from benelux.domains.fireworks.registers import PASSES
from benelux.domains.fireworks.service import holders
from benelux.domains.fireworks.service.passes import online_desk

_SEED: Final = 2022
_NOTE: Final = "DEMO: invented"
_WHY: Final = "DEMO: an invented reason"
_CITIZEN: Final = "sign-in demo demo-citizen"
_NAMES: Final[Mapping[str, Sequence[tuple[str, str]]]] = {
    "BE": (
        ("Peeters", "Jonas"), ("Dubois", "Chloé"), ("Maes", "Lotte"), ("Van den Broeck", "Wout"),
        ("Lemaire", "Hugo"), ("Claessens", "Amber"), ("Delvaux", "Noémie"), ("Schmitz", "Lukas"),
    ),
    "NL": (
        ("de Vries", "Sem"), ("Jansen", "Evi"), ("van der Meer", "Daan"), ("Bakker", "Noor"),
        ("Yılmaz", "Elif"), ("Dijkstra", "Bram"), ("Hofstra", "Femke"), ("El Amrani", "Sami"),
        ("Visser", "Roos"), ("Kok", "Thijs"), ("Smits", "Iris"),
    ),
    "LU": (
        ("Weber", "Luc"), ("Hoffmann", "Anne"), ("Da Silva", "Tiago"), ("Kieffer", "Nathalie"),
        ("Reuter", "Marc"),
    ),
}  # fmt: skip
_SETS: Final = (["F3"], ["F3", "F4"], ["F4", "T2"], ["F3", "F4", "T2", "P2"], ["T2"], ["P2"])
_ENDS: Final[Mapping[tuple[str, int], str]] = {
    ("BE", 0): "suspend", ("NL", 0): "withdraw", ("BE", 1): "ended", ("NL", 1): "ended",
    ("BE", 2): "applied", ("NL", 2): "lacking", ("LU", 0): "refuse",
}  # fmt: skip
"""What became of some of them; all others hold."""


@dataclass(frozen=True, slots=True)
class Invented:
    """An invented pass: how long ago it began, and what became of it."""

    content: Mapping[str, object]
    first: date
    fate: str = ""
    about: tuple[str, ...] = ()


def furnish(house: House) -> None:
    """Give each node of a demonstration its passes, once; all of a node in one work."""
    for country, node in federation_of(house).own.items():
        desk, by = desk_of(node.house, PASSES), online_desk(node.house, "demonstration")
        node.house.store.write(
            partial(_fill, desk=desk, by=by, invented=passes(country, desk.today()))
        )


def passes(country: str, today: date) -> Iterator[Invented]:
    """The invented passes of one country, the same every time but for their days."""
    chance = Random(f"{_SEED} {country}")  # noqa: S311 - to be the same each time
    if country == "BE":
        emma = _content("Lambert", "Emma", "1991-02-03", ["F3", "F4"], 1)
        yield Invented(emma, today - timedelta(days=200), about=(_CITIZEN,))
    for place, (family, given) in enumerate(_NAMES.get(country, ())):
        born = date(1960, 1, 1) + timedelta(days=chance.randrange(40 * 365))
        content = _content(family, given, born.isoformat(), chance.choice(_SETS), place + 2)
        fate = _ENDS.get((country, place), "")
        if fate == "lacking":
            content |= {"permit": None, "contact": None}
        ago = 2000 if fate == "ended" else chance.randrange(30, 1500)
        waits = fate in {"applied", "lacking"}
        yield Invented(content, today - timedelta(days=3 if waits else ago), fate)


def _content(
    family: str, given: str, born: str, categories: list[str], place: int
) -> dict[str, object]:
    return {
        "family": family, "given": given, "born": born, "categories": categories,
        "company": f"Vuurwerk Voorbeeld {place} ({_NOTE})" if place % 2 else None,
        "contact": f"holder{place}@example.org", "certificate": f"C-{1000 + place} ({_NOTE})",
        "permit": f"P-{2000 + place} ({_NOTE})",
    }  # fmt: skip


def _fill(connection: Connection, desk: Desk, by: Acting, invented: Iterable[Invented]) -> None:
    versions = tables.version.c
    asked = select(func.count()).where(versions.register == PASSES.name)
    if connection.scalar(asked):
        return
    with Pen(connection, desk, by) as pen:
        for one in invented:
            content = {field.key: one.content.get(field.key) for field in PASSES.fields}
            span = Span(one.first, None)
            number = pen.enter(content, PASSES.states[0].key, span, "", one.about).id  # type: ignore[arg-type] # as declared
            holders.belongs(connection, desk.house, number, one.about)
            if one.fate in {"applied", "lacking"}:
                continue
            if one.fate == "refuse":
                pen.move(number, PASSES.move("refuse"), one.first, _WHY)
                continue
            pen.move(number, PASSES.move("issue"), one.first)
            if one.fate in {"suspend", "withdraw"}:
                day = desk.today() - timedelta(days=10)
                pen.move(number, PASSES.move(one.fate), day, _WHY)
