"""Number plates of Belgium, the Netherlands, Luxembourg, Germany and France.

The country is part of every key, for many texts are a plate in several countries. The strict key
is the plate as its country wrote it; the loose key is what a camera makes of it, and leads to other
vehicles now and then.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, NoReturn

from benelux.core.errors import Fault, Invalid
from benelux.core.language import Message, message
from benelux.core.registers.matching.series import Written, series_of

Status = Literal["valid", "unconfirmed", "ambiguous"]

COUNTRIES: Final[Mapping[str, str]] = {
    "BE": "BE", "NL": "NL", "LU": "LU", "DE": "DE", "FR": "FR",
    "B": "BE", "L": "LU", "D": "DE", "F": "FR",
}  # fmt: skip
"""The ISO codes, and the letters that vehicles carry, to ISO codes."""
LONGEST: Final = 20
SEPARATORS: Final = " -./·•"
UMLAUTS: Final[Mapping[str, str]] = {"Ä": "AE", "Ö": "OE", "Ü": "UE"}
_MOST_SIGNS: Final = {"DE": 8}
_ALIKE: Final = str.maketrans("OQISBZG", "0015826")


@dataclass(frozen=True, slots=True)
class PlateKeys:
    """The keys of one plate, and how its country writes it.

    `strict` is empty when the status is "ambiguous": a German plate without its separators, which
    several vehicles may have. "unconfirmed" is a plate that the known series do not surely have. A
    loose key in common makes two plates look alike, and no more.
    """

    country: str
    strict: str
    loose: tuple[str, ...]
    display: str
    status: Status


def plate_keys(country: str, text: str) -> PlateKeys:
    """The keys of a plate; raises `Invalid`, with the field and what is wrong, for what is none."""
    code = country_of(country)
    plain, breaks = _signs(code, text)
    # Only in Germany does it make another plate where the separators stand.
    fixed = breaks if code == "DE" else frozenset()
    read = [one for series in series_of(code) for one in series.read(plain, fixed)]
    if not read or len(plain) > _MOST_SIGNS.get(code, LONGEST):
        wrong = message("No series of number plates in {country} has this form.", country=code)
        _refuse("plate", wrong)
    if code == "DE" and len(read) > 1:
        return PlateKeys(code, "", _loose(code, plain), plain, "ambiguous")
    best = max(read, key=lambda one: one.sure)
    status: Status = "valid" if best.sure else "unconfirmed"
    return PlateKeys(code, _strict(code, best), _loose(code, plain), best.display, status)


def country_of(code: str) -> str:
    """The ISO code of a country by that code or by the letter on its plates; raises `Invalid`."""
    known = COUNTRIES.get(code[:LONGEST].strip().upper())
    if known is None:
        _refuse("country", message("Give the country of the plate: BE, NL, LU, DE or FR."))
    return known


def camera(text: str) -> str:
    """Capitals and figures as a camera tells them apart: O is 0, I is 1, B is 8."""
    return text.translate(_ALIKE)


def _strict(code: str, plate: Written) -> str:
    return f"{code} {('|' if code == 'DE' else '').join(plate.parts)}"


def _loose(code: str, plain: str) -> tuple[str, ...]:
    """The plate as a camera reads it; an umlaut may be one letter there, or two."""
    one, two = plain, plain
    for umlaut, written in UMLAUTS.items():
        one, two = one.replace(umlaut, written[0]), two.replace(umlaut, written)
    return tuple(dict.fromkeys(camera(code + text) for text in (one, two)))


def _signs(code: str, text: str) -> tuple[str, frozenset[int]]:
    """The signs of a plate as capitals, and the places between them where separators stood."""
    if len(text) > LONGEST:
        _refuse("plate", message("A plate has at most {n} characters.", n=LONGEST))
    plain: list[str] = []
    breaks: set[int] = set()
    for place, sign in enumerate(unicodedata.normalize("NFC", text), 1):
        capital = sign.upper()
        if sign in SEPARATORS:
            breaks.add(len(plain))
        elif (sign.isascii() and sign.isalnum()) or (code == "DE" and capital in UMLAUTS):
            plain.append(capital)
        else:
            shown = sign if sign.isprintable() else "?"
            wrong = message(
                "The sign “{sign}” at place {place} does not stand on number plates.",
                sign=shown,
                place=place,
            )
            _refuse("plate", wrong)
    if not plain:
        _refuse("plate", message("Give the number plate."))
    return "".join(plain), frozenset(breaks - {0, len(plain)})


def _refuse(field: str, wrong: Message) -> NoReturn:
    raise Invalid("registers.not-a-plate", wrong, faults=(Fault(field, wrong),))
