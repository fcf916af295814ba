"""The document of a record on paper: an A4 sheet with a card to cut out, or the card alone.

The QR code is drawn, not a picture of one, and the fonts are whole, with Greek and Cyrillic.
"""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, cast

from benelux.core.errors import Unavailable
from benelux.core.house import House
from benelux.core.identity import registry
from benelux.core.identity.authority import Authority
from benelux.core.language import Language, Message, Text, message, written
from benelux.core.registers.credential import code, issue_document
from benelux.core.registers.declaration import Register
from benelux.core.registers.telling import KIND, Facts, legal_day, told
from benelux.core.registers.values import Record
from benelux.core.web.static import FOLDER, Assets

if TYPE_CHECKING:
    from fpdf import FPDF  # takes long to import, and few processes print

Form = Literal["a4", "card"]
FORMS: Final[tuple[Form, ...]] = ("a4", "card")
_CARD: Final = (85.6, 53.98)
"""Width and height in millimetres of a bank card (ISO/IEC 7810, ID-1)."""
_MARGIN: Final = 19.0
_QR: Final = 72.0
_CARD_QR: Final = 48.0
_CARD_EDGE: Final = 4.0
_A4_ROOM: Final = 110.0
_GAP: Final = 1.0
_SCALES: Final = (1, 0.9, 0.8, 0.7, 0.6, 0.5)
_FAMILY: Final = "Source Sans 3"
_FONTS: Final = {"": "source-sans-3-regular.ttf", "B": "source-sans-3-semibold.ttf"}
_LEADING: Final = 0.43
"""Millimetres from line to line for each point of a letter's size."""
_INK: Final = (20, 33, 61)
_PALE: Final = (74, 86, 115)
_STRIPES: Final = ((215, 38, 56), (245, 197, 24), (42, 157, 214))
_CODE: Final = message("QR code of the document {number}")
_COMPARE: Final = message("Valid only together with an identity document: compare name and photo.")
_HOW: Final = message("How to check this document")
_STEPS: Final = (
    message("Open the page “Check a document” of the portal yourself: {address}"),
    message("Scan the code. The page says whether the document is genuine, also offline."),
    message("It also says whether the document was suspended or withdrawn, and as of when."),
    message("Compare the name and the photo with the identity document."),
)
_CUT: Final = message("Card to cut out and fold")
_PRINTED: Final = message("Printed on {day}. Issued by {issuer}.")


def print_document(  # noqa: PLR0913 - what is printed, for whom and how
    house: House,
    register: Register,
    record: Record,
    language: Language,
    form: Form = "a4",
    *,
    portal: str = "",
) -> bytes:
    """The document as PDF; `portal` is the public address where it can be checked.

    Raises as `issue_document` does, and `Unavailable` on an installation without fonts.
    """
    text = issue_document(house, register, record)
    where = portal or house.settings.origin
    return sheet(text, house, register, record, language, form, where)


def sheet(  # noqa: PLR0913, PLR0917 - a document, whose it is, and how it is printed
    text: str,
    house: House,
    register: Register,
    record: Record,
    language: Language,
    form: Form,
    portal: str,
) -> bytes:
    """A document that was issued before, as PDF."""
    with house.store.read() as connection:
        issuer = registry.get(connection, Authority, record.keeper).name
    fields = register.credential.fields if register.credential else ()
    content = {name: (record.content or {}).get(name) for name in fields}
    facts = told(register, content, record.id, record.valid_from, record.valid_to, language)
    page = _Sheet(text, register, record.id, issuer, facts, language)
    pdf = page.card() if form == "card" else page.a4(portal)
    return bytes(pdf.output())


