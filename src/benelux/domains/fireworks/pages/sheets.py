"""Sheets for surveyors: the list, one sheet with its history, and what can be done with it."""

from collections.abc import Mapping, Sequence
from typing import Final

from benelux.core.errors import Invalid
from benelux.core.language import Language, message
from benelux.core.web.ask import Ask, Download, Redirect, Reply, View
from benelux.core.web.forms import Filled
from benelux.core.web.listing import Column, Filter, Listing, Window
from benelux.domains.fireworks.formats import icsms
from benelux.domains.fireworks.model.countries import countries
from benelux.domains.fireworks.model.sheets import (
    MARKED,
    OUTCOMES,
    RESULTS,
    ROLES,
    STATES,
    Kept,
)
from benelux.domains.fireworks.pages.shared import (
    PAGES,
    TONES,
    crumbs,
    done,
    nobody,
    officers_list,
    sent,
    whole,
)
from benelux.domains.fireworks.rules import sheets as rules
from benelux.domains.fireworks.service import photos, sharing, sheets
from benelux.domains.fireworks.service.offices import may_keep, surveyor

TITLE: Final = message("Market-surveillance sheets")
DONE: Final = (
    ("kept", message("Kept.")),
    ("shared", message("Shared: the sheet is on its way to the other countries.")),
    ("closed", message("Closed, here and with the other countries.")),
    ("undone", message("The change is undone. The versions before it stay in the history.")),
)


def _rows(ask: Ask) -> Sequence[Kept]:
    at = surveyor(ask.house, ask.person)
    with at.house.store.read() as connection:
        return sheets.every(connection, at.country)


def _address(row: Kept, language: Language) -> str:
    return f"/{language}/fireworks/sheets/{row.id}"


def _risk(key: str) -> object:
    return rules.book().names(rules.book().risks).get(key)


SHEETS: Final[Listing[Kept]] = Listing(
    name="fireworks-sheets",
    rows=_rows,
    columns=(
        Column("product", message("Product"), lambda row, _: row.content.product, link=_address),
        Column("category", message("Category"), lambda row, _: row.content.category),
        Column("batch", message("Batch"), lambda row, _: row.content.batch),
        Column("operator", message("Operator"), lambda row, _: row.content.operator.name),
        Column("risk", message("Risk"), lambda row, _: row.content.risk or None,
               show=lambda row, _: _risk(row.content.risk) or "–", tag=True),  # type: ignore[return-value,arg-type] # a text or nothing
        Column("state", message("State"), lambda row, _: row.state,
               show=lambda row, _: STATES[row.state], tag=True),
        Column("country", message("Country"), lambda row, _: row.country),
        Column("found_on", message("Found on"), lambda row, _: row.content.found_on),
        Column("number", message("Number"), lambda row, _: row.id, link=_address),
        Column("registration", message("Registration number"),
               lambda row, _: row.content.registration, export_only=True),
        Column("version", message("Version"), lambda row, _: row.version, export_only=True),
    ),
    filters=(
        Filter("state", message("State"), lambda row: (row.state,),
               lambda key: next(name for one, name in STATES.items() if one == key)),
        Filter("risk", message("Risk"), lambda row: [row.content.risk] if row.content.risk else (),
               lambda key: rules.book().names(rules.book().risks)[key]),
        Filter("category", message("Category"), lambda row: (row.content.category,),
               lambda key: key),
        Filter("country", message("Country"), lambda row: (row.country,),
               lambda key: countries()[key]),
    ),
    sort="-found_on",
    empty=message("No sheet fits this search."),
)  # fmt: skip


@officers_list(
    "/sheets", SHEETS, TITLE,
    message("Products that surveyors looked at, with what they found and what followed."),
    template="fireworks/sheets.html",
)  # fmt: skip
def listed(_ask: Ask, _window: Window[Kept]) -> Mapping[str, object]:
    return {}


