"""How far each stream of messages is, on its way out and on its way in."""

from typing import Final

from sqlalchemy import ColumnElement, Connection, insert, select, update

from benelux.core.exchange.tables import stream as rows

OUT: Final = "out"
IN: Final = "in"
Name = tuple[str, str, str, str]
"""Which way, the sending authority, the receiving country, and what they call it."""


def last_of(connection: Connection, way: str, sender: str, receiver: str, stream: str) -> int:
    """The last number that was given or taken; 0 for a stream that has not begun."""
    asked = select(rows.c.last).where(*_here((way, sender, receiver, stream)))
    return connection.scalar(asked) or 0


def set_last(connection: Connection, name: Name, last: int) -> None:
    done = connection.execute(update(rows).where(*_here(name)).values(last=last))
    if done.rowcount == 0:
        way, sender, receiver, stream = name
        values = {"way": way, "sender": sender, "receiver": receiver, "stream": stream}
        connection.execute(insert(rows), {**values, "last": last})


def _here(name: Name) -> tuple[ColumnElement[bool], ...]:
    columns = (rows.c.way, rows.c.sender, rows.c.receiver, rows.c.stream)
    return tuple(column == part for column, part in zip(columns, name, strict=True))
