"""Two questions for whoever watches over the process."""

from dataclasses import dataclass
from typing import Literal

from litestar import Response, get
from litestar.di import NamedDependency
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

import benelux
from benelux.core.house import House


@dataclass(frozen=True, slots=True)
class Health:
    status: Literal["pass", "fail"]
    version: str
    domains: tuple[str, ...]
    store: Literal["pass", "fail"]


@get("/health", include_in_schema=False, sync_to_thread=False)
def live() -> dict[str, str]:
    """Say that the process is alive; asks nothing of anything else."""
    return {"status": "pass", "version": benelux.__version__}


@get("/ready", include_in_schema=False, sync_to_thread=True)
def ready(house: NamedDependency[House]) -> Response[Health]:
    """Say whether a request can be answered: the store opens and every domain is loaded."""
    try:
        with house.store.read() as connection:
            ok = connection.execute(select(1)).scalar() == 1
    except SQLAlchemyError:
        ok = False
    told: Literal["pass", "fail"] = "pass" if ok else "fail"
    names = tuple(domain.name for domain in house.domains)
    return Response(
        Health(told, benelux.__version__, names, told),
        status_code=200 if ok else 503,
        headers={"cache-control": "no-store"},
    )
