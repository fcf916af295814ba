"""Where surveyors draw up a sheet, change it, and add tests and photos."""

from dataclasses import replace
from typing import Final

from sqlalchemy import Connection

from benelux.core.errors import Conflict, Invalid, TooLarge
from benelux.core.language import Message, message
from benelux.core.web.ask import Ask, Crumb, Redirect, Reply, View
from benelux.core.web.forms import Filled, Form
from benelux.domains.fireworks.model.sheets import Category, Kept
from benelux.domains.fireworks.pages import sheet_forms as forms
from benelux.domains.fireworks.pages.shared import PAGES, crumbs, nobody, sent, whole
from benelux.domains.fireworks.pages.sheets import TITLE
from benelux.domains.fireworks.service import photos, sheets
from benelux.domains.fireworks.service.offices import Desk, may_keep, surveyor

NEW: Final = message("New sheet")


@PAGES.page(
    "/sheets/new", NEW, message("Draw up a sheet; the rest is asked once the category is known."),
    posts=True, examples=nobody,
)  # fmt: skip
def new(ask: Ask) -> Reply:
    at = surveyor(ask.house, ask.person)
    parts = forms.sections(None, ask.today)
    filled = Filled({"found_on": ask.today.isoformat()})
    status = 200
    if ask.form:
        filled = forms.form_of(parts).read(ask)
        if not filled.faults:
            try:
                content = forms.sheet_from(filled)
                key = at.house.store.write(lambda found: sheets.draw_up(found, content, at))
                return Redirect(ask.url(f"fireworks/sheets/{key}/edit"))
            except Invalid as refusal:
                filled = filled.from_refusal(refusal)
        status = 422
    values = {"parts": parts, "filled": filled, "version": 0, "back": ask.url("fireworks/sheets")}
    return View("fireworks/sheet_form.html", NEW, values, crumbs(ask, "sheets", TITLE), status)


@PAGES.page(
    "/sheets/{key:str}/edit", message("Change the sheet"), message("Change what a sheet says."),
    posts=True, examples=nobody,
)  # fmt: skip
def edit(ask: Ask) -> Reply:
    at, kept = _mine(ask)
    category = kept.content.category
    if sent(ask, "category") in forms.CATEGORIES:
        category = sent(ask, "category")  # type: ignore[assignment] # it is one of them
    parts = forms.sections(category, kept.content.found_on)
    filled, status, version = forms.filled_from(kept.content), 200, kept.version
    if ask.form:
        filled, status, version = forms.form_of(parts).read(ask), 422, _version(ask)
        if not filled.faults:
            try:
                content = forms.sheet_from(filled, kept.content)
                at.house.store.write(
                    lambda found: sheets.change(
                        found, kept.id, content, at, expected_version=version
                    )
                )
                return _back(ask, kept)
            except (Invalid, Conflict) as refusal:
                filled, status = filled.from_refusal(refusal), refusal.status
                version = kept.version if isinstance(refusal, Conflict) else version
    values = {"parts": parts, "filled": filled, "version": version, "back": _address(ask, kept)}
    return View("fireworks/sheet_form.html", _title(kept), values, _trail(ask, kept), status)


@PAGES.page(
    "/sheets/{key:str}/tests", message("Add a test"), message("Add one test of a laboratory."),
    posts=True, examples=nobody,
)  # fmt: skip
def add_test(ask: Ask) -> Reply:
    at, kept = _mine(ask)
    category: Category = kept.content.category
    form, filled, status = forms.test_form(category), Filled(), 200
    if ask.form:
        filled, status = form.read(ask), 422
        if not filled.faults:
            try:
                test, version = forms.test_from(filled), _version(ask)
                at.house.store.write(
                    lambda found: sheets.add_test(
                        found, kept.id, test, at, expected_version=version
                    )
                )
                return _back(ask, kept)
            except (Invalid, Conflict) as refusal:
                filled, status = filled.from_refusal(refusal), refusal.status
    return _form(ask, kept, form, filled, status)


@PAGES.page(
    "/sheets/{key:str}/photos", message("Add a photo"), message("Add one photo of the product."),
    posts=True, examples=nobody,
)  # fmt: skip
def add_photo(ask: Ask) -> Reply:
    at, kept = _mine(ask)
    form, filled, status = forms.PHOTO, Filled(), 200
    if ask.form:
        filled, status = form.read(ask), 422
        if not filled.faults:
            try:
                _keep_photo(ask, at, kept, filled.files["photo"].content)
                return _back(ask, kept)
            except (Invalid, Conflict, TooLarge) as refusal:
                filled, status = filled.from_refusal(refusal), refusal.status
    return _form(ask, kept, form, filled, status)


def _keep_photo(ask: Ask, at: Desk, kept: Kept, content: bytes) -> None:
    made, version = photos.drawn_anew(content, kept.id), _version(ask)
    names = tuple(dict.fromkeys((*kept.content.photos, made.id)))
    changed = replace(kept.content, photos=names)

    def work(connection: Connection) -> None:
        photos.keep(connection, made, at.author)
        sheets.change(connection, kept.id, changed, at, expected_version=version)

    at.house.store.write(work)


def _form(ask: Ask, kept: Kept, form: Form, filled: Filled, status: int) -> Reply:
    values = {"form": form, "filled": filled, "version": kept.version, "back": _address(ask, kept)}
    return View("fireworks/one_form.html", form.send, values, _trail(ask, kept), status)


def _mine(ask: Ask) -> tuple[Desk, Kept]:
    """The sheet, if whoever asks may change it; raises `NotAllowed` with the reasons."""
    at = surveyor(ask.house, ask.person)
    with at.house.store.read() as connection:
        kept = sheets.find(connection, ask.path["key"])
    may_keep(at, kept.authority, kept.country).require()
    return at, kept


def _version(ask: Ask) -> int:
    return whole(sent(ask, "version") or "0")


def _back(ask: Ask, kept: Kept) -> Redirect:
    return Redirect(ask.url(f"fireworks/sheets/{kept.id}", done="kept"))


def _address(ask: Ask, kept: Kept) -> str:
    return ask.url(f"fireworks/sheets/{kept.id}")


def _title(kept: Kept) -> Message:
    return message("{product} ({number})", product=kept.content.product, number=kept.id)


def _trail(ask: Ask, kept: Kept) -> tuple[Crumb, ...]:
    return (*crumbs(ask, "sheets", TITLE), Crumb(kept.content.product, _address(ask, kept)))
