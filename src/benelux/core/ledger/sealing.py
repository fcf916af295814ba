"""What an entry says, encrypted under a key of its own, and that key under the shard's key."""

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from benelux.core.errors import Conflict
from benelux.core.language import message
from benelux.core.ledger.keys import LENGTH

_NONCE: Final = 12
_ABOUT: Final = 16


@dataclass(frozen=True, slots=True)
class Sealed:
    """Encrypted content; `key` opens it and is itself kept only wrapped."""

    key: bytes
    salt: bytes
    sealed: bytes

    @property
    def commitment(self) -> bytes:
        return commitment(self.salt, self.sealed)


def seal(content: bytes) -> Sealed:
    chance = secrets.token_bytes(2 * LENGTH + _NONCE)  # at once: each call costs a system call
    key, salt, nonce = chance[:LENGTH], chance[LENGTH : 2 * LENGTH], chance[2 * LENGTH :]
    return Sealed(key, salt, nonce + AESGCM(key).encrypt(nonce, content, None))


def commitment(salt: bytes, sealed: bytes) -> bytes:
    """What the log itself holds of the content.

    Salted, so that once the salt is destroyed nobody can try out what was there.
    """
    return sha256(salt + sealed).digest()


def unseal(key: bytes, sealed: bytes) -> bytes:
    return _opened(key, sealed, None)


class Wrapper:
    """Wraps the keys of entries under one of the shard's wrapping keys."""

    def __init__(self, secret: bytes, shard: str, generation: int) -> None:
        self.generation = generation
        self._shard = shard
        self._secret = secret
        self._cipher = AESGCM(secret)

    def wrap(self, key: bytes, number: int) -> bytes:
        """`key` for entry `number`, and for no other."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, key, self._place(number))

    def unwrap(self, wrapped: bytes, number: int) -> bytes:
        return _opened(self._secret, wrapped, self._place(number))

    def _place(self, number: int) -> bytes:
        return f"{self._shard}/{number}/{self.generation}".encode()


def hidden(index_key: bytes, kind: str, text: str) -> bytes:
    """How the indexes name a person's token or a request: useless without the shard's index key."""
    return hmac.digest(index_key, f"{kind}\n{text}".encode(), sha256)[:_ABOUT]


def _opened(key: bytes, packed: bytes, place: bytes | None) -> bytes:
    try:
        return AESGCM(key).decrypt(packed[:_NONCE], packed[_NONCE:], place)
    except (InvalidTag, ValueError) as error:
        raise Conflict(
            "ledger.content-damaged",
            message("The content of this entry cannot be opened."),
            why=message("It was changed after it was kept, or its key was."),
            now=message("Run “benelux ledger verify” to see which entries are damaged."),
        ) from error
