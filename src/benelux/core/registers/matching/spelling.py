"""Names as plain words: one spelling for what scripts, accents, umlauts and particles vary."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from anyascii import anyascii

from benelux.core.errors import Fault, Invalid
from benelux.core.language import message
from benelux.core.registers.letters import script

LONGEST: Final = 200
"""So many characters a name may have, as a field of a register."""
MOST: Final = 6
LONGEST_WORD: Final = 60
"""So many words of one name, and so many letters of each, are looked at."""

PARTICLES: Final = frozenset({
    "a", "af", "al", "am", "an", "auf", "av", "ben", "bin", "bint", "d", "da", "dal", "de",
    "degli", "dei", "del", "della", "dem", "den", "der", "des", "di", "dos", "du", "e", "el",
    "het", "i", "ibn", "im", "in", "l", "la", "las", "le", "les", "lo", "los", "of", "op",
    "ould", "t", "te", "ten", "ter", "thoe", "to", "tot", "und", "van", "vd", "ver", "vom",
    "von", "vor", "y", "zu", "zum", "zur",
})  # fmt: skip
# What grew on; that it also takes the front of Alexander does no harm, for it does so always.
_FUSED: Final = re.compile(r"(?:van(?:den|der|de)?|de(?:n|r)?|el|al|ben|le)(?=[a-z]{4})")

# Letters of other scripts that look like a Latin one: in a name of Latin letters they are meant
# as that.
_ALIKE: Final = str.maketrans(
    "асеорхуіјѕһԁԛԝкмтвнгυνοραεικτζηβμχҮүӏ", "aceopxyijshdqwkmtbhruvopaeiktznbmxyyl"
)
# Digits that a scanner, or somebody with intent, puts for a letter.
_DIGITS: Final = str.maketrans("0158", "olsb")
_MARKED: Final = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae", "œ": "oe", "þ": "th"}
)
_TWO: Final = re.compile(r"(?<![aeou])(?:ae|oe|ue)(?![aeiou])|aa")
_QUOTES: Final = str.maketrans("", "", "'’‘ʼ`´ʹʺ")
_APART: Final = re.compile(r"[\W_]+")
_FEW_VOWELS: Final = re.compile(r"[\u0590-\u08ff]")
_BETWEEN: Final = re.compile(r"(?<=[^aeiou])(?=[^aeiou])")
_INSIDE: Final = re.compile(r"[^a-z]")


def words(name: str, field: str, *, latin: bool = False) -> list[str]:
    """The words of a name in plain small letters, its particles too, at most `MOST` of them.

    `latin` tells that the person's other name is in Latin letters. Raises `Invalid` for a name
    that is too long.
    """
    if len(name) > LONGEST:
        wrong = message("A name has at most {n} characters.", n=LONGEST)
        raise Invalid("registers.name-too-long", wrong, faults=(Fault(field, wrong),))
    if name.isascii():
        plain = name.lower().translate(_QUOTES).translate(_DIGITS)
        told = _INSIDE.sub(" ", plain).split()
    else:
        composed = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
        text = "".join(sign for sign in composed if not unicodedata.combining(sign))
        latin = latin or is_latin(text)
        parts = _APART.split(text.translate(_QUOTES))
        told = [word for part in parts if (word := _ascii(part, latin=latin))]
    return [word[:LONGEST_WORD] for word in told[:MOST]]


def is_latin(text: str) -> bool:
    """Whether some letter of it is Latin."""
    return any(letter.isalpha() and script(letter) == "LATIN" for letter in text)


def _ascii(word: str, *, latin: bool) -> str:
    if _FEW_VOWELS.search(word):
        return _vocal(word)
    if latin and not word.isascii():
        alike = word.translate(_ALIKE)
        if is_latin(alike) and (is_latin(word) or alike.isascii()):
            word = alike
    return _INSIDE.sub("", anyascii(word.translate(_MARKED)).lower().translate(_DIGITS))


def _vocal(word: str) -> str:
    """An Arabic or Hebrew word with a vowel where it has none: محمد (m-h-m-d) as mahamad."""
    stem = word.removeprefix("ال").replace("ع", "ا")  # the article; ain, which is often an a
    plain = _INSIDE.sub("", anyascii(stem).lower())
    if plain in {"bn", "abn"}:
        return "ben"
    told = plain[:1] + plain[1:].replace("y", "i").replace("w", "u")
    return _BETWEEN.sub("a", told)


def bare(parts: Sequence[str]) -> list[str]:
    """The words without their particles; all of them where nothing else is left."""
    rest = [_FUSED.sub("", word, count=1) for word in parts if word not in PARTICLES]
    return rest or list(parts)


def level(word: str) -> str:
    """A word with ä and ae, ö and oe, ü and ue as one, and y, ij and ei as i."""
    one = _TWO.sub(lambda two: two[0][0], word)
    return one.replace("ij", "i").replace("y", "i").replace("ei", "i")
