"""What a holder does: apply, see what is missing, show the pass, and see who checked it."""

from dataclasses import replace
from typing import Final

from benelux.core.errors import Conflict, Fault, Invalid
from benelux.core.exchange.federation import federation_of
from benelux.core.exchange.gathering import who_asked
from benelux.core.language import message
from benelux.core.ledger.citizen import Asked
from benelux.core.registers.credential import code_svg, issue_document
from benelux.core.registers.pages.entry import (
    PREFIX,
    content_of,
    filled_from,
    new_form,
    with_refusal,
)
from benelux.core.registers.pages.shown import told
from benelux.core.registers.paper import Form as Paper
from benelux.core.registers.paper import print_document
from benelux.core.registers.values import Record
from benelux.core.web.ask import Ask, Crumb, Download, Redirect, Reply, View
from benelux.core.web.forms import Field, Filled, Form, Option
from benelux.domains.fireworks.pages.passes import (
    TITLE,
    TONES,
    country_name,
    state_label,
    state_of,
)
from benelux.domains.fireworks.pages.shared import PAGES, crumbs, done, nobody, sent, whole
from benelux.domains.fireworks.registers import PASSES
from benelux.domains.fireworks.rules.passes import lacking
from benelux.domains.fireworks.service import passes
from benelux.domains.fireworks.service.passes import Own

APPLY: Final = message("Apply for a pyropass")
MINE: Final = message("My passes")
DONE: Final = (
    ("applied", message("Your application has come in. You see here what becomes of it.")),
    ("completed", message("Your application was changed.")),
)
_KNOWN_BY_BROWSERS: Final = {
    "family": "family-name", "given": "given-name", "born": "bday", "company": "organization",
}  # fmt: skip


def _options(ask: Ask) -> list[Option]:
    return [Option(code, country_name(code)) for code in federation_of(ask.house).own]


def _questions() -> tuple[Field, ...]:
    declared = (one for one in new_form(PASSES).fields if one.name.startswith(PREFIX))
    return tuple(
        replace(one, autocomplete=_KNOWN_BY_BROWSERS.get(one.name.removeprefix(PREFIX), ""))
        for one in declared
    )


COUNTRY: Final = Field(
    "country",
    message("In which country do you apply?"),
    "choice",
    hint=message("A pass of one country counts in all three."),
    options=_options,
)
FORM: Final = Form("apply", (COUNTRY, *_questions()), message("Send the application"))
CHANGE: Final = Form("complete", _questions(), message("Keep the changes"))


@PAGES.page(
    "/passes/apply", APPLY, message("For whoever works with professional fireworks, signed in."),
    posts=True, examples=nobody,
)  # fmt: skip
def apply(ask: Ask) -> Reply:
    passes.signed_in(ask.person)  # refuses whoever is not signed in before anything is asked
    filled, status = Filled(), 200
    if ask.form:
        filled, status = FORM.read(ask), 422
        if not filled.faults:
            content = content_of(PASSES, filled)
            try:
                found = passes.apply(ask.house, ask.person, filled.value("country"), content)
                return Redirect(_address(ask, found.record, done="applied"))
            except Invalid as refusal:
                filled = with_refusal(filled, refusal, FORM.fields)
            except Conflict as refusal:
                filled, status = filled.with_faults(Fault("", refusal.what)), refusal.status
    values = {"form": FORM, "filled": filled}
    lead = message("The licensing authority decides. You see on “My passes” how far it is.")
    trail = crumbs(ask, "passes", TITLE)
    return View("fireworks/pass_apply.html", APPLY, values, trail, status, lead=lead)


@PAGES.page(
    "/passes/mine", MINE, message("Your own passes and applications in the three countries."),
    examples=nobody,
)  # fmt: skip
def mine(ask: Ask) -> Reply:
    found = passes.own(ask.house, ask.person)
    values = {
        "passes": found, "state_of": state_of, "state_label": state_label, "tones": TONES,
        "country_name": country_name, "lacking": lacking, "today": ask.today,
    }  # fmt: skip
    return View("fireworks/pass_mine.html", MINE, values, crumbs(ask, "passes", TITLE), fresh=True)


@PAGES.page(
    "/passes/mine/{number:str}", message("My pass"),
    message("One pass of yours: the code to show, what it allows, and who checked it."),
    posts=True, examples=nobody,
)  # fmt: skip
def own(ask: Ask) -> Reply:
    found = passes.own_one(ask.house, ask.person, ask.path["number"])
    filled, status = filled_from(found.record), 200
    if ask.form:
        filled, status = CHANGE.read(ask), 422
        if not filled.faults:
            try:
                content, version = content_of(PASSES, filled), whole(sent(ask, "version") or "0")
                passes.complete(ask.house, ask.person, found.record.id, content, version)
                return Redirect(_address(ask, found.record, done="completed"))
            except Invalid as refusal:
                filled = with_refusal(filled, refusal, CHANGE.fields)
            except Conflict as refusal:
                filled, status = filled.with_faults(Fault("", refusal.what)), refusal.status
    return _show(ask, found, filled, status)


@PAGES.page(
    "/passes/mine/{number:str}/a4.pdf", message("My pass on paper"),
    message("Your pass as PDF: a sheet of A4 with a card to cut out."), examples=nobody,
)  # fmt: skip
def on_paper(ask: Ask) -> Reply:
    return _printed(ask, "a4")


@PAGES.page(
    "/passes/mine/{number:str}/card.pdf", message("My pass as a card"),
    message("Your pass as PDF: the card alone."), examples=nobody,
)  # fmt: skip
def as_card(ask: Ask) -> Reply:
    return _printed(ask, "card")


def _printed(ask: Ask, form: Paper) -> Reply:
    found = passes.own_one(ask.house, ask.person, ask.path["number"])
    pdf = print_document(
        found.house, PASSES, found.record, ask.language, form, portal=ask.house.settings.origin
    )
    return Download(pdf, "application/pdf", f"{found.record.id}.pdf")


def _show(ask: Ask, found: Own, filled: Filled, status: int) -> Reply:
    record, content = found.record, found.record.content or {}
    state = state_of(record, ask.today)
    label = message("QR code of the pass {number}", number=record.id).to(ask.language)
    code = None
    if state == "valid":
        code = code_svg(issue_document(found.house, PASSES, record), label)
    asked = who_asked(ask.house, passes.signed_in(ask.person), ask.today)
    values = {
        "record": record, "country": country_name(found.country), "state": state,
        "state_label": state_label, "tones": TONES, "register": PASSES, "code": code,
        "told": told, "content": content,
        "done": done(ask, DONE), "form": CHANGE, "filled": filled,
        "lacking": lacking(content) if record.state == "applied" else (),
        "checks": [one for one in asked.found if _is_check(one, record)],
        "failures": asked.failures, "history": passes.own_history(found),
        "base": _address(ask, record),
    }  # fmt: skip
    title = message("Pyropass {number}", number=record.id)
    if record.state == "applied":
        title = message("Application {number}", number=record.id)
    trail = (*crumbs(ask, "passes", TITLE), Crumb(MINE, ask.url("fireworks/passes/mine")))
    return View("fireworks/pass_card.html", title, values, trail, status, fresh=True)


def _is_check(one: Asked, record: Record) -> bool:
    return one.shard == record.keeper and PASSES.purpose(one.what.purpose) is not None


def _address(ask: Ask, record: Record, **query: str) -> str:
    return ask.url(f"fireworks/passes/mine/{record.id}", **query)
