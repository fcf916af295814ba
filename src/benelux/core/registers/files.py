"""A register's records out to a file and in from one: first a look, then all of it or nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Final, Literal, TypeVar

from sqlalchemy import Connection

from benelux.core.errors import Conflict, Fault, Invalid
from benelux.core.house import House
from benelux.core.language import message
from benelux.core.registers.checking import sifted
from benelux.core.registers.declaration import Register
from benelux.core.registers.desk import Desk, desk_of
from benelux.core.registers.entries import about_tokens, own_number, spanning
from benelux.core.registers.pen import Pen
from benelux.core.registers.reading import claim_at
from benelux.core.registers.rows import Kept, kept_all, kept_many
from benelux.core.registers.sheets import OWN, Form, Row, at, day, read, refused, write
from benelux.core.registers.timeline import Claim, Span
from benelux.core.registers.values import Acting, Content, Value

T = TypeVar("T")
Outcome = Literal["added", "changed", "unchanged"]
_COLUMNS: Final = {"id": OWN[0], "valid_from": OWN[2], "valid_to": OWN[3], "about": OWN[4]}


@dataclass(frozen=True, slots=True)
class Edit:
    """What one record of the file would do; `fields` are those that would change."""

    line: int
    number: str
    outcome: Outcome
    state: str
    span: Span
    content: Mapping[str, Value]
    about: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    version: int = 0


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do, or did once it is `applied`.

    `stamp` stands for the file and for all that it would touch as it was when this was made.
    """

    edits: tuple[Edit, ...]
    stamp: str
    applied: bool = False

    def having(self, outcome: Outcome) -> tuple[Edit, ...]:
        return tuple(edit for edit in self.edits if edit.outcome == outcome)


def export(
    house: House,
    register: Register,
    form: Form,
    *,
    day: date | None = None,
    known_at: datetime | None = None,
) -> bytes:
    """All records as a file that `bring_in` reads, of that day and as known then.

    Asks no policy, as `records` does not: whoever hands it out does.
    """
    desk = desk_of(house, register)
    with house.store.read() as connection:
        every = kept_all(connection, register, desk.vault)
    living = (kept for kept in every.values() if not kept.erased)
    found = ((kept, claim_at(kept, day, known_at)) for kept in living)
    return write(register, (_row(kept, claim) for kept, claim in found if claim), form)


def bring_in(  # noqa: PLR0913 - what is brought in, by whom, and whether it is meant
    house: House,
    register: Register,
    content: bytes,
    form: Form,
    *,
    by: Acting,
    apply: bool,
    stamp: str = "",
) -> Preview:
    """Read a file and say what it would do; with `apply`, do it.

    A record with a number that is here is corrected, every other one is entered. Raises `Invalid`
    with line and column of every fault, and `Conflict` when `stamp`, that of an earlier preview,
    no longer holds. Then nothing is kept.
    """
    desk = desk_of(house, register)
    desk.require(by, "write")
    rows = read(register, content, form)
    if not apply:
        with house.store.read() as connection:
            return _preview(connection, desk, rows)

    def work(connection: Connection) -> Preview:
        found = _preview(connection, desk, rows)
        if stamp and stamp != found.stamp:
            raise Conflict(
                "registers.import-stale",
                message("Something was changed since you looked at this import."),
                now=message("Choose the file again and look at what it would do now."),
            )
        with Pen(connection, desk, by) as pen:
            for edit in found.edits:
                _apply(pen, edit)
        return replace(found, applied=True)

    return house.store.write(work)


def _row(kept: Kept, claim: Claim) -> Row:
    said = kept.said(claim.version)
    last = claim.valid.last.isoformat() if claim.valid.last else ""
    first = claim.valid.first.isoformat()
    return Row(0, kept.id, claim.state, first, last, kept.about, said[0] if said else {})


