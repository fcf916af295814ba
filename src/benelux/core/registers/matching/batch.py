"""Many plates at once, as cameras send them: texts to loose keys in one stroke."""

import unicodedata
from collections.abc import Sequence
from typing import Final

from benelux.core.registers.matching.plates import SEPARATORS, UMLAUTS, camera

MOST: Final = 1_000_000
_ASCII: Final = 128
_FOLDED: Final = bytes(
    ord(camera(chr(code).upper())) if code < _ASCII and chr(code).isalnum() else ord("?")
    for code in range(256)
)
_KEPT: Final = _FOLDED[: ord("\n")] + b"\n" + _FOLDED[ord("\n") + 1 :]
_OTHERS: Final = str.maketrans("", "", "".join(one for one in SEPARATORS if not one.isascii()))
_DROPPED: Final = "".join(sign for sign in SEPARATORS if sign.isascii()).encode()


def loose_many(texts: Sequence[str], prefix: str = "") -> list[bytes]:
    """The loose key of each plate, with `prefix` before it.

    A text is the ISO code of the country and the plate: "BE 1-ABC-234". Nothing is checked: what
    is no plate has a key that no plate has. An umlaut is the plain letter, as cameras see it.
    """
    if not texts:
        return []
    joined = "\n".join(texts)
    if joined.count("\n") != len(texts) - 1:
        joined = "\n".join(text.replace("\n", "?") for text in texts)
    if not joined.isascii():
        joined = unicodedata.normalize("NFC", joined).translate(_OTHERS)
        for umlaut, letters in UMLAUTS.items():
            joined = joined.replace(umlaut, letters[0]).replace(umlaut.lower(), letters[0])
    plain = joined.encode("ascii", "replace").translate(_KEPT, _DROPPED)
    before = prefix.encode()
    return (before + plain.replace(b"\n", b"\n" + before)).split(b"\n")
