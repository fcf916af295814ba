"""How a word sounds: Cologne phonetics (H. J. Postel, 1969), and Double Metaphone.

Words are in small letters a to z. The Cologne code is reckoned here, in a few microseconds, since
every question needs several; the package that has it takes five times as long.
"""

import re
from typing import Final

from doublemetaphone import doublemetaphone  # type: ignore[import-untyped]

_NEIGHBOURS: Final = re.compile(
    r"(^c(?=[ahkloqrux])|(?<![sz])c(?=[ahkoqux]))"  # 4, as in Carl and Bach
    r"|(c|[dt](?=[csz])|(?<=[ckq])x)"  # 8, as in Cäsar and Goetz
    r"|(x)"  # 48, as in Max
    r"|(p(?=h))"  # 3, as in Philip
)
_CODES: Final = ("", "4", "8", "48", "3")
_LETTERS: Final = str.maketrans("abdefgijklmnopqrstuvwyz", "01203400456601478203308", "h")
_AGAIN: Final = re.compile(r"(\d)\1+")
_VOWEL: Final = re.compile(r"\B0")


def cologne(word: str) -> str:
    """The code of a word: equal for those that sound alike to a German ear."""
    coded = _NEIGHBOURS.sub(lambda found: _CODES[found.lastindex or 0], word).translate(_LETTERS)
    return _VOWEL.sub("", _AGAIN.sub(r"\1", coded))


def metaphone(word: str) -> str:
    """The code of a word: equal for those that sound alike, as said outside English if it can."""
    first, second = doublemetaphone(word)
    return str(second or first)
