"""Reports about explosives precursors by machine, and what they rest on as open data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody
from msgspec import Meta

from benelux.core.house import House
from benelux.domains.fireworks.model.precursors import Receipt, Report, ReportState, Word
from benelux.domains.fireworks.rules.precursors import ContactPoint, Substance, book
from benelux.domains.fireworks.service import intake

Here = NamedDependency[House]
Call = Request[object, object, State]
_PRIVATE: Final = {"cache-control": "no-store"}
_REFUSED: Final = {
    status: ResponseSpec(
        dict[str, object],
        description=why,
        media_type="application/problem+json",
        generate_examples=False,
    )
    for status, why in (
        (429, "More than one sender may send within an hour or a day"),
        (503, "This portal takes no reports"),
    )
}


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a reporter was given; it is sent in the body, so that no log has it."""

    reference: Annotated[str, Meta(max_length=60)]
    secret: Annotated[str, Meta(max_length=80)]


@dataclass(frozen=True, slots=True)
class Followed:
    """How far a report is, and what was said to and by its reporter."""

    reference: str
    state: ReportState
    received_at: datetime
    messages: Sequence[Word]


@get("/precursors/substances", summary="List the regulated substances", sync_to_thread=False)
def substances() -> Sequence[Substance]:
    """Annexes I and II of Regulation (EU) 2019/1148, with limits in per cent by weight."""
    return book().substances


@get("/precursors/contact-points", summary="List the national contact points",
     sync_to_thread=False)  # fmt: skip
def contact_points() -> Sequence[ContactPoint]:
    """Whom to tell in each country, with the source, its day, and how sure it is."""
    return book().contact_points


@post("/precursors/reports", summary="Report about precursors", responses=_REFUSED,
      sync_to_thread=True)  # fmt: skip
def report(request: Call, house: Here, data: JSONBody[Report]) -> Response[Receipt]:
    """Report a suspicious transaction, a disappearance or a theft.

    It goes to the contact point of its country. Keep the secret: it is told once.
    """
    client = request.client.host if request.client else ""
    return Response(intake.receive(house, data, client), headers=_PRIVATE, status_code=201)


@post("/precursors/reports/follow", summary="Follow a report", responses=_REFUSED,
      status_code=200, sync_to_thread=True)  # fmt: skip
def follow(request: Call, house: Here, data: JSONBody[Ticket]) -> Response[Followed]:
    """How far a report is, for whoever has its reference and secret."""
    client = request.client.host if request.client else ""
    filed, said = intake.follow(house, data.reference, data.secret, client)
    found = Followed(filed.reference, filed.state, filed.received_at, said)
    return Response(found, headers=_PRIVATE)


ROUTES: Final = (substances, contact_points, report, follow)
