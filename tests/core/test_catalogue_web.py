"""The catalogue over HTTP, in the whole portal: pages, files, DCAT-AP and records."""

import hashlib
import html
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import anyio
import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar.handlers import HTTPRouteHandler

from benelux.core.catalogue import load, records_api
from benelux.core.catalogue.pages import PAGES, size
from benelux.core.catalogue.records import CONFORMANCE
from benelux.core.domain import discover
from benelux.core.house import House
from benelux.core.language import LANGUAGES
from benelux.core.settings import Settings
from benelux.core.store import Store, migrate
from benelux.core.web.app import assemble

ORIGIN = "https://portal.example"
HELD = load(discover())
PLAN = HELD.find("annual-plan-2022")
PLAN_BOX = (2.5, 49.4, 7.3, 53.6)
ITEMS = "/api/records/collections/catalogue/items"
RECORDS = (
    "/api/records",
    "/api/records/conformance",
    "/api/records/collections",
    "/api/records/collections/catalogue",
    ITEMS,
    f"{ITEMS}/annual-plan-2022",
)


class Portal:
    """The portal as its readers reach it."""

    def __init__(self, store: Store, cache: int) -> None:
        house = House(Settings(public_url=ORIGIN, cache=cache), store, discover())
        transport = httpx.ASGITransport(app=assemble(house))  # type: ignore[arg-type]
        self.http = httpx.AsyncClient(transport=transport, base_url=ORIGIN)

    def get(self, path: str, query: dict[str, str] | None = None, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return anyio.run(lambda: self.http.get(path, params=query, headers=named))

    def search(self, **query: str) -> list[str]:
        answer = self.get(ITEMS, query)
        assert answer.status_code == 200, answer.text
        return [record["id"] for record in answer.json()["features"]]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One store for all, since no test here writes."""
    with Store.open(f"sqlite:///{tmp_path_factory.mktemp('store') / 'store.db'}") as opened:
        migrate(opened)
        yield opened


@pytest.fixture(scope="module")
def portal(store: Store) -> Portal:
    return Portal(store, cache=0)


@pytest.fixture(scope="module")
def remembering(store: Store) -> Portal:
    """A portal that keeps finished answers in memory, as it does outside tests."""
    return Portal(store, cache=8)


def rels(answer: httpx.Response) -> dict[str, str]:
    return {link["rel"]: link["href"] for link in answer.json()["links"]}


# Files


def test_a_file_is_given_as_it_lies_there(portal: Portal) -> None:
    for file in PLAN.files:
        answer = portal.get(f"/api/catalogue/annual-plan-2022/files/{file.path}")

        assert answer.status_code == 200
        assert answer.content == file.file.read_bytes()
        assert answer.headers["content-type"] == "application/yaml; charset=utf-8"
        assert file.filename in answer.headers["content-disposition"]
        assert answer.headers["etag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'


def test_a_file_that_the_reader_has_already_is_not_sent_again(portal: Portal) -> None:
    path = "/api/catalogue/territory/files/territory.yaml"
    tag = portal.get(path).headers["etag"]

    answer = portal.get(path, if_none_match=tag)

    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == tag


@pytest.mark.parametrize(
    "path",
    [
        "datapackage.json",
        "..%2fdatapackage.json",
        "%2e%2e/pyproject.toml",
        "..%2f..%2fdomain.py",
        "%2fetc%2fpasswd",
        "actions%2f..%2fpartners.yaml",
        "actions",
        "partners.yaml%00",
        "PARTNERS.YAML",
        "",
        "%ff",
    ],
)
def test_nothing_but_a_listed_file_is_given(portal: Portal, path: str) -> None:
    answer = portal.get(f"/api/catalogue/annual-plan-2022/files/{path}")

    assert answer.status_code in {400, 404, 422}
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_unknown_data_set_is_not_found_anywhere(portal: Portal) -> None:
    for path in ("/api/catalogue/x", "/api/catalogue/x/files/y", f"{ITEMS}/x", "/nl/catalogue/x"):
        assert portal.get(path).status_code == 404, path


# DCAT-AP


def test_the_catalogue_is_json_ld_with_the_address_of_the_portal(portal: Portal) -> None:
    answer = portal.get("/api/catalogue")

    assert answer.headers["content-type"] == "application/ld+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.json()["@id"] == f"{ORIGIN}/api/catalogue"
    for node in answer.json()["dcat:dataset"]:
        alone = portal.get(urlsplit(node["@id"]).path).json()
        assert {name: value for name, value in alone.items() if name != "@context"} == node


def test_every_address_in_the_catalogue_leads_somewhere(portal: Portal) -> None:
    for node in portal.get("/api/catalogue").json()["dcat:dataset"]:
        pages = [page["@id"] for page in node["dcat:landingPage"]]
        files = [file["dcat:downloadURL"]["@id"] for file in node["dcat:distribution"]]
        for address in (*pages, *files):
            assert portal.get(address).status_code == 200, address


# OGC API Records


def test_the_front_leads_to_every_room_of_the_records(portal: Portal) -> None:
    links = rels(portal.get("/api/records", {"lang": "nl"}))

    assert set(links) == {"self", "conformance", "data", "service-desc", "service-doc"}
    for rel, address in links.items():
        assert portal.get(address).status_code == 200, (rel, address)


def test_the_conformance_classes_are_those_of_the_standard(portal: Portal) -> None:
    declared = portal.get("/api/records/conformance").json()["conformsTo"]

    assert declared == [*CONFORMANCE]
    part = "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/"
    assert {one.removeprefix(part) for one in declared if one.startswith(part)} == {
        "record-core",
        "record-collection",
        "record-core-query-parameters",
        "records-api",
        "searchable-catalog",
        "json",
    }


def test_the_catalogue_is_a_collection_of_records_with_its_extent(portal: Portal) -> None:
    listed = portal.get("/api/records/collections").json()["collections"]
    one = portal.get("/api/records/collections/catalogue").json()

    assert listed == [one]
    assert (one["id"], one["type"], one["itemType"]) == ("catalogue", "Catalog", "record")
    west, south, east, north = one["extent"]["spatial"]["bbox"][0]
    assert west <= PLAN_BOX[0]
    assert south <= PLAN_BOX[1]
    assert east >= PLAN_BOX[2]
    assert north >= PLAN_BOX[3]
    assert one["extent"]["temporal"]["interval"] == [["2022-01-01", "2022-12-31"]]
    assert {"self", "items", "alternate"} <= {link["rel"] for link in one["links"]}


def test_a_record_has_what_the_standard_demands(portal: Portal) -> None:
    answer = portal.get(f"{ITEMS}/annual-plan-2022", {"lang": "fr"})
    record = answer.json()
    told = record["properties"]

    assert answer.headers["content-type"] == "application/geo+json"
    assert (record["type"], record["id"]) == ("Feature", "annual-plan-2022")
    assert record["geometry"]["coordinates"][0][0] == record["geometry"]["coordinates"][0][-1]
    assert record["time"] == {"interval": ["2022-01-01", "2022-12-31"]}
    assert told["type"] == "dataset"
    assert told["title"] == PLAN.title.fr
    assert told["language"] == {"code": "fr", "name": "Français"}
    assert [one["code"] for one in told["languages"]] == [*LANGUAGES]
    assert told["license"] == "various"
    assert told["formats"] == [{"name": "YAML", "mediaType": "application/yaml"}]
    assert told["contacts"]
    assert told["themes"][0]["concepts"][0]["title"] == "Gouvernement et secteur public"
    links = [link["rel"] for link in record["links"]]
    assert {"self", "collection", "alternate", "license", "item"} <= set(links)
    assert links.count("item") == len(PLAN.files)
    assert links.count("license") == len(PLAN.every_licence)


def test_a_data_set_without_place_or_time_says_so_with_null(portal: Portal) -> None:
    record = portal.get(f"{ITEMS}/territory").json()

    assert record["time"] is None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"annual-plan-2022", "territory"}),
        ({"q": "jaarplan"}, {"annual-plan-2022", "territory"}),
        ({"q": "voortgang"}, {"annual-plan-2022"}),
        ({"q": "PLAN ANNUEL BENELUX"}, {"annual-plan-2022"}),
        ({"q": "annuel plan"}, set()),
        ({"q": "voortgang,frontiere"}, {"annual-plan-2022", "territory"}),
        ({"q": "  "}, {"annual-plan-2022", "territory"}),
        ({"bbox": "5,50,6,51"}, {"annual-plan-2022", "territory"}),
        ({"bbox": "13,52,14,53"}, {"territory"}),
        ({"bbox": "13,52,0,14,53,100"}, {"territory"}),
        ({"bbox": "170,-10,-170,10"}, set()),
        ({"bbox": ""}, {"annual-plan-2022", "territory"}),
        ({"datetime": "2022-03-23"}, {"annual-plan-2022", "territory"}),
        ({"datetime": "2022-12-31T12:00:00Z/.."}, {"annual-plan-2022", "territory"}),
        ({"datetime": "../2021-12-31"}, {"territory"}),
        ({"datetime": "2023-01-01/"}, {"territory"}),
        ({"type": "dataset"}, {"annual-plan-2022", "territory"}),
        ({"type": "service"}, set()),
        ({"ids": "territory,nothing"}, {"territory"}),
        ({"externalIds": f"{ORIGIN}/api/catalogue/territory"}, {"territory"}),
        ({"q": "plan", "bbox": "13,52,14,53"}, {"territory"}),
        ({"limit": ""}, {"annual-plan-2022", "territory"}),
        ({"limit": "1000000"}, {"annual-plan-2022", "territory"}),
    ],
)
def test_records_are_found_by_words_place_time_and_id(
    portal: Portal, query: dict[str, str], found: set[str]
) -> None:
    assert found == set(portal.search(**query)) & {"annual-plan-2022", "territory"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("bbox", "1,2,3"),
        ("bbox", "a,b,c,d"),
        ("bbox", "1,2,3,nan"),
        ("bbox", "5,51,6,50"),
        ("datetime", "yesterday"),
        ("datetime", "2022-02-30"),
        ("datetime", "2023-01-01/2022-01-01"),
        ("datetime", "../.."),
        ("datetime", "2022/2023/2024"),
        ("limit", "0"),
        ("limit", "-1"),
        ("limit", "ten"),
        ("limit", "²"),
        ("offset", "-1"),
        ("lang", "it"),
        ("q", "x" * 2001),
        ("colour", "red"),
    ],
)
def test_a_parameter_that_cannot_be_read_is_refused_by_name(
    portal: Portal, name: str, value: str
) -> None:
    answer = portal.get(ITEMS, {name: value})

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert [fault["field"] for fault in answer.json()["errors"]] == [name]


def test_turning_the_pages_shows_every_record_once(portal: Portal) -> None:
    address, seen = f"{ITEMS}?limit=1&lang=de&q=plan,grenze", []
    while address:
        answer = portal.get(address)
        seen += [record["id"] for record in answer.json()["features"]]
        assert answer.json()["numberReturned"] == 1
        address = rels(answer).get("next", "")
        if address:
            assert parse_qs(urlsplit(address).query)["lang"] == ["de"]

    assert len(seen) == len(set(seen)) == answer.json()["numberMatched"]
    assert portal.get(rels(answer)["prev"]).status_code == 200


def test_past_the_last_record_there_is_an_empty_page_with_a_way_back(portal: Portal) -> None:
    answer = portal.get(ITEMS, {"offset": "500"})

    assert answer.json()["features"] == []
    assert "next" not in rels(answer)
    assert "prev" in rels(answer)


@pytest.mark.parametrize("path", RECORDS)
def test_records_speak_the_language_that_is_asked_for(remembering: Portal, path: str) -> None:
    for code in LANGUAGES:
        assert remembering.get(path, {"lang": code}).headers["content-language"] == code
        chosen = remembering.get(path, accept_language=f"{code}-BE, it;q=0.5")
        assert chosen.headers["content-language"] == code
        assert "accept-language" in chosen.headers["vary"]


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    query=st.dictionaries(
        st.sampled_from(["q", "bbox", "datetime", "limit", "offset", "type", "ids", "lang", "x"]),
        st.text(max_size=30) | st.from_regex(r"[0-9.,/:TZ-]{1,25}", fullmatch=True),
        max_size=3,
    )
)
def test_no_question_breaks_the_records(portal: Portal, query: dict[str, str]) -> None:
    assert portal.get(ITEMS, query).status_code in {200, 400}


# Pages


def test_the_list_shows_every_data_set_and_has_its_twins(portal: Portal) -> None:
    page = portal.get("/en/catalogue")
    rows = portal.get("/en/catalogue.json").json()["rows"]
    table = portal.get("/en/catalogue.csv").text

    assert page.status_code == 200
    for one in HELD.sets:
        assert html.escape(one.title.en) in page.text
        assert f"/en/catalogue/{one.id}" in page.text
        assert one.id in table
    assert [row["id"] for row in rows] == sorted(
        (one.id for one in HELD.sets), key=lambda key: HELD.find(key).title.en
    )


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("domain", "core", ["territory"]),
        ("domain", "programme", ["annual-plan-2022"]),
        ("theme", "INTR", ["annual-plan-2022"]),
        ("licence", "EUPL-1.2", ["annual-plan-2022", "territory"]),
        ("format", "yaml", ["annual-plan-2022", "territory"]),
    ],
)
def test_the_list_is_filtered_by_system_theme_licence_and_format(
    portal: Portal, name: str, value: str, found: list[str]
) -> None:
    rows = portal.get("/en/catalogue.json", {name: value}).json()["rows"]

    assert found == [row["id"] for row in rows if row["id"] in {"annual-plan-2022", "territory"}]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_tells_everything_about_its_data_set(portal: Portal, language: str) -> None:
    for one in HELD.sets:
        text = html.unescape(portal.get(f"/{language}/catalogue/{one.id}").text)

        told = [getattr(each, language) for each in (one.title, one.description, one.rights)]
        told += [getattr(defect, language) for defect in one.defects]
        told += [licence.title for licence in one.every_licence]
        told += [source.title for source in one.sources]
        for file in one.files:
            told += [f"/api/catalogue/{one.id}/files/{file.path}", file.sha256]
        assert [part for part in told if part not in text] == []


def test_the_examples_are_all_pages_that_exist(portal: Portal) -> None:
    house = House(Settings(), Store.__new__(Store), discover())
    page = next(page for page in PAGES.declared if "{dataset:str}" in page.path)
    addresses = [page.address("nl", parameters) for parameters in page.examples(house)]

    assert addresses == [f"/nl/catalogue/{one.id}" for one in HELD.sets]
    assert all(portal.get(address).status_code == 200 for address in addresses)


def test_sizes_are_written_as_people_read_them() -> None:
    assert [size(count, "en") for count in (0, 999, 8743, 1_250_000)] == [
        "0 bytes",
        "999 bytes",
        "8.7 kB",
        "1.2 MB",
    ]
    assert size(8743, "nl").startswith("8,7")


def test_the_catalogue_and_the_records_are_in_the_openapi(portal: Portal) -> None:
    paths = msgspec.json.decode(portal.get("/api/openapi.json").content)["paths"]

    assert {f"{path}" for path in paths if "catalogue" in path or "records" in path} >= {
        "/api/catalogue",
        "/api/catalogue/{dataset}",
        "/api/catalogue/{dataset}/files/{name}",
        "/api/records",
        ITEMS,
    }
    parameters = {one["name"]: one for one in paths[ITEMS]["get"]["parameters"]}
    assert {"q", "bbox", "datetime", "limit", "type", "ids", "externalIds", "lang"} <= set(
        parameters
    )
    assert parameters["lang"]["schema"]["enum"] == [*LANGUAGES]
    assert parameters["limit"]["schema"]["type"] == "integer"


@pytest.mark.parametrize("handler", records_api.ROUTES, ids=lambda handler: handler.handler_name)
def test_the_records_declare_the_refusal_that_the_standard_asks_for(
    handler: HTTPRouteHandler,
) -> None:
    assert handler.responses
    assert handler.responses[400].media_type == "application/problem+json"
