"""The organisation's sign-in service, as far as we speak to it: OpenID Connect over HTTP.

Nothing here knows who signs in where; `oidc` does. The only addresses called are the issuer's and
those that the issuer's own discovery document names.
"""

import logging
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import ip_address
from threading import BoundedSemaphore
from time import monotonic
from typing import Final, TypeVar
from urllib.parse import quote, urlsplit

import httpx
import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key

from benelux.core.errors import Unavailable
from benelux.core.language import message

log = logging.getLogger("benelux.identity")
T = TypeVar("T")
_KEPT_S: Final = 3600.0
_TIMEOUT: Final = httpx.Timeout(5, connect=3)
_AT_ONCE: Final = 10  # a slow service must not take all the threads that answer readers
_KEY_TYPES: Final = frozenset({"RSA", "EC", "OKP"})


class Metadata(msgspec.Struct, frozen=True):
    """What the issuer says about itself; the rest of its discovery document is not read."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    end_session_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


class Tokens(msgspec.Struct, frozen=True):
    id_token: str
    access_token: str = ""


class Rejected(Exception):  # noqa: N818 - an answer of the service, which `oidc` turns into a refusal
    """The service does not accept this code: used, expired, or somebody else's."""


class _Keys(msgspec.Struct, frozen=True):
    keys: tuple[dict[str, object], ...]


class _Error(msgspec.Struct, frozen=True):
    error: str = ""


class Provider:
    """One issuer, and this portal as its client. Safe to share among threads."""

    def __init__(self, issuer: str, client: str, secret: str) -> None:
        self.issuer = issuer
        self.client = client
        self._secret = secret
        self._turns = BoundedSemaphore(_AT_ONCE)
        self._metadata: tuple[float, Metadata] | None = None
        self._keys: tuple[float, tuple[Key, ...]] | None = None

    def metadata(self) -> Metadata:
        """The discovery document, asked for once an hour. Raises `Unavailable`."""
        kept = self._metadata
        if kept and monotonic() - kept[0] < _KEPT_S:
            return kept[1]
        url = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        found = _read(self._call("GET", url), Metadata)
        if found.issuer != self.issuer:
            log.error("the issuer at %s calls itself %s", self.issuer, found.issuer)
            raise _misconfigured()
        self._metadata = (monotonic(), found)
        return found

    def keys(self, *, anew: bool = False) -> Sequence[Key]:
        """The keys that the issuer signs with; `anew` after it began to use one we do not know."""
        kept = self._keys
        if kept and not anew and monotonic() - kept[0] < _KEPT_S:
            return kept[1]
        listed = _read(self._call("GET", self.metadata().jwks_uri), _Keys)
        found = tuple(key for one in listed.keys if (key := _key(one)) is not None)
        self._keys = (monotonic(), found)
        return found

    def redeem(self, code: str, verifier: str, redirect_uri: str) -> Tokens:
        """Exchange a code for tokens. Raises `Rejected` or `Unavailable`."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": verifier,
            "redirect_uri": redirect_uri,
        }
        auth: httpx.BasicAuth | None = None
        if not self._secret:
            form["client_id"] = self.client
        elif "client_secret_basic" in self.metadata().token_endpoint_auth_methods_supported:
            auth = httpx.BasicAuth(quote(self.client, safe=""), quote(self._secret, safe=""))
        else:
            form |= {"client_id": self.client, "client_secret": self._secret}
        answer = self._call("POST", self.metadata().token_endpoint, form=form, auth=auth)
        if answer.is_client_error:
            try:
                error = msgspec.json.decode(answer.content, type=_Error).error
            except msgspec.MsgspecError:
                error = ""
            log.warning("the token endpoint answered %s %r", answer.status_code, error[:40])
            if error == "invalid_grant":
                raise Rejected(error)
            raise _misconfigured()
        return _read(answer, Tokens)

    def more_about(self, access_token: str) -> dict[str, object]:
        """The claims of the userinfo endpoint, for issuers that keep the ID token short."""
        endpoint = self.metadata().userinfo_endpoint
        if not endpoint or not access_token:
            return {}
        headers = {"authorization": f"Bearer {access_token}"}
        answer = self._call("GET", endpoint, headers=headers)
        # A signed answer (application/jwt) is for those who asked for one at registration.
        if answer.is_error or "json" not in answer.headers.get("content-type", ""):
            return {}
        return _read(answer, dict[str, object])

    def _call(
        self,
        method: str,
        url: str,
        *,
        form: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        auth: httpx.BasicAuth | None = None,
    ) -> httpx.Response:
        if not self._may_call(url):
            log.error("not called, because it is neither https nor on this machine: %s", url)
            raise _misconfigured()
        if not self._turns.acquire(timeout=1):
            raise _away()
        try:
            with httpx.Client(timeout=_TIMEOUT, trust_env=not self._is_local) as client:
                answer = client.request(method, url, data=form, headers=headers, auth=auth)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            log.warning("%s: %s", url, error)
            raise _away() from error
        finally:
            self._turns.release()
        if answer.is_server_error:
            log.warning("%s answered %s", url, answer.status_code)
            raise _away()
        return answer

    @property
    def _is_local(self) -> bool:
        parts = urlsplit(self.issuer)
        return parts.scheme == "http" and _is_loopback(parts.hostname)

    def _may_call(self, url: str) -> bool:
        """https, or plain http on this machine when the issuer itself is there (for trials)."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return False
        if parts.scheme == "https":
            return bool(parts.hostname)
        return parts.scheme == "http" and self._is_local and _is_loopback(parts.hostname)


@lru_cache(maxsize=8)
def provider(issuer: str, client: str, secret: str) -> Provider:
    """The same one for the same settings, so that what it remembers is of use."""
    return Provider(issuer, client, secret)


def _is_loopback(host: str | None) -> bool:
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False


def _key(jwk: dict[str, object]) -> Key | None:
    """A public key for signatures, or None for one that we do not understand (RFC 7517, 5)."""
    if jwk.get("kty") not in _KEY_TYPES or jwk.get("use", "sig") != "sig":
        return None
    parts: dict[str, str | list[str]] = {
        name: value for name, value in jwk.items() if isinstance(value, str)
    }
    try:
        return JWKRegistry.import_key(parts)
    except (JoseError, ValueError, TypeError, KeyError):
        return None


def _read(answer: httpx.Response, shape: type[T]) -> T:
    try:
        if answer.is_success:
            return msgspec.json.decode(answer.content, type=shape)
        log.error("%s answered %s", answer.url, answer.status_code)
    except msgspec.MsgspecError as error:
        log.error("%s cannot be read: %s", answer.url, error)  # noqa: TRY400 - the cause says it all
    raise _misconfigured()


def _away() -> Unavailable:
    return Unavailable(
        "identity.provider-away",
        message("Your organisation's sign-in service does not answer."),
        now=message("Try again in a few minutes. You can read without signing in."),
    )


def _misconfigured() -> Unavailable:
    return Unavailable(
        "identity.provider-misconfigured",
        message("Signing in with your organisation does not work at the moment."),
        why=message("The sign-in service and this portal do not agree about their settings."),
        now=message("Tell the administrator of this portal; the log says what is wrong."),
    )
