"""The outbox: messages that are to go, kept in the same transaction as what they tell of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import uuid4

import msgspec
from sqlalchemy import Connection, and_, case, func, insert, select, update

from benelux.core.errors import Conflict, Fault, Invalid, NotAllowed, NotFound
from benelux.core.exchange import jws
from benelux.core.exchange.envelope import LONGEST_LIFE, VOID, Envelope, digest_of
from benelux.core.exchange.streams import OUT, last_of, set_last
from benelux.core.exchange.tables import outbox as rows
from benelux.core.house import House
from benelux.core.identity import keyring, registry
from benelux.core.identity.authority import Authority
from benelux.core.identity.keys import now
from benelux.core.identity.keystore import KeyFolder
from benelux.core.language import message

LIFE: Final = timedelta(days=7)
_HEADER: Final = 400
"""Characters that a signature and its header add at most."""


class State(StrEnum):
    """On its way; at the receiver, who waits for those before it; taken; given up."""

    WAITING = "waiting"
    HELD = "held"
    DONE = "done"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to be sent by the authority `sender` to the country `receiver`.

    `body` is anything that JSON can say. Messages of one `stream` arrive in the order in which they
    were put; without one, all of this kind are a stream. After `life` it is given up.
    """

    sender: str
    receiver: str
    kind: str
    body: object
    stream: str = ""
    life: timedelta = LIFE


@dataclass(frozen=True, slots=True)
class Standing:
    """How many messages to one country wait, are held there, were taken, or were given up."""

    country: str
    waiting: int
    held: int
    done: int
    dead: int
    since: datetime | None
    """When the oldest of those that wait was sent."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that was given up, and the code of the refusal that it died of."""

    id: str
    sender: str
    receiver: str
    kind: str
    stream: str
    number: int
    sent_at: datetime
    ended_at: datetime
    attempts: int
    code: str


def put(connection: Connection, house: House, draft: Draft, *, at: datetime | None = None) -> str:
    """Within a work: let this message go once the work is kept; the id of the message.

    Raises `NotFound` for an authority that is not in the registry or has no key here, `NotAllowed`
    for one that was suspended, `Invalid` and `TooLarge` for what cannot be sent.
    """
    sender = registry.get(connection, Authority, draft.sender)
    if not sender.active:
        raise NotAllowed("exchange.suspended", message("This authority may not send messages."))
    if not timedelta() < draft.life <= LONGEST_LIFE:
        wish = message("Choose at most {n} days.", n=LONGEST_LIFE.days)
        raise Invalid(
            "exchange.life", message("This is no deadline."), faults=(Fault("life", wish),)
        )
    # Signed when it goes, with the key that holds then; but who could never sign is told now.
    keyring.signing_key(house.store, KeyFolder.of(house.settings), sender.id, at=at)
    stream = draft.stream or draft.kind
    number = last_of(connection, OUT, sender.id, draft.receiver, stream) + 1
    moment = at or now()
    envelope = Envelope(
        uuid4().hex, sender.id, sender.country, draft.receiver, draft.kind, stream, number,
        moment, moment + draft.life, msgspec.json.encode(draft.body),
    )  # fmt: skip
    _keep(connection, envelope)
    set_last(connection, (OUT, sender.id, draft.receiver, stream), number)
    return envelope.id


def fill(connection: Connection, dead: str, at: datetime) -> None:
    """Within a work: put a void in the place of a message that was given up.

    Without it the receiver would wait for that number, and hold all that comes after it.
    """
    row = connection.execute(select(rows).where(rows.c.id == dead)).one()
    voided = row.voids or row.id
    sender = registry.get(connection, Authority, row.sender)
    envelope = Envelope(
        uuid4().hex, row.sender, sender.country, row.receiver, VOID, row.stream, row.number,
        at, at + LONGEST_LIFE, msgspec.json.encode({"voids": voided}),
    )  # fmt: skip
    _keep(connection, envelope, voids=voided)


def send_again(
    connection: Connection, house: House, dead: str, *, at: datetime | None = None
) -> str:
    """Within a work: send a dead letter once more, as a new message; its id.

    Raises `NotFound` when there is no such message, `Conflict` when it is not dead, was sent again
    before, or is so old that its text is gone.
    """
    row = connection.execute(select(rows).where(rows.c.id == dead)).one_or_none()
    if row is None:
        raise NotFound("exchange.no-such-message", message("There is no such message."))
    if row.state != State.DEAD:
        raise Conflict("exchange.not-dead", message("This message was not given up."))
    if row.payload is None:
        raise Conflict(
            "exchange.text-gone",
            message("The text of this message is not kept any more."),
            why=message("It was sent again before, or given up too long ago."),
        )
    body = msgspec.json.decode(row.payload, type=_Body).body
    draft = Draft(row.sender, row.receiver, row.kind, body, row.stream, row.deadline - row.sent_at)
    sent = put(connection, house, draft, at=at)
    # Sent once more and not twice; that it died stays on record.
    connection.execute(update(rows).where(rows.c.id == dead).values(payload=None))
    return sent


def standing(connection: Connection) -> Sequence[Standing]:
    """For each country that messages went to, how they stand; voids are not counted."""
    counts = [func.coalesce(func.sum(case((rows.c.state == one, 1), else_=0)), 0) for one in State]
    waits = and_(rows.c.state.in_((State.WAITING, State.HELD)), rows.c.kind != VOID)
    since = select(rows.c.receiver, func.min(rows.c.sent_at)).where(waits)
    oldest = {row[0]: row[1] for row in connection.execute(since.group_by(rows.c.receiver))}
    asked = select(rows.c.receiver, *counts).where(rows.c.kind != VOID)
    found = connection.execute(asked.group_by(rows.c.receiver).order_by(rows.c.receiver))
    return [
        Standing(country, waiting, held, done, dead, oldest.get(country))
        for country, waiting, held, done, dead in found
    ]


def dead_letters(connection: Connection, limit: int = 100) -> Sequence[DeadLetter]:
    """The messages that were given up, the last one first."""
    names = DeadLetter.__dataclass_fields__
    columns = [rows.c.error if name == "code" else rows.c[name] for name in names]
    asked = select(*columns).where(rows.c.state == State.DEAD, rows.c.kind != VOID)
    found = connection.execute(asked.order_by(rows.c.ended_at.desc(), rows.c.id).limit(limit))
    return [DeadLetter(*row) for row in found]


class _Body(msgspec.Struct):
    body: msgspec.Raw


def _keep(connection: Connection, envelope: Envelope, voids: str = "") -> None:
    payload = envelope.pack()
    if len(payload) * 4 // 3 + _HEADER > jws.LARGEST:
        raise jws.too_large()
    values = {
        "id": envelope.id,
        "sender": envelope.sender,
        "receiver": envelope.receiver,
        "kind": envelope.kind,
        "stream": envelope.stream,
        "number": envelope.number,
        "sent_at": envelope.sent_at,
        "deadline": envelope.deadline,
        "digest": digest_of(payload),
        "payload": payload,
        "state": State.WAITING,
        "attempts": 0,
        "next_at": envelope.sent_at,
        "error": "",
        "voids": voids,
    }
    connection.execute(insert(rows), values)
