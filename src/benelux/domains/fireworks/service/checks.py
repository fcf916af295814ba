"""Checking a pass: at the counter with the holder's consent, at the roadside by an officer.

The keeper is asked. Where its node does not answer, what it told last by a notice is used, and the
answer says so; what the document itself says is used only when its signature holds.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal

from benelux.core.answer import Answer, Truth
from benelux.core.errors import Fault, Invalid, NotAllowed, Unavailable
from benelux.core.exchange.fanout import Failure, fan_out
from benelux.core.exchange.federation import federation_of, node_for
from benelux.core.exchange.lines import SILENT
from benelux.core.house import House
from benelux.core.identity.facts import Facts
from benelux.core.language import Language, Message, message
from benelux.core.registers.credential import Document, open_document
from benelux.core.registers.declaration import Purpose, Question
from benelux.core.registers.issuers import issuers_of
from benelux.core.registers.notices import Notice, notice_of
from benelux.core.registers.numbers import Number
from benelux.core.registers.numbers import read as read_number
from benelux.core.registers.telling import legal_day
from benelux.core.registers.values import Acting, Asking, Found, Reply, Subject
from benelux.core.territory import LEGAL_TIME
from benelux.domains.fireworks.registers import PASSES
from benelux.domains.fireworks.rules import passes as rules
from benelux.domains.fireworks.service import clients
from benelux.domains.fireworks.service.passes import number_of, online_desk

Source = Literal["keeper", "notice", "nobody"]
WITHIN_S: Final = 5.0
COUNTER: Final = Purpose("fireworks-counter", message("Check of a pass at the counter"), 120, 400)
_AWAY: Final = frozenset({*SILENT, "exchange.resting"})
_DOCUMENT: Final = "."
"""What stands in the text of every document, and in no number."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a check: for each category whether it may be handed over, and who said so."""

    number: str
    country: str
    here: str
    day: date
    source: Source
    told_at: datetime | None
    shown: rules.Shown
    answers: Mapping[str, Answer[Truth]]
    failure: Message | None = None
    receipt: tuple[str, int] = ("", 0)
    quality: str = ""
    """How a person was found; a human has to confirm that it is the same one."""

    @property
    def holds(self) -> Truth:
        return _known(rules.holds(self.shown, self.day))

    def may(self, category: str) -> Truth:
        return _known(self.answers[category])


@dataclass(frozen=True, slots=True)
class Checks:
    """The outcomes of one question, and the countries that did not answer."""

    found: Sequence[Outcome]
    failures: Sequence[Failure] = ()


def at_the_counter(  # noqa: PLR0913 - what is shown where, by whom, and who asks
    house: House, text: str, here: str, *, consent: bool, client: str, language: Language = "en"
) -> Outcome:
    """Check the pass with that number, or with the text of its QR code, for whoever sells.

    The licensing authority's own desk asks, and has it on record. Raises `Invalid` for what is no
    pass or without consent, `TooMany` for an address that asks too often.
    """
    if not consent:
        wish = message("Ask the holder first; without their consent a pass is not checked.")
        raise Invalid("fireworks.no-consent", wish, faults=(Fault("consent", wish),))
    number, document = read(house, text)
    node = counter(house, here)
    clients.count(house, COUNTER, client, datetime.now(UTC))
    facts = _facts("sale", consent=True)
    asking = _asking(Subject(number=number.text), facts)
    return _check(house, node, asking, number, document, here, online_desk(node, "counter"),
                  language)  # fmt: skip


def by_an_officer(  # noqa: PLR0913 - as above
    house: House, text: str, *, by: Acting, purpose: str = "inspection", case: str = "",
    language: Language = "en",
) -> Outcome:  # fmt: skip
    """The same for an officer, who needs no consent; raises `Invalid`."""
    number, document = read(house, text)
    here = by.actor.country
    asking = _asking(Subject(number=number.text), _facts(purpose, case=case))
    node = counter(house, here)
    return _check(house, node, asking, number, document, here, by, language)


def of_a_person(  # noqa: PLR0913 - as above
    house: House, family: str, given: str, born: str, *, by: Acting, case: str = "",
    language: Language = "en",
) -> Checks:  # fmt: skip
    """For an officer before whom somebody stands without a pass: all countries are asked."""
    subject = Subject(family=family, given=given, born=born)
    asking = _asking(subject, _facts("inspection", case=case))
    answers = fan_out(federation_of(house), asking, by, WITHIN_S, language=language)
    here, today = by.actor.country, legal_day(datetime.now(UTC))
    found = [
        _told(reply, one, here, today, None) for reply in answers.replies for one in reply.found
    ]
    return Checks(found, answers.failures)


def counters(house: House) -> Sequence[str]:
    """The countries in which one can check here."""
    return tuple(federation_of(house).own)


