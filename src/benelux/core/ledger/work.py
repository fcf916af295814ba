"""What goes on beside the requests: stamping, and invented entries for a first look."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from anyio import to_thread
from litestar import Litestar

from benelux.core.house import House
from benelux.core.identity.demo import demo_allowed
from benelux.core.ledger import demo
from benelux.core.ledger.log import ledger_of
from benelux.core.ledger.stamping import Stamper
from benelux.core.ledger.stamps import HttpAuthority, read_anchors

Beside = Callable[[Litestar], AbstractAsyncContextManager[None]]


def beside(house: House) -> Beside:
    """Start what this house's settings ask for, and stop it before the store is closed.

    Raises `Invalid` at the start when the certificates of the time-stamp authority are not there.
    """

    @asynccontextmanager
    async def run(_: Litestar) -> AsyncIterator[None]:
        if demo_allowed(house.settings) and not house.settings.country:
            await to_thread.run_sync(demo.furnish, ledger_of(house))
        stamper = stamper_of(house)
        if stamper is None:
            yield
            return
        stamper.start()
        try:
            yield
        finally:
            await to_thread.run_sync(stamper.stop)

    return run


def stamper_of(house: House) -> Stamper | None:
    """Who has heads stamped, if a time-stamp authority is set."""
    settings = house.settings
    if not settings.tsa_url:
        return None
    anchors = read_anchors(Path(settings.tsa_roots))
    return Stamper(ledger_of(house), HttpAuthority(settings.tsa_url), anchors)
