"""Notices between countries: that a record of a recognised register is in another state now.

A withdrawal goes to the other countries in the work that makes it, so none is kept that is not
told. What was told is used where the keeper itself cannot be asked; it names a number and a state,
and nothing about a person.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING, Final

import msgspec
from sqlalchemy import Connection, delete, insert, select

from benelux.core.errors import Invalid, NotAllowed
from benelux.core.house import House
from benelux.core.identity.authority import Authority
from benelux.core.language import message
from benelux.core.registers import numbers, tables
from benelux.core.registers.declaration import find
from benelux.core.registers.desk import Desk
from benelux.core.registers.values import Record

if TYPE_CHECKING:
    from benelux.core.exchange.envelope import Envelope
    from benelux.core.exchange.handlers import Handler

KIND: Final = "register.moved"


class Notice(msgspec.Struct, frozen=True):
    """That the record `number` is in `state` from the day `first` on, as told at that moment."""

    register: str
    number: str
    state: str
    good: bool
    first: date
    told_at: datetime


def tell(connection: Connection, desk: Desk, record: Record, first: date) -> None:
    """Within a work: tell the other countries, if this register is recognised anywhere."""
    from benelux.core.exchange.federation import federation_of  # noqa: PLC0415 - which needs us
    from benelux.core.exchange.outbox import Draft, put  # noqa: PLC0415 - as above

    register = desk.register
    if not register.recognition:
        return
    good = register.state(record.state).good
    said = Notice(register.name, record.id, record.state, good, first, record.recorded_at)
    stream = f"register/{record.id.lower()}"
    for country in federation_of(desk.house).countries:
        if country != desk.keeper.country:
            put(connection, desk.house, Draft(record.keeper, country, KIND, said, stream))


def notice_of(connection: Connection, number: str) -> Notice | None:
    """The last that was told of that record, if anything was."""
    rows = tables.notice.c
    asked = select(
        rows.register, rows.number, rows.state, rows.good, rows.first, rows.told_at
    ).where(rows.number == number)
    found = connection.execute(asked).one_or_none()
    return Notice(*found) if found else None


def handler() -> "Handler":
    from benelux.core.exchange.handlers import Handler  # noqa: PLC0415 - which needs us

    return Handler(KIND, _take)


def _take(connection: Connection, house: House, sent: "Envelope", sender: Authority) -> None:
    """Keep what was told; only a keeper of that country may tell it of its own records."""
    said = sent.read(Notice)
    register = find(house.domains, said.register)
    number = numbers.read(said.number)
    charged = register.competence in sender.competences
    own = (number.country, number.mark) == (sender.country, register.mark)
    if not charged or not own:
        raise NotAllowed(
            "registers.not-the-keeper",
            message("Only the keeper of a record says in which state it is."),
        )
    state = next((one for one in register.states if one.key == said.state), None)
    if state is None:
        raise Invalid(
            "registers.no-such-state",
            message("Records of this register are never “{state}”.", state=said.state[:60]),
        )
    rows = tables.notice
    connection.execute(delete(rows).where(rows.c.number == number.text))
    kept = {
        "number": number.text,
        "register": register.name,
        "sender": sender.id,
        "state": state.key,
        "good": state.good,  # as declared here, whatever was said of it
        "first": said.first,
        "told_at": sent.sent_at,
    }
    connection.execute(insert(rows), kept)
