"""Mutual TLS by way of a proxy on this machine, which ends TLS and hands on the certificate.

The proxy has checked that the client holds the certificate's key, and sends it as the field
Client-Cert (RFC 9440). It is believed only while this portal listens on a loopback address and the
proxy proves itself by a secret that the two share; every certificate counts by its hash alone, as
it was entered in the registry, whoever signed it.
"""

import binascii
import secrets
from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from benelux.core.errors import NotSignedIn, Refusal
from benelux.core.identity.keyring import Holder
from benelux.core.identity.keys import KeyKind, of_certificate
from benelux.core.identity.messages import HttpRequest
from benelux.core.identity.signatures import may_act
from benelux.core.language import Message, message
from benelux.core.settings import Settings

CERTIFICATE: Final = "client-cert"
SECRET: Final = "benelux-proxy"  # noqa: S105 - the name of a header
_LONGEST: Final = 16_000


def certified(
    settings: Settings,
    request: HttpRequest,
    holder_of: Callable[[str], Holder | None],
    *,
    at: datetime | None = None,
) -> Holder:
    """Whose certificate came with this request.

    Raises `NotSignedIn` when that is not proven, and `NotAllowed` when it is but they may not act.
    """
    moment = at or datetime.now(UTC)
    known, sent = settings.proxy_secret, request.header(SECRET) or ""
    told = secrets.compare_digest(sent.encode(), known.encode())
    if not known or not settings.is_loopback or not told:
        raise _refused("untrusted", message("Certificates count only from this machine's proxy."))
    holder = holder_of(_hash(request.header(CERTIFICATE) or ""))
    if holder is None or holder.key.kind is not KeyKind.CERTIFICATE:
        raise _refused("unknown", message("Nobody here knows this certificate."))
    may_act(holder, moment)
    return holder


def _hash(field: str) -> str:
    """The hash of the certificate in a Client-Cert field."""
    from cryptography import x509  # noqa: PLC0415 - takes long, and only behind a proxy it is needed

    if len(field) > _LONGEST or not (field.startswith(":") and field.endswith(":")):
        raise _unreadable()
    try:
        raw = b64decode(field[1:-1], validate=True)
        return of_certificate(x509.load_der_x509_certificate(raw)).id
    except (binascii.Error, ValueError) as error:
        raise _unreadable() from error


def _unreadable() -> Refusal:
    return _refused("unreadable", message("The certificate cannot be read."))


def _refused(code: str, why: Message) -> NotSignedIn:
    return NotSignedIn(
        f"identity.certificate-{code}",
        message("We cannot be sure which machine sent this request."),
        why=why,
        now=message("Sign the request instead, or ask the administrator of this node."),
    )
