"""Messages over HTTP: one request each, answered with the receipt."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from benelux.core.exchange.jws import LARGEST
from benelux.core.exchange.lines import Line
from benelux.core.exchange.refusals import away

PATH: Final = "/api/exchange/envelopes"
MEDIA_TYPE: Final = "application/jose"
_WITHIN_S: Final = 10.0


class HttpTransport:
    """Posts each message to its node; `line_to` knows the way and raises `NotFound` if none."""

    patience = 60.0

    def __init__(self, line_to: Callable[[str], Line]) -> None:
        self._line_to = line_to

    def send(self, country: str, attempt: str, sealed: str) -> str | None:
        del attempt  # one request is one attempt
        line = self._line_to(country)
        told = line.post(PATH, sealed.encode(), within=_WITHIN_S, media_type=MEDIA_TYPE)
        if told.status != HTTPStatus.OK:
            told.read(object)  # which raises the refusal that it is
        if told.status != HTTPStatus.OK or len(told.content) > LARGEST:
            raise away(country)
        return told.content.decode(errors="replace")
