"""What a policy is asked about: who acts, upon what, and the facts that the law looks at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from benelux.core.identity.authority import Authority, Officer, Service
from benelux.core.identity.devices import Device
from benelux.core.language import Message, message

ActorKind = Literal["Officer", "Service", "Device", "Citizen"]
Fact = str | int | bool
LABELS: Final[Mapping[str, Message]] = {
    "purpose": message("the purpose"),
    "ground": message("the legal ground, with its article"),
    "instrument": message("the legal ground, with its article"),
    "article": message("the legal ground, with its article"),
    "offence_months": message("the maximum sentence for the offence"),
    "case": message("the reference of the case"),
    "accord": message("whether an accord between the two countries is in force"),
    "channel": message("the channel over which is asked"),
    "consent": message("whether the person concerned consents"),
    "days": message("for how many days the person concerned is told later"),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. Of a citizen only the pseudonym `id` is known; nothing else counts."""

    kind: ActorKind
    id: str
    authority: str = ""
    country: str = ""
    region: str = ""
    roles: tuple[str, ...] = ()
    competences: tuple[str, ...] = ()
    active: bool = True

    @classmethod
    def citizen(cls, pseudonym: str) -> "Actor":
        return cls("Citizen", pseudonym)

    @classmethod
    def officer(cls, one: Officer, authority: Authority) -> "Actor":
        active = one.active and authority.active
        return cls._of("Officer", one.id, authority, one.roles, active=active)

    @classmethod
    def machine(
        cls, authority: Authority, service: Service | None = None, device: Device | None = None
    ) -> "Actor":
        """A service of an authority, or its device; without either, the authority's own node."""
        roles = service.roles if service else ()
        parts = (authority, service, device)
        active = all(part.active for part in parts if part is not None)
        if device:
            return cls._of("Device", device.id, authority, roles, active=active)
        return cls._of(
            "Service", service.id if service else authority.id, authority, roles, active=active
        )

    @classmethod
    def _of(
        cls, kind: ActorKind, name: str, authority: Authority, roles: tuple[str, ...], *,
        active: bool,
    ) -> "Actor":  # fmt: skip
        return cls(
            kind, name, authority.id, authority.country, authority.region, roles,
            authority.competences, active,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Matter:
    """What is acted upon: a register, `domain.name`, or with `holder` one record about a person.

    Without a register it is the ledger of the authority (`ledger_of`).
    `full`, `hit` and `status` hold the grounds, as `ground_of` writes them, on which that kind of
    question is answered. `channels` empty means any; `offence_months` 0 means no threshold.
    """

    register: str
    authority: str
    country: str
    competence: str
    purposes: tuple[str, ...] = ()
    full: tuple[str, ...] = ()
    hit: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    offence_months: int = 0
    public_status: bool = False
    record: str = ""
    holder: str = ""

    @classmethod
    def ledger_of(cls, authority: str, country: str) -> "Matter":
        return cls("", authority, country, "")

    @property
    def domain(self) -> str:
        return self.register.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about one question; None is not known. `more` is for a domain's own actions.

    `accord` says whether an accord between the two countries covers the question on that day.
    """

    purpose: str | None = None
    instrument: str | None = None
    article: str | None = None
    offence_months: int | None = None
    case: str | None = None
    accord: bool | None = None
    time: datetime | None = None
    channel: str | None = None
    consent: bool | None = None
    more: Mapping[str, Fact] = field(default_factory=dict)

    @property
    def ground(self) -> str | None:
        if not self.instrument or not self.article:
            return None
        return ground_of(self.instrument, self.article)

    def known(self, actor: Actor, matter: Matter) -> dict[str, Fact]:
        """The facts that are there, with the pair of countries, and all but the time."""
        given: dict[str, Fact | None] = {
            **self.more,  # first, so that it takes the place of none of the others
            "purpose": self.purpose or None,
            "instrument": self.instrument or None,
            "article": self.article or None,
            "ground": self.ground,
            "offence_months": self.offence_months,
            "case": (self.case or "").strip() or None,
            "accord": self.accord,
            "channel": self.channel or None,
            "consent": self.consent,
            "pair": f"{actor.country}-{matter.country}",
        }
        return {name: value for name, value in given.items() if value is not None}


def ground_of(instrument: str, article: str) -> str:
    """A legal ground in one line, the same for register, question and ledger."""
    return f"{instrument} art. {article}"
