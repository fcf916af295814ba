"""Passes from the application on: what a holder may do, and what the licensing desk does beside.

An application is a record of the register in its first state, entered by the online desk of the
authority that keeps it. All that the register's own desk can do with a record holds for it too.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection

from benelux.core.errors import Conflict, NotFound, NotSignedIn, Unavailable
from benelux.core.exchange.federation import federation_of, node_for
from benelux.core.house import House
from benelux.core.identity import registry
from benelux.core.identity.authority import Service
from benelux.core.identity.facts import Actor
from benelux.core.identity.person import Person
from benelux.core.language import message
from benelux.core.registers import notices, numbers
from benelux.core.registers import service as registers
from benelux.core.registers.checking import checked
from benelux.core.registers.desk import REGISTRAR, desk_of
from benelux.core.registers.entries import given_reason
from benelux.core.registers.pen import Pen
from benelux.core.registers.rows import kept_of
from benelux.core.registers.timeline import Span
from benelux.core.registers.values import Acting, Record
from benelux.domains.fireworks.registers import PASSES
from benelux.domains.fireworks.service import holders

_APPLICANT: Final = "applicant"
_APPLIED: Final = PASSES.states[0].key


@dataclass(frozen=True, slots=True)
class Own:
    """A pass or an application of the person who looks, and the node that keeps it."""

    house: House
    record: Record

    @property
    def country(self) -> str:
        return self.house.settings.country


def online_desk(house: House, pseudonym: str = "") -> Acting:
    """The service of the licensing authority of this node that works without an officer.

    Raises `NotFound` where nobody keeps the register, `Unavailable` where it has no such service.
    """
    keeper = registers.keeper_of(house, PASSES)
    with house.store.read() as connection:
        services = registry.every(connection, Service, keeper.id)
    for one in services:
        if one.active and REGISTRAR in one.roles:
            actor = Actor.machine(keeper, one)
            return Acting(actor, keeper.id, pseudonym or one.id, one.id)
    raise Unavailable(
        "fireworks.no-online-desk",
        message("One cannot apply online in this country."),
        now=message("Apply on paper, at the licensing authority."),
    )


def apply(house: House, person: Person | None, country: str, content: Mapping[str, object]) -> Own:
    """Apply for a pass in that country.

    Raises `NotSignedIn`, `Invalid` with a fault for each field, and `Conflict` for whoever waits
    for a decision of that country already.
    """
    someone = signed_in(person)
    node = node_for(house, country)
    if any(one.record.state == _APPLIED and one.country == country for one in own(house, someone)):
        raise Conflict(
            "fireworks.applied-already",
            message("You have applied in this country already."),
            now=message("Look at your application, and add what is missing there."),
        )
    by, about = online_desk(node, _APPLICANT), (holders.token(someone),)
    return Own(node, enter(node, content, by=by, first=desk_of(node, PASSES).today(), about=about))


def complete(
    house: House,
    person: Person | None,
    number: str,
    content: Mapping[str, object],
    expected_version: int,
) -> Own:
    """Change an application that nobody has decided on; raises `Conflict` for any other."""
    found = own_one(house, person, number)
    if found.record.state != _APPLIED:
        raise Conflict(
            "fireworks.decided-already",
            message("The authority has decided on this application."),
            now=message("Apply again, or ask the authority."),
        )
    by = online_desk(found.house, _APPLICANT)
    record = registers.correct(
        found.house, PASSES, number, content, by=by, expected_version=expected_version
    )
    return Own(found.house, record)


def own(house: House, person: Person | None) -> Sequence[Own]:
    """Every pass and application of this person at the nodes here, the newest first."""
    found = list(_own(house, signed_in(person)))
    return sorted(found, key=lambda one: one.record.recorded_at, reverse=True)


def own_one(house: House, person: Person | None, number: str) -> Own:
    """One of them; raises the same `NotFound` for one of somebody else as for none."""
    found = next((one for one in own(house, person) if one.record.id == number), None)
    if found is None:
        raise NotFound("fireworks.not-your-pass", message("You have no pass with this number."))
    return found


def own_history(found: Own) -> Sequence[Record]:
    """What became of it, the newest first."""
    return registers.history(found.house, PASSES, found.record.id)


def replace(house: House, number: str, *, by: Acting, reason: str) -> Record:
    """Issue a new pass with the same content and last day, and end the old one, in one work.

    For a pass that was lost, stolen or damaged. Raises `Conflict` for a pass that cannot be
    replaced, `NotAllowed`, `NotFound`, and `Invalid` without a reason.
    """
    desk, move = desk_of(house, PASSES), PASSES.move("replace")
    desk.require(by, "write")
    why, today = given_reason(reason, needed=True), desk.today()

    def work(connection: Connection) -> Record:
        before = kept_of(connection, desk.vault, number)
        with Pen(connection, desk, by) as pen:
            old = pen.move(number, move, today, why)
            span = Span(max(today, old.valid_from), old.valid_to)
            record = pen.enter(old.content or {}, "valid", span, "", before.about)
        notices.tell(connection, desk, record, span.first)
        holders.belongs(connection, house, record.id, before.about)
        return record

    return house.store.write(work)


def enter(
    house: House,
    content: Mapping[str, object],
    *,
    by: Acting,
    first: date,
    about: Sequence[str] = (),
) -> Record:
    """Enter an application; `about` are the tokens of the holder, who finds it again by them.

    Raises `Invalid` with a fault for each field, and `NotAllowed`.
    """
    desk = desk_of(house, PASSES)
    desk.require(by, "write")
    kept, span = checked(PASSES, content), Span(first, None)

    def work(connection: Connection) -> Record:
        with Pen(connection, desk, by) as pen:
            record = pen.enter(kept, _APPLIED, span, "", tuple(about))
        holders.belongs(connection, house, record.id, about)
        return record

    return house.store.write(work)


def _own(house: House, person: Person) -> Iterator[Own]:
    for node in federation_of(house).own.values():
        for number in holders.numbers_of(node.house, person):
            record = registers.record_of(node.house, PASSES, number)
            if record.content is not None:  # nothing is left of one that was erased
                yield Own(node.house, record)


def signed_in(person: Person | None) -> Person:
    """The person; raises `NotSignedIn` for nobody."""
    if person is None:
        raise NotSignedIn(
            "fireworks.sign-in",
            message("Sign in to apply, or to see your passes."),
            why=message("Only you may see them."),
        )
    return person


def number_of(text: str) -> str:
    """The number of a pass as it was typed; raises `Invalid` for what is none."""
    number = numbers.read(text)
    if number.mark != PASSES.mark:
        raise numbers.refused("number", message("This is not the number of a pyropass."))
    return number.text
