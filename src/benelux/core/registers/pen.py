"""Writing down what was checked: versions, contents and tokens, in one transaction.

Nothing is changed: every act adds a version, and an entry in the ledger that says who did it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from types import TracebackType
from typing import Final, Literal, Self

import msgspec
from sqlalchemy import Connection, insert, select

from benelux.core.errors import Conflict
from benelux.core.language import message
from benelux.core.ledger import Entry
from benelux.core.registers import notices, numbers, tables
from benelux.core.registers.declaration import Move
from benelux.core.registers.desk import Desk
from benelux.core.registers.entries import spanning
from benelux.core.registers.rows import Kept, kept_of, turned
from benelux.core.registers.rows import about as sealed_about
from benelux.core.registers.rows import said as sealed_said
from benelux.core.registers.timeline import Claim, Span
from benelux.core.registers.values import Acting, Content, Record
from benelux.core.registers.vault import RecordKey

Act = Literal["enter", "correct", "move"]
KIND: Final = "register"
"""Kind of the ledger's entries about what was written."""
_TRIES: Final = 10


@dataclass(frozen=True, slots=True)
class Draft:
    """A version on its way: what it says, for which days, and of which days it speaks."""

    act: Act
    state: str
    valid: Span
    over: Span
    content: Content
    reason: str = ""


