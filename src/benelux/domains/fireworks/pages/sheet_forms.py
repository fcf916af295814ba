"""The forms of a sheet: a short one to begin with, then all that its category asks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, TypeVar, get_args

from benelux.core.language import Message, Text, message
from benelux.core.web.ask import Ask
from benelux.core.web.forms import Field, Filled, Form, Option
from benelux.domains.fireworks.model.countries import countries
from benelux.domains.fireworks.model.sheets import (
    MARKED,
    OUTCOMES,
    RESULTS,
    ROLES,
    Category,
    LabTest,
    Operator,
    Sheet,
)
from benelux.domains.fireworks.rules.dated import Term
from benelux.domains.fireworks.rules.precursors import COUNTRIES
from benelux.domains.fireworks.rules.sheets import book

CATEGORIES: Final[tuple[Category, ...]] = get_args(Category)
_PROSE: Final = 4000
K = TypeVar("K", bound=str)
Options = Callable[[Ask], Sequence[Option]]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form under a heading of its own."""

    heading: Message
    fields: Sequence[Field]


def _said(names: Mapping[K, Message]) -> Options:
    return lambda _ask: [Option(key, name) for key, name in names.items()]


def _terms(terms: Sequence[Term]) -> Options:
    return lambda _ask: [Option(term.id, term.text) for term in terms]


def _categories(_ask: Ask) -> Sequence[Option]:
    return [Option(key, Text.same(key)) for key in CATEGORIES]


def _any_country(_ask: Ask) -> Sequence[Option]:
    return [Option(code, name) for code, name in countries().items()]


def _partners(_ask: Ask) -> Sequence[Option]:
    """Who tests together: the three countries, and Germany for North Rhine-Westphalia."""
    return [Option(code, countries()[code]) for code in (*COUNTRIES, "DE")]


PRODUCT: Final = Section(
    message("Product"),
    (
        Field("product", message("Name on the product")),
        Field("kind", message("Kind of article"), required=False,
              hint=message("For example a battery, a rocket or a smoke pot.")),
        Field("category", message("Category that the label claims"), "choice",
              options=_categories),
        Field("batch", message("Batch or serial number"), required=False),
        Field("registration", message("Registration number"), required=False,
              hint=message("As on the label, for example 0163-F2-1234.")),
        Field("found_on", message("Day on which it was found"), "date"),
        Field("found_at", message("Place where it was found"), required=False),
    ),
)  # fmt: skip
OPERATOR: Final = Section(
    message("Economic operator"),
    (
        Field("operator_name", message("Name"), required=False),
        Field("operator_role", message("Role"), "choice", options=_said(ROLES)),
        Field("operator_country", message("Country"), "choice", required=False,
              options=_any_country),
        Field("operator_address", message("Address"), required=False),
    ),
)  # fmt: skip
RISK: Final = Section(
    message("Risk and measures"),
    (
        Field("risk", message("Level of risk"), "choice", required=False,
              hint=message("The four levels of Safety Gate. Leave it open while it is not known."),
              options=_terms(book().risks)),
        Field("risk_reason", message("Why this level"), "area", required=False, longest=_PROSE),
        Field("measures", message("Measures"), "choices", required=False,
              options=_terms(book().measures)),
        Field("measure_note", message("About the measures"), "area", required=False,
              longest=_PROSE),
    ),
)  # fmt: skip


def labels(category: Category, day: date) -> Section:
    """The CE mark, and what must stand on the label of this category on that day."""
    asked = [
        Field(f"check_{label.id}", message("{what}", what=label.text), "choice", required=False,
              options=_said(OUTCOMES))
        for label in book().labels_for(category, day)
    ]  # fmt: skip
    return Section(
        message("Marks and label"),
        (
            Field("ce", message("CE mark"), "choice", options=_said(MARKED)),
            Field("notified_body", message("Number of the notified body"), required=False,
                  hint=message("The four digits beside the CE mark.")),
            *asked,
            Field("remark", message("Remarks on the label"), "area", required=False,
                  longest=_PROSE),
        ),
    )  # fmt: skip


