"""Messages go and come beside the requests: one delivery for each node that this process runs."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from threading import Event, Thread

from anyio import to_thread
from litestar import Litestar

from benelux.core.exchange import sweeping
from benelux.core.exchange.delivery import Delivery
from benelux.core.exchange.federation import federation_of
from benelux.core.exchange.http import HttpTransport
from benelux.core.exchange.inbox import inbox_of
from benelux.core.exchange.lines import line
from benelux.core.exchange.nats import NatsTransport
from benelux.core.exchange.nodes import Node
from benelux.core.exchange.sweeping import sweep
from benelux.core.house import House
from benelux.core.identity.keys import now

log = logging.getLogger("benelux.exchange")
Beside = Callable[[Litestar], AbstractAsyncContextManager[None]]


class Post:
    """The messages of one node: what goes out, and over NATS also what comes in."""

    def __init__(self, node: Node) -> None:
        self._node = node
        url = node.house.settings.exchange_nats
        self._nats = NatsTransport(url) if url else None
        way = self._nats or HttpTransport(partial(line, federation_of(node.house)))
        self._delivery = Delivery(node, way)

    def start(self) -> None:
        self._delivery.start()
        if self._nats is not None:
            inbox = inbox_of(self._node)
            self._nats.listen(self._node.country, inbox, self._delivery.acknowledge)

    def sweep(self) -> None:
        try:
            sweep(self._node.house.store, now())
        except Exception:
            log.exception("sweeping in %s stopped, and goes on next time", self._node.country)

    def stop(self) -> None:
        self._delivery.stop()
        if self._nats is not None:
            self._nats.close()


class Posts:
    """Those of all nodes of a house, and the sweeping of what they kept long enough.

    Nodes are opened in a thread, so that no start waits.
    """

    def __init__(self, house: House) -> None:
        self._house = house
        self._posts: list[Post] = []
        self._stop = Event()
        self._thread = Thread(target=self._serve, name="posts", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()
        for post in self._posts:
            post.stop()

    def _serve(self) -> None:
        self._open()
        wait = sweeping.FIRST_S
        while not self._stop.wait(wait):
            for post in self._posts:
                post.sweep()
            wait = sweeping.EVERY_S

    def _open(self) -> None:
        for node in federation_of(self._house).own.values():
            if self._stop.is_set():
                return
            post = Post(node)
            post.start()
            self._posts.append(post)


def beside(house: House) -> Beside:
    """Deliver while the application runs, and stop before its stores are closed."""

    @asynccontextmanager
    async def run(_: Litestar) -> AsyncIterator[None]:
        posts = Posts(house)
        posts.start()
        try:
            yield
        finally:
            await to_thread.run_sync(posts.stop)

    return run
