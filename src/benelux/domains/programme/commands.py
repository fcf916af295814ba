"""The plan on the command line: to look at, to report on, and to take along."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final, Literal, TypeVar

import msgspec
import yaml
from cyclopts import App, Parameter
from sqlalchemy import inspect

from benelux.core.cli import tell
from benelux.core.cli.block import Block, markdown_table
from benelux.core.cli.document import Page, comma_separated
from benelux.core.cli.keep import give
from benelux.core.cli.options import Force, Json, Output
from benelux.core.domain import discover
from benelux.core.errors import Fault, Invalid
from benelux.core.language import message
from benelux.core.settings import Settings
from benelux.core.store import Store
from benelux.domains.programme import tables
from benelux.domains.programme.formats import ical
from benelux.domains.programme.model import (
    KINDS,
    TURNS,
    Action,
    Event,
    Kind,
    Pillar,
    Progress,
    Record,
)
from benelux.domains.programme.service import records
from benelux.domains.programme.service.moments import moments
from benelux.domains.programme.service.plan import (
    find_action,
    find_partner,
    find_section,
    plan,
)
from benelux.domains.programme.service.report import (
    STANDINGS,
    Part,
    Report,
    as_csv,
    progress_report,
)
from benelux.domains.programme.service.search import ranked_actions

R = TypeVar("R", Event, Progress)
app: Final = App(name="programme")
_HEAD: Final = (message("Action"), message("State"), message("As of"), message("Evidence"))
_CSV: Final = (
    "pillar", "section", "id", "title", "summary", "kind", "flagship", "carried_by", "partners",
    "grounds", "deliverable", "since",
)  # fmt: skip


@app.command(name="list")
def list_actions(  # noqa: PLR0913 - each option narrows the list
    *,
    section: Annotated[str | None, Parameter(help="Section of the plan, such as 1.1.")] = None,
    pillar: Annotated[Pillar | None, Parameter(help="Pillar of the plan.")] = None,
    kind: Annotated[Kind | None, Parameter(help="Kind of action.")] = None,
    partner: Annotated[str | None, Parameter(help="Id of a partner, such as be.")] = None,
    carried_by: Annotated[str | None, Parameter(help="System that carries it out.")] = None,
    flagship: Annotated[bool | None, Parameter(help="Only flagships, or only others.")] = None,
    q: Annotated[str | None, Parameter(help="Words to search for, in any language.")] = None,
    limit: Annotated[int | None, Parameter(help="How many at most.")] = None,
    json: Json = False,
) -> int:
    """List the actions of the plan."""
    if limit is not None and limit < 1:
        raise _unusable("--limit", "1, 2, 3 …")
    _check(section, partner, carried_by)
    whole = plan()
    found = [
        one
        for one in _searched(q)
        if section in (None, one.section)
        and pillar in (None, whole.pillar_of(one))
        and kind in (None, one.kind)
        and (partner is None or partner in one.partners)
        and carried_by in (None, one.carried_by)
        and flagship in (None, one.flagship)
    ][:limit]
    if json:
        tell.json(found)
    elif found:
        head = (message("Id"), message("Section"), message("Kind"), message("Action"))
        tell.table(head, [(one.id, one.section, KINDS[one.kind], one.title) for one in found])
    else:
        tell.remark(message("No action of the plan answers to this."))
    return 0 if found else 1


@app.command
def show(
    key: Annotated[str, Parameter(name="id", help="Id of the action.")], /, *, json: Json = False
) -> int:
    """Show one action of the plan."""
    one = find_action(key)
    if json:
        tell.json(one)
        return 0
    tell.line(one.title)
    tell.line(one.summary)
    for label, said in (
        (message("Part of the plan"), _heading(one)),
        (message("Kind"), tell.say(KINDS[one.kind])),
        (message("Flagship"), tell.say(message("yes") if one.flagship else message("no"))),
        (message("Partners"), _partners(one)),
        (message("Legal grounds"), ", ".join(one.grounds)),
        (message("Terms"), _terms(one)),
        (message("Deliverable"), tell.say(one.deliverable)),
        (message("Carried out by"), tell.say(plan().systems[one.carried_by].title)),
    ):
        if said:
            tell.line(f"{tell.say(label)}: {said}")
    for turn in one.since:
        status = tell.say(TURNS[turn.status])
        tell.line(f"{turn.date} {status}: {tell.say(turn.what)} ({turn.source})")
    return 0


@app.command
def report(
    *,
    pillar: Annotated[Pillar | None, Parameter(help="Pillar of the plan.")] = None,
    form: Annotated[
        Literal["table", "csv", "html", "json"],
        Parameter(name="--format", help="Form of the report."),
    ] = "table",
    output: Output = None,
    force: Force = False,
    json: Json = False,
) -> int:
    """Report how far the actions are, with the evidence."""
    today = datetime.now(tz=UTC).date()
    found = progress_report(plan(), _published(Progress), today, pillar)
    if json:
        form = "json"
    elif output and form == "table":
        raise _unusable("--format", "csv, html, json")
    if form == "table":
        tell.table(_HEAD, [row for part in found.parts for row in _rows(part)])
        return 0
    if form == "json":
        content = msgspec.json.format(msgspec.json.encode(_plain(found))) + b"\n"
    elif form == "csv":
        content = _encoded(as_csv(found, tell.language()), output)
    else:
        content = _page(found)
    give(content, output, force=force)
    return 0


@app.command
def export(
    *,
    form: Annotated[
        Literal["json", "csv", "ics", "yaml"],
        Parameter(name="--format", help="Form of the export."),
    ] = "json",
    output: Output = None,
    force: Force = False,
) -> int:
    """Export the whole plan, or its dates as a calendar."""
    actions = tuple(plan().actions.values())
    if form == "json":
        content = msgspec.json.format(msgspec.json.encode(actions)) + b"\n"
    elif form == "yaml":
        content = yaml.safe_dump(
            msgspec.to_builtins(actions), allow_unicode=True, sort_keys=False, width=100
        ).encode()
    elif form == "csv":
        content = _encoded(comma_separated(_CSV, [_line(one) for one in actions]), output)
    else:
        dated = moments(plan(), _published(Event))
        content = ical.calendar(dated, "Benelux", tell.language(), Settings.read().origin)
    give(content, output, force=force)
    return 0


def _searched(q: str | None) -> Sequence[Action]:
    known = plan().actions
    return [known[key] for key in ranked_actions(q)] if q else tuple(known.values())


def _check(section: str | None, partner: str | None, system: str | None) -> None:
    """Raises a refusal for an id that the plan does not know."""
    if section is not None:
        find_section(section)
    if partner is not None:
        find_partner(partner)
    if system is not None and system not in plan().systems:
        raise _unusable("--carried-by", ", ".join(plan().systems))


def _unusable(option: str, known: str) -> Invalid:
    wish = message("may be: {known}", known=known)
    return Invalid(
        "programme.option",
        message("This option cannot be used as it stands."),
        faults=(Fault(option, wish),),
    )


def _published(kind: type[R]) -> Sequence[Record[R]]:
    """What officers published on this machine's portal; nothing where there is none yet."""
    settings = Settings.read()
    if not settings.database and not (settings.data / "benelux.db").is_file():
        return ()
    with Store.open(settings.database_url) as store, store.read() as connection:
        if not inspect(connection).has_table(tables.progress.name):
            return ()
        return records.every(connection, kind)


