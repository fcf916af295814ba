"""Refusals: what is wrong, why, and what to do now.

One refusal has three faces: an RFC 9457 problem in the API, a page in the portal, and one line
with exit status 2 on the command line. Its `code` is stable and part of the public interface.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import ClassVar

from typing_extensions import override

from benelux.core.language import Language, Message, message


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong at one place: a form field, a query parameter, a path in a file."""

    field: str
    message: Message
    line: int | None = None
    code: str = "invalid"


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a failure of the software
    """The answer is no, and here is why."""

    status: ClassVar[HTTPStatus] = HTTPStatus.BAD_REQUEST
    kind: ClassVar[str] = "refused"
    title: ClassVar[Message] = message("This request was refused")

    def __init__(  # noqa: PLR0913 - each part of a refusal is optional and named
        self,
        code: str,
        what: Message,
        *,
        why: Message | None = None,
        now: Message | None = None,
        faults: tuple[Fault, ...] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.what = what
        self.why = why
        self.now = now
        self.faults = faults
        self.headers = dict(headers or {})

    @override
    def __str__(self) -> str:
        return self.line("en")

    def line(self, language: Language) -> str:
        """What, why and what now, as one line."""
        parts = [self.what, *(part for part in (self.why, self.now) if part)]
        said = " ".join(part.to(language) for part in parts)
        places = "; ".join(f"{fault.field}: {fault.message.to(language)}" for fault in self.faults)
        return f"{said} ({places})" if places else said


class NotSignedIn(Refusal):
    status = HTTPStatus.UNAUTHORIZED
    kind = "not-signed-in"
    title = message("You are not signed in")


class NotAllowed(Refusal):
    status = HTTPStatus.FORBIDDEN
    kind = "not-allowed"
    title = message("You may not do this")


class NotFound(Refusal):
    status = HTTPStatus.NOT_FOUND
    kind = "not-found"
    title = message("This page does not exist")


class WrongMethod(Refusal):
    status = HTTPStatus.METHOD_NOT_ALLOWED
    kind = "wrong-method"
    title = message("This address does not take that kind of request")


class Conflict(Refusal):
    status = HTTPStatus.CONFLICT
    kind = "conflict"
    title = message("This conflicts with something else")


class TooLarge(Refusal):
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    kind = "too-large"
    title = message("This is too large")


class WrongMediaType(Refusal):
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    kind = "wrong-media-type"
    title = message("This type of content cannot be read here")


class Invalid(Refusal):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    kind = "invalid"
    title = message("Something in your request is not right")


class TooMany(Refusal):
    status = HTTPStatus.TOO_MANY_REQUESTS
    kind = "too-many"
    title = message("Too many requests")


class Unavailable(Refusal):
    status = HTTPStatus.SERVICE_UNAVAILABLE
    kind = "unavailable"
    title = message("This service is not available at the moment")


KINDS: tuple[type[Refusal], ...] = (
    Refusal, NotSignedIn, NotAllowed, NotFound, WrongMethod, Conflict, TooLarge,
    WrongMediaType, Invalid, TooMany, Unavailable,
)  # fmt: skip
