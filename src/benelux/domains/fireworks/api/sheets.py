"""Sheets for the machines of market-surveillance authorities, by signed requests."""

from collections.abc import Sequence
from typing import Annotated, Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody, PathParameter

from benelux.core.house import House
from benelux.core.identity.caller import CALLER, Caller
from benelux.core.registers.acting import acting_as
from benelux.domains.fireworks.model.sheets import Kept, Sheet
from benelux.domains.fireworks.service import sheets as service
from benelux.domains.fireworks.service.offices import surveyor_desk

Here = NamedDependency[House]
Who = NamedDependency[Caller]
Number = Annotated[
    str, PathParameter(min_length=1, max_length=60, description="Number of the sheet.")
]
_PRIVATE: Final = {"cache-control": "no-store"}
_REFUSED: Final = {
    status: ResponseSpec(
        dict[str, object],
        description=why,
        media_type="application/problem+json",
        generate_examples=False,
    )
    for status, why in (
        (401, "Nothing proves which machine sent this"),
        (403, "The machine is known, but the policies do not permit this"),
    )
}


@get("/sheets", summary="List the sheets", dependencies=CALLER, responses=_REFUSED,
     sync_to_thread=True)  # fmt: skip
def sheets(house: Here, caller: Who) -> Response[Sequence[Kept]]:
    """The sheets of the caller's country, and those that the others shared with it."""
    at = surveyor_desk(house, acting_as(caller))
    with at.house.store.read() as connection:
        return Response(service.every(connection, at.country), headers=_PRIVATE)


@get("/sheets/{number:str}", summary="One sheet", dependencies=CALLER, responses=_REFUSED,
     sync_to_thread=True)  # fmt: skip
def one(house: Here, caller: Who, number: Number) -> Response[Kept]:
    """The newest version of a sheet."""
    at = surveyor_desk(house, acting_as(caller))
    with at.house.store.read() as connection:
        return Response(service.find(connection, number), headers=_PRIVATE)


@post("/sheets", summary="Draw up a sheet", dependencies=CALLER, responses=_REFUSED,
      sync_to_thread=True)  # fmt: skip
def draw_up(house: Here, caller: Who, data: JSONBody[Sheet]) -> Response[Kept]:
    """A new draft of the caller's authority, which an officer can complete and share."""
    at = surveyor_desk(house, acting_as(caller))
    number = at.house.store.write(lambda connection: service.draw_up(connection, data, at))
    with at.house.store.read() as connection:
        return Response(service.find(connection, number), headers=_PRIVATE, status_code=201)


ROUTES: Final = (sheets, one, draw_up)
