"""Reports about precursors on the command line."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import msgspec
from cyclopts import App, Parameter

from benelux.core.cli import tell
from benelux.core.cli.options import Json
from benelux.core.errors import Fault, Invalid, NotFound
from benelux.core.language import message
from benelux.domains.fireworks.commands.node import Country, node, portal
from benelux.domains.fireworks.model.precursors import KINDS, REPORT_STATES, Report
from benelux.domains.fireworks.service import reports

app: Final = App(name="precursor", help="Reports about explosives precursors.")
_LARGEST: Final = 100_000


@app.command
def report(
    file: Annotated[Path, Parameter(help="JSON file with the report; - reads standard input.")],
    /,
    *,
    json: Json = False,
) -> int:
    """Report a suspicious transaction, a disappearance or a theft."""
    from benelux.domains.fireworks.service import intake  # noqa: PLC0415 - the others start faster

    content = _content(file)
    try:
        found = msgspec.json.decode(content, type=Report)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(
            "fireworks.report",
            message("This report cannot be taken as it is."),
            faults=(Fault(str(file), message("{wrong}", wrong=str(error)[:200])),),
        ) from error
    with portal() as house:
        receipt = intake.receive(house, found, "command line")
    if json:
        tell.json(receipt)
    else:
        tell.line(message("Reference: {reference}", reference=receipt.reference))
        tell.line(message("Secret: {secret}", secret=receipt.secret))
    return 0


@app.command(name="list")
def list_reports(*, country: Country = None, json: Json = False) -> int:
    """List the reports that a contact point has, without what they say."""
    with node(country) as house, house.store.read() as connection:
        found = reports.tray(connection, house)
    if json:
        tell.json(
            [
                {
                    "reference": one.reference,
                    "kind": one.kind,
                    "state": one.state,
                    "received_at": one.received_at,
                    "due_at": one.due_at,
                    "late": one.was_late,
                    "origin": one.origin,
                }
                for one in found
            ]
        )
    elif found:
        head = (message("Reference"), message("Kind"), message("State"), message("Received"))
        tell.table(
            head,
            [
                (one.reference, KINDS[one.kind], REPORT_STATES[one.state],
                 f"{one.received_at:%Y-%m-%d %H:%M}")
                for one in found
            ],
        )  # fmt: skip
    else:
        tell.remark(message("No report has come in."))
    return 0 if found else 1


@app.command
def sweep(*, country: Country = None) -> int:
    """Destroy the reports that were kept long enough."""
    with node(country) as house:
        gone = house.store.write(lambda found: reports.sweep(found, datetime.now(UTC)))
    tell.line(message("Reports destroyed: {n}", n=gone))
    return 0


def _content(file: Path) -> bytes:
    try:
        if str(file) == "-":
            return sys.stdin.buffer.read(_LARGEST + 1)[:_LARGEST]
        with file.open("rb") as opened:
            return opened.read(_LARGEST + 1)
    except OSError as error:
        raise NotFound(
            "fireworks.report-file",
            message("The file {path} cannot be read.", path=file),
            why=message("{error}.", error=error.strerror or error),
        ) from error
