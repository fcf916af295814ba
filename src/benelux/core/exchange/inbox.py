"""The inbox: a message is proven, taken once, in the order of its stream, and put on record.

What its handler changes, the entry in the ledger and the message's place here are one transaction.
The sender gets a signed receipt, and the same one again however often it sends the message.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from threading import Lock
from typing import Final
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, func, select

from benelux.core.exchange import receipt as receipts
from benelux.core.exchange.admitting import Means
from benelux.core.exchange.desks import Desk, Desks
from benelux.core.exchange.envelope import VOID, NotTaken, Opened, open_envelope, reopen
from benelux.core.exchange.handlers import handlers_of
from benelux.core.exchange.nodes import Node
from benelux.core.exchange.receipt import Outcome, Receipt
from benelux.core.exchange.tables import inbox as rows
from benelux.core.exchange.taking import take
from benelux.core.identity.keyring import keyring
from benelux.core.identity.keys import now
from benelux.core.store import Store


@dataclass(frozen=True, slots=True)
class Incoming:
    """How many messages of one country were taken, refused when taken, or wait for others."""

    country: str
    outcome: Outcome
    count: int
    last_at: datetime


class Inbox:
    """Takes messages for one node. Safe to share among threads."""

    def __init__(self, node: Node, *, clock: Callable[[], datetime] = now) -> None:
        self._node = node
        self._store = node.house.store
        self._ring = keyring(node.house.store)
        self._desks = Desks(node)
        self._handlers = handlers_of(node.house)
        self._clock = clock

    def answer(self, sealed: str) -> str:
        """The signed receipt for a sealed envelope; once this returns, what it says is on disk.

        Raises `Refusal` when the sender is not proven, and when no last word can be said now.
        """
        moment = self._clock()
        opened = open_envelope(sealed, self._ring.holder, moment)
        means = self._means(opened, moment)
        work = partial(take, means=means, opened=opened, sealed=sealed)
        try:
            outcome = self._store.write(work)
        except NotTaken as refusal:
            outcome = refusal
        if isinstance(outcome, NotTaken):
            desk = means.desk(opened.envelope.kind)
            return self._signed(desk, opened, Outcome.REFUSED, moment, code=outcome.code)
        desk = self._desks.of(outcome.shard) if outcome.shard else means.desk(opened.envelope.kind)
        at = outcome.ended_at or outcome.came_at
        return self._signed(
            desk, opened, Outcome(outcome.state), at, code=outcome.code, entry=outcome.entry
        )

    def _means(self, opened: Opened, moment: datetime) -> Means:
        """All desks are found before the work begins: a ledger cannot be opened within it."""
        matters = {kind: one.competence for kind, one in self._handlers.items()}
        desks = {kind: self._desks.for_matter(one) for kind, one in {**matters, "": ""}.items()}
        return Means(
            self._node, self._handlers, desks, partial(reopen, sender=opened.sender), moment
        )

    def _signed(  # noqa: PLR0913 - who signs, and what
        self, desk: Desk, opened: Opened, outcome: Outcome, at: datetime, *, code: str = "",
        entry: int | None = None,
    ) -> str:  # fmt: skip
        receipt = Receipt(
            opened.envelope.id, opened.envelope.sender, opened.digest, desk.authority.id,
            self._node.country, outcome, at, entry, code,
        )  # fmt: skip
        return receipts.seal(receipt, desk.key)


def incoming(connection: Connection) -> Sequence[Incoming]:
    """How many messages came from each country, by what became of them; voids are not counted."""
    counted = (rows.c.country, rows.c.state)
    asked = select(*counted, func.count(), func.max(rows.c.came_at)).where(rows.c.kind != VOID)
    found = connection.execute(asked.group_by(*counted).order_by(*counted))
    return [Incoming(country, Outcome(state), n, at) for country, state, n, at in found]


_INBOXES: Final[WeakKeyDictionary[Store, dict[str, Inbox]]] = WeakKeyDictionary()
_DOOR: Final = Lock()


def inbox_of(node: Node) -> Inbox:
    """The one of this process for that node."""
    with _DOOR:
        kept = _INBOXES.setdefault(node.house.store, {})
        found = kept.get(node.country)
        if found is None:
            found = kept[node.country] = Inbox(node)
        return found
