"""Asking a register of all three countries: the form, the answers, and the reasons for them."""

from collections.abc import Mapping
from typing import Final

from benelux.core.exchange.fanout import fan_out
from benelux.core.exchange.federation import federation_of
from benelux.core.identity.may import Decision
from benelux.core.language import Message, message
from benelux.core.registers.acting import acting_for
from benelux.core.registers.declaration import Register
from benelux.core.registers.pages.public import place
from benelux.core.registers.pages.question import (
    ask_form,
    asking_of,
    checked,
    missing_fields,
    new_request,
    unclear,
    wishes_of,
)
from benelux.core.registers.pages.shared import PAGES, nobody, register_crumbs, register_of
from benelux.core.registers.pages.shown import QUALITIES, REFUSED, TONES, VERDICTS, told
from benelux.core.registers.reasons import reasons
from benelux.core.registers.values import Acting, Asking
from benelux.core.web.ask import Ask, Reply, View
from benelux.core.web.forms import Filled

ASK: Final = message("Ask a question")
LEAD: Final = message("Every question is put on record with its purpose and its ground.")
_LONGEST_REQUEST: Final = 64
SECONDS: Final = 5.0
"""How long all nodes together may take; who has not answered by then is named."""


@PAGES.page(
    "/registers/{register:str}/ask",
    ASK,
    message("For officers: ask all three countries, with the reasons and what was put on record."),
    posts=True,
    examples=nobody,
)
def ask_page(ask: Ask) -> Reply:
    acting = acting_for(ask.house, ask.person)
    register = register_of(ask)
    form, groups = ask_form(register)
    filled = form.read(ask) if ask.form else Filled(dict(_prefilled(ask)))
    request = (ask.form.get("request") or [new_request()])[-1][:_LONGEST_REQUEST]
    if ask.form and not filled.faults:
        filled = checked(filled, groups)
    if ask.form and not filled.faults:
        asking = asking_of(register, filled, request)
        why = reasons(ask.house, asking, acting)
        own = why.get(acting.actor.country)
        filled = filled.with_faults(*unclear(register, form, asking), *missing_fields(form, own))
        if not filled.faults:  # what cannot be answered anywhere is not sent
            return _answer(ask, asking, acting, wishes_of(register)[filled.value("wish")], why)
    values = {
        "register": register,
        "form": form,
        "grouped": {field.name for group in groups for field in group.fields},
        "groups": groups,
        "filled": filled,
        "request": request,
        "again": _address(ask, register),
    }
    title = message("Ask: {title}", title=register.title)
    crumbs = register_crumbs(ask, register)
    status = 422 if filled.faults else 200
    return View("registers/ask.html", title, values, crumbs, status=status, lead=LEAD)


def _answer(
    ask: Ask, asking: Asking, acting: Acting, wish: Message, why: Mapping[str, Decision]
) -> Reply:
    """Ask all countries, and show what each says and where it stands on record."""
    register = register_of(ask)
    federation = federation_of(ask.house)
    values = {
        "register": register,
        "asking": asking,
        "wish": wish,
        "purpose": register.purpose(asking.facts.purpose or ""),
        "answers": fan_out(federation, asking, acting, SECONDS, language=ask.language),
        "reasons": why,
        "verdicts": VERDICTS,
        "tones": TONES,
        "qualities": QUALITIES,
        "refused": REFUSED,
        "place": place,
        "told": told,
        "acting": acting,
        "again": _address(ask, register),
    }
    title = message("Answer: {title}", title=register.title)
    crumbs = register_crumbs(ask, register)
    return View("registers/answer.html", title, values, crumbs, lead=LEAD)


def _address(ask: Ask, register: Register) -> str:
    return ask.url(f"registers/{register.name}/ask")


def _prefilled(ask: Ask) -> Mapping[str, str]:
    """A number may come with the address, as from a document that was scanned."""
    number = ask.one("number")
    return {"number": number[:40]} if number else {}
