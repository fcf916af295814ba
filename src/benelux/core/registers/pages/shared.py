"""What the pages of registers have in common: which register, and who works at it where."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from benelux.core.exchange.federation import federation_of
from benelux.core.house import House
from benelux.core.identity.authority import Authority
from benelux.core.identity.facts import Facts
from benelux.core.identity.may import may
from benelux.core.language import Message, message
from benelux.core.registers.acting import acting_for
from benelux.core.registers.declaration import Register, declared, find
from benelux.core.registers.service import keeper_of
from benelux.core.registers.values import Acting
from benelux.core.web.ask import Ask, Crumb
from benelux.core.web.pages import Pages

PAGES: Final = Pages("")
TITLE: Final = message("Registers")
DESK: Final = message("Desk")


@dataclass(frozen=True, slots=True)
class Desk:
    """Who works at which register: in the node of their own country, at the keeper there."""

    register: Register
    acting: Acting
    house: House
    keeper: Authority

    def require(self, action: str, facts: Facts) -> None:
        """Raises `NotAllowed` with the reasons when the policies do not let them."""
        may(self.acting.actor, action, self.register.matter(self.keeper), facts).require()


def register_of(ask: Ask) -> Register:
    """The register in the address; raises `NotFound`."""
    return find(ask.house.domains, ask.path["register"])


def desk_of(ask: Ask) -> Desk:
    """The desk of whoever may write in the register in the address; refuses everybody else."""
    acting = acting_for(ask.house, ask.person)
    register = register_of(ask)
    house = federation_of(ask.house).node(acting.actor.country).house
    desk = Desk(register, acting, house, keeper_of(house, register))
    desk.require("write", Facts())
    return desk


def register_crumbs(ask: Ask, register: Register) -> tuple[Crumb, ...]:
    return (
        Crumb(TITLE, ask.url("registers")),
        Crumb(register.title, ask.url(f"registers/{register.name}")),
    )


def desk_crumbs(ask: Ask, register: Register) -> tuple[Crumb, ...]:
    crumb = Crumb(DESK, ask.url(f"registers/{register.name}/desk"))
    return (*register_crumbs(ask, register), crumb)


def every_register(house: House) -> Iterable[Mapping[str, str]]:
    return [{"register": one.name} for one in declared(house.domains)]


def nobody(_house: House) -> Iterable[Mapping[str, str]]:
    """Pages that only officers see have no addresses for the walk of everybody."""
    return ()


def sentence(parts: Iterable[Message]) -> Message | str:
    """Messages one after the other, with commas between."""
    found = tuple(parts)
    if not found:
        return "–"
    pattern = ", ".join(f"{{p{place}}}" for place in range(len(found)))
    return Message(pattern, {f"p{place}": part for place, part in enumerate(found)})
