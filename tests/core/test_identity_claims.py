"""What an organisation says about a person is believed only as far as it is proven."""

import base64
import hmac
import json
import time
from collections.abc import Callable

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from benelux.core.identity import claims
from tests.core.organisation import CLIENT, SESSION, Open, Provider, is_signed_in, portal, provider

__all__ = ["portal", "provider"]  # fixtures


def test_a_service_that_signs_with_elliptic_curves_is_understood(
    portal: Open, provider: Provider
) -> None:
    provider.key, provider.algorithm = ECKey.generate_key("P-256"), "ES256"
    browser = portal()
    assert browser.sign_in(provider).status_code == 303
    assert is_signed_in(browser)


@pytest.mark.parametrize(
    "changed",
    [
        {"nonce": "another"}, {"nonce": "left out"}, {"nonce": None},
        {"aud": "another"}, {"aud": ["another", "third"]}, {"aud": "left out"}, {"aud": []},
        {"aud": [CLIENT, "another"]}, {"aud": [CLIENT, "another"], "azp": "another"},
        {"azp": "another"}, {"iss": "https://evil.example"}, {"iss": "left out"},
        {"exp": 1}, {"exp": int(time.time()) - 120}, {"exp": "left out"}, {"exp": "tomorrow"},
        {"exp": True}, {"iat": "left out"}, {"iat": 2**40}, {"nbf": 2**40},
        {"sub": "left out"}, {"sub": 7}, {"sub": ""}, {"sub": None},
    ],
)  # fmt: skip
def test_a_token_that_is_not_for_this_sign_in_lets_nobody_in(
    portal: Open, provider: Provider, changed: dict[str, object]
) -> None:
    provider.claims = changed
    browser = portal()
    answer = browser.sign_in(provider)
    assert answer.status_code == 403
    assert "identity.sign-in-unproven" in answer.text
    assert SESSION not in browser.http.cookies
    assert not is_signed_in(browser)


def encoded(value: object) -> str:
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def forged(how: str, provider: Provider) -> Callable[[dict[str, object]], str]:
    def make(told: dict[str, object]) -> str:
        if how == "another's key":
            return jwt.encode({"alg": "RS256", "kid": "first"}, told, RSAKey.generate_key(2048))
        if how == "changed afterwards":
            head, _, signature = provider.sign({**told, "sub": "8"}).split(".")
            return f"{head}.{encoded(told)}.{signature}"
        if how == "signed with the public key":
            body = f"{encoded({'alg': 'HS256', 'kid': 'first'})}.{encoded(told)}"
            public = provider.key.as_pem(private=False)  # type: ignore[union-attr]
            return f"{body}.{encoded(hmac.digest(public, body.encode(), 'sha256'))}"
        if how == "own key in the header":
            own = RSAKey.generate_key(2048)
            header = {"alg": "RS256", "jwk": own.as_dict(private=False)}
            return jwt.encode(header, told, own)
        if how.startswith("unsigned"):
            return f"{encoded({'alg': how.partition(' ')[2]})}.{encoded(told)}."
        return how

    return make


@pytest.mark.parametrize(
    "how",
    ["another's key", "changed afterwards", "signed with the public key", "own key in the header",
     "unsigned none", "unsigned NONE", "unsigned RS256", "", "a.b.c", "no token", "é.é.é"],
)  # fmt: skip
def test_a_token_that_the_issuer_did_not_sign_lets_nobody_in(
    portal: Open, provider: Provider, how: str
) -> None:
    provider.token = forged(how, provider)
    browser = portal()
    answer = browser.sign_in(provider)
    assert answer.status_code == 403
    assert not is_signed_in(browser)


