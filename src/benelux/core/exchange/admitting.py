"""Whether a proven message may come in: its place in the stream, its time, and its kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import Connection, func, insert, select

from benelux.core.errors import TooMany
from benelux.core.exchange.desks import Desk
from benelux.core.exchange.envelope import VOID, NotTaken, Opened, refuse_unfit
from benelux.core.exchange.handlers import Handler
from benelux.core.exchange.nodes import Node
from benelux.core.exchange.receipt import Outcome
from benelux.core.exchange.streams import IN, last_of
from benelux.core.exchange.tables import inbox as rows
from benelux.core.language import message

AHEAD: Final = 1_000
"""A stream's messages may come so many numbers early."""
MOST_HELD: Final = 10_000
"""So many of one country's messages may wait for those before them."""


@dataclass(frozen=True, slots=True)
class Means:
    """What this node takes messages with: its handlers, the desk of each, and the time."""

    node: Node
    handlers: Mapping[str, Handler]
    desks: Mapping[str, Desk]
    """By kind of message; what has no handler comes in at the desk named with an empty text."""
    reopen: Callable[[str], Opened]
    """Opens a message that was proven when it came, and waited here since."""
    moment: datetime

    def desk(self, kind: str) -> Desk:
        return self.desks.get(kind) or self.desks[""]


class Voided(msgspec.Struct, frozen=True):
    """What a void says: the id of the message whose number it fills."""

    voids: str


def values_of(opened: Opened) -> dict[str, object]:
    envelope = opened.envelope
    return {
        "sender": envelope.sender,
        "id": envelope.id,
        "country": envelope.country,
        "kind": envelope.kind,
        "stream": envelope.stream,
        "number": envelope.number,
        "digest": opened.digest,
    }


def last_taken(connection: Connection, opened: Opened) -> int:
    envelope = opened.envelope
    return last_of(connection, IN, envelope.sender, envelope.receiver, envelope.stream)


def refuse(connection: Connection, means: Means, opened: Opened) -> None:
    """Raises `NotTaken` for what is new here and cannot be taken, now or later."""
    envelope = opened.envelope
    refuse_unfit(envelope, means.node.country, means.moment)
    if envelope.kind != VOID and envelope.kind not in means.handlers:
        raise NotTaken.because(
            "kind", message("Nobody here takes messages of the kind {kind}.", kind=envelope.kind)
        )
    asked = select(rows.c.id).where(
        rows.c.sender == envelope.sender,
        rows.c.stream == envelope.stream,
        rows.c.number == envelope.number,
    )
    taken = connection.scalar(asked)
    if taken is not None and envelope.kind == VOID and taken == envelope.read(Voided).voids:
        raise NotTaken.because("received", message("The message that it voids had come."))
    if taken is not None or envelope.number <= last_taken(connection, opened):
        raise NotTaken.because("number", message("Its place in the stream is taken."))


def hold(connection: Connection, means: Means, opened: Opened, sealed: str, last: int) -> None:
    envelope = opened.envelope
    waiting = select(func.count()).where(
        rows.c.country == envelope.country, rows.c.state == Outcome.HELD
    )
    if envelope.number > last + AHEAD or (connection.scalar(waiting) or 0) >= MOST_HELD:
        raise TooMany(
            "exchange.too-many-held",
            message("Too many messages wait here for those before them."),
            now=message("Send the earlier messages first."),
            headers={"retry-after": "60"},
        )
    values = {**values_of(opened), "state": Outcome.HELD, "sealed": sealed, "came_at": means.moment}
    connection.execute(insert(rows), {**values, "shard": "", "code": ""})
