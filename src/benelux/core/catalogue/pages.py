"""The catalogue for people: every data set, and one page for each."""

from collections.abc import Iterable, Mapping, Sequence

from babel.numbers import format_decimal

from benelux.core.catalogue import dcat
from benelux.core.catalogue.load import CORE, CORE_TITLE, load
from benelux.core.catalogue.model import DataSet, Distribution
from benelux.core.catalogue.preview import preview
from benelux.core.catalogue.vocabulary import FORMATS, FREQUENCIES, THEMES
from benelux.core.domain import discover
from benelux.core.house import House
from benelux.core.language import Language, Message, Text, message
from benelux.core.web.ask import Ask, Crumb, Reply, View
from benelux.core.web.listing import Column, Filter, Listing, Window
from benelux.core.web.pages import Pages

PAGES = Pages("")
TITLE = message("Open data")
_THOUSAND = 1000


def _sets(ask: Ask) -> Sequence[DataSet]:
    return load(ask.house.domains).sets


def _owner(key: str) -> Text | Message:
    if key == CORE:
        return CORE_TITLE
    return next((one.title for one in discover() if one.name == key), Text.same(key))


def size(count: int, language: Language) -> str:
    """A number of bytes as people read it."""
    if count < _THOUSAND:
        return message("{n} bytes", n=count).to(language)
    if count < _THOUSAND**2:
        return message("{n} kB", n=_decimal(count / _THOUSAND, language)).to(language)
    return message("{n} MB", n=_decimal(count / _THOUSAND**2, language)).to(language)


def _decimal(number: float, language: Language) -> str:
    return format_decimal(round(number, 1), locale=language)


LISTING: Listing[DataSet] = Listing(
    name="catalogue",
    rows=_sets,
    columns=(
        Column(
            "title",
            message("Data set"),
            lambda one, language: one.title[language],
            link=lambda one, language: f"/{language}/catalogue/{one.id}",
        ),
        Column("id", message("Name"), lambda one, _: one.id, export_only=True),
        Column(
            "description",
            message("What it is"),
            lambda one, language: one.description[language],
            export_only=True,
        ),
        Column(
            "domain", message("System"), lambda one, _: one.owner, lambda one, _: one.owner_title
        ),
        Column(
            "licence",
            message("Licence"),
            lambda one, _: ", ".join(licence.name for licence in one.every_licence),
        ),
        Column(
            "format",
            message("Format"),
            lambda one, _: ", ".join(FORMATS[key].name for key in one.formats),
        ),
        Column("files", message("Files"), lambda one, _: len(one.files), numeric=True),
        Column(
            "bytes",
            message("Size"),
            lambda one, _: one.size,
            lambda one, language: size(one.size, language),
            numeric=True,
        ),
        Column("updated", message("Updated"), lambda one, _: one.modified.date()),
    ),
    filters=(
        Filter("domain", message("System"), lambda one: (one.owner,), _owner),
        Filter(
            "licence",
            message("Licence"),
            lambda one: (licence.name for licence in one.every_licence),
            Text.same,
        ),
        Filter("theme", message("Theme"), lambda one: one.themes, lambda key: THEMES[key]),
        Filter(
            "format",
            message("Format"),
            lambda one: one.formats,
            lambda key: Text.same(FORMATS[key].name),
        ),
    ),
    sort="title",
    empty=message("No data set answers to this."),
)


@PAGES.list_page(
    "/catalogue",
    LISTING,
    TITLE,
    message("Every data set behind this portal, with its source and its licence."),
    template="catalogue/list.html",
)
def catalogue(ask: Ask, _window: Window[DataSet]) -> Mapping[str, object]:
    return {"origin": ask.house.settings.origin}


def _examples(house: House) -> Iterable[Mapping[str, str]]:
    return ({"dataset": one.id} for one in load(house.domains).sets)


@PAGES.page(
    "/catalogue/{dataset:str}",
    message("Data set"),
    message("One data set: what it is, where it comes from, what you may do with it, its files."),
    examples=_examples,
)
def data_set(ask: Ask) -> Reply:
    one = load(ask.house.domains).find(ask.path["dataset"])
    origin = ask.house.settings.origin
    values = {
        "one": one,
        "origin": origin,
        "themes": [THEMES[key] for key in one.themes],
        "frequency": FREQUENCIES[one.frequency],
        "address": dcat.address(origin, one),
        "files": [_file(one, file, ask) for file in one.files],
        "size": size(one.size, ask.language),
        "snippet": _snippet(dcat.address(origin, one, one.files[0]), one.files[0]),
    }
    crumbs = [Crumb(TITLE, ask.url("catalogue"))]
    return View("catalogue/page.html", one.title, values, crumbs, lead=one.description)


def _file(one: DataSet, file: Distribution, ask: Ask) -> Mapping[str, object]:
    return {
        "about": file,
        # Within the portal, so that it also works under another host name than the public one.
        "href": dcat.address("", one, file),
        "size": size(file.size, ask.language),
        "preview": preview(file, ask.language),
    }


_READING: Mapping[str, tuple[str, str]] = {
    "csv": ("import csv", "rows = list(csv.DictReader(answer.read().decode().splitlines()))"),
    "geojson": ("import json", "features = json.load(answer)"),
    "json": ("import json", "found = json.load(answer)"),
    "yaml": ("import yaml", "found = yaml.safe_load(answer)"),
}


def _snippet(address: str, file: Distribution) -> str:
    """A few lines of Python that fetch and read a file."""
    module, line = _READING.get(file.format, ("", "content = answer.read()"))
    imports = "\n".join(filter(None, ["from urllib.request import urlopen", module]))
    return f'{imports}\n\nwith urlopen("{address}") as answer:\n    {line}'
