"""Signed words (JWS, RFC 7515, compact): one algorithm, one form, and who signed it.

A header says the algorithm, the type and the key, and nothing else; so there is nothing in it to
choose, to fetch or to switch off.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
from msgspec import Meta

from benelux.core.errors import NotAllowed, NotSignedIn, Refusal, TooLarge
from benelux.core.identity.authority import Authority
from benelux.core.identity.keyring import Holder
from benelux.core.identity.keys import Key, KeyKind, SigningKey, unb64
from benelux.core.identity.signatures import may_act
from benelux.core.language import Message, message

if TYPE_CHECKING:
    from joserfc.jws import JWSRegistry

ALGORITHM: Final = "Ed25519"  # `EdDSA` names a family and is deprecated (RFC 9864)
LARGEST: Final = 1_000_000
"""Characters of one signed message: what a ledger's entry and NATS as it comes can hold."""
_PARTS: Final = 3


Short = Annotated[str, Meta(max_length=100)]


class _Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    alg: Short
    typ: Short
    kid: Short


@dataclass(frozen=True, slots=True)
class Signed:
    """What was signed, and by which authority."""

    payload: bytes
    authority: Authority
    key: Key


def sign(payload: bytes, kind: str, key: SigningKey) -> str:
    """The payload with a signature, as a text of three parts."""
    from joserfc import jws  # noqa: PLC0415 - slow to load, and few processes sign
    from joserfc.jwk import OKPKey  # noqa: PLC0415

    header = {"alg": ALGORITHM, "typ": kind, "kid": key.id}
    return jws.serialize_compact(header, payload, OKPKey.import_key(key.private), [ALGORITHM])


def verify(
    text: str, kind: str, holder_of: Callable[[str], Holder | None], moment: datetime
) -> Signed:
    """What an authority that may act here has signed, with a key of its own that holds.

    Raises `TooLarge`, `NotSignedIn` when nobody is proven to have signed it, and `NotAllowed` when
    whoever did may not act.
    """
    header, _ = _parts(text)
    if header.alg != ALGORITHM:
        raise unproven("algorithm", message("Only signatures with Ed25519 are accepted."))
    if header.typ != kind:
        raise unproven("type", message("This is another kind of signed text."))
    holder = holder_of(header.kid)
    if holder is None or holder.key.kind is not KeyKind.ED25519:
        raise unproven("unknown-key", message("Nobody here knows the key of this signature."))
    payload = _payload(text, holder.key)
    may_act(holder, moment)
    if holder.key.holder:
        raise NotAllowed(
            "exchange.key-of-a-part",
            message("Only an authority itself may sign this."),
            why=message("This is the key of one of its services or devices."),
        )
    return Signed(payload, holder.authority, holder.key)


def too_large() -> TooLarge:
    return TooLarge(
        "exchange.too-large",
        message("This message is too large."),
        why=message("At most {n} characters are taken.", n=LARGEST),
        now=message("Send less, or say where the rest can be fetched."),
    )


def unproven(code: str, why: Message) -> Refusal:
    """Nothing proves who has signed this."""
    return NotSignedIn(
        f"exchange.signature-{code}",
        message("We cannot be sure which authority signed this."),
        why=why,
    )


def unproven_payload(text: str) -> bytes:
    """What a signed text says, whoever wrote it; raises `Refusal` for what is no such text."""
    return _parts(text)[1]


def _parts(text: str) -> tuple[_Header, bytes]:
    """Header and payload of a text that has one spelling only, so that no bit can be changed."""
    if len(text) > LARGEST:
        raise too_large()
    parts = text.split(".", _PARTS)
    if len(parts) != _PARTS or not text.isascii():
        raise _unreadable()
    try:
        head, payload, _ = (unb64(part) for part in parts)
        return msgspec.json.decode(head, type=_Header), payload
    except (ValueError, msgspec.MsgspecError, RecursionError) as error:
        raise _unreadable() from error


def _payload(text: str, key: Key) -> bytes:
    from joserfc import jws  # noqa: PLC0415 - as above
    from joserfc.errors import JoseError  # noqa: PLC0415
    from joserfc.jwk import OKPKey  # noqa: PLC0415

    try:
        public = OKPKey.import_key(key.verifier())
        found = jws.deserialize_compact(text, public, [ALGORITHM], _registry())
    except (JoseError, ValueError) as error:
        raise unproven("wrong", message("The signature does not fit.")) from error
    return found.payload


@cache
def _registry() -> "JWSRegistry":
    """One that reads as much as we do; by itself it takes an eighth of that."""
    from joserfc.jws import JWSRegistry  # noqa: PLC0415 - as above

    found = JWSRegistry(algorithms=[ALGORITHM])
    found.max_payload_length = LARGEST
    return found


def _unreadable() -> Refusal:
    return unproven("unreadable", message("It is not a JWS of three parts as we write it."))