class Pen:
    """Writes in a register for one person; what it wrote goes on record together, at the end."""

    def __init__(self, connection: Connection, desk: Desk, by: Acting) -> None:
        self._connection = connection
        self._desk = desk
        self._by = by
        self._entries: list[Entry] = []
        self._turned = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None or not self._entries:
            return
        if self._turned:
            turned(self._connection, self._desk.register)
        self._desk.log.append_in(self._connection, *self._entries)

    def enter(
        self, content: Content, state: str, span: Span, number: str = "", about: Sequence[str] = ()
    ) -> Record:
        """Enter a record; raises `Conflict` when the number is taken."""
        if number and self._is_taken(number):
            raise Conflict(
                "registers.number-taken",
                message("The number {number} is given to a record already.", number=number),
                now=message("Leave the number out, and a new one is given."),
            )
        id_ = number or self._free_number()
        key = RecordKey.new(id_)
        generation = self._desk.vault.generation()
        before = Kept(id_, self._desk.register.name, self._desk.keeper.id, key=key)
        self._connection.execute(
            insert(tables.record),
            {
                "id": id_,
                "register": before.register,
                "keeper": before.keeper,
                "wrapped": self._desk.vault.wrap(key.secret, id_, generation),
                "wrapping": generation,
                "about": sealed_about(key, tuple(about)),
            },
        )
        return self._add(before, key, Draft("enter", state, span, span, content))

    def correct(  # noqa: PLR0913, PLR0917 - what follows which version, for which days
        self,
        id_: str,
        content: Content,
        expected_version: int,
        valid_from: date | None,
        valid_to: date | None,
        reason: str = "",
    ) -> Record:
        """Say anew what the newest version says; raises `Conflict` when somebody was first."""
        before, key = self._living(id_)
        newest = before.newest
        if newest.version != expected_version:
            raise _stale(id_, newest.version, expected_version)
        span = spanning(
            newest.valid.first if valid_from is None else valid_from,
            newest.valid.last if valid_to is None else valid_to,
        )
        # Where the days grow fewer, the others are spoken of too: nothing holds there any more.
        over = span.hull(newest.over)
        draft = Draft("correct", newest.state, span, over, content, reason)
        return self._add(before, key, draft)

    def move(self, id_: str, chosen: Move, first: date, reason: str = "") -> Record:
        """Bring a record into another state from that day on; raises `Conflict` if it cannot go."""
        before, key = self._living(id_)
        newest = before.newest
        if newest.state not in chosen.start:
            raise Conflict(
                "registers.cannot-move",
                message(
                    "A record that is “{state}” cannot do “{move}”.",
                    state=self._desk.register.state(newest.state).label,
                    move=chosen.label,
                ),
                now=message("Look at the newest version of the record."),
            )
        start = max(first, newest.valid.first)
        if newest.valid.last is not None and newest.valid.last < start:
            raise Conflict(
                "registers.ended",
                message("This record ended on {day}.", day=newest.valid.last.isoformat()),
                now=message("Give a day on which it still held, or correct its last day."),
            )
        said = before.said(newest.version)
        span = Span(start, chosen.term(start) if chosen.term else newest.valid.last)
        # Where the days grow fewer, the others are spoken of too: nothing holds there any more.
        over = Span(start, span.hull(newest.valid).last)
        draft = Draft("move", chosen.end, span, over, said[0] if said else {}, reason)
        record = self._add(before, key, draft)
        notices.tell(self._connection, self._desk, record, start)
        return record

    def _add(self, before: Kept, key: RecordKey, draft: Draft) -> Record:
        now = self._desk.now()
        version = 1
        if before.claims:  # a clock that was set back must not put it before what it follows
            now = max(now, before.newest.recorded_at)
            version = before.newest.version + 1
        sealed = sealed_said(key, (dict(draft.content), draft.reason), version)
        claim = Claim(version, draft.state, draft.valid, draft.over, now)
        place = {"id": before.id, "version": version}
        self._connection.execute(insert(tables.version), {**place, **self._row(claim)})
        self._connection.execute(insert(tables.content), {**place, "sealed": sealed})
        self._add_tokens(before.id, draft.content)
        self._entries.append(self._entry(before.id, version, draft))
        before.put(claim, self._by.pseudonym, sealed)
        return before.record(claim)

    def _row(self, claim: Claim) -> dict[str, object]:
        return {
            "register": self._desk.register.name,
            "keeper": self._desk.keeper.id,
            "state": claim.state,
            "valid_from": claim.valid.first,
            "valid_to": claim.valid.last,
            "over_from": claim.over.first,
            "over_to": claim.over.last,
            "recorded_at": claim.recorded_at,
            "author": self._by.pseudonym,
        }

    def _add_tokens(self, id_: str, content: Content) -> None:
        rows = tables.token
        known = set(self._connection.scalars(select(rows.c.token).where(rows.c.id == id_)))
        fresh = sorted(self._desk.tokens_of(id_, content) - known)
        if fresh:
            made = [{"token": one, "id": id_} for one in fresh]
            self._connection.execute(insert(rows), made)
            self._turned = True

    def _entry(self, id_: str, version: int, draft: Draft) -> Entry:
        said = {
            "act": draft.act,
            "register": self._desk.register.name,
            "record": id_,
            "version": version,
            "state": draft.state,
            "organisation": self._by.organisation,
            "service": self._by.service,
            "person": self._by.pseudonym,
        }
        return Entry(KIND, msgspec.json.encode(said))

    def _living(self, id_: str) -> tuple[Kept, RecordKey]:
        found = kept_of(self._connection, self._desk.vault, id_)
        if found.key is None:
            raise erased(id_)
        return found, found.key

    def _free_number(self) -> str:
        for _ in range(_TRIES):
            number = numbers.new(self._desk.keeper.country, self._desk.register.mark)
            if not self._is_taken(number):
                return number
        raise RuntimeError("ten numbers drawn at random were all taken")

    def _is_taken(self, number: str) -> bool:
        rows = tables.version.c
        asked = select(rows.version).where(rows.id == number, rows.version == 1)
        return self._connection.scalar(asked) is not None


def erased(id_: str) -> Conflict:
    return Conflict(
        "registers.erased",
        message("The record {number} was erased.", number=id_),
        why=message("What was erased cannot be read or changed by anybody."),
    )


def _stale(id_: str, found: int, expected: int) -> Conflict:
    return Conflict(
        "registers.stale",
        message("The record {number} was changed in the meantime.", number=id_),
        why=message(
            "You started from version {expected}; it is now at version {found}.",
            expected=expected,
            found=found,
        ),
        now=message("Look at the newest version and make your change again."),
    )
