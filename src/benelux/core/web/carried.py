"""A file that was looked at, carried by the page until somebody confirms what it would do."""

import base64
import binascii
import zlib
from collections.abc import Sequence
from typing import Final

from benelux.core.errors import Invalid
from benelux.core.language import message

_PART: Final = 60_000


def packed(content: bytes) -> Sequence[str]:
    """The file as form fields, so that the server need not keep it until it is confirmed."""
    text = base64.urlsafe_b64encode(zlib.compress(content, 9)).decode()
    return [text[start : start + _PART] for start in range(0, len(text), _PART)]


def unpacked(parts: Sequence[str], largest: int) -> bytes:
    """The file again, or one byte more than `largest` of it; raises `Invalid` when it is broken."""
    unpack = zlib.decompressobj()
    try:
        return unpack.decompress(base64.urlsafe_b64decode("".join(parts).encode()), largest + 1)
    except (ValueError, binascii.Error, zlib.error) as error:
        raise Invalid(
            "web.file-lost",
            message("The file did not come back whole."),
            now=message("Choose the file again."),
        ) from error
