"""Four languages on everything a person reads.

Data carries its own four texts (`Text`). What the software says is an English message id that
gettext catalogues translate; a `Message` keeps id and values apart until somebody reads it.
"""

import gettext
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import Final, Literal, TypeGuard, get_args

from typing_extensions import override

from benelux.core.keeping import kept

Language = Literal["nl", "fr", "de", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
NAMES: Final[Mapping[Language, str]] = {
    "nl": "Nederlands",
    "fr": "Français",
    "de": "Deutsch",
    "en": "English",
}
_DOMAIN: Final = "messages"
_LOCALES: Final[Mapping[Language, str]] = {"nl": "nl", "fr": "fr", "de": "de", "en": "en_GB"}


def written(day: date | str, language: Language) -> str:
    """A date as people write it; a partial one (2025, 2025-08) keeps its precision."""
    from babel.dates import format_date  # noqa: PLC0415 - commands that show no date start faster

    if isinstance(day, str):
        parts = [int(part) for part in day.split("-")]
        if len(parts) == 1:
            return day
        day = date(*(*parts, 1)[:3])
        if len(parts) == 2:  # noqa: PLR2004 - year and month
            return format_date(day, "MMMM y", locale=locale_of(language))
    said = format_date(day, "long", locale=locale_of(language))
    return said.replace("1 ", "1er ", 1) if language == "fr" and day.day == 1 else said


def locale_of(language: Language) -> str:
    """The locale by which dates and numbers are written in `language`."""
    return _LOCALES[language]


def is_language(code: str) -> TypeGuard[Language]:
    return code in LANGUAGES


@dataclass(frozen=True, slots=True)
class Text:
    """One text in the four languages, none of them optional."""

    nl: str
    fr: str
    de: str
    en: str

    def __getitem__(self, language: Language) -> str:
        return str(getattr(self, language))

    def __iter__(self) -> Iterator[str]:
        return iter((self.nl, self.fr, self.de, self.en))

    @classmethod
    def same(cls, text: str) -> "Text":
        """A name that is the same in every language."""
        return cls(text, text, text, text)


@dataclass(frozen=True, slots=True)
class Message:
    """Something the software says: `msgid` in English with `{named}` places, and their values."""

    msgid: str
    values: Mapping[str, object] = field(default_factory=dict)
    many: str | None = None
    count: int | None = None

    @override
    def __str__(self) -> str:
        return self.to("en")

    def to(self, language: Language) -> str:
        if self.many is not None and self.count is not None:
            pattern = _translations(language).ngettext(self.msgid, self.many, self.count)
        else:
            pattern = _translations(language).gettext(self.msgid)
        if not self.values:
            return pattern
        read = {name: _read(value, language) for name, value in self.values.items()}
        return pattern.format_map(read)


def _read(value: object, language: Language) -> object:
    if isinstance(value, Message):
        return value.to(language)
    return value[language] if isinstance(value, Text) else value


def message(msgid: str, /, **values: object) -> Message:
    """Mark `msgid` for the translators and keep its values beside it."""
    return Message(msgid, values)


def plural(one: str, many: str, count: int, /, **values: object) -> Message:
    """A message whose form follows a number, which it may show as `{n}`."""
    return Message(one, {"n": count, **values}, many, count)


def translate(text: "Message | Text | str", language: Language) -> str:
    """Say `text` in `language`; a plain string is a message id."""
    if isinstance(text, Text):
        return text[language]
    return (text if isinstance(text, Message) else Message(text)).to(language)


def locale_folders() -> tuple[Path, ...]:
    """Every `locale/` in the package: core's, then each domain's."""
    home = Path(str(import_module("benelux").__file__)).parent
    folders = [home / "core" / "locale", *sorted((home / "domains").glob("*/locale"))]
    return tuple(folder for folder in folders if folder.is_dir())


@cache
def _translations(language: Language) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    chain: gettext.NullTranslations | None = None
    for folder in locale_folders():
        path = folder / language / "LC_MESSAGES" / f"{_DOMAIN}.po"
        if not path.is_file():
            continue
        raw = path.read_bytes()
        compiled = kept("messages", raw, partial(_compile, raw, language))
        found = gettext.GNUTranslations(io.BytesIO(compiled))
        if chain is None:
            chain = found
        else:
            chain.add_fallback(found)
    return chain or gettext.NullTranslations()


def _compile(raw: bytes, language: Language) -> bytes:
    """A catalogue as gettext reads it."""
    from babel.messages import mofile, pofile  # noqa: PLC0415 - slow to load, and rarely needed

    compiled = io.BytesIO()
    mofile.write_mo(compiled, pofile.read_po(io.BytesIO(raw), locale=language))
    return compiled.getvalue()
