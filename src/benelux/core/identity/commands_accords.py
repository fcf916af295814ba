"""`benelux identity accords` and `accord`: the accords between countries, from the command line."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Final

from cyclopts import App, Parameter

from benelux.core.cli import tell
from benelux.core.cli.options import Json
from benelux.core.errors import Fault, Invalid
from benelux.core.identity import accords
from benelux.core.identity.accord import Accord, Mark
from benelux.core.identity.command_line import AUTHOR, Data, opened
from benelux.core.language import Text, message

app: Final = App(name="accord", help="One accord between countries: enter it, or end it.")
Day = Annotated[str, Parameter(help="A day, as 2026-01-31.")]


def listed(*, data: Data = None, json: Json = False) -> int:
    """List the accords between countries, with their status today."""
    with opened(data)[1] as store, store.read() as connection:
        found = accords.every(connection)
    if json:
        tell.json(found)
        return 0
    today = _today()
    head = (message("Id"), message("Legal ground"), message("Parties"), message("Status"),
            message("In force since"), message("Last day"))  # fmt: skip
    rows = [
        (one.id, one.ground, " ".join(one.countries), tell.say(one.status_at(today).label),
         str(one.since or ""), str(one.until or ""))
        for one in found
    ]  # fmt: skip
    tell.table(head, rows)
    return 0


@app.command
def add(  # noqa: PLR0913 - one option for each part of the entry
    accord: Annotated[str, Parameter(help="Id: small letters, digits and hyphens.")],
    *,
    instrument: Annotated[str, Parameter(help="The instrument, as grounds cite it.")],
    country: Annotated[tuple[str, ...], Parameter(help="A party; to be repeated.")],
    source: Annotated[str, Parameter(help="Where it stands.")],
    name: Annotated[str, Parameter(help="Its name, where it is the same in all languages.")] = "",
    name_nl: Annotated[str, Parameter(help="Its name in Dutch.")] = "",
    name_fr: Annotated[str, Parameter(help="Its name in French.")] = "",
    name_de: Annotated[str, Parameter(help="Its name in German.")] = "",
    name_en: Annotated[str, Parameter(help="Its name in English.")] = "",
    article: Annotated[
        tuple[str, ...], Parameter(help="An article that it is about; may be repeated.")
    ] = (),
    since: Annotated[str, Parameter(help="First day on which it holds, as 2026-01-31.")] = "",
    signed: Annotated[str, Parameter(help="Day of signature, as 2026-01-31.")] = "",
    until: Annotated[str, Parameter(help="Last day on which it holds, as 2026-01-31.")] = "",
    mark: Annotated[tuple[Mark, ...], Parameter(help="How sure it is; may be repeated.")] = (),
    data: Data = None,
) -> int:
    """Enter an accord, or its next version; it counts from this moment."""
    names = Text(name_nl or name, name_fr or name, name_de or name, name_en or name)
    one = Accord(
        accord, names, instrument, tuple(sorted({code.upper() for code in country})), source,
        article, _day("signed", signed), _day("since", since), None, _day("until", until), mark,
    )  # fmt: skip
    with opened(data)[1] as store:
        version = accords.enter(store, one, author=AUTHOR)
    tell.line(message("“{id}” is entered, version {n}.", id=accord, n=version))
    return 0


@app.command
def end(
    accord: str,
    *,
    last: Annotated[
        str, Parameter(help="Its last day, as 2026-01-31; without it, yesterday.")
    ] = "",
    source: Annotated[str, Parameter(help="Where that stands.")] = "",
    data: Data = None,
) -> int:
    """End an accord; without a day, nobody is answered on it any more from this moment."""
    day = _day("last", last) or _today() - timedelta(days=1)
    with opened(data)[1] as store:
        accords.end(store, accord, day, author=AUTHOR, source=source)
    tell.line(message("The last day of “{id}” is {day}.", id=accord, day=day.isoformat()))
    return 0


def _day(field: str, text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        wish = message("Give a date as year-month-day, for example 2022-03-23.")
        what = message("This accord cannot be entered.")
        raise Invalid("identity.accord", what, faults=(Fault(field, wish),)) from error


def _today() -> date:
    return datetime.now(tz=UTC).date()
