"""Invented people are only for whoever sits at the machine; forms and cookies are guarded."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import anyio
import httpx
import pytest

from benelux.core.house import House
from benelux.core.identity import demo, oidc, sessions
from benelux.core.identity.person import Person
from benelux.core.identity.tables import OWNER
from benelux.core.settings import Settings
from benelux.core.store import Store, migrate
from benelux.core.web.app import assemble

OWN = "http://127.0.0.1:8022"
PUBLIC = "https://portal.example"
SESSION = "benelux_session"
EVERYBODY = "0.0.0.0"  # noqa: S104 - the very address that must not have invented people


class Browser:
    """A browser with its cookies, at the address `client`."""

    def __init__(self, house: House, base: str, client: str) -> None:
        transport = httpx.ASGITransport(app=assemble(house), client=(client, 40000))  # type: ignore[arg-type]
        self.http = httpx.AsyncClient(transport=transport, base_url=base)

    def get(self, path: str, **headers: str) -> httpx.Response:
        return anyio.run(lambda: self.http.get(path, headers=headers))

    def post(self, path: str, form: dict[str, str], **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return anyio.run(lambda: self.http.post(path, data=form, headers=named))

    def csrf(self, path: str) -> str:
        """The hidden number of the form on a page."""
        found = re.search(r'name="csrf" value="([^"]+)"', self.get(path).text)
        assert found
        return found[1]

    def choose(self, person: str, **more: str) -> httpx.Response:
        csrf = self.csrf("/en/sign-in")
        return self.post("/en/sign-in", {"csrf": csrf, "person": person, **more})


Open = Callable[..., Browser]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """Opens the portal with any settings, for a client at any address."""
    with Store.open(tmp_path / "portal.db") as store:
        migrate(store, [OWNER])

        def open_portal(base: str = OWN, client: str = "127.0.0.1", **given: object) -> Browser:
            settings = Settings.read({}, data=tmp_path, **given)
            return Browser(House(settings, store, ()), base, client)

        yield open_portal


def cookies_of(answer: httpx.Response, name: str) -> str:
    return next(one for one in answer.headers.get_list("set-cookie") if one.startswith(name))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "localhost", "::1"])
def test_a_portal_on_ones_own_machine_has_invented_people(host: str) -> None:
    assert demo.demo_allowed(Settings.read({}, host=host))


@pytest.mark.parametrize(
    "given",
    [
        {"host": EVERYBODY},
        {"host": "::"},
        {"host": ""},
        {"host": "192.0.2.7"},
        {"host": "portal.example"},
        {"demo": False},
        {"public_url": PUBLIC},
        {"public_url": OWN},
    ],
)
def test_a_portal_that_others_may_reach_never_has_them(given: dict[str, object]) -> None:
    assert not demo.demo_allowed(Settings.read({}, **given))


def test_a_public_address_in_the_environment_takes_the_invented_people_away() -> None:
    assert not demo.demo_allowed(Settings.read({"BENELUX_PUBLIC_URL": PUBLIC}))
    assert not demo.demo_allowed(Settings.read({"BENELUX_HOST": EVERYBODY}))


def test_invented_people_say_that_they_are_and_one_of_them_has_no_role() -> None:
    people = demo.demo_people()
    assert all(one.person.is_demo for one in people.values())
    assert people["demo-officer"].person.roles == ("secretariat",)
    assert people["demo-reader"].person.roles == ()


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_on_ones_own_machine_invented_people_can_be_chosen(opened: Open, language: str) -> None:
    answer = opened().get(f"/{language}/sign-in")
    assert answer.status_code == 200
    assert "Noor Vandermeulen" in answer.text
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("base", "client", "given"),
    [
        (OWN, "192.0.2.7", {}),
        (OWN, "unix", {}),
        (OWN, "127.0.0.1", {"demo": False}),
        ("http://192.0.2.1:8022", "127.0.0.1", {"host": EVERYBODY}),
        (PUBLIC, "127.0.0.1", {"public_url": PUBLIC}),
    ],
)
def test_elsewhere_they_are_neither_shown_nor_let_in(
    opened: Open, base: str, client: str, given: dict[str, object]
) -> None:
    browser = opened(base, client, **given)
    page = browser.get("/en/sign-in")
    assert "Noor Vandermeulen" not in page.text
    assert "BENELUX_OIDC_ISSUER" in page.text
    # Not even with a number that fits, which any page with a form gives.
    cookie = cookies_of(page, "__Host-benelux_form" if base == PUBLIC else "benelux_form")
    csrf = cookie.partition("=")[2].partition(";")[0]
    refused = browser.post("/en/sign-in", {"csrf": csrf, "person": "demo-officer"})
    assert refused.status_code == 404
    assert "set-cookie" not in refused.headers


def test_somebody_behind_a_proxy_is_not_at_this_machine(opened: Open) -> None:
    browser = opened()
    answer = browser.get("/en/sign-in", **{"x-forwarded-for": "127.0.0.1"})
    assert "Noor Vandermeulen" not in answer.text


def test_an_invented_session_does_not_count_where_it_could_not_begin(opened: Open) -> None:
    own = opened()
    own.choose("demo-officer")
    token = own.http.cookies[SESSION]
    public = opened(PUBLIC, public_url=PUBLIC)
    public.http.cookies.set("__Host-" + SESSION, token, domain="portal.example")
    assert "Noor Vandermeulen" not in public.get("/en/session").text
    assert "Noor Vandermeulen" in own.get("/en/session").text


def test_choosing_somebody_signs_in_and_shows_who_and_with_which_role(opened: Open) -> None:
    browser = opened()
    answer = browser.choose("demo-officer", next="/nl/programme?page=2")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/nl/programme?page=2"
    page = browser.get("/en/session")
    assert "Noor Vandermeulen" in page.text
    assert "Officer of the General Secretariat" in page.text
    assert page.headers["cache-control"] == "no-store"


def test_an_unknown_person_is_not_found(opened: Open) -> None:
    assert opened().choose("somebody").status_code == 404
    assert opened().choose("").status_code == 404


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(opened: Open) -> None:
    cookie = cookies_of(opened().choose("demo-officer"), SESSION).lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie
    assert "domain" not in cookie
    assert "max-age" not in cookie


def test_over_https_the_cookies_are_bound_to_this_host(opened: Open) -> None:
    browser = opened(PUBLIC, public_url=PUBLIC)
    cookie = cookies_of(browser.get("/en/sign-in"), "__Host-benelux_form").lower()
    assert "secure" in cookie
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "domain" not in cookie


def test_over_https_a_cookie_without_the_hosts_mark_is_not_believed(opened: Open) -> None:
    browser = opened(PUBLIC, public_url=PUBLIC)
    store = browser.http._transport.app.state["house"].store  # type: ignore[attr-defined]  # noqa: SLF001
    token = sessions.start(store, Person("7", "An Officer", "Somewhere", (), "https://id.example"))
    browser.http.cookies.set(SESSION, token, domain="portal.example")
    assert "An Officer" not in browser.get("/en/session").text
    browser.http.cookies.set("__Host-" + SESSION, token, domain="portal.example")
    assert "An Officer" in browser.get("/en/session").text


def test_signing_in_never_keeps_the_token_that_the_browser_had(opened: Open) -> None:
    browser = opened()
    browser.choose("demo-reader")
    planted = browser.http.cookies[SESSION]
    browser.choose("demo-officer")
    assert browser.http.cookies[SESSION] != planted
    browser.http.cookies.clear()
    browser.http.cookies.set(SESSION, planted)
    assert "You are not signed in" in browser.get("/en/session").text


def test_signing_out_ends_the_session_and_not_only_the_cookie(opened: Open) -> None:
    browser = opened()
    browser.choose("demo-officer")
    token = browser.http.cookies[SESSION]
    answer = browser.post("/en/session", {"csrf": browser.csrf("/en/session")})
    assert answer.status_code == 303
    assert "Max-Age=0" in cookies_of(answer, SESSION)
    assert SESSION not in browser.http.cookies
    assert "You are signed out" in browser.get(answer.headers["location"]).text
    browser.http.cookies.set(SESSION, token)
    assert "You are not signed in" in browser.get("/en/session").text


def test_signing_out_everywhere_ends_the_sessions_of_other_browsers(opened: Open) -> None:
    here, there = opened(), opened()
    here.choose("demo-officer")
    there.choose("demo-officer")
    csrf = here.csrf("/en/session")
    here.post("/en/session", {"csrf": csrf, "everywhere": "yes"})
    assert "You are not signed in" in there.get("/en/session").text


@pytest.mark.parametrize("path", ["/en/sign-in", "/en/session"])
@pytest.mark.parametrize("form", [{}, {"csrf": ""}, {"csrf": "wrong"}, {"csrf": "é"}])
def test_a_form_without_its_number_is_refused(
    opened: Open, path: str, form: dict[str, str]
) -> None:
    browser = opened()
    browser.choose("demo-officer")
    assert browser.post(path, {"person": "demo-reader", **form}).status_code == 403
    assert "Noor Vandermeulen" in browser.get("/en/session").text


def test_the_number_of_another_session_is_refused(opened: Open) -> None:
    mine, other = opened(), opened()
    mine.choose("demo-officer")
    other.choose("demo-reader")
    assert mine.post("/en/session", {"csrf": other.csrf("/en/session")}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:9999"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
    ],
)
def test_a_form_from_another_site_is_refused(opened: Open, headers: dict[str, str]) -> None:
    browser = opened()
    browser.choose("demo-officer")
    csrf = browser.csrf("/en/session")
    assert browser.post("/en/session", {"csrf": csrf}, **headers).status_code == 403
    own = {"origin": OWN, "sec_fetch_site": "same-origin"}
    assert browser.post("/en/session", {"csrf": csrf}, **own).status_code == 303


@pytest.mark.parametrize("path", ["/en/sign-in/organisation", "/en/sign-in/callback?state=x"])
def test_without_an_organisation_there_is_no_way_to_it(opened: Open, path: str) -> None:
    assert opened().get(path).status_code == 404


@pytest.mark.parametrize(
    "asked",
    [
        "https://evil.example/", "//evil.example", "/\\evil.example", "/nl\\evil", "/nl/\\evil",
        "/nl//\tevil", "/\n/evil", "javascript:alert(1)", "/api/openapi.json", "/nlevil", "nl/",
        "/nl/sign-in", "/en/sign-in?next=/x", "/nl/" + "a" * 1000, "/nl/a\r\nSet-Cookie: a=b",
        " //evil.example", "/nl@evil.example", "\ud800",
    ],
)  # fmt: skip
def test_nobody_is_sent_to_another_site_after_signing_in(opened: Open, asked: str) -> None:
    assert oidc.next_path(asked, "nl") == "/nl/session"
    if asked.isprintable():
        answer = opened().choose("demo-officer", next=asked)
        assert answer.headers["location"] == "/en/session"


def test_a_page_with_accents_in_its_address_can_be_next(opened: Open) -> None:
    answer = opened().choose("demo-officer", next="/fr/programme?q=éco&sort=a%20b")
    assert answer.headers["location"] == "/fr/programme?q=%C3%A9co&sort=a%20b"


def test_the_sign_in_page_carries_what_comes_next(opened: Open) -> None:
    browser = opened()
    page = browser.get("/en/sign-in?next=/en/systems").text
    assert 'name="next" value="/en/systems"' in page
    assert "evil" not in browser.get("/en/sign-in?next=//evil.example").text.partition("<form")[2]
