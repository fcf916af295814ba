"""Invented people, to try the portal with on one's own machine.

No password stands before them, so they are there only for whoever sits at the machine itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from benelux.core.domain import Domain
from benelux.core.identity.invention import invention
from benelux.core.identity.person import REGISTRY_KEEPER, SECRETARIAT, Person
from benelux.core.language import Message, Text, message
from benelux.core.settings import Settings

ISSUER = "demo"
_SECRETARIAT: Final = Text(
    nl="Secretariaat-Generaal van de Benelux Unie",
    fr="Secrétariat général de l'Union Benelux",
    de="Generalsekretariat der Benelux-Union",
    en="General Secretariat of the Benelux Union",
)
_MINISTRY: Final = Text(
    nl="Ministerie (verzonnen)",
    fr="Ministère (inventé)",
    de="Ministerium (erfunden)",
    en="Ministry (invented)",
)


@dataclass(frozen=True, slots=True)
class Invented:
    """A person who does not exist, and what trying them shows; `office` is the authority's name."""

    person: Person
    about: Message | Text
    office: Text | None = None

    @property
    def organisation(self) -> Text | str:
        return self.office or self.person.organisation


def invented(
    subject: str, name: str, organisation: Text | str, about: Message, *roles: str
) -> Invented:
    office = organisation if isinstance(organisation, Text) else None
    person = Person(subject, name, office.en if office else str(organisation), roles, ISSUER)
    return Invented(person, about, office)


def demo_people(domains: Sequence[Domain] = ()) -> Mapping[str, Invented]:
    """The invented people by subject; a domain's service adds its own by its `demo_people()`."""
    people = [
        invented(
            "demo-officer",
            "Noor Vandermeulen",
            _SECRETARIAT,
            message("Keeps events and progress, and publishes them."),
            SECRETARIAT,
        ),
        invented(
            "demo-reader",
            "Luc Bertemes",
            _MINISTRY,
            message("Is signed in but has no role: sees what everybody sees."),
        ),
    ]
    people += [
        invented(
            "demo-keeper",
            "Hugo Thill",
            _SECRETARIAT,
            message("Enters authorities, officers and devices, and suspends them."),
            REGISTRY_KEEPER,
        ),
        invented(
            "demo-citizen",
            "Emma Lambert",
            "",
            message("A citizen: sees which authorities asked about her, and why."),
        ),
        *_officers(),
    ]
    for domain in domains:
        more = getattr(domain.face("service"), "demo_people", None)
        people.extend(more() if more else ())
    return {one.person.subject: one for one in people}


def _officers() -> Iterator[Invented]:
    """Those who hold an office at an invented authority."""
    for one in invention().people:
        office = invention().authority_of(one.subject).name
        person = Person(one.subject, one.name, office.en, one.roles, ISSUER)
        yield Invented(person, one.about, office)


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
