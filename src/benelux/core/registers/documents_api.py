"""What a check without a network needs: the list of issuers, and the status lists."""

from typing import Annotated, Final

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import PathParameter, QueryParameter

from benelux.core.errors import NotFound
from benelux.core.house import House
from benelux.core.language import message
from benelux.core.registers.declaration import find
from benelux.core.registers.issuers import issuer_list
from benelux.core.registers.lists import list_of

Here = NamedDependency[House]
_LISTS: Final = "application/statuslist+jwt"
_ISSUERS: Final = "application/issuers+jwt"
_FRESH: Final = {"access-control-allow-origin": "*", "cache-control": "no-store"}
"""What a node knows changes without this portal's own store; a withdrawal is to be seen at once."""


def _signed(about: str, media_type: str) -> dict[int, ResponseSpec]:
    return {
        200: ResponseSpec(str, description=about, media_type=media_type, generate_examples=False)
    }


@get("/registers/trust", summary="List the issuers of documents", tags=["core"],
     responses=_signed("A signed JSON Web Key Set", _ISSUERS), sync_to_thread=True)  # fmt: skip
def trust(house: Here) -> Response[str]:
    """The keys of all keepers with their dates, as a JWS by one of them; empty if there is none."""
    return Response(issuer_list(house), media_type=_ISSUERS, headers=_FRESH)


@get("/registers/{register:str}/statuslist", summary="Status list of a register", tags=["core"],
     responses=_signed("A signed token status list", _LISTS), sync_to_thread=True)  # fmt: skip
def statuslist(
    house: Here,
    register: Annotated[str, PathParameter(max_length=100, description="Name of the register.")],
    country: Annotated[
        str, QueryParameter(max_length=2, description="Whose keeper; this node's when left out.")
    ] = "",
) -> Response[str]:
    """Which documents were suspended or withdrawn, two bits each, as the keeper signed it."""
    found = find(house.domains, register)
    if found.credential is None:
        raise NotFound(
            "registers.no-document", message("Records of this register have no document.")
        )
    return Response(list_of(house, found, country), media_type=_LISTS, headers=_FRESH)


ROUTES: Final = (trust, statuslist)
