"""Time stamps by RFC 3161: that a head existed at a moment, by the word of a third party."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from benelux.core.errors import Invalid, Refusal, Unavailable
from benelux.core.language import message

# What follows is imported where it is used: it takes long, and most portals are never stamped.
if TYPE_CHECKING:
    from cryptography import x509

_QUERY: Final = "application/timestamp-query"
_LARGEST: Final = 100_000
_PATIENCE_S: Final = 10


class NotStamped(Refusal):
    """This is no stamp for that head, by an authority that is believed here."""


class Authority(Protocol):
    """Who stamps."""

    @property
    def name(self) -> str: ...

    def ask(self, query: bytes) -> bytes:
        """The reply to a query; raises `Unavailable` when there is none."""


@dataclass(frozen=True, slots=True)
class HttpAuthority:
    """A time-stamp authority at an address, as RFC 3161 has it."""

    name: str

    def ask(self, query: bytes) -> bytes:
        import httpx  # noqa: PLC0415 - see above

        try:
            answer = httpx.post(
                self.name, content=query, headers={"content-type": _QUERY}, timeout=_PATIENCE_S
            )
            answer.raise_for_status()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise away(self.name) from error
        if len(answer.content) > _LARGEST:
            raise away(self.name)
        return answer.content


@dataclass(frozen=True, slots=True)
class Stamp:
    """That a head existed at `at`."""

    shard: str
    size: int
    at: datetime
    authority: str
    reply: bytes


@dataclass(frozen=True, slots=True)
class Anchors:
    """Whom to believe: roots, what leads from them to the authority, and perhaps its certificate.

    With the authority's own certificate at hand its replies need to carry none, which also helps
    where a reply with several of them cannot be read.
    """

    roots: "tuple[x509.Certificate, ...]" = ()
    between: "tuple[x509.Certificate, ...]" = ()
    own: "x509.Certificate | None" = None

    @classmethod
    def of(cls, certificates: "Sequence[x509.Certificate]") -> "Anchors":
        own = next((one for one in certificates if _stamps(one)), None)
        roots = tuple(one for one in certificates if one.issuer == one.subject)
        rest = tuple(one for one in certificates if one not in roots and one != own)
        return cls(roots, rest, own)


def stamped(authority: Authority, anchors: Anchors, text: str) -> tuple[datetime, bytes]:
    """Have the text of a checkpoint stamped; the moment, and the reply that proves it.

    Raises `Unavailable` when the authority is away, `NotStamped` when its reply does not hold.
    """
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder  # noqa: PLC0415 - see above

    builder = TimestampRequestBuilder().data(text.encode()).hash_algorithm(HashAlgorithm.SHA512)
    request = builder.cert_request(cert_request=anchors.own is None).build()
    reply = authority.ask(request.as_bytes())
    return verified(anchors, text, reply, request.nonce), reply


def verified(anchors: Anchors, text: str, reply: bytes, nonce: int | None = None) -> datetime:
    """The moment of the stamp in `reply`, which is about `text` and leads to one of the roots.

    Raises `NotStamped` when any of that is not so.
    """
    from rfc3161_client import (  # noqa: PLC0415 - see above
        PKIStatus,
        VerificationError,
        VerifierBuilder,
        decode_timestamp_response,
    )

    if not anchors.roots:
        raise _invalid("no root certificate is known here")
    try:
        response = decode_timestamp_response(reply)
    except ValueError as error:
        raise _invalid(f"it cannot be read: {error}") from error
    if response.status != PKIStatus.GRANTED:
        raise _invalid(f"status {response.status} {' '.join(response.status_string)}".strip())
    verifier = VerifierBuilder(
        roots=list(anchors.roots),
        intermediates=list(anchors.between),
        tsa_certificate=anchors.own,
        nonce=nonce,
    ).build()
    try:
        verifier.verify_message(response, text.encode())
    except (VerificationError, ValueError) as error:
        raise _invalid(str(error)) from error
    return response.tst_info.gen_time


def read_anchors(path: Path) -> Anchors:
    """The certificates in a PEM file; raises `Invalid` when there are none."""
    from cryptography import x509  # noqa: PLC0415 - see above

    try:
        return Anchors.of(x509.load_pem_x509_certificates(path.read_bytes()))
    except (OSError, ValueError) as error:
        raise Invalid(
            "ledger.tsa-roots",
            message("The certificates in {path} cannot be read.", path=path),
            why=message("{error}.", error=error),
            now=message("Name a PEM file with the root certificate of the time-stamp authority."),
        ) from error


def away(name: str) -> Unavailable:
    return Unavailable(
        "ledger.tsa-away",
        message("The time-stamp authority {name} does not answer.", name=name),
        now=message("Nothing is lost: heads wait for their stamp, and are stamped later."),
    )


def _stamps(one: "x509.Certificate") -> bool:
    from cryptography import x509  # noqa: PLC0415 - see above
    from cryptography.x509.oid import ExtendedKeyUsageOID  # noqa: PLC0415 - see above

    try:
        uses = one.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    return ExtendedKeyUsageOID.TIME_STAMPING in uses


def _invalid(why: str) -> NotStamped:
    return NotStamped(
        "ledger.not-stamped",
        message("This time stamp does not hold."),
        why=message("{error}.", error=why),
    )
