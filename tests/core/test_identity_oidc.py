"""Sign-in with an organisation, against a small OpenID Connect provider on this machine."""

import re
from urllib.parse import parse_qs, quote, urlsplit

import anyio
import pytest

from benelux.core.identity import oidc
from benelux.core.identity.oidc import Pending
from benelux.core.settings import Settings
from tests.core.organisation import (
    PENDING,
    PORTAL,
    SECURE,
    SESSION,
    Open,
    Provider,
    is_signed_in,
    portal,
    provider,
)

__all__ = ["portal", "provider"]  # fixtures


def test_who_comes_back_from_their_organisation_is_signed_in(
    portal: Open, provider: Provider
) -> None:
    browser = portal()
    address = browser.leave("/nl/sign-in/organisation?next=/nl/systems")
    assert address.startswith(f"{provider.url}/authorize?")
    answer = browser.return_to(provider.authorize(address))
    assert answer.status_code == 303
    assert answer.headers["location"] == "/nl/systems"
    assert PENDING not in browser.http.cookies
    page = browser.get("/en/session").text
    assert "Noor Vandermeulen" in page
    assert "Officer of the General Secretariat" in page
    assert provider.url in page


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_the_organisation_knows_one_address_whatever_the_language(
    portal: Open, provider: Provider, language: str
) -> None:
    browser = portal()
    back = provider.authorize(browser.leave(f"/{language}/sign-in/organisation"))
    assert back.startswith(f"{PORTAL}/en/sign-in/callback?")
    assert browser.return_to(back).headers["location"] == f"/{language}/session"


def test_the_sign_in_page_offers_the_organisation(portal: Open) -> None:
    page = portal().get("/en/sign-in?next=/en/systems").text
    assert 'href="/en/sign-in/organisation?next=/en/systems"' in page


def test_cookies_are_out_of_reach_and_over_https_bound_to_the_host(
    portal: Open, provider: Provider
) -> None:
    browser = portal(SECURE)
    gone = browser.get("/nl/sign-in/organisation")
    back = browser.return_to(provider.authorize(gone.headers["location"]))
    for name, answer in ((PENDING, gone), (SESSION, back)):
        cookie = next(
            one
            for one in answer.headers.get_list("set-cookie")
            if one.startswith(f"__Host-{name}=")
        ).lower()
        assert "secure" in cookie
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert "path=/" in cookie
        assert "domain" not in cookie
    assert "max-age=600" in gone.headers["set-cookie"].lower()
    assert gone.headers["cache-control"] == back.headers["cache-control"] == "no-store"
    assert is_signed_in(browser)


def test_a_way_back_can_be_used_once_even_if_the_issuer_forgets_nothing(
    portal: Open, provider: Provider
) -> None:
    provider.forgets_codes = False
    browser = portal()
    back = provider.authorize(browser.leave())
    kept = browser.http.cookies[PENDING]
    assert browser.return_to(back).status_code == 303
    browser.http.cookies.clear()
    assert browser.return_to(back).status_code == 403
    browser.http.cookies.set(PENDING, kept)
    again = browser.return_to(back)
    assert again.status_code == 403
    assert "identity.sign-in-expired" in again.text
    assert SESSION not in browser.http.cookies


def test_a_way_back_is_of_no_use_in_another_browser(portal: Open, provider: Provider) -> None:
    mine, other = portal(), portal()
    back = provider.authorize(mine.leave())
    assert other.return_to(back).status_code == 403
    other.leave()
    assert other.return_to(back).status_code == 403
    assert not is_signed_in(other)
    assert mine.return_to(back).status_code == 303


def test_a_code_that_somebody_else_obtained_is_of_no_use(portal: Open, provider: Provider) -> None:
    mine, other = portal(), portal()
    stolen = parse_qs(urlsplit(provider.authorize(other.leave())).query)["code"][0]
    back = provider.authorize(mine.leave())
    answer = mine.return_to(re.sub(r"code=[^&]+", f"code={stolen}", back))
    assert answer.status_code == 403
    assert not is_signed_in(mine)


def test_ten_minutes_after_leaving_the_way_back_is_closed(portal: Open, provider: Provider) -> None:
    browser = portal()
    back = provider.authorize(browser.leave())
    pending = Pending.of(browser.http.cookies[PENDING])
    assert pending
    old = Pending(
        pending.state, pending.nonce, pending.verifier, pending.began - 601, "en", "/en/session"
    )
    browser.http.cookies.clear()
    browser.http.cookies.set(PENDING, old.cookie())
    assert browser.return_to(back).status_code == 403


@pytest.mark.parametrize("cookie", ["", "x", "e30", "bnVsbA", "W10", "%", "a" * 5000])
@pytest.mark.parametrize("query", ["", "?state=", "?state=x&code=y", "?code=%00&state=%ff"])
def test_nonsense_on_the_way_back_is_refused(portal: Open, cookie: str, query: str) -> None:
    browser = portal()
    browser.http.cookies.set(PENDING, cookie)
    assert browser.get(f"/en/sign-in/callback{query}").status_code == 403


