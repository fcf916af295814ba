"""Invented people, to try the portal with on one's own machine.

No password stands before them, so they are there only for whoever sits at the machine itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from benelux.core.domain import Domain
from benelux.core.identity.person import SECRETARIAT, Person
from benelux.core.language import Message, message
from benelux.core.settings import Settings

ISSUER = "demo"


@dataclass(frozen=True, slots=True)
class Invented:
    """A person who does not exist, and what trying them shows."""

    person: Person
    about: Message


def invented(subject: str, name: str, organisation: str, about: Message, *roles: str) -> Invented:
    return Invented(Person(subject, name, organisation, roles, ISSUER), about)


def demo_people(domains: Sequence[Domain] = ()) -> Mapping[str, Invented]:
    """The invented people by subject; a domain's service adds its own by its `demo_people()`."""
    people = [
        invented(
            "demo-officer",
            "Noor Vandermeulen",
            "General Secretariat of the Benelux Union",
            message("Keeps events and progress, and publishes them."),
            SECRETARIAT,
        ),
        invented(
            "demo-reader",
            "Luc Bertemes",
            "Ministry (invented)",
            message("Is signed in but has no role: sees what everybody sees."),
        ),
    ]
    people.append(
        invented(
            "demo-citizen",
            "Emma Lambert",
            "—",
            message("A citizen: sees which authorities asked about her, and why."),
        )
    )
    for domain in domains:
        more = getattr(domain.face("service"), "demo_people", None)
        people.extend(more() if more else ())
    return {one.person.subject: one for one in people}


def demo_allowed(settings: Settings) -> bool:
    """Whether this portal may have invented people at all: nobody else can reach it."""
    return settings.demo and settings.is_loopback and not settings.public_url


def demo_offered(settings: Settings, client: str) -> bool:
    """Whether whoever connects from the address `client` may choose an invented person."""
    try:
        return demo_allowed(settings) and ip_address(client).is_loopback
    except ValueError:
        return False


def may_stay(settings: Settings, person: Person, client: str) -> bool:
    """Whether a session of `person` still counts: an invented one does only where it could begin.

    The store may have been copied to, or be shared with, a portal that the public reaches.
    """
    return not person.is_demo or demo_offered(settings, client)
