"""Answers on their way to the disk: put on record together, and kept for whoever asks again.

What is kept of an answer names records and copies nothing of them, so that what is erased is in no
kept answer either.
"""

import hmac
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import date, datetime
from threading import Lock
from typing import Final, cast
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy import Connection, insert, select

from benelux.core.errors import Conflict, Refusal
from benelux.core.identity.alarms import watch
from benelux.core.language import message
from benelux.core.ledger import Entry, Log, Receipt
from benelux.core.ledger.writing import Item, append_in
from benelux.core.registers import tables
from benelux.core.registers.deciding import Case, filled
from benelux.core.registers.declaration import Question
from benelux.core.registers.desk import Desk
from benelux.core.registers.looking import shown
from benelux.core.registers.rows import kept_many
from benelux.core.registers.values import Found, Reply, Subject, Verdict
from benelux.core.store.prepared import Prepared, PreparedAmong

_MOST: Final = 200
"""Questions in one batch: a larger one would keep other writers waiting."""
_ASKED: Final = PreparedAmong(
    lambda keys: select(tables.answer.c.request, tables.answer.c.sealed).where(
        tables.answer.c.request.in_(keys)
    )
)
_INSERT: Final = Prepared(insert(tables.answer))
Before = Callable[[Connection], None]


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered to a request, as it is kept."""

    digest: bytes
    verdict: Verdict
    at: datetime
    granted: bool
    quality: str = ""
    ground: str = ""
    recognised: str = ""
    number: int = 0
    records: tuple[tuple[str, int], ...] = ()

    def pack(self) -> bytes:
        packed = msgspec.msgpack.encode(self)
        return len(packed).to_bytes(4, "big") + filled(packed, self.verdict, b"\0")

    @classmethod
    def unpack(cls, packed: bytes) -> "Answered":
        end = 4 + int.from_bytes(packed[:4], "big")
        return msgspec.msgpack.decode(packed[4:end], type=cls)


@dataclass(frozen=True, slots=True)
class Offer:
    """A question that was looked up and decided, about to be put on record.

    `about` are the persons whom it concerns. What `before` raises refuses the question before
    anything is on record.
    """

    case: Case
    question: Question
    subject: Subject
    answered: Answered
    found: tuple[Found, ...]
    request: bytes
    about: tuple[str, ...]
    item: Item
    before: Before | None = None

    @property
    def desk(self) -> Desk:
        return self.case.desk

    def too_often(self) -> Item:
        """What goes on record in the place of `item` where the asker has asked too often."""
        entry = self.case.entry("refused", self.about, too_often=True)
        return Item.of(self.desk.log.ring, entry)

    def reply(self, answered: Answered, found: tuple[Found, ...]) -> Reply:
        return Reply(
            register=self.desk.register.name,
            country=self.desk.keeper.country,
            keeper=self.desk.keeper.id,
            question=self.question,
            verdict=answered.verdict,
            at=answered.at,
            found=found,
            quality=answered.quality,
            receipt=(self.desk.log.shard, answered.number),
            ground=answered.ground,
            recognised=answered.recognised,
        )


class Counter:
    """Where the questions to one keeper wait for the disk."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self._door = Lock()
        self._open: _Batch | None = None

    def submit(self, offer: Offer) -> "Future[Reply]":
        """Queue it; those that wait for the disk together share one commit and one signed head."""
        with self._door:
            batch = self._open
            if batch is None or len(batch.waiting) >= _MOST:
                batch = _Batch(self)
                # First, because a store that is closed refuses; it cannot run before we leave.
                self.log.store.submit(batch.run).add_done_callback(batch.tell)
                self._open = batch
            future: Future[Reply] = Future()
            batch.waiting.append((offer, future))
            return future

    def close(self, batch: "_Batch") -> None:
        """From here on, questions go into a next batch."""
        with self._door:
            if self._open is batch:
                self._open = None


_COUNTERS: Final[WeakKeyDictionary[Log, Counter]] = WeakKeyDictionary()


def counter_of(desk: Desk) -> Counter:
    """The counter of this keeper; the same object every time, so that batches are shared."""
    found = _COUNTERS.get(desk.log)
    if found is None:
        found = _COUNTERS.setdefault(desk.log, Counter(desk.log))
    return found


class _Batch:
    """Questions that arrive while the disk is busy, and are put on record together."""

    def __init__(self, counter: Counter) -> None:
        self.waiting: list[tuple[Offer, Future[Reply]]] = []
        self._counter = counter

    def run(self, connection: Connection) -> list[Reply | Refusal]:
        self._counter.close(self)  # may run again, with the same questions
        barred = [_barred(offer, connection) for offer, _ in self.waiting]
        let_in = [
            offer for (offer, _), bar in zip(self.waiting, barred, strict=True) if bar is None
        ]
        settled = iter(_Page(connection, self._counter.log).settle(let_in))
        return [next(settled) if bar is None else bar for bar in barred]

    def tell(self, done: "Future[list[Reply | Refusal]]") -> None:
        self._counter.close(self)
        error = done.exception()
        outcomes: Sequence[Reply | BaseException] = (
            [error] * len(self.waiting) if error else done.result()
        )
        for (_, future), outcome in zip(self.waiting, outcomes, strict=True):
            if isinstance(outcome, Reply):
                future.set_result(outcome)
            else:
                future.set_exception(outcome)