@PAGES.page(
    "/sheets/{key:str}", message("Sheet"), message("One sheet, its history, and what can be done."),
    posts=True, examples=nobody,
)  # fmt: skip
def one(ask: Ask) -> Reply:
    at = surveyor(ask.house, ask.person)
    key = ask.path["key"]
    filled = Filled()
    if ask.form:
        try:
            return _act(ask, key)
        except Invalid as refusal:
            filled = filled.from_refusal(refusal)
    with at.house.store.read() as connection:
        kept = sheets.find(connection, key)
        history = sheets.versions(connection, key)
        pictures = photos.all_of(connection, key, kept.content.photos)
    book = rules.book()
    values = {
        "kept": kept,
        "history": history,
        "pictures": pictures,
        "mine": may_keep(at, kept.authority, kept.country).granted and kept.state != "closed",
        "missing": [] if filled.faults else list(rules.missing(kept.content, ask.today)),
        "remarks": list(rules.remarks(kept.content)),
        "filled": filled,
        "labels": book.labels_for(kept.content.category, kept.content.found_on),
        "risk_rule": book.risk_rule(kept.content.found_on),
        "names": {
            "risk": book.names(book.risks), "measure": book.names(book.measures),
            "test": book.names(book.tests),
        },
        "countries": countries(),
        "states": STATES,
        "outcomes": OUTCOMES,
        "results": RESULTS,
        "marked": MARKED,
        "roles": ROLES,
        "tones": TONES,
        "done": done(ask, DONE),
    }  # fmt: skip
    title = message("{product} ({number})", product=kept.content.product, number=kept.id)
    status = 422 if filled.faults else 200
    return View("fireworks/sheet.html", title, values, crumbs(ask, "sheets", TITLE), status=status)


def _act(ask: Ask, key: str) -> Reply:
    """Do what the button that was pressed says."""
    at = surveyor(ask.house, ask.person)
    version = whole(sent(ask, "version"))
    act = sent(ask, "act")
    store = at.house.store
    if act == "share":
        store.write(lambda found: sharing.share(found, key, at, expected_version=version))
        return Redirect(ask.url(f"fireworks/sheets/{key}", done="shared"))
    if act == "close":
        store.write(lambda found: sharing.close(found, key, at, expected_version=version))
        return Redirect(ask.url(f"fireworks/sheets/{key}", done="closed"))
    if act == "undo":
        wanted = whole(sent(ask, "undo"))
        store.write(lambda found: sheets.undo(found, key, wanted, at, expected_version=version))
        return Redirect(ask.url(f"fireworks/sheets/{key}", done="undone"))
    if act == "drop-test":
        place = whole(sent(ask, "place"), "place")
        store.write(lambda found: sheets.drop_test(found, key, place, at, expected_version=version))
        return Redirect(ask.url(f"fireworks/sheets/{key}", done="kept"))
    state = "draft" if act == "back" else "ready"
    store.write(lambda found: sheets.move(found, key, state, at, expected_version=version))  # type: ignore[arg-type] # one of two
    return Redirect(ask.url(f"fireworks/sheets/{key}", done="kept"))


@PAGES.page(
    "/sheets/{key:str}/photos/{photo:str}", message("Photo"), message("One photo of a sheet."),
    examples=nobody,
)  # fmt: skip
def photo(ask: Ask) -> Reply:
    at = surveyor(ask.house, ask.person)
    with at.house.store.read() as connection:
        sheets.find(connection, ask.path["key"])
        found = photos.find(connection, ask.path["key"], ask.path["photo"])
    return Download(found.content, found.media_type, f"{found.id}.jpg", inline=True)


@PAGES.page(
    "/sheets/{key:str}/icsms.json", message("Sheet for ICSMS (JSON)"),
    message("One sheet as a file for whoever enters it in ICSMS."), examples=nobody,
)  # fmt: skip
def as_json(ask: Ask) -> Reply:
    kept = _kept(ask)
    return Download(icsms.as_json(kept), "application/json", f"{kept.id}-icsms.json")


@PAGES.page(
    "/sheets/{key:str}/icsms.xml", message("Sheet for ICSMS (XML)"),
    message("One sheet as a file for whoever enters it in ICSMS."), examples=nobody,
)  # fmt: skip
def as_xml(ask: Ask) -> Reply:
    kept = _kept(ask)
    return Download(icsms.as_xml(kept), "application/xml", f"{kept.id}-icsms.xml")


def _kept(ask: Ask) -> Kept:
    at = surveyor(ask.house, ask.person)
    with at.house.store.read() as connection:
        return sheets.find(connection, ask.path["key"])
