"""Other portals can harvest the catalogue: it is DCAT-AP 3, read back with an RDF library."""

import json
import warnings
from dataclasses import replace

import pytest
from rdflib import RDF, XSD, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from benelux.core.catalogue import Catalogue, dcat, load
from benelux.core.catalogue.model import Contributor
from benelux.core.domain import discover
from benelux.core.language import LANGUAGES

ORIGIN = "https://portal.example"
HELD = load(discover())
PLAN = HELD.find("annual-plan-2022")

DCAT = Namespace("http://www.w3.org/ns/dcat#")
DCT = Namespace("http://purl.org/dc/terms/")
FOAF = Namespace("http://xmlns.com/foaf/0.1/")
SPDX = Namespace("http://spdx.org/rdf/terms#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
EU = "http://publications.europa.eu/resource/authority/"

MANY = 10_000
PROFILE = [  # class, property, at least, at most
    (DCAT.Catalog, DCT.title, 1, MANY),
    (DCAT.Catalog, DCT.description, 1, MANY),
    (DCAT.Catalog, DCT.publisher, 1, 1),
    (DCAT.Catalog, DCAT.dataset, 1, MANY),
    (DCAT.Catalog, DCT.license, 0, 1),
    (DCAT.Catalog, DCT.issued, 0, 1),
    (DCAT.Catalog, DCT.modified, 0, 1),
    (DCAT.Catalog, FOAF.homepage, 0, 1),
    (DCAT.Dataset, DCT.title, 1, MANY),
    (DCAT.Dataset, DCT.description, 1, MANY),
    (DCAT.Dataset, DCT.publisher, 0, 1),
    (DCAT.Dataset, DCT.accessRights, 0, 1),
    (DCAT.Dataset, DCT.accrualPeriodicity, 0, 1),
    (DCAT.Dataset, DCT.issued, 0, 1),
    (DCAT.Dataset, DCT.modified, 0, 1),
    (DCAT.Dataset, DCAT.version, 0, 1),
    (DCAT.Distribution, DCAT.accessURL, 1, MANY),
    (DCAT.Distribution, DCT["format"], 0, 1),
    (DCAT.Distribution, DCAT.mediaType, 0, 1),
    (DCAT.Distribution, DCAT.byteSize, 0, 1),
    (DCAT.Distribution, DCT.license, 0, 1),
    (DCAT.Distribution, SPDX.checksum, 0, 1),
    (DCAT.DataService, DCAT.endpointURL, 1, MANY),
    (DCAT.DataService, DCT.title, 1, MANY),
    (FOAF.Agent, FOAF.name, 1, MANY),
    (SPDX.Checksum, SPDX.algorithm, 1, 1),
    (SPDX.Checksum, SPDX.checksumValue, 1, 1),
    (DCT.PeriodOfTime, DCAT.startDate, 0, 1),
    (DCT.PeriodOfTime, DCAT.endDate, 0, 1),
]


def read(document: str) -> Graph:
    with warnings.catch_warnings():
        # The library's reader of JSON-LD uses a class that the library itself has deprecated.
        warnings.filterwarnings("ignore", category=DeprecationWarning, module="rdflib")
        return Graph().parse(data=document, format="json-ld")


def graph(held: Catalogue = HELD, contact: str = "") -> Graph:
    document = json.dumps(dcat.catalogue(held, ORIGIN, contact))
    return read(document)


GRAPH = graph()
PLAN_URI = URIRef(f"{ORIGIN}/api/catalogue/annual-plan-2022")


def values(subject: Node, predicate: URIRef) -> set[str]:
    return {str(value) for value in GRAPH.objects(subject, predicate)}


@pytest.mark.parametrize(
    ("kind", "property_", "least", "most"),
    PROFILE,
    ids=[f"{kind.fragment or kind}-{one.split('/')[-1]}" for kind, one, _, _ in PROFILE],
)
def test_everything_has_what_the_profile_demands(
    kind: URIRef, property_: URIRef, least: int, most: int
) -> None:
    subjects = list(GRAPH.subjects(RDF.type, kind))

    assert subjects
    for subject in subjects:
        assert least <= len(list(GRAPH.objects(subject, property_))) <= most, subject


@pytest.mark.parametrize("kind", [DCAT.Catalog, DCAT.Dataset, DCAT.Distribution])
@pytest.mark.parametrize("property_", [DCT.title, DCT.description])
def test_titles_and_descriptions_are_in_four_languages(kind: URIRef, property_: URIRef) -> None:
    for subject in GRAPH.subjects(RDF.type, kind):
        told = [text for text in GRAPH.objects(subject, property_) if isinstance(text, Literal)]

        assert {text.language for text in told} == set(LANGUAGES), subject
        assert len(told) == len(LANGUAGES)


def test_every_node_that_is_a_thing_has_an_absolute_address_of_this_portal() -> None:
    for kind in (DCAT.Catalog, DCAT.Dataset, DCAT.Distribution, DCAT.DataService):
        for subject in GRAPH.subjects(RDF.type, kind):
            assert str(subject).startswith(f"{ORIGIN}/api/"), subject


def test_codes_come_from_the_eu_authority_tables() -> None:
    assert values(PLAN_URI, DCAT.theme) == {
        f"{EU}data-theme/{code}" for code in ("GOVE", "REGI", "INTR")
    }
    assert {f"{EU}country/{code}" for code in ("BEL", "NLD", "LUX")} < values(PLAN_URI, DCT.spatial)
    assert values(PLAN_URI, DCT.accessRights) == {f"{EU}access-right/PUBLIC"}
    assert values(PLAN_URI, DCT.accrualPeriodicity) == {f"{EU}frequency/AS_NEEDED"}
    assert values(PLAN_URI, DCT.language) == {
        f"{EU}language/{code}" for code in ("NLD", "FRA", "DEU", "ENG")
    }


def test_each_file_is_a_distribution_with_format_size_checksum_and_licence() -> None:
    assert len(values(PLAN_URI, DCAT.distribution)) == len(PLAN.files)
    for file in PLAN.files:
        node = URIRef(f"{PLAN_URI}#{file.name}")
        checksum = GRAPH.value(node, SPDX.checksum)

        assert values(node, DCAT.downloadURL) == {f"{PLAN_URI}/files/{file.path}"}
        assert values(node, DCAT.mediaType) == {
            "https://www.iana.org/assignments/media-types/application/yaml"
        }
        assert values(node, DCT["format"]) == {f"{EU}file-type/YAML"}
        assert values(node, DCT.license) == {f"{EU}licence/EUPL_1_2"}
        assert GRAPH.value(node, DCAT.byteSize) == Literal(
            str(file.size), datatype=XSD.nonNegativeInteger
        )
        assert checksum
        assert GRAPH.value(checksum, SPDX.checksumValue) == Literal(
            file.sha256, datatype=XSD.hexBinary
        )
        assert values(checksum, SPDX.algorithm) == {f"{SPDX}checksumAlgorithm_sha256"}


def test_the_plan_speaks_of_the_year_2022() -> None:
    period = GRAPH.value(PLAN_URI, DCT.temporal)

    assert period
    assert values(period, DCAT.startDate) == {"2022-01-01"}
    assert values(period, DCAT.endDate) == {"2022-12-31"}


def test_the_records_are_a_service_that_serves_every_data_set() -> None:
    service = URIRef(f"{ORIGIN}/api/records")

    assert (URIRef(f"{ORIGIN}/api/catalogue"), DCAT.service, service) in GRAPH
    assert len(values(service, DCAT.servesDataset)) == len(HELD.sets)


def test_one_data_set_is_told_alone_as_it_is_in_the_catalogue() -> None:
    alone = read(json.dumps(dcat.data_set(PLAN, ORIGIN)))

    assert set(alone.predicates(PLAN_URI)) == set(GRAPH.predicates(PLAN_URI))
    assert not list(alone.subjects(RDF.type, DCAT.Catalog))


def test_an_empty_catalogue_is_still_a_catalogue() -> None:
    empty = graph(Catalogue(()))

    assert list(empty.subjects(RDF.type, DCAT.Catalog))
    assert not list(empty.subjects(RDF.type, DCAT.Dataset))


@pytest.mark.parametrize(
    ("contact", "property_", "address"),
    [
        ("data@portal.example", VCARD.hasEmail, "mailto:data@portal.example"),
        ("https://portal.example/help", VCARD.hasURL, "https://portal.example/help"),
    ],
)
def test_a_contact_point_is_told_where_the_portal_has_one(
    contact: str, property_: URIRef, address: str
) -> None:
    told = graph(contact=contact)
    points = list(told.objects(PLAN_URI, DCAT.contactPoint))

    assert [str(told.value(point, property_)) for point in points] == [address]
    assert not list(GRAPH.objects(PLAN_URI, DCAT.contactPoint))


def test_a_data_set_with_a_desk_of_its_own_sends_questions_there() -> None:
    desk = Contributor("The desk", ("contact",), email="desk@portal.example")
    own = replace(PLAN, contributors=(*PLAN.contributors, desk))

    told = graph(Catalogue((own,)), contact="data@portal.example")
    points = list(told.objects(PLAN_URI, DCAT.contactPoint))

    assert [str(told.value(point, VCARD.fn)) for point in points] == ["The desk"]
