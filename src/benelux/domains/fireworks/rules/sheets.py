"""What a sheet asks of a product on a day, and what it still lacks before others may rely on it."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache

from msgspec import Struct

from benelux.core.errors import Fault
from benelux.core.files import read_yaml
from benelux.core.language import Text, message
from benelux.domains.fireworks.model.countries import countries
from benelux.domains.fireworks.model.sheets import (
    BODY,
    Category,
    Sheet,
    registration_parts,
)
from benelux.domains.fireworks.rules.dated import DATA, Certainty, Dated, Term


class Label(Dated, frozen=True, kw_only=True):
    """One thing that must stand on the label; without `categories` it must on every one."""

    id: str
    text: Text
    categories: tuple[Category, ...] = ()

    def applies(self, category: Category, day: date) -> bool:
        return self.holds(day) and (not self.categories or category in self.categories)


class Protocol(Struct, frozen=True):
    """A standard by which articles of these categories are tested."""

    id: str
    categories: tuple[Category, ...]
    title: Text
    certainty: Certainty


class RiskRule(Dated, frozen=True, kw_only=True):
    """The act that defines the four levels of risk."""


class Book(Struct, frozen=True):
    """All that sheets are made of."""

    labels: tuple[Label, ...]
    protocols: tuple[Protocol, ...]
    tests: tuple[Term, ...]
    risks: tuple[Term, ...]
    risk_rules: tuple[RiskRule, ...]
    measures: tuple[Term, ...]

    def labels_for(self, category: Category, day: date) -> tuple[Label, ...]:
        return tuple(label for label in self.labels if label.applies(category, day))

    def risk_rule(self, day: date) -> RiskRule | None:
        return next((rule for rule in self.risk_rules if rule.holds(day)), None)

    def names(self, terms: tuple[Term, ...]) -> Mapping[str, Text]:
        return {term.id: term.text for term in terms}


@cache
def book() -> Book:
    """The rules; raises `CorruptFile` where the data file is wrong."""
    return read_yaml(DATA / "sheets.yaml", Book)


def wrong(sheet: Sheet) -> Iterator[Fault]:
    """What cannot be on any sheet, a draft included."""
    if sheet.notified_body and not BODY.fullmatch(sheet.notified_body):
        yield Fault("notified_body", message("The number of a notified body has four digits."))
    if sheet.registration:
        yield from _wrong_registration(sheet)
    yield from _misnamed(sheet)
    known = {protocol.id: protocol for protocol in book().protocols}
    for test in sheet.tests:
        protocol = known.get(test.protocol)
        if protocol is None or sheet.category not in protocol.categories:
            yield Fault(
                "protocol",
                message(
                    "{protocol} is not for category {category}.",
                    protocol=test.protocol,
                    category=sheet.category,
                ),
            )


def _wrong_registration(sheet: Sheet) -> Iterator[Fault]:
    parts = registration_parts(sheet.registration)
    if parts is None:
        yield Fault(
            "registration",
            message("A registration number looks like 0163-F2-1234 (2014/58/EU art. 1)."),
        )


def _misnamed(sheet: Sheet) -> Iterator[Fault]:
    """Words that no list has: a form cannot send them, a machine or another node can."""
    known = book()
    for name, given, terms in (
        ("checks", set(sheet.checks), known.labels),
        ("measures", set(sheet.measures), known.measures),
        ("test_check", {one.check for one in sheet.tests}, known.tests),
    ):
        if not given <= {term.id for term in terms}:
            yield Fault(name, message("Choose one of the options."))
    places = {sheet.operator.country, *(one.country for one in sheet.tests)} - {""}
    if not places <= set(countries()):
        yield Fault("operator_country", message("Choose one of the options."))


def missing(sheet: Sheet, today: date) -> Iterator[Fault]:
    """What is still missing before the sheet can be shared with the other countries."""
    if not sheet.batch and not sheet.registration:
        yield Fault("batch", message("Give the batch or the registration number."))
    if not sheet.operator.name:
        yield Fault("operator_name", message("Say at whom the product was found."))
    if not sheet.operator.country:
        yield Fault("operator_country", message("Say in which country the operator is."))
    if sheet.found_on > today:
        yield Fault("found_on", message("This day is still to come."))
    if sheet.ce == "yes" and not sheet.notified_body:
        yield Fault("notified_body", message("Give the number that stands beside the CE mark."))
    for label in book().labels_for(sheet.category, sheet.found_on):
        if label.id not in sheet.checks:
            yield Fault(
                f"check_{label.id}", message("Say what was found: {what}.", what=label.text)
            )
    yield from _missing_about_risk(sheet)


def _missing_about_risk(sheet: Sheet) -> Iterator[Fault]:
    if sheet.failed and not sheet.risk:
        yield Fault("risk", message("Something is not in order: say how high the risk is."))
    if sheet.risk and not sheet.risk_reason:
        yield Fault("risk_reason", message("Say why the risk is as high as that."))
    if sheet.risk == "serious" and not sheet.measures:
        yield Fault("measures", message("A serious risk needs a measure."))


def remarks(sheet: Sheet) -> Iterator[Fault]:
    """What does not fit together on the product itself: a finding, not a mistake of the officer."""
    parts = registration_parts(sheet.registration)
    if parts is None:
        return
    body, category = parts
    if category != sheet.category:
        yield Fault(
            "registration",
            message(
                "The registration number is for {registered}, the label claims {claimed}.",
                registered=category,
                claimed=sheet.category,
            ),
        )
    if sheet.notified_body and body != sheet.notified_body:
        yield Fault(
            "notified_body",
            message(
                "The registration number was given by body {registered}; beside the CE mark stands"
                " {marked}. A second body may do the checks in production.",
                registered=body,
                marked=sheet.notified_body,
            ),
        )
