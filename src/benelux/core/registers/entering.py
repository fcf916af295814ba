"""Writing in a register: enter a record, correct it, move it to another state."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Connection

from benelux.core.house import House
from benelux.core.registers.checking import checked
from benelux.core.registers.declaration import Register
from benelux.core.registers.desk import desk_of
from benelux.core.registers.entries import about_tokens, given_reason, own_number, spanning
from benelux.core.registers.pen import Pen
from benelux.core.registers.values import Acting, Record


def enter(  # noqa: PLR0913 - what is entered, by whom, for which days
    house: House,
    register: Register,
    content: Mapping[str, object],
    *,
    by: Acting,
    valid_from: date,
    valid_to: date | None = None,
    id: str = "",  # noqa: A002 - the word of all who call this
    about: Sequence[str] = (),
) -> Record:
    """Enter a record, in the first state that the register declares.

    `id` is its number where it has one already; `about` are the ledger's tokens of the persons
    whom it is about, so that they see who asks. Raises `Invalid` with a fault for each field,
    `NotAllowed` when `by` may not write here, `Conflict` when the number is taken.
    """
    desk = desk_of(house, register)
    desk.require(by, "write")
    kept = checked(register, content)
    span = spanning(valid_from, valid_to)
    number, persons = own_number(desk, id), about_tokens(about)

    def work(connection: Connection) -> Record:
        with Pen(connection, desk, by) as pen:
            return pen.enter(kept, register.states[0].key, span, number, persons)

    return house.store.write(work)


def correct(  # noqa: PLR0913 - what is corrected, by whom, after which version
    house: House,
    register: Register,
    id: str,  # noqa: A002 - as above
    content: Mapping[str, object],
    *,
    by: Acting,
    expected_version: int,
    valid_from: date | None = None,
    valid_to: date | None = None,
    reason: str = "",
) -> Record:
    """Say anew what the newest version says; days that are not given stay as they are.

    Raises `Conflict` when somebody was first, `Invalid`, `NotAllowed` or `NotFound`.
    """
    desk = desk_of(house, register)
    desk.require(by, "write")
    kept = checked(register, content)
    why = given_reason(reason)

    def work(connection: Connection) -> Record:
        with Pen(connection, desk, by) as pen:
            return pen.correct(id, kept, expected_version, valid_from, valid_to, why)

    return house.store.write(work)


def move(  # noqa: PLR0913 - what is moved where, by whom, from which day
    house: House,
    register: Register,
    id: str,  # noqa: A002 - as above
    key: str,
    *,
    by: Acting,
    reason: str = "",
    day: date | None = None,
) -> Record:
    """Bring a record into another state from `day` on, today when it is not given.

    Raises `Conflict` when it is in a state from which this move does not start, or has ended;
    `Invalid` when the move asks for a reason.
    """
    desk = desk_of(house, register)
    desk.require(by, "write")
    chosen = register.move(key)
    why = given_reason(reason, needed=chosen.reason)
    first = spanning(desk.today() if day is None else day, None).first

    def work(connection: Connection) -> Record:
        with Pen(connection, desk, by) as pen:
            return pen.move(id, chosen, first, why)

    return house.store.write(work)
