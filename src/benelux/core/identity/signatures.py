"""Signed requests between machines: RFC 9421 with Ed25519, one strict profile of it.

A signature covers method, target URI, authority and content digest, and the content type where
there is one; it names its key, its algorithm, when it was made, when it ends, and a number that is
good for one time. Nothing less is accepted, and no other algorithm.
"""

import secrets
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

from cryptography.exceptions import InvalidSignature

from benelux.core.errors import NotAllowed, NotSignedIn, Refusal
from benelux.core.identity.keyring import Holder
from benelux.core.identity.keys import KeyKind, KeyStatus, SigningKey
from benelux.core.identity.messages import HttpRequest, NotThere, digest, signature_base
from benelux.core.identity.structured import (
    Component,
    Covered,
    bytes_text,
    read_bytes,
    read_covered,
)
from benelux.core.language import Message, message

T = TypeVar("T")
ALGORITHM: Final = "ed25519"
LIFE: Final = timedelta(seconds=60)
LONGEST_LIFE: Final = timedelta(seconds=300)
SKEW: Final = timedelta(seconds=30)
"""So much may the clocks of two nodes differ."""
LABEL: Final = "benelux"
REQUIRED: Final = ("@method", "@target-uri", "@authority", "content-digest")
_PARAMS: Final = ("created", "expires", "nonce", "keyid", "alg")
_NONCE: Final = range(16, 129)
_SIGNATURE: Final = 64
ACCEPTED: Final = {
    "accept-signature": (
        f'{LABEL}=("@method" "@target-uri" "@authority" "content-digest" "content-type")'
        f';created;expires;nonce;keyid;alg="{ALGORITHM}"'
    )
}
"""What a refusal tells a machine that did not sign as it should (RFC 9421, 5)."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A request that this holder has signed; `nonce` is still to be spent, once, before `until`."""

    holder: Holder
    nonce: str
    created: datetime
    until: datetime


def sign(
    request: HttpRequest, key: SigningKey, *, at: datetime | None = None, life: timedelta = LIFE,
    nonce: str = "",
) -> dict[str, str]:  # fmt: skip
    """The headers to send along: Content-Digest, Signature-Input and Signature."""
    moment = int((at or datetime.now(UTC)).timestamp())
    told = digest(request.body)
    others = [one for one in request.headers if one[0] != "content-digest"]
    whole = HttpRequest(
        request.method, request.scheme, request.authority, request.path, request.query,
        [*others, ("content-digest", told)], request.body,
    )  # fmt: skip
    typed = whole.header("content-type") is not None
    names = (*REQUIRED, "content-type") if typed else REQUIRED
    covered = Covered(
        tuple(Component(name) for name in names),
        (
            ("created", moment),
            ("expires", moment + int(life.total_seconds())),
            ("nonce", nonce or secrets.token_urlsafe(18)),
            ("keyid", key.id),
            ("alg", ALGORITHM),
        ),
    )
    made = key.private.sign(signature_base(whole, covered))
    return {
        "Content-Digest": told,
        "Signature-Input": f"{LABEL}={covered.text}",
        "Signature": f"{LABEL}={bytes_text(made)}",
    }


def verify(
    request: HttpRequest,
    holder_of: Callable[[str], Holder | None],
    own: Container[str],
    *,
    at: datetime | None = None,
) -> Verified:
    """Who signed this request, for one of our `own` authorities, just now.

    Raises `NotSignedIn` when that is not proven, and `NotAllowed` when it is but they may not act.
    Whoever calls this has still to refuse a nonce that was spent before.
    """
    moment = at or datetime.now(UTC)
    covered, made = _read(request)
    nonce, created, until = _in_time(covered, moment)
    _complete(request, covered)
    if request.authority not in own:
        raise refused("elsewhere", message("The request was signed for another address."))
    if request.header("content-digest") != digest(request.body):
        raise refused("body", message("The content is not the one that was signed."))
    key_id = covered.get("keyid")
    holder = holder_of(str(key_id))
    if holder is None or holder.key.kind is not KeyKind.ED25519:
        raise refused(
            "unknown-key",
            message("Nobody here knows the key of this signature."),
            message("Give the public key to the administrator of this node."),
        )
    try:
        holder.key.verifier().verify(made, signature_base(request, covered))
    except (InvalidSignature, NotThere) as error:
        raise refused("wrong", message("The signature does not fit the request.")) from error
    may_act(holder, moment)
    return Verified(holder, nonce, created, until)