class _Sheet:
    """One document about to be printed."""

    def __init__(  # noqa: PLR0913, PLR0917 - as above
        self,
        text: str,
        register: Register,
        number: str,
        issuer: Text,
        facts: Facts,
        language: Language,
    ) -> None:
        self.title = register.title[language]
        self.number = number
        self.issuer = issuer[language]
        self.language = language
        self.facts = [
            (name if isinstance(name, str) else name.to(language), said)
            for name, said in facts
            if name is not KIND  # the title says it
        ]
        drawn = BytesIO()
        code(text).save(
            drawn, kind="svg", scale=1, border=4, light="#fff", xmldecl=False, omitsize=True
        )
        self.drawn = drawn.getvalue()

    def a4(self, portal: str) -> "FPDF":
        pdf = self._begun("A4", _MARGIN)
        pdf.add_page()
        _stripes(pdf, _MARGIN, _MARGIN, 9)
        pdf.set_xy(_MARGIN, _MARGIN + 5)
        _write(pdf, self.title, 22, "B")
        _write(pdf, self.issuer, 12, colour=_PALE)
        top = pdf.get_y() + 6
        self._code(pdf, pdf.w - _MARGIN - _QR, top, _QR)
        width = pdf.w - 2 * _MARGIN - _QR - 6
        pdf.set_y(top)
        self._facts(pdf, _MARGIN, width, _A4_ROOM, (9, 12.5), 1)
        pdf.set_y(max(pdf.get_y(), top + _QR) + 6)
        _write(pdf, _COMPARE.to(self.language), 12, "B")
        pdf.ln(2)
        _write(pdf, _HOW.to(self.language), 13, "B")
        address = f"{portal}/{self.language}/registers/check"
        for place, step in enumerate(_STEPS, 1):
            said = Message(step.msgid, {"address": address}).to(self.language)
            _write(pdf, f"{place}. {said}", 10.5)
        left, high = (pdf.w - 2 * _CARD[0]) / 2, pdf.h - _MARGIN - _CARD[1] - 12
        pdf.set_xy(left, high - 7)
        _write(pdf, _CUT.to(self.language), 9, colour=_PALE)
        self._front(pdf, left, high)
        self._back(pdf, left + _CARD[0], high)
        pdf.set_dash_pattern(dash=2, gap=2)
        pdf.set_draw_color(*_PALE)
        pdf.rect(left, high, 2 * _CARD[0], _CARD[1])
        pdf.line(left + _CARD[0], high, left + _CARD[0], high + _CARD[1])
        pdf.set_xy(_MARGIN, pdf.h - _MARGIN - 6)
        day = written(legal_day(datetime.now(UTC)), self.language)
        last = Message(_PRINTED.msgid, {"day": day, "issuer": self.issuer})
        _write(pdf, last.to(self.language), 9, colour=_PALE)
        return pdf

    def card(self) -> "FPDF":
        pdf = self._begun(_CARD, 0)
        pdf.add_page()
        self._front(pdf, 0, 0)
        pdf.add_page()
        self._back(pdf, 0, 0)
        return pdf

    def _begun(self, size: str | tuple[float, float], margin: float) -> "FPDF":
        from fpdf import FPDF  # noqa: PLC0415 - as above

        pdf = FPDF(format=size)
        pdf.set_auto_page_break(auto=False)
        pdf.set_margin(margin)
        pdf.c_margin = 0
        pdf.set_lang(self.language)
        pdf.set_title(f"{self.title} {self.number}")
        pdf.set_author(self.issuer)
        pdf.set_creator("Benelux")
        for style, name in _FONTS.items():
            pdf.add_font(_FAMILY, style, _font(name))
        return pdf

    def _front(self, pdf: "FPDF", left: float, top: float) -> None:
        width = _CARD[0] - 2 * _CARD_EDGE
        _stripes(pdf, left + _CARD_EDGE, top + _CARD_EDGE, 5)
        pdf.set_xy(left + _CARD_EDGE, top + _CARD_EDGE + 2.5)
        _write(pdf, self.title, 10, "B", width=width)
        room = top + _CARD[1] - _CARD_EDGE - pdf.get_y()
        self._facts(pdf, left + _CARD_EDGE, width, room, (5.6, 7.6), 2)

    def _back(self, pdf: "FPDF", left: float, top: float) -> None:
        edge = (_CARD[1] - _CARD_QR) / 2
        self._code(pdf, left + edge, top + edge, _CARD_QR)
        beside = left + 2 * edge + _CARD_QR
        pdf.set_xy(beside, top + _CARD_EDGE)
        width = left + _CARD[0] - _CARD_EDGE - beside
        _write(pdf, self.number, 7, "B", width=width)
        _write(pdf, _COMPARE.to(self.language), 6.5, width=width, left=beside)
        _write(pdf, self.issuer, 6, colour=_PALE, width=width, left=beside)

    def _facts(  # noqa: PLR0913, PLR0917 - where they stand, how much room there is, how large
        self,
        pdf: "FPDF",
        left: float,
        width: float,
        room: float,
        sizes: tuple[float, float],
        columns: int,
    ) -> None:
        """Labels over their values, in rows of so many; smaller where there is not room enough."""
        each = width / columns - _GAP
        scaled = [(sizes[0] * one, sizes[1] * one) for one in _SCALES]
        small, large = next(
            (one for one in scaled if sum(self._heights(pdf, each, one, columns)) <= room),
            scaled[-1],
        )
        rows = self._rows(columns)
        for row, high in zip(rows, self._heights(pdf, each, (small, large), columns), strict=True):
            top = pdf.get_y()
            for place, (name, said) in enumerate(row):
                pdf.set_xy(left + place * (each + _GAP), top)
                _write(pdf, name, small, colour=_PALE, width=each)
                _write(pdf, said, large, "B", width=each)
            pdf.set_y(top + high)

    def _rows(self, columns: int) -> list[list[tuple[str, str]]]:
        return [self.facts[first : first + columns] for first in range(0, len(self.facts), columns)]

    def _heights(
        self, pdf: "FPDF", width: float, sizes: tuple[float, float], columns: int
    ) -> list[float]:
        """How high each row is: as its longest, and a little space."""
        small, large = sizes
        return [
            max(_height(pdf, name, small, "", width) + _height(pdf, said, large, "B", width)
                for name, said in row) + large / 10
            for row in self._rows(columns)
        ]  # fmt: skip

    def _code(self, pdf: "FPDF", left: float, top: float, side: float) -> None:
        said = Message(_CODE.msgid, {"number": self.number}).to(self.language)
        pdf.image(BytesIO(self.drawn), x=left, y=top, w=side, h=side, alt_text=said)


