"""Content and questions held against the declaration, before anything is kept or looked up."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from typing import Final

from babel import Locale

from benelux.core.errors import Fault, Invalid
from benelux.core.language import Message, message
from benelux.core.registers.declaration import Field, FieldKind, Register
from benelux.core.registers.letters import odd_name, tidy, unseen
from benelux.core.registers.matching.plates import plate_keys
from benelux.core.registers.values import Value

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WHOLE: Final = re.compile(r"-?[0-9]{1,15}")
_CODE: Final = re.compile(r"[A-Z]{2}")
_YEARS: Final = range(1800, 2300)
_LARGEST: Final = 10**15
_LINES_FROM: Final = 201
"""A text field that may be this long may have several lines."""
_NOT_COUNTRIES: Final = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})
EMPTY: Final[tuple[object, ...]] = ("", None, [])


class Wrong(Exception):  # noqa: N818 - it becomes one fault of several
    """What is wrong with one value."""

    def __init__(self, message: Message) -> None:
        super().__init__()
        self.message = message


def checked(register: Register, content: Mapping[str, object]) -> dict[str, Value]:
    """The content as it is kept: every declared field, tidied; None where nothing was given.

    Raises `Invalid` with a fault for every field that cannot be.
    """
    kept, faults = sifted(register, content)
    if faults:
        raise Invalid(
            "registers.content",
            message("This cannot be entered in the register “{name}”.", name=register.name),
            now=message("Mend the fields that are named. Nothing was changed."),
            faults=tuple(faults),
        )
    return kept


def sifted(
    register: Register, content: Mapping[str, object]
) -> tuple[dict[str, Value], list[Fault]]:
    """The same, with the faults in the hand: for files, which have many records."""
    known = {one.key for one in register.fields}
    faults = [
        Fault(str(key)[:60], message("There is no such field."))
        for key in content
        if key not in known
    ]
    kept: dict[str, Value] = {}
    for field in register.fields:
        kept[field.key] = None
        given = content.get(field.key)
        if given is None or given in EMPTY:
            if field.required:
                faults.append(Fault(field.key, message("Fill in this field.")))
            continue
        try:
            kept[field.key] = value(field, given)
        except Wrong as wrong:
            faults.append(Fault(field.key, wrong.message))
    if not faults:
        faults.extend(_plates(register, kept))
    return kept, faults


def value(field: Field, given: object) -> Value:
    """One value as it is kept; raises `Wrong`."""
    return _CHECKS[field.kind](field, given)


def _text(field: Field, given: object) -> str:
    lines = field.longest >= _LINES_FROM
    found = _filled(field, tidy(_short(field, given).replace("\r\n", "\n")))
    odd = unseen(found, lines=lines)
    if odd:
        raise Wrong(odd)
    return found


def _name(field: Field, given: object) -> str:
    found = _filled(field, tidy(_short(field, given)))
    odd = odd_name(found)
    if odd:
        raise Wrong(odd)
    if not any(letter.isalpha() for letter in found):
        raise Wrong(message("A name has at least one letter."))
    return found


def _date(field: Field, given: object) -> str:
    if isinstance(given, date):
        given = given.isoformat()[:10]
    text = _short(field, given).strip()
    try:
        found = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None or found.year not in _YEARS:
        raise Wrong(message("Give a day as year-month-day, such as 2026-11-24."))
    return found.isoformat()


def _number(_: Field, given: object) -> int:
    if isinstance(given, int) and not isinstance(given, bool) and abs(given) < _LARGEST:
        return given
    if isinstance(given, str) and _WHOLE.fullmatch(given.strip()):
        return int(given)
    raise Wrong(message("Give a whole number."))


def _choice(field: Field, given: object) -> str:
    if isinstance(given, str) and given in field.choices:
        return given
    raise _unchosen(field)


def _choices(field: Field, given: object) -> list[str]:
    many = [given] if isinstance(given, str) else given
    if not isinstance(many, list | tuple) or len(many) > len(field.choices):
        raise _unchosen(field)
    if not all(isinstance(one, str) and one in field.choices for one in many):
        raise _unchosen(field)
    return [one for one in field.choices if one in many]


def _country(field: Field, given: object) -> str:
    text = _short(field, given).strip().upper()
    if text not in countries():
        raise Wrong(message("Give the two letters of a country, such as BE."))
    return text


def _plate(field: Field, given: object) -> str:
    # Whether it is a plate of its country is seen when all fields are there.
    text = tidy(_short(field, given))
    if not text.isascii() and unseen(text):
        raise Wrong(message("This is not a number plate."))
    return _filled(field, text)


_CHECKS: Final[Mapping[FieldKind, Callable[[Field, object], Value]]] = {
    "text": _text,
    "name": _name,
    "date": _date,
    "number": _number,
    "choice": _choice,
    "choices": _choices,
    "country": _country,
    "plate": _plate,
}


def _plates(register: Register, kept: dict[str, Value]) -> Iterator[Fault]:
    """See each plate beside its country, and keep it as that country writes it."""
    for lookup in register.lookups:
        if lookup.kind != "plate":
            continue
        country, plate = (kept[key] for key in lookup.fields)
        if not country or not plate:
            continue
        try:
            kept[lookup.fields[1]] = plate_keys(str(country), str(plate)).display
        except Invalid as refused:
            said = refused.faults[0].message if refused.faults else refused.what
            yield Fault(lookup.fields[1], said)


def _short(field: Field, given: object) -> str:
    """A text of bearable length: measured before anything is done with it."""
    if not isinstance(given, str):
        raise Wrong(message("Give a text."))
    if len(given) > field.longest:
        raise Wrong(message("Use at most {n} characters.", n=field.longest))
    return given


def _filled(field: Field, found: str) -> str:
    """Composed letters may be more than were given, and blanks alone are nothing."""
    if len(found) > field.longest:
        raise Wrong(message("Use at most {n} characters.", n=field.longest))
    if not found:
        raise Wrong(message("Fill in this field."))
    return found


def _unchosen(field: Field) -> Wrong:
    return Wrong(message("may be: {known}", known=", ".join(field.choices)))


@cache
def countries() -> frozenset[str]:
    """The two letters of every country that is taken."""
    known = (str(code) for code in Locale("en").territories)
    return frozenset(code for code in known if _CODE.fullmatch(code)) - _NOT_COUNTRIES
