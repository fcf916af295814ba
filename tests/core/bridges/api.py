"""The bridges by API, and refusals of every kind."""

from typing import Annotated

from litestar import get
from litestar.params import FromPath, QueryParameter

from benelux.core.errors import KINDS
from benelux.core.language import message


@get("/heavy", sync_to_thread=False)
def heavy(
    tonnes: Annotated[int, QueryParameter(ge=1, le=100)],
    name: Annotated[str, QueryParameter(max_length=5)] = "",
) -> dict[str, object]:
    return {"tonnes": tonnes, "name": name}


@get("/refuse/{kind:str}", sync_to_thread=False)
def refuse(kind: FromPath[str]) -> None:
    found = next(one for one in KINDS if one.kind == kind)
    raise found(f"bridges.{kind}", message("There is nothing at this address."))


@get("/fail", sync_to_thread=False)
def fail() -> None:
    raise RuntimeError("the secret of the bridge")


ROUTES = (heavy, refuse, fail)
