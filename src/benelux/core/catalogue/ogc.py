"""The shapes that OGC API - Records gives to its answers, with the member names of the standard."""

from typing import Final, Literal

from msgspec import Struct

CATALOGUE: Final = "catalogue"
CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


class Link(Struct, omit_defaults=True, frozen=True):
    href: str
    rel: str
    type: str = ""
    title: str = ""
    hreflang: str = ""


class Landing(Struct, frozen=True):
    title: str
    description: str
    links: list[Link]


class Conformance(Struct, rename="camel", frozen=True):
    conforms_to: list[str]


class Tongue(Struct, frozen=True):
    """A language, as the standard writes one."""

    code: str
    name: str


class Concept(Struct, frozen=True):
    id: str
    title: str
    url: str


class Scheme(Struct, frozen=True):
    concepts: list[Concept]
    scheme: str


class Kind(Struct, rename="camel", frozen=True):
    """A format in which the data can be had."""

    name: str
    media_type: str


class EmailAddress(Struct, frozen=True):
    value: str


class Party(Struct, omit_defaults=True, frozen=True):
    organization: str
    roles: list[str]
    emails: list[EmailAddress] = []
    links: list[Link] = []


class ExternalId(Struct, frozen=True):
    scheme: str
    value: str


class Polygon(Struct, frozen=True):
    type: Literal["Polygon"]
    coordinates: list[list[list[float]]]


class Time(Struct, frozen=True):
    interval: list[str]


class Properties(Struct, rename="camel", omit_defaults=True, frozen=True, kw_only=True):
    type: str
    title: str
    description: str
    language: Tongue
    languages: list[Tongue]
    resource_languages: list[Tongue]
    keywords: list[str]
    themes: list[Scheme]
    license: str
    formats: list[Kind]
    contacts: list[Party]
    external_ids: list[ExternalId]
    created: str
    updated: str
    rights: str = ""


class Record(Struct, rename="camel", frozen=True, kw_only=True):
    id: str
    type: Literal["Feature"] = "Feature"
    conforms_to: list[str]
    time: Time | None
    geometry: Polygon | None
    properties: Properties
    links: list[Link]


class Records(Struct, rename="camel", frozen=True, kw_only=True):
    type: Literal["FeatureCollection"] = "FeatureCollection"
    number_matched: int
    number_returned: int
    features: list[Record]
    links: list[Link]


class SpatialExtent(Struct, frozen=True):
    bbox: list[list[float]]
    crs: str = CRS84


class TemporalExtent(Struct, frozen=True):
    interval: list[list[str | None]]


class Extent(Struct, omit_defaults=True, frozen=True):
    spatial: SpatialExtent | None = None
    temporal: TemporalExtent | None = None


class Collection(Struct, rename="camel", frozen=True, kw_only=True):
    """The catalogue itself, as a collection of records."""

    id: str = CATALOGUE
    type: Literal["Catalog"] = "Catalog"
    item_type: Literal["record"] = "record"
    title: str
    description: str
    language: Tongue
    languages: list[Tongue]
    extent: Extent
    crs: list[str]
    license: str
    contacts: list[Party]
    conforms_to: list[str]
    links: list[Link]


class Collections(Struct, frozen=True):
    collections: list[Collection]
    links: list[Link]
