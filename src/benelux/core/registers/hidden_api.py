"""Hidden questions for machines: a hidden list, and answers that only who asked can read."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Final

from anyio import to_thread
from litestar import Response, post
from litestar.params import JSONBody
from msgspec import Meta

from benelux.core.registers.api import REFUSED, Call, Here, Name, asking_of
from benelux.core.registers.declaration import find
from benelux.core.registers.wire import Asker, Request, Stated, Word

_MEDIA: Final = "application/octet-stream"
_PRIVATE: Final = {"cache-control": "no-store"}
_LONGEST: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class AskedList:
    """A request for the hidden list of a register."""

    stated: Stated
    request: Request
    country: Word = ""
    asker: Asker | None = None


@dataclass(frozen=True, slots=True)
class AskedHidden:
    """A hidden question, in base64."""

    question: Annotated[bytes, Meta(max_length=_LONGEST)]
    stated: Stated
    request: Request
    country: Word = ""
    asker: Asker | None = None


@post("/registers/{register:str}/hidden/list", summary="The hidden list of a register",
      tags=["core"], status_code=200, media_type=_MEDIA, responses=REFUSED)  # fmt: skip
async def list_hidden(
    request: Call, house: Here, register: Name, data: JSONBody[AskedList]
) -> Response[bytes]:
    """All that is in the register today, hidden: it says nothing without an answer."""
    from benelux.core.registers.hidden import hidden_list  # noqa: PLC0415 - slow to import

    by, at, spend = await asking_of(request, house, data)
    if spend is not None:
        await house.store.write_async(spend)
    made = partial(
        hidden_list, at, find(at.domains, register),
        by=by, facts=data.stated.facts, request=data.request,
    )  # fmt: skip
    return Response(await to_thread.run_sync(made), media_type=_MEDIA, headers=_PRIVATE)


@post("/registers/{register:str}/hidden/questions", summary="Ask a register a hidden question",
      tags=["core"], status_code=200, media_type=_MEDIA, responses=REFUSED)  # fmt: skip
async def ask_hidden(
    request: Call, house: Here, register: Name, data: JSONBody[AskedHidden]
) -> Response[bytes]:
    """Which of many are in the register; the keeper does not see about whom or what is asked."""
    from benelux.core.registers.hidden import hidden_answer  # noqa: PLC0415 - as above

    by, at, spend = await asking_of(request, house, data)
    if spend is not None:
        await house.store.write_async(spend)
    made = partial(
        hidden_answer, at, find(at.domains, register), data.question,
        by=by, facts=data.stated.facts, request=data.request,
    )  # fmt: skip
    return Response(await to_thread.run_sync(made), media_type=_MEDIA, headers=_PRIVATE)


ROUTES: Final = (list_hidden, ask_hidden)
