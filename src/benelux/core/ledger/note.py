"""Signed notes and checkpoints: the text in which a log says how far it came.

The forms are those of C2SP (signed-note, tlog-checkpoint, tlog-cosignature), so that the tools of
other transparency logs can read, check and witness these heads.
"""

import re
import struct
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from benelux.core.errors import Invalid
from benelux.core.language import Message, message
from benelux.core.ledger.merkle import SIZE

ED25519: Final = 1
"""Type of a signature by the log itself."""
COSIGNATURE: Final = 4
"""Type of a signature by a witness, with the time at which it was given."""
LONGEST: Final = 20_000
_MOST_LINES: Final = 100
_MARK: Final = "— "
_NAME: Final = re.compile(r"[^\s+]{1,200}")
_COUNT: Final = re.compile(r"0|[1-9][0-9]{0,17}")
_ID: Final = 4
_LENGTHS: Final = {ED25519: _ID + 64, COSIGNATURE: _ID + 8 + 64}


class Unreadable(Invalid):
    """This is not the text that it should be."""

    def __init__(self, why: Message) -> None:
        super().__init__("ledger.note", message("This head of a log cannot be read."), why=why)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a head says: this log, so many entries, this root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{_plain(self.root)}\n"


@dataclass(frozen=True, slots=True)
class Key:
    """A public key with the name of who signs, as `name+id+key`."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        return sha256(f"{self.name}\n".encode() + bytes([self.kind]) + self.public).digest()[:_ID]

    @property
    def text(self) -> str:
        return f"{self.name}+{self.id.hex()}+{_plain(bytes([self.kind]) + self.public)}"

    @classmethod
    def read(cls, text: str) -> "Key":
        """Raises `Unreadable` for a text that is no key or whose id is not its own."""
        name, _, rest = text.strip().partition("+")
        claimed, _, packed = rest.partition("+")
        raw = _bytes(packed)
        if raw is None or len(raw) != 1 + SIZE or raw[0] not in _LENGTHS:
            raise Unreadable(message("The key is not one for Ed25519."))
        found = cls(name, raw[0], raw[1:])
        if not _NAME.fullmatch(name) or claimed != found.id.hex():
            raise Unreadable(message("The id in the key does not belong to it."))
        return found

    def holds(self, text: str, signature: "Signature") -> datetime | bool:
        """Whether this key gave that signature: False, or True; for a witness the time it gave."""
        if signature.name != self.name or signature.key_id != self.id:
            return False
        raw = signature.raw
        if len(raw) + _ID != _LENGTHS[self.kind]:
            return False
        at = struct.unpack(">Q", raw[:8])[0] if self.kind == COSIGNATURE else 0
        signed = text if self.kind == ED25519 else _cosigned(text, at)
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(raw[-64:], signed.encode())
            return datetime.fromtimestamp(at, UTC) if self.kind == COSIGNATURE else True
        except (InvalidSignature, OverflowError, OSError, ValueError):
            return False


@dataclass(frozen=True, slots=True)
class Signature:
    """One line below a note."""

    name: str
    key_id: bytes
    raw: bytes

    @property
    def line(self) -> str:
        return f"{_MARK}{self.name} {_plain(self.key_id + self.raw)}\n"


class Signer:
    """Who signs: a name and a private key, as a log or as a witness."""

    def __init__(self, name: str, secret: bytes, kind: int = ED25519) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(secret)
        self.name = name
        self.key = Key(name, kind, self._private.public_key().public_bytes_raw())
        self._id = self.key.id

    def sign(self, text: str, at: datetime | None = None) -> Signature:
        """Sign the text of a checkpoint; a witness says at what time."""
        if self.key.kind == ED25519:
            return Signature(self.name, self._id, self._private.sign(text.encode()))
        seconds = int((at or datetime.now(UTC)).timestamp())
        signed = self._private.sign(_cosigned(text, seconds).encode())
        return Signature(self.name, self._id, struct.pack(">Q", seconds) + signed)


@dataclass(frozen=True, slots=True)
class Note:
    """A checkpoint with its signatures."""

    checkpoint: Checkpoint
    signatures: tuple[Signature, ...]

    @property
    def text(self) -> str:
        return f"{self.checkpoint.text}\n{''.join(one.line for one in self.signatures)}"

    def signed_by(self, keys: Iterable[Key]) -> tuple[Key, ...]:
        """Those of `keys` that signed it; a signature by an unknown key counts for nothing."""
        text = self.checkpoint.text
        return tuple(
            key for key in keys if any(key.holds(text, one) is not False for one in self.signatures)
        )


def read(text: str) -> Note:
    """A note from its text; raises `Unreadable` when any part of it is not as it should be."""
    body, gap, below = text.partition("\n\n")
    if not gap or len(text) > LONGEST or not text.endswith("\n"):
        raise Unreadable(message("It is not a text with signatures below it."))
    lines = below[:-1].split("\n")
    if len(lines) > _MOST_LINES:
        raise Unreadable(message("It has too many signatures."))
    return Note(checkpoint(f"{body}\n"), tuple(signature(line) for line in lines))


def checkpoint(text: str) -> Checkpoint:
    """The three lines of a checkpoint; further lines would be signed too, and none are known."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not lines[0].isprintable():  # noqa: PLR2004 - three lines, each ended
        raise Unreadable(message("It is not a name, a number of entries and a root."))
    root = _bytes(lines[2])
    if not _NAME.fullmatch(lines[0]) or not _COUNT.fullmatch(lines[1]):
        raise Unreadable(message("Its name or its number of entries cannot be read."))
    if root is None or len(root) != SIZE:
        raise Unreadable(message("Its root is not a hash."))
    return Checkpoint(lines[0], int(lines[1]), root)


def signature(line: str) -> Signature:
    name, _, packed = line.removeprefix(_MARK).partition(" ")
    raw = _bytes(packed)
    if not line.startswith(_MARK) or not _NAME.fullmatch(name) or raw is None or len(raw) <= _ID:
        raise Unreadable(message("One of its signatures cannot be read."))
    return Signature(name, raw[:_ID], raw[_ID:])


def _cosigned(text: str, seconds: int) -> str:
    return f"cosignature/v1\ntime {seconds}\n{text}"


def _plain(raw: bytes) -> str:
    return b64encode(raw).decode()


def _bytes(text: str) -> bytes | None:
    """The bytes of a text in the one form of base 64 that stands for them."""
    try:
        raw = b64decode(text, validate=True)
    except (NotBase64, ValueError):
        return None
    return raw if _plain(raw) == text else None
