"""Reading a report, which is itself put on record."""

from collections.abc import Sequence
from typing import Final

from benelux.core.ledger import ledger_of
from benelux.core.ledger import service as ledger
from benelux.core.ledger.model import Actor, Consultation, Decision
from benelux.domains.fireworks.model.precursors import Filed, Word
from benelux.domains.fireworks.service import reports
from benelux.domains.fireworks.service.offices import REPORTS, Desk

_ACTION: Final = "read-report"
_PURPOSE: Final = "explosives-precursors"


def read(at: Desk, reference: str) -> tuple[Filed, Sequence[Word]]:
    """A report and what was said about it; that this officer read it is on record first.

    Raises `NotFound`.
    """
    with at.house.store.read() as connection:
        filed = reports.find(connection, at.house, reference)
        said = reports.words(connection, at.house, reference)
    acting = at.acting
    consultation = Consultation(
        actor=Actor(acting.organisation, acting.service, acting.pseudonym),
        action=_ACTION,
        object=f"{REPORTS} {filed.reference}",
        purpose=_PURPOSE,
        ground=at.decision.ground,
        decision=Decision(allowed=True, policy=at.decision.policy_version, rules=at.decision.rules),
        answer="record",
        case=filed.reference,
    )
    ledger.record(ledger_of(at.house), at.authority, consultation)
    return filed, said
