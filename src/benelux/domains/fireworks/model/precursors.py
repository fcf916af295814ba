"""A report about explosives precursors, and how it is followed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Final, Literal

from msgspec import Meta

from benelux.core.language import Message, message
from benelux.domains.fireworks.model.words import Code, Key, Line, Prose

Kind = Literal["transaction", "attempt", "disappearance", "theft"]
Reporter = Literal["operator", "marketplace", "professional", "public"]
ReportState = Literal["new", "taken", "answered", "closed"]
Unit = Literal["kg", "g", "l", "ml", "pieces"]
Writer = Literal["reporter", "contact-point", "other-country"]

KINDS: Final[Mapping[Kind, Message]] = {
    "transaction": message("Suspicious transaction"),
    "attempt": message("Attempt at a suspicious transaction"),
    "disappearance": message("Significant disappearance"),
    "theft": message("Significant theft"),
}
REPORTERS: Final[Mapping[Reporter, Message]] = {
    "operator": message("Shop, wholesaler or manufacturer"),
    "marketplace": message("Online marketplace"),
    "professional": message("Professional user"),
    "public": message("Somebody else"),
}
REPORT_STATES: Final[Mapping[ReportState, Message]] = {
    "new": message("Received"),
    "taken": message("Being looked at"),
    "answered": message("Answered"),
    "closed": message("Closed"),
}
UNITS: Final[Mapping[Unit, Message]] = {
    "kg": message("kilograms"),
    "g": message("grams"),
    "l": message("litres"),
    "ml": message("millilitres"),
    "pieces": message("packages"),
}
WRITERS: Final[Mapping[Writer, Message]] = {
    "reporter": message("The reporter"),
    "contact-point": message("The contact point"),
    "other-country": message("Between contact points"),
}


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody reports. All of it is kept sealed, for it may name persons."""

    kind: Kind
    country: Code
    substances: Annotated[tuple[Key, ...], Meta(max_length=20)]
    noticed_at: Annotated[datetime, Meta(tz=True)]
    what: Prose
    reporter: Reporter
    place: Line = ""
    amount: Decimal | None = None
    unit: Unit = "kg"
    concentration: Decimal | None = None
    signs: Annotated[tuple[Key, ...], Meta(max_length=10)] = ()
    customer: Prose = ""
    customer_country: Code = ""
    organisation: Line = ""
    contact: Line = ""


@dataclass(frozen=True, slots=True)
class Filed:
    """A report as it lies in the tray; `content` is None once it was destroyed.

    `origin` is the country whose contact point passed it on, empty where the reporter came here.
    """

    reference: str
    country: str
    kind: Kind
    state: ReportState
    received_at: datetime
    due_at: datetime
    keep_until: datetime
    origin: str
    passed_to: tuple[str, ...]
    content: Report | None

    @property
    def partners(self) -> tuple[str, ...]:
        """The countries whose contact points have this report too."""
        return (self.origin,) if self.origin else self.passed_to

    @property
    def was_late(self) -> bool:
        """Whether it was reported after the time that the law gives."""
        return self.received_at > self.due_at


@dataclass(frozen=True, slots=True)
class Word:
    """One message between the reporter and the contact point, or between two contact points."""

    number: int
    at: datetime
    writer: Writer
    country: str
    text: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a reporter takes home: whoever has both sees the reply."""

    reference: str
    secret: str
    country: str
