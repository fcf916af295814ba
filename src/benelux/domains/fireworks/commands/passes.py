"""Passes on the command line: for a licensing office, and for a check at the counter."""

from pathlib import Path
from typing import Annotated, Final

import msgspec
from cyclopts import App, Parameter

from benelux.core.cli import tell
from benelux.core.cli.options import Json
from benelux.core.errors import Fault, Invalid, NotFound
from benelux.core.language import message
from benelux.core.registers.commands.office import Data, Officer

app: Final = App(name="pass", help="Pyropasses.")
Number = Annotated[str, Parameter(help="Number of the pass, such as BE-PP-7K3M-9QXR-5.")]
_LARGEST: Final = 20_000


@app.command
def apply(
    file: Annotated[Path, Parameter(help="JSON file with the fields of the application.")],
    /,
    *,
    officer: Officer,
    data: Data = None,
    json: Json = False,
) -> int:
    """Enter an application that came on paper, in the register of the officer's country."""
    from benelux.core.registers.commands.office import office_of  # noqa: PLC0415 - others start faster
    from benelux.core.registers.desk import desk_of  # noqa: PLC0415 - as above
    from benelux.domains.fireworks.registers import PASSES  # noqa: PLC0415 - as above
    from benelux.domains.fireworks.service import passes  # noqa: PLC0415 - as above

    content = _content(file)
    with office_of(PASSES.name, officer, data) as at:
        today = desk_of(at.house, PASSES).today()
        record = passes.enter(at.house, content, by=at.acting, first=today)
    if json:
        tell.json(record)
    else:
        tell.line(record.id)
    return 0


@app.command
def issue(
    number: Number, /, *, officer: Officer, data: Data = None, json: Json = False
) -> int:  # fmt: skip
    """Issue the pass that was applied for, from today on."""
    from benelux.core.registers.commands.office import office_of  # noqa: PLC0415 - as above
    from benelux.core.registers.service import move  # noqa: PLC0415 - as above
    from benelux.domains.fireworks.registers import PASSES  # noqa: PLC0415 - as above

    with office_of(PASSES.name, officer, data) as at:
        record = move(at.house, PASSES, number, "issue", by=at.acting)
    if json:
        tell.json(record)
    else:
        tell.line(message("{number} holds until {day}.", number=number, day=record.valid_to))
    return 0


@app.command
def show(
    number: Number, /, *, officer: Officer, data: Data = None, json: Json = False
) -> int:  # fmt: skip
    """Show a pass of the officer's country, with what an application still lacks."""
    from benelux.core.registers.commands.office import office_of  # noqa: PLC0415 - as above
    from benelux.core.registers.service import record_of  # noqa: PLC0415 - as above
    from benelux.domains.fireworks.registers import PASSES  # noqa: PLC0415 - as above
    from benelux.domains.fireworks.rules.passes import lacking  # noqa: PLC0415 - as above

    with office_of(PASSES.name, officer, data) as at:
        at.require("write")
        record = record_of(at.house, PASSES, number)
    content = record.content or {}
    if json:
        tell.json({"record": record, "lacking": [one.field for one in lacking(content)]})
        return 0
    tell.line(message("{number}: {state}", number=number, state=PASSES.state(record.state).label))
    for field in PASSES.fields:
        value = content.get(field.key)
        said = ", ".join(value) if isinstance(value, list) else value
        tell.line(message("{label}: {value}", label=field.label, value=said or "–"))
    return 0


@app.command
def check(
    text: Annotated[str, Parameter(help="Number of the pass, or the text of its QR code.")],
    /,
    *,
    here: Annotated[str, Parameter(help="Country in which the articles are handed over.")],
    consent: Annotated[
        bool, Parameter(negative="", help="The holder consents to this check.")
    ] = False,
    data: Data = None,
    json: Json = False,
) -> int:
    """Check a pass at the counter: which categories may be handed over; 1 when none may."""
    from benelux.core.answer import Truth  # noqa: PLC0415 - as above
    from benelux.core.registers.commands.office import portal_at  # noqa: PLC0415 - as above
    from benelux.domains.fireworks.service import checks  # noqa: PLC0415 - as above
    from benelux.domains.fireworks.service.told import Told  # noqa: PLC0415 - as above

    with portal_at(data) as portal:
        found = checks.at_the_counter(
            portal, text, here.upper(), consent=consent, client="command line",
            language=tell.language(),
        )  # fmt: skip
    if json:
        tell.json(Told.of(found))
    else:
        head = (message("Category"), message("May it be handed over?"))
        tell.table(head, [(key, found.may(key).value) for key in found.answers])
    return 0 if any(found.may(key) is Truth.TRUE for key in found.answers) else 1


def _content(file: Path) -> dict[str, object]:
    """The fields in the file; raises `NotFound` or `Invalid`."""
    try:
        with file.open("rb") as opened:
            return msgspec.json.decode(opened.read(_LARGEST + 1)[:_LARGEST], type=dict[str, object])
    except OSError as error:
        raise NotFound(
            "fireworks.application-file",
            message("The file {path} cannot be read.", path=file),
            why=message("{error}.", error=error.strerror or error),
        ) from error
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(
            "fireworks.application",
            message("This application cannot be taken as it is."),
            faults=(Fault(str(file), message("{wrong}", wrong=str(error)[:200])),),
        ) from error
