"""Forms made from a declaration: what a record says, and what may happen to it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from babel import Locale

from benelux.core import territory
from benelux.core.errors import Fault, Invalid
from benelux.core.language import locale_of, message, translate
from benelux.core.registers.checking import countries
from benelux.core.registers.declaration import Field as Declared
from benelux.core.registers.declaration import Move, Register
from benelux.core.registers.values import Content, Record, Value
from benelux.core.web.ask import Ask
from benelux.core.web.forms import Field, Filled, Form, Kind, Option
from benelux.core.web.listing import fold

PREFIX: Final = "content-"
"""Before the names of declared fields, so that none of them is taken for one of the form's own."""
_KINDS: Final[Mapping[str, Kind]] = {
    "date": "date",
    "choice": "choice",
    "choices": "choices",
    "country": "choice",
}
_LONGEST_LINE: Final = 200
"""A longer text may have several lines."""
_LONGEST_NUMBER: Final = 18
_REASON: Final = 500

VALID_FROM: Final = Field("valid-from", message("Valid from"), "date")
VALID_TO: Final = Field(
    "valid-to",
    message("Valid until"),
    "date",
    required=False,
    hint=message("The last day on which it holds; empty when no end is known."),
)
ABOUT: Final = Field(
    "about",
    message("Sign-in of the person concerned"),
    required=False,
    hint=message(
        "Issuer and subject, with a space between. With it they see who asked about them."
    ),
)


def new_form(register: Register) -> Form:
    """Everything that a first version needs."""
    fields = (*_fields(register), VALID_FROM, VALID_TO, ABOUT)
    return Form("new", fields, message("Enter in the register"))


def change_form(register: Register) -> Form:
    """The same for a next version, with the reason for it."""
    until = replace(VALID_TO, hint=message("The last day; empty leaves it as it is."))
    fields = (*_fields(register), VALID_FROM, until, _reason("change", required=False))
    return Form("change", fields, message("Keep as a new version"))


def move_form(move: Move) -> Form:
    name = f"move-{move.key}"
    day = Field(
        f"{name}-day", message("From which day"), "date", required=False,
        hint=message("Empty means today."),
    )  # fmt: skip
    return Form(name, (day, _reason(name, required=move.reason)), move.label, danger=move.reason)


def _reason(form: str, *, required: bool) -> Field:
    """Several forms stand on one page, so the name says of which it is."""
    return Field(f"{form}-reason", message("Reason"), "area", required=required, longest=_REASON)


ERASE: Final = Form(
    "erase",
    (
        Field(
            "instrument", message("Legal instrument"),
            hint=message("On which it is erased, for example “Regulation 2016/679”."),
        ),
        Field("article", message("Article"), hint=message("For example “17”."), longest=40),
        Field("case", message("Reference of the case"), longest=80),
    ),
    message("Erase the content for good"),
    danger=True,
)  # fmt: skip


def content_of(register: Register, filled: Filled) -> dict[str, Value]:
    """What was filled in, as the service takes it; it says what is wrong with that."""
    found: dict[str, Value] = {}
    for one in register.fields:
        name = PREFIX + one.key
        text = filled.value(name)
        if one.kind == "choices":
            found[one.key] = list(filled.many.get(name, ())) or None
        elif one.kind == "number" and text.isascii() and text.isdecimal():
            found[one.key] = int(text) if len(text) <= _LONGEST_NUMBER else text
        else:
            found[one.key] = text or None
    return found


def filled_from(record: Record) -> Filled:
    """The form of a record as it stands."""
    content: Content = record.content or {}
    values = {
        PREFIX + key: "" if value is None or isinstance(value, list) else str(value)
        for key, value in content.items()
    }
    many = {
        PREFIX + key: [str(one) for one in value] if isinstance(value, list) else [str(value)]
        for key, value in content.items()
        if value is not None
    }
    values["valid-from"] = record.valid_from.isoformat()
    values["valid-to"] = record.valid_to.isoformat() if record.valid_to else ""
    return Filled(values, many)


def with_refusal(filled: Filled, refusal: Invalid, own: Sequence[Field]) -> Filled:
    """The same answers with the service's faults, each at its field of the form."""
    names = {field.name for field in own}
    faults = tuple(
        replace(fault, field=_place(fault.field, names)) for fault in refusal.faults
    ) or (Fault("", refusal.what),)
    return filled.with_faults(*faults)


def _place(field: str, names: set[str]) -> str:
    wanted = {PREFIX + field, PREFIX + field.partition(".")[0], field.replace("_", "-")}
    own = (one for one in names if one in wanted or one.endswith(f"-{field}"))
    return next(own, "")


def _fields(register: Register) -> tuple[Field, ...]:
    return tuple(_field(one) for one in register.fields)


def _field(one: Declared) -> Field:
    return Field(
        PREFIX + one.key,
        one.label,
        _KINDS.get(one.kind, "text" if one.longest <= _LONGEST_LINE else "area"),
        one.hint,
        required=one.required,
        longest=one.longest,
        options=_options(one),
    )


def _options(one: Declared) -> Callable[[Ask], Sequence[Option]] | None:
    if one.kind == "country":
        return every_country
    if one.kind in {"choice", "choices"}:
        options = [Option(key, label) for key, label in one.choices.items()]
        return lambda _ask: options
    return None


def every_country(ask: Ask) -> Sequence[Option]:
    """All countries of the world, in the order of their names."""
    names = Locale.parse(locale_of(ask.language)).territories
    options = [Option(code, names[code]) for code in countries() if code in names]
    return sorted(options, key=lambda option: fold(translate(option.name, ask.language)))


def plate_countries(ask: Ask) -> Sequence[Option]:
    """The countries whose number plates are known, in the order of their names."""
    options = [Option(one.code, one.name) for one in territory.countries()]
    return sorted(options, key=lambda option: fold(translate(option.name, ask.language)))
