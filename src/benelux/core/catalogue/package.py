"""`datapackage.json`: Data Package 2.0 as this house writes it, to a `DataSet`.

The standard's own members say what it says they do, in English. Beside them stand members of ours,
which the standard allows:

`languages` (also in a resource): the same texts in Dutch, French and German, under `nl`, `fr` and
`de`: `title` and `description`, and for the package `keywords`, `rights` and `defects` too.
`rights`: what the licences do not say. `defects`: what is known to be wrong or missing, one
sentence each. `themes`: codes of the EU data themes. `spatial`: countries by their ISO 3166-1
alpha-2 codes. `bbox`: west, south, east, north. `temporal`: `start` and `end`, as dates.
`frequency`: a code of the EU frequency table. `conformsTo`: addresses of the standards that the
data follow. `apart`: files in the folder that are no part of the data set. `modified`: when the
files last changed; written, like `bytes` and `hash`, by
`python -m benelux.core.catalogue.describe`.

The first licence is that of every file which names none of its own.
"""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct, field

from benelux.core import territory
from benelux.core.catalogue.model import (
    Contributor,
    DataSet,
    Distribution,
    Licence,
    Source,
    Span,
)
from benelux.core.catalogue.vocabulary import FORMATS, FREQUENCIES
from benelux.core.errors import NotFound
from benelux.core.files import CorruptFile, read_json
from benelux.core.language import Message, Text

NAME: Final = "datapackage.json"
PROFILE: Final = "https://datapackage.org/profiles/2.0/datapackage.json"

Line = Annotated[str, Meta(min_length=1, max_length=200)]
Prose = Annotated[str, Meta(min_length=1, max_length=4000)]
Slug = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9._-]*\Z", max_length=80)]
Address = Annotated[str, Meta(pattern=r"^(https?://\S+)?\Z")]
# No segment starts with a dot, so that a path can never lead out of its folder.
Relative = Annotated[str, Meta(pattern=r"^(\w[\w.-]*/)*\w[\w.-]*\Z", max_length=200)]
Theme = Literal[
    "AGRI", "ECON", "EDUC", "ENER", "ENVI", "GOVE", "HEAL", "INTR", "JUST", "REGI", "SOCI",
    "TECH", "TRAN",
]  # fmt: skip
Moment = Annotated[datetime, Meta(tz=True)]


class Words(Struct, frozen=True):
    title: Line
    description: Prose
    rights: str = ""
    keywords: tuple[Line, ...] = ()
    defects: tuple[Prose, ...] = ()


class Languages(Struct, frozen=True):
    nl: Words
    fr: Words
    de: Words


class Terms(Struct, frozen=True):
    name: Line
    path: Address = ""
    title: str = ""


class Origin(Struct, frozen=True):
    title: Line
    path: Address = ""
    version: str = ""


class Hand(Struct, frozen=True):
    title: Line
    roles: tuple[str, ...] = ()
    path: Address = ""
    email: str = ""


class Days(Struct, frozen=True):
    start: date
    end: date | None = None


class Resource(Struct, frozen=True):
    name: Slug
    path: Relative
    title: Line
    description: Prose
    format: Line
    mediatype: Annotated[str, Meta(pattern=r"^[a-z]+/[a-z0-9.+-]+\Z")]
    languages: Languages
    bytes: Annotated[int, Meta(ge=0)]
    hash: Annotated[str, Meta(pattern=r"^sha256:[0-9a-f]{64}\Z")]
    encoding: Line = "utf-8"
    licenses: tuple[Terms, ...] = ()

    def __post_init__(self) -> None:
        if self.format not in FORMATS:
            raise ValueError(f"format must be one of {', '.join(FORMATS)}")


