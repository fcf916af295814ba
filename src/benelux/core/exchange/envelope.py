"""Envelopes: a message with who sends it, to whom, as which of a stream, and until when it counts.

It is signed as a whole, from the sender's store to the receiver's ledger, whatever carries it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Annotated, Final, Literal, Self, TypeVar

import msgspec
from msgspec import Meta

from benelux.core.errors import Conflict, Invalid, Refusal
from benelux.core.exchange import jws
from benelux.core.identity.authority import Authority
from benelux.core.identity.keyring import Holder
from benelux.core.identity.keys import SigningKey, b64
from benelux.core.identity.signatures import SKEW
from benelux.core.language import Message, message

T = TypeVar("T")
TYPE: Final = "benelux-envelope+json"
LONGEST_LIFE: Final = timedelta(days=30)
"""No deadline is further away than this."""
VOID: Final = "exchange.void"
"""The kind of message that fills the number of one that was given up."""

Id = Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
Country = Annotated[str, Meta(pattern="^[A-Z]{2}$")]
Kind = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+$", max_length=80)]
Stream = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9.:/-]*$", max_length=120)]
Number = Annotated[int, Meta(ge=1, le=2**53 - 1)]
When = Annotated[datetime, Meta(tz=True)]


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message of the authority `sender` of `country` to whoever it concerns in `receiver`.

    Messages of one stream are taken in the order of their numbers, from 1. `body` is JSON.
    """

    id: str
    sender: str
    country: str
    receiver: str
    kind: str
    stream: str
    number: int
    sent_at: datetime
    deadline: datetime
    body: bytes

    def read(self, shape: type[T]) -> T:
        """The body as a value of `shape`; raises `Invalid`."""
        try:
            return msgspec.json.decode(self.body, type=shape)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
            raise unreadable(str(error)) from error

    def pack(self) -> bytes:
        """What is signed. Raises `Invalid` for a value that no envelope may have."""
        wire = _Wire(
            self.id, self.sender, self.country, self.receiver, self.kind, self.stream, self.number,
            self.sent_at, self.deadline, msgspec.Raw(self.body),
        )  # fmt: skip
        packed = msgspec.json.encode(wire)
        _unpack(packed)
        return packed


class NotTaken(Conflict):
    """The receiver's last word on a message that it does not take."""

    @classmethod
    def because(cls, code: str, why: Message) -> Self:
        return cls(f"exchange.{code}", message("This message is not taken."), why=why)


@dataclass(frozen=True, slots=True)
class Opened:
    """An envelope whose sender is proven, and the digest by which its content is compared."""

    envelope: Envelope
    sender: Authority
    digest: str


class _Wire(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: Id
    sender: Annotated[str, Meta(min_length=1, max_length=63)]
    country: Country
    receiver: Country
    kind: Kind
    stream: Stream
    number: Number
    sent_at: When
    deadline: When
    body: msgspec.Raw
    v: Literal[1] = 1


def digest_of(payload: bytes) -> str:
    return b64(sha256(payload).digest())


def seal(payload: bytes, key: SigningKey) -> str:
    """A packed envelope, signed with the key of its sender."""
    return jws.sign(payload, TYPE, key)


def open_envelope(text: str, holder_of: Callable[[str], Holder | None], moment: datetime) -> Opened:
    """Who sent what.

    Raises `Refusal` as `jws.verify` does, and when it speaks for somebody else or in the future.
    Whether it is for us and in time is still to be asked, by `refuse_unfit`.
    """
    signed = jws.verify(text, TYPE, holder_of, moment)
    envelope = _unpack(signed.payload)
    authority = signed.authority
    if (envelope.sender, envelope.country) != (authority.id, authority.country):
        raise jws.unproven("sender", message("It was signed by another authority than it names."))
    if envelope.sent_at > moment + SKEW:  # which passes by itself, so it is no last word
        raise jws.unproven("future", message("It was sent in the future: check the clocks."))
    return Opened(envelope, authority, digest_of(signed.payload))


def refuse_unfit(envelope: Envelope, country: str, moment: datetime) -> None:
    """Raises `NotTaken` when the envelope is for another country, or its time is over."""
    if envelope.receiver != country:
        why = message("It is addressed to {other}.", other=envelope.receiver)
        raise NotTaken.because("receiver", why)
    if not envelope.sent_at < envelope.deadline <= envelope.sent_at + LONGEST_LIFE:
        days = LONGEST_LIFE.days
        raise NotTaken.because("deadline", message("Its deadline is not within {n} days.", n=days))
    if moment - SKEW >= envelope.deadline:
        raise NotTaken.because("expired", message("Its deadline has passed."))


def peek(text: str) -> Envelope:
    """What a sealed envelope says, whoever wrote it; raises `Refusal` for what is none."""
    return _unpack(jws.unproven_payload(text))


def reopen(text: str, sender: Authority) -> Opened:
    """An envelope that was proven when it came, and whose bytes were kept here since."""
    payload = jws.unproven_payload(text)
    return Opened(_unpack(payload), sender, digest_of(payload))


def unreadable(why: str) -> Refusal:
    return Invalid(
        "exchange.unreadable",
        message("This message cannot be read."),
        why=message("{error}.", error=why[:200]),
    )


def _unpack(payload: bytes) -> Envelope:
    try:
        wire = msgspec.json.decode(payload, type=_Wire)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise unreadable(str(error)) from error
    return Envelope(
        wire.id, wire.sender, wire.country, wire.receiver, wire.kind, wire.stream, wire.number,
        wire.sent_at, wire.deadline, bytes(wire.body),
    )  # fmt: skip
