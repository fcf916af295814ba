"""Reports and what is said about them, sealed under a key of each report's own.

That key stands in the store only sealed under the node's, which lies in its folder of keys. To
destroy a report is to empty both columns: no index, log line or statistic holds any of it.
"""

import hmac
from hashlib import sha256
from typing import Final, TypeVar

import msgspec

from benelux.core.house import House
from benelux.core.ledger import ledger_of
from benelux.core.ledger.keys import wrapping
from benelux.core.registers.vault import RecordKey

T = TypeVar("T")
_FOLDER: Final = "fireworks-reports"
_GENERATION: Final = 1


class ReportKey:
    """The key of one report, ready for use."""

    def __init__(self, key: RecordKey) -> None:
        self._key = key

    def seal(self, what: object, place: str) -> bytes:
        """A value as that part of the report, and as no other."""
        return self._key.seal(msgspec.json.encode(what), place)

    def open(self, sealed: bytes, place: str, shape: type[T]) -> T:
        return msgspec.json.decode(self._key.open(sealed, place), type=shape)


def new_key(house: House, reference: str) -> tuple[ReportKey, bytes]:
    """A key for a new report, and how it is kept."""
    key = RecordKey.new(reference)
    return ReportKey(key), _node_key(house).seal(key.secret, reference)


def key_of(house: House, reference: str, wrapped: bytes) -> ReportKey:
    """The key of a report that is there."""
    return ReportKey(RecordKey(_node_key(house).open(wrapped, reference), reference))


def hashed(secret: str) -> bytes:
    """How a reporter's secret is kept: 128 random bits need no slow hash."""
    return sha256(secret.encode()).digest()


def fits(secret: str, kept: bytes) -> bool:
    """Whether this is the secret, in a time that tells nothing about it."""
    return hmac.compare_digest(hashed(secret), kept)


def _node_key(house: House) -> RecordKey:
    secret = ledger_of(house).keys.make(_FOLDER, wrapping(_GENERATION))
    return RecordKey(secret, _FOLDER)
