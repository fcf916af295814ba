"""Time stamps by RFC 3161: that a head existed at a moment, by the word of a third party."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

import httpx
from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from benelux.core.errors import Invalid, Refusal, Unavailable
from benelux.core.language import message

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


def stamped(
    authority: Authority, roots: Sequence[x509.Certificate], text: str
) -> tuple[datetime, bytes]:
    """Have the text of a checkpoint stamped; the moment, and the reply that proves it.

    Raises `Unavailable` when the authority is away, `NotStamped` when its reply does not hold.
    """
    request = (
        TimestampRequestBuilder().data(text.encode()).hash_algorithm(HashAlgorithm.SHA512).build()
    )
    reply = authority.ask(request.as_bytes())
    return verified(roots, text, reply, request.nonce), reply


def verified(
    roots: Sequence[x509.Certificate], text: str, reply: bytes, nonce: int | None = None
) -> datetime:
    """The moment of the stamp in `reply`, which is about `text` and leads to one of `roots`.

    Raises `NotStamped` when any of that is not so.
    """
    if not roots:
        raise _invalid("no root certificate is known here")
    try:
        response = decode_timestamp_response(reply)
    except ValueError as error:
        raise _invalid("it cannot be read") from error
    if response.status != PKIStatus.GRANTED:
        raise _invalid(f"status {response.status} {' '.join(response.status_string)}".strip())
    for each in _several(roots, response):
        builder = VerifierBuilder(roots=list(roots), intermediates=each)
        if nonce is not None:
            builder = builder.nonce(nonce)
        try:
            builder.build().verify_message(response, text.encode())
        except (VerificationError, ValueError) as error:
            last = error
        else:
            return response.tst_info.gen_time
    raise _invalid(str(last)) from last


def read_roots(path: Path) -> tuple[x509.Certificate, ...]:
    """The certificates in a PEM file; raises `Invalid` when there are none."""
    try:
        return tuple(x509.load_pem_x509_certificates(path.read_bytes()))
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


def _several(
    roots: Sequence[x509.Certificate], response: TimeStampResponse
) -> Sequence[list[x509.Certificate]]:
    """Ways to lead to a root: by the certificates that came along, or without them."""
    came = [x509.load_der_x509_certificate(one) for one in response.signed_data.certificates]
    return ([], [one for one in came if one not in roots])


def _invalid(why: str) -> NotStamped:
    return NotStamped(
        "ledger.not-stamped",
        message("This time stamp does not hold."),
        why=message("{error}.", error=why),
    )
