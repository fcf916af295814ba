"""The keys under which a person is found, however the name is spelled.

Each key is a text that is equal or not, so it can be hidden in a token or matched by private set
intersection. Names are in it by their sound: Cologne phonetics, made for German, or Double
Metaphone, made for names of many languages. Together the keys find some records too many;
`benelux.core.registers.matching.verdict` judges which of them are meant.
"""

import re
from collections.abc import Iterator
from itertools import product
from typing import Final, Literal, NamedTuple

from benelux.core.errors import Fault, Invalid
from benelux.core.language import message
from benelux.core.registers.matching.sound import cologne, metaphone
from benelux.core.registers.matching.spelling import LONGEST, bare, is_latin, level, words

Agreement = Literal[
    "names-and-date", "name-and-date", "initials-and-date", "names-and-day", "names-and-year",
    "prefix-and-year", "names-only",
]  # fmt: skip
STRONG: Final[Agreement] = "names-and-date"
"""Good without a second look: the only keys for questions that nobody judges afterwards."""
MOST_KEYS: Final = 40
_PARTS: Final = 3
_LONGEST_PART: Final = 40
_PREFIX: Final = 4
_BORN: Final = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?", re.ASCII)
_YEARS: Final = range(1850, 2200)
_MONTHS: Final = 12
_DAYS: Final = 31


class Person(NamedTuple):
    """A person as asked about or kept; `born` is a date, a year (1962, 1962-00-00), or empty."""

    family: str
    given: str
    born: str = ""


class AliasKey(NamedTuple):
    """One key of a person; `quality` tells what agrees between two persons who have it."""

    text: str
    quality: Agreement


class Birth(NamedTuple):
    """A date of birth, or what is known of it; 0 where it is not."""

    year: int = 0
    month: int = 0
    day: int = 0

    @property
    def turned(self) -> str:
        """Month and day in an order that turning them round does not change."""
        low, high = sorted((self.month, self.day))
        return f"{low:02}{high:02}"


class Sound(NamedTuple):
    """A part of a name as it sounds, by both alphabets."""

    part: str
    cologne: str
    metaphone: str


def person_keys(
    family: str, given: str, born: str, *, asking: bool = False
) -> tuple[AliasKey, ...]:
    """The keys of a person, at most `MOST_KEYS`, the best first.

    With `asking`, those by name alone are left out when a birth date is given, for they would find
    every namesake; so a record without any date has keys that only such a question has. Raises
    `Invalid` for a name that is too long or has no letters, and for what is no date.
    """
    birth = birth_of(born)
    names = names_of(family, given)
    families, givens = (_sounds(name) for name in names)
    keys = dict.fromkeys(_keys(families, givens, birth, asking=asking))
    return tuple(keys)[:MOST_KEYS]


def names_of(family: str, given: str) -> tuple[list[str], list[str]]:
    """The words of family and given name; raises `Invalid` when neither has a letter."""
    latin = is_latin(family[:LONGEST]) or is_latin(given[:LONGEST])
    found = words(family, "family", latin=latin), words(given, "given", latin=latin)
    if not any(found):
        wrong = message("Give a name that has letters.")
        raise Invalid("registers.no-name", wrong, faults=(Fault("family", wrong),))
    return found


def birth_of(born: str) -> Birth:
    """A date as registers and documents give it; day and month may have been turned round."""
    if not born:
        return Birth()
    read = _BORN.fullmatch(born)
    birth = Birth(*(int(part or 0) for part in read.groups())) if read else Birth()
    whole = birth.month and birth.day
    months, days = sorted(birth[1:])
    if birth.year not in _YEARS or months > _MONTHS or days > _DAYS:
        wrong = message("Give a date of birth as 1962-10-24, or a year as 1962.")
        raise Invalid("registers.no-birth-date", wrong, faults=(Fault("born", wrong),))
    return birth if whole else Birth(birth.year)


def _sounds(name: list[str]) -> list[Sound]:
    """The whole name first, then its parts where it has several; one without sound for no name."""
    parts = bare(name)
    forms = ["".join(parts), *parts] if len(parts) > 1 else parts or [""]
    plain = (level(one)[:_LONGEST_PART] for one in forms[: _PARTS + 1])
    return [Sound(one, cologne(one), metaphone(one)) for one in plain]


def _keys(
    families: list[Sound], givens: list[Sound], birth: Birth, *, asking: bool
) -> Iterator[AliasKey]:
    """The keys in the order of their worth."""
    pairs = [*product(families, givens)]
    alike = [_two(one.cologne, other.cologne) for one, other in pairs]
    if birth.day:
        yield from _by_date(f"{birth.year}{birth.turned}", families + givens, pairs)
    if birth.year:
        yield from (AliasKey(f"y{birth.year}{both}", "names-and-year") for both in alike)
        yield from _by_start(birth.year, pairs)
    if birth.day:
        yield from (AliasKey(f"m{birth.turned}{both}", "names-and-day") for both in alike)
    if not asking or not birth.year:
        yield from (AliasKey(f"n{both}", "names-only") for both in alike)
    if asking or not birth.year:
        yield from (AliasKey(f"u{both}", "names-only") for both in alike)


def _by_date(date: str, parts: list[Sound], pairs: list[tuple[Sound, Sound]]) -> Iterator[AliasKey]:
    for one, other in pairs:
        yield AliasKey(f"s{date}{_two(one.metaphone, other.metaphone)}", STRONG)
    for part in parts:
        if part.cologne:
            yield AliasKey(f"d{date} {part.cologne}", "name-and-date")
    for one, other in pairs:
        both = _two(one.cologne[:1], other.cologne[:1])
        yield AliasKey(f"i{date}{both}", "initials-and-date")


def _by_start(year: int, pairs: list[tuple[Sound, Sound]]) -> Iterator[AliasKey]:
    """By the first letters of one name and the initial of the other, whichever is which."""
    for one, other in pairs:
        for name, initial in ((one.part, other.part), (other.part, one.part)):
            yield AliasKey(f"p{year} {name[:_PREFIX]} {initial[:1]}", "prefix-and-year")


def _two(one: str, other: str) -> str:
    """Two codes in an order that does not tell which is the family's."""
    return f" {one} {other}" if one <= other else f" {other} {one}"
