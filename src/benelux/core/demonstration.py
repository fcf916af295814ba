"""Invented content of the domains, for a first look on one's own machine.

A domain's service offers it by `furnish(house)`. That is called at every start of a demonstration,
by several processes at once, and so adds only what is not there yet.
"""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from threading import Thread
from typing import Final

from anyio import to_thread
from litestar import Litestar

from benelux.core.errors import Refusal
from benelux.core.house import House
from benelux.core.identity.demo import demo_allowed

Beside = Callable[[Litestar], AbstractAsyncContextManager[None]]
log: Final = logging.getLogger("benelux.demonstration")


def beside(house: House) -> Beside:
    """Furnish a demonstration in a thread, so that no start waits for it."""

    @asynccontextmanager
    async def run(_: Litestar) -> AsyncIterator[None]:
        if not demo_allowed(house.settings):
            yield
            return
        thread = Thread(target=furnish, args=(house,), name="demonstration", daemon=True)
        thread.start()
        try:
            yield
        finally:
            await to_thread.run_sync(thread.join)

    return run


def furnish(house: House) -> None:
    """Have every domain add its invented content; one that cannot does not stop the others."""
    for domain in house.domains:
        offer = getattr(domain.face("service"), "furnish", None)
        if offer is None:
            continue
        try:
            offer(house)
        except Refusal as refusal:
            log.warning("%s could not be furnished: %s", domain.name, refusal.code)
