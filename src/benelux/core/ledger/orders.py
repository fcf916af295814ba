"""What officers decide on entries of their authority's ledger: tell later, tell now, erase.

Whoever keeps a register decides on what was asked of it. That a person is told later is a decision
on record with its ground and its case; it has an end, and may be decided anew before that.
"""

from datetime import date
from typing import Final

from benelux.core.exchange.federation import federation_of
from benelux.core.house import House
from benelux.core.identity.facts import Facts, Matter
from benelux.core.identity.may import Decision, may
from benelux.core.ledger import Decision as Decided
from benelux.core.ledger import citizen, erasure
from benelux.core.ledger.citizen import Order
from benelux.core.ledger.log import Log, data_in, ledger_of
from benelux.core.ledger.model import Delay, Receipt
from benelux.core.registers.values import Acting

_POSTPONE: Final = "postpone"
_TELL: Final = "tell"
_ERASE: Final = "erase-entry"


def postpone(  # noqa: PLR0913, PLR0917 - who decides, on which entry, until when and why
    by: Acting, house: House, shard: str, number: int, until: date, why: Facts
) -> Receipt:
    """Do not tell the person concerned of that consultation before the day `until`.

    `why` is the legal ground and the case. Raises `NotAllowed` with the reasons, also for a day
    that is past or too far away, `NotFound`, and `Invalid` for an entry that is no consultation.
    """
    home = home_of(house, by)
    days = (until - _today(home)).days
    facts = Facts(
        instrument=why.instrument, article=why.article, case=why.case, more={"days": days}
    )
    decision = _permitted(by, _POSTPONE, home, shard, facts)
    delay = Delay(until, facts.ground or "", by.organisation, facts.case or "")
    return citizen.postpone(_log(home, shard), number, delay, _order(by, decision))


def tell(by: Acting, house: House, shard: str, number: int) -> Receipt:
    """End a delay, so that the person concerned sees that consultation from today.

    Raises `NotAllowed`, `NotFound`, and `Conflict` when there is no delay.
    """
    home = home_of(house, by)
    decision = _permitted(by, _TELL, home, shard, Facts())
    return citizen.tell(_log(home, shard), number, _today(home), _order(by, decision))


def delay_of(by: Acting, house: House, shard: str, number: int) -> Delay | None:
    """What keeps that entry back today, for those who may end it; raises as `tell` does."""
    home = home_of(house, by)
    _permitted(by, _TELL, home, shard, Facts())
    log = _log(home, shard)
    with home.store.read() as connection:
        data_in(connection, shard, number)
        return citizen.running(connection, log, number, _today(home))


def erase(by: Acting, house: House, shard: str, number: int, why: Facts) -> Receipt:
    """Destroy what that entry says, on a legal ground and for a case.

    Raises `NotAllowed`, `NotFound`, and `Conflict` when there is nothing that may be erased.
    """
    home = home_of(house, by)
    _permitted(by, _ERASE, home, shard, why)
    name = f"{by.organisation} {by.pseudonym}, {why.case}"
    return erasure.erase(_log(home, shard), number, why.ground or "", name)


def home_of(house: House, by: Acting) -> House:
    """Where this officer's authority has its ledger: the node of its country, or this portal."""
    node = federation_of(house).own.get(by.actor.country)
    return node.house if node else house


def _permitted(by: Acting, action: str, home: House, shard: str, facts: Facts) -> Decision:
    """Asked first, so that nobody learns which entries there are; raises `NotAllowed`."""
    matter = Matter.ledger_of(shard, home.settings.country)
    decision = may(by.actor, action, matter, facts)
    decision.require()
    return decision


def _order(by: Acting, decision: Decision) -> Order:
    said = Decided(decision.granted, decision.policy_version, decision.rules)
    return Order(by.pseudonym, said)


def _log(home: House, shard: str) -> Log:
    return ledger_of(home).log(shard)


def _today(home: House) -> date:
    """By the ledger's own clock, as `consultations_of` is asked."""
    return ledger_of(home).clock().date()
