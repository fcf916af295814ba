"""Erasing: one record by decision, all that were kept long enough, and what old copies could open.

A record's key, its content and all by which it is found are destroyed. What stays is that there
was such a number, in which states and for which days; and an entry in the ledger that tells of it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

import msgspec
from sqlalchemy import Connection, delete, select, update

from benelux.core.errors import Refusal
from benelux.core.house import House
from benelux.core.identity.facts import Facts
from benelux.core.ledger import Entry, Receipt
from benelux.core.registers import tables
from benelux.core.registers.declaration import Register
from benelux.core.registers.desk import Desk, desk_of
from benelux.core.registers.pen import erased
from benelux.core.registers.rows import claims_of, kept_of, living_claims, turned
from benelux.core.registers.timeline import Claim, last_day
from benelux.core.registers.values import Acting

ANSWERS_KEPT: Final = timedelta(days=30)
"""How long a request that is sent again gets its old answer."""
_DECISION: Final = "decision"
_AT_ONCE: Final = 500


def erase(
    house: House,
    register: Register,
    id: str,  # noqa: A002 - the word of all who call this
    *,
    by: Acting,
    facts: Facts,
) -> Receipt:
    """Destroy what a record says, on a legal ground and for a case, which goes on record.

    Raises `NotAllowed`, `NotFound`, and `Conflict` when it was erased before.
    """
    desk = desk_of(house, register)
    desk.require(by, "erase", replace(facts, time=desk.now()))
    public = {"act": "erase", "register": register.name, "ground": facts.ground or ""}
    said = {
        "record": id,
        "organisation": by.organisation,
        "person": by.pseudonym,
        "case": facts.case or "",
    }
    entry = Entry(_DECISION, msgspec.json.encode(said), public=public)

    def work(connection: Connection) -> Receipt:
        if kept_of(connection, desk.vault, id).erased:
            raise erased(id)
        _destroy(connection, desk, [id])
        return desk.log.append_in(connection, entry)[0]

    return house.store.write(work)


def sweep(house: House, register: Register, today: date) -> int:
    """Erase what was kept long enough; say how many records. Old answers go as well."""
    desk = desk_of(house, register)
    with house.store.read() as connection:
        due = [
            id_ for id_, claims in living_claims(connection, register) if over(desk, claims, today)
        ]
    erased = sum(
        _sweep_some(desk, due[at : at + _AT_ONCE], today) for at in range(0, len(due), _AT_ONCE)
    )
    rows = tables.answer.c
    old = delete(tables.answer).where(
        rows.register == register.name, rows.day < today - ANSWERS_KEPT
    )
    house.store.write(lambda connection: connection.execute(old).rowcount)
    return erased


def over(desk: Desk, claims: Sequence[Claim], today: date) -> bool:
    """Whether a record has been kept for its years since the last day that it was there for."""
    newest, years = claims[0], desk.register.kept_for(desk.keeper.country).years
    final = desk.register.state(newest.state).final
    last = newest.valid.first if final else last_day(claims)
    if last is None or last.year + years > date.max.year:
        return False
    return _after(last, years) < today


def rotate(house: House, register: Register) -> int:
    """Wrap the keys of all records anew and destroy the old wrapping key; the new generation.

    Then no older copy of the store brings back what was erased since. May be interrupted anywhere,
    and is finished when it is called again.
    """
    desk = desk_of(house, register)
    generation = desk.vault.generation()
    if not desk.vault.older(generation):  # an interrupted rotation is finished first
        generation = desk.vault.begin()
    while house.store.write(lambda connection: _wrap_anew(connection, desk, generation)):
        pass
    for old in desk.vault.older(generation):
        desk.vault.destroy(old)
    return generation


def _sweep_some(desk: Desk, ids: Sequence[str], today: date) -> int:
    """Erase those of them that are still due, for meanwhile somebody may have written."""
    rule = desk.register.kept_for(desk.keeper.country)
    public = {"act": "sweep", "register": desk.register.name, "ground": rule.source}

    def work(connection: Connection) -> int:
        known = claims_of(connection, ids)
        due = [id_ for id_ in ids if id_ in known and over(desk, known[id_], today)]
        if due:
            _destroy(connection, desk, due)
            entry = Entry(_DECISION, msgspec.json.encode({"records": due}), public=public)
            desk.log.append_in(connection, entry)
        return len(due)

    return desk.store.write(work)


def _destroy(connection: Connection, desk: Desk, ids: Sequence[str]) -> None:
    if connection.dialect.name == "sqlite":
        # Written over in the file, and not only marked as free.
        connection.exec_driver_sql("PRAGMA secure_delete=ON").fetchall()
    for table in (tables.record, tables.content, tables.token):
        connection.execute(delete(table).where(table.c.id.in_(ids)))
    turned(connection, desk.register)


def _wrap_anew(connection: Connection, desk: Desk, generation: int) -> bool:
    """Wrap some keys anew; False once there was nothing left."""
    rows = tables.record.c
    asked = (
        select(rows.id, rows.wrapped, rows.wrapping)
        .where(rows.register == desk.register.name, rows.wrapping < generation)
        .limit(_AT_ONCE)
    )
    found = connection.execute(asked).all()
    for id_, wrapped, old in found:
        try:
            secret = desk.vault.unwrap(wrapped, id_, old)
            again = desk.vault.wrap(secret, id_, generation)
        except Refusal:
            again = wrapped  # damaged: it opens nothing, and must not keep the old key alive
        connection.execute(
            update(tables.record).where(rows.id == id_).values(wrapped=again, wrapping=generation)
        )
    return bool(found)


def _after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # the 29th of February
        return day.replace(year=day.year + years, day=28)
