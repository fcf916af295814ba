"""Every page that the declarations promise, with the parameters of pages that exist."""

import tempfile
from functools import cache
from pathlib import Path

from benelux.core.domain import discover
from benelux.core.house import House
from benelux.core.language import LANGUAGES
from benelux.core.settings import Settings
from benelux.core.store import Store, migrate
from benelux.core.web.app import all_pages, owners
from benelux.core.web.pages import Page


@cache
def pages() -> tuple[tuple[Page, tuple[dict[str, str], ...]], ...]:
    """Each declared page that shows HTML to everybody, with all its parameters."""
    domains = discover()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.read({}, data=Path(folder))
        with Store.open(settings.database_url) as store:
            migrate(store, owners(domains))
            house = House(settings, store, domains)
            return tuple(
                (page, tuple(dict(one) for one in page.examples(house)))
                for owner in all_pages(domains)
                for page in owner.declared
            )


def is_html(page: Page) -> bool:
    return "." not in page.path.rsplit("/", 1)[-1]


def public() -> list[tuple[str, dict[str, str]]]:
    """All public addresses by language: a label, and the address in each language."""
    found = [("home", {language: f"/{language}/" for language in LANGUAGES})]
    for page, examples in pages():
        if page.role or not is_html(page):
            continue
        found.extend(
            (page.full_path, {language: page.address(language, one) for language in LANGUAGES})
            for one in examples
        )
    return found


def some(each: int = 3) -> list[tuple[str, dict[str, str]]]:
    """Of every declared page at most `each` addresses: the first, the last, and between."""
    by_page: dict[str, list[dict[str, str]]] = {}
    for label, addresses in public():
        by_page.setdefault(label, []).append(addresses)
    chosen = []
    for label, addresses in by_page.items():
        step = max(1, (len(addresses) - 1) // max(1, each - 1))
        picked = addresses[::step][:each]
        chosen.extend((label, one) for one in picked)
    return chosen


def officers() -> list[tuple[str, dict[str, str]]]:
    """The pages that need a role, as far as they stand without parameters."""
    return [
        (page.full_path, {language: page.address(language, {}) for language in LANGUAGES})
        for page, _ in pages()
        if page.role and "{" not in page.path and is_html(page)
    ]
