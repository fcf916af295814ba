"""Letters: what may stand in a text, and letters of other scripts that only look like ours."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from benelux.core.language import Message, message

_NOT_IN_NAMES: Final = re.compile(r"[^\w\s'’‘`´ʼʻ.,&/()+·‧\-‐‑–]|_")
_BLANKS: Final = re.compile(r"[^\S\n]+")
_SCRIPTS: Final = {
    "LATIN": message("Latin"),
    "GREEK": message("Greek"),
    "CYRILLIC": message("Cyrillic"),
    "ARABIC": message("Arabic"),
    "HEBREW": message("Hebrew"),
    "ARMENIAN": message("Armenian"),
    "GEORGIAN": message("Georgian"),
    "CHEROKEE": message("Cherokee"),
    "FULLWIDTH": message("full-width"),
    "MATHEMATICAL": message("mathematical"),
}
_OTHER: Final = message("foreign")
_JOINED: Final = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL"})
"""Scripts that stand together in one name by custom."""
_NEUTRAL: Final = frozenset({"MODIFIER", "FEMININE", "MASCULINE"})
"""First words of the names of letters that stand beside those of any script, as in “Mª”."""
_FOR_SHOW: Final = frozenset({"FULLWIDTH", "HALFWIDTH", "MATHEMATICAL", "CIRCLED", "PARENTHESIZED"})
"""First words of the names of letters that are others in another dress."""


def tidy(text: str) -> str:
    """The text in composed form, without blanks around it or more than one between words."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", text)).strip()


def unseen(text: str, *, lines: bool = False) -> Message | None:
    """What is wrong with a text that holds signs which nobody sees, None when it holds none.

    Such are control characters, marks of direction and unpaired halves; line ends only if `lines`.
    """
    if text.isprintable():  # most texts, at a glance
        return None
    for letter in text:
        if letter == "\n" and lines:
            continue
        if unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}:
            code = f"U+{ord(letter):04X}"
            return message("Take out the sign {code}, which cannot be seen.", code=code)
    return None


def odd_name(name: str) -> Message | None:
    """What is wrong with a text that is to be a name, None when nothing is.

    A name is of one script: some Cyrillic letters look like Latin ones and are others.
    """
    odd = unseen(name)
    if odd:
        return odd
    if name.isascii():
        strange = _NOT_IN_NAMES.search(name)
        return _stranger(strange[0]) if strange else None
    found = [(letter, script(letter)) for letter in name if letter.isalpha()]
    found = [(letter, one) for letter, one in found if one not in _NEUTRAL]
    scripts = {one for _, one in found}
    if scripts & _FOR_SHOW or (len(scripts) > 1 and not scripts <= _JOINED):
        return _mixed(found)
    signs = (one for one in _NOT_IN_NAMES.findall(name) if not unicodedata.combining(one))
    return next((_stranger(one) for one in signs), None)


@lru_cache(maxsize=4096)
def script(letter: str) -> str:
    """The script of a letter, by the first word of its name."""
    return unicodedata.name(letter, "UNKNOWN").partition(" ")[0]


def _mixed(found: list[tuple[str, str]]) -> Message:
    """Which letter does not belong: the first of the script that is rarer in this name."""
    count: dict[str, int] = {}
    for _, one in found:
        count[one] = count.get(one, 0) + 1
    most = "LATIN" if "LATIN" in count else max(count, key=lambda one: count[one])
    letter, rare = next(((letter, one) for letter, one in found if one != most), found[0])
    return message(
        "The letter “{letter}” ({code}) is {script}; the others are {most}. Type it again.",
        letter=letter,
        code=f"U+{ord(letter):04X}",
        script=_SCRIPTS.get(rare, _OTHER),
        most=_SCRIPTS.get(most, _OTHER),
    )


def _stranger(sign: str) -> Message:
    return message("The sign “{sign}” does not belong in a name.", sign=sign)
