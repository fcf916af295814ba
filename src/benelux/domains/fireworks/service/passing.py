"""Reports that concern another country: passed on to its contact point, and its words back."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Final

import msgspec
from msgspec import Meta
from sqlalchemy import Connection

from benelux.core.errors import Conflict, Fault, Invalid, NotAllowed
from benelux.core.exchange.envelope import Envelope
from benelux.core.exchange.handlers import Handler
from benelux.core.exchange.outbox import Draft, put
from benelux.core.house import House
from benelux.core.identity.authority import Authority
from benelux.core.language import message
from benelux.core.registers import numbers
from benelux.domains.fireworks.model.precursors import Filed, Report, Writer
from benelux.domains.fireworks.model.words import Prose
from benelux.domains.fireworks.rules.precursors import COUNTRIES
from benelux.domains.fireworks.service import reports
from benelux.domains.fireworks.service.offices import PRECURSORS, Desk

REPORT: Final = "fireworks.report"
WORD: Final = "fireworks.report-word"


class ReportMessage(msgspec.Struct, frozen=True):
    """A report on its way to another contact point, without who made it."""

    reference: Annotated[str, Meta(max_length=60)]
    content: Report
    received_at: Annotated[datetime, Meta(tz=True)]
    note: Prose


class WordMessage(msgspec.Struct, frozen=True):
    """What one contact point says to the other about a report that both have."""

    reference: Annotated[str, Meta(max_length=60)]
    text: Prose


def pass_on(connection: Connection, reference: str, country: str, note: str, at: Desk) -> None:
    """Let the contact point of that country know, in the same work; without who reported it.

    Raises `Invalid` for a country to which nothing can be passed, `Conflict` for a copy or for one
    that has it already.
    """
    if country not in COUNTRIES or country == at.country:
        wish = message("Choose another country.")
        raise Invalid("fireworks.no-such-country", wish, faults=(Fault("country", wish),))
    filed = reports.find(connection, at.house, reference)
    if filed.origin or filed.content is None or country in filed.passed_to:
        raise Conflict(
            "fireworks.not-passed-on",
            message("This report cannot be passed on to that country."),
            why=message("It came from there, it was passed on already, or it was destroyed."),
        )
    reports.share_with(connection, reference, (*filed.passed_to, country))
    if note.strip():
        reports.say(connection, at.house, reference, note, "other-country", country=at.country)
    put(connection, at.house, draft(at.authority, filed, filed.content, country, note))


def stream(reference: str) -> str:
    """What is said about one report arrives in its order."""
    return f"report/{reference.lower()}"


def draft(sender: str, filed: Filed, content: Report, country: str, note: str = "") -> Draft:
    """The message that brings a report to another contact point, without who made it."""
    unnamed = replace(content, organisation="", contact="")
    body = ReportMessage(filed.reference, unnamed, filed.received_at, note.strip())
    return Draft(sender, country, REPORT, body, stream(filed.reference))


def answer(connection: Connection, reference: str, text: str, at: Desk) -> None:
    """Answer the reporter, here or where they follow it; raises `Conflict` where others do."""
    filed = reports.find(connection, at.house, reference)
    if filed.origin and filed.country != at.country:
        raise Conflict(
            "fireworks.not-ours-to-answer",
            message("The reporter is answered by the contact point of {country}.",
                    country=filed.country),
        )  # fmt: skip
    reports.say(connection, at.house, reference, text, "contact-point", country=at.country)
    if filed.origin:
        body = WordMessage(reference, text.strip())
        put(connection, at.house,
            Draft(at.authority, filed.origin, WORD, body, stream(reference)))  # fmt: skip


def tell(connection: Connection, reference: str, text: str, at: Desk) -> None:
    """Say something to the other contact points that have this report; the reporter sees none.

    Raises `Conflict` when no other has it.
    """
    filed = reports.find(connection, at.house, reference)
    if not filed.partners:
        raise Conflict(
            "fireworks.nobody-to-tell", message("No other contact point has this report.")
        )
    reports.say(connection, at.house, reference, text, "other-country", country=at.country)
    body = WordMessage(reference, text.strip())
    for country in filed.partners:
        put(connection, at.house, Draft(at.authority, country, WORD, body, stream(reference)))


def take_report(connection: Connection, house: House, sent: Envelope, sender: Authority) -> None:
    """Put a report of another country in our tray."""
    body = sent.read(ReportMessage)
    _refuse_uncharged(sender)
    number = numbers.read(body.reference, "reference")
    if number.text != body.reference or number.country != sender.country:
        wrong = message("This is not the number of a report of {country}.", country=sender.country)
        raise Invalid("fireworks.report", wrong, faults=(Fault("reference", wrong),))
    if reports.is_here(connection, body.reference):
        raise Conflict("fireworks.report-known", message("This report is here already."))
    reports.file(
        connection, house, body.content, now=min(body.received_at, sent.sent_at),
        origin=sender.country, reference=body.reference,
    )  # fmt: skip
    if body.note.strip():
        reports.say(
            connection, house, body.reference, body.note, "other-country", country=sender.country
        )


def take_word(connection: Connection, house: House, sent: Envelope, sender: Authority) -> None:
    """Keep a word of another contact point on a report that both have."""
    body = sent.read(WordMessage)
    _refuse_uncharged(sender)
    filed = reports.find(connection, house, body.reference)
    if sender.country not in filed.partners:
        raise NotAllowed(
            "fireworks.not-a-partner", message("The sender was not given this report.")
        )
    # A report that was made here for their contact point is theirs to answer.
    theirs = not filed.origin and filed.country == sender.country
    writer: Writer = "contact-point" if theirs else "other-country"
    reports.say(connection, house, body.reference, body.text, writer, country=sender.country)


def handlers() -> tuple[Handler, ...]:
    """Who takes the messages between contact points."""
    return (Handler(REPORT, take_report, PRECURSORS), Handler(WORD, take_word, PRECURSORS))


def _refuse_uncharged(sender: Authority) -> None:
    if PRECURSORS not in sender.competences:
        raise NotAllowed(
            "fireworks.not-charged", message("The sender is not charged with precursors.")
        )
