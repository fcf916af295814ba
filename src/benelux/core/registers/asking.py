"""Asking a register: what may be told is told, and every question is on record, refused ones too.

The same is done in the same order whether there is a record or not, and whether the question is
allowed or not: look up, compare, decide, put on record. So neither the time that an answer takes
nor what it leaves behind tells what it does not say.
"""

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future
from datetime import date
from typing import Final

from benelux.core.house import House
from benelux.core.ledger.model import AnswerKind
from benelux.core.ledger.writing import Item
from benelux.core.registers.answers import Answered, Before, Offer, counter_of
from benelux.core.registers.deciding import Case, checked_request, decide
from benelux.core.registers.declaration import Question, find
from benelux.core.registers.desk import desk_of
from benelux.core.registers.looking import Match, look_up
from benelux.core.registers.lookups import sought
from benelux.core.registers.values import Acting, Asking, Reply, Subject, Verdict


def ask(house: House, asking: Asking, *, by: Acting, country: str = "") -> Reply:
    """Answer one question as far as the law allows, once it is on record.

    `country` is where the answer is to count, the asker's own when it is not given. Raises
    `Invalid` for what is no question, `NotAllowed` with the reasons, `TooMany`, and `Conflict`
    when the request number was used for another question.
    """
    return submit(house, asking, by=by, country=country).result()


async def ask_async(
    house: House, asking: Asking, *, by: Acting, country: str = "", before: Before | None = None
) -> Reply:
    """`ask` for many at once: those who wait for the disk together share one commit."""
    return await asyncio.wrap_future(submit(house, asking, by=by, country=country, before=before))


def submit(
    house: House, asking: Asking, *, by: Acting, country: str = "", before: Before | None = None
) -> "Future[Reply]":
    """Look up and decide now; the future has the answer once the question is on disk.

    `before` is done first in the transaction that puts it on record, and refuses it by raising.
    """
    register = find(house.domains, asking.register)
    checked_request(asking.request, asking.facts)
    wanted = sought(register, asking.subject)
    desk = desk_of(house, register)
    now = desk.now()
    day = desk.today() if asking.day is None else asking.day
    matches = look_up(desk, wanted, asking.question, day)
    parts = parts_of(asking.subject)
    case = decide(
        desk, asking.question.action, str(parts), by=by, facts=asking.facts, now=now, day=day
    )
    country = country or by.actor.country
    verdict = _verdict(asking.question, matches)
    numbered = f"{by.organisation} {register.name} {asking.request}"
    about = tuple(token for one in matches for token in one.about)
    hit = asking.question is Question.HIT
    offer = Offer(
        case=case,
        question=asking.question,
        subject=asking.subject,
        answered=Answered(
            digest=case.digest(asking.question, asking.day, country, *parts),
            verdict=verdict,
            at=now,
            granted=case.decision.granted,
            quality="" if hit or not matches else matches[0].quality,
            ground=case.decision.ground or "",
            recognised="" if hit else _recognised(case, country, day),
            records=() if hit else tuple((one.id, one.version) for one in matches),
        ),
        found=() if hit else tuple(one.found for one in matches),
        request=desk.vault.hide("request", numbered),
        about=about,
        item=Item.of(desk.log.ring, case.entry(_KINDS[verdict], about, numbered)),
        before=before,
    )
    return counter_of(desk).submit(offer)


_KINDS: Final[dict[Verdict, AnswerKind]] = {
    "hit": "hit",
    "no-hit": "no-hit",
    "good": "status",
    "not-good": "status",
    "unknown": "status",
    "record": "record",
}


def _verdict(question: Question, matches: Sequence[Match]) -> Verdict:
    match question:
        case Question.HIT:
            return "hit" if matches else "no-hit"
        case Question.STATUS:
            good = any(one.good for one in matches)
            return "good" if good else "not-good" if matches else "unknown"
        case Question.FULL:
            return "record" if matches else "unknown"


def _recognised(case: Case, country: str, day: date) -> str:
    """By which source that country takes a record from here as its own; empty where by none."""
    desk = case.desk
    if country == desk.keeper.country:
        return ""
    found = desk.register.recognised_in(country, day)
    return found.source if found else ""


def parts_of(one: Subject) -> tuple[str, ...]:
    """All that is asked about, in one order."""
    return (
        one.number, *one.exact, one.family, one.given, one.born, one.country, one.plate
    )  # fmt: skip
