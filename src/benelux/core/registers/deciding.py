"""Whether a question may be answered, and how it stands in the ledger."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from benelux.core.errors import Conflict, Fault, Invalid, Refusal
from benelux.core.identity.accords import accord_holds
from benelux.core.identity.facts import Facts
from benelux.core.identity.may import Decision, may
from benelux.core.language import Message, message
from benelux.core.ledger import Actor, Consultation, Entry
from benelux.core.ledger import Decision as Decided
from benelux.core.ledger.model import AnswerKind
from benelux.core.ledger.service import entry_of
from benelux.core.registers.declaration import Purpose
from benelux.core.registers.desk import Desk
from benelux.core.registers.letters import unseen
from benelux.core.registers.values import Acting
from benelux.core.registers.vault import digest

_LONGEST: Final = {"case": 200, "purpose": 100, "instrument": 200, "article": 60, "channel": 60}
_LONGEST_REQUEST: Final = 100
_ABOUT: Final = 2
"""A question on record is about so many at least; tokens of nobody fill up."""
_LONGEST_WORD: Final = 8
"""Letters of the longest answer."""
_STEP: Final = 64
_TOO_OFTEN: Final = "register.too-often"


@dataclass(frozen=True, slots=True)
class Case:
    """Who asks what on which facts, and what the policies said to it."""

    desk: Desk
    by: Acting
    action: str
    facts: Facts
    decision: Decision
    object: str

    @property
    def purpose(self) -> Purpose | None:
        return self.desk.register.purpose(self.facts.purpose or "")

    def refusal(self) -> Refusal:
        """Why it is not answered, as the policies say."""
        try:
            self.decision.require()
        except Refusal as refusal:
            return refusal
        return Conflict(
            "registers.was-refused",
            message("This request was refused before."),
            now=message("Ask again, with a new request number."),
        )

    def digest(self, *asked: str | date | None) -> bytes:
        """What makes a question the same one: what is asked, by whom, and why."""
        facts = self.facts
        return digest(
            self.desk.register.name, self.by.organisation, self.by.pseudonym, facts.purpose,
            facts.instrument, facts.article, facts.offence_months, facts.case, facts.channel,
            facts.consent, *asked,
        )  # fmt: skip

    def consultation(self, answer: AnswerKind, *, too_often: bool = False) -> Consultation:
        """How it stands on record; `too_often` says that only the limit was in the way."""
        granted = self.decision.granted and not too_often
        return Consultation(
            actor=Actor(self.by.organisation, self.by.service, self.by.pseudonym),
            action=self.action,
            object=self.object,
            purpose=self.facts.purpose or "",
            ground=self.decision.ground or "",
            decision=Decided(
                allowed=granted,
                policy=self.decision.policy_version,
                rules=(_TOO_OFTEN,) if too_often else self.decision.rules,
            ),
            answer=answer if granted else "refused",
            case=self.facts.case or "",
            offence_months=self.facts.offence_months,
        )

    def entry(
        self,
        answer: AnswerKind,
        about: Iterable[str],
        request: str = "",
        *,
        too_often: bool = False,
    ) -> Entry:
        """The same as an entry about these persons, of a size that does not tell the answer."""
        told = self.consultation(answer, too_often=too_often)
        entry = entry_of(told, _concerned(about), request)
        return replace(entry, content=filled(entry.content, told.answer, b" "))


def filled(packed: bytes, word: str, by: bytes) -> bytes:
    """What says `word`, made as long as if it said another, so that its size does not tell."""
    least = len(packed) - len(word) + _LONGEST_WORD
    return packed.ljust(-(-least // _STEP) * _STEP, by)


def decide(  # noqa: PLR0913 - who asks what about what, when and for which day
    desk: Desk, action: str, subject: str, *, by: Acting, facts: Facts, now: datetime, day: date
) -> Case:
    """Ask the policies. `subject` is hidden by the register's key wherever it is kept.

    The time and whether an accord holds are never taken from who asks.
    """
    accord = accord_holds(
        desk.store, facts.ground or "", by.actor.country, desk.keeper.country, day
    )
    here = replace(facts, time=now, accord=accord)
    decision = may(by.actor, action, desk.matter, here)
    return Case(desk, by, action, here, decision, desk.vault.hide("object", subject).hex())


def _concerned(about: Iterable[str]) -> tuple[str, ...]:
    """The persons concerned, each once; no fewer entries in an index where there is nobody."""
    found = tuple(dict.fromkeys(about))
    return found + tuple(f"nobody {secrets.token_hex(8)}" for _ in range(_ABOUT - len(found)))


def checked_request(request: str, facts: Facts) -> None:
    """Raises `Invalid` for a request without a number, and for facts that nobody could put down."""
    given = {"request": request, **{name: getattr(facts, name) or "" for name in _LONGEST}}
    faults = [Fault(name, wrong) for name, text in given.items() if (wrong := _wrong(name, text))]
    if not request.strip():
        faults.append(Fault("request", message("Give the request a number of its own.")))
    if faults:
        raise unclear(*faults)


def _wrong(name: str, text: str) -> Message | None:
    longest = _LONGEST.get(name, _LONGEST_REQUEST)
    if len(text) > longest:
        return message("Use at most {n} characters.", n=longest)
    return unseen(text)


def unclear(*faults: Fault) -> Invalid:
    return Invalid(
        "registers.unclear-question",
        message("This question cannot be answered as it is."),
        faults=faults,
    )
