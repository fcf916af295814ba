"""Sheets that go to the two other countries, and those that come from them.

Photos travel one by one and before their sheet, in one stream, so that no message is too large and
a sheet never arrives without its pictures.
"""

from typing import Final

import msgspec
from sqlalchemy import Connection

from benelux.core.errors import Conflict, Fault, Invalid, NotAllowed, NotFound
from benelux.core.exchange.envelope import Envelope
from benelux.core.exchange.handlers import Handler
from benelux.core.exchange.outbox import Draft, put
from benelux.core.house import House
from benelux.core.identity.authority import Authority
from benelux.core.language import message
from benelux.core.registers import numbers
from benelux.core.store.history import append_version
from benelux.domains.fireworks import tables
from benelux.domains.fireworks.model.sheets import Kept, Sheet, SheetState
from benelux.domains.fireworks.rules import sheets as rules
from benelux.domains.fireworks.rules.precursors import COUNTRIES
from benelux.domains.fireworks.service import photos, sheets
from benelux.domains.fireworks.service.offices import FIREWORKS, Desk

SHEET: Final = "fireworks.sheet"
PHOTO: Final = "fireworks.photo"


class SheetMessage(msgspec.Struct, frozen=True):
    """A sheet on its way."""

    id: str
    state: SheetState
    content: Sheet


class PhotoMessage(msgspec.Struct, frozen=True):
    """A photo on its way."""

    sheet: str
    content: bytes


def share(connection: Connection, key: str, at: Desk, *, expected_version: int) -> None:
    """Move the sheet on to “shared”, and let it go to the other countries with the same work."""
    sheets.move(connection, key, "shared", at, expected_version=expected_version)
    _send(connection, sheets.find(connection, key), at)


def close(connection: Connection, key: str, at: Desk, *, expected_version: int) -> None:
    """Close the sheet here and, in the same work, with the others."""
    sheets.move(connection, key, "closed", at, expected_version=expected_version)
    _send(connection, sheets.find(connection, key), at)


def _send(connection: Connection, kept: Kept, at: Desk) -> None:
    stream = f"sheet/{kept.id.lower()}"
    pictures = photos.all_of(connection, kept.id, kept.content.photos)
    told = SheetMessage(kept.id, kept.state, kept.content)
    for country in COUNTRIES:
        if country == at.country:
            continue
        for one in pictures:
            body = PhotoMessage(kept.id, one.content)
            put(connection, at.house, Draft(at.authority, country, PHOTO, body, stream))
        put(connection, at.house, Draft(at.authority, country, SHEET, told, stream))


def take_photo(connection: Connection, _house: House, sent: Envelope, sender: Authority) -> None:
    """Keep a photo of another country's sheet; it is drawn anew here, whoever sent it."""
    body = sent.read(PhotoMessage)
    _refuse_foreign(connection, body.sheet, sender)
    photos.keep(connection, photos.drawn_anew(body.content, body.sheet), sender.id)


def take_sheet(connection: Connection, _house: House, sent: Envelope, sender: Authority) -> None:
    """Keep another country's sheet as a next version of our copy.

    Raises `Invalid` for what no sheet may say, `NotAllowed` for one that is not the sender's, and
    `Conflict` for one that is closed.
    """
    body = sent.read(SheetMessage)
    before = _refuse_foreign(connection, body.id, sender)
    if body.state not in {"shared", "closed"}:
        raise Invalid("fireworks.not-shared", message("Only a sheet that is shared is taken."))
    faults = tuple(rules.wrong(body.content))
    if faults:
        raise Invalid("fireworks.sheet", message("This cannot be kept as it is."), faults=faults)
    if before and before.state == "closed":
        raise Conflict(
            "fireworks.sheet-closed", message("The sheet “{key}” is closed.", key=body.id)
        )
    for key in body.content.photos:
        photos.find(connection, body.id, key)
    append_version(
        connection, tables.sheet, body.id,
        {
            "country": sender.country,
            "authority": sender.id,
            "content": msgspec.to_builtins(body.content),
            "state": body.state,
        },
        expected_version=before.version if before else 0,
        author=sender.id,
    )  # fmt: skip


def handlers() -> tuple[Handler, ...]:
    """Who takes the messages about sheets."""
    return (Handler(PHOTO, take_photo, FIREWORKS), Handler(SHEET, take_sheet, FIREWORKS))


def _refuse_foreign(connection: Connection, key: str, sender: Authority) -> Kept | None:
    """Our copy of that sheet, if there is one; raises when it is not the sender's to speak of."""
    if FIREWORKS not in sender.competences:
        raise NotAllowed(
            "fireworks.not-charged", message("The sender is not charged with fireworks.")
        )
    number = numbers.read(key, "id")
    if number.text != key or number.mark != sheets.MARK or number.country != sender.country:
        wrong = message("This is not the number of a sheet of {country}.", country=sender.country)
        raise Invalid("fireworks.sheet", wrong, faults=(Fault("id", wrong),))
    try:
        found = sheets.find(connection, key)
    except NotFound:
        return None
    if found.authority != sender.id:
        raise NotAllowed(
            "fireworks.not-yours", message("This sheet was drawn up by another authority.")
        )
    return found