def test_a_next_page_in_a_forged_cookie_leads_nowhere_else(
    portal: Open, provider: Provider
) -> None:
    browser = portal()
    back = provider.authorize(browser.leave())
    real = Pending.of(browser.http.cookies[PENDING])
    assert real
    evil = Pending(real.state, real.nonce, real.verifier, real.began, "en", "//evil.example")
    browser.http.cookies.clear()
    browser.http.cookies.set(PENDING, evil.cookie())
    assert browser.return_to(back).headers["location"] == "/en/session"


def test_the_answer_of_another_issuer_is_refused(portal: Open, provider: Provider) -> None:
    browser = portal()
    back = provider.authorize(browser.leave())
    assert browser.return_to(f"{back}&iss=https%3A%2F%2Fevil.example").status_code == 403
    assert browser.return_to(f"{back}&iss={quote(provider.url, safe='')}").status_code == 303


def test_an_organisation_that_says_no_is_told_as_such(portal: Open, provider: Provider) -> None:
    browser = portal()
    state = parse_qs(urlsplit(provider.authorize(browser.leave())).query)["state"][0]
    answer = browser.return_to(f"/en/sign-in/callback?error=access_denied&state={state}")
    assert answer.status_code == 403
    assert "identity.sign-in-declined" in answer.text


@pytest.mark.parametrize("status", [500, 503])
def test_a_service_that_fails_is_said_to_be_away_and_what_to_do(
    portal: Open, provider: Provider, status: int
) -> None:
    provider.status = status
    answer = portal().get("/en/sign-in/organisation")
    assert answer.status_code == 503
    assert "identity.provider-away" in answer.text
    assert "Try again in a few minutes" in answer.text
    provider.status = 200
    assert portal().sign_in(provider).status_code == 303


def test_a_service_that_nobody_hears_is_said_to_be_away(portal: Open) -> None:
    browser = portal(oidc_issuer="http://127.0.0.1:9")
    assert browser.get("/nl/sign-in").status_code == 200
    assert browser.get("/nl/sign-in/organisation").status_code == 503


def test_a_service_that_goes_away_meanwhile_signs_nobody_in_and_can_be_tried_again(
    portal: Open, provider: Provider
) -> None:
    browser = portal()
    back = provider.authorize(browser.leave())
    provider.status = 502
    assert browser.return_to(back).status_code == 503
    provider.status = 200
    assert not is_signed_in(browser)
    assert browser.sign_in(provider).status_code == 303


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": 7},
        {"token_endpoint": "http://192.0.2.1/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": "http://[", "token_endpoint": "http://["},
    ],
)
def test_a_discovery_document_that_cannot_be_right_is_not_followed(
    portal: Open, provider: Provider, document: dict[str, object]
) -> None:
    provider.document = document
    browser = portal()
    answer = browser.get("/en/sign-in/organisation")
    if answer.status_code == 303:
        answer = browser.return_to(provider.authorize(answer.headers["location"]))
    assert answer.status_code == 503
    assert "identity.provider-misconfigured" in answer.text


@pytest.mark.parametrize("issuer", ["http://192.0.2.1", "ftp://id.example", "demo", "http://["])
def test_an_issuer_without_https_is_never_called(portal: Open, issuer: str) -> None:
    answer = portal(oidc_issuer=issuer).get("/en/sign-in/organisation")
    assert answer.status_code == 503
    assert "identity.provider-misconfigured" in answer.text


def test_a_wrong_client_secret_is_the_administrators_business(
    portal: Open, provider: Provider
) -> None:
    browser = portal(oidc_secret="not it")  # noqa: S106 - wrong on purpose
    answer = browser.sign_in(provider)
    assert answer.status_code == 503
    assert "identity.provider-misconfigured" in answer.text


def test_who_signs_out_here_is_shown_the_way_out_there(portal: Open, provider: Provider) -> None:
    browser = portal()
    browser.sign_in(provider)
    found = re.search(r'name="csrf" value="([^"]+)"', browser.get("/en/session").text)
    assert found
    form = {"csrf": found[1]}
    answer = anyio.run(lambda: browser.http.post("/en/session", data=form))
    assert not is_signed_in(browser)
    page = browser.get(answer.headers["location"]).text
    assert f'href="{provider.url}/logout?client_id=portal%3A1&amp;post_logout_redirect_uri=' in page
    provider.document = {"end_session_endpoint": None}


def test_a_portal_that_the_public_reaches_offers_its_organisation_only(portal: Open) -> None:
    page = portal(SECURE).get("/en/sign-in").text
    assert "/en/sign-in/organisation" in page
    assert "invented" not in page.partition("<main")[2]
    assert oidc.is_configured(Settings.read({})) is False
