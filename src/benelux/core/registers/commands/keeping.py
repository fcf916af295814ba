"""Commands that keep: enter, import and export records, and destroy what was kept long enough."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from benelux.core.cli import tell
from benelux.core.cli.keep import give
from benelux.core.cli.options import Check, Force, Json, Output
from benelux.core.domain import discover
from benelux.core.errors import Fault, Invalid, NotFound
from benelux.core.exchange.federation import federation_of
from benelux.core.language import message, plural
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
from benelux.core.registers.declaration import Field, Register, declared, find
from benelux.core.registers.sheets import LARGEST, Form
from benelux.core.registers.values import Value

FileForm = Annotated[Form, Parameter(name="--form", help="What the file is to be.")]


@app.command
def enter(  # noqa: PLR0913 - one option for each part of the record
    register: Name,
    /,
    *values: Annotated[
        str, Parameter(name="values", help="What the record says, each as FIELD=VALUE.")
    ],
    officer: Officer,
    valid_from: Annotated[
        str | None, Parameter(name="--from", help="First day; without it, today.")
    ] = None,
    valid_to: Annotated[
        str | None, Parameter(name="--to", help="Last day; without it, no end is known.")
    ] = None,
    about: Annotated[
        str,
        Parameter(help="Sign-in of the person concerned, so that they see who asked about them."),
    ] = "",
    data: Data = None,
    json: Json = False,
) -> int:
    """Enter a record; its number is printed."""
    with office_of(register, officer, data) as office:
        record = service.enter(
            office.house,
            office.register,
            _content(office.register, values),
            by=office.acting,
            valid_from=day_of(valid_from, "--from") or datetime.now(UTC).date(),
            valid_to=day_of(valid_to, "--to"),
            about=(f"sign-in {about}",) if about else (),
        )
    if json:
        tell.json({"id": record.id, "version": record.version, "state": record.state})
    else:
        tell.line(record.id)
    return 0


@app.command
def export(  # noqa: PLR0913 - one option for each part of the look back
    register: Name,
    /,
    *,
    officer: Officer,
    form: FileForm = "csv",
    day: Annotated[str | None, Parameter(help="As it held on this day.")] = None,
    known: Annotated[str | None, Parameter(help="As it was known at the end of this day.")] = None,
    output: Output = None,
    force: Force = False,
    data: Data = None,
) -> int:
    """Export the records of the officer's country as a file that can be imported again."""
    with office_of(register, officer, data) as office:
        office.require("write")
        content = service.export(
            office.house,
            office.register,
            form,
            day=day_of(day, "--day"),
            known_at=end_of(known, "--known"),
        )
    give(content, output, force=force)
    return 0


@app.command(name="import")
def import_records(  # noqa: PLR0913 - one option for each part of the import
    register: Name,
    file: Annotated[Path, Parameter(name="file", help="File to read, CSV or JSON by its name.")],
    /,
    *,
    officer: Officer,
    form: Annotated[Form | None, Parameter(help="What is in the file, if not by its name.")] = None,
    check: Check = False,
    data: Data = None,
    json: Json = False,
) -> int:
    """Import records from a file, all of them or none."""
    chosen: Form = form or ("json" if file.suffix.lower() == ".json" else "csv")
    content = _read(file)
    with office_of(register, officer, data) as office:
        done = service.bring_in(
            office.house, office.register, content, chosen, by=office.acting, apply=not check
        )
    counts = {name: len(done.having(name)) for name in ("added", "changed", "unchanged")}
    if json:
        tell.json({"applied": done.applied, **counts})
        return 0
    if done.applied:
        told = message("Added {added}, changed {changed}, unchanged {unchanged}.", **counts)
    else:
        told = message(
            "Would add {added}, change {changed}, leave {unchanged} as they are.", **counts
        )
    tell.line(told)
    return 0


@app.command
def sweep(
    register: Annotated[
        str | None, Parameter(name="register", help="Name of a register; without it, all of them.")
    ] = None,
    /,
    *,
    day: Annotated[str | None, Parameter(help="As if it were this day.")] = None,
    data: Data = None,
    json: Json = False,
) -> int:
    """Destroy the content of records that were kept long enough."""
    found: dict[str, int] = {}
    with portal_at(data) as portal:
        today = day_of(day, "--day") or datetime.now(UTC).date()
        chosen = [find(portal.domains, register)] if register else declared(portal.domains)
        for one in chosen:
            for country, node in federation_of(portal).own.items():
                with suppress(NotFound):  # nobody keeps this register there
                    found[f"{country} {one.name}"] = service.sweep(node.house, one, today)
    if json:
        tell.json(found)
        return 0
    for name, count in found.items():
        tell.line(
            plural("{name}: {n} record was destroyed.", "{name}: {n} records were destroyed.",
                   count, name=name)
        )  # fmt: skip
    return 0


@app.command
def rotate(register: Name, /, *, data: Data = None) -> int:
    """Wrap all keys anew and destroy the old wrapping key: erasure becomes final in old copies."""
    declaration = find(discover(), register)
    with portal_at(data) as portal:
        for country, node in federation_of(portal).own.items():
            with suppress(NotFound):  # nobody keeps this register there
                generation = service.rotate(node.house, declaration)
                tell.line(
                    message("{country}: wrapping key {n} is in use; take a new backup.",
                            country=country, n=generation)
                )  # fmt: skip
    return 0


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as source:
            content: bytes = source.read(LARGEST + 1)
            return content
    except OSError as error:
        raise NotFound(
            "registers.file-not-read",
            message("The file {path} cannot be read.", path=file),
            why=message("{error}.", error=error.strerror or error),
        ) from error


def _content(register: Register, values: tuple[str, ...]) -> dict[str, Value]:
    """What the words say; raises `Invalid`, naming each word that says nothing."""
    known = {field.key: field for field in register.fields}
    found: dict[str, Value] = {}
    faults = []
    for word in values:
        key, equals, text = word.partition("=")
        if equals and key in known:
            found[key] = _typed(known[key], text)
        else:
            wish = message("may be: {known}", known=", ".join(f"{one}=…" for one in known))
            faults.append(Fault(key[:60], wish))
    if faults:
        what = message("This record cannot be read.")
        raise Invalid("registers.values", what, faults=tuple(faults))
    return found


def _typed(field: Field, text: str) -> Value:
    if field.kind == "choices":
        return text.split(",")
    if field.kind == "number" and text.isascii() and text.isdecimal() and len(text) < 19:  # noqa: PLR2004 - fits an integer column
        return int(text)
    return text or None
