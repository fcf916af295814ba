"""Sheets on the command line, for whoever runs a node."""

from typing import Annotated, Final, Literal

from cyclopts import App, Parameter

from benelux.core.cli import tell
from benelux.core.cli.keep import give
from benelux.core.cli.options import Force, Json, Output
from benelux.core.language import message
from benelux.domains.fireworks.commands.node import Country, node
from benelux.domains.fireworks.formats import icsms
from benelux.domains.fireworks.model.sheets import STATES, SheetState
from benelux.domains.fireworks.rules.sheets import book
from benelux.domains.fireworks.service import sheets

app: Final = App(name="sheet", help="Market-surveillance sheets.")
Number = Annotated[str, Parameter(help="Number of the sheet, such as BE-MS-4G28-4RZR-E.")]


@app.command(name="list")
def list_sheets(
    *,
    country: Country = None,
    state: Annotated[SheetState | None, Parameter(help="Only sheets in this state.")] = None,
    json: Json = False,
) -> int:
    """List the sheets that a node holds."""
    with node(country) as house, house.store.read() as connection:
        found = [
            one
            for one in sheets.every(connection, house.settings.country)
            if state in {None, one.state}
        ]
    if json:
        tell.json(found)
    elif found:
        head = (message("Number"), message("Product"), message("Category"), message("Risk"),
                message("State"))  # fmt: skip
        risks = book().names(book().risks)
        tell.table(
            head,
            [
                (one.id, one.content.product, one.content.category,
                 risks.get(one.content.risk, "–"), STATES[one.state])
                for one in found
            ],
        )  # fmt: skip
    else:
        tell.remark(message("No sheet answers to this."))
    return 0 if found else 1


@app.command
def export(
    number: Number,
    /,
    *,
    country: Country = None,
    form: Annotated[
        Literal["json", "xml"], Parameter(name="--format", help="Form of the export.")
    ] = "json",
    output: Output = None,
    force: Force = False,
) -> int:
    """Export one sheet for whoever enters it in ICSMS."""
    with node(country) as house, house.store.read() as connection:
        kept = sheets.find(connection, number)
    give(icsms.as_json(kept) if form == "json" else icsms.as_xml(kept), output, force=force)
    return 0