def _heading(one: Action) -> str:
    return f"{one.section} {tell.say(plan().sections[one.section].title)}"


def _partners(one: Action) -> str:
    return ", ".join(tell.say(plan().partners[key].name) for key in one.partners)


def _terms(one: Action) -> str:
    return "; ".join(f"{tell.say(term.said)} {term.date or ''}".strip() for term in one.terms)


def _line(one: Action) -> tuple[object, ...]:
    spoken = tell.language()
    return (
        plan().pillar_of(one), one.section, one.id, one.title[spoken], one.summary[spoken],
        one.kind, "yes" if one.flagship else "no", one.carried_by, " ".join(one.partners),
        "; ".join(one.grounds), one.deliverable[spoken], one.latest.status if one.latest else "",
    )  # fmt: skip


def _rows(part: Part) -> Iterator[tuple[tell.Said, ...]]:
    for line in part.lines:
        yield line.action.title, STANDINGS[line.standing], line.as_of, line.evidence


def _plain(found: Report) -> object:
    return {
        "as_of": found.as_of,
        "parts": [
            {
                "pillar": part.pillar,
                "title": part.title,
                "counts": part.counts,
                "lines": [
                    {
                        "id": line.action.id,
                        "section": line.action.section,
                        "standing": line.standing,
                        "because": line.because,
                        "as_of": line.as_of,
                        "evidence": line.evidence,
                    }
                    for line in part.lines
                ],
            }
            for part in found.parts
        ],
    }


def _page(found: Report) -> bytes:
    lead = message("As of {day}.", day=found.as_of.isoformat())
    page = Page(message("Progress report"), lead)
    for part in found.parts:
        page.table(part.title, _HEAD, list(_rows(part)))
    return page.content()


def _encoded(text: str, output: Path | None) -> bytes:
    """A file carries the mark by which a spreadsheet knows its letters; a stream does not."""
    return text.encode("utf-8-sig" if output else "utf-8")


def _counts() -> str:
    """How many actions each section of the plan has, for the manual."""
    whole = plan()
    rows = []
    for section in whole.sections.values():
        found = whole.in_section(section.id)
        if found:
            flagships = sum(one.flagship for one in found)
            rows.append((section.id, section.title.en, str(len(found)), str(flagships)))
    rows.append(("", "Together", str(len(whole.actions)), str(len(whole.flagships))))
    return markdown_table(("Section", "Title", "Actions", "Flagships"), rows)


def _systems() -> str:
    """Every system that the plan asks for, and whether it runs, for the README."""
    running = {domain.name for domain in discover()}
    rows = [
        (
            f"`{one.id}`",
            one.title.en,
            one.does.en,
            ", ".join(one.plan),
            "running" if one.id in running else "to come",
        )
        for one in plan().systems.values()
    ]
    return markdown_table(("Domain", "System", "What it does", "Plan", "State"), rows)


MANUAL: Final = (
    Block("README.md", "systems", _systems),
    Block("docs/manual/programme.md", "counts", _counts),
)
