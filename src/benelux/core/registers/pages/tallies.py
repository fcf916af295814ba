"""How much a register holds, country by country: a table that a chart is drawn from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from time import monotonic
from typing import Final
from weakref import WeakKeyDictionary

from benelux.core.errors import NotFound
from benelux.core.exchange.federation import federation_of
from benelux.core.house import House
from benelux.core.language import Message, message
from benelux.core.registers import service
from benelux.core.registers.counting import STATE
from benelux.core.registers.declaration import Register
from benelux.core.registers.pages.shown import told
from benelux.core.store import Store
from benelux.core.web.ask import Ask, Said

_FRESH_S: Final = 10.0
_Counts = Mapping[tuple[str, str], int | None]
_COUNTED: Final[WeakKeyDictionary[Store, dict[tuple[str, date], tuple[float, _Counts]]]] = (
    WeakKeyDictionary()
)


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts by one field: for each of its values one for each country, None where not told."""

    key: str
    label: Message
    countries: Sequence[str]
    rows: Sequence[tuple[Said, Sequence[int | None]]]

    @property
    def told(self) -> bool:
        """Whether there is any number among them."""
        return any(one is not None for _, counts in self.rows for one in counts)


def tallies_of(ask: Ask, register: Register) -> Sequence[Tally]:
    """The counts that the nodes of this portal publish: the total, and by each declared field."""
    if register.statistics is None:
        return ()
    found: dict[str, _Counts] = {}
    for country, node in federation_of(ask.house).own.items():
        try:
            found[country] = _counted(node.house, register, ask.today)
        except NotFound:  # nobody keeps this register there
            continue
    tallies = (_tally(ask, register, key, found) for key in ("", *register.statistics.by))
    return [one for one in tallies if one.rows]


def _counted(house: House, register: Register, day: date) -> _Counts:
    """The counts of one node; everybody may ask, so they are not made anew for each reader."""
    remembered = _COUNTED.setdefault(house.store, {})
    until, counts = remembered.get((register.name, day), (0.0, {}))
    if monotonic() >= until:
        told = service.statistics(house, register, day)
        counts = {(one.field, one.value): one.number for one in told}
        for old in [key for key in remembered if key[1] != day]:
            del remembered[old]
        remembered[register.name, day] = (monotonic() + _FRESH_S, counts)
    return counts


def _tally(ask: Ask, register: Register, key: str, found: Mapping[str, _Counts]) -> Tally:
    values = sorted({value for counts in found.values() for field, value in counts if field == key})
    rows = [
        (
            _name(ask, register, key, value),
            [counts.get((key, value)) for counts in found.values()],
        )
        for value in values
    ]
    return Tally(key, _label(register, key), tuple(found), rows)


def _label(register: Register, key: str) -> Message:
    if not key:
        return message("Records")
    return message("State") if key == STATE else register.field(key).label


def _name(ask: Ask, register: Register, key: str, value: str) -> Said:
    if not key:
        return message("In all")
    if key == STATE:
        return register.state(value).label
    return told(register.field(key), value, ask.language) or value
