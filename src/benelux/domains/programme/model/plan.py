"""The plan as values: sections hold actions, actions name partners, instruments and systems."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal, get_args

from benelux.core.errors import Refusal
from benelux.core.language import Language, Message, Text, message, plural
from benelux.core.law import Citation, parse

Kind = Literal[
    "system",
    "study",
    "event",
    "legal_instrument",
    "negotiation",
    "knowledge_exchange",
    "operational_cooperation",
    "communication",
]
KINDS: Mapping[Kind, Message] = {
    "system": message("System"),
    "study": message("Study"),
    "event": message("Event"),
    "legal_instrument": message("Legal instrument"),
    "negotiation": message("Negotiation"),
    "knowledge_exchange": message("Exchange of knowledge"),
    "operational_cooperation": message("Operational cooperation"),
    "communication": message("Communication"),
}
PARTNER_KINDS: Mapping[str, Message] = {
    "country": message("Country"),
    "region": message("Region"),
    "benelux_body": message("Benelux body"),
    "european_body": message("European body"),
    "international_body": message("International body"),
    "forum": message("Forum"),
    "service": message("Public service"),
    "sector": message("Sector"),
    "group": message("Group"),
}
INSTRUMENT_KINDS: Mapping[str, Message] = {
    "decision": message("Decision"),
    "recommendation": message("Recommendation"),
    "treaty": message("Treaty"),
    "convention": message("Convention"),
    "directive": message("Directive"),
    "regulation": message("Regulation"),
    "proposal": message("Proposal"),
    "declaration": message("Declaration"),
    "agreement": message("Agreement"),
    "covenant": message("Covenant"),
    "resolution": message("Resolution"),
    "programme": message("Programme"),
    "standard": message("Standard"),
}
ISSUERS: Mapping[str, Message] = {
    "eu": message("European Union"),
    "states": message("The states themselves"),
    "oecd": message("OECD"),
}
TURNS: Mapping[str, Message] = {
    "announced": message("Announced"),
    "signed": message("Signed"),
    "adopted": message("Adopted"),
    "in_force": message("In force"),
    "prolonged": message("Prolonged"),
    "delivered": message("Delivered"),
    "replaced": message("Replaced"),
    "ended": message("Ended"),
}
CERTAINTIES: Mapping[str, Message] = {
    "confirmed": message("confirmed in the source itself"),
    "secondary": message("from a secondary source"),
    "conflicting": message("sources conflict"),
    "unknown": message("not known"),
}
Pillar = Literal["presidency", "1", "2", "3", "4", "5"]
PILLARS: tuple[Pillar, ...] = get_args(Pillar)

TermKind = Literal["on", "by", "from", "until", "within", "every"]
Turn = Literal[
    "announced", "signed", "adopted", "in_force", "prolonged", "delivered", "replaced", "ended"
]
Certainty = Literal["confirmed", "secondary", "conflicting", "unknown"]


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter, or a part of one, as the plan numbers it."""

    id: str
    parent: str | None
    pillar: Pillar
    printed: str
    title: Text
    page: int
    summary: Text | None = None


@dataclass(frozen=True, slots=True)
class Partner:
    """Who takes part: a country, a region, a body, a service, a sector."""

    id: str
    kind: str
    name: Text
    note: Text | None = None
    country: str | None = None
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, slots=True)
class LegalText:
    """A treaty, decision, directive or declaration that an action rests on."""

    id: str
    kind: str
    issuer: str
    title: Text
    date: str | None = None
    validity: Mapping[str, str | None] = field(default_factory=dict)
    source: str = ""
    url: str | None = None
    replaced_by: str | None = None

    @property
    def status(self) -> str:
        return self.validity.get("status") or "unknown"

    @property
    def slug(self) -> str:
        """The id as part of an address: m-2020-14, eu-2016-681."""
        return re.sub(r"[^a-z0-9]+", "-", self.id.lower()).strip("-")

    @property
    def citation(self) -> Citation | None:
        """The id read as a citation; None for a treaty or declaration that is known by its name."""
        try:
            return parse(self.id)
        except Refusal:
            return None

    def cite(self, language: Language) -> str:
        """How it is cited in `language`: M(2020)14, (UE) 2016/681, or its name."""
        citation = self.citation
        return citation.text(language) if citation else self.title[language]


