"""Registers for machines: which there are, and questions to them, signed and on record."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Final, Protocol

import msgspec
from anyio import to_thread
from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody, PathParameter
from litestar.response.base import ASGIResponse

from benelux.core.exchange.federation import node_for
from benelux.core.house import House
from benelux.core.identity.caller import Spend, proven
from benelux.core.language import LANGUAGES, Message, Text
from benelux.core.registers import service
from benelux.core.registers.declaration import Question, Recognition, Register, declared, find
from benelux.core.registers.values import Acting, Reply
from benelux.core.registers.wire import Asked, AskedMany, Asker, acting

Here = NamedDependency[House]


class Stating(Protocol):
    """Any question: for whom a machine asks, and in which country."""

    @property
    def asker(self) -> Asker | None: ...

    @property
    def country(self) -> str: ...


Call = Request[object, object, State]
Name = Annotated[str, PathParameter(min_length=3, max_length=100, description="domain.name")]
_SIZES: Final = {Question.HIT: 1024, Question.STATUS: 2048, Question.FULL: 8192}
"""Answers are made so long, or a multiple of it: their length tells nothing that they do not."""
_PRIVATE: Final = {"cache-control": "no-store"}
_ANSWERED: Final = ResponseSpec(
    Reply, description="The answer, which is on record", generate_examples=False
)
REFUSED: Final = {
    status: ResponseSpec(
        dict[str, object],
        description=why,
        media_type="application/problem+json",
        generate_examples=False,
    )
    for status, why in (
        (401, "Nothing proves which machine sent this"),
        (403, "The machine is known, but the policies do not permit this"),
        (409, "The request number was used for another question"),
        (429, "More questions than this purpose allows, or more than can be remembered"),
    )
}


@dataclass(frozen=True, slots=True)
class PurposeCard:
    """What may be asked for, and how often one person may ask for it."""

    key: str
    label: Text
    an_hour: int
    a_day: int


@dataclass(frozen=True, slots=True)
class GroundCard:
    """A legal ground on which one kind of question is answered."""

    question: Question
    instrument: str
    article: str


@dataclass(frozen=True, slots=True)
class RegisterCard:
    """A register as machines see it."""

    name: str
    title: Text
    summary: Text
    competence: str
    questions: tuple[Question, ...]
    lookups: tuple[str, ...]
    purposes: tuple[PurposeCard, ...]
    grounds: tuple[GroundCard, ...]
    recognition: tuple[Recognition, ...]
    states: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """For each text in its turn 1 for a hit and 0 for none, so that hits make it no longer."""

    register: str
    answers: str


def _text(said: Message) -> Text:
    return Text(*(said.to(language) for language in LANGUAGES))


def _card(one: Register) -> RegisterCard:
    return RegisterCard(
        one.name,
        one.title,
        one.summary,
        one.competence,
        one.questions,
        ("number", *(lookup.kind for lookup in one.lookups)),
        tuple(PurposeCard(p.key, _text(p.label), p.an_hour, p.a_day) for p in one.purposes),
        tuple(GroundCard(g.question, g.instrument, g.article) for g in one.grounds),
        one.recognition,
        tuple(state.key for state in one.states),
    )


@get("/registers", summary="List the registers", tags=["core"], sync_to_thread=False)
def registers(house: Here) -> list[RegisterCard]:
    """Every register, with the questions that it answers, for what, and on which ground."""
    return [_card(one) for one in declared(house.domains)]


@get("/registers/{register:str}", summary="One register", tags=["core"], sync_to_thread=False)
def one_register(house: Here, register: Name) -> RegisterCard:
    """The questions that it answers, for what, and on which ground."""
    return _card(find(house.domains, register))


@post("/registers/{register:str}/questions", summary="Ask a register", tags=["core"],
      status_code=200, responses={200: _ANSWERED, **REFUSED})  # fmt: skip
async def question(
    request: Call, house: Here, register: Name, data: JSONBody[Asked]
) -> ASGIResponse:
    """Ask the register of one country's node about one subject; the question goes on record."""
    by, at, spend = await asking_of(request, house, data)
    reply = await service.ask_async(at, data.asking(register), by=by, before=spend)
    content = msgspec.json.encode(reply)
    size = _SIZES[data.question]
    content = content.ljust(-(-len(content) // size) * size)
    # These are its bytes already; a response that looks whether to encode them takes twice as long.
    return ASGIResponse(body=content, headers=_PRIVATE)


@post("/registers/{register:str}/batches", summary="Ask about many at once", tags=["core"],
      status_code=200, responses=REFUSED)  # fmt: skip
async def batch(
    request: Call, house: Here, register: Name, data: JSONBody[AskedMany]
) -> Response[Answers]:
    """Whether each of many plates or numbers is there: hit or no hit, as one entry on record."""
    by, at, spend = await asking_of(request, house, data)
    if spend is not None:
        await house.store.write_async(spend)
    ask = partial(
        service.batch, at, find(at.domains, register), data.texts,
        by=by, facts=data.stated.facts, request=data.request,
    )  # fmt: skip
    found = await to_thread.run_sync(ask)
    answers = Answers(register, "".join("1" if one else "0" for one in found))
    return Response(answers, headers=_PRIVATE)


async def asking_of(
    request: Call, house: House, data: Stating
) -> tuple[Acting, House, Spend | None]:
    """Who asks, in which house, and what lets this request count once, if that is still to do.

    It is done together with the question where both go into the same store.
    """
    caller, spend = await proven(request, house)
    at = await _at(house, data.country)
    if spend is not None and at.store is not house.store:
        await house.store.write_async(spend)
        spend = None
    return acting(at, caller, data.asker), at, spend


async def _at(house: House, country: str) -> House:
    if house.settings.country and country in {"", house.settings.country}:
        return house
    return await to_thread.run_sync(node_for, house, country)  # may have to open it first


ROUTES: Final = (registers, one_register, question, batch)
