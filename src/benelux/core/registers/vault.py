"""The keys of one register: what opens its records, and by what they are found.

Each record has a key of its own, kept only wrapped; to erase a record is to destroy that. The keys
of the register itself lie in the node's folder of keys, apart from the store.
"""

import secrets
from collections.abc import Sequence
from datetime import date
from hashlib import blake2b, sha256
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from benelux.core.errors import Conflict
from benelux.core.language import message
from benelux.core.ledger.keys import LENGTH, Keys, wrapping
from benelux.core.registers.declaration import Register

TOKENS: Final = "tokens"
ANSWERS: Final = "answers"
_NONCE: Final = 12
_HIDDEN: Final = 16


class Vault:
    """One register's keys at one node, ready for use."""

    def __init__(self, keys: Keys, register: Register) -> None:
        self.name = register.name
        self._keys = keys
        self._folder = folder_of(register)
        self.tokens = keys.make(self._folder, TOKENS)
        self._answers = keys.make(self._folder, ANSWERS)
        self._answer_cipher = AESGCM(self._answers)
        self._wrappers: dict[int, AESGCM] = {}

    def secret(self, name: str) -> bytes:
        """Another secret of this register, made when it is first asked for."""
        return self._keys.make(self._folder, name)

    def generation(self) -> int:
        """The newest wrapping key, made if there is none."""
        newest = 1
        while self._keys.has(self._folder, wrapping(newest + 1)):
            newest += 1
        self._keys.make(self._folder, wrapping(newest))
        return newest

    def begin(self) -> int:
        """Make the next wrapping key, and say which it is."""
        following = self.generation() + 1
        self._keys.make(self._folder, wrapping(following))
        return following

    def older(self, generation: int) -> list[int]:
        """The wrapping keys before that one which are still there."""
        every = range(1, generation)
        return [one for one in every if self._keys.has(self._folder, wrapping(one))]

    def destroy(self, generation: int) -> None:
        self._wrappers.pop(generation, None)
        self._keys.destroy(self._folder, wrapping(generation))

    def wrap(self, key: bytes, id_: str, generation: int) -> bytes:
        """The key of record `id_`, and of no other."""
        return _closed(self._wrapper(generation), key, f"{self.name}/{id_}".encode())

    def unwrap(self, wrapped: bytes, id_: str, generation: int) -> bytes:
        return _opened(self._wrapper(generation), wrapped, f"{self.name}/{id_}".encode())

    def hide(self, kind: str, text: str) -> bytes:
        """What a request, or the object of a question, is called where others may read."""
        plain = f"{kind}\n{text}".encode()
        return blake2b(plain, digest_size=_HIDDEN, key=self._answers).digest()

    def close_answer(self, packed: bytes, request: bytes) -> bytes:
        return _closed(self._answer_cipher, packed, request)

    def open_answer(self, sealed: bytes, request: bytes) -> bytes:
        return _opened(self._answer_cipher, sealed, request)

    def _wrapper(self, generation: int) -> AESGCM:
        found = self._wrappers.get(generation)
        if found is None:
            secret = self._keys.get(self._folder, wrapping(generation))
            found = self._wrappers[generation] = AESGCM(secret)
        return found


class RecordKey:
    """One record's key, unwrapped."""

    def __init__(self, secret: bytes, id_: str) -> None:
        self.secret = secret
        self._id = id_
        self._cipher = AESGCM(secret)

    @classmethod
    def new(cls, id_: str) -> "RecordKey":
        return cls(secrets.token_bytes(LENGTH), id_)

    def seal(self, packed: bytes, place: str) -> bytes:
        """What that version, or that part, of the record says, and no other."""
        return _closed(self._cipher, packed, f"{self._id}/{place}".encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        return _opened(self._cipher, sealed, f"{self._id}/{place}".encode())


def folder_of(register: Register) -> str:
    """Under which name the node's folder of keys has those of this register."""
    return "register-" + register.name.replace(".", "-").replace("_", "-")


def digest(*parts: str | int | bool | date | Sequence[str] | None) -> bytes:
    """One value for many, so that two requests can be compared without keeping either."""
    return sha256(msgspec.json.encode(parts)).digest()


def _closed(cipher: AESGCM, plain: bytes, place: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + cipher.encrypt(nonce, plain, place)


def _opened(cipher: AESGCM, packed: bytes, place: bytes) -> bytes:
    try:
        return cipher.decrypt(packed[:_NONCE], packed[_NONCE:], place)
    except (InvalidTag, ValueError) as error:
        raise Conflict(
            "registers.damaged",
            message("What is kept here cannot be opened."),
            why=message("It was changed after it was kept, or its key was."),
            now=message("Put back a copy of the store, or enter the record anew."),
        ) from error