def _preview(connection: Connection, desk: Desk, rows: Sequence[Row]) -> Preview:
    numbers = [row.number for row in rows if row.number]
    known = kept_many(connection, desk.vault, numbers)
    seen: dict[str, int] = {}
    edits: list[Edit] = []
    faults: list[Fault] = []
    for row in rows:
        wrong: list[Fault] = []
        edit = _edit(desk, row, known, wrong)
        if row.number and seen.setdefault(edit.number, row.line) != row.line:
            said = message("This number stands on line {line} too.", line=seen[edit.number])
            wrong.append(Fault(OWN[0], said))
        faults.extend(at(row.line, fault) for fault in wrong)
        edits.append(edit)
    if faults:
        raise refused(faults)
    touched = [(edit.line, edit.number, edit.version, edit.state, edit.content) for edit in edits]
    return Preview(tuple(edits), sha256(repr(touched).encode()).hexdigest())


def _edit(desk: Desk, row: Row, known: Mapping[str, Kept], wrong: list[Fault]) -> Edit:
    """What a row would do; what is not right is added to `wrong`."""
    content, faults = sifted(desk.register, row.content)
    wrong.extend(faults)
    before = known.get(row.number)
    number = row.number
    if before is None:
        number = _caught(wrong, lambda: own_number(desk, row.number)) or row.number
        before = known.get(number)
    span = _span(row, before, wrong)
    if before is None:
        about = _caught(wrong, lambda: about_tokens(row.about)) or ()
        state = row.state or desk.register.states[0].key
        if state not in {one.key for one in desk.register.states}:
            states = ", ".join(one.key for one in desk.register.states)
            wrong.append(Fault(OWN[1], message("may be: {known}", known=states)))
        return Edit(row.line, number, "added", state, span, content, about)
    return _change(row, before, span, content, wrong)


def _change(row: Row, before: Kept, span: Span, content: Content, wrong: list[Fault]) -> Edit:
    newest = before.newest
    said = before.said(newest.version)
    if said is None:
        wrong.append(Fault(OWN[0], message("This record was erased.")))
    elif row.about and row.about != before.about:
        wrong.append(Fault(OWN[4], message("Whom a record is about cannot be changed.")))
    if row.state and row.state != newest.state:
        wish = message("The state is changed by a move, not by a file.")
        wrong.append(Fault(OWN[1], wish))
    old = said[0] if said else {}
    fields = tuple(key for key, value in content.items() if old.get(key) != value)
    if span != newest.valid:
        fields += tuple(
            name
            for name, one, other in (
                (OWN[2], span.first, newest.valid.first),
                (OWN[3], span.last, newest.valid.last),
            )
            if one != other
        )
    return Edit(
        row.line, before.id, "changed" if fields else "unchanged", newest.state, span, content,
        fields=fields, version=newest.version,
    )  # fmt: skip


def _span(row: Row, before: Kept | None, wrong: list[Fault]) -> Span:
    """The days of a row; those that it does not say are as before."""
    old = before.newest.valid if before else Span(date.min, None)
    days: list[date | None] = []
    for name, text in ((OWN[2], row.valid_from), (OWN[3], row.valid_to)):
        try:
            days.append(day(text))
        except ValueError:
            wish = message("Give a day as year-month-day, such as 2026-11-24.")
            wrong.append(Fault(name, wish))
            return old
    first, last = days
    if first is None and before is None:
        wrong.append(Fault(OWN[2], message("Fill in this field.")))
        return old
    span = Span(first or old.first, last or old.last)
    return _caught(wrong, lambda: spanning(span.first, span.last)) or old


def _caught(wrong: list[Fault], act: Callable[[], T]) -> T | None:
    """What `act` gives; where it refuses, its faults are added, by the names of the columns."""
    try:
        return act()
    except Invalid as refusal:
        wrong.extend(
            Fault(_COLUMNS.get(fault.field, fault.field), fault.message) for fault in refusal.faults
        )
        return None


def _apply(pen: Pen, edit: Edit) -> None:
    if edit.outcome == "added":
        pen.enter(edit.content, edit.state, edit.span, edit.number, edit.about)
    elif edit.outcome == "changed":
        pen.correct(edit.number, edit.content, edit.version, edit.span.first, edit.span.last)
