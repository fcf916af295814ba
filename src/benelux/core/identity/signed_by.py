"""Requests to other nodes, signed as they leave."""

from collections.abc import Generator

import httpx
from typing_extensions import override

from benelux.core.identity.keys import SigningKey
from benelux.core.identity.messages import HttpRequest
from benelux.core.identity.signatures import sign


class SignedBy(httpx.Auth):
    """For httpx: `client.post(url, json=…, auth=SignedBy(key))` signs what is sent."""

    requires_request_body = True

    def __init__(self, key: SigningKey) -> None:
        self._key = key

    @override
    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        url = str(request.url.copy_with(fragment=None))
        asked = HttpRequest.to(url, request.method, dict(request.headers), request.content)
        request.headers.update(sign(asked, self._key))
        yield request
