"""Who acts: from somebody who signed in, or a machine that proved itself, to what policies look at.

The ledger names an officer by a pseudonym. It is made with a secret of their authority, so that it
is the same each time, and only that authority can say who it was.
"""

import hmac
from base64 import b32encode
from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from benelux.core.errors import NotAllowed, NotSignedIn
from benelux.core.exchange.federation import federation_of
from benelux.core.house import House
from benelux.core.identity import registry
from benelux.core.identity.authority import Officer
from benelux.core.identity.caller import Caller
from benelux.core.identity.facts import Actor
from benelux.core.identity.person import Person
from benelux.core.identity.registry import Office
from benelux.core.language import message
from benelux.core.ledger import ledger_of
from benelux.core.registers.values import Acting

_SECRET: Final = "officers"  # noqa: S105 - the name of a key
_BYTES: Final = 15


def acting_for(house: House, person: Person | None) -> Acting:
    """The officer that this person is, by the registries of this portal and of its nodes.

    That of the officer's own country says what they may be; whoever is suspended in any of them
    acts in none. Raises `NotSignedIn` for nobody, and
    `NotAllowed` for somebody who holds no office or may not act in it now.
    """
    if person is None:
        raise NotSignedIn(
            "identity.not-signed-in",
            message("Sign in to continue."),
            why=message("This is for officers of an authority."),
        )
    held = list(_offices(house, person))
    if not held:
        raise NotAllowed(
            "identity.no-officer",
            message("You hold no office here."),
            why=message("Only officers that an authority has entered may ask, or keep a register."),
            now=message("Ask your authority to enter you, under this sign-in."),
        )
    if not all(office.active for _, office in held):
        raise NotAllowed(
            "identity.suspended",
            message("You may not act at the moment."),
            why=message("You, your service or your authority are suspended."),
            now=message("Ask your authority."),
        )
    at_home = (one for one in held if one[0].settings.country == one[1].authority.country)
    home, office = next(at_home, held[0])
    return Acting(
        actor=Actor.officer(office.officer, office.authority),
        organisation=office.authority.id,
        pseudonym=pseudonym(home, office.officer),
        service=office.officer.service,
    )


def acting_as(caller: Caller) -> Acting:
    """The machine that calls; a machine has nothing to hide, so its own name stands on record."""
    part = caller.device or caller.service
    return Acting(
        actor=Actor.machine(caller.authority, caller.service, caller.device),
        organisation=caller.authority.id,
        pseudonym=part.id if part else caller.authority.id,
        service=caller.service.id if caller.service else "",
    )


def pseudonym(house: House, officer: Officer) -> str:
    """What the ledgers call this officer; raises `Unavailable` when the secret cannot be kept."""
    secret = ledger_of(house).keys.make(officer.authority, _SECRET)
    said = hmac.digest(secret, officer.id.encode(), sha256)[:_BYTES]
    return b32encode(said).decode("ascii").lower()


def _offices(house: House, person: Person) -> Iterator[tuple[House, Office]]:
    """Where this person is entered, and as what."""
    for one in houses(house):
        office = registry.office_of(one.store, person)
        if office is not None:
            yield one, office


def houses(house: House) -> Iterator[House]:
    """This house, and those of the nodes that run in its process."""
    yield house
    nodes = federation_of(house).own.values()
    yield from (node.house for node in nodes if node.house.store is not house.store)
