"""The registers for everybody: which there are, by what law, and how many records they hold."""

from collections.abc import Mapping, Sequence
from typing import Final

from benelux.core import territory
from benelux.core.language import Language, Message, Text, message, plural, translate, written
from benelux.core.registers.declaration import Question, Register, declared
from benelux.core.registers.pages.shared import (
    PAGES,
    TITLE,
    every_register,
    register_of,
    sentence,
)
from benelux.core.registers.pages.tallies import tallies_of
from benelux.core.web.ask import Ask, Crumb, Reply, View
from benelux.core.web.listing import Column, Filter, Listing, Window

KINDS: Final[Mapping[str, Message]] = {
    "text": message("text"),
    "name": message("name"),
    "date": message("date"),
    "number": message("number"),
    "choice": message("one of a list"),
    "choices": message("some of a list"),
    "country": message("country"),
    "plate": message("number plate"),
}


def writers(register: Register) -> Message:
    return message(
        "Registrars of the authority that is competent for “{word}” in each country",
        word=register.competence,
    )


def askers(register: Register) -> Message:
    if register.public_status:
        return message(
            "Officers and machines of authorities that are competent for “{word}”; the status also"
            " whoever is shown the document and has the holder's consent",
            word=register.competence,
        )
    return message(
        "Officers and machines of authorities that are competent for “{word}”",
        word=register.competence,
    )


def place(code: str) -> Text:
    """The name of a country; empty stands for all of them."""
    if not code:
        return Text(nl="Alle landen", fr="Tous les pays", de="Alle Länder", en="All countries")
    return territory.find(code).name


def _kept(register: Register) -> Sequence[Message]:
    return [
        plural("{place}: {n} year", "{place}: {n} years", one.years, place=place(one.country))
        for one in register.retention
    ]


def _recognised(register: Register, language: Language) -> str:
    return ", ".join(
        f"{place(one.country)[language]} ({written(one.since, language)})"
        for one in register.recognition
    )


def _said(parts: Sequence[Message], language: Language) -> str:
    return translate(sentence(parts), language) if parts else ""


def _grounds(register: Register) -> list[str]:
    return sorted({one.text for one in register.grounds})


def _domain_titles(ask: Ask) -> Mapping[str, Text]:
    return {domain.name: domain.title for domain in ask.house.domains}


REGISTERS: Final[Listing[Register]] = Listing(
    name="registers",
    rows=lambda ask: declared(ask.house.domains),
    columns=(
        Column(
            "title",
            message("Register"),
            lambda one, language: one.title[language],
            link=lambda one, language: f"/{language}/registers/{one.name}",
        ),
        Column(
            "summary", message("What it holds"), lambda one, language: one.summary[language],
            wide=True,
        ),
        Column("grounds", message("Legal ground"), lambda one, _: "; ".join(_grounds(one))),
        Column(
            "questions",
            message("Questions"),
            lambda one, _: " ".join(question.value for question in one.questions),
            lambda one, _: sentence(question.label for question in one.questions),
        ),
        Column(
            "retention", message("Kept for"),
            lambda one, language: _said(_kept(one), language),
        ),
        Column(
            "recognition",
            message("Recognised in"),
            lambda one, language: _recognised(one, language) or None,
        ),
        Column(
            "writers", message("Who writes"),
            lambda one, language: writers(one).to(language), export_only=True,
        ),
        Column(
            "askers", message("Who asks"),
            lambda one, language: askers(one).to(language), export_only=True,
        ),
        Column(
            "fields", message("Fields"), lambda one, _: " ".join(field.key for field in one.fields),
            export_only=True,
        ),
        Column("name", message("Name"), lambda one, _: one.name, export_only=True),
    ),
    filters=(
        Filter(
            "question",
            message("Question"),
            lambda one: (question.value for question in one.questions),
            lambda key: Question(key).label,
        ),
    ),
    sort="title",
    empty=message("No domain of this portal declares a register yet."),
)  # fmt: skip


@PAGES.list_page(
    "/registers",
    REGISTERS,
    TITLE,
    message("Official lists of the three countries, and who may ask them what on which ground."),
    template="registers/registers.html",
)
def registers(_ask: Ask, _window: Window[Register]) -> Mapping[str, object]:
    return {}


@PAGES.page(
    "/registers/{register:str}",
    message("Register"),
    message("One register: what it holds, its law, who writes, who asks, and how much it holds."),
    examples=every_register,
)
def register_page(ask: Ask) -> Reply:
    register = register_of(ask)
    values = {
        "register": register,
        "domain": _domain_titles(ask)[register.domain],
        "kinds": KINDS,
        "writers": writers(register),
        "askers": askers(register),
        "place": place,
        "tallies": tallies_of(ask, register),
    }
    crumbs = (Crumb(TITLE, ask.url("registers")),)
    return View(
        "registers/register.html", register.title, values, crumbs,
        lead=register.summary, scripts=("chart",), fresh=True,
    )  # fmt: skip