class Package(Struct, frozen=True):
    profile: Literal["https://datapackage.org/profiles/2.0/datapackage.json"] = field(
        name="$schema"
    )
    name: Slug
    title: Line
    description: Prose
    version: Line
    created: Moment
    modified: Moment
    licenses: Annotated[tuple[Terms, ...], Meta(min_length=1)]
    sources: Annotated[tuple[Origin, ...], Meta(min_length=1)]
    contributors: Annotated[tuple[Hand, ...], Meta(min_length=1)]
    themes: Annotated[tuple[Theme, ...], Meta(min_length=1)]
    languages: Languages
    resources: Annotated[tuple[Resource, ...], Meta(min_length=1)]
    keywords: tuple[Line, ...] = ()
    rights: str = ""
    defects: tuple[Prose, ...] = ()
    spatial: tuple[str, ...] = ()
    bbox: tuple[float, float, float, float] | None = None
    temporal: Days | None = None
    frequency: str = "UNKNOWN"
    standards: tuple[Address, ...] = field(name="conformsTo", default=())

    def __post_init__(self) -> None:
        for words in (self.languages.nl, self.languages.fr, self.languages.de):
            for member in ("keywords", "defects"):
                if len(getattr(words, member)) != len(getattr(self, member)):
                    raise ValueError(f"languages: {member} are not equally many in all languages")
            if bool(words.rights) != bool(self.rights):
                raise ValueError("languages: rights are not there in all languages")
        if self.frequency not in FREQUENCIES:
            raise ValueError(f"frequency must be one of {', '.join(FREQUENCIES)}")
        for member in ("name", "path"):
            if len({getattr(one, member) for one in self.resources}) != len(self.resources):
                raise ValueError(f"resources: two have the same {member}")


def read(folder: Path, owner: str, owner_title: Text | Message) -> DataSet:
    """The data set that `folder`'s data package describes.

    Raises `CorruptFile` with line and field for one that is not of this form, that names a country
    nobody knows, or that lists a file which is not in the folder.
    """
    path = folder / NAME
    package = read_json(path, Package)
    words = package.languages
    licences = tuple(_licence(terms) for terms in package.licenses)
    return DataSet(
        id=package.name,
        owner=owner,
        owner_title=owner_title,
        title=_text(package.title, words, "title"),
        description=_text(package.description, words, "description"),
        rights=_text(package.rights, words, "rights"),
        keywords=_texts(package.keywords, words.nl.keywords, words.fr.keywords, words.de.keywords),
        defects=_texts(package.defects, words.nl.defects, words.fr.defects, words.de.defects),
        licences=licences,
        sources=tuple(Source(one.title, one.path, one.version) for one in package.sources),
        contributors=tuple(
            Contributor(one.title, one.roles, one.path, one.email) for one in package.contributors
        ),
        themes=package.themes,
        countries=tuple(
            _country(path, f"spatial[{place}]", code) for place, code in enumerate(package.spatial)
        ),
        box=package.bbox,
        temporal=Span(package.temporal.start, package.temporal.end) if package.temporal else None,
        frequency=package.frequency,
        version=package.version,
        created=package.created,
        modified=package.modified,
        standards=(PROFILE, *package.standards),
        files=tuple(
            _file(path, f"resources[{place}].path", one, licences[0])
            for place, one in enumerate(package.resources)
        ),
    )


def _text(english: str, words: Languages, member: str) -> Text:
    nl, fr, de = (getattr(one, member) for one in (words.nl, words.fr, words.de))
    return Text(nl=nl, fr=fr, de=de, en=english)


def _texts(
    en: tuple[str, ...], nl: tuple[str, ...], fr: tuple[str, ...], de: tuple[str, ...]
) -> tuple[Text, ...]:
    rows = zip(nl, fr, de, en, strict=True)
    return tuple(Text(nl=one, fr=two, de=three, en=four) for one, two, three, four in rows)


def _licence(terms: Terms) -> Licence:
    return Licence(terms.name, terms.title or terms.name, terms.path)


def _country(path: Path, member: str, code: str) -> territory.Country:
    try:
        place = territory.find(code)
    except NotFound:
        place = None
    if not isinstance(place, territory.Country):
        wrong = f"“{code}” is not the code of a country that this portal knows"
        raise CorruptFile(path, _line(path, f'"{code}"'), member, wrong)
    return place


def _file(path: Path, member: str, one: Resource, licence: Licence) -> Distribution:
    file = path.parent / one.path
    if not file.is_file() or not file.resolve().is_relative_to(path.parent.resolve()):
        wrong = f"there is no file {one.path} in this folder"
        raise CorruptFile(path, _line(path, f'"{one.path}"'), member, wrong)
    return Distribution(
        name=one.name,
        path=one.path,
        title=_text(one.title, one.languages, "title"),
        description=_text(one.description, one.languages, "description"),
        format=one.format,
        media_type=one.mediatype,
        encoding=one.encoding,
        size=one.bytes,
        sha256=one.hash.removeprefix("sha256:"),
        licence=_licence(one.licenses[0]) if one.licenses else licence,
        file=file,
    )


def _line(path: Path, token: str) -> int | None:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if token in line), None)
