"""The command that asks about many at once, without showing the other country which."""

from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter

from benelux.core.cli import tell
from benelux.core.cli.options import Json
from benelux.core.errors import Fault, Invalid
from benelux.core.exchange.federation import federation_of
from benelux.core.exchange.hiding import PATIENCE_S, ask_hidden
from benelux.core.identity.facts import Facts
from benelux.core.language import message
from benelux.core.registers.commands.asking import ground_named
from benelux.core.registers.commands.office import Data, Name, Officer, app, office_of
from benelux.core.registers.matching.psi import LONGEST, MOST_ASKED

_LARGEST: Final = MOST_ASKED * LONGEST


@app.command(name="ask-hidden")
def hidden(  # noqa: PLR0913 - one option for each part of the question
    register: Name,
    file: Annotated[Path, Parameter(help="File with one plate, number or person a line.")],
    /,
    *,
    officer: Officer,
    country: Annotated[str, Parameter(help="Country whose register is asked, as BE.")],
    purpose: Annotated[str, Parameter(help="Purpose, as the register names it.")],
    ground: Annotated[str, Parameter(help="Legal ground, as “INSTRUMENT art. ARTICLE”.")],
    case: Annotated[str, Parameter(help="Reference of the case.")],
    seconds: Annotated[float, Parameter(help="How long the other node may take.")] = PATIENCE_S,
    data: Data = None,
    json: Json = False,
) -> int:
    """Ask about many at once, without showing the other country which."""
    lines = _lines(file)
    with office_of(register, officer, data) as office:
        named = ground_named(office.register, ground)
        facts = Facts(
            purpose=purpose,
            instrument=named.instrument if named else None,
            article=named.article if named else None,
            case=case,
        )
        hits = ask_hidden(
            federation_of(office.portal), office.register, lines, by=office.acting,
            country=country, facts=facts, within=seconds, language=tell.language(),
        )  # fmt: skip
    found = [line for line, hit in zip(lines, hits, strict=True) if hit]
    if json:
        tell.json({"asked": len(lines), "hits": found})
        return 0
    for line in found:
        tell.line(line)
    tell.remark(message("{hits} of {n} are in the register.", hits=len(found), n=len(lines)))
    return 0


def _lines(file: Path) -> list[str]:
    """The lines that are not empty; raises `Invalid` for a file that is none or too large."""
    try:
        with file.open("rb") as opened:
            raw = opened.read(_LARGEST + 1)
        text = raw.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(file) from error
    if len(raw) > _LARGEST:
        raise _unreadable(file)
    return [line.strip() for line in text.splitlines() if line.strip()]


def _unreadable(file: Path) -> Invalid:
    wish = message("Give a text file of at most {n} lines.", n=MOST_ASKED)
    what = message("The file {path} cannot be read.", path=file)
    return Invalid("registers.file", what, faults=(Fault("file", wish),))
