"""What the pages of this domain have in common."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, TypeVar

from benelux.core.errors import Fault, Invalid
from benelux.core.house import House
from benelux.core.language import Message, message
from benelux.core.web.ask import Ask, Crumb, Download, Reply, View
from benelux.core.web.listing import Listing, Window
from benelux.core.web.pages import Pages
from benelux.domains.fireworks import DOMAIN

T = TypeVar("T")
PAGES: Final = Pages("fireworks")
TONES: Final[Mapping[str, str]] = {
    "draft": "plain", "ready": "info", "shared": "good", "closed": "plain",
    "pass": "good", "fail": "bad", "inconclusive": "open", "not-checked": "open",
    "not-applicable": "plain",
    "": "plain", "low": "info", "medium": "open", "high": "bad", "serious": "bad",
    "new": "bad", "taken": "open", "answered": "good",
}  # fmt: skip


def home_crumb(ask: Ask) -> Crumb:
    return Crumb(DOMAIN.title, ask.url("fireworks"))


def crumbs(ask: Ask, path: str, label: Message) -> tuple[Crumb, Crumb]:
    return (home_crumb(ask), Crumb(label, ask.url(f"fireworks/{path}")))


def nobody(_house: House) -> Iterable[Mapping[str, str]]:
    """Pages of officers, and of one reporter alone, have no example that everybody may see."""
    return ()


def officers_list(
    path: str, listing: Listing[T], title: Message, about: Message, *, template: str
) -> Callable[[Callable[[Ask, Window[T]], Mapping[str, object]]], None]:
    """Declare a list that only officers see, with its JSON and CSV.

    The rows themselves refuse whoever may not see them; no answer is open to other sites.
    """

    def declare(more: Callable[[Ask, Window[T]], Mapping[str, object]]) -> None:
        def show(ask: Ask) -> Reply:
            window = listing.window(ask)
            values = {"window": window, "listing": listing, **more(ask, window)}
            return View(template, title, values, (home_crumb(ask),), lead=about)

        def as_json(ask: Ask) -> Reply:
            return Download(
                listing.json(ask), "application/json", f"{listing.name}.json", inline=True
            )

        def as_csv(ask: Ask) -> Reply:
            return Download(listing.csv(ask), "text/csv", f"{listing.name}-{ask.language}.csv")

        PAGES.page(path, title, about, examples=nobody)(show)
        PAGES.page(f"{path}.json", title, about, examples=nobody)(as_json)
        PAGES.page(f"{path}.csv", title, about, examples=nobody)(as_csv)

    return declare


def sent(ask: Ask, name: str) -> str:
    """The last value of a field of the form that was sent."""
    return next(iter(reversed(ask.form.get(name, ()))), "")


def whole(text: str, field: str = "version") -> int:
    """A version or a place that a form carries; raises `Invalid`."""
    if text.isascii() and text.isdecimal() and len(text) < 10:  # noqa: PLR2004 - fits an integer column
        return int(text)
    raise Invalid(
        "fireworks.number",
        message("This version cannot be read."),
        faults=(Fault(field, message("a number is expected")),),
    )


def done(ask: Ask, said: Sequence[tuple[str, Message]]) -> Message | None:
    """What was just done, as the address says after a form was accepted."""
    return dict(said).get(ask.one("done")) if not ask.form else None
