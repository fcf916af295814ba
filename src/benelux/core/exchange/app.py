"""The machine's side of one node alone, for who asks it from within the same process."""

from collections.abc import Iterable

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler

from benelux.core.errors import Refusal
from benelux.core.exchange import api as exchange_api
from benelux.core.exchange import node_api
from benelux.core.house import House
from benelux.core.ledger import api as ledger_api
from benelux.core.registers import api as registers_api
from benelux.core.registers import hidden_api
from benelux.core.web import problems
from benelux.core.web.app import LARGEST_BODY


def machine_app(house: House) -> Litestar:
    """What other nodes may ask of this one: its registers, its ledgers, and the exchange."""
    routes: Iterable[HTTPRouteHandler] = (
        *exchange_api.ROUTES,
        *node_api.ROUTES,
        *registers_api.ROUTES,
        *hidden_api.ROUTES,
        *ledger_api.ROUTES,
    )
    return Litestar(
        route_handlers=[Router("/api", route_handlers=[*routes])],
        dependencies={"house": Provide(lambda: house, sync_to_thread=False, use_cache=True)},
        exception_handlers={
            Refusal: problems.on_refusal,
            HTTPException: problems.on_http_exception,
            Exception: problems.on_surprise,
        },
        openapi_config=None,
        request_max_body_size=LARGEST_BODY,
        logging_config=None,
        state=State({"house": house}),
    )
