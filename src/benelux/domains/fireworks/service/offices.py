"""At which desk an officer sits: for which authority, in which node, and whether they may."""

from dataclasses import dataclass
from typing import Final

from benelux.core.exchange.federation import node_for
from benelux.core.house import House
from benelux.core.identity.facts import Facts, Matter
from benelux.core.identity.may import Decision, may
from benelux.core.identity.person import Person
from benelux.core.registers.acting import acting_for
from benelux.core.registers.values import Acting

SHEETS: Final = "fireworks.sheets"
REPORTS: Final = "fireworks.reports"
FIREWORKS: Final = "fireworks"
PRECURSORS: Final = "explosives-precursors"
_COMPETENCE: Final = {SHEETS: FIREWORKS, REPORTS: PRECURSORS}


@dataclass(frozen=True, slots=True)
class Desk:
    """An officer at work: `house` is the node of their country, `decision` why they may."""

    house: House
    acting: Acting
    decision: Decision

    @property
    def country(self) -> str:
        return self.acting.actor.country

    @property
    def authority(self) -> str:
        return self.acting.organisation

    @property
    def author(self) -> str:
        """How the history of a sheet names them: by pseudonym, as the ledger does."""
        return f"{self.authority} {self.acting.pseudonym}"


def surveyor(house: House, person: Person | None) -> Desk:
    """The desk of whoever may see the sheets of their country.

    Raises `NotSignedIn`, and `NotAllowed` with the reasons of the policies.
    """
    return surveyor_desk(house, acting_for(house, person))


def surveyor_desk(house: House, acting: Acting) -> Desk:
    """The same for a machine, or for whoever is known already."""
    return _desk(house, acting, "Fireworks::see-sheets", SHEETS)


def contact_point(house: House, person: Person | None) -> Desk:
    """The desk of whoever may read and answer reports about precursors; raises as `surveyor`."""
    return _desk(house, acting_for(house, person), "Fireworks::handle-report", REPORTS)


def may_keep(at: Desk, authority: str, country: str) -> Decision:
    """Whether whoever sits there may change a sheet of that authority."""
    return _weigh(at.acting, "Fireworks::keep-sheet", SHEETS, authority, country)


def _desk(house: House, acting: Acting, action: str, register: str) -> Desk:
    decision = _weigh(acting, action, register, acting.organisation, acting.actor.country)
    decision.require()
    return Desk(node_for(house, acting.actor.country), acting, decision)


def _weigh(acting: Acting, action: str, register: str, authority: str, country: str) -> Decision:
    matter = Matter(register, authority, country, _COMPETENCE[register])
    return may(acting.actor, action, matter, Facts())
