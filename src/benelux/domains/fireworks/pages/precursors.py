"""Precursors for everybody: which substances, whom to call, and the form to report."""

from collections.abc import Mapping
from datetime import datetime, time
from decimal import Decimal, InvalidOperation
from typing import Final

from benelux.core.errors import Fault, Invalid, TooMany
from benelux.core.language import Message, message
from benelux.core.territory import LEGAL_TIME
from benelux.core.web.ask import Ask, Redirect, Reply, View
from benelux.core.web.forms import Field, Filled, Form, Option
from benelux.core.web.listing import Column, Filter, Listing, Window
from benelux.domains.fireworks.model.countries import countries
from benelux.domains.fireworks.model.precursors import KINDS, REPORTERS, UNITS, Report
from benelux.domains.fireworks.pages.shared import PAGES, crumbs, home_crumb
from benelux.domains.fireworks.pages.ticket import ticket
from benelux.domains.fireworks.rules.dated import CERTAINTIES
from benelux.domains.fireworks.rules.precursors import COUNTRIES, Substance, book
from benelux.domains.fireworks.service import intake

_PROSE: Final = 4000
TITLE: Final = message("Explosives precursors")
REPORT_TITLE: Final = message("Report about explosives precursors")


SUBSTANCES: Final[Listing[Substance]] = Listing(
    name="explosives-precursors",
    rows=lambda _ask: book().substances,
    columns=(
        Column("name", message("Substance"), lambda row, language: row.name[language]),
        Column("annex", message("Annex"), lambda row, _: row.annex),
        Column("cas", message("CAS number"), lambda row, _: row.cas),
        Column("limit", message("Limit for the public (%)"),
               lambda row, _: row.limit, numeric=True),
        Column("licence", message("With a licence (%)"),
               lambda row, _: row.licence, numeric=True),
        Column("certainty", message("How sure"), lambda row, _: row.certainty,
               show=lambda row, _: CERTAINTIES[row.certainty]),
        Column("id", message("Id"), lambda row, _: row.id, export_only=True),
    ),
    filters=(
        Filter("annex", message("Annex"), lambda row: (row.annex,), lambda key: key),
    ),
    sort="name",
    source=message(
        "Regulation (EU) 2019/1148, annexes I and II. Percentages are by weight. Every suspicious"
        " transaction is to be reported, whatever the concentration. For ammonium nitrate the limit"
        " is the share of nitrogen."
    ),
)  # fmt: skip


@PAGES.list_page(
    "/precursors", SUBSTANCES, TITLE,
    message("Substances from which explosives can be made, and whom to tell."),
    template="fireworks/precursors.html", crumbs=lambda ask: (home_crumb(ask),),
)  # fmt: skip
def precursors(_ask: Ask, _window: Window[Substance]) -> Mapping[str, object]:
    return {"points": book().contact_points, "certainties": CERTAINTIES, "countries": countries()}


def _three(_ask: Ask) -> list[Option]:
    return [Option(code, countries()[code]) for code in COUNTRIES]


FORM: Final = Form(
    "report",
    (
        Field("kind", message("What do you report?"), "choice",
              options=lambda _ask: [Option(key, name) for key, name in KINDS.items()]),
        Field("country", message("In which country did it happen?"), "choice",
              hint=message("Your report goes to the contact point of that country."),
              options=_three),
        Field("substances", message("Which substances?"), "choices",
              options=lambda _ask: [Option(one.id, one.name) for one in book().substances]),
        Field("noticed", message("On which day did you notice it?"), "date"),
        Field("noticed_time", message("At what time?"), required=False, longest=5,
              hint=message("For example 14:30.")),
        Field("what", message("What happened?"), "area", longest=_PROSE),
        Field("signs", message("What made it suspicious?"), "choices", required=False,
              options=lambda _ask: [Option(one.id, one.text) for one in book().signs]),
        Field("place", message("Where?"), required=False,
              hint=message("Shop, town or web address.")),
        Field("amount", message("How much?"), required=False, longest=15),
        Field("unit", message("Unit"), "choice", required=False,
              options=lambda _ask: [Option(key, name) for key, name in UNITS.items()]),
        Field("concentration", message("Concentration in per cent by weight"), required=False,
              longest=15),
        Field("customer", message("What do you know about the customer?"), "area",
              required=False, longest=_PROSE,
              hint=message("Name, appearance, vehicle, account: only what you know.")),
        Field("customer_country", message("Country of the customer"), "choice", required=False,
              options=lambda _ask: [Option(code, name) for code, name in countries().items()]),
        Field("reporter", message("Who are you?"), "choice",
              options=lambda _ask: [Option(key, name) for key, name in REPORTERS.items()]),
        Field("organisation", message("Name of your business"), required=False,
              autocomplete="organization"),
        Field("contact", message("How can you be reached?"), required=False,
              hint=message("You may leave this open and follow the reply with your secret.")),
    ),
    message("Send the report"),
)  # fmt: skip


