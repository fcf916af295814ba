"""Messages of other nodes, over HTTP."""

from functools import partial
from typing import Final

from anyio import to_thread
from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec

from benelux.core.exchange import jws
from benelux.core.exchange.envelope import peek
from benelux.core.exchange.federation import federation_of
from benelux.core.exchange.http import MEDIA_TYPE
from benelux.core.exchange.inbox import inbox_of
from benelux.core.house import House

Asked = Request[object, object, State]
_REFUSED: Final = {
    status: ResponseSpec(
        dict[str, object],
        description=why,
        media_type="application/problem+json",
        generate_examples=False,
    )
    for status, why in (
        (401, "Nothing proves which authority sent this"),
        (403, "The sender is known, but may not act"),
        (413, "Larger than any message may be"),
        (429, "Too many messages wait for those before them"),
    )
}


@post("/exchange/envelopes", summary="Hand in a message", tags=["core"], status_code=200,
      media_type=MEDIA_TYPE, responses=_REFUSED, request_max_body_size=jws.LARGEST)  # fmt: skip
async def envelopes(request: Asked, house: NamedDependency[House]) -> Response[bytes]:
    """Take a sealed message (a compact JWS), once; the answer is a receipt, signed as well.

    Send the same message again when no answer came: the receipt is the same.
    """
    sealed = (await request.body()).decode("ascii", errors="replace")
    receipt = await to_thread.run_sync(partial(_answer, house, sealed))
    return Response(receipt.encode(), media_type=MEDIA_TYPE, headers={"cache-control": "no-store"})


def _answer(house: House, sealed: str) -> str:
    receiver = peek(sealed).receiver
    return inbox_of(federation_of(house).node(receiver)).answer(sealed)


ROUTES: Final = (envelopes,)
