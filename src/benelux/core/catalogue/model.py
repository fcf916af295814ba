"""A data set as the catalogue knows it: what it is, where it comes from, and its files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from benelux.core.catalogue.vocabulary import AUTHORITY, FORMATS, LICENCE_CODES
from benelux.core.errors import NotFound
from benelux.core.language import Message, Text, message
from benelux.core.territory import Country

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees of CRS84."""


@dataclass(frozen=True, slots=True)
class Licence:
    """What you may do with the data; `name` is an SPDX identifier where there is one."""

    name: str
    title: str
    url: str

    @property
    def uri(self) -> str:
        """The licence in the EU authority table, or else where it is published."""
        code = LICENCE_CODES.get(self.name)
        return f"{AUTHORITY}licence/{code}" if code else self.url


@dataclass(frozen=True, slots=True)
class Source:
    """Where the data come from."""

    title: str
    url: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Contributor:
    """Who had a part in the data: `roles` as the data package names them."""

    name: str
    roles: tuple[str, ...] = ()
    url: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """The days that the data speak of, both included; without an end it is still open."""

    start: date
    end: date | None = None

    def meets(self, start: date | None, end: date | None) -> bool:
        """Whether some day of this span lies between `start` and `end`; None is open."""
        return (end is None or self.start <= end) and (
            start is None or self.end is None or self.end >= start
        )


@dataclass(frozen=True, slots=True)
class Distribution:
    """One file of a data set; `path` is its address within the data set, `file` where it lies."""

    name: str
    path: str
    title: Text
    description: Text
    format: str
    media_type: str
    encoding: str
    size: int
    sha256: str
    licence: Licence
    file: Path

    @property
    def format_name(self) -> str:
        return FORMATS[self.format].name

    @property
    def filename(self) -> str:
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class DataSet:
    """What one data package holds. `owner` is the domain that keeps it, or `core`."""

    id: str
    owner: str
    owner_title: Text | Message
    title: Text
    description: Text
    rights: Text
    keywords: tuple[Text, ...]
    defects: tuple[Text, ...]
    licences: tuple[Licence, ...]
    sources: tuple[Source, ...]
    contributors: tuple[Contributor, ...]
    themes: tuple[str, ...]
    countries: tuple[Country, ...]
    box: Box | None
    temporal: Span | None
    frequency: str
    version: str
    created: datetime
    modified: datetime
    standards: tuple[str, ...]
    files: tuple[Distribution, ...]

    @property
    def formats(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(file.format for file in self.files))

    @property
    def every_licence(self) -> tuple[Licence, ...]:
        """The licences of the whole, and then those that only some of the files have."""
        return tuple(dict.fromkeys((*self.licences, *(file.licence for file in self.files))))

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)

    def by_role(self, role: str) -> tuple[Contributor, ...]:
        return tuple(one for one in self.contributors if role in one.roles)

    def file(self, path: str) -> Distribution:
        """The file listed under exactly this path; raises `NotFound` for any other."""
        found = next((one for one in self.files if one.path == path), None)
        if found is None:
            raise NotFound(
                "catalogue.no-such-file",
                message("This data set has no file “{path}”.", path=path[:80]),
                now=message("Choose a file that the page of the data set lists."),
            )
        return found


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every data set of this portal, core's first and then by domain."""

    sets: Sequence[DataSet]

    def find(self, name: str) -> DataSet:
        """The data set of that name; raises `NotFound`."""
        found = next((one for one in self.sets if one.id == name), None)
        if found is None:
            raise NotFound(
                "catalogue.no-such-data-set",
                message("There is no data set “{name}”.", name=name[:80]),
                now=message("Choose one from the catalogue."),
            )
        return found
