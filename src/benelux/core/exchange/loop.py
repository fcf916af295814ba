"""One event loop for everything that this process asks other nodes, in a thread of its own."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import Future
from threading import Lock, Thread
from typing import Final, TypeVar

T = TypeVar("T")
_door: Final = Lock()
_loops: Final[list[asyncio.AbstractEventLoop]] = []


def soon(asked: Coroutine[object, object, T]) -> "Future[T]":
    """Have it done on that loop; the future is done when it is, or when it is cancelled."""
    return asyncio.run_coroutine_threadsafe(asked, _loop())


def _loop() -> asyncio.AbstractEventLoop:
    with _door:
        if not _loops:
            loop = asyncio.new_event_loop()
            Thread(target=loop.run_forever, name="exchange", daemon=True).start()
            _loops.append(loop)
        return _loops[0]
