"""The document of a record: a signed text, small enough for a QR code, checked without a network.

It is a compact JWS by the key of the authority that keeps the record, with the fields that the
register's declaration names. Whether the record was suspended or withdrawn since, the keeper's
status list tells (`statuslist`); the document says at which place.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

import msgspec
from markupsafe import Markup

from benelux.core.errors import Conflict, Invalid, NotFound
from benelux.core.house import House
from benelux.core.identity import keyring
from benelux.core.identity.keys import Key
from benelux.core.identity.keystore import KeyFolder
from benelux.core.language import Message, Text, message
from benelux.core.registers.declaration import Register
from benelux.core.registers.places import place_of
from benelux.core.registers.signed import other_kind, sign, take_apart
from benelux.core.registers.values import Content, Record
from benelux.core.territory import LEGAL_TIME

if TYPE_CHECKING:
    import segno  # takes long to import, and few processes draw codes

_SUFFIX: Final = "+jwt"
ERROR_LEVEL: Final = "m"
"""A sixth of the code may be worn off before it cannot be read any more."""
LONGEST: Final = 4000


class _Claims(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a document says; times are seconds since 1970 (RFC 7519).

    Its kind stands in the header, and which register that is of in the list of issuers: each
    character less makes a code that is easier to scan.
    """

    iss: str
    num: str
    fld: dict[str, str | int | list[str] | None]
    iat: int
    nbf: int
    idx: int
    exp: int | None = None


@dataclass(frozen=True, slots=True)
class Issuer:
    """A key that documents may be signed with, whose it is, and of which registers by kind."""

    key: Key
    country: str
    name: Text
    registers: Mapping[str, str]


Issuers = Mapping[str, Issuer]
"""The issuers by the ids of their keys."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document whose signature holds. What its record is worth today is another question."""

    issuer: Issuer
    register: str
    kind: str
    number: str
    fields: Content
    issued: datetime
    begins: datetime
    ends: datetime | None
    place: int
    """Where the keeper's status list speaks of it."""


def issue_document(house: House, register: Register, record: Record) -> str:
    """The document of a record of this house's node, signed with its keeper's newest key.

    Raises `NotFound` where the register has no documents or the key is not here, and `Conflict` for
    a record whose state lets its holder do nothing.
    """
    if register.credential is None:
        raise NotFound(
            "registers.no-document", message("Records of this register have no document.")
        )
    if record.content is None or not register.state(record.state).good:
        raise Conflict(
            "registers.no-document-now",
            message("This record has no document now."),
            why=message("Its state is: {state}.", state=register.state(record.state).label),
        )
    key = keyring.signing_key(house.store, KeyFolder.of(house.settings), record.keeper)
    end = record.valid_to
    claims = _Claims(
        iss=record.keeper,
        num=record.id,
        fld={name: record.content.get(name) for name in register.credential.fields},
        iat=int(datetime.now(UTC).timestamp()),
        nbf=_midnight(record.valid_from),
        idx=place_of(house.store, register.name, record.keeper, record.id),
        exp=None if end is None else _midnight(end + timedelta(days=1)),
    )
    return sign(register.credential.kind + _SUFFIX, claims, key)


def open_document(text: str, issuers: Issuers) -> Document:
    """A document whose signature holds, also one that has ended.

    Raises `Invalid` for a text that is no document, was changed, or is signed with a key that was
    not its issuer's on that day; `NotFound` when nobody here knows the key.
    """
    signed = take_apart(text, LONGEST)
    issuer = issuers.get(signed.key_id)
    if issuer is None:
        raise NotFound(
            "registers.unknown-issuer",
            message("The issuer of this document is not known here."),
            why=message("No authority in the list of issuers has the key that signed it."),
            now=message("Fetch the newest list of issuers, and check it again."),
        )
    kind = signed.kind.removesuffix(_SUFFIX)
    register = issuer.registers.get(kind)
    if register is None or kind == signed.kind:
        raise other_kind()
    claims = signed.content(issuer.key, _Claims)
    issued = _moment(claims.iat)
    if issuer.key.revoked:
        raise _worthless(message("The key that signed it was revoked."))
    # The document names whole seconds, its key may have been made within that very second.
    if not issuer.key.valid_from.replace(microsecond=0) <= issued <= issuer.key.valid_to:
        raise _worthless(message("Its key was not valid on the day that the document names."))
    if claims.iss != issuer.key.authority:
        raise _worthless(message("It names another issuer than the one whose key signed it."))
    return Document(
        issuer, register, kind, claims.num, claims.fld, issued,
        _moment(claims.nbf), None if claims.exp is None else _moment(claims.exp), claims.idx,
    )  # fmt: skip


def read_document(text: str, issuers: Issuers, now: datetime) -> Document:
    """A genuine document that holds at this moment; raises as `open_document`, and `Invalid`."""
    document = open_document(text, issuers)
    if now < document.begins:
        raise Invalid("registers.not-yet", message("This document is not valid yet."))
    if document.ends is not None and now >= document.ends:
        raise Invalid("registers.expired", message("This document has expired."))
    return document


def code(text: str) -> "segno.QRCode":
    """The QR code of a document. One of 500 characters is of version 17, 85 modules wide."""
    import segno  # noqa: PLC0415 - as above

    return segno.make_qr(text, error=ERROR_LEVEL, boost_error=False)


def code_svg(text: str, label: str) -> Markup:
    """The QR code for a page: drawn, sharp at any size, and named by `label` for who hears it."""
    drawn = code(text).svg_inline(scale=4, border=4, light="#fff", omitsize=True, svgclass="qr")
    told = Markup('<svg role="img" shape-rendering="crispEdges" aria-label="{}" ').format(label)
    return told + Markup(drawn.removeprefix("<svg "))  # noqa: S704 - drawn from letters of base64


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time(), LEGAL_TIME).timestamp())


def _moment(seconds: int) -> datetime:
    """Raises `Invalid` for a moment that no calendar has."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise _worthless(message("It names a moment that no calendar has.")) from error


def _worthless(why: Message) -> Invalid:
    return Invalid("registers.worthless", message("This document proves nothing."), why=why)
