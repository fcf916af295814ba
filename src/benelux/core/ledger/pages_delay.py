"""Telling somebody later: the page on which an officer decides so, and ends it again."""

from datetime import date
from typing import Final

from benelux.core.errors import Fault, Invalid, NotAllowed, Refusal
from benelux.core.identity.facts import Facts
from benelux.core.language import Message, message
from benelux.core.ledger import orders
from benelux.core.ledger.pages import TITLE as LEDGERS
from benelux.core.ledger.pages import number_of
from benelux.core.ledger.pages_mine import nobody
from benelux.core.registers.acting import acting_for
from benelux.core.registers.values import Acting
from benelux.core.web.ask import Ask, Crumb, Redirect, Reply, View
from benelux.core.web.forms import Field, Filled, Form
from benelux.core.web.pages import Pages

PAGES: Final = Pages("")
TITLE: Final = message("Tell the person concerned later")
FORM: Final = Form(
    "postpone",
    (
        Field(
            "until",
            message("Tell them from"),
            "date",
            hint=message("At most a year from today. Before that day you can decide anew."),
        ),
        Field(
            "instrument",
            message("Legal ground: the instrument"),
            hint=message("For example: (EU) 2016/680"),
        ),
        Field(
            "article",
            message("Legal ground: the article"),
            hint=message("For example: 15"),
            longest=60,
        ),
        Field("case", message("Reference of the case"), longest=100),
    ),
    message("Tell them later"),
)
_END: Final = "tell"


@PAGES.page(
    "/ledger/{shard:str}/{entry:str}/delay",
    TITLE,
    message("For officers: decide that a person is told of a question later, or end that."),
    posts=True,
    examples=nobody,
)
def delay(ask: Ask) -> Reply:
    by = acting_for(ask.house, ask.person)
    shard, number = ask.path["shard"], number_of(ask.path["entry"])
    running = orders.delay_of(by, ask.house, shard, number)
    here, filled = ask.url(f"ledger/{shard}/{number}/delay"), Filled()
    if ask.form.get("form", [""])[-1] == _END:
        orders.tell(by, ask.house, shard, number)
        return Redirect(f"{here}?done=told")
    if ask.form:
        filled = FORM.read(ask)
        if not filled.faults:
            filled = _postponed(ask, by, shard, number, filled)
        if not filled.faults:
            return Redirect(f"{here}?done=postponed")
    values = {
        "form": FORM,
        "filled": filled,
        "running": running,
        "done": ask.one("done"),
        "number": number,
        "address": here,
    }
    lead = message("The person concerned does not see this question before the day you decide on.")
    status = 422 if filled.faults else 200
    return View("ledger/delay.html", TITLE, values, _crumbs(ask, by), status, lead)


def _postponed(ask: Ask, by: Acting, shard: str, number: int, filled: Filled) -> Filled:
    """Decide so; what was filled in, with what stands in the way."""
    why = Facts(
        instrument=filled.value("instrument"),
        article=filled.value("article"),
        case=filled.value("case"),
    )
    until = date.fromisoformat(filled.value("until"))
    try:
        orders.postpone(by, ask.house, shard, number, until, why)
    except (Invalid, NotAllowed) as refusal:
        return filled.with_faults(*(Fault("", one) for one in _said(refusal)))
    return filled


def _said(refusal: Refusal) -> list[Message]:
    return [one for one in (refusal.what, refusal.why) if one is not None]


def _crumbs(ask: Ask, by: Acting) -> list[Crumb]:
    shard, entry = ask.path["shard"], ask.path["entry"]
    node = by.actor.country if orders.home_of(ask.house, by) is not ask.house else ""
    return [
        Crumb(LEDGERS, ask.url("ledger")),
        Crumb(shard, ask.url(f"ledger/{shard}", node=node)),
        Crumb(
            message("Proof of entry {number}", number=entry),
            ask.url(f"ledger/{shard}/{entry}", node=node),
        ),
    ]
