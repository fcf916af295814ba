"""The catalogue as DCAT-AP 3 in JSON-LD, so that other portals can harvest it.

DCAT-AP gives a data set no licence of its own: it stands with each distribution. Codes come from
the EU authority tables, as the profile asks.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Final
from urllib.parse import quote

from benelux.core.catalogue.model import Box, Catalogue, Contributor, DataSet, Distribution, Licence
from benelux.core.catalogue.vocabulary import (
    AUTHORITY,
    FORMATS,
    LANGUAGE_CODES,
    LICENCE_CODES,
    MEDIA_TYPES,
    THEME_SCHEME,
)
from benelux.core.language import LANGUAGES, Message, Text, message

Node = dict[str, object]

PROFILE: Final = "https://semiceu.github.io/DCAT-AP/releases/3.0.1/"
TITLE: Final = message("Open data of the Benelux platform")
ABOUT: Final = message("The data sets behind this portal, each with its source and its licence.")
PUBLISHER: Final = "The Benelux platform's maintainers"
CONTEXT: Final[Mapping[str, str]] = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_FREE: Final = Licence("CC0-1.0", "", "")
"""The descriptions themselves are free for anybody to copy into another catalogue."""


def catalogue(held: Catalogue, origin: str, contact: str = "") -> Node:
    """The whole catalogue; `contact` is an e-mail or web address for questions about it."""
    own = address(origin)
    node: Node = {
        "@context": dict(CONTEXT),
        "@id": own,
        "@type": "dcat:Catalog",
        "dct:title": _said(TITLE),
        "dct:description": _said(ABOUT),
        "dct:publisher": _publisher(origin, None),
        "dct:language": [_code("language", code) for code in LANGUAGE_CODES.values()],
        "dct:license": _licence(_FREE),
        "dct:conformsTo": _typed(PROFILE, "dct:Standard"),
        "foaf:homepage": _typed(f"{origin}/", "foaf:Document"),
        "dcat:themeTaxonomy": {"@id": THEME_SCHEME},
        "dcat:service": _service(held, origin),
        "dcat:dataset": [_data_set(one, origin, contact) for one in held.sets],
    }
    if held.sets:
        node["dct:issued"] = _moment(min(one.created for one in held.sets))
        node["dct:modified"] = _moment(max(one.modified for one in held.sets))
        node["dct:spatial"] = _places(held.sets)
    if contact:
        node["dcat:contactPoint"] = _contact(Contributor(PUBLISHER), contact)
    return node


def data_set(one: DataSet, origin: str, contact: str = "") -> Node:
    """One data set, as a document of its own."""
    return {"@context": dict(CONTEXT), **_data_set(one, origin, contact)}


def address(origin: str, one: DataSet | None = None, file: Distribution | None = None) -> str:
    """The address of the catalogue, of a data set in it, or of a file of that, in the API."""
    parts = [f"{origin}/api/catalogue"]
    if one:
        parts.append(one.id)
    if file:
        parts.append(f"files/{quote(file.path)}")
    return "/".join(parts)


def _data_set(one: DataSet, origin: str, contact: str) -> Node:
    node: Node = {
        "@id": address(origin, one),
        "@type": "dcat:Dataset",
        "dct:identifier": one.id,
        "dct:title": _said(one.title),
        "dct:description": _said(one.description),
        "dct:publisher": _publisher(origin, one),
        "dct:issued": _moment(one.created),
        "dct:modified": _moment(one.modified),
        "dcat:version": one.version,
        "dct:language": [_code("language", code) for code in LANGUAGE_CODES.values()],
        "dct:accessRights": _typed(f"{AUTHORITY}access-right/PUBLIC", "dct:RightsStatement"),
        "dct:accrualPeriodicity": _typed(f"{AUTHORITY}frequency/{one.frequency}", "dct:Frequency"),
        "dcat:theme": [_code("data-theme", theme) for theme in one.themes],
        "dcat:keyword": [value for keyword in one.keywords for value in _said(keyword)],
        "dcat:landingPage": [
            _typed(f"{origin}/{language}/catalogue/{one.id}", "foaf:Document")
            for language in LANGUAGES
        ],
        "dct:conformsTo": [_typed(standard, "dct:Standard") for standard in one.standards],
        "dct:provenance": [
            {"@type": "dct:ProvenanceStatement", "rdfs:label": ", ".join(filter(None, parts))}
            for parts in ((source.title, source.version, source.url) for source in one.sources)
        ],
        "dcat:distribution": [_distribution(one, file, origin) for file in one.files],
    }
    if one.countries or one.box:
        node["dct:spatial"] = [*_places([one]), *_boxes(one.box)]
    if one.temporal:
        period: Node = {"@type": "dct:PeriodOfTime", "dcat:startDate": _day(one.temporal.start)}
        if one.temporal.end:
            period["dcat:endDate"] = _day(one.temporal.end)
        node["dct:temporal"] = period
    points = [_contact(who, who.email or who.url) for who in one.by_role("contact")]
    if contact and not points:
        points = [_contact(Contributor(PUBLISHER), contact)]
    if points:
        node["dcat:contactPoint"] = points
    return node


def _distribution(one: DataSet, file: Distribution, origin: str) -> Node:
    download = {"@id": address(origin, one, file)}
    node: Node = {
        "@id": f"{address(origin, one)}#{file.name}",
        "@type": "dcat:Distribution",
        "dct:title": _said(file.title),
        "dct:description": _said(file.description),
        "dcat:accessURL": download,
        "dcat:downloadURL": download,
        "dcat:mediaType": _typed(f"{MEDIA_TYPES}{file.media_type}", "dct:MediaType"),
        "dct:format": _typed(
            f"{AUTHORITY}file-type/{FORMATS[file.format].code}", "dct:MediaTypeOrExtent"
        ),
        "dct:license": _licence(file.licence),
        "dct:modified": _moment(one.modified),
        "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(file.size)},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": _typed(
                f"{CONTEXT['spdx']}checksumAlgorithm_sha256", "spdx:ChecksumAlgorithm"
            ),
            "spdx:checksumValue": {"@type": "xsd:hexBinary", "@value": file.sha256},
        },
    }
    if one.rights.en:
        node["dct:rights"] = {"@type": "dct:RightsStatement", "rdfs:label": _said(one.rights)}
    return node


def _service(held: Catalogue, origin: str) -> Node:
    return {
        "@id": f"{origin}/api/records",
        "@type": "dcat:DataService",
        "dct:title": _said(message("Records of the catalogue (OGC API)")),
        "dcat:endpointURL": {"@id": f"{origin}/api/records"},
        "dcat:endpointDescription": {"@id": f"{origin}/api/openapi.json"},
        "dct:conformsTo": _typed(
            "http://www.opengis.net/spec/ogcapi-records-1/1.0", "dct:Standard"
        ),
        "dcat:servesDataset": [{"@id": address(origin, one)} for one in held.sets],
    }


def _publisher(origin: str, one: DataSet | None) -> Node:
    named = one.by_role("publisher") if one else ()
    if not named:
        return {"@id": f"{origin}/#publisher", "@type": "foaf:Agent", "foaf:name": PUBLISHER}
    node: Node = {"@type": "foaf:Agent", "foaf:name": named[0].name}
    if named[0].url:
        node["foaf:homepage"] = _typed(named[0].url, "foaf:Document")
    return node


def _contact(who: Contributor, where: str) -> Node:
    node: Node = {"@type": "vcard:Kind", "vcard:fn": who.name}
    if where.startswith(("http://", "https://")):
        node["vcard:hasURL"] = {"@id": where}
    elif where:
        node["vcard:hasEmail"] = {"@id": f"mailto:{where}"}
    return node


def _licence(licence: Licence) -> Node:
    node = _typed(licence.uri, "dct:LicenseDocument")
    if licence.name not in LICENCE_CODES:
        node["dct:title"] = licence.title
    return node


def _places(sets: Iterable[DataSet]) -> list[Node]:
    codes = dict.fromkeys(country.alpha3 for one in sets for country in one.countries)
    return [_typed(f"{AUTHORITY}country/{code}", "dct:Location") for code in codes]


def _boxes(box: Box | None) -> list[Node]:
    if box is None:
        return []
    west, south, east, north = box
    ring = ((west, south), (east, south), (east, north), (west, north), (west, south))
    corners = ", ".join(f"{lon} {lat}" for lon, lat in ring)
    literal = {"@type": "geo:wktLiteral", "@value": f"POLYGON(({corners}))"}
    return [{"@type": "dct:Location", "dcat:bbox": literal}]


def _said(text: Text | Message) -> list[Node]:
    return [
        {
            "@language": language,
            "@value": text[language] if isinstance(text, Text) else text.to(language),
        }
        for language in LANGUAGES
    ]


def _typed(uri: str, kind: str) -> Node:
    return {"@id": uri, "@type": kind}


def _code(table: str, code: str) -> Node:
    return {"@id": f"{AUTHORITY}{table}/{code}"}


def _moment(moment: datetime) -> Node:
    return {"@type": "xsd:dateTime", "@value": moment.isoformat()}


def _day(day: date) -> Node:
    return {"@type": "xsd:date", "@value": day.isoformat()}
