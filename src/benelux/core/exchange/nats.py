"""Messages through NATS JetStream, for nodes that cannot or should not reach each other directly.

Each country has one stream with its envelopes and its receipts, and one durable consumer. What is
fetched is acknowledged only once the inbox has it on disk; NATS itself is trusted with nothing but
speed, because whatever it loses is sent again.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Future
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from benelux.core.errors import Refusal, TooMany, Unavailable
from benelux.core.exchange.envelope import LONGEST_LIFE, peek
from benelux.core.exchange.inbox import Inbox
from benelux.core.exchange.loop import soon
from benelux.core.exchange.refusals import away

if TYPE_CHECKING:
    from nats.aio.client import Client
    from nats.aio.msg import Msg
    from nats.js import JetStreamContext

log = logging.getLogger("benelux.exchange")
_ENVELOPES: Final = "envelopes"
_RECEIPTS: Final = "receipts"
_CONSUMER: Final = "inbox"
_WITHIN_S: Final = 5.0
_TWICE_S: Final = 20.0
"""NATS drops a second copy of the same attempt for so long."""
_BATCH: Final = 20
_FETCH_S: Final = 1.0
_AGAIN_S: Final = 1.0
_SHORT_S: Final = 0.1


class NatsTransport:
    """Publishes messages; their receipts come back through `listen`."""

    patience = 30.0

    def __init__(self, url: str) -> None:
        self._url = url
        self._client: Client | None = None
        self._streams: set[str] = set()
        self._door = asyncio.Lock()
        self._listening: Future[None] | None = None

    def send(self, country: str, attempt: str, sealed: str) -> str | None:
        """Publish it; it is on the server's side then, and the receipt is still to come."""
        published = soon(self._publish(country, _ENVELOPES, attempt, sealed))
        try:
            published.result(2 * _WITHIN_S)
        except TimeoutError as error:
            published.cancel()
            raise away(country) from error
        return None

    def listen(self, country: str, inbox: Inbox, acknowledge: Callable[[str], object]) -> None:
        """From now on, take what comes for `country`: envelopes and receipts."""
        self._listening = soon(self._listen(country, inbox, acknowledge))

    def close(self) -> None:
        """Stop listening and leave the server."""
        if self._listening is not None:
            self._listening.cancel()
        soon(self._leave()).result(2 * _WITHIN_S)

    async def _publish(self, country: str, what: str, name: str, text: str) -> None:
        import nats.errors  # noqa: PLC0415 - slow to load, and few nodes have it

        headers = {"Nats-Msg-Id": name}
        subject = f"benelux.{country.lower()}.{what}"
        try:
            jet = await self._jet(country)
            await jet.publish(subject, text.encode(), timeout=_WITHIN_S, headers=headers)
        except (nats.errors.Error, OSError, TimeoutError) as error:
            raise away(country) from error

    async def _jet(self, country: str) -> "JetStreamContext":
        """The server, connected, with the stream of that country."""
        import nats  # noqa: PLC0415 - as above

        async with self._door:
            if self._client is None or self._client.is_closed:
                self._streams.clear()
                # We connect anew ourselves, and know by that when messages are to be sent again.
                self._client = await nats.connect(
                    self._url, allow_reconnect=False, max_reconnect_attempts=1,
                    reconnect_time_wait=_SHORT_S, connect_timeout=_WITHIN_S, error_cb=_told,
                )  # fmt: skip
            jet = self._client.jetstream()
            if country not in self._streams:
                await _stream(jet, country)
                self._streams.add(country)
            return jet

    async def _listen(
        self, country: str, inbox: Inbox, acknowledge: Callable[[str], object]
    ) -> None:
        import nats.errors  # noqa: PLC0415 - as above

        while True:
            try:
                jet = await self._jet(country)
                subject = f"benelux.{country.lower()}.>"
                coming = await jet.pull_subscribe(subject, _CONSUMER, _stream_name(country))
                while True:
                    try:
                        some = await coming.fetch(_BATCH, _FETCH_S)
                    except nats.errors.TimeoutError:
                        continue  # nothing came
                    for one in some:
                        await self._take(one, inbox, acknowledge)
            except (nats.errors.Error, OSError, TimeoutError):
                await asyncio.sleep(_AGAIN_S)  # the server is away; what waits there stays there

    async def _take(self, one: "Msg", inbox: Inbox, acknowledge: Callable[[str], object]) -> None:
        text = one.data.decode(errors="replace")
        try:
            if one.subject.endswith(f".{_RECEIPTS}"):
                await asyncio.to_thread(acknowledge, text)
            else:
                receipt = await asyncio.to_thread(inbox.answer, text)
                name = sha256(receipt.encode()).hexdigest()
                await self._publish(peek(text).country, _RECEIPTS, name, receipt)
        except (TooMany, Unavailable):
            await one.nak(_AGAIN_S)
        except Refusal as refusal:  # nobody is proven to have sent it
            log.warning("dropped from %s: %s", one.subject, refusal.code)
            await one.term()
        except Exception:
            log.exception("not taken from %s", one.subject)
            await one.nak(_AGAIN_S)
        else:
            await one.ack()

    async def _leave(self) -> None:
        async with self._door:
            if self._client is not None and not self._client.is_closed:
                await self._client.close()


def _stream_name(country: str) -> str:
    return f"BENELUX-{country}"


async def _stream(jet: "JetStreamContext", country: str) -> None:
    """The stream of a country: files, and each message until somebody has taken it."""
    from nats.js.api import RetentionPolicy, StorageType, StreamConfig  # noqa: PLC0415 - as above
    from nats.js.errors import BadRequestError  # noqa: PLC0415

    config = StreamConfig(
        name=_stream_name(country),
        subjects=[f"benelux.{country.lower()}.>"],
        retention=RetentionPolicy.WORK_QUEUE,
        storage=StorageType.FILE,
        max_age=LONGEST_LIFE.total_seconds(),
        duplicate_window=_TWICE_S,
    )
    try:
        await jet.add_stream(config)
    except BadRequestError:  # it is there, as its administrator wants it
        await jet.stream_info(_stream_name(country))


async def _told(error: Exception) -> None:
    log.info("nats: %s", type(error).__name__)
