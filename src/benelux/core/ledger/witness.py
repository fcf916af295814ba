"""Witnessing the logs of others: a log that two nodes watch cannot tell each its own story."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol

from sqlalchemy import Connection, func, insert, select

from benelux.core.errors import Conflict, NotAllowed
from benelux.core.language import Message, message
from benelux.core.ledger import heads, proofs, tables
from benelux.core.ledger import note as notes
from benelux.core.ledger.log import Ledger
from benelux.core.ledger.merkle import verify_consistency
from benelux.core.ledger.note import Note
from benelux.core.ledger.peers import known

Verdict = Literal["first", "grown", "same", "fork", "unproven"]
VERDICTS: Final[dict[Verdict, Message]] = {
    "first": message("seen for the first time"),
    "grown": message("only grew since the last head"),
    "same": message("unchanged"),
    "fork": message("tells two stories: refused"),
    "unproven": message("could not prove that it only grew: refused"),
}
GOOD: Final = frozenset({"first", "grown", "same"})


class Fork(Conflict):
    """A log that contradicts what it signed before; both signed heads are kept as proof."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A head of another log, as this node saw it."""

    origin: str
    turn: int
    verdict: Verdict
    size: int
    root: bytes
    text: str
    seen_at: datetime


class Source(Protocol):
    """Another node, as far as a witness asks it."""

    def head(self) -> str:
        """Its newest signed head."""

    def consistency(self, earlier: int, later: int) -> Sequence[bytes]: ...

    def deliver(self, text: str) -> None:
        """Hand it the head with our cosignature."""


def observe(ledger: Ledger, text: str, proof: Sequence[bytes] = ()) -> str:
    """Look at a head of another log, and cosign it when it continues what was seen before.

    `proof` shows consistency with the last head seen. Returns the note with our signature; raises
    `NotAllowed` for a log that is not known here or did not sign, `Conflict` for a head older than
    the last, and `Fork` for one that contradicts it.
    """
    note = notes.read(text)
    outcome = ledger.store.write(lambda connection: _look(connection, ledger, note, proof))
    if isinstance(outcome, Conflict):
        raise outcome  # only here, so that what was seen is kept
    line = ledger.witness.sign(note.checkpoint.text, ledger.clock())
    return f"{note.text}{line.line}"


def visit(ledger: Ledger, source: Source) -> str:
    """Witness another log once: its newest head, the proof since the last one, and our signature.

    Raises as `observe` does.
    """
    text = source.head()
    note = notes.read(text)
    with ledger.store.read() as connection:
        before = last_seen(connection, note.checkpoint.origin)
    later = note.checkpoint.size
    proof = source.consistency(before.size, later) if before and before.size < later else ()
    signed = observe(ledger, text, proof)
    source.deliver(signed)
    return signed


class Neighbour:
    """A log of another ledger in this same process."""

    def __init__(self, ledger: Ledger, shard: str) -> None:
        self._ledger = ledger
        self._shard = shard

    def head(self) -> str:
        with self._ledger.store.read() as connection:
            return heads.newest(connection, self._shard).text

    def consistency(self, earlier: int, later: int) -> Sequence[bytes]:
        with self._ledger.store.read() as connection:
            return proofs.consistency(connection, self._shard, earlier, later).path

    def deliver(self, text: str) -> None:
        heads.accept(self._ledger, self._shard, text)


def watched(connection: Connection) -> list[Seen]:
    """The newest look at each log that is witnessed here, and every look that was refused."""
    rows = tables.seen
    newest = (
        select(rows.c.origin, func.max(rows.c.turn).label("turn"))
        .where(rows.c.verdict.in_(GOOD))
        .group_by(rows.c.origin)
        .subquery()
    )
    good = select(rows).join(
        newest, (rows.c.origin == newest.c.origin) & (rows.c.turn == newest.c.turn)
    )
    bad = select(rows).where(rows.c.verdict.not_in(GOOD))
    found = [Seen(*row) for asked in (good, bad) for row in connection.execute(asked)]
    return sorted(found, key=lambda one: (one.origin, one.turn))


def _look(
    connection: Connection, ledger: Ledger, note: Note, proof: Sequence[bytes]
) -> Conflict | None:
    new = note.checkpoint
    if not note.signed_by(known(connection, "log", new.origin)):
        raise NotAllowed(
            "ledger.unknown-log",
            message("“{name}” is no log that this node knows, or did not sign.", name=new.origin),
            now=message("Make its key known first: benelux ledger trust."),
        )
    before = last_seen(connection, new.origin)
    verdict, refusal = _judge(before, note, proof)
    if verdict is not None:
        asked = select(func.max(tables.seen.c.turn)).where(tables.seen.c.origin == new.origin)
        values = {
            "origin": new.origin,
            "turn": (connection.scalar(asked) or 0) + 1,
            "verdict": verdict,
            "size": new.size,
            "root": new.root,
            "note": note.text,
            "seen_at": ledger.clock(),
        }
        connection.execute(insert(tables.seen), values)
    return refusal


def _judge(
    before: Seen | None, note: Note, proof: Sequence[bytes]
) -> tuple[Verdict | None, Conflict | None]:
    new = note.checkpoint
    if before is None:
        return "first", None
    if new.size < before.size:
        return None, Conflict(
            "ledger.older-head",
            message("This head is older than the last one seen here."),
            why=message(
                "It has {size} entries; the last had {last}.", size=new.size, last=before.size
            ),
        )
    if new.size == before.size:
        if new.root == before.root:
            return None, None
        return "fork", _fork(before, note, message("It signed two different heads of one size."))
    if verify_consistency(before.size, before.root, new.size, new.root, proof):
        return "grown", None
    why = message("It could not prove that it only added entries since the last head seen here.")
    return "unproven", _fork(before, note, why)


def _fork(before: Seen, note: Note, why: Message) -> Fork:
    return Fork(
        "ledger.fork",
        message(
            "“{name}” contradicts itself: {last} entries before, {size} now.",
            name=before.origin, last=before.size, size=note.checkpoint.size,
        ),
        why=why,
        now=message("Both signed heads are kept here as proof. Tell the authority and its peers."),
    )  # fmt: skip


def last_seen(connection: Connection, origin: str) -> Seen | None:
    """The newest look at that log that was good."""
    rows = tables.seen
    asked = (
        select(rows)
        .where(rows.c.origin == origin, rows.c.verdict.in_(GOOD))
        .order_by(rows.c.turn.desc())
        .limit(1)
    )
    found = connection.execute(asked).one_or_none()
    return Seen(*found) if found else None
