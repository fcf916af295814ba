"""What an organisation says about a person, and whether that holds."""

import logging
import re
from collections.abc import Container, Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry

from benelux.core.errors import NotAllowed
from benelux.core.identity.oidc import LEEWAY_S
from benelux.core.identity.person import Person
from benelux.core.identity.provider import Provider
from benelux.core.language import message

log = logging.getLogger("benelux.identity")
# Public-key algorithms only: `none` proves nothing, and HS256 with a public key proves no more.
ALGORITHMS: Final = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519",
)  # fmt: skip
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f]")
Claims = Mapping[str, object]


def proven(service: Provider, id_token: str, nonce: str) -> dict[str, object]:
    """The claims of an ID token (OpenID Connect Core, 3.1.3.7), or a refusal."""
    token = _signed(service, id_token, anew=False) or _signed(service, id_token, anew=True)
    if token is None:
        raise unproven("no key of the issuer made the signature of the ID token")
    rules = jwt.JWTClaimsRegistry(
        leeway=LEEWAY_S,
        iss={"essential": True, "value": service.issuer},
        aud={"essential": True, "value": service.client},
        nonce={"essential": True, "value": nonce},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
    )
    try:
        rules.validate(token.claims)
    except JoseError as error:
        raise unproven(str(error)) from error
    audience = token.claims["aud"]
    several = isinstance(audience, list) and len(audience) > 1
    if token.claims.get("azp", None if several else service.client) != service.client:
        raise unproven("the ID token was made for another client")
    return token.claims


def strong_enough(claims: Claims, wanted: Sequence[str]) -> None:
    """Go on when the sign-in was as strong as one of `wanted`, or when none is asked for.

    A token that does not say how somebody signed in says that it was in the weakest way.
    """
    if wanted and claims.get("acr") not in wanted:
        log.warning("sign-in refused: not as strong as this portal asks for")
        raise NotAllowed(
            "identity.sign-in-weak",
            message("You have to sign in in a stronger way."),
            why=message("Your organisation did not say that you used, for example, two factors."),
            now=message("Sign out at your organisation and in again, in the stronger way."),
        )


def person(claims: Claims, issuer: str, roles_claim: str, known: Container[str]) -> Person:
    """Who this is, with their roles as `roles_in` reads them."""
    given = (_text(claims, "given_name"), _text(claims, "family_name"))
    name = _text(claims, "name") or " ".join(part for part in given if part)
    organisation = _text(claims, "organisation") or _text(claims, "organization")
    return Person(
        subject=str(claims["sub"]),
        name=name or _text(claims, "preferred_username") or str(claims["sub"])[:200],
        organisation=organisation or urlsplit(issuer).hostname or "",
        roles=roles_in(claims, roles_claim, known),
        issuer=issuer,
    )


def roles_in(claims: Claims, name: str, known: Container[str]) -> tuple[str, ...]:
    """The roles that we know of in the claim `name`: a list, or words with spaces between them.

    `name` may lead into the claims, as `realm_access.roles`.
    """
    found = claim(claims, name)
    words = found.split() if isinstance(found, str) else found
    if not isinstance(words, list):
        return ()
    return tuple(sorted({word for word in words if isinstance(word, str) and word in known}))


def claim(claims: Claims, name: str) -> object:
    if name in claims:  # some organisations name a claim by a web address, which has dots as well
        return claims[name]
    found: object = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def unproven(reason: str) -> NotAllowed:
    log.warning("sign-in refused: %s", reason)
    return NotAllowed(
        "identity.sign-in-unproven",
        message("We cannot be sure who you are."),
        why=message("The answer of your organisation's sign-in service could not be trusted."),
        now=message("Start again from the sign-in page. If it goes on, tell the administrator."),
    )


def _signed(service: Provider, id_token: str, *, anew: bool) -> jwt.Token | None:
    """The token if one of the issuer's keys signed it. Each is tried: a key id is only a hint."""
    registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    for key in service.keys(anew=anew):
        try:
            return jwt.decode(id_token, key, ALGORITHMS, registry)
        except (JoseError, ValueError, TypeError):  # not this key, or not a token at all
            continue
    return None


def _text(claims: Claims, name: str) -> str:
    value = claims.get(name)
    return _UNPRINTABLE.sub(" ", value)[:200].strip() if isinstance(value, str) else ""
