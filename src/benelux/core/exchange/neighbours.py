"""What a node tells its neighbours by itself: its card when that changed, and its newest heads.

A card goes out within a second of any change, so that a key that was revoked or an authority that
was suspended counts nowhere for longer. Heads follow when a ledger has grown; whoever sees one that
contradicts an earlier one keeps both as proof.
"""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from itertools import count
from threading import Event, Thread
from typing import Final

import msgspec
from anyio import to_thread
from litestar import Litestar

from benelux.core.errors import Refusal
from benelux.core.exchange import cards
from benelux.core.exchange.breaker import breaker_of
from benelux.core.exchange.cards import Card
from benelux.core.exchange.federation import close, federation_of
from benelux.core.exchange.lines import SILENT, Line, line
from benelux.core.exchange.node_api import Head, Seen
from benelux.core.exchange.nodes import Node
from benelux.core.exchange.peers import Peers
from benelux.core.exchange.standing import NodeCard
from benelux.core.house import House
from benelux.core.ledger import Ledger, heads, ledger_of, proofs
from benelux.core.ledger import note as notes

Beside = Callable[[Litestar], AbstractAsyncContextManager[None]]
EVERY_S: Final = 1.0
log = logging.getLogger("benelux.exchange")
HEADS_TURNS: Final = 10
_WITHIN_S: Final = 3.0


class Neighbours:
    """Tells the neighbours of all nodes of a house. Of several processes, one at a time does."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._versions: dict[str, int] = {}
        self._told: dict[tuple[str, str], Card] = {}
        self._stop = Event()
        self._thread: Thread | None = None

    def turn(self, *, with_heads: bool = True) -> int:
        """Tell each neighbour what it does not know yet; how many things were told."""
        own = federation_of(self._house).own.values()
        return sum(self._tell(node, with_heads=with_heads) for node in own)

    def start(self) -> None:
        self._thread = Thread(target=self._serve, name="exchange-neighbours", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _serve(self) -> None:
        from filelock import FileLock, Timeout  # noqa: PLC0415 - slow to import, once a start

        turns = count()
        lock = FileLock(self._house.settings.data / "neighbours.lock", timeout=0)
        while not self._stop.wait(EVERY_S):
            try:
                lock.acquire()
                self.turn(with_heads=next(turns) % HEADS_TURNS == 0)
            except Timeout:
                continue  # another process is at it, as long as it lives
            except Refusal:  # the store is busy or closing; a next turn follows
                continue
            except Exception:
                log.exception("a turn of telling the neighbours failed; a next one follows")
        lock.release(force=True)

    def _tell(self, node: Node, *, with_heads: bool) -> int:
        peers = Peers.of(node.house)
        others = [one for one in peers if breaker_of(node.house, one).allows()]
        version = node.house.store.version()
        changed = self._versions.get(node.country) != version
        waiting = [one for one in others if changed or (node.country, one) not in self._told]
        told = self._cards(node, waiting) if waiting else 0
        self._versions[node.country] = version
        if with_heads:
            told += sum(self._heads(node, card) for one in others if (card := peers.card(one)))
        return told

    def _cards(self, node: Node, others: list[str]) -> int:
        card = cards.card_of(node.house)
        raw = cards.signed(card, cards.node_key(node.house))
        told = 0
        for country in others:
            place = (node.country, country)
            if self._told.get(place) == card.undated:
                continue
            self._told.pop(place, None)
            if self._sent(node, country, partial(_announced, raw)):
                self._told[place] = card.undated
                told += 1
        return told

    def _heads(self, node: Node, neighbour: Card) -> int:
        """Have that neighbour witness what it has not seen of our ledgers.

        A ledger that was begun since our card was sent waits until its key is known there.
        """
        card = self._told.get((node.country, neighbour.country))
        known = {notes.Key.read(one).name for one in card.logs} if card else set()
        ledger = ledger_of(node.house)
        witness = notes.Key.read(neighbour.witness).name
        told = 0
        for shard in ledger.shards():
            if f"{ledger.home}/ledger/{shard}" not in known:
                continue
            with ledger.store.read() as connection:
                newest = heads.newest(connection, shard).size
                given = heads.witnessed(connection, shard)
            seen = max((one.size for one in given if one.witness == witness), default=0)
            if seen < newest:
                tell = partial(_witnessed, ledger, shard, seen)
                told += self._sent(node, neighbour.country, tell)
        return told

    def _sent(self, node: Node, country: str, tell: Callable[[Line], object]) -> bool:
        """Whether that neighbour took it; one that does not answer is left alone for a while."""
        breaker = breaker_of(node.house, country)
        try:
            tell(line(federation_of(self._house), country))
        except Refusal as refusal:
            if refusal.code in SILENT:
                breaker.bad()
            else:
                breaker.good()
            return False
        breaker.good()
        return True


def _announced(raw: bytes, to: Line) -> None:
    to.post("/api/exchange/node", raw, within=_WITHIN_S).read(NodeCard)


def _witnessed(ledger: Ledger, shard: str, seen: int, to: Line) -> None:
    """Have the newest head of a shard witnessed by who saw `seen` entries of it, as far as we know.

    What the witness says it saw counts more, because an answer of its may have been lost.
    """
    for _ in range(2):
        with ledger.store.read() as connection:
            head = heads.newest(connection, shard)
            path = proofs.consistency(connection, shard, seen, head.size).path if seen else ()
        asked = Head(head.text, seen, tuple(one.hex() for one in path))
        content = msgspec.json.encode(asked)
        told = to.post("/api/exchange/heads", content, within=_WITHIN_S).read(Seen)
        if told.note:
            heads.accept(ledger, shard, told.note)
            return
        seen = told.since


def beside(house: House) -> Beside:
    """Open the nodes of this house and keep their neighbours informed, until it closes.

    A portal that is a node starts with its peers known; a demonstration opens its nodes meanwhile.
    """

    @asynccontextmanager
    async def run(_: Litestar) -> AsyncIterator[None]:
        if house.settings.country:
            await to_thread.run_sync(federation_of, house)
        neighbours = Neighbours(house)
        neighbours.start()
        try:
            yield
        finally:
            await to_thread.run_sync(neighbours.stop)
            await to_thread.run_sync(close, house)

    return run
