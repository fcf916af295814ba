"""The pyropass in law: its categories of articles, its term, its recognition and its retention."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from msgspec import Struct

from benelux.core import territory
from benelux.core.answer import Answer, Missing, Reason, Truth, all_hold
from benelux.core.errors import Fault
from benelux.core.files import read_yaml
from benelux.core.language import Message, Text, message
from benelux.core.law import Article, Ground, Instrument, InstrumentKind
from benelux.domains.fireworks.rules.dated import DATA, Dated, Term

FILE: Final = DATA / "passes.yaml"
INSTRUMENT: Final = "M(2020)14"
ARTICLE: Final = "4(1)"
GROUND: Final = Ground(
    Article(
        Instrument(
            INSTRUMENT,
            InstrumentKind.DECISION,
            Text(
                nl="Beschikking over de pyropas",
                fr="Décision relative au pyropass",
                de="Entscheidung über den Pyropass",
                en="Decision on the pyropass",
            ),
        ),
        "4",
        "1",
    )
)


class CategorySet(Dated, frozen=True, kw_only=True):
    """The categories for which a pass counts in one country."""

    country: str
    categories: tuple[str, ...]


class Recognised(Dated, frozen=True, kw_only=True):
    """That one country takes the passes of the others as its own."""

    country: str


class Years(Dated, frozen=True, kw_only=True):
    """A number of years; `country` is empty where it is the rule of all."""

    years: int
    country: str = ""


class PassRules(Struct, frozen=True):
    """All of it."""

    categories: tuple[Term, ...]
    sets: tuple[CategorySet, ...]
    recognition: tuple[Recognised, ...]
    terms: tuple[Years, ...]
    retention: tuple[Years, ...]


@cache
def pass_rules() -> PassRules:
    return read_yaml(FILE, PassRules)


def categories_in(country: str, day: date) -> CategorySet | None:
    """The set that holds in that country on that day; None where no rule is known."""
    found = (one for one in pass_rules().sets if one.country == country and one.holds(day))
    return next(found, None)


def last_day(first: date) -> date:
    """The last day of a pass that begins on `first`: the day before the same date, years later."""
    terms = pass_rules().terms  # the first of them also for days before there was any
    years = next((one for one in terms if one.holds(first)), terms[0]).years
    try:
        same = first.replace(year=first.year + years)
    except ValueError:  # 29 February
        same = date(first.year + years, 3, 1)
    return date.fromordinal(same.toordinal() - 1)


@dataclass(frozen=True, slots=True)
class Shown:
    """What is known of a pass that somebody shows; what is None is not known.

    `standing` is its state in words. With a `first` day that is known, a `last` of None is open.
    """

    country: str
    good: bool | None = None
    standing: Message | None = None
    first: date | None = None
    last: date | None = None
    categories: tuple[str, ...] | None = None


def may_receive(shown: Shown, category: str, here: str, day: date) -> Answer[Truth]:
    """Whether articles of that category may be handed to the holder in country `here` that day.

    The one who hands over still compares the pass with an identity document.
    """
    return all_hold(
        (
            _stands(shown, day),
            _in_time(shown, day),
            _covers(shown, category, day),
            _counts_here(category, here, day),
            _recognised(shown, here, day),
        )
    )


def holds(shown: Shown, day: date) -> Answer[Truth]:
    """Whether the pass holds on that day, whatever it allows."""
    return all_hold((_stands(shown, day), _in_time(shown, day)))


def lacking(content: Mapping[str, object]) -> tuple[Fault, ...]:
    """What an application still lacks before the desk can decide, by field."""
    asked = {
        "permit": message("The permit for use, or for the place of storage"),
        "contact": message("A telephone number or an e-mail address"),
    }
    return tuple(Fault(key, what) for key, what in asked.items() if not content.get(key))


def _stands(shown: Shown, day: date) -> Answer[Truth]:
    if shown.good is None:
        missing = Missing(
            "state",
            message("in which state the pass is today."),
            message("Ask again when the node of its country answers."),
        )
        return _answer(Truth.UNKNOWN, message("Nobody could say in which state the pass is."), day,
                       missing)  # fmt: skip
    said = message("State of the pass: {state}.", state=shown.standing or "–")
    reason = Reason(said, GROUND, {"good": shown.good})
    return Answer(Truth.of(shown.good), (reason,), (), day)


def _in_time(shown: Shown, day: date) -> Answer[Truth]:
    if shown.first is None:
        missing = Missing(
            "days", message("from when until when the pass holds."), message("Read its QR code.")
        )
        return _answer(Truth.UNKNOWN, message("The days of the pass are not known."), day, missing)
    inputs = {"first": shown.first, "last": shown.last}
    if day < shown.first:
        said = message("The pass begins on {day}.", day=shown.first.isoformat())
        return _answer(Truth.FALSE, said, day, inputs=inputs)
    if shown.last is not None and shown.last < day:
        said = message("The pass ended on {day}.", day=shown.last.isoformat())
        return _answer(Truth.FALSE, said, day, inputs=inputs)
    return _answer(Truth.TRUE, message("The pass holds on this day."), day, inputs=inputs)


def _covers(shown: Shown, category: str, day: date) -> Answer[Truth]:
    if shown.categories is None:
        missing = Missing(
            "categories", message("which categories the pass names."), message("Read its QR code.")
        )
        said = message("The categories of the pass are not known.")
        return _answer(Truth.UNKNOWN, said, day, missing)
    inputs = {"categories": " ".join(shown.categories), "category": category}
    if category in shown.categories:
        said = message("The pass names category {category}.", category=category)
        return _answer(Truth.TRUE, said, day, inputs=inputs)
    said = message("The pass does not name category {category}.", category=category)
    return _answer(Truth.FALSE, said, day, inputs=inputs)


def _counts_here(category: str, here: str, day: date) -> Answer[Truth]:
    found, name = categories_in(here, day), territory.find(here).name
    if found is None:
        missing = Missing(
            "set",
            message("for which categories a pass counts: {country}.", country=name),
            message("Ask the authority for fireworks there."),
        )
        said = message("{country}: no rule is known that names categories.", country=name)
        return _answer(Truth.UNKNOWN, said, day, missing)
    inputs = {"category": category, "country": here, "source": found.source}
    told = {"category": category, "country": name, "source": found.source}
    if category in found.categories:
        said = message("{country}: category {category} goes by pass ({source}).", **told)
        return _answer(Truth.TRUE, said, day, inputs=inputs)
    said = message("{country}: category {category} does not go by pass ({source}).", **told)
    return _answer(Truth.FALSE, said, day, inputs=inputs)


def _recognised(shown: Shown, here: str, day: date) -> Answer[Truth]:
    if shown.country == here:
        said = message("The pass was issued in the country itself.")
        return _answer(Truth.TRUE, said, day, inputs={"issued": shown.country})
    found = next(
        (one for one in pass_rules().recognition if one.country == here and one.holds(day)), None
    )
    inputs = {"country": here, "issued": shown.country}
    name = territory.find(here).name
    if found is None:
        said = message("{country}: passes from abroad did not count on this day.", country=name)
        return _answer(Truth.FALSE, said, day, inputs=inputs)
    told = {"country": name, "source": found.source}
    said = message("{country}: passes from abroad count ({source}).", **told)
    return _answer(Truth.TRUE, said, day, inputs=inputs)


def _answer(
    value: Truth,
    said: Message,
    day: date,
    *missing: Missing,
    inputs: Mapping[str, str | date | bool | None] | None = None,
) -> Answer[Truth]:
    return Answer(value, (Reason(said, inputs=inputs or {}),), missing, day)
