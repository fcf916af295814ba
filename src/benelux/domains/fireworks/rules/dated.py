"""What is the same in every rule: where it comes from, how sure that is, and when it applies."""

from datetime import date
from pathlib import Path
from typing import Final, Literal

from msgspec import Struct

from benelux.core.language import Message, Text, message

DATA: Final = Path(__file__).parent.parent / "data"
Certainty = Literal["confirmed", "secondary", "proposal"]
CERTAINTIES: Final[dict[Certainty, Message]] = {
    "confirmed": message("read in the source"),
    "secondary": message("from a secondary source"),
    "proposal": message("a proposal of this platform"),
}


class Dated(Struct, frozen=True, kw_only=True):
    """A rule with its source and its days; the last day is included."""

    source: str
    since: date
    certainty: Certainty
    until: date | None = None

    def holds(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


class Term(Struct, frozen=True):
    """A word of the field with its name in four languages."""

    id: str
    text: Text
