"""What officers decide on entries of a ledger, from the command line."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from benelux.core.cli import tell
from benelux.core.cli.options import Json
from benelux.core.errors import Fault, Invalid
from benelux.core.house import House
from benelux.core.identity.facts import Facts
from benelux.core.language import Message, message
from benelux.core.ledger.command_line import Shard, app
from benelux.core.ledger.model import Receipt
from benelux.core.registers.values import Acting

Number = Annotated[int, Parameter(name="number", help="Number of an entry, from 0.")]
Officer = Annotated[
    str,
    Parameter(
        help="Who acts: the subject of an officer's sign-in, after its issuer if it is another."
    ),
]
Ground = Annotated[str, Parameter(help="Legal ground, as “INSTRUMENT art. ARTICLE”.")]
Case = Annotated[str, Parameter(help="Reference of the case.")]
Data = Annotated[Path | None, Parameter(help="Folder for everything the platform keeps.")]


@dataclass(frozen=True, slots=True)
class _Office:
    house: House
    by: Acting


@app.command
def postpone(  # noqa: PLR0913 - one option for each part of the decision
    shard: Shard,
    number: Number,
    /,
    *,
    until: Annotated[
        date | None, Parameter(help="Day from which the person is told: at most a year ahead.")
    ] = None,
    ground: Ground = "",
    case: Case = "",
    officer: Officer,
    now: Annotated[
        bool, Parameter(negative=(), help="End a delay instead: tell them from today.")
    ] = False,
    data: Data = None,
    json: Json = False,
) -> int:
    """Decide that the person concerned is told of a consultation later, or end that."""
    from benelux.core.ledger import orders  # noqa: PLC0415 - most commands need none of it

    if now == (until is not None):
        what = message("Say either from which day they are told, or that it is now.")
        raise Invalid("ledger.which-day", what, faults=(Fault("--until", what),))
    with _office(officer, data) as office:
        if until is None:
            receipt = orders.tell(office.by, office.house, shard, number)
            said = message("The person concerned sees entry {number} from today.", number=number)
        else:
            why = _why(ground, case)
            receipt = orders.postpone(office.by, office.house, shard, number, until, why)
            said = message(
                "The person concerned is told of entry {number} from {day}.",
                number=number, day=until,
            )  # fmt: skip
    return _told(receipt, number, said, json=json)


@app.command
def erase(  # noqa: PLR0913 - as above
    shard: Shard,
    number: Number,
    /,
    *,
    ground: Ground,
    case: Case,
    officer: Officer,
    data: Data = None,
    json: Json = False,
) -> int:
    """Destroy what an entry says; that it was erased, and on which ground, stays on record."""
    from benelux.core.ledger import orders  # noqa: PLC0415 - as above

    with _office(officer, data) as office:
        receipt = orders.erase(office.by, office.house, shard, number, _why(ground, case))
    said = message("What entry {number} said was destroyed.", number=number)
    return _told(receipt, number, said, json=json)


@contextmanager
def _office(officer: str, data: Path | None) -> Iterator[_Office]:
    from benelux.core.registers.acting import acting_for  # noqa: PLC0415 - as above
    from benelux.core.registers.commands import office  # noqa: PLC0415 - as above

    with office.portal_at(data) as portal:
        yield _Office(portal, acting_for(portal, office.person_named(officer, portal.settings)))


def _why(ground: str, case: str) -> Facts:
    """A ground as it is written elsewhere; raises `Invalid` for one without an article."""
    instrument, _, article = ground.rpartition(" art. ")
    if ground and not instrument.strip():
        wish = message("Give it as “INSTRUMENT art. ARTICLE”.")
        raise Invalid("ledger.ground", wish, faults=(Fault("--ground", wish),))
    return Facts(instrument=instrument.strip(), article=article.strip(), case=case)


def _told(receipt: Receipt, number: int, said: Message, *, json: bool) -> int:
    if json:
        tell.json({"ledger": receipt.shard, "entry": receipt.number, "about": number})
        return 0
    tell.line(said)
    tell.remark(
        message("On record: {ledger}/{number}", ledger=receipt.shard, number=receipt.number)
    )
    return 0
