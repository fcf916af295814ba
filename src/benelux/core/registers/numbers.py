"""Numbers of records: `BE-PP-7K3M-9QXR-5`, random, so that nobody can count through them.

Country, the register's mark, eight random signs of Crockford's base 32 and a check sign. The check
finds every single wrong sign and every two that were swapped side by side.
"""

import re
import secrets
from dataclasses import dataclass
from typing import Final

from benelux.core.errors import Fault, Invalid
from benelux.core.language import Message, message

SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LONGEST: Final = 60
_LENGTH: Final = 8
_FORM: Final = re.compile(
    r"(?P<country>[A-Z]{2})(?P<mark>[A-Z]{2,4})(?P<body>[0-9A-Z]{8})(?P<check>[0-9A-Z])"
)
_BETWEEN: Final = re.compile(r"[\s\-–—./]+")
_MISREAD: Final = str.maketrans("OIL", "011")
_FIELD: Final = 0b100101  # x⁵ + x² + 1, of which 2 is a generator
_SIZE: Final = 32
_DOUBLED: Final = tuple(one << 1 if one << 1 < _SIZE else one << 1 ^ _FIELD for one in range(_SIZE))


@dataclass(frozen=True, slots=True)
class Number:
    """A record's number in its parts."""

    country: str
    mark: str
    body: str

    @property
    def text(self) -> str:
        body = self.body
        check = _check(self.country + self.mark, body)
        return f"{self.country}-{self.mark}-{body[:4]}-{body[4:]}-{check}"


def new(country: str, mark: str) -> str:
    """A number that nobody can guess: one of a million million."""
    return Number(country, mark, "".join(secrets.choice(SIGNS) for _ in range(_LENGTH))).text


def read(text: str, field: str = "number") -> Number:
    """The number that somebody typed, spoke or scanned; O is read as 0, I and L as 1.

    Raises `Invalid` that says whether it is no number at all or has a slip in it.
    """
    if len(text) > LONGEST:
        raise refused(field, message("Use at most {n} characters.", n=LONGEST))
    found = _FORM.fullmatch(_BETWEEN.sub("", text).upper())
    if found is None:
        raise refused(field, message("A number looks like BE-PP-7K3M-9QXR-5."))
    body = found["body"].translate(_MISREAD)
    check = found["check"].translate(_MISREAD)
    if set(body + check) - set(SIGNS):
        raise refused(field, message("The letter U is in no number; look at it again."))
    number = Number(found["country"], found["mark"], body)
    if check != number.text[-1]:
        slip = message("One sign of this number is wrong, or two are swapped; compare it again.")
        raise refused(field, slip)
    return number


def refused(field: str, wrong: Message) -> Invalid:
    return Invalid(
        "registers.number",
        message("This is not the number of a record."),
        now=message("Type the number as it stands on the document."),
        faults=(Fault(field, wrong),),
    )


def _check(head: str, body: str) -> str:
    """A sign weighted with another power of a generator at every place."""
    values = [ord(letter) - ord("A") + 1 for letter in head] + [SIGNS.index(one) for one in body]
    total = 0
    for value in values:
        total = _DOUBLED[total ^ value]
    return SIGNS[total]
