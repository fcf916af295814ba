"""The accords between countries, for whoever wants to know why a question is answered or not."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from benelux.core import territory
from benelux.core.identity import accords
from benelux.core.identity.accord import Accord, Mark, Status
from benelux.core.language import Language, Text, message
from benelux.core.web.ask import Ask
from benelux.core.web.listing import Column, Filter, Listing, Window
from benelux.core.web.pages import Pages

PAGES = Pages("")
TITLE = message("Accords")


def _accords(ask: Ask) -> Sequence[Accord]:
    with ask.house.store.read() as connection:
        return accords.every(connection)


def _today() -> date:
    return datetime.now(tz=UTC).date()


def _country(code: str) -> Text:
    return territory.find(code).name


def _parties(one: Accord, language: Language) -> str:
    return ", ".join(_country(code)[language] for code in one.countries)


LISTING: Listing[Accord] = Listing(
    name="accords",
    rows=_accords,
    columns=(
        Column("title", message("Accord"), lambda one, language: one.title[language], wide=True),
        Column("id", message("Id"), lambda one, _: one.id, export_only=True),
        Column("ground", message("Legal ground"), lambda one, _: one.ground),
        Column("countries", message("Parties"), lambda one, _: " ".join(one.countries), _parties),
        Column(
            "status", message("Status"), lambda one, _: one.status_at(_today()).value,
            lambda one, _: one.status_at(_today()).label, tag=True,
        ),
        Column("since", message("In force since"), lambda one, _: one.since),
        Column("perhaps_since", message("Or since"), lambda one, _: one.perhaps_since,
               export_only=True),
        Column("until", message("Last day"), lambda one, _: one.until),
        Column("signed", message("Signed"), lambda one, _: one.signed, export_only=True),
        Column(
            "marks", message("How sure"), lambda one, _: " ".join(one.marks),
            lambda one, language: ", ".join(mark.label.to(language) for mark in one.marks),
        ),
        Column("source", message("Source"), lambda one, _: one.source),
        Column("note", message("Remark"), lambda one, language: one.note[language], wide=True),
    ),
    filters=(
        Filter("country", message("Country"), lambda one: one.countries, _country),
        Filter("status", message("Status"), lambda one: (one.status_at(_today()).value,),
               lambda key: Status(key).label),
        Filter("mark", message("How sure"), lambda one: [mark.value for mark in one.marks],
               lambda key: Mark(key).label),
    ),
    sort="ground",
    empty=message("No accord answers to this."),
)  # fmt: skip


@PAGES.list_page(
    "/identity/accords",
    LISTING,
    TITLE,
    message("On which grounds one country answers another, since when, and how sure that is."),
)
def listed(_ask: Ask, _window: Window[Accord]) -> Mapping[str, object]:
    return {}