@PAGES.page(
    "/precursors/report", REPORT_TITLE,
    message("A suspicious sale, a theft or a disappearance: due within 24 hours."), posts=True,
)  # fmt: skip
def report(ask: Ask) -> Reply:
    now = datetime.now(LEGAL_TIME)
    filled = Filled({"noticed": now.date().isoformat(), "noticed_time": f"{now:%H:%M}"})
    status = 200
    if ask.form:
        filled, status = FORM.read(ask), 422
        if not filled.faults:
            try:
                receipt = intake.receive(ask.house, report_from(filled), ask.client)
                return Redirect(
                    ask.url("fireworks/precursors/received"),
                    (ticket(receipt.reference, receipt.secret),),
                )
            except (Invalid, TooMany) as refusal:
                filled, status = filled.from_refusal(refusal), refusal.status
    lead = message("For an emergency call 112. Whoever reports is not named to the customer.")
    values = {"form": FORM, "filled": filled, "points": book().contact_points,
              "countries": countries()}  # fmt: skip
    return View("fireworks/report_form.html", REPORT_TITLE, values,
                crumbs(ask, "precursors", TITLE), status, lead)  # fmt: skip


def report_from(filled: Filled) -> Report:
    """The report that the form says. Raises `Invalid` for a time or a number that is none."""
    value = filled.value
    return Report(
        kind=value("kind"),  # type: ignore[arg-type] # the form checked it
        country=value("country"),
        substances=tuple(filled.many.get("substances", ())),
        noticed_at=_moment(filled),
        what=value("what"),
        reporter=value("reporter"),  # type: ignore[arg-type] # as above
        place=value("place"),
        amount=_number(filled, "amount"),
        unit=value("unit") or "kg",  # type: ignore[arg-type] # as above
        concentration=_number(filled, "concentration"),
        signs=tuple(filled.many.get("signs", ())),
        customer=value("customer"),
        customer_country=value("customer_country"),
        organisation=value("organisation"),
        contact=value("contact"),
    )


def _moment(filled: Filled) -> datetime:
    """Day and time as the clocks of the three countries say; without a time, the day's begin."""
    text = filled.value("noticed_time") or "00:00"
    try:
        at = time.fromisoformat(text) if len(text) == len("14:30") else None
    except ValueError:
        at = None
    if at is None:
        raise _fault("noticed_time", message("Give a time such as 14:30."))
    day = filled.day("noticed")
    if day is None:
        raise _fault("noticed", message("Fill in this field."))
    return datetime.combine(day, at, LEGAL_TIME)


def _number(filled: Filled, name: str) -> Decimal | None:
    text = filled.value(name).replace(",", ".").replace(" ", "")
    if not text:
        return None
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = None
    if found is None or not found.is_finite():
        raise _fault(name, message("Give a number, such as 2.5."))
    return found


def _fault(name: str, wish: Message) -> Invalid:
    return Invalid(
        "fireworks.report",
        message("This report cannot be taken as it is."),
        faults=(Fault(name, wish),),
    )