class _Page:
    """What one transaction puts on record."""

    def __init__(self, connection: Connection, log: Log) -> None:
        self._connection = connection
        self._log = log
        self._now = log.clock()
        self._kept: dict[bytes, Answered] = {}
        self._rows: list[dict[str, object]] = []

    def settle(self, offers: Sequence[Offer]) -> list[Reply | Refusal]:
        self._recall(offers)
        fresh: dict[bytes, Offer] = {}
        for offer in offers:
            if offer.request not in self._kept:
                fresh.setdefault(offer.request, offer)
        settled = self._record(list(fresh.values()))
        return [
            settled[offer.request]
            if fresh.get(offer.request) is offer or offer.request not in self._kept
            else self._again(offer, self._kept[offer.request])
            for offer in offers
        ]

    def _recall(self, offers: Sequence[Offer]) -> None:
        """Look up which of these requests were answered before."""
        vaults = {offer.request: offer.desk.vault for offer in offers}
        found = cast("list[tuple[bytes, bytes]]", _ASKED.rows(self._connection, list(vaults), {}))
        for request, sealed in found:
            self._kept[request] = Answered.unpack(vaults[request].open_answer(sealed, request))

    def _record(self, offers: Sequence[Offer]) -> dict[bytes, Reply | Refusal]:
        limits = [self._limit(offer) for offer in offers]
        items = [
            offer.too_often() if limit else offer.item
            for offer, limit in zip(offers, limits, strict=True)
        ]
        receipts = append_in(self._connection, self._log.ring, items, self._now)
        settled = {
            offer.request: limit or self._keep(offer, receipt)
            for offer, limit, receipt in zip(offers, limits, receipts, strict=True)
        }
        if self._rows:
            _INSERT.many(self._connection, self._rows)
        return settled

    def _keep(self, offer: Offer, receipt: Receipt | Refusal) -> Reply | Refusal:
        """Keep the answer of what is on record now."""
        if isinstance(receipt, Refusal):
            return receipt
        if receipt.again:
            return _forgotten()
        answered = replace(offer.answered, number=receipt.number)
        self._kept[offer.request] = answered
        self._rows.append(_row(offer, answered, self._now.date()))
        return offer.reply(answered, offer.found) if answered.granted else offer.case.refusal()

    def _limit(self, offer: Offer) -> Refusal | None:
        """Count the question; the refusal where it was one too many."""
        purpose = offer.case.purpose
        if purpose is None:
            return None
        return watch(
            self._connection,
            self._log,
            offer.desk.register.name,
            purpose,
            by=offer.case.by,
            now=self._now,
            subject=offer.subject,
        )

    def _again(self, offer: Offer, kept: Answered) -> Reply | Refusal:
        """The same answer to the same question; another question is refused, which is on record."""
        if not hmac.compare_digest(kept.digest, offer.answered.digest):
            return reused(self._connection, offer.desk, offer.request.hex())
        if not kept.granted:
            return offer.case.refusal()
        desk = offer.desk
        records = kept_many(self._connection, desk.vault, [id_ for id_, _ in kept.records])
        found = []
        for id_, version in kept.records:
            record = records[id_]
            claim = next(one for one in record.claims if one.version == version)
            if not record.erased:
                found.append(shown(desk.register, offer.question, record, claim))
        return offer.reply(kept, tuple(found))


def reused(connection: Connection, desk: Desk, request: str) -> Conflict:
    """Refuse a request number that was used for another question; that is on record."""
    entry = Entry("refusal", msgspec.json.encode({"request": request, "kind": "consultation"}))
    append_in(connection, desk.log.ring, [Item.of(desk.log.ring, entry)], desk.now())
    return Conflict(
        "registers.request-reused",
        message("This request number was used before, for another question."),
        now=message("Use a new number for a new question."),
    )


def _barred(offer: Offer, connection: Connection) -> Refusal | None:
    """Why the question is not even looked at, if what comes before it says so."""
    try:
        if offer.before is not None:
            offer.before(connection)
    except Refusal as refusal:
        return refusal
    return None


def _row(offer: Offer, answered: Answered, day: date) -> dict[str, object]:
    sealed = offer.desk.vault.close_answer(answered.pack(), offer.request)
    register = offer.desk.register.name
    return {"request": offer.request, "register": register, "day": day, "sealed": sealed}


def _forgotten() -> Conflict:
    return Conflict(
        "registers.answer-gone",
        message("This request was answered long ago, and its answer is not kept any more."),
        now=message("Ask again, with a new request number."),
    )
