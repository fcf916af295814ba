"""Taking messages within one transaction: once each, in order, handled and on record together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, insert, select, update

from benelux.core.errors import Refusal, TooMany, Unavailable
from benelux.core.exchange.admitting import Means, hold, last_taken, refuse, values_of
from benelux.core.exchange.envelope import VOID, NotTaken, Opened
from benelux.core.exchange.receipt import Outcome
from benelux.core.exchange.streams import IN, set_last
from benelux.core.exchange.tables import Found
from benelux.core.exchange.tables import inbox as rows
from benelux.core.language import message
from benelux.core.ledger import Entry


@dataclass(frozen=True, slots=True)
class _Handled:
    opened: Opened
    sealed: str
    outcome: Outcome
    code: str
    held: bool
    """Whether it has a row already."""


def take(connection: Connection, means: Means, opened: Opened, sealed: str) -> Found | NotTaken:
    """Within a work: take a proven message, and those that waited for it; its row in the inbox.

    The refusal of a message whose id was used for another content is returned and not raised, so
    that it stays on record. Raises `NotTaken` with the last word on others, and `TooMany` while too
    many messages wait already.
    """
    row = _row(connection, opened)
    if row is not None and row.digest != opened.digest:
        return _reused(connection, means, opened)
    if row is None:
        refuse(connection, means, opened)
    elif row.state != Outcome.HELD:
        return row
    envelope = opened.envelope
    last = last_taken(connection, opened)
    if envelope.number == last + 1:
        first = _handled(connection, means, opened, sealed, held=row is not None)
        _keep(connection, means, [first, *_released(connection, means, opened)])
    elif row is None:
        hold(connection, means, opened, sealed, last)
    return _found(connection, opened)


def _released(connection: Connection, means: Means, opened: Opened) -> Iterator[_Handled]:
    """Those that waited for this message, as far as there is no gap."""
    envelope = opened.envelope
    waiting = select(rows.c.sealed).where(
        rows.c.sender == envelope.sender,
        rows.c.stream == envelope.stream,
        rows.c.state == Outcome.HELD,
        rows.c.number > envelope.number,
    )
    following = envelope.number
    for sealed in connection.scalars(waiting.order_by(rows.c.number)).all():
        following += 1
        waited = means.reopen(sealed)
        if waited.envelope.number != following:
            return
        try:
            yield _handled(connection, means, waited, sealed, held=True)
        except Exception:  # noqa: BLE001 - its own sender is told when it asks again; the others go on
            return


def _handled(
    connection: Connection, means: Means, opened: Opened, sealed: str, *, held: bool
) -> _Handled:
    """Let its handler take it; what the handler refuses is undone, and the message counts."""
    envelope = opened.envelope
    if envelope.kind == VOID:
        return _Handled(opened, sealed, Outcome.TAKEN, "", held)
    handler = means.handlers.get(envelope.kind)
    if handler is None:  # it was there when the message came
        return _Handled(opened, sealed, Outcome.REFUSED, "exchange.kind", held)
    try:
        with connection.begin_nested():
            handler.take(connection, means.node.house, envelope, opened.sender)
    except (TooMany, Unavailable):
        raise  # which passes, so the sender is to try again
    except Refusal as refusal:
        return _Handled(opened, sealed, Outcome.REFUSED, refusal.code, held)
    return _Handled(opened, sealed, Outcome.TAKEN, "", held)


def _keep(connection: Connection, means: Means, handled: Sequence[_Handled]) -> None:
    """Put them on record, a ledger at a time, and note in the inbox where."""
    by_desk: dict[str, list[_Handled]] = {}
    for one in handled:
        desk = means.desk(one.opened.envelope.kind)
        by_desk.setdefault(desk.authority.id, []).append(one)
    for some in by_desk.values():
        desk = means.desk(some[0].opened.envelope.kind)
        entries = [
            Entry(
                "message",
                one.sealed.encode(),
                public={"from": one.opened.sender.id, "outcome": one.outcome},
            )
            for one in some
        ]
        places = desk.log.append_in(connection, *entries)
        for one, place in zip(some, places, strict=True):
            _enter(connection, means, one, place.shard, place.number)
    last = handled[-1].opened.envelope
    set_last(connection, (IN, last.sender, last.receiver, last.stream), last.number)


def _enter(connection: Connection, means: Means, one: _Handled, shard: str, entry: int) -> None:
    ended = {
        "state": one.outcome,
        "ended_at": means.moment,
        "sealed": None,
        "shard": shard,
        "entry": entry,
        "code": one.code,
    }
    envelope = one.opened.envelope
    if one.held:
        here = (rows.c.sender == envelope.sender, rows.c.id == envelope.id)
        connection.execute(update(rows).where(*here).values(**ended))
    else:
        values = {**values_of(one.opened), "came_at": means.moment, **ended}
        connection.execute(insert(rows), values)


def _reused(connection: Connection, means: Means, opened: Opened) -> NotTaken:
    """Put on record that an id came with another content."""
    envelope = opened.envelope
    said = {"sender": envelope.sender, "id": envelope.id, "digest": opened.digest}
    request = f"message refused {envelope.sender} {envelope.id} {opened.digest}"
    entry = Entry("message-refused", msgspec.json.encode(said), request)
    means.desk(envelope.kind).log.append_in(connection, entry)
    return NotTaken.because("reused", message("Its id was used before, for another message."))


def _row(connection: Connection, opened: Opened) -> Found | None:
    envelope = opened.envelope
    asked = select(rows).where(rows.c.sender == envelope.sender, rows.c.id == envelope.id)
    return connection.execute(asked).one_or_none()


def _found(connection: Connection, opened: Opened) -> Found:
    row = _row(connection, opened)
    if row is None:
        raise LookupError(opened.envelope.id)
    return row