def _write(  # noqa: PLR0913 - a text, how it looks and where it stands
    pdf: "FPDF",
    text: str,
    size: float,
    style: Literal["", "B"] = "",
    *,
    colour: tuple[int, int, int] = _INK,
    width: float = 0,
    left: float | None = None,
) -> None:
    """A paragraph of that size in points, as wide as the page when no width is given."""
    if left is not None:
        pdf.set_x(left)
    pdf.set_font(_FAMILY, style, size)
    pdf.set_text_color(*colour)
    start = pdf.get_x()
    pdf.multi_cell(width, size * _LEADING, text, align="L", new_x="LEFT", new_y="NEXT")
    pdf.set_x(start)


def _height(pdf: "FPDF", text: str, size: float, style: Literal["", "B"], width: float) -> float:
    """How high that paragraph would be."""
    pdf.set_font(_FAMILY, style, size)
    leading = size * _LEADING
    high = pdf.multi_cell(width, leading, text, align="L", dry_run=True, output="HEIGHT")
    return cast("float", high)


def _stripes(pdf: "FPDF", left: float, top: float, width: float) -> None:
    """The three colours, as decoration."""
    for place, colour in enumerate(_STRIPES):
        pdf.set_fill_color(*colour)
        pdf.rect(left + place * width, top, width, width / 6, style="F")


def _font(name: str) -> Path:
    """A font among the built assets; raises `Unavailable` where nothing was built."""
    built = Assets().names.get(name)
    if built is None:
        raise Unavailable(
            "registers.no-fonts",
            message("Documents cannot be printed here: the fonts are missing."),
            now=message("Install the platform with its browser assets."),
        )
    return FOLDER / built
