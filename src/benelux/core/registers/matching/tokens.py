"""Tokens: what stands in an index instead of a name or a plate.

SipHash-2-4 under a key of its own for each register. Who has the tokens without the key learns
nothing from them; who has the key can try out every plate there is, so the key stays with the
keeper.
"""

import hmac
from collections.abc import Iterable
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from siphashc import siphash

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_LENGTH: Final = 16
_SHORTEST: Final = 32


class Tokens:
    """Makes the tokens of one key, of 32 bytes or more."""

    def __init__(self, key: bytes) -> None:
        if len(key) < _SHORTEST:
            raise ValueError("a key for tokens has 32 bytes or more")
        self._key = key
        self._derived: dict[str, bytes] = {}

    def of(self, register: str, text: str | bytes) -> int:
        """The token of a text in that register: 64 bits, unsigned."""
        return siphash(self._key_of(register), text)

    def many(self, register: str, texts: Iterable[str | bytes]) -> "npt.NDArray[np.uint64]":
        """The tokens of many texts, in their order."""
        import numpy as np  # noqa: PLC0415 - slow to import, and only who has many needs it

        return np.fromiter(map(partial(siphash, self._key_of(register)), texts), dtype=np.uint64)

    def key_id(self, register: str) -> bytes:
        """16 bytes by which an index knows the key that its tokens were made with."""
        return hmac.digest(self._key, f"id {register}".encode(), sha256)[:_LENGTH]

    def _key_of(self, register: str) -> bytes:
        derived = self._derived.get(register)
        if derived is None:
            derived = hmac.digest(self._key, f"tokens {register}".encode(), sha256)[:_LENGTH]
            self._derived[register] = derived
        return derived
