"""Signed texts that are read without a network: compact JWS (RFC 7515), by Ed25519 alone.

The kind of text stands in the signed header, so that a list cannot pass for a document. There is
one algorithm and one spelling of everything: what could be written otherwise is refused.
"""

from dataclasses import dataclass
from typing import Final, TypeVar

import msgspec
from cryptography.exceptions import InvalidSignature

from benelux.core.errors import Invalid
from benelux.core.exchange import jws
from benelux.core.identity.keys import Key, SigningKey, unb64
from benelux.core.language import Message, message

T = TypeVar("T")
_PARTS: Final = 3


class _Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    alg: str
    kid: str
    typ: str


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed text taken apart; nothing in it counts before `content` has checked it."""

    kind: str
    key_id: str
    _covered: bytes
    _content: bytes
    _signature: bytes

    def content(self, key: Key, shape: type[T]) -> T:
        """What it says, if this key signed it; raises `Invalid` otherwise."""
        if key.id != self.key_id:
            raise _forged()
        try:
            key.verifier().verify(self._signature, self._covered)
        except InvalidSignature as error:
            raise _forged() from error
        try:
            return msgspec.json.decode(self._content, type=shape)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise unreadable(message("It does not say what such a text says.")) from error


def sign(kind: str, content: object, key: SigningKey) -> str:
    """Write `content` as a text of that kind, signed with this key."""
    return jws.sign(msgspec.json.encode(content), kind, key)


def take_apart(text: str, longest: int) -> Signed:
    """Read the header of a signed text; raises `Invalid` for anything else."""
    if len(text) > longest:
        raise unreadable(message("It is too long."))
    parts = text.strip().split(".")
    if len(parts) != _PARTS:
        raise unreadable(message("It does not have three parts."))
    try:
        raw_header, content, signature = (unb64(part) for part in parts)
        header = msgspec.json.decode(raw_header, type=_Header)
    except (ValueError, msgspec.MsgspecError) as error:
        raise unreadable(message("It is damaged, or it is something else.")) from error
    if header.alg != jws.ALGORITHM:
        raise Invalid(
            "registers.algorithm",
            message("This text is signed in a way that is not accepted."),
            why=message("Only Ed25519 signatures are accepted."),
        )
    return Signed(header.typ, header.kid, f"{parts[0]}.{parts[1]}".encode(), content, signature)


def other_kind() -> Invalid:
    return unreadable(message("It is a signed text of another kind."))


def unreadable(why: Message) -> Invalid:
    return Invalid(
        "registers.unreadable",
        message("This text cannot be read."),
        why=why,
        now=message("Scan the QR code once more, or copy its whole text."),
    )


def _forged() -> Invalid:
    return Invalid(
        "registers.not-genuine",
        message("This is not genuine: the signature does not match."),
        why=message("It was changed, or somebody else made it."),
    )
