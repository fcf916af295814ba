"""One record at the desk: as it stands, its history, what may happen to it, and its end."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from benelux.core.errors import Conflict, Invalid, NotFound
from benelux.core.language import Message, Text, message
from benelux.core.registers import service
from benelux.core.registers.pages.deeds import differs, do, forms_of, restore
from benelux.core.registers.pages.desk import AsOf
from benelux.core.registers.pages.entry import (
    content_of,
    filled_from,
    new_form,
    with_refusal,
)
from benelux.core.registers.pages.shared import PAGES, Desk, desk_crumbs, desk_of, nobody
from benelux.core.registers.pages.shown import told
from benelux.core.registers.values import Record
from benelux.core.web.ask import Ask, Redirect, Reply, View
from benelux.core.web.forms import Filled, Form

NEW: Final = message("New record")
DONE: Final[Mapping[str, Message]] = {
    "entered": message("The record is entered."),
    "changed": message("The change is kept as a new version."),
    "moved": message("The new state is kept as a new version."),
    "restored": message("The content of the older version is back, as a new version."),
    "erased": message("The content was destroyed. That it was, and why, is on record."),
}


@PAGES.page(
    "/registers/{register:str}/desk/new",
    NEW,
    message("Enter a record, by a form made from the register's declaration."),
    posts=True,
    examples=nobody,
)
def new_record(ask: Ask) -> Reply:
    desk = desk_of(ask)
    form = new_form(desk.register)
    filled = form.read(ask) if ask.form else Filled({"valid-from": ask.today.isoformat()})
    if ask.form and not filled.faults:
        try:
            record = _enter(desk, filled)
        except Invalid as refusal:
            filled = with_refusal(filled, refusal, form.fields)
        else:
            return Redirect(_address(ask, desk, record.id, done="entered"))
    values = {"register": desk.register, "form": form, "filled": filled, "back": _desk(ask, desk)}
    crumbs = desk_crumbs(ask, desk.register)
    status = 422 if filled.faults else 200
    return View("registers/new.html", NEW, values, crumbs, status=status, lead=desk.register.title)


def _enter(desk: Desk, filled: Filled) -> Record:
    about = filled.value("about")
    return service.enter(
        desk.house,
        desk.register,
        content_of(desk.register, filled),
        by=desk.acting,
        valid_from=filled.day("valid-from") or date.min,
        valid_to=filled.day("valid-to"),
        about=(f"sign-in {about}",) if about else (),
    )


@PAGES.page(
    "/registers/{register:str}/desk/{record:str}",
    message("Record"),
    message("A record with its history: change, suspend, withdraw, look back, erase."),
    posts=True,
    examples=nobody,
)
def record_page(ask: Ask) -> Reply:
    desk = desk_of(ask)
    key = ask.path["record"]
    versions = service.history(desk.house, desk.register, key)
    act = (ask.form.get("form") or [""])[-1]
    forms = forms_of(desk.register, versions[0])
    filled = {name: Filled() for name in forms} | {"change": filled_from(versions[0])}
    if ask.form.get("restore"):
        return Redirect(_address(ask, desk, key, done=restore(ask, desk, versions)))
    if act in forms:
        form = forms[act]
        filled[act] = form.read(ask)
        if not filled[act].faults:
            try:
                done = do(ask, desk, versions[0], act, filled[act])
            except Invalid as refusal:
                filled[act] = with_refusal(filled[act], refusal, form.fields)
            else:
                return Redirect(_address(ask, desk, key, done=done))
    elif act:
        raise Conflict(
            "registers.not-now",
            message("This cannot be done with the record as it stands now."),
            now=message("Look at the newest version of the record."),
        )
    return _show(ask, desk, versions, forms, filled, act)


def _show(  # noqa: PLR0913, PLR0917 - the page, and the form that was sent to it
    ask: Ask,
    desk: Desk,
    versions: Sequence[Record],
    forms: Mapping[str, Form],
    filled: Mapping[str, Filled],
    act: str,
) -> Reply:
    register, now = desk.register, versions[0]
    as_of = AsOf.read(replace(ask, form={}))
    values = {
        "register": register,
        "now": now,
        "then": _then(desk, now, as_of) if as_of.query else None,
        "as_of": as_of,
        "versions": versions,
        "undoable": {one.version for one in versions if differs(one, now)},
        "forms_by_name": forms,
        "filled": filled,
        "act": act,
        "told": told,
        "state": register.state,
        "done": DONE.get(ask.one("done")) if not ask.form else None,
        "expected": (ask.form.get("version") or [str(now.version)])[-1],
        "base": _address(ask, desk, now.id),
        "keeper": desk.keeper,
    }
    faults = any(one.faults for one in filled.values())
    title = Text.same(now.id)
    crumbs = desk_crumbs(ask, register)
    return View(
        "registers/record.html", title, values, crumbs, status=422 if faults else 200,
        lead=register.title,
    )  # fmt: skip


def _then(desk: Desk, now: Record, as_of: AsOf) -> Record | None:
    """The record as it was; None when there was none then."""
    try:
        return service.record_of(
            desk.house, desk.register, now.id, day=as_of.day, known_at=as_of.known_at
        )
    except NotFound:
        return None


def _desk(ask: Ask, desk: Desk) -> str:
    return ask.url(f"registers/{desk.register.name}/desk")


def _address(ask: Ask, desk: Desk, key: str, **query: object) -> str:
    return ask.url(f"registers/{desk.register.name}/desk/{key}", **query)
