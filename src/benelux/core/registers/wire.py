"""A question as it goes from one node to another, and what the asked node makes of it.

The node that asks answers for its officers: it signs, and says what they may be. Whether an accord
covers the question, and which day it is, the asked node finds out by itself.
"""

from dataclasses import dataclass, replace
from datetime import date
from time import monotonic
from typing import Annotated, Final
from weakref import WeakKeyDictionary

from msgspec import Meta

from benelux.core.errors import NotAllowed
from benelux.core.house import House
from benelux.core.identity import registry
from benelux.core.identity.authority import Service
from benelux.core.identity.caller import Caller
from benelux.core.identity.facts import Actor, Facts
from benelux.core.identity.keyring import REMEMBERED_S
from benelux.core.language import message
from benelux.core.registers.acting import acting_as
from benelux.core.registers.declaration import Question
from benelux.core.registers.values import Acting, Asking, Subject
from benelux.core.store import Store

_MOST_ROLES: Final = 20
_services: Final[WeakKeyDictionary[Store, dict[str, tuple[float, Service]]]] = WeakKeyDictionary()
Part = Annotated[str, Meta(max_length=300)]
Word = Annotated[str, Meta(max_length=100)]
Request = Annotated[
    str, Meta(min_length=8, max_length=128, pattern=r"^[A-Za-z0-9._:-]+$",
              description="Number of this question; sent again, it is the same question.")
]  # fmt: skip
Pseudonym = Annotated[str, Meta(max_length=64, pattern=r"^[a-z0-9-]*$")]


@dataclass(frozen=True, slots=True)
class About:
    """What is asked about: a number, one field and its value, a person, or a vehicle's plate."""

    number: Part = ""
    field: Word = ""
    value: Part = ""
    family: Part = ""
    given: Part = ""
    born: Word = ""
    country: Word = ""
    plate: Part = ""

    @classmethod
    def of(cls, one: Subject) -> "About":
        field, value = one.exact
        return cls(
            one.number, field, value, one.family, one.given, one.born, one.country, one.plate
        )

    @property
    def subject(self) -> Subject:
        return Subject(
            self.number, (self.field, self.value), self.family, self.given, self.born,
            self.country, self.plate,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stated:
    """Why it is asked, as far as the asker may state it."""

    purpose: Word = ""
    instrument: Part = ""
    article: Word = ""
    case: Part = ""
    offence_months: Annotated[int, Meta(ge=0, le=12_000)] | None = None
    channel: Word = ""
    consent: bool | None = None

    @classmethod
    def of(cls, one: Facts) -> "Stated":
        return cls(
            one.purpose or "", one.instrument or "", one.article or "", one.case or "",
            one.offence_months, one.channel or "", one.consent,
        )  # fmt: skip

    @property
    def facts(self) -> Facts:
        return Facts(
            purpose=self.purpose or None,
            instrument=self.instrument or None,
            article=self.article or None,
            offence_months=self.offence_months,
            case=self.case or None,
            channel=self.channel or None,
            consent=self.consent,
        )


@dataclass(frozen=True, slots=True)
class Asker:
    """For whom an authority's machine asks: a service of it, or an officer by a pseudonym.

    Only that authority knows who the officer is.
    """

    service: Word = ""
    pseudonym: Pseudonym = ""
    roles: Annotated[tuple[Word, ...], Meta(max_length=_MOST_ROLES)] = ()

    @classmethod
    def of(cls, by: Acting) -> "Asker | None":
        if by.actor.kind == "Officer":
            return cls(by.service, by.pseudonym, by.actor.roles)
        return cls(by.service) if by.service else None


@dataclass(frozen=True, slots=True)
class Asked:
    """One question about one subject."""

    question: Question
    subject: About
    stated: Stated
    request: Request
    country: Word = ""
    day: date | None = None
    asker: Asker | None = None

    @classmethod
    def of(cls, asking: Asking, by: Acting, country: str) -> "Asked":
        return cls(
            asking.question, About.of(asking.subject), Stated.of(asking.facts), asking.request,
            country, asking.day, Asker.of(by),
        )  # fmt: skip

    def asking(self, register: str) -> Asking:
        return Asking(
            register, self.question, self.subject.subject, self.stated.facts, self.request, self.day
        )


@dataclass(frozen=True, slots=True)
class AskedMany:
    """One question about many plates or numbers, as a camera collects them."""

    texts: Annotated[tuple[Part, ...], Meta(min_length=1, max_length=200_000)]
    stated: Stated
    request: Request
    country: Word = ""
    asker: Asker | None = None


def acting(house: House, caller: Caller, asker: Asker | None) -> Acting:
    """Who asks: the machine itself, or whom its authority lets it ask for.

    Raises `NotAllowed` for a device, which asks for nobody else, for a service that asks for
    another one, and for an authority that asks for the service of another.
    """
    if asker is None:
        return acting_as(caller)
    if caller.device is not None:
        raise _for_others()
    service = _service(house, caller, asker.service)
    if not asker.pseudonym:
        return acting_as(replace(caller, service=service))
    authority = caller.authority
    roles = [one for one in asker.roles if caller.service is None or one in caller.service.roles]
    actor = Actor(
        "Officer", asker.pseudonym, authority.id, authority.country, authority.region,
        tuple(roles), authority.competences, active=service is None or service.active,
    )  # fmt: skip
    return Acting(actor, authority.id, asker.pseudonym, service.id if service else "")


def _service(house: House, caller: Caller, name: str) -> Service | None:
    """The service that is named, else that of the machine itself."""
    own = caller.service
    if own is not None or not name:
        if own is not None and name not in {"", own.id}:
            raise _for_others()
        return own
    found = _known(house.store, name)
    if found.authority != caller.authority.id:
        raise _for_others()
    return found


def _known(store: Store, name: str) -> Service:
    """The service of that name, remembered for a second as keys are; raises `NotFound`."""
    kept = _services.setdefault(store, {})
    until, found = kept.get(name, (0.0, None))
    if found is None or monotonic() >= until:
        with store.read() as connection:
            found = registry.get(connection, Service, name)
        kept[name] = (monotonic() + REMEMBERED_S, found)
    return found


def _for_others() -> NotAllowed:
    return NotAllowed(
        "registers.for-others",
        message("This machine may not ask for that service or officer."),
        why=message("A device asks for itself, a service for its own officers."),
    )
