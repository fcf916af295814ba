"""How records and answers are said to people."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from babel import Locale

from benelux.core.language import Language, Message, locale_of, message, translate, written
from benelux.core.registers.declaration import Field
from benelux.core.registers.values import Value, Verdict

VERDICTS: Final[Mapping[Verdict, Message]] = {
    "hit": message("Hit: something is known here"),
    "no-hit": message("No hit: nothing is known here"),
    "good": message("Valid"),
    "not-good": message("Not valid"),
    "unknown": message("Unknown: there is no such record here"),
    "record": message("Found"),
}
TONES: Final[Mapping[Verdict, str]] = {
    "hit": "open", "no-hit": "plain", "good": "good", "not-good": "bad", "unknown": "plain",
    "record": "info",
}  # fmt: skip
QUALITIES: Final[Mapping[str, Message]] = {
    "exact": message("exactly as asked"),
    "loose": message("by a number plate that looks like it"),
    "spelling": message("by the date of birth, with the name spelled in another way"),
    "date-differs": message("by the names, with a date of birth that differs a little"),
    "year-only": message("by the names and the year of birth alone"),
    "names-only": message("by the names alone, without a date of birth"),
}
REFUSED: Final = frozenset(
    {"identity.not-permitted", "identity.missing-facts", "registers.was-refused"}
)
"""Codes of a country that answered, and said no."""
_DAY: Final = 10


def told(field: Field, value: Value, language: Language) -> str | None:
    """One value in the words of the declaration; None where there is none."""
    if value is None or value in ("", []):
        return None
    if isinstance(value, list):
        return ", ".join(_one(field, item, language) for item in value)
    return _one(field, str(value), language)


def _one(field: Field, text: str, language: Language) -> str:
    if field.kind in {"choice", "choices"} and text in field.choices:
        return translate(field.choices[text], language)
    if field.kind == "country":
        return _country(text, language)
    if field.kind == "date" and len(text) == _DAY:
        return written(date.fromisoformat(text), language)
    return text


def _country(code: str, language: Language) -> str:
    return str(Locale.parse(locale_of(language)).territories.get(code, code))