@dataclass(frozen=True, slots=True)
class Term:
    """A date or a rhythm that the plan names; a date may be partial."""

    kind: TermKind
    date: str | None = None
    per: Literal["year", "month"] | None = None
    times: int | None = None
    what: Text | None = None

    def __post_init__(self) -> None:
        paced = self.per is not None and self.times is not None
        if paced == bool(self.date) or (paced and self.kind not in {"every", "within"}):
            raise ValueError("a term has a date, or `per` and `times` with `every` or `within`")

    @property
    def said(self) -> Message:
        """The kind of term, for reading before its date."""
        if self.times is not None:
            return _PACES[self.kind, self.per or "year"](self.times)
        return {
            "on": message("on"),
            "by": message("by"),
            "from": message("from"),
            "until": message("until"),
            "within": message("in the course of"),
        }[self.kind]


_PACES: Mapping[tuple[str, str], Callable[[int], Message]] = {
    ("every", "year"): lambda times: plural("once a year", "{n} times a year", times),
    ("every", "month"): lambda times: plural("once a month", "{n} times a month", times),
    ("within", "year"): lambda times: plural("for one year", "for {n} years", times),
    ("within", "month"): lambda times: plural("for one month", "for {n} months", times),
}


@dataclass(frozen=True, slots=True)
class Since:
    """What became of an action after the plan: dated, sourced, with how sure it is."""

    date: str
    status: Turn
    what: Text
    source: str
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Action:
    """One thing the plan says will be done; `printed` is the heading it stands under."""

    id: str
    section: str
    printed: str
    title: Text
    summary: Text
    kind: Kind
    partners: tuple[str, ...]
    grounds: tuple[str, ...]
    terms: tuple[Term, ...]
    deliverable: Text
    carried_by: str
    flagship: bool = False
    same_as: tuple[str, ...] = ()
    since: tuple[Since, ...] = ()

    @property
    def latest(self) -> Since | None:
        """The last known turn of its fate."""
        return max(self.since, key=lambda turn: turn.date, default=None)


@dataclass(frozen=True, slots=True)
class System:
    """A domain of the platform as the plan's reader meets it; it may be still to come."""

    id: str
    title: Text
    does: Text
    plan: tuple[str, ...]
    audience: tuple[Literal["citizen", "company", "officer", "analyst", "developer"], ...]


@dataclass(frozen=True)
class Plan:
    """The whole plan, whose parts all refer to parts that are there."""

    sections: Mapping[str, Section]
    actions: Mapping[str, Action]
    partners: Mapping[str, Partner]
    instruments: Mapping[str, LegalText]
    systems: Mapping[str, System]

    def pillar_of(self, action: Action) -> Pillar:
        return self.sections[action.section].pillar

    def in_pillar(self, pillar: str) -> tuple[Action, ...]:
        return tuple(one for one in self.actions.values() if self.pillar_of(one) == pillar)

    def in_section(self, section: str) -> tuple[Action, ...]:
        return tuple(one for one in self.actions.values() if one.section == section)

    def chapters(self) -> tuple[Section, ...]:
        """The presidency and the five pillars, in the plan's order."""
        return tuple(self.sections[pillar] for pillar in PILLARS)

    @cached_property
    def by_slug(self) -> Mapping[str, LegalText]:
        return {text.slug: text for text in self.instruments.values()}

    @cached_property
    def flagships(self) -> tuple[Action, ...]:
        return tuple(one for one in self.actions.values() if one.flagship)

    @cached_property
    def by_partner(self) -> Mapping[str, tuple[Action, ...]]:
        return _gather((partner, one) for one in self.actions.values() for partner in one.partners)

    @cached_property
    def by_instrument(self) -> Mapping[str, tuple[Action, ...]]:
        return _gather((ground, one) for one in self.actions.values() for ground in one.grounds)

    @cached_property
    def by_system(self) -> Mapping[str, tuple[Action, ...]]:
        return _gather((one.carried_by, one) for one in self.actions.values())

    @cached_property
    def same(self) -> Mapping[str, tuple[Action, ...]]:
        """For each action, those that say the same thing elsewhere in the plan, both ways."""
        pairs = {
            pair
            for one in self.actions.values()
            for other in one.same_as
            for pair in ((one.id, other), (other, one.id))
        }
        order = list(self.actions)
        ranked = sorted(pairs, key=lambda pair: order.index(pair[1]))
        return _gather((one, self.actions[other]) for one, other in ranked)


@dataclass(frozen=True, slots=True)
class Moment:
    """One dated thing for timeline and calendar; `day` is whole only when `exact`."""

    day: date
    written: str
    exact: bool
    title: Text
    what: Text | Message | str
    source: str
    href: str
    tone: Literal["plan", "since", "event"]
    until: date | None = None
    place: str = ""
    key: str = ""
    before: Message | None = None


def _gather(pairs: Iterable[tuple[str, Action]]) -> Mapping[str, tuple[Action, ...]]:
    found: dict[str, list[Action]] = {}
    for key, one in pairs:
        found.setdefault(key, []).append(one)
    return {key: tuple(actions) for key, actions in found.items()}
