"""An accord between countries: its ground, its parties, its days, and how sure all that is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from benelux.core.language import Message, Text, message


class Mark(StrEnum):
    """How sure it is."""

    CONFIRMED = "confirmed"
    SECONDARY = "secondary"
    CONFLICTING = "conflicting"
    UNSEEN = "unseen"

    @property
    def label(self) -> Message:
        return _MARKS[self]


_MARKS: Final[Mapping[Mark, Message]] = {
    Mark.CONFIRMED: message("Read in the legal source"),
    Mark.SECONDARY: message("Told by others"),
    Mark.CONFLICTING: message("Sources differ"),
    Mark.UNSEEN: message("Text not seen"),
}


class Status(StrEnum):
    """What an accord is on one day."""

    NONE = "none"
    ANNOUNCED = "announced"
    FUTURE = "future"
    UNCERTAIN = "uncertain"
    IN_FORCE = "in-force"
    ENDED = "ended"

    @property
    def label(self) -> Message:
        return _STATUSES[self]


_STATUSES: Final[Mapping[Status, Message]] = {
    Status.NONE: message("No accord known"),
    Status.ANNOUNCED: message("Announced"),
    Status.FUTURE: message("Not in force yet"),
    Status.UNCERTAIN: message("Uncertain"),
    Status.IN_FORCE: message("In force"),
    Status.ENDED: message("Ended"),
}


_NO_NOTE: Final = Text("", "", "", "")


@dataclass(frozen=True, slots=True)
class Accord:
    """An accord, or the finding that there is none.

    Without `articles` it is about the whole instrument; without `countries` no accord is known. The
    last day, `until`, is included.
    """

    id: str
    title: Text
    instrument: str
    countries: tuple[str, ...]
    source: str
    articles: tuple[str, ...] = ()
    signed: date | None = None
    since: date | None = None
    perhaps_since: date | None = None
    until: date | None = None
    marks: tuple[Mark, ...] = ()
    note: Text = _NO_NOTE

    @property
    def ground(self) -> str:
        """The instrument with its articles, in one line."""
        said = ", ".join(self.articles)
        return f"{self.instrument} art. {said}" if said else self.instrument

    def status_at(self, day: date) -> Status:
        if not self.countries:
            return Status.NONE
        if self.until is not None and self.until < day:
            return Status.ENDED
        if self.since is not None and self.since <= day:
            return Status.IN_FORCE
        if self.perhaps_since is not None and self.perhaps_since <= day:
            return Status.UNCERTAIN
        return Status.FUTURE if self.since or self.perhaps_since else Status.ANNOUNCED

    def is_about(self, instrument: str, article: str) -> bool:
        """Whether it is about that article; one about art. 13 is about art. 13(1) as well."""
        if instrument != self.instrument:
            return False
        return not self.articles or any(
            article == one or article.startswith(f"{one}(") for one in self.articles
        )
