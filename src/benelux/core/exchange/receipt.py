"""Receipts: the receiver's signed word on what became of a message.

Only such a word ends a message. Anything else that comes back, or nothing, and it is sent again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from benelux.core.exchange import jws
from benelux.core.exchange.envelope import Country, Id, When, unreadable
from benelux.core.identity.keyring import Holder
from benelux.core.identity.keys import SigningKey
from benelux.core.language import message

TYPE: Final = "benelux-receipt+json"


class Outcome(StrEnum):
    """Taken and on record; kept until those before it come; or refused, for good."""

    TAKEN = "taken"
    HELD = "held"
    REFUSED = "refused"


class Receipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What became of message `id` of `sender`, whose payload has this digest.

    `authority` signs it for its `country`. Entry `entry` of its ledger says the same; a message
    that is held, or was refused before it was taken, has none. `code` tells why it was refused.
    """

    id: Id
    sender: Annotated[str, Meta(min_length=1, max_length=63)]
    digest: Annotated[str, Meta(max_length=43)]
    authority: Annotated[str, Meta(min_length=1, max_length=63)]
    country: Country
    outcome: Outcome
    at: When
    entry: Annotated[int, Meta(ge=0)] | None = None
    code: Annotated[str, Meta(max_length=80)] = ""
    v: Literal[1] = 1


@dataclass(frozen=True, slots=True)
class Word:
    """A receipt and the text that proves it."""

    receipt: Receipt
    text: str


def seal(receipt: Receipt, key: SigningKey) -> str:
    return jws.sign(msgspec.json.encode(receipt), TYPE, key)


def read(text: str, holder_of: Callable[[str], Holder | None], moment: datetime) -> Word:
    """A receipt that the authority it names has signed; raises `Refusal` for anything else."""
    signed = jws.verify(text, TYPE, holder_of, moment)
    try:
        receipt = msgspec.json.decode(signed.payload, type=Receipt)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise unreadable(str(error)) from error
    authority = signed.authority
    if (receipt.authority, receipt.country) != (authority.id, authority.country):
        raise jws.unproven("sender", message("It was signed by another authority than it names."))
    return Word(receipt, text)
