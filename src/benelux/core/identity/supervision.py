"""What a data-protection supervisor sees: the alarms of the registers that their country keeps."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import msgspec

from benelux.core.errors import NotFound
from benelux.core.house import House
from benelux.core.identity.alarms import Raised, raised
from benelux.core.identity.facts import Facts
from benelux.core.identity.may import Decision, may
from benelux.core.ledger import Entry, ledger_of
from benelux.core.registers.acting import houses
from benelux.core.registers.declaration import declared
from benelux.core.registers.service import keeper_of
from benelux.core.registers.values import Acting

KIND: Final = "supervision"
_ACTION: Final = "supervise"


@dataclass(frozen=True, slots=True)
class Look:
    """A supervisor's look at the alarms of some registers, as it stands on record."""

    organisation: str
    person: str
    case: str
    registers: tuple[str, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Kept:
    """A register where it is kept, and whether this supervisor may look."""

    house: House
    keeper: str
    register: str
    decision: Decision


def look(house: House, by: Acting, case: str) -> list[Raised]:
    """The alarms that this supervisor may see for that case, the newest first.

    That they looked is on record at each keeper before they see anything. Raises `NotAllowed`, with
    the reasons, when registers are kept here and none is theirs to supervise.
    """
    kept = [one for place in houses(house) for one in _kept(place, by, case)]
    permitted = [one for one in kept if one.decision.granted]
    if kept and not permitted:
        kept[0].decision.require()
    by_keeper: defaultdict[tuple[int, str], list[_Kept]] = defaultdict(list)
    for one in permitted:
        by_keeper[id(one.house), one.keeper].append(one)
    found: list[Raised] = []
    for (_, keeper), theirs in by_keeper.items():
        names = tuple(sorted(one.register for one in theirs))
        ledger = ledger_of(theirs[0].house)
        what = Look(by.organisation, by.pseudonym, case, names, theirs[0].decision.rules)
        ledger.open(keeper).append(Entry(KIND, msgspec.json.encode(what, order="sorted")))
        found += [alarm for alarm in raised(ledger, names) if alarm.shard == keeper]
    return sorted(found, key=lambda alarm: alarm.at, reverse=True)


def _kept(house: House, by: Acting, case: str) -> Iterator[_Kept]:
    """The registers that an authority of this house keeps."""
    for register in declared(house.domains):
        try:
            keeper = keeper_of(house, register)
        except NotFound:
            continue
        decision = may(by.actor, _ACTION, register.matter(keeper), Facts(case=case))
        yield _Kept(house, keeper.id, register.name, decision)
