"""Who asked about a person: for that person, with lawful delay where a decision says so."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import msgspec
from sqlalchemy import Connection, insert, select

from benelux.core.errors import Conflict, Fault, Invalid, Refusal
from benelux.core.language import message
from benelux.core.ledger import tables
from benelux.core.ledger.log import Ledger, Log, data_in
from benelux.core.ledger.model import (
    Actor,
    Consultation,
    Decision,
    Delay,
    Entry,
    Receipt,
    carried,
    leaf_of,
)
from benelux.core.ledger.writing import Item, append_in, held_in

_DECODE = msgspec.json.Decoder(Consultation)


@dataclass(frozen=True, slots=True)
class Asked:
    """One consultation, as the person concerned may see it; `delay` is why they see it only now.

    Of one that is `damaged` nothing but the time and the ledger is known any more. `country` is
    that of the node that told it, empty for this portal itself; `here` whether it runs here too.
    """

    shard: str
    number: int
    at: datetime
    what: Consultation
    delay: Delay | None = None
    damaged: bool = False
    country: str = ""
    here: bool = True


@dataclass(frozen=True, slots=True)
class Gathered:
    """What several nodes told, and which of them did not answer."""

    found: tuple[Asked, ...]
    failures: tuple[str, ...]


def consultations_of(ledger: Ledger, tokens: Collection[str], today: date) -> list[Asked]:
    """Every consultation about the person with these tokens, in all shards, the newest first.

    Nothing hints at one that is delayed beyond `today`. What was erased is not there any more.
    """
    found: list[Asked] = []
    for shard in ledger.shards():
        log = ledger.log(shard)
        with ledger.store.read() as connection:
            found.extend(_in_shard(connection, log, tokens, today))
    return sorted(found, key=lambda one: (one.at, one.shard, one.number), reverse=True)


def gather(nodes: Mapping[str, Callable[[], Sequence[Asked]]]) -> Gathered:
    """The same from several nodes; one that fails is named and holds up none of the others."""
    found: list[Asked] = []
    failures: list[str] = []
    for name, ask in nodes.items():
        try:
            found.extend(ask())
        except (Refusal, OSError):
            failures.append(name)
    found.sort(key=lambda one: one.at, reverse=True)
    return Gathered(tuple(found), tuple(failures))


@dataclass(frozen=True, slots=True)
class Order:
    """Who decided that somebody is told later: the officer's pseudonym, and what let them."""

    person: str
    decision: Decision


def postpone(log: Log, number: int, delay: Delay, order: Order | None = None) -> Receipt:
    """Do not tell the person concerned of entry `number` before the day that the decision names.

    The decision is an entry itself, and is shown with the consultation afterwards. A later decision
    about the same entry takes the place of an earlier one, so it may also end a delay.
    """

    def work(connection: Connection) -> Receipt:
        leaf = leaf_of(data_in(connection, log.shard, number))
        if leaf.kind != "consultation":
            raise Invalid(
                "ledger.not-a-consultation",
                message("Entry {number} is no consultation.", number=number),
            )
        return append_delay(connection, log, number, delay, order)

    checked(delay)
    return log.store.write(work)


def tell(log: Log, number: int, today: date, order: Order) -> Receipt:
    """End the delay of entry `number`, which the person concerned sees from today, with its ground.

    Raises `Conflict` when no delay runs.
    """

    def work(connection: Connection) -> Receipt:
        delay = running(connection, log, number, today)
        if delay is None:
            raise Conflict(
                "ledger.no-delay",
                message("Nothing keeps entry {number} back.", number=number),
                why=message("Whoever it concerns may see it already."),
            )
        return append_delay(connection, log, number, replace(delay, until=today), order)

    return log.store.write(work)


def running(connection: Connection, log: Log, number: int, today: date) -> Delay | None:
    """The decision that keeps entry `number` back beyond today, if one does."""
    until, entry = _delay_of(connection, log.shard, number)
    if until is None or entry is None or until <= today:
        return None
    return _read_delay(connection, log, entry)


def append_delay(
    connection: Connection, log: Log, number: int, delay: Delay, order: Order | None = None
) -> Receipt:
    """Put the decision to delay entry `number` on record, within a work of the store."""
    entry = Entry("delay", msgspec.json.encode(_Said(number, delay, order)))
    (outcome,) = append_in(connection, log.ring, [Item.of(log.ring, entry)], log.clock())
    if isinstance(outcome, Refusal):
        raise outcome
    values = {
        "shard": log.shard,
        "entry": outcome.number,
        "number": number,
        "until": delay.until,
    }
    connection.execute(insert(tables.delay), values)
    return outcome


def checked(delay: Delay) -> Delay:
    """Raises `Invalid` for a decision without ground or authority."""
    faults = [
        Fault(name, message("Fill in this field."))
        for name in ("ground", "authority")
        if not getattr(delay, name).strip()
    ]
    if faults:
        what = message("A delay needs a decision with its ground.")
        raise Invalid("ledger.delay", what, faults=tuple(faults))
    return delay


def _in_shard(
    connection: Connection, log: Log, tokens: Collection[str], today: date
) -> Iterator[Asked]:
    rows = tables.about.c
    hidden = [log.ring.hide("about", carried(token)) for token in tokens]
    asked = select(rows.number).where(rows.shard == log.shard, rows.token.in_(hidden)).distinct()
    for number in connection.scalars(asked).all():
        until, entry = _delay_of(connection, log.shard, number)
        if until is not None and until > today:
            continue
        leaf = leaf_of(data_in(connection, log.shard, number))
        if leaf.kind != "consultation":
            continue
        try:
            held = held_in(connection, log.ring, number)
            delay = _read_delay(connection, log, entry) if entry is not None else None
        except Conflict:  # changed behind the ledger's back: said, and the others are shown
            yield Asked(log.shard, number, leaf.moment, _unknown(log.shard), damaged=True)
            continue
        if held is not None:
            yield Asked(log.shard, number, leaf.moment, _DECODE.decode(held.content), delay)


def _unknown(shard: str) -> Consultation:
    decision = Decision(allowed=False, policy="")
    return Consultation(Actor(shard, "", ""), "", "", "", "", decision, "failed")


def _delay_of(connection: Connection, shard: str, number: int) -> tuple[date | None, int | None]:
    """Until when the newest decision keeps entry `number` back, and the entry of that decision."""
    rows = tables.delay.c
    asked = (
        select(rows.until, rows.entry)
        .where(rows.shard == shard, rows.number == number)
        .order_by(rows.entry.desc())
        .limit(1)
    )
    found = connection.execute(asked).one_or_none()
    return (found[0], found[1]) if found else (None, None)


def _read_delay(connection: Connection, log: Log, entry: int) -> Delay | None:
    held = held_in(connection, log.ring, entry)
    return msgspec.json.decode(held.content, type=_Said).delay if held else None


@dataclass(frozen=True, slots=True)
class _Said:
    number: int
    delay: Delay
    order: Order | None = None
