"""Sign-in with one's organisation: OpenID Connect, authorization code with PKCE.

`begin` sends the browser to the organisation, with a cookie that says what it went for; `finish`
takes what it comes back with, believes nothing of it until it is proven, and says who it is.
"""

import base64
import re
import secrets
import string
import time
from collections.abc import Container, Mapping
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

import msgspec

from benelux.core.errors import NotAllowed
from benelux.core.identity.person import Person
from benelux.core.language import LANGUAGES, Language, message
from benelux.core.settings import Settings

if TYPE_CHECKING:
    from benelux.core.identity.provider import Provider

PENDING: Final = timedelta(minutes=10)
"""So long somebody may take at their organisation."""
LEEWAY_S: Final = 60
"""So far two clocks may differ."""
CALLBACK: Final = "sign-in/callback"
_LONGEST: Final = 1000
_PATH: Final = re.compile(rf"/(?:{'|'.join(LANGUAGES)})(?:/[!-\[\]-~]*)?")  # no backslash, no space


class Pending(msgspec.Struct, frozen=True):
    """What a browser keeps while its person is away at their organisation.

    It is not signed: whoever could plant a forged one in a browser could as well plant a real one.
    What protects the person is that state, nonce and verifier must match what comes back.
    """

    state: str
    nonce: str
    verifier: str
    began: int
    language: Language
    next: str

    def cookie(self) -> str:
        return base64.urlsafe_b64encode(msgspec.json.encode(self)).decode().rstrip("=")

    @classmethod
    def of(cls, cookie: str) -> "Pending | None":
        """What `cookie` says, unless it cannot be read or is too old."""
        try:
            content = base64.urlsafe_b64decode(cookie.encode("ascii") + b"==")
            found = msgspec.json.decode(content, type=cls)
        except (ValueError, msgspec.MsgspecError):
            return None
        age = time.time() - found.began
        return found if -LEEWAY_S <= age < PENDING.total_seconds() else None


# Reading an organisation's answers takes httpx and joserfc, which are slow to load: a portal that
# nobody signs in to through an organisation starts without them.


def is_configured(settings: Settings) -> bool:
    return bool(settings.oidc_issuer and settings.oidc_client)


def provider_of(settings: Settings) -> "Provider":
    from benelux.core.identity.provider import provider  # noqa: PLC0415 - see below

    return provider(settings.oidc_issuer, settings.oidc_client, settings.oidc_secret)


def redirect_uri(settings: Settings) -> str:
    """One address for all languages, since the organisation has to know it to the letter."""
    return f"{settings.origin}/en/{CALLBACK}"


def next_path(asked: str, language: Language) -> str:
    """Where to go after signing in: a page of this portal, whatever was asked for."""
    path = quote(asked, safe=string.punctuation) if asked.isprintable() else ""
    if len(path) > _LONGEST or not _PATH.fullmatch(path) or path[3:].startswith("/sign-in"):
        return f"/{language}/session"
    return path


def begin(settings: Settings, language: Language, asked: str) -> tuple[str, Pending]:
    """The organisation's page to go to, and what to keep meanwhile. Raises `Unavailable`."""
    pending = Pending(
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        began=int(time.time()),
        language=language,
        next=next_path(asked, language),
    )
    challenge = base64.urlsafe_b64encode(sha256(pending.verifier.encode()).digest())
    question = {
        "response_type": "code",
        "client_id": settings.oidc_client,
        "redirect_uri": redirect_uri(settings),
        "scope": "openid profile",
        "state": pending.state,
        "nonce": pending.nonce,
        "code_challenge": challenge.decode().rstrip("="),
        "code_challenge_method": "S256",
        "ui_locales": language,
    }
    if settings.oidc_acr:
        question["acr_values"] = settings.oidc_acr
    return _with(provider_of(settings).metadata().authorization_endpoint, question), pending


def recognise(settings: Settings, pending: Pending | None, sent: Mapping[str, str]) -> Pending:
    """What the browser went away with, if what it brings back belongs to it."""
    state = sent.get("state", "")
    if pending is None or not secrets.compare_digest(state.encode(), pending.state.encode()):
        raise expired()
    if sent.get("iss", settings.oidc_issuer) != settings.oidc_issuer:  # RFC 9207
        from benelux.core.identity import claims  # noqa: PLC0415 - see below

        raise claims.unproven("the answer is another issuer's")
    return pending


def finish(
    settings: Settings, pending: Pending, sent: Mapping[str, str], roles: Container[str]
) -> Person:
    """Who came back, with those of their roles that are among `roles`.

    Raises `NotAllowed` when the organisation said no or its answer does not hold, `Unavailable`
    when it does not answer.
    """
    if sent.get("error"):
        raise NotAllowed(
            "identity.sign-in-declined",
            message("Your organisation did not sign you in."),
            why=message("It was stopped there, or your account may not use this portal."),
            now=message("Try again, or ask the person who manages accounts in your organisation."),
        )
    from benelux.core.identity import claims  # noqa: PLC0415 - see below
    from benelux.core.identity.provider import Rejected  # noqa: PLC0415 - see below

    service = provider_of(settings)
    try:
        tokens = service.redeem(sent.get("code", ""), pending.verifier, redirect_uri(settings))
    except Rejected as no:
        raise expired() from no
    told = claims.proven(service, tokens.id_token, pending.nonce)
    claims.strong_enough(told, settings.oidc_acr.split())
    if "name" not in told or claims.claim(told, settings.oidc_roles) is None:
        more = service.more_about(tokens.access_token)
        if more.get("sub") == told["sub"]:  # else it is about somebody else
            told = {**more, **told}
    return claims.person(told, service.issuer, settings.oidc_roles, roles)


def logout_url(settings: Settings, language: Language) -> str:
    """Where to sign out at the organisation too; empty if it has no such place."""
    place = provider_of(settings).metadata().end_session_endpoint
    if not place:
        return ""
    back = f"{settings.origin}/{language}/session"
    question = {"client_id": settings.oidc_client, "post_logout_redirect_uri": back}
    return _with(place, question | {"ui_locales": language})


def expired() -> NotAllowed:
    return NotAllowed(
        "identity.sign-in-expired",
        message("This sign-in is no longer valid."),
        why=message("It took more than ten minutes, was used before, or began in another browser."),
        now=message("Start again from the sign-in page."),
    )


def _with(address: str, question: Mapping[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(question)}"