def test_when_the_issuer_changes_its_key_the_new_one_is_fetched(
    portal: Open, provider: Provider
) -> None:
    assert portal().sign_in(provider).status_code == 303
    assert portal().sign_in(provider).status_code == 303
    assert provider.calls["/jwks"] == 1
    provider.key = RSAKey.generate_key(2048, {"kid": "second"})
    assert portal().sign_in(provider).status_code == 303
    assert portal().sign_in(provider).status_code == 303
    assert provider.calls["/jwks"] == 2
    assert provider.calls["/.well-known/openid-configuration"] == 1


def test_a_key_that_the_issuer_withdrew_no_longer_counts_after_the_change(
    portal: Open, provider: Provider
) -> None:
    old = provider.key
    portal().sign_in(provider)
    provider.key = RSAKey.generate_key(2048, {"kid": "second"})
    portal().sign_in(provider)
    provider.published, provider.key = [provider.key], old
    assert portal().sign_in(provider).status_code == 403


@pytest.mark.parametrize(
    ("name", "told", "roles"),
    [
        ("roles", {"roles": ["secretariat", "admin"]}, ("secretariat",)),
        ("roles", {"roles": "reader secretariat"}, ("reader", "secretariat")),
        ("roles", {"roles": ["secretariat", 7, None, "secretariat"]}, ("secretariat",)),
        ("roles", {"roles": "Secretariat secretariats"}, ()),
        ("roles", {"roles": {"secretariat": True}}, ()),
        ("roles", {"roles": 7}, ()),
        ("roles", {}, ()),
        ("realm_access.roles", {"realm_access": {"roles": ["secretariat"]}}, ("secretariat",)),
        ("realm_access.roles", {"realm_access": ["roles"]}, ()),
        ("realm_access.roles", {"realm_access": {"roles": {}}}, ()),
        ("https://id.example/roles", {"https://id.example/roles": ["reader"]}, ("reader",)),
    ],
)
def test_only_roles_that_this_portal_knows_pass(
    name: str, told: dict[str, object], roles: tuple[str, ...]
) -> None:
    assert claims.roles_in(told, name, {"secretariat", "reader"}) == roles


def test_a_person_without_a_known_role_is_signed_in_without_one(
    portal: Open, provider: Provider
) -> None:
    provider.claims = {"roles": ["admin", "root"]}
    browser = portal()
    browser.sign_in(provider)
    page = browser.get("/en/session").text
    assert "Noor Vandermeulen" in page
    assert "none: you see what everybody sees" in page
    assert "admin" not in page.partition("<main")[2].partition("</main")[0]


def test_a_short_token_is_completed_from_userinfo_of_the_same_person(
    portal: Open, provider: Provider
) -> None:
    provider.claims = {"name": "left out", "roles": "left out"}
    provider.userinfo = {"sub": "7", "name": "Noor Vandermeulen", "roles": ["secretariat"]}
    browser = portal()
    browser.sign_in(provider)
    assert "Officer of the General Secretariat" in browser.get("/en/session").text
    provider.userinfo["sub"] = "8"
    other = portal()
    assert other.sign_in(provider).status_code == 303
    assert "Officer of the General Secretariat" not in other.get("/en/session").text


def test_what_somebody_is_called_cannot_carry_markup_or_fill_the_page(
    portal: Open, provider: Provider
) -> None:
    provider.claims = {"name": "<script>Noor</script>\n" + "x" * 5000}
    browser = portal()
    browser.sign_in(provider)
    page = browser.get("/en/session").text
    assert "<script>Noor" not in page
    assert "x" * 201 not in page


@pytest.mark.parametrize(
    ("told", "enough"), [("two", True), ("three", True), ("one", False), (None, False), (2, False)]
)
def test_a_sign_in_that_is_not_strong_enough_lets_nobody_in(
    portal: Open, provider: Provider, told: object, enough: object
) -> None:
    provider.claims = {"acr": told}
    browser = portal(oidc_acr="two three")
    assert "acr_values=two+three" in browser.leave()
    answer = browser.sign_in(provider)
    assert ("identity.sign-in-weak" in answer.text) is not enough
    assert is_signed_in(browser) is enough