def may_act(holder: Holder, moment: datetime) -> None:
    """Raises `NotAllowed` when the key does not hold, or its holder was suspended."""
    status = holder.key.status_at(moment)
    if status is KeyStatus.REVOKED:
        raise _barred("identity.key-revoked", message("This key was revoked."))
    if status is not KeyStatus.ACTIVE:
        raise _barred("identity.key-not-valid", message("This key is not valid now."))
    if not holder.may_act:
        raise _barred(
            "identity.suspended", message("This authority, service or device may not act.")
        )


def refused(code: str, why: Message, now: Message | None = None) -> Refusal:
    """Nothing proves who sent this."""
    return NotSignedIn(
        f"identity.signature-{code}",
        message("We cannot be sure which machine sent this request."),
        why=why,
        now=now or message("Sign the request as the header Accept-Signature says."),
        headers=ACCEPTED,
    )


def _read(request: HttpRequest) -> tuple[Covered, bytes]:
    """The one signature of the request."""
    said, made = request.header("signature-input"), request.header("signature")
    if said is None or made is None:
        raise refused("missing", message("The request is not signed."))
    try:
        inputs, signatures = read_covered(said), read_bytes(made)
    except ValueError as error:
        raise _unreadable() from error
    if len(inputs) != 1 or inputs.keys() != signatures.keys():
        raise _unreadable()
    (label,) = inputs
    if inputs[label].get("alg") != ALGORITHM:
        raise refused("algorithm", message("Only signatures with Ed25519 are accepted."))
    if len(signatures[label]) != _SIGNATURE:
        raise refused("wrong", message("The signature does not fit the request."))
    return inputs[label], signatures[label]


def _in_time(covered: Covered, moment: datetime) -> tuple[str, datetime, datetime]:
    """Its nonce, when it was made and when it ends, all of which hold at `moment`."""
    given: Mapping[str, object] = dict(covered.params)
    missing = [name for name in _PARAMS if name not in given]
    if missing:
        raise _incomplete(missing)
    created, expires, nonce = given["created"], given["expires"], given["nonce"]
    if type(created) is not int or type(expires) is not int or not isinstance(nonce, str):
        raise _unreadable()
    if not isinstance(given["keyid"], str) or len(nonce) not in _NONCE:
        raise _unreadable()
    try:
        begins, ends = (datetime.fromtimestamp(one, UTC) for one in (created, expires))
    except (ValueError, OverflowError, OSError) as error:
        raise _unreadable() from error
    if begins > moment + SKEW:
        raise refused("future", message("The signature was made in the future."), _clock())
    if moment - SKEW >= ends:
        raise refused("expired", message("The signature has expired."), _clock())
    if not begins < ends <= begins + LONGEST_LIFE:
        raise refused("too-long", message("A signature may hold for five minutes at most."))
    return nonce, begins, ends + SKEW


def _complete(request: HttpRequest, covered: Covered) -> None:
    """Everything that has to be covered is, by its plain name."""
    names = {one.name for one in covered.components if not one.params}
    wanted = [*REQUIRED]
    if request.body or request.header("content-type") is not None:
        wanted.append("content-type")
    missing = [name for name in wanted if name not in names]
    if missing:
        raise _incomplete(missing)
    for name in ("content-digest", "content-type"):
        if name in names and request.header(name) is None:
            raise _incomplete([name])


def _incomplete(missing: list[str]) -> Refusal:
    why = message("The signature does not cover: {parts}.", parts=", ".join(missing))
    return refused("incomplete", why)


def _unreadable() -> Refusal:
    why = message("The signature cannot be read: give exactly one, as RFC 9421 writes it.")
    return refused("unreadable", why)


def _clock() -> Message:
    return message("Check the clock of the machine that signs.")


def _barred(code: str, why: Message) -> NotAllowed:
    return NotAllowed(
        code,
        message("We know which machine sent this request, but it may not act here."),
        why=why,
        now=message("Ask the administrator of this node."),
    )
