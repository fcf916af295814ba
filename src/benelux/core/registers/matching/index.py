"""A file of sorted tokens, mapped into memory: it tells whether one is among ten million."""

import os
import secrets
from hashlib import blake2b
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from benelux.core.errors import Unavailable
from benelux.core.language import message

Tokens64 = npt.NDArray[np.uint64]

_MAGIC: Final = b"BNLXIDX1"
_KEY: Final = 16
_SUM: Final = 32
_HEAD: Final = len(_MAGIC) + 8 + _KEY + _SUM
_STORED: Final = np.dtype("<u8")


class SortedIndex:
    """Tokens in ascending order, each once."""

    def __init__(self, tokens: Tokens64) -> None:
        """Of tokens that are sorted already; `of` takes any."""
        self._tokens = tokens

    @classmethod
    def of(cls, tokens: Tokens64) -> "SortedIndex":
        ordered = np.sort(tokens)
        first = np.ones(len(ordered), dtype=np.bool_)
        np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
        return cls(ordered[first])

    @classmethod
    def open(cls, path: Path, key_id: bytes) -> "SortedIndex":
        """The index in that file; its pages are read when they are needed.

        Raises `Unavailable` for a file that is not there, is damaged, or was made with another
        key than the one of this `key_id`.
        """
        try:
            stored = np.memmap(path, dtype=np.uint8, mode="r")
        except (OSError, ValueError) as error:
            raise _damaged() from error
        head, body = bytes(stored[:_HEAD]), stored[_HEAD:]
        if len(head) < _HEAD or head != _head(body, key_id):
            raise _damaged()
        return cls(body.view(_STORED))

    def save(self, path: Path, key_id: bytes) -> None:
        """Put the index in a file; whoever reads meanwhile sees the old one or the new, whole."""
        body = self._tokens.astype(_STORED, copy=False).view(np.uint8)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        try:
            with os.fdopen(
                os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
            ) as out:
                out.write(_head(body, key_id))
                out.write(body.data)
                out.flush()
                os.fsync(out.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)

    def __len__(self) -> int:
        return len(self._tokens)

    def contains(self, asked: Tokens64) -> npt.NDArray[np.bool_]:
        """For each token whether it is in the index."""
        if not len(self._tokens):
            return np.zeros(len(asked), dtype=np.bool_)
        # In order they are found one beside the other, and not all over the memory.
        order = np.argsort(asked)
        ordered = asked[order]
        places = np.searchsorted(self._tokens, ordered)
        places[places == len(self._tokens)] = 0
        found = np.empty(len(asked), dtype=np.bool_)
        found[order] = self._tokens[places] == ordered
        return found


def _head(body: npt.NDArray[np.uint8], key_id: bytes) -> bytes:
    """What stands before the tokens: how many, under which key, and their checksum."""
    start = _MAGIC + (len(body) // _STORED.itemsize).to_bytes(8, "little") + key_id[:_KEY]
    return start + blake2b(body.data, digest_size=_SUM, key=start).digest()


def _damaged() -> Unavailable:
    return Unavailable(
        "registers.index-damaged",
        message("The index of this register cannot be used."),
        why=message("Its file is missing or damaged, or was made with another key."),
        now=message("Make the index again from the register."),
    )
