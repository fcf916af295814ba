"""By what a record is found: the texts that tokens are made of, and a second look at the record.

Equal texts make equal tokens, so what is entered and what is asked are first brought into one form.
"""

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from benelux.core.errors import Fault, Invalid
from benelux.core.language import Message, message
from benelux.core.registers import numbers
from benelux.core.registers.checking import Wrong, value
from benelux.core.registers.declaration import Field, Lookup, Register
from benelux.core.registers.letters import odd_name, tidy
from benelux.core.registers.matching.people import Person, birth_of, person_keys
from benelux.core.registers.matching.plates import PlateKeys, plate_keys
from benelux.core.registers.matching.verdict import agrees
from benelux.core.registers.values import Content, Subject

_LONGEST: Final = 200
EXACT: Final = "exact"
LOOSE: Final = "loose"
"""The quality of a plate that is equal once letters are taken for the figures they look like."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What is asked about: its texts, and how well a record agrees; an empty word is not at all."""

    texts: tuple[str, ...]
    agrees: Callable[[str, Content], str]


def texts_of(register: Register, number: str, content: Content) -> set[str]:
    """Every text under which a record is found."""
    found = {number_text(number)}
    for lookup in register.lookups:
        found.update(_BY_KIND[lookup.kind](lookup, content))
    return found


def list_texts(register: Register, number: str, content: Content) -> Iterator[str]:
    """Those by which a record is found in a list that is asked about at once."""
    plates = [one for one in register.lookups if one.kind == "plate"]
    for lookup in plates:
        yield from _plate_texts(lookup, content)
    if not plates:
        yield number_text(number)


def sought(register: Register, subject: Subject) -> Sought:
    """The texts of a question; raises `Invalid` for one that asks about nothing or too much."""
    given = [kind for kind, ask in _GIVEN.items() if ask(subject)]
    if len(given) != 1:
        wish = message("Give a number, a value, a person or a number plate: one of them.")
        raise _unclear(Fault("subject", wish))
    if given == ["number"]:
        return _by_number(register, subject.number)
    lookups = [one for one in register.lookups if one.kind == given[0]]
    if given == [EXACT]:
        lookups = [one for one in lookups if one.fields == (subject.exact[0],)]
    if not lookups:
        raise _unclear(Fault("subject", message("This register is not searched by that.")))
    return _SEEKERS[given[0]](register, lookups, subject)


_GIVEN: Final[Mapping[str, Callable[[Subject], bool]]] = {
    "number": lambda subject: bool(subject.number),
    EXACT: lambda subject: bool(subject.exact[0] or subject.exact[1]),
    "person": lambda subject: bool(subject.family or subject.given or subject.born),
    "plate": lambda subject: bool(subject.plate or subject.country),
}


def number_text(number: str) -> str:
    return f"number {number}"


def _exact_texts(lookup: Lookup, content: Content) -> Iterator[str]:
    given = content.get(lookup.fields[0])
    for one in given if isinstance(given, list) else [given]:
        if one not in {None, ""}:
            yield f"exact {lookup.fields[0]} {folded(str(one))}"


def _person_texts(lookup: Lookup, content: Content) -> Iterator[str]:
    person = _person(lookup, content)
    if person.family or person.given:
        for key in person_keys(*person):
            yield f"person {' '.join(lookup.fields)} {key.text}"


def _plate_texts(lookup: Lookup, content: Content) -> Iterator[str]:
    country, plate = (content.get(key) for key in lookup.fields)
    if country and plate:
        yield from _texts(plate_keys(str(country), str(plate)))


def _texts(keys: PlateKeys) -> Iterator[str]:
    if keys.strict:  # none for a German plate that several vehicles may have
        yield f"plate {keys.strict}"
    yield from (f"{LOOSE} {one}" for one in keys.loose)


_BY_KIND: Final[Mapping[str, Callable[[Lookup, Content], Iterator[str]]]] = {
    EXACT: _exact_texts,
    "person": _person_texts,
    "plate": _plate_texts,
}


def _by_number(register: Register, text: str) -> Sought:
    number = numbers.read(text)
    if number.mark != register.mark:
        raise numbers.refused("number", message("This is a number of another register."))

    wanted = number.text

    def same(id_: str, _: Content) -> str:
        return EXACT if id_ == wanted else ""

    return Sought((number_text(wanted),), same)


def _by_exact(register: Register, lookups: list[Lookup], subject: Subject) -> Sought:
    lookup, (key, text) = lookups[0], subject.exact
    try:
        asked = value(_single(register.field(key)), text)
    except Wrong as wrong:
        raise _unclear(Fault(key, wrong.message)) from None
    wanted = {f"exact {key} {folded(str(asked))}"}

    def same(_: str, content: Content) -> str:
        return EXACT if wanted & set(_exact_texts(lookup, content)) else ""

    return Sought(tuple(wanted), same)


def _by_person(_: Register, lookups: list[Lookup], subject: Subject) -> Sought:
    faults = [
        Fault(key, wrong)
        for key, text in (("family", subject.family), ("given", subject.given))
        if (wrong := _wrong_name(text))
    ]
    if faults:
        raise _unclear(*faults)
    birth_of(subject.born[:_LONGEST])
    asked = Person(tidy(subject.family), tidy(subject.given), subject.born)
    keys = person_keys(*asked, asking=True)
    texts = (f"person {' '.join(one.fields)} {key.text}" for one in lookups for key in keys)

    def same(_: str, content: Content) -> str:
        found = (agrees(asked, _person(one, content)) for one in lookups)
        return next((quality for quality in found if quality), "")

    return Sought(tuple(texts), same)


def _by_plate(_: Register, lookups: list[Lookup], subject: Subject) -> Sought:
    asked = plate_keys(subject.country, subject.plate)
    loose = set(asked.loose)

    def same(_: str, content: Content) -> str:
        for one in lookups:
            country, plate = (content.get(key) for key in one.fields)
            if country and plate:
                kept = plate_keys(str(country), str(plate))
                if asked.strict and kept.strict == asked.strict:
                    return EXACT
                if loose & set(kept.loose):
                    return LOOSE
        return ""

    return Sought(tuple(_texts(asked)), same)


_SEEKERS: Final[Mapping[str, Callable[[Register, list[Lookup], Subject], Sought]]] = {
    EXACT: _by_exact,
    "person": _by_person,
    "plate": _by_plate,
}


def _person(lookup: Lookup, content: Content) -> Person:
    return Person(*(str(content.get(key) or "") for key in lookup.fields))


def _wrong_name(text: str) -> Message | None:
    if len(text) > _LONGEST:
        return message("Use at most {n} characters.", n=_LONGEST)
    return odd_name(tidy(text))


def _single(field: Field) -> Field:
    """The field of one value: who asks for one of several choices names one."""
    if field.kind != "choices":
        return field
    return Field(field.key, field.label, "choice", choices=field.choices)


def folded(text: str) -> str:
    """Texts that a reader takes for the same become the same."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _unclear(*faults: Fault) -> Invalid:
    return Invalid(
        "registers.unclear-question",
        message("It is not clear what is asked about."),
        faults=faults,
    )
