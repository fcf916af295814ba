"""What a document is worth, as the server sees it: genuine or not, and what its record is today.

The two are told apart. The signature says who made the document and that nobody changed it; only
the keeper's list says whether it was suspended or withdrawn since, and as of when.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from benelux.core.errors import Invalid, NotFound, Refusal
from benelux.core.house import House
from benelux.core.language import Message, message
from benelux.core.registers.credential import Document, open_document
from benelux.core.registers.declaration import find
from benelux.core.registers.issuers import homes, issuers_of
from benelux.core.registers.lists import list_of
from benelux.core.registers.places import SUSPENDED, VALID
from benelux.core.registers.statuslist import read_status_list, status_now


@dataclass(frozen=True, slots=True)
class Meaning:
    """How a verdict is shown."""

    tone: str
    headline: Message
    says: Message


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of one check; `status` is None where no list was at hand."""

    verdict: str
    document: Document | None = None
    status: int | None = None
    why: Message | None = None


MEANINGS: Final[Mapping[str, Meaning]] = {
    "genuine": Meaning(
        "good",
        message("Genuine"),
        message("The document is genuine, and held at the time of the status list."),
    ),
    "aged": Meaning(
        "open",
        message("Genuine, status uncertain"),
        message("The document is genuine, but the list on this device is too old to rely on."),
    ),
    "unlisted": Meaning(
        "open",
        message("Genuine, status unknown"),
        message("The document is genuine. Whether it was withdrawn since cannot be seen here."),
    ),
    "withdrawn": Meaning(
        "bad", message("Withdrawn"), message("The document is genuine, but does not hold any more.")
    ),
    "suspended": Meaning(
        "bad", message("Suspended"), message("The document is genuine, but does not hold for now.")
    ),
    "expired": Meaning(
        "bad", message("Expired"), message("The document is genuine, but its last day is past.")
    ),
    "early": Meaning(
        "bad", message("Not valid yet"), message("The document is genuine, but begins later.")
    ),
    "worthless": Meaning(
        "bad",
        message("Not genuine"),
        message("The key that signed it was revoked, or may not sign such a document."),
    ),
    "forged": Meaning(
        "bad",
        message("Not genuine"),
        message("The signature does not match: it was changed, or somebody else made it."),
    ),
    "unknown": Meaning(
        "open",
        message("Unknown issuer"),
        message("No authority in the list of issuers has signed it. Do not rely on it."),
    ),
    "unreadable": Meaning(
        "open",
        message("Cannot be read"),
        message("This is not the text of a document. Scan the QR code once more."),
    ),
}
_REFUSED: Final[Mapping[str, str]] = {
    "registers.unknown-issuer": "unknown",
    "registers.not-genuine": "forged",
    "registers.worthless": "worthless",
}


def check(house: House, text: str, now: datetime) -> Checked:
    """Judge the text of a document, with what the nodes here know at this moment."""
    try:
        document = open_document(text, issuers_of(house))
    except (Invalid, NotFound) as refusal:
        return Checked(_REFUSED.get(refusal.code, "unreadable"), why=refusal.why)
    status = _status(house, document)
    if now < document.begins:
        return Checked("early", document, status)
    if document.ends is not None and now >= document.ends:
        return Checked("expired", document, status)
    return Checked(_standing(status), document, status)


def _status(house: House, document: Document) -> int | None:
    """What the keeper says now; of a keeper elsewhere, the last list that came from there."""
    register = find(house.domains, document.register)
    country = document.issuer.country
    own = homes(house)
    home = own.get(country) or own.get("")
    try:
        if home is not None:
            return status_now(home, register, document)
        text = list_of(house, register, country)
        return read_status_list(text, issuers_of(house)).status(document)
    except Refusal:
        return None


def _standing(status: int | None) -> str:
    if status is None:
        return "unlisted"
    if status == VALID:
        return "genuine"
    return "suspended" if status == SUSPENDED else "withdrawn"
