"""Commands that look: which registers there are, what each declares, what one record says."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated

from cyclopts import Parameter

from benelux.core.cli import tell
from benelux.core.cli.options import Json
from benelux.core.domain import discover
from benelux.core.errors import Fault, Invalid, NotFound
from benelux.core.exchange.federation import federation_of
from benelux.core.language import message
from benelux.core.registers import service
from benelux.core.registers.commands.office import (
    Data,
    Name,
    Officer,
    app,
    day_of,
    end_of,
    office_of,
    portal_at,
)
from benelux.core.registers.declaration import Register, declared, find
from benelux.core.registers.pages.shown import told
from benelux.core.registers.values import Count, Record


@app.command(name="list")
def list_registers(*, json: Json = False) -> int:
    """List the registers that the domains of this portal declare."""
    found = declared(discover())
    if json:
        tell.json([described(one) for one in found])
    elif found:
        head = (message("Name"), message("Register"), message("Questions"))
        rows = [
            (one.name, one.title, ", ".join(tell.say(q.label) for q in one.questions))
            for one in found
        ]
        tell.table(head, rows)
    else:
        tell.remark(message("No domain of this portal declares a register yet."))
    return 0 if found else 1


@app.command
def show(  # noqa: PLR0913 - one option for each part of the look back
    register: Name,
    number: Annotated[
        str | None, Parameter(name="number", help="Number of a record; without it, the register.")
    ] = None,
    /,
    *,
    officer: Officer = "",
    day: Annotated[str | None, Parameter(help="As it held on this day.")] = None,
    known: Annotated[str | None, Parameter(help="As it was known at the end of this day.")] = None,
    data: Data = None,
    json: Json = False,
) -> int:
    """Show what a register declares, or one of its records with its history."""
    if number is None:
        return _tell_register(find(discover(), register), json=json)
    if not officer:
        wish = message("Name the officer who looks.")
        raise Invalid(
            "registers.officer",
            message("A record is shown to officers only."),
            faults=(Fault("--officer", wish),),
        )
    with office_of(register, officer, data) as office:
        office.require("write")
        if day or known:
            record = service.record_of(
                office.house,
                office.register,
                number,
                day=day_of(day, "--day"),
                known_at=end_of(known, "--known"),
            )
            found = [record]
        else:
            found = list(service.history(office.house, office.register, number))
    if json:
        tell.json([plain(one) for one in found])
    else:
        for one in found:
            _tell_record(office.register, one)
    return 0 if found else 1


@app.command
def statistics(
    register: Name,
    /,
    *,
    day: Annotated[str | None, Parameter(help="As it held on this day.")] = None,
    data: Data = None,
    json: Json = False,
) -> int:
    """Count what a register holds; small counts are kept back."""
    declaration = find(discover(), register)
    on = day_of(day, "--day") or datetime.now(UTC).date()
    found: dict[str, Sequence[Count]] = {}
    with portal_at(data) as portal:
        for country, node in federation_of(portal).own.items():
            with suppress(NotFound):  # nobody keeps this register there
                found[country] = service.statistics(node.house, declaration, on)
    if json:
        tell.json(found)
    else:
        head = (message("Country"), message("Field"), message("Value"), message("Records"))
        tell.table(head, _count_rows(declaration, found))
    return 0 if any(found.values()) else 1


def described(one: Register) -> dict[str, object]:
    """A declaration for programs."""
    return {
        "name": one.name,
        "title": one.title,
        "summary": one.summary,
        "competence": one.competence,
        "fields": [
            {
                "key": field.key,
                "label": tell.say(field.label),
                "kind": field.kind,
                "required": field.required,
                "choices": list(field.choices),
            }
            for field in one.fields
        ],
        "questions": [question.value for question in one.questions],
        "grounds": [
            {"question": ground.question.value, "instrument": ground.instrument,
             "article": ground.article}
            for ground in one.grounds
        ],
        "purposes": [purpose.key for purpose in one.purposes],
        "states": [state.key for state in one.states],
        "moves": [move.key for move in one.moves],
        "retention": one.retention,
        "recognition": one.recognition,
    }  # fmt: skip


def plain(one: Record) -> dict[str, object]:
    """A record for programs."""
    return {
        "id": one.id, "version": one.version, "state": one.state, "valid_from": one.valid_from,
        "valid_to": one.valid_to, "recorded_at": one.recorded_at, "author": one.author,
        "reason": one.reason, "content": one.content,
    }  # fmt: skip


def _tell_register(one: Register, *, json: bool) -> int:
    if json:
        tell.json(described(one))
        return 0
    tell.line(one.title)
    tell.line(one.summary)
    yes, no = message("yes"), message("no")
    fields = [(field.key, field.kind, yes if field.required else no) for field in one.fields]
    tell.table((message("Field"), message("Kind"), message("Needed")), fields)
    grounds = [(ground.question.value, ground.text) for ground in one.grounds]
    tell.table((message("Question"), message("Legal ground")), grounds)
    tell.table((message("Purpose"), message("Says")), [(p.key, p.label) for p in one.purposes])
    return 0


def _tell_record(register: Register, one: Record) -> None:
    span = f"{one.valid_from} – {one.valid_to or '…'}"
    state = tell.say(register.state(one.state).label)
    tell.line(f"{one.id} ({one.version}) {state}, {span}")
    if one.content is None:
        tell.line(f"  {tell.say(message('Its content was destroyed.'))}")
        return
    for field in register.fields:
        value = told(field, one.content.get(field.key), tell.language())
        if value is not None:
            tell.line(f"  {tell.say(field.label)}: {value}")


def _count_rows(
    register: Register, found: Mapping[str, Sequence[Count]]
) -> Iterator[tuple[str, str, str, int | str]]:
    for country, counts in found.items():
        for one in counts:
            number = "–" if one.number is None else one.number
            yield country, one.field or register.name, one.value, number
