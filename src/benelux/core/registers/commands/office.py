"""Where the commands work, and for whom: the nodes of this machine, and an officer of theirs."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated, Final

from cyclopts import App, Parameter

from benelux.core.domain import discover
from benelux.core.errors import Fault, Invalid
from benelux.core.exchange import federation
from benelux.core.house import House
from benelux.core.identity.demo import ISSUER
from benelux.core.identity.facts import Facts
from benelux.core.identity.may import may
from benelux.core.identity.person import Person
from benelux.core.language import message
from benelux.core.registers.acting import acting_for
from benelux.core.registers.declaration import Register, find
from benelux.core.registers.service import keeper_of
from benelux.core.registers.values import Acting
from benelux.core.settings import Settings
from benelux.core.store import Store, migrate

app: Final = App(name="register")
Name = Annotated[str, Parameter(name="register", help="Name of a register: domain.name.")]
Officer = Annotated[
    str,
    Parameter(
        name="--officer",
        help="Who acts: the subject of an officer's sign-in, after its issuer if it is another.",
    ),
]
Data = Annotated[
    Path | None, Parameter(name="--data", help="Folder for everything the platform keeps.")
]


@dataclass(frozen=True, slots=True)
class Office:
    """An officer at one register, in the node of their country."""

    register: Register
    acting: Acting
    portal: House
    house: House

    def require(self, action: str) -> None:
        """Raises `NotAllowed` with the reasons when the policies do not let them."""
        matter = self.register.matter(keeper_of(self.house, self.register))
        may(self.acting.actor, action, matter, Facts()).require()


@contextmanager
def portal_at(data: Path | None) -> Iterator[House]:
    """The portal of this machine with its nodes; they are made where there are none yet."""
    from benelux.core.web.app import owners  # noqa: PLC0415 - the application is not needed for help

    settings = Settings.read(os.environ, data=data)
    settings = replace(settings, data=settings.data.expanduser().resolve())
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Nodes in this process are asked over their API, whose log is for servers.
    logging.getLogger("benelux.web").addHandler(logging.NullHandler())
    domains = discover()
    with Store.open(settings.database_url) as store:
        migrate(store, owners(domains))
        house = House(settings, store, domains)
        try:
            yield house
        finally:
            federation.close(house)


@contextmanager
def office_of(register: str, officer: str, data: Path | None) -> Iterator[Office]:
    """That officer at that register; raises `NotAllowed` for who holds no office."""
    with portal_at(data) as portal:
        declaration = find(portal.domains, register)
        acting = acting_for(portal, person_named(officer, portal.settings))
        house = federation.node_for(portal, acting.actor.country)
        yield Office(declaration, acting, portal, house)


def person_named(officer: str, settings: Settings) -> Person:
    """The sign-in that the words name; whoever can run this command can read the keys as well."""
    issuer, _, subject = officer.strip().rpartition(" ")
    return Person(subject, subject, "", (), issuer or settings.oidc_issuer or ISSUER)


def day_of(text: str | None, name: str) -> date | None:
    """Raises `Invalid`, naming the option, for what is no day."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        wish = message("Give a date as year-month-day, for example 2022-03-23.")
        raise Invalid(
            "registers.day", message("This day cannot be read."), faults=(Fault(name, wish),)
        ) from None


def end_of(text: str | None, name: str) -> datetime | None:
    """The end of a day; raises `Invalid`, naming the option, for what is no day."""
    day = day_of(text, name)
    return datetime.combine(day, time.max, UTC) if day else None
