"""Keys of machines: what they are called, how long they hold, and how they are written down.

A key's id is its RFC 7638 thumbprint (of a certificate, the SHA-256 of it, as in RFC 8705), so that
two nodes that never spoke call the same key by the same name.
"""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_public_key

from benelux.core.errors import Invalid
from benelux.core.language import Message, message

if TYPE_CHECKING:
    from cryptography import x509  # takes long to import, and few authorities use certificates

LIFE: Final = timedelta(days=365)
"""How long a new key holds, unless its maker says otherwise."""
OVERLAP: Final = timedelta(days=7)
"""How long the old key still holds after a rotation, so that nothing on its way is lost."""
_LENGTH: Final = 32
_LONGEST: Final = 20_000
_SMALL_ORDER: Final = frozenset(
    bytes.fromhex(one)
    for one in (
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    )
)  # with these as key, one signature would do for many messages


class KeyKind(StrEnum):
    ED25519 = "ed25519"
    CERTIFICATE = "certificate"


class KeyStatus(StrEnum):
    FUTURE = "future"
    ACTIVE = "active"
    ENDED = "ended"
    REVOKED = "revoked"

    @property
    def label(self) -> Message:
        return _LABELS[self]


_LABELS: Final = {
    KeyStatus.FUTURE: message("Not valid yet"),
    KeyStatus.ACTIVE: message("Valid"),
    KeyStatus.ENDED: message("No longer valid"),
    KeyStatus.REVOKED: message("Revoked"),
}


@dataclass(frozen=True, slots=True)
class Key:
    """The public half of a key, of an authority or of its service or device (`holder`).

    `public` is base64url: the 32 bytes of an Ed25519 key, or the 32 bytes of a certificate's hash.
    """

    id: str
    authority: str
    kind: KeyKind
    public: str
    valid_from: datetime
    valid_to: datetime
    holder: str = ""
    revoked: bool = False
    reason: str = ""

    def status_at(self, moment: datetime) -> KeyStatus:
        if self.revoked:
            return KeyStatus.REVOKED
        if moment < self.valid_from:
            return KeyStatus.FUTURE
        return KeyStatus.ACTIVE if moment < self.valid_to else KeyStatus.ENDED

    @property
    def jwk(self) -> dict[str, str]:
        """The key as RFC 8037 writes it; of a certificate, its hash alone."""
        if self.kind is KeyKind.CERTIFICATE:
            return {"kid": self.id, "x5t#S256": self.public}
        return {
            "kty": "OKP", "crv": "Ed25519", "x": self.public, "kid": self.id,
            "alg": "Ed25519", "use": "sig",
        }  # fmt: skip

    def verifier(self) -> Ed25519PublicKey:
        return _verifier(self.public)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key and the id of its public half; its text never shows the secret."""

    id: str
    private: Ed25519PrivateKey

    @classmethod
    def new(cls) -> "SigningKey":
        return cls.of(Ed25519PrivateKey.generate())

    @classmethod
    def of(cls, private: Ed25519PrivateKey) -> "SigningKey":
        return cls(thumbprint(private.public_key().public_bytes_raw()), private)

    @property
    def public(self) -> str:
        return b64(self.private.public_key().public_bytes_raw())


@dataclass(frozen=True, slots=True)
class Public:
    """What a file with a public key or a certificate says."""

    id: str
    kind: KeyKind
    public: str
    valid_from: datetime | None = None
    valid_to: datetime | None = None


class _Jwk(msgspec.Struct, frozen=True):
    kty: str
    crv: str
    x: str
    d: str | None = None


@lru_cache(maxsize=1024)
def _verifier(public: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(unb64(public))


def thumbprint(public: bytes) -> str:
    """The RFC 7638 thumbprint of an Ed25519 key (members of RFC 8037, appendix A.3)."""
    members = f'{{"crv":"Ed25519","kty":"OKP","x":"{b64(public)}"}}'
    return b64(sha256(members.encode()).digest())


def read_public(text: str) -> Public:
    """A public key from a JWK or a PEM file, or a certificate from a PEM file.

    Raises `Invalid` for anything else, for a private key, and for a key that proves nothing.
    """
    if len(text) > _LONGEST:
        raise _unreadable(message("It is too long."))
    if text.lstrip().startswith("{"):
        return _of_raw(_from_jwk(text))
    try:
        if "BEGIN CERTIFICATE" in text:
            from cryptography import x509  # noqa: PLC0415 - see above

            return of_certificate(x509.load_pem_x509_certificate(text.encode()))
        found = load_pem_public_key(text.encode())
    except ValueError as error:
        raise _unreadable(message("It is neither a JWK nor PEM.")) from error
    if not isinstance(found, Ed25519PublicKey):
        raise _unreadable(message("Only Ed25519 keys are used here."))
    return _of_raw(found.public_bytes_raw())


def of_certificate(found: "x509.Certificate") -> Public:
    """A certificate by its hash, with the dates that it carries."""
    digest = b64(sha256(found.public_bytes(Encoding.DER)).digest())
    begins, ends = found.not_valid_before_utc, found.not_valid_after_utc
    return Public(digest, KeyKind.CERTIFICATE, digest, begins, ends)


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """Raises `ValueError` for what is not base64url."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError(text) from error
    if b64(raw) != text:
        raise ValueError(text)  # one key has one spelling
    return raw


def now() -> datetime:
    return datetime.now(UTC)


def _from_jwk(text: str) -> bytes:
    try:
        found = msgspec.json.decode(text, type=_Jwk)
    except msgspec.MsgspecError as error:
        raise _unreadable(message("It is neither a JWK nor PEM.")) from error
    if found.d is not None:
        raise _unreadable(message("It holds a private key. Give the public one alone."))
    if (found.kty, found.crv) != ("OKP", "Ed25519"):
        raise _unreadable(message("Only Ed25519 keys are used here."))
    try:
        return unb64(found.x)
    except ValueError as error:
        raise _unreadable(message("It is neither a JWK nor PEM.")) from error


def _of_raw(raw: bytes) -> Public:
    if len(raw) != _LENGTH or raw in _SMALL_ORDER:
        raise _unreadable(message("This key would prove nothing."))
    return Public(thumbprint(raw), KeyKind.ED25519, b64(raw))


def _unreadable(why: Message) -> Invalid:
    return Invalid("identity.key-unreadable", message("This key cannot be used."), why=why)
