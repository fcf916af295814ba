"""The document of a record, from the desk: on the screen to be scanned, and on paper."""

from typing import Final

from benelux.core.language import message
from benelux.core.registers import service
from benelux.core.registers.credential import code_svg, issue_document
from benelux.core.registers.pages.shared import PAGES, Desk, desk_crumbs, desk_of, nobody
from benelux.core.registers.paper import FORMS, print_document
from benelux.core.registers.values import Record
from benelux.core.web.ask import Ask, Crumb, Download, Reply, View

DOCUMENT: Final = message("Document")


@PAGES.page(
    "/registers/{register:str}/desk/{record:str}/document",
    DOCUMENT,
    message("The document of a record, with the code that is checked without a network."),
    examples=nobody,
)
def document(ask: Ask) -> Reply:
    desk, record = _asked(ask)
    text = issue_document(desk.house, desk.register, record)
    label = message("QR code of the document {number}", number=record.id).to(ask.language)
    base = ask.url(f"registers/{desk.register.name}/desk/{record.id}")
    values = {"code": code_svg(text, label), "record": record, "base": base}
    crumbs = (*desk_crumbs(ask, desk.register), Crumb(f"{record.id}", base))
    lead = desk.register.title
    return View("registers/document.html", DOCUMENT, values, crumbs, lead=lead)


@PAGES.page(
    "/registers/{register:str}/desk/{record:str}/document.pdf",
    DOCUMENT,
    message("The document of a record as PDF: a sheet of A4, or a card."),
    examples=nobody,
)
def on_paper(ask: Ask) -> Reply:
    desk, record = _asked(ask)
    form = next((one for one in FORMS if one == ask.one("form")), FORMS[0])
    portal = ask.house.settings.origin
    pdf = print_document(desk.house, desk.register, record, ask.language, form, portal=portal)
    return Download(pdf, "application/pdf", f"{record.id}.pdf")


def _asked(ask: Ask) -> tuple[Desk, Record]:
    """The record in the address; raises `NotFound`, and `Conflict` later where it has none."""
    desk = desk_of(ask)
    return desk, service.record_of(desk.house, desk.register, ask.path["record"])
