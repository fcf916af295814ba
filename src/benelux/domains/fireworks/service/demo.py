"""Invented sheets and reports, for a first look: none of these products or events exists."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection, Table, func, select

from benelux.core.exchange.federation import federation_of
from benelux.core.files import read_yaml
from benelux.core.house import House
from benelux.core.identity.demo import ISSUER
from benelux.core.identity.person import Person
from benelux.domains.fireworks import tables
from benelux.domains.fireworks.model.precursors import Report
from benelux.domains.fireworks.model.sheets import Outcome, Sheet
from benelux.domains.fireworks.rules.sheets import book
from benelux.domains.fireworks.service import passing, reports, sharing, sheets
from benelux.domains.fireworks.service.offices import Desk, contact_point, surveyor

_FILE: Final = Path(__file__).parent / "invented.yaml"
_NOTE: Final = "DEMO: invented"


class InventedSheet(Struct, frozen=True):
    """A sheet of one country; what its label lacks stands in it, all else is in order."""

    country: str
    content: Sheet
    share: bool = False


class InventedReport(Struct, frozen=True):
    """A report: noticed so many hours `ago`, and made so many hours `after` that."""

    country: str
    ago: int
    after: int
    content: Report
    pass_on: str = ""


class Invention(Struct, frozen=True):
    """All of it."""

    sheets: tuple[InventedSheet, ...]
    reports: tuple[InventedReport, ...]


@cache
def invention() -> Invention:
    return read_yaml(_FILE, Invention)


def furnish(house: House) -> None:
    """Give each node of a demonstration its sheets and reports, once."""
    for country, node in federation_of(house).own.items():
        at = surveyor(house, _person("surveyor", country))
        desk = contact_point(house, _person("contact", country))

        def work(connection: Connection, at: Desk = at, desk: Desk = desk) -> None:
            if _own(connection, tables.sheet, at.country) == 0:
                for sheet in invention().sheets:
                    if sheet.country == at.country:
                        _draw_up(connection, sheet, at)
            if _own(connection, tables.report, desk.country) == 0:
                for report in invention().reports:
                    if report.country == desk.country:
                        _file(connection, report, desk)

        node.house.store.write(work)


def _draw_up(connection: Connection, one: InventedSheet, at: Desk) -> None:
    labels = book().labels_for(one.content.category, one.content.found_on)
    checks: dict[str, Outcome] = {label.id: "pass" for label in labels}
    content = replace(one.content, checks={**checks, **one.content.checks})
    key = sheets.draw_up(connection, content, at)
    if one.share:
        sheets.move(connection, key, "ready", at, expected_version=1)
        sharing.share(connection, key, at, expected_version=2)


def _file(connection: Connection, one: InventedReport, at: Desk) -> None:
    noticed = datetime.now(UTC) - timedelta(hours=one.ago)
    content = replace(one.content, noticed_at=noticed)
    made = noticed + timedelta(hours=one.after)
    receipt = reports.file(connection, at.house, content, now=made)
    if one.pass_on:
        passing.pass_on(connection, receipt.reference, one.pass_on, _NOTE, at)


def _own(connection: Connection, table: Table, country: str) -> int:
    asked = select(func.count()).select_from(table).where(table.c.country == country)
    return int(connection.scalar(asked) or 0)


def _person(office: str, country: str) -> Person:
    return Person(f"demo-{office}-{country.lower()}", office, "", (), ISSUER)
