"""A process of its own that takes parcels over HTTP, or sends them, until it is killed.

`post_office.py take FOLDER PORT` serves the node of the Netherlands in FOLDER.
`post_office.py send FOLDER PORT COUNT` lets parcels go from Belgium, up to COUNT of them, to the
node at PORT, and prints the number of each once it is kept; it ends when all have a receipt.
"""

import sys
import time
from datetime import timedelta
from pathlib import Path

import uvicorn
from litestar import Litestar, Router
from litestar.di import Provide
from litestar.exceptions import HTTPException
from sqlalchemy import func, select

from benelux.core.errors import Refusal
from benelux.core.exchange import api
from benelux.core.exchange.breaker import Breaker
from benelux.core.exchange.delivery import Delivery
from benelux.core.exchange.http import HttpTransport
from benelux.core.exchange.lines import Line
from benelux.core.exchange.outbox import standing
from benelux.core.exchange.tables import outbox as rows
from benelux.core.house import House
from benelux.core.web import problems
from benelux.core.web.app import LARGEST_BODY
from tests.core.posts import node, put


def application(house: House) -> Litestar:
    """The addresses of the exchange for one house, and nothing else."""
    return Litestar(
        route_handlers=[Router("/api", route_handlers=[*api.ROUTES])],
        dependencies={"house": Provide(lambda: house, sync_to_thread=False, use_cache=True)},
        exception_handlers={
            Refusal: problems.on_refusal,
            HTTPException: problems.on_http_exception,
            Exception: problems.on_surprise,
        },
        openapi_config=None,
        request_max_body_size=LARGEST_BODY,
        logging_config=None,
    )


def take(folder: Path, port: int) -> None:
    with node(folder, "NL") as one:
        uvicorn.run(application(one.house), port=port, log_level="critical", ws="none")


def send(folder: Path, port: int, count: int) -> None:
    with node(folder, "BE") as one:
        line = Line("NL", f"http://127.0.0.1:{port}")
        way = HttpTransport(lambda _: line)
        breaker = Breaker(cooldown=0.1, longest=0.5)
        delivery = Delivery(one, way, breaker=lambda _: breaker, lease=timedelta(seconds=1))
        delivery.start(timedelta(milliseconds=20))
        with one.house.store.read() as connection:
            last = connection.scalar(select(func.max(rows.c.number))) or 0
        for number in range(last + 1, count + 1):
            put(one, "NL", f"{number}")
            print(number, flush=True)  # noqa: T201 - that is how it tells
            time.sleep(0.03)
        while _under_way(one.house):
            time.sleep(0.05)
        delivery.stop()


def _under_way(house: House) -> bool:
    with house.store.read() as connection:
        return any(each.waiting + each.held for each in standing(connection))


if __name__ == "__main__":
    what, where, *numbers = sys.argv[1:]
    {"take": take, "send": send}[what](Path(where), *map(int, numbers))  # type: ignore[operator]
