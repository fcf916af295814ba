"""What goes on beside the requests: what was kept long enough is erased, a few times a day."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Final

from anyio import to_thread
from litestar import Litestar

from benelux.core.errors import NotFound, Refusal
from benelux.core.exchange.federation import federation_of
from benelux.core.house import House
from benelux.core.registers.declaration import declared
from benelux.core.registers.desk import desk_of
from benelux.core.registers.erasing import sweep

Beside = Callable[[Litestar], AbstractAsyncContextManager[None]]
_FIRST_S: Final = 600.0
"""So long after the start, which has other things to do."""
_EVERY_S: Final = 6 * 3600.0
_log: Final = logging.getLogger(__name__)


def beside(house: House) -> Beside:
    """Sweep the registers of this house's nodes for as long as the application runs."""

    @asynccontextmanager
    async def run(_: Litestar) -> AsyncIterator[None]:
        sweeping = asyncio.create_task(_again_and_again(house))
        try:
            yield
        finally:
            sweeping.cancel()
            with suppress(asyncio.CancelledError):
                await sweeping

    return run


def sweep_all(house: House) -> int:
    """Sweep every register of every node that runs here; say how many records were erased."""
    erased = 0
    for node in federation_of(house).own.values():
        for register in declared(house.domains):
            try:
                erased += sweep(node.house, register, desk_of(node.house, register).today())
            except NotFound:  # nobody keeps this register there
                continue
            except Refusal as refusal:  # the others are swept all the same
                _log.warning("%s in %s: %s", register.name, node.country, refusal.code)
    return erased


async def _again_and_again(house: House) -> None:
    await asyncio.sleep(_FIRST_S)
    while True:
        await to_thread.run_sync(sweep_all, house)
        await asyncio.sleep(_EVERY_S)
