"""Pages are declared once, and every visit goes through the same doors."""

from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from benelux.core.house import House
from benelux.core.language import LANGUAGES, message
from benelux.core.web.app import all_pages
from benelux.core.web.core_api import every_address
from benelux.core.web.pages import Page, menu
from tests.core.bridges.pages import PAGES
from tests.visits import OFFICER, OWN, READER, SignedIn, visited


class Read(HTMLParser):
    """Every tag of a page with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def of(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [
            found for name, found in self.tags if name == tag and wanted.items() <= found.items()
        ]


@pytest.fixture
def keeper(bridges: House) -> SignedIn:
    """Somebody who is signed in without the role of a keeper of bridges."""
    return SignedIn.as_person(visited(bridges), bridges, OFFICER)


def test_a_page_has_one_address_in_each_language() -> None:
    page = Page("bridges", "/b/{key:str}/{part:str}", "", lambda _: ..., message(""))  # type: ignore[arg-type, return-value]
    assert page.full_path == "/{lang:str}/bridges/b/{key:str}/{part:str}"
    assert page.address("nl", {"key": "x", "part": "y"}) == "/nl/bridges/b/x/y"
    assert Page("", "/systems", "", lambda _: ..., message("")).full_path == "/{lang:str}/systems"  # type: ignore[arg-type, return-value]


def test_the_menu_shows_what_wants_to_be_in_it(house: House) -> None:
    shown = menu(all_pages(house.domains))
    assert shown
    assert all(page.menu for page in shown)
    assert not menu([PAGES])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_speaks_its_language_and_leads_to_itself_in_the_others(
    crossing: TestClient[Litestar], language: str
) -> None:
    page = crossing.get(f"/{language}/bridges?q=pont")
    read = Read(page.text)
    assert page.headers["content-language"] == language
    assert read.of("html") == [{"lang": language}]
    alternates = {one["hreflang"]: one["href"] for one in read.of("link", rel="alternate")}
    assert alternates == {code: f"/{code}/bridges" for code in LANGUAGES}
    switches = [one for one in read.of("a") if "hreflang" in one]
    assert [one["href"] for one in switches] == list(alternates.values())
    assert [one["lang"] for one in switches if one.get("aria-current")] == [language]


def test_every_page_can_be_walked_with_a_keyboard(crossing: TestClient[Litestar]) -> None:
    read = Read(crossing.get("/en/bridges").text)
    assert next(found for tag, found in read.tags if tag == "a") == {
        "class": "skip",
        "href": "#main",
    }
    assert read.of("main", id="main", tabindex="-1")
    assert read.of("a", **{"aria-current": "true"})
    crumbs = read.of("li", **{"aria-current": "page"})
    assert len(crumbs) == 1


def test_no_page_brings_its_own_script_or_style(portal: TestClient[Litestar]) -> None:
    for path in ("/en/", "/nl/programme", "/fr/programme/partners", "/de/sign-in"):
        page = portal.get(path)
        portal.cookies.clear()
        read = Read(page.text)
        assert page.status_code == 200
        assert all(script.get("src", "").startswith("/static/") for script in read.of("script"))  # type: ignore[union-attr]
        assert not read.of("style")
        for tag, found in read.tags:
            assert not [name for name in found if name == "style" or name.startswith("on")], tag
            for name in ("src", "href", "action"):
                address = found.get(name) or ""
                assert not address.startswith(("//", "javascript:", "data:text")), (tag, address)


def test_the_root_leads_to_the_language_that_the_reader_prefers(
    crossing: TestClient[Litestar],
) -> None:
    for accepted, language in (
        ("", "en"),
        ("de-LU, fr;q=0.9", "de"),
        ("lb, fr-BE;q=0.8, nl;q=0.7", "fr"),
        ("nl;q=0, ja", "en"),
        ("zz, nl;q=x, *;q=0.5", "en"),
        ("NL-be;q=0.1, en;q=0.05", "nl"),
    ):
        answer = crossing.get("/", headers={"accept-language": accepted})
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/{language}/"
        assert "accept-language" in answer.headers["vary"]


def test_a_page_for_a_role_is_for_who_has_it(
    crossing: TestClient[Litestar], bridges: House, keeper: SignedIn
) -> None:
    assert crossing.get("/en/bridges/keeper").status_code == 401
    assert keeper.get("/en/bridges/keeper").status_code == 403
    other = SignedIn.as_person(visited(bridges), bridges, READER)
    assert other.get("/en/bridges/keeper").status_code == 403


def test_what_somebody_who_is_signed_in_sees_is_kept_nowhere(keeper: SignedIn) -> None:
    for path in ("/en/bridges", "/en/bridges/new", "/en/bridges/keeper"):
        assert keeper.get(path).headers["cache-control"] == "no-store"


GOOD = {"name": "Pont", "opened": "1960-05-12", "river": "maas"}


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "http://["},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_form_from_another_site_is_refused(keeper: SignedIn, headers: dict[str, str]) -> None:
    sent = {"csrf": keeper.csrf, **GOOD}
    refused = keeper.client.post("/en/bridges/new", data=sent, headers=headers)
    assert refused.status_code == 403
    own = {"origin": OWN, "sec-fetch-site": "same-origin"}
    assert keeper.client.post("/en/bridges/new", data=sent, headers=own).status_code == 303


@pytest.mark.parametrize("csrf", [None, "", "wrong", "é", "a" * 100_000])
def test_a_form_without_its_number_is_refused(keeper: SignedIn, csrf: str | None) -> None:
    sent = GOOD if csrf is None else {"csrf": csrf, **GOOD}
    assert keeper.client.post("/en/bridges/new", data=sent).status_code == 403


def test_the_number_in_a_readers_form_belongs_to_that_reader(bridges: House) -> None:
    mine, others = visited(bridges), visited(bridges)
    assert mine.get("/en/bridges/new").headers["cache-control"] == "no-store"
    numbers = [
        Read(client.get("/en/bridges/new").text).of("input", name="csrf")[0]["value"]
        for client in (mine, others)
    ]
    assert numbers[0] != numbers[1]
    for number, status in zip(numbers, (303, 403), strict=True):
        assert mine.post("/en/bridges/new", data={"csrf": number, **GOOD}).status_code == status


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_page_without_a_form_takes_none(crossing: TestClient[Litestar], method: str) -> None:
    answer = crossing.request(method, "/fr/bridges")
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]
    assert answer.headers["content-language"] == "fr"


def test_what_is_sent_may_not_be_larger_than_five_megabytes(keeper: SignedIn) -> None:
    sent = {"csrf": keeper.csrf, **GOOD, "about": "a" * (5 * 1024 * 1024)}
    assert keeper.client.post("/en/bridges/new", data=sent).status_code == 413


def test_the_site_map_names_every_public_page_in_four_languages(
    portal: TestClient[Litestar], house: House
) -> None:
    names = {
        "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
        "x": "http://www.w3.org/1999/xhtml",
    }
    found = ET.fromstring(portal.get("/sitemap.xml").content)  # noqa: S314 - our own file
    entries = found.findall("s:url", names)
    addresses = every_address(house, all_pages(house.domains))
    assert len(entries) == len(addresses)
    for entry in entries:
        location = entry.findtext("s:loc", "", names)
        assert location.startswith(f"{OWN}/en/")
        languages = [link.get("hreflang") for link in entry.findall("x:link", names)]
        assert languages == list(LANGUAGES)
    assert not [one for one in addresses if "/desk" in one["en"]]
    assert f"Sitemap: {OWN}/sitemap.xml" in portal.get("/robots.txt").text


def test_health_says_that_the_process_lives_and_ready_that_it_can_answer(
    portal: TestClient[Litestar], bridges: House
) -> None:
    assert portal.get("/health").json()["status"] == "pass"
    ready = portal.get("/ready")
    assert ready.status_code == 200
    assert ready.json()["store"] == "pass"
    assert "programme" in ready.json()["domains"]
    assert ready.headers["cache-control"] == "no-store"
    assert bridges.domain("bridges")
    assert bridges.domain("programme") is None


@pytest.mark.parametrize("csrf", [{}, {"csrf": ""}, {"csrf": "invented"}])
def test_a_form_that_was_never_opened_is_refused(bridges: House, csrf: dict[str, str]) -> None:
    assert visited(bridges).post("/en/bridges/new", data={**GOOD, **csrf}).status_code == 403
