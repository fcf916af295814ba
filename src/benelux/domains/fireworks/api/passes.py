"""The pyropass by machine: its rules as open data, and the check at the counter."""

from dataclasses import dataclass
from typing import Annotated, Final

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody
from msgspec import Meta

from benelux.core.house import House
from benelux.domains.fireworks.rules.passes import PassRules, pass_rules
from benelux.domains.fireworks.service import checks
from benelux.domains.fireworks.service.told import Told

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
        (403, "The keeper answers nothing to this portal"),
        (404, "Nobody knows the key that signed this document"),
        (429, "More than one address may ask within an hour or a day"),
        (503, "No pass can be checked on this portal"),
    )
}


@dataclass(frozen=True, slots=True)
class Check:
    """A pass that somebody shows, by its number or by the text of its QR code.

    `here` is the country in which the articles are handed over.
    """

    text: Annotated[str, Meta(min_length=1, max_length=4000)]
    here: Annotated[str, Meta(min_length=2, max_length=2)]
    consent: Annotated[bool, Meta(description="That the holder consents to this check.")]


@get("/passes/rules", summary="The rules of the pyropass", sync_to_thread=False)
def rules() -> PassRules:
    """Categories by country, recognition, term and retention: dated, with sources."""
    return pass_rules()


@post("/passes/checks", summary="Check a pass at the counter", responses=_REFUSED,
      status_code=200, sync_to_thread=True)  # fmt: skip
def check(request: Call, house: Here, data: JSONBody[Check]) -> Response[Told]:
    """Whether fireworks may be handed over to this holder, here and today.

    The licensing authority's desk asks the keeper, with the holder's consent; the holder sees it.
    """
    client = request.client.host if request.client else ""
    found = checks.at_the_counter(house, data.text, data.here, consent=data.consent, client=client)
    return Response(Told.of(found), headers=_PRIVATE)


ROUTES: Final = (rules, check)
