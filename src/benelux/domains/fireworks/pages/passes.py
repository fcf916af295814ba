"""The pyropass for everybody: for which categories it counts in which country, and what to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from benelux.core import territory
from benelux.core.language import Language, Message, Text, message
from benelux.core.registers.values import Record
from benelux.core.web.ask import Ask
from benelux.core.web.listing import Column, Filter, Listing, Window
from benelux.domains.fireworks.pages.shared import PAGES, home_crumb
from benelux.domains.fireworks.registers import PASSES
from benelux.domains.fireworks.rules.dated import CERTAINTIES, Term
from benelux.domains.fireworks.rules.passes import CategorySet, categories_in, pass_rules

TITLE: Final = message("Pyropass")
TONES: Final[Mapping[str, str]] = {
    "applied": "info", "valid": "good", "suspended": "open", "withdrawn": "bad",
    "replaced": "plain", "refused": "bad", "ended": "plain",
}  # fmt: skip
_ENDED: Final = "ended"
_YES: Final = message("goes by pass")
_NO: Final = message("does not go by pass")
_UNKNOWN: Final = message("no rule is known")


def country_name(code: str) -> Text:
    return territory.find(code).name


def state_of(record: Record, today: date) -> str:
    """The state as people know it: that a pass has ended is never written down."""
    ended = record.valid_to is not None and record.valid_to < today
    return _ENDED if ended and record.state in {"valid", "suspended"} else record.state


def state_label(key: str) -> Message:
    return message("Ended") if key == _ENDED else PASSES.state(key).label


@dataclass(frozen=True, slots=True)
class Counts:
    """One category in one country, and the rule of that day; None where no rule is known."""

    country: str
    category: Term
    rule: CategorySet | None

    @property
    def state(self) -> str:
        if self.rule is None:
            return "unknown"
        return "yes" if self.category.id in self.rule.categories else "no"


def _rows(ask: Ask) -> Sequence[Counts]:
    rules = pass_rules()
    return [
        Counts(country, category, categories_in(country, ask.today))
        for country in (one.country for one in rules.recognition)
        for category in rules.categories
    ]


def _sure(row: Counts, language: Language) -> str | None:
    return CERTAINTIES[row.rule.certainty].to(language) if row.rule else None


CATEGORIES: Final[Listing[Counts]] = Listing(
    name="pyropass-categories",
    rows=_rows,
    columns=(
        Column("category", message("Category"), lambda row, _: row.category.id),
        Column("name", message("Articles"), lambda row, language: row.category.text[language]),
        Column("country", message("Country"), lambda row, _: row.country,
               show=lambda row, _: country_name(row.country)),
        Column("counts", message("Handing over"), lambda row, _: row.state,
               show=lambda row, _: {"yes": _YES, "no": _NO, "unknown": _UNKNOWN}[row.state],
               tag=True),
        Column("since", message("Since"), lambda row, _: row.rule.since if row.rule else None),
        Column("source", message("Source"),
               lambda row, _: row.rule.source if row.rule else None, wide=True),
        Column("certainty", message("How sure"), _sure),
    ),
    filters=(
        Filter("country", message("Country"), lambda row: (row.country,), country_name),
        Filter("category", message("Category"), lambda row: (row.category.id,), lambda key: key),
    ),
    sort="country",
    source=message("Decision M(2020)14 of the Benelux Committee of Ministers, and national rules."),
)  # fmt: skip


@PAGES.list_page(
    "/passes", CATEGORIES, TITLE,
    message("One pass for professional fireworks, in Belgium, the Netherlands and Luxembourg."),
    template="fireworks/passes.html", crumbs=lambda ask: (home_crumb(ask),),
)  # fmt: skip
def passes(_ask: Ask, _window: Window[Counts]) -> Mapping[str, object]:
    rules = pass_rules()
    return {
        "terms": rules.terms,
        "recognition": rules.recognition,
        "retention": rules.retention,
        "certainties": CERTAINTIES,
        "country_name": country_name,
    }
