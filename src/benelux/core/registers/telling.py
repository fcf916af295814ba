"""What a document says, in the words of its register, for pages and for paper."""

from datetime import date, datetime, timedelta

from benelux.core.language import Language, Message, message, written
from benelux.core.registers.credential import Document
from benelux.core.registers.declaration import Field, Register
from benelux.core.registers.values import Content, Value
from benelux.core.territory import LEGAL_TIME

KIND = message("Register")
NUMBER = message("Number")
FROM = message("Valid from")
UNTIL = message("Valid until")
Facts = list[tuple[Message | str, str]]


def facts_of(document: Document, register: Register, language: Language) -> Facts:
    """The document's fields and dates, as labels and texts."""
    end = document.ends
    return told(
        register, document.fields, document.number, legal_day(document.begins),
        None if end is None else legal_day(end - timedelta(seconds=1)), language,
    )  # fmt: skip


def told(  # noqa: PLR0913, PLR0917 - the parts that every document has
    register: Register,
    fields: Content,
    number: str,
    first: date,
    last: date | None,
    language: Language,
) -> Facts:
    """The same from its parts."""
    known = {one.key: one for one in register.fields}
    found: Facts = []
    for key, value in fields.items():
        field = known.get(key)
        found.append((field.label if field else key, said_value(field, value, language)))
    found += [
        (KIND, register.title[language]),
        (NUMBER, number),
        (FROM, written(first, language)),
    ]
    if last is not None:
        found.append((UNTIL, written(last, language)))
    return found


def said_value(field: Field | None, value: Value, language: Language) -> str:
    """A value of a field as people read it."""
    values = value if isinstance(value, list) else [value]
    return ", ".join(_said(field, one, language) for one in values)


def legal_day(moment: datetime) -> date:
    """The day that it is then in all three countries."""
    return moment.astimezone(LEGAL_TIME).date()


def _said(field: Field | None, value: str | int | None, language: Language) -> str:
    text = "" if value is None else str(value)
    if not text:
        return "–"
    if field is None:
        return text
    if field.kind == "date":
        return written(text, language)
    return field.choices[text].to(language) if text in field.choices else text