def sections(category: Category | None, day: date) -> Sequence[Section]:
    """The form for a new sheet, or the whole one for a category."""
    if category is None:
        return (PRODUCT, OPERATOR)
    return (PRODUCT, OPERATOR, labels(category, day), RISK)


def form_of(parts: Sequence[Section]) -> Form:
    fields = [field for part in parts for field in part.fields]
    return Form("sheet", fields, message("Keep"))


def filled_from(sheet: Sheet) -> Filled:
    """What the form shows of a sheet that is there."""
    one = sheet.operator
    values = {
        **{name: getattr(sheet, name) for name in (
            "product", "kind", "category", "batch", "registration", "found_at", "ce",
            "notified_body", "remark", "risk", "risk_reason", "measure_note",
        )},
        "found_on": sheet.found_on.isoformat(),
        "operator_name": one.name,
        "operator_role": one.role,
        "operator_country": one.country,
        "operator_address": one.address,
        **{f"check_{key}": outcome for key, outcome in sheet.checks.items()},
    }  # fmt: skip
    return Filled(values, {"measures": sheet.measures})


def sheet_from(filled: Filled, before: Sheet | None = None) -> Sheet:
    """The sheet that the form says, with the tests and photos that it had; the form was read."""
    value = filled.value
    category: Category = value("category")  # type: ignore[assignment] # the form checked it
    start = before or Sheet(value("product"), category, date.min)
    checks = {
        name.removeprefix("check_"): text
        for name, text in filled.values.items()
        if name.startswith("check_") and text
    }
    return replace(
        start,
        product=value("product"),
        category=category,
        found_on=filled.day("found_on") or date.min,
        kind=value("kind"),
        batch=value("batch"),
        registration=value("registration"),
        found_at=value("found_at"),
        operator=Operator(
            value("operator_name"),
            value("operator_role"),  # type: ignore[arg-type] # the form checked it
            value("operator_country"),
            value("operator_address"),
        ),
        ce=value("ce") or start.ce,  # type: ignore[arg-type] # as above
        notified_body=value("notified_body"),
        checks=checks,  # type: ignore[arg-type] # as above
        remark=value("remark"),
        risk=value("risk"),  # type: ignore[arg-type] # as above
        risk_reason=value("risk_reason"),
        measures=tuple(filled.many.get("measures", ())),
        measure_note=value("measure_note"),
    )


def test_form(category: Category) -> Form:
    """One more test; only the standards for this category are offered."""
    protocols = [one for one in book().protocols if category in one.categories]
    return Form(
        "test",
        (
            Field("laboratory", message("Laboratory")),
            Field("lab_country", message("Country of the laboratory"), "choice",
                  options=_any_country),
            Field("protocol", message("Standard"), "choice",
                  options=lambda ask: [
                      Option(one.id, f"{one.id}: {one.title[ask.language]}") for one in protocols
                  ]),
            Field("test_check", message("What was tested"), "choice",
                  options=_terms(book().tests)),
            Field("result", message("Result"), "choice", options=_said(RESULTS)),
            Field("reference", message("Number of the test report"), required=False),
            Field("joint", message("Joint test of"), "choices", required=False,
                  hint=message("Tick the countries that share this test."), options=_partners),
            Field("test_remark", message("Remark"), required=False),
        ),
        message("Add the test"),
    )  # fmt: skip


def test_from(filled: Filled) -> LabTest:
    return LabTest(
        laboratory=filled.value("laboratory"),
        country=filled.value("lab_country"),
        protocol=filled.value("protocol"),
        check=filled.value("test_check"),
        result=filled.value("result"),  # type: ignore[arg-type] # the form checked it
        reference=filled.value("reference"),
        remark=filled.value("test_remark"),
        joint=tuple(filled.many.get("joint", ())),
    )


PHOTO: Final = Form(
    "photo",
    (
        Field("photo", message("Photo"), "file",
              hint=message(
                  "JPEG, PNG or WebP, at most 4 MB. What the camera wrote in the file, such as the"
                  " place, is removed."
              )),
    ),
    message("Add the photo"),
)  # fmt: skip
