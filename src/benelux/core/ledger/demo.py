"""Invented consultations about an invented citizen, to try the ledger on one's own machine."""

from datetime import timedelta
from typing import Final

from benelux.core.ledger import service
from benelux.core.ledger.log import Ledger
from benelux.core.ledger.model import Actor, AnswerKind, Consultation, Decision, Delay

SHARDS: Final = ("demo-be-police", "demo-lu-police", "demo-nl-police")
CITIZEN: Final = "sign-in demo demo-citizen"
_TREATY: Final = "Trb. 2018, 160"


def furnish(ledger: Ledger) -> None:
    """Put the invented consultations on record, in ledgers that are not there yet."""
    known = set(ledger.shards())
    until = ledger.clock().date() + timedelta(days=30)
    delay = Delay(until, f"{_TREATY}, art. 18", "Public prosecutor (invented)")
    for number, (shard, what, about, lasting) in enumerate(_STORIES):
        if shard in known:
            continue
        service.record(
            ledger,
            shard,
            what,
            about=(about,),
            request=f"demo {number}",  # several processes start at once
            delay=delay if lasting else None,
        )


def _asked(  # noqa: PLR0913, PLR0917 - a story in one line
    organisation: str, person: str, action: str, purpose: str, article: str, answer: AnswerKind
) -> Consultation:
    return Consultation(
        actor=Actor(organisation, "demo", person),
        action=action,
        object="demo-token-7f3a",
        purpose=purpose,
        ground=f"{_TREATY}, {article}",
        decision=Decision(allowed=True, policy="demo-1", rules=("demo",)),
        answer=answer,
        case=f"DEMO-{person}",
    )


_STORIES: Final = (
    (
        "demo-be-police",
        _asked("Police of Arlon (invented)", "a41", "ask", "missing person", "art. 13", "hit"),
        CITIZEN,
        False,
    ),
    (
        "demo-nl-police",
        _asked("Police of Maastricht (invented)", "m07", "ask", "theft", "art. 14", "no-hit"),
        CITIZEN,
        False,
    ),
    (
        "demo-nl-police",
        _asked("Police of Venlo (invented)", "v12", "ask", "fraud", "art. 14", "no-hit"),
        "somebody else",
        False,
    ),
    (
        "demo-lu-police",
        _asked("Police of Esch (invented)", "e23", "ask", "road check", "art. 12", "status"),
        CITIZEN,
        False,
    ),
    (
        "demo-be-police",
        _asked("Police of Liège (invented)", "l19", "ask", "investigation", "art. 14", "hit"),
        CITIZEN,
        True,
    ),
)
