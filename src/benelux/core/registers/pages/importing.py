"""Files of a register: export, and import with a look at what it would do before it does it."""

from collections.abc import Mapping
from typing import Final

from benelux.core.errors import Conflict, Fault, Invalid, Refusal
from benelux.core.language import Message, message
from benelux.core.registers import service
from benelux.core.registers.files import Outcome, Preview
from benelux.core.registers.pages.desk import AsOf
from benelux.core.registers.pages.shared import PAGES, Desk, desk_crumbs, desk_of, nobody
from benelux.core.registers.pages.shown import told
from benelux.core.registers.sheets import LARGEST, OWN, Form
from benelux.core.web.ask import Ask, Download, Redirect, Reply, View
from benelux.core.web.carried import packed, unpacked
from benelux.core.web.forms import Field, Filled
from benelux.core.web.forms import Form as Questions

IMPORT: Final = message("Import")
EXPORT: Final = message("Export")
UPLOAD: Final = Questions(
    "upload",
    (Field("file", message("File"), "file", hint=message("CSV, or JSON if its name says so.")),),
    message("Look at what it would do"),
)
OUTCOMES: Final[Mapping[Outcome, Message]] = {
    "added": message("added"),
    "changed": message("changed"),
    "unchanged": message("unchanged"),
}
_TYPES: Final[Mapping[Form, str]] = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


@PAGES.page(
    "/registers/{register:str}/desk/import",
    IMPORT,
    message("Import records from CSV or JSON: first what it would do, then all of it or nothing."),
    posts=True,
    examples=nobody,
)
def import_page(ask: Ask) -> Reply:
    desk = desk_of(ask)
    act = (ask.form.get("form") or [""])[-1]
    if act == "confirm":
        return _confirm(ask, desk)
    if act != "upload":
        return _show(ask, desk, Filled())
    filled = UPLOAD.read(ask)
    if filled.faults:
        return _show(ask, desk, filled)
    upload = filled.files["file"]
    form: Form = "json" if upload.name.lower().endswith(".json") else "csv"
    try:
        found = service.bring_in(
            desk.house, desk.register, upload.content, form, by=desk.acting, apply=False
        )
    except Invalid as refusal:
        return _show(ask, desk, _refused(refusal))
    return _show(ask, desk, Filled(), found, {"kind": form, "parts": packed(upload.content)})


def _confirm(ask: Ask, desk: Desk) -> Reply:
    form: Form = "json" if ask.form.get("kind") == ["json"] else "csv"
    stamp = (ask.form.get("stamp") or [""])[-1] or "none"
    try:
        content = unpacked(ask.form.get("part", ()), LARGEST)
        done = service.bring_in(
            desk.house, desk.register, content, form, by=desk.acting, apply=True, stamp=stamp
        )
    except (Invalid, Conflict) as refusal:
        return _show(ask, desk, _refused(refusal))
    counts = {one: len(done.having(one)) for one in ("added", "changed")}
    return Redirect(ask.url(f"registers/{desk.register.name}/desk/import", **counts))


def _refused(refusal: Refusal) -> Filled:
    """Faults of the file all lead to the field where another can be chosen."""
    said = [fault.message for fault in refusal.faults] or [refusal.what]
    return Filled(faults=[Fault("file", one) for one in said])


def _show(
    ask: Ask,
    desk: Desk,
    filled: Filled,
    preview: Preview | None = None,
    carried: Mapping[str, object] | None = None,
) -> View:
    values = {
        "register": desk.register,
        "form": UPLOAD,
        "filled": filled,
        "preview": preview,
        "outcomes": OUTCOMES,
        "own": OWN,
        "told": told,
        "kind": "",
        "parts": (),
        **(carried or {}),
        "done": _done(ask),
        "base": ask.url(f"registers/{desk.register.name}/desk"),
    }
    crumbs = desk_crumbs(ask, desk.register)
    status = 422 if filled.faults else 200
    lead = desk.register.title
    return View("registers/import.html", IMPORT, values, crumbs, status=status, lead=lead)


def _done(ask: Ask) -> tuple[int, int] | None:
    """How many records the last import added and changed, if one was just done."""
    counts = [ask.one("added"), ask.one("changed")]
    if ask.form or not all(one.isascii() and one.isdecimal() and len(one) < 7 for one in counts):  # noqa: PLR2004 - as many as a file may have
        return None
    return int(counts[0]), int(counts[1])


@PAGES.page(
    "/registers/{register:str}/desk/export.csv",
    EXPORT,
    message("All records as CSV that can be imported again."),
    examples=nobody,
)
def export_csv(ask: Ask) -> Reply:
    return _export(ask, "csv")


@PAGES.page(
    "/registers/{register:str}/desk/export.json",
    EXPORT,
    message("All records as JSON that can be imported again."),
    examples=nobody,
)
def export_json(ask: Ask) -> Reply:
    return _export(ask, "json")


def _export(ask: Ask, form: Form) -> Download:
    desk = desk_of(ask)
    as_of = AsOf.read(ask)
    content = service.export(
        desk.house, desk.register, form, day=as_of.day, known_at=as_of.known_at
    )
    return Download(content, _TYPES[form], f"{desk.register.name}-export.{form}")
