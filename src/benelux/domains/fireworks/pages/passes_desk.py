"""The licensing desk: applications with what they lack, and decisions with reasons.

The register's own desk does the rest: entering on paper, correcting, looking back, erasing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from benelux.core.errors import Conflict, Fault, Invalid
from benelux.core.exchange.federation import node_for
from benelux.core.house import House
from benelux.core.identity.facts import Facts
from benelux.core.language import Language, Message, message
from benelux.core.registers import service as registers
from benelux.core.registers.acting import acting_for
from benelux.core.registers.pages.deeds import possible
from benelux.core.registers.pages.entry import move_form, with_refusal
from benelux.core.registers.pages.shared import Desk
from benelux.core.registers.pages.shown import told
from benelux.core.registers.values import Record
from benelux.core.territory import LEGAL_TIME
from benelux.core.web.ask import Ask, Crumb, Redirect, Reply, View
from benelux.core.web.forms import Filled, Form
from benelux.core.web.listing import Column, Filter, Listing, Window
from benelux.domains.fireworks.pages.passes import TITLE, TONES, state_label, state_of
from benelux.domains.fireworks.pages.shared import (
    PAGES,
    crumbs,
    done,
    nobody,
    officers_list,
    sent,
)
from benelux.domains.fireworks.registers import PASSES
from benelux.domains.fireworks.rules.passes import lacking, last_day
from benelux.domains.fireworks.service import passes

DESK: Final = message("Licensing desk: pyropasses")
DONE: Final = (
    ("moved", message("The decision is kept, and told to the other countries.")),
    ("replaced", message("This is the new pass. The old one does not hold any more.")),
)
_REPLACE: Final = "move-replace"


def desk_of(house: House, ask: Ask) -> Desk:
    """The desk of a registrar of the licensing authority; refuses everybody else."""
    acting = acting_for(house, ask.person)
    node = node_for(house, acting.actor.country)
    desk = Desk(PASSES, acting, node, registers.keeper_of(node, PASSES))
    desk.require("write", Facts())
    return desk


def _rows(ask: Ask) -> Sequence[Record]:
    return registers.records(desk_of(ask.house, ask).house, PASSES)


def _text(row: Record, key: str, language: Language) -> str | None:
    return told(PASSES.field(key), (row.content or {}).get(key), language)


def _lacks(row: Record, language: Language) -> str | None:
    if row.state != PASSES.states[0].key:
        return None
    wanting = lacking(row.content or {})
    return "; ".join(one.message.to(language) for one in wanting) or None


def _state(row: Record) -> str:
    return state_of(row, datetime.now(LEGAL_TIME).date())


CASES: Final[Listing[Record]] = Listing(
    name="pyropasses",
    rows=_rows,
    columns=(
        Column("number", message("Number"), lambda row, _: row.id,
               link=lambda row, language: f"/{language}/fireworks/passes/desk/{row.id}"),
        Column("family", message("Family name"), lambda row, lang: _text(row, "family", lang)),
        Column("given", message("Given name"), lambda row, lang: _text(row, "given", lang)),
        Column("categories", message("Categories"),
               lambda row, _: " ".join(map(str, _listed(row)))),
        Column("state", message("State"), lambda row, _: _state(row),
               show=lambda row, _: state_label(_state(row)), tag=True),
        Column("lacking", message("Still missing"), _lacks),
        Column("valid_from", message("Valid from"), lambda row, _: row.valid_from),
        Column("valid_to", message("Valid until"), lambda row, _: row.valid_to),
    ),
    filters=(
        Filter("state", message("State"), lambda row: (_state(row),), state_label),
    ),
    sort="-valid_from",
    empty=message("No application and no pass answers to this."),
)  # fmt: skip


def _listed(row: Record) -> Sequence[str]:
    given = (row.content or {}).get("categories")
    return given if isinstance(given, list) else ()


@officers_list(
    "/passes/desk", CASES, DESK,
    message("Applications and passes of your country, with what an application still lacks."),
    template="fireworks/pass_desk.html",
)  # fmt: skip
def desk(ask: Ask, _window: Window[Record]) -> Mapping[str, object]:
    return {"keeper": desk_of(ask.house, ask).keeper}


@dataclass(frozen=True, slots=True)
class Case:
    """One application or pass at the desk, and what may be decided about it now."""

    desk: Desk
    record: Record
    forms: Mapping[str, Form]

    @classmethod
    def of(cls, ask: Ask) -> "Case":
        """Raises `NotFound`, and `NotAllowed` for whoever is not at this desk."""
        at = desk_of(ask.house, ask)
        record = registers.record_of(at.house, PASSES, ask.path["number"])
        moves = possible(PASSES, record) if record.content is not None else ()
        return cls(at, record, {f"move-{one.key}": move_form(one) for one in moves})

    def decide(self, act: str, filled: Filled) -> tuple[str, str]:
        """Carry it out; the number to look at afterwards, and what to say."""
        reason = filled.value(f"{act}-reason")
        if act == _REPLACE:
            new = passes.replace(
                self.desk.house, self.record.id, by=self.desk.acting, reason=reason
            )
            return new.id, "replaced"
        registers.move(
            self.desk.house, PASSES, self.record.id, act.removeprefix("move-"),
            by=self.desk.acting, reason=reason, day=filled.day(f"{act}-day"),
        )  # fmt: skip
        return self.record.id, "moved"


@PAGES.page(
    "/passes/desk/{number:str}", message("Case"),
    message("One application or pass: what it says and lacks, and the decision about it."),
    posts=True, examples=nobody,
)  # fmt: skip
def case_page(ask: Ask) -> Reply:
    case, act = Case.of(ask), sent(ask, "form")
    filled, status = {name: Filled() for name in case.forms}, 200
    general: Message | None = None
    if act in case.forms:
        filled[act], status = case.forms[act].read(ask), 422
        if not filled[act].faults:
            try:
                number, said = case.decide(act, filled[act])
                return Redirect(ask.url(f"fireworks/passes/desk/{number}", done=said))
            except Invalid as refusal:
                filled[act] = with_refusal(filled[act], refusal, case.forms[act].fields)
            except Conflict as refusal:
                general, status = refusal.what, refusal.status
    elif ask.form:
        general, status = message("This cannot be decided about this pass now."), 409
    if general is not None:
        filled[act] = Filled(faults=(Fault("", general),))
    record = case.record
    values = {
        "record": record, "forms_by_name": case.forms, "filled": filled, "act": act,
        "register": PASSES, "told": told, "tones": TONES, "state_label": state_label,
        "state": _state(record), "done": done(ask, DONE),
        "lacking": lacking(record.content or {}) if "move-issue" in case.forms else (),
        "last": last_day(ask.today),
        "history": registers.history(case.desk.house, PASSES, record.id),
    }  # fmt: skip
    trail = (*crumbs(ask, "passes", TITLE), Crumb(DESK, ask.url("fireworks/passes/desk")))
    title = message("Case {number}", number=record.id)
    return View("fireworks/pass_case.html", title, values, trail, status)