def counter(house: House, here: str) -> House:
    """The node of the country in which the articles would be handed over; raises `Invalid`."""
    known = counters(house)
    if not known:
        raise Unavailable("fireworks.no-counter", message("No pass can be checked on this portal."))
    if here not in known:
        wish = message("may be: {known}", known=", ".join(known))
        what = message("Passes are not checked in this country here.")
        raise Invalid("fireworks.no-such-counter", what, faults=(Fault("here", wish),))
    return node_for(house, here)


def read(house: House, text: str) -> tuple[Number, Document | None]:
    """The number that was typed, or that of the document that was scanned.

    Raises `Invalid` for a document whose signature does not hold, and `NotFound` when nobody knows
    the key that signed it.
    """
    text = text.strip()
    document = open_document(text, issuers_of(house)) if _DOCUMENT in text else None
    if document is not None and document.register != PASSES.name:
        raise Invalid("fireworks.other-document", message("This document is not a pyropass."))
    number = read_number(number_of(document.number if document else text))
    if number.country not in federation_of(house).countries:
        wish = message("No node of {country} is known here.", country=number.country)
        raise Invalid("fireworks.no-such-country", wish, faults=(Fault("number", wish),))
    return number, document


def _check(  # noqa: PLR0913, PLR0917 - as above
    house: House, node: House, asking: Asking, number: Number, document: Document | None,
    here: str, by: Acting, language: Language,
) -> Outcome:  # fmt: skip
    answers = fan_out(
        federation_of(house), asking, by, WITHIN_S, countries=(number.country,), language=language
    )
    today = legal_day(datetime.now(UTC))
    for reply in answers.replies:
        found = next(iter(reply.found), None)
        return _told(reply, found, here, today, number)
    failure = _away(answers.failures)
    with node.store.read() as connection:
        notice = notice_of(connection, number.text)
    shown = _without_keeper(number, notice, document, today)
    return Outcome(
        number.text, number.country, here, today, "notice" if notice else "nobody",
        notice.told_at if notice else None, shown, _answers(shown, here, today), failure,
    )  # fmt: skip


def _away(failures: Sequence[Failure]) -> Message | None:
    """Why there is no answer; raises `NotAllowed` where the keeper did answer, and refused."""
    for one in failures:
        if one.code not in _AWAY:
            raise NotAllowed(one.code, one.message)
        return one.message
    return None


def _told(
    reply: Reply, found: Found | None, here: str, today: date, asked: Number | None
) -> Outcome:
    """What the keeper says; that it knows no such pass is an answer too."""
    if found is None:
        none = message("There is no such pass")
        shown = rules.Shown(reply.country, good=False, standing=none, first=None, categories=())
    else:
        state = PASSES.state(found.state)
        given = found.fields.get("categories")
        shown = rules.Shown(
            reply.country, state.good, state.label, found.valid_from, found.valid_to,
            tuple(given) if isinstance(given, list) else (),
        )  # fmt: skip
    number = found.number if found else asked.text if asked else ""
    return Outcome(
        number, reply.country, here, today, "keeper", reply.at, shown,
        _answers(shown, here, today), receipt=reply.receipt,
        quality="" if asked else reply.quality,
    )  # fmt: skip


def _without_keeper(
    number: Number, notice: Notice | None, document: Document | None, today: date
) -> rules.Shown:
    """What is known while the keeper is away: its last notice, and what the document says."""
    good, standing = None, None
    if notice is not None and notice.first <= today:
        good, standing = notice.good, PASSES.state(notice.state).label
    if document is None:
        return rules.Shown(number.country, good, standing)
    named = document.fields.get("categories")
    end = document.ends
    return rules.Shown(
        number.country, good, standing, legal_day(document.begins),
        None if end is None else legal_day(end - timedelta(seconds=1)),
        tuple(named) if isinstance(named, list) else (),
    )  # fmt: skip


def _known(answer: Answer[Truth]) -> Truth:
    return Truth.UNKNOWN if answer.value is None else answer.value


def _answers(shown: rules.Shown, here: str, day: date) -> Mapping[str, Answer[Truth]]:
    categories = (one.id for one in rules.pass_rules().categories)
    return {one: rules.may_receive(shown, one, here, day) for one in categories}


def _asking(subject: Subject, facts: Facts) -> Asking:
    return Asking(PASSES.name, Question.STATUS, subject, facts, secrets.token_hex(16))


def _facts(purpose: str, *, consent: bool | None = None, case: str = "") -> Facts:
    return Facts(
        purpose=purpose, instrument=rules.INSTRUMENT, article=rules.ARTICLE, case=case or None,
        time=datetime.now(LEGAL_TIME), consent=consent,
    )  # fmt: skip
