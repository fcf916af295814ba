"""Forms: one declaration gives the HTML, the reading and the faults, with the field's own words."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal
from urllib.parse import urlsplit

from benelux.core.errors import Fault, Refusal
from benelux.core.language import Message, message
from benelux.core.web.ask import Ask, Said, Upload

Kind = Literal["text", "area", "date", "choice", "choices", "address", "file", "yes"]
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")  # Python reads 2022-W12-3 as well
_EARLIEST: Final = date(1900, 1, 1)
_LATEST: Final = date(2199, 12, 31)


@dataclass(frozen=True, slots=True)
class Option:
    key: str
    name: Said


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form."""

    name: str
    label: Message
    kind: Kind = "text"
    hint: Message | None = None
    required: bool = True
    longest: int = 200
    options: Callable[[Ask], Sequence[Option]] | None = None
    autocomplete: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """What somebody filled in, as read so far, and what is wrong with it."""

    values: Mapping[str, str] = field(default_factory=dict)
    many: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Mapping[str, Upload] = field(default_factory=dict)
    faults: Sequence[Fault] = ()

    def fault(self, name: str) -> Fault | None:
        return next((fault for fault in self.faults if fault.field == name), None)

    def value(self, name: str) -> str:
        return self.values.get(name, "")

    def day(self, name: str) -> date | None:
        return date.fromisoformat(self.values[name]) if self.values.get(name) else None

    def with_faults(self, *faults: Fault) -> "Filled":
        return Filled(self.values, self.many, self.files, (*self.faults, *faults))

    def from_refusal(self, refusal: Refusal) -> "Filled":
        """The same answers with the faults that the service found in them, or why it refuses."""
        return self.with_faults(*(refusal.faults or (Fault("", refusal.what),)))


@dataclass(frozen=True, slots=True)
class Form:
    """A form's questions in their order."""

    name: str
    fields: Sequence[Field]
    send: Message
    danger: bool = False

    def read(self, ask: Ask) -> Filled:
        """Read what was sent; every fault is collected, none raises."""
        values: dict[str, str] = {}
        many: dict[str, Sequence[str]] = {}
        files: dict[str, Upload] = {}
        faults: list[Fault] = []
        for one in self.fields:
            if one.kind == "file":
                upload = ask.files.get(one.name)
                if upload and upload.content:
                    files[one.name] = upload
                elif one.required:
                    faults.append(Fault(one.name, message("Choose a file.")))
                continue
            sent = [text.strip() for text in ask.form.get(one.name, ())]
            many[one.name] = [text for text in sent if text]
            values[one.name] = sent[-1] if sent else ""
            fault = self._check(one, ask, values[one.name], many[one.name])
            if fault:
                faults.append(Fault(one.name, fault))
        return Filled(values, many, files, faults)

    def _check(self, one: Field, ask: Ask, text: str, sent: Sequence[str]) -> Message | None:
        if not text and not sent:
            return message("Fill in this field.") if one.required else None
        if any(_UNPRINTABLE.search(part) for part in (text, *sent)):
            return message("This holds characters that cannot be printed.")
        if len(text) > one.longest:
            return message("Use at most {n} characters.", n=one.longest)
        if one.options and not {option.key for option in one.options(ask)}.issuperset(sent):
            return message("Choose one of the options.")
        if one.kind == "date":
            return _check_date(text)
        if one.kind == "address":
            return _check_address(text)
        return None


def _check_date(text: str) -> Message | None:
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        return message("Give a date as year-month-day, for example 2022-03-23.")
    if not _EARLIEST <= day <= _LATEST:
        return message("Give a date between 1900 and 2199.")
    return None


def _check_address(text: str) -> Message | None:
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port  # a port that is no number raises
    except ValueError:
        host = None
    if not host or parts.scheme not in {"http", "https"} or re.search(r"\s", text):
        return message("Give a web address that starts with https://.")
    return None
