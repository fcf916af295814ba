"""Reports about explosives precursors: made, read, answered, followed, and destroyed in time."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from benelux.core.errors import Conflict, Fault, Invalid, NotFound
from benelux.core.house import House
from benelux.core.language import message
from benelux.core.registers import numbers
from benelux.domains.fireworks import tables
from benelux.domains.fireworks.model.precursors import (
    Filed,
    Receipt,
    Report,
    ReportState,
    Word,
    Writer,
)
from benelux.domains.fireworks.rules import precursors as rules
from benelux.domains.fireworks.service import sealed

MARK: Final = "PR"
MOST_WORDS: Final = 100
LONGEST_WORD: Final = 4000
_SECRET: Final = 16
_CONTENT: Final = "report"


def file(  # noqa: PLR0913 - what is reported, where it came from, and when
    connection: Connection,
    house: House,
    report: Report,
    *,
    now: datetime | None = None,
    origin: str = "",
    reference: str = "",
) -> Receipt:
    """Keep a report in the tray of the contact point whose node `house` is.

    What was kept long enough is destroyed on the same occasion.
    The receipt holds the only copy of the secret. Raises `Invalid` with one fault for each field.
    """
    moment = now or datetime.now(UTC)
    faults = tuple(rules.wrong(report, moment))
    if faults:
        raise Invalid(
            "fireworks.report", message("This report cannot be taken as it is."), faults=faults
        )
    sweep(connection, moment)
    name = reference or numbers.new(report.country, MARK)
    key, wrapped = sealed.new_key(house, name)
    secret = "" if origin else secrets.token_hex(_SECRET)
    connection.execute(
        insert(tables.report).values(
            reference=name, country=report.country, kind=report.kind, state="new",
            received_at=moment, due_at=rules.due(report.noticed_at),
            keep_until=rules.keep_until(moment), origin=origin, passed_to=[],
            secret_hash=sealed.hashed(secret) if secret else b"", wrapped=wrapped,
            sealed=key.seal(report, _CONTENT),
        )
    )  # fmt: skip
    return Receipt(name, secret, report.country)


def tray(connection: Connection, house: House) -> Sequence[Filed]:
    """Every report that this contact point has, the newest first."""
    rows = connection.execute(
        select(tables.report).order_by(
            tables.report.c.received_at.desc(), tables.report.c.reference
        )
    ).mappings()
    return [_filed(house, row) for row in rows]


def find(connection: Connection, house: House, reference: str) -> Filed:
    """One report; raises `NotFound`."""
    return _filed(house, _row(connection, reference))


def words(connection: Connection, house: House, reference: str) -> Sequence[Word]:
    """What was said about a report, in its order; nothing once it was destroyed."""
    row = _row(connection, reference)
    if row["wrapped"] is None:
        return ()
    key = sealed.key_of(house, reference, row["wrapped"])
    table = tables.word
    asked = select(table).where(table.c.reference == reference).order_by(table.c.number)
    return [
        Word(
            one["number"], one["at"], one["writer"], one["country"],
            key.open(one["sealed"], _place(one["number"]), str),
        )
        for one in connection.execute(asked).mappings()
    ]  # fmt: skip


def followed(connection: Connection, house: House, reference: str, secret: str) -> Filed:
    """The report of whoever has its secret.

    Raises the same `NotFound` for a wrong secret as for a report that is not there.
    """
    row = connection.execute(
        select(tables.report).where(tables.report.c.reference == reference)
    ).mappings().first()  # fmt: skip
    kept = bytes(row["secret_hash"]) if row is not None else b""
    if not sealed.fits(secret, kept) or row is None:
        raise NotFound(
            "fireworks.no-such-report",
            message("There is no report with this reference and secret."),
            now=message("Look at both again; capitals and hyphens do not matter."),
        )
    return _filed(house, row)


def say(  # noqa: PLR0913 - what is said about what, by whom, from where
    connection: Connection,
    house: House,
    reference: str,
    text: str,
    writer: Writer,
    *,
    country: str,
    now: datetime | None = None,
) -> int:
    """Add a word to a report; its number. An answer of the contact point sets it “answered”.

    Raises `Conflict` for a report that is closed, `Invalid` for a word that is empty or too long.
    """
    row = _row(connection, reference)
    if row["state"] == "closed" or row["wrapped"] is None:
        raise Conflict(
            "fireworks.report-closed",
            message("This report is closed."),
            now=message("Make a new report."),
        )
    if not text.strip() or len(text) > LONGEST_WORD:
        wish = message("Write something, of at most {n} characters.", n=LONGEST_WORD)
        raise Invalid("fireworks.word", wish, faults=(Fault("text", wish),))
    table = tables.word
    newest = select(func.max(table.c.number)).where(table.c.reference == reference)
    number = int(connection.scalar(newest) or 0) + 1
    if number > MOST_WORDS:
        wish = message("No more than {n} messages fit on one report.", n=MOST_WORDS)
        raise Invalid("fireworks.too-many-words", wish, faults=(Fault("text", wish),))
    key = sealed.key_of(house, reference, row["wrapped"])
    connection.execute(
        insert(table).values(
            reference=reference, number=number, at=now or datetime.now(UTC), writer=writer,
            country=country, sealed=key.seal(text.strip(), _place(number)),
        )
    )  # fmt: skip
    if writer == "contact-point":
        _set_state(connection, reference, "answered")
    return number


def set_state(connection: Connection, reference: str, state: ReportState) -> None:
    """Take a report up, or close it. Raises `Conflict` for one that is closed."""
    if _row(connection, reference)["state"] == "closed":
        raise Conflict("fireworks.report-closed", message("This report is closed."))
    _set_state(connection, reference, state)


def share_with(connection: Connection, reference: str, countries: Sequence[str]) -> None:
    """Note which other contact points have this report."""
    table = tables.report
    passed = update(table).where(table.c.reference == reference)
    connection.execute(passed.values(passed_to=list(countries)))


def is_here(connection: Connection, reference: str) -> bool:
    table = tables.report
    asked = select(table.c.reference).where(table.c.reference == reference)
    return connection.scalar(asked) is not None


def sweep(connection: Connection, now: datetime) -> int:
    """Destroy what was kept long enough; how many reports that were.

    What stays is that there was one: its reference, country, kind and days.
    """
    table = tables.report
    due = list(
        connection.scalars(
            select(table.c.reference).where(table.c.keep_until <= now, table.c.sealed.is_not(None))
        )
    )
    if due:
        connection.execute(delete(tables.word).where(tables.word.c.reference.in_(due)))
        connection.execute(
            update(table)
            .where(table.c.reference.in_(due))
            .values(sealed=None, wrapped=None, secret_hash=b"", state="closed")
        )
    return len(due)


def _set_state(connection: Connection, reference: str, state: ReportState) -> None:
    table = tables.report
    connection.execute(update(table).where(table.c.reference == reference).values(state=state))


def _row(connection: Connection, reference: str) -> RowMapping:
    asked = select(tables.report).where(tables.report.c.reference == reference)
    row = connection.execute(asked).mappings().first()
    if row is None:
        raise NotFound(
            "fireworks.no-such-report",
            message("There is no report “{reference}”.", reference=reference[:60]),
        )
    return row


def _filed(house: House, row: RowMapping) -> Filed:
    content = None
    over = row["keep_until"] <= datetime.now(UTC)  # whether or not it was swept yet
    if row["wrapped"] is not None and row["sealed"] is not None and not over:
        key = sealed.key_of(house, row["reference"], row["wrapped"])
        content = key.open(row["sealed"], _CONTENT, Report)
    return Filed(
        row["reference"], row["country"], row["kind"], row["state"], row["received_at"],
        row["due_at"], row["keep_until"], row["origin"], tuple(row["passed_to"]), content,
    )  # fmt: skip


def _place(number: int) -> str:
    return f"word/{number}"
