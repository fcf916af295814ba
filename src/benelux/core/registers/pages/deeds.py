"""What may be done with a record at the desk, and doing it."""

from collections.abc import Sequence
from datetime import UTC, datetime

from benelux.core.errors import Conflict, Fault, Invalid
from benelux.core.identity.facts import Facts
from benelux.core.language import message
from benelux.core.registers import service
from benelux.core.registers.declaration import Move, Register
from benelux.core.registers.pages.entry import ERASE, change_form, content_of, move_form
from benelux.core.registers.pages.shared import Desk
from benelux.core.registers.values import Record
from benelux.core.web.ask import Ask
from benelux.core.web.forms import Filled, Form


def forms_of(register: Register, now: Record) -> dict[str, Form]:
    """What may be done with a record as it stands now, in the order of the page."""
    if now.content is None:
        return {}
    moves = {f"move-{one.key}": move_form(one) for one in possible(register, now)}
    return {"change": change_form(register), **moves, "erase": ERASE}


def possible(register: Register, record: Record) -> tuple[Move, ...]:
    """The ways on from the state that a record is in."""
    return tuple(one for one in register.moves if record.state in one.start)


def do(ask: Ask, desk: Desk, now: Record, act: str, filled: Filled) -> str:
    """One of the page's forms, carried out; what to say of it afterwards."""
    if act == "change":
        service.correct(
            desk.house,
            desk.register,
            now.id,
            content_of(desk.register, filled),
            by=desk.acting,
            expected_version=_expected(ask),
            valid_from=filled.day("valid-from"),
            valid_to=filled.day("valid-to"),
            reason=filled.value("change-reason"),
        )
        return "changed"
    if act == "erase":
        facts = Facts(
            instrument=filled.value("instrument"),
            article=filled.value("article"),
            case=filled.value("case"),
            time=datetime.now(UTC),
        )
        service.erase(desk.house, desk.register, now.id, by=desk.acting, facts=facts)
        return "erased"
    service.move(
        desk.house,
        desk.register,
        now.id,
        act.removeprefix("move-"),
        by=desk.acting,
        reason=filled.value(f"{act}-reason"),
        day=filled.day(f"{act}-day"),
    )
    return "moved"


def restore(ask: Ask, desk: Desk, versions: Sequence[Record]) -> str:
    """Undo: the content of an older version again, as the next one."""
    wanted = ask.form["restore"][-1]
    older = next((one for one in versions[1:] if str(one.version) == wanted), None)
    if older is None or older.content is None:
        raise Conflict(
            "registers.no-such-version",
            message("The content of version {number} is not there any more.", number=wanted[:20]),
        )
    service.correct(
        desk.house,
        desk.register,
        older.id,
        older.content,
        by=desk.acting,
        expected_version=_expected(ask),
        valid_from=older.valid_from,
        valid_to=older.valid_to,
        reason=message("Back to version {number}", number=older.version).to(ask.language),
    )
    return "restored"


def differs(older: Record, now: Record) -> bool:
    """Whether taking the older content again is an undoing; another state is undone by a move."""
    if older.content is None or now.content is None or older.state != now.state:
        return False
    before = (older.content, older.valid_from, older.valid_to)
    return before != (now.content, now.valid_from, now.valid_to)


def _expected(ask: Ask) -> int:
    text = (ask.form.get("version") or [""])[-1]
    if text.isascii() and text.isdecimal() and len(text) < 10:  # noqa: PLR2004 - fits an integer column
        return int(text)
    raise Invalid(
        "registers.version",
        message("This version cannot be read."),
        faults=(Fault("version", message("a number is expected")),),
    )
