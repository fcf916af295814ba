"""Checks that officers made without a network: put on record afterwards, for the holder to see.

A device keeps number, time and result. Each check becomes a consultation in the ledger of the
record's keeper, with the time at which it was made; sent twice, it is one entry.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import msgspec
from msgspec import Meta
from sqlalchemy import Connection

from benelux.core.errors import Fault, Invalid, NotFound, Refusal
from benelux.core.exchange.federation import federation_of
from benelux.core.house import House
from benelux.core.identity.accords import accord_holds
from benelux.core.identity.facts import Facts
from benelux.core.identity.may import may
from benelux.core.language import Message, message
from benelux.core.ledger import Actor, Consultation, Decision, Entry
from benelux.core.ledger.model import OFFLINE
from benelux.core.ledger.service import entry_of
from benelux.core.registers.declaration import Purpose, Question, find
from benelux.core.registers.desk import Desk, desk_of
from benelux.core.registers.issuers import documented, homes
from benelux.core.registers.rows import kept_of
from benelux.core.registers.values import Acting

ACTION: Final = OFFLINE
WHEN: Final = message("When")
RESULT: Final = message("Result")
_MOST: Final = 500
_LONGEST: Final = 200_000
_OLDEST: Final = timedelta(days=60)
_AHEAD: Final = timedelta(minutes=10)
"""How much the clock of a device may be ahead."""
_Word = Annotated[str, Meta(max_length=100)]


@dataclass(frozen=True, slots=True)
class Made:
    """One check, as the device kept it. `id` is its own number, `at` the device's time."""

    id: Annotated[str, Meta(min_length=1, max_length=64)]
    register: _Word
    country: Annotated[str, Meta(max_length=2)]
    number: _Word
    at: datetime
    verdict: _Word


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one check: an entry in a ledger, or why there is none.

    One that is `settled` need not be sent again.
    """

    id: str
    number: str
    settled: bool
    shard: str = ""
    entry: int = 0
    trouble: Message | None = None


def read(text: str) -> list[Made]:
    """The checks that a device sends; raises `Invalid` for what no device of ours has kept."""
    if len(text) > _LONGEST:
        raise _unreadable(message("It is too long."))
    try:
        found = msgspec.json.decode(text, type=list[Made])
    except msgspec.MsgspecError as error:
        raise _unreadable(message("It is damaged, or it is something else.")) from error
    if len(found) > _MOST or any(one.at.tzinfo is None for one in found):
        raise _unreadable(message("Send at most {n} checks, each with its time.", n=_MOST))
    return found


def purposes(house: House) -> list[Purpose]:
    """For what one may check documents, as the registers declare it."""
    found = {one.key: one for register in documented(house) for one in register.purposes}
    return list(found.values())


def put_on_record(house: House, checks: list[Made], *, purpose: str, by: Acting) -> list[Outcome]:
    """Put each check on record at the keeper of its record, in the name of whoever made it.

    A check that the policies would not have allowed is on record as refused: it was made.
    """
    if purpose not in {one.key for one in purposes(house)}:
        wish = message("Choose one of the purposes.")
        raise Invalid(
            "registers.purpose",
            message("Say what these checks were for."),
            faults=(Fault("purpose", wish),),
        )
    return [_one(house, made, purpose, by) for made in checks]


def _one(house: House, made: Made, purpose: str, by: Acting) -> Outcome:
    now = datetime.now(UTC)
    if not now - _OLDEST <= made.at <= now + _AHEAD:
        why = message("The time of this check cannot be right, or lies too far back.")
        return Outcome(made.id, made.number, settled=True, trouble=why)
    own = homes(house)
    home, sender = own.get(made.country), own.get(by.actor.country)
    try:
        if home is None and sender is not None and made.country in federation_of(house).peers:
            return _sent(sender, made, purpose, by)
        if home is None:
            why = message("The node of {country} is not known here.", country=made.country)
            return Outcome(made.id, made.number, settled=False, trouble=why)
        desk = desk_of(home, find(home.domains, made.register))
        with home.store.read() as connection:
            entry = entry_for(connection, desk, made, purpose, by)
        receipt = desk.log.append(entry)
    except NotFound as refusal:
        return Outcome(made.id, made.number, settled=True, trouble=refusal.what)
    except Refusal as refusal:
        return Outcome(made.id, made.number, settled=False, trouble=refusal.what)
    return Outcome(made.id, made.number, settled=True, shard=receipt.shard, entry=receipt.number)


def _sent(sender: House, made: Made, purpose: str, by: Acting) -> Outcome:
    from benelux.core.registers import offline_away  # noqa: PLC0415 - which needs us

    offline_away.send(sender, made, purpose, by)
    said = message("On its way to the node of {country}.", country=made.country)
    return Outcome(made.id, made.number, settled=True, trouble=said)


def entry_for(connection: Connection, desk: Desk, made: Made, purpose: str, by: Acting) -> Entry:
    """The check as an entry of the keeper's ledger; raises `NotFound` when there is no record."""
    about = kept_of(connection, desk.vault, made.number).about
    # In the name of who made it, so that nobody takes the number of another's check.
    request = f"{ACTION} {by.organisation} {by.pseudonym} {made.id}"
    return entry_of(_told(desk, made, purpose, by), about, request)


def _told(desk: Desk, made: Made, purpose: str, by: Acting) -> Consultation:
    facts = Facts(purpose=purpose, time=made.at)
    ground = next((one for one in desk.register.grounds if one.question is Question.STATUS), None)
    if ground is not None:
        countries = (by.actor.country, desk.keeper.country)
        accord = accord_holds(desk.house, ground.text, *countries, made.at.date())
        facts = replace(facts, instrument=ground.instrument, article=ground.article, accord=accord)
    decision = may(by.actor, Question.STATUS.action, desk.matter, facts)
    return Consultation(
        actor=Actor(by.organisation, by.service, by.pseudonym),
        action=ACTION,
        object=desk.vault.hide("number", made.number).hex(),
        purpose=purpose,
        ground=facts.ground or "",
        decision=Decision(decision.granted, decision.policy_version, decision.rules),
        answer="status",
        case=f"{ACTION} {made.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
    )


def _unreadable(why: Message) -> Invalid:
    return Invalid("registers.checks", message("These checks cannot be read."), why=why)
