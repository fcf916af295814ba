"""Templates: one environment per language, escaping on, missing values an error."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from babel.dates import format_datetime
from babel.numbers import format_decimal
from jinja2 import (
    BytecodeCache,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
)
from markupsafe import Markup

from benelux.core import law
from benelux.core.language import (
    LANGUAGES,
    NAMES,
    Language,
    Message,
    Text,
    locale_of,
    message,
    plural,
    translate,
    written,
)
from benelux.core.territory import LEGAL_TIME
from benelux.core.web.ask import Ask, View
from benelux.core.web.openapi import Operation
from benelux.core.web.pages import Page, Pages, desks, menu
from benelux.core.web.static import Assets

_HERE = Path(__file__).parent


@dataclass
class Renderer:
    """Turns a `View` into a page in the language that was asked for."""

    assets: Assets
    pages: Sequence[Pages]
    domain_folders: Mapping[str, Path]
    domain_titles: Mapping[str, Text] = field(default_factory=dict)
    operations: Callable[[], Sequence[Operation]] = tuple
    compiled: BytecodeCache | None = None

    @cached_property
    def _environments(self) -> Mapping[Language, Environment]:
        own = FileSystemLoader(_HERE / "templates")
        domains = {
            name: FileSystemLoader(folder / "templates")
            for name, folder in self.domain_folders.items()
        }
        return {language: self._environment(language, own, domains) for language in LANGUAGES}

    def _environment(
        self, language: Language, own: FileSystemLoader, domains: Mapping[str, FileSystemLoader]
    ) -> Environment:
        environment = Environment(
            loader=ChoiceLoader([PrefixLoader(domains), own]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            bytecode_cache=self.compiled,
        )

        def say(text: Message | Text | str | None) -> str:
            return text[language] if isinstance(text, Text) else _said(text, language)

        environment.globals |= {
            "_": lambda msgid, **values: message(msgid, **values).to(language),
            "ngettext": lambda one, many, n, **values: plural(one, many, n, **values).to(language),
            "language": language,
            "languages": NAMES,
            "operations": self._operations,
            "asset": self.assets.address,
            "menu": menu(self.pages),
            "desks": desks(self.pages),
            "domain_titles": self.domain_titles,
            "search_page": next((owner.search for owner in self.pages if owner.search), ""),
        }
        environment.filters |= {
            "say": say,
            "day": lambda value: written(value, language) if value else "",
            "moment": lambda value: _moment(value, language),
            "number": lambda value: format_decimal(value, locale=locale_of(language)),
            "cell": lambda value: _cell(value, language),
            "path": lambda text: quote(text, safe="()"),
            "cite": lambda text, url: Markup(law.link(text, url)),  # noqa: S704 - link escapes
        }
        return environment

    def _operations(self) -> Sequence[Operation]:
        return self.operations()  # looked up late: the application is described once it is whole

    def page(self, ask: Ask, view: View, page: Page | None = None) -> str:
        template = self._environments[ask.language].get_template(view.template)
        path = ask.address.partition("?")[0].lstrip("/")
        first, _, behind = path.partition("/")
        rest = behind if first == ask.language else path
        return template.render(
            ask=ask,
            view=view,
            page=page,
            here=rest,
            other_languages={code: f"/{code}/{rest}" for code in LANGUAGES},
            **view.values,
        )


def _said(text: Message | str | None, language: Language) -> str:
    if text is None:
        return ""
    return text.to(language) if isinstance(text, Message) else text


def _cell(value: object, language: Language) -> str:
    if isinstance(value, (Message, Text)):
        return translate(value, language)
    if value is None:
        return "–"
    if isinstance(value, bool):
        return (message("yes") if value else message("no")).to(language)
    if isinstance(value, (int, float, Decimal)):
        return format_decimal(value, locale=locale_of(language))
    if isinstance(value, datetime):
        return _moment(value, language)
    return written(value, language) if isinstance(value, date) else str(value)


def _moment(value: datetime, language: Language) -> str:
    return format_datetime(value, "medium", tzinfo=LEGAL_TIME, locale=locale_of(language))
