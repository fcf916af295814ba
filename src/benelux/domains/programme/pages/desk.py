"""The desk of the General Secretariat: events and progress, drafted, published, undone."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import Final

from benelux.core.errors import Conflict, Fault, Invalid
from benelux.core.identity.person import SECRETARIAT
from benelux.core.language import LANGUAGES, NAMES, Text, message
from benelux.core.web.ask import Ask, Redirect, Reply, View
from benelux.core.web.forms import Field, Filled, Form, Option
from benelux.domains.programme.model import (
    PUBLICATIONS,
    STAGES,
    Event,
    Progress,
    Publication,
    Record,
    Stage,
)
from benelux.domains.programme.pages.shared import PAGES, home_crumb, list_crumb
from benelux.domains.programme.service import records
from benelux.domains.programme.service.groups import every_group
from benelux.domains.programme.service.plan import plan

DESK: Final = message("Desk")


def _action_options(ask: Ask) -> Sequence[Option]:
    options = [Option(one.id, one.title) for one in plan().actions.values()]
    return sorted(options, key=lambda option: plan().actions[option.key].title[ask.language])


def _group_options(ask: Ask) -> Sequence[Option]:
    with ask.house.store.read() as connection:
        groups = every_group(connection)
    return [Option(one.id, one.name) for one in groups if one.side == "benelux"]


EVENT: Final = Form(
    "event",
    (
        *(
            Field(
                f"title_{language}",
                message("Title in {language}", language=NAMES[language]),
                hint=message("Needed before you publish."),
                required=False,
            )
            for language in LANGUAGES
        ),
        Field("starts", message("First day"), "date"),
        Field("ends", message("Last day"), "date", required=False),
        Field("place", message("Place"), required=False),
        Field("link", message("Web address"), "address", required=False, longest=500),
        Field("action", message("Action of the plan"), "choice", required=False,
              options=_action_options),
        Field("group_id", message("Working group"), "choice", required=False,
              options=_group_options),
        Field("state", message("State"), "choice",
              options=lambda _ask: [Option(key, name) for key, name in PUBLICATIONS.items()]),
    ),
    message("Keep"),
)  # fmt: skip

PROGRESS: Final = Form(
    "progress",
    (
        Field("action_id", message("Action of the plan"), "choice", options=_action_options),
        Field("stage", message("How far"), "choice",
              options=lambda _ask: [Option(key, name) for key, name in STAGES.items()]),
        Field("day", message("As of"), "date"),
        *(
            Field(
                f"note_{language}",
                message("What happened, in {language}", language=NAMES[language]),
                "area",
                required=False,
                longest=2000,
            )
            for language in LANGUAGES
        ),
        Field("evidence", message("Evidence"),
              hint=message("Name the document, decision or publication that shows it.")),
        Field("evidence_link", message("Web address of the evidence"), "address", required=False,
              longest=500),
        Field("state", message("State"), "choice",
              options=lambda _ask: [Option(key, name) for key, name in PUBLICATIONS.items()]),
    ),
    message("Keep"),
)  # fmt: skip


@PAGES.page("/desk", DESK, message("What officers recorded, drafts included."), role=SECRETARIAT)
def desk(ask: Ask) -> Reply:
    with ask.house.store.read() as connection:
        events = records.every(connection, Event, drafts=True)
        progress = records.every(connection, Progress, drafts=True)
    values = {
        "events": events,
        "progress": progress,
        "plan": plan(),
        "states": PUBLICATIONS,
        "stages": STAGES,
    }
    return View("programme/desk.html", DESK, values, (home_crumb(ask),))


@PAGES.page(
    "/desk/events/new", message("New event"), message("Add an event."), role=SECRETARIAT, posts=True
)
def new_event(ask: Ask) -> Reply:
    start = Filled({"state": "draft", "action": ask.one("action")})
    return _edit(ask, EVENT, None, start, message("New event"))


@PAGES.page(
    "/desk/events/{key:str}", message("Event"), message("Change, publish or undo an event."),
    role=SECRETARIAT, posts=True, examples=lambda _house: (),
)  # fmt: skip
def edit_event(ask: Ask) -> Reply:
    with ask.house.store.read() as connection:
        versions = records.versions(connection, Event, ask.path["key"])
    content = versions[0].content
    filled = Filled(
        {
            **{f"title_{language}": content.title[language] for language in LANGUAGES},
            "starts": content.starts.isoformat(),
            "ends": content.ends.isoformat() if content.ends else "",
            "place": content.place,
            "link": content.link,
            "action": content.actions[0] if content.actions else "",
            "group_id": content.group_id,
            "state": versions[0].version.state,
        }
    )
    return _edit(ask, EVENT, versions, filled, message("Event"))


@PAGES.page(
    "/desk/progress/new", message("Record progress"), message("Record how far an action is."),
    role=SECRETARIAT, posts=True,
)  # fmt: skip
def new_progress(ask: Ask) -> Reply:
    start = Filled({"state": "draft", "action_id": ask.one("action"), "day": ask.today.isoformat()})
    return _edit(ask, PROGRESS, None, start, message("Record progress"))


@PAGES.page(
    "/desk/progress/{key:str}", message("Progress"),
    message("Change, publish or undo a record of progress."),
    role=SECRETARIAT, posts=True, examples=lambda _house: (),
)  # fmt: skip
def edit_progress(ask: Ask) -> Reply:
    with ask.house.store.read() as connection:
        versions = records.versions(connection, Progress, ask.path["key"])
    content = versions[0].content
    filled = Filled(
        {
            **{f"note_{language}": content.note[language] for language in LANGUAGES},
            "action_id": content.action_id,
            "stage": content.stage,
            "day": content.day.isoformat(),
            "evidence": content.evidence,
            "evidence_link": content.evidence_link,
            "state": versions[0].version.state,
        }
    )
    return _edit(ask, PROGRESS, versions, filled, message("Progress"))


def _edit(
    ask: Ask,
    form: Form,
    versions: Sequence[Record[Event]] | Sequence[Record[Progress]] | None,
    filled: Filled,
    title: object,
) -> Reply:
    status = 200
    if ask.form:
        kind = Event if form is EVENT else Progress
        if ask.form.get("undo") and versions:
            return _undo(ask, kind)
        filled = form.read(ask)
        if filled.faults:
            status = 422
        else:
            try:
                key = _keep(ask, form, filled)
            except (Conflict, Invalid) as refusal:
                # What was typed stays; kept again, it follows the newest version.
                filled, status = filled.from_refusal(refusal), refusal.status
            else:
                part = "events" if form is EVENT else "progress"
                return Redirect(ask.url(f"programme/desk/{part}/{key}", kept="yes"))
    newest = versions[0].version.number if versions else 0
    values = {
        "form": form,
        "filled": filled,
        "versions": versions or (),
        "states": PUBLICATIONS,
        "kept": ask.one("kept") == "yes" and not ask.form,
        "newest": newest,
        "follows": _follows(ask, status, newest),
    }
    crumbs = list_crumb(ask, "desk", DESK)
    return View("programme/edit.html", title, values, crumbs, status=status)  # type: ignore[arg-type]


def _follows(ask: Ask, status: int, newest: int) -> int:
    """The version that what is in the form follows: the one that it was opened on.

    Once somebody was told of a newer one, it is that one.
    """
    if not ask.form or status == Conflict.status:
        return newest
    with suppress(Invalid):  # said above the form already
        return _expected(ask)
    return newest


def _keep(ask: Ask, form: Form, filled: Filled) -> str:
    person = ask.need(SECRETARIAT)
    content = _event(filled) if form is EVENT else _progress(filled)
    state: Publication = filled.value("state")  # type: ignore[assignment] # the form checked it
    key = ask.path.get("key", "")
    return ask.house.store.write(
        lambda connection: records.record(
            connection,
            plan(),
            content,
            person=person,
            key=key,
            expected_version=_expected(ask),
            state=state,
        )
    )


def _undo(ask: Ask, kind: type[Event | Progress]) -> Reply:
    person = ask.need(SECRETARIAT)
    version = _whole(ask.form["undo"][-1])
    key = ask.path["key"]
    ask.house.store.write(
        lambda connection: records.undo(
            connection, kind, key, version, person=person, expected_version=_expected(ask)
        )
    )
    return Redirect(ask.address.partition("?")[0] + "?kept=yes")


def _expected(ask: Ask) -> int:
    return _whole(ask.form.get("version", ["0"])[-1])


def _whole(text: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) < 10:  # noqa: PLR2004 - fits an integer column
        return int(text)
    raise Invalid(
        "programme.version",
        message("This version cannot be read."),
        faults=(Fault("version", message("a number is expected")),),
    )


def _event(filled: Filled) -> Event:
    action = filled.value("action")
    return Event(
        title=Text(*(filled.value(f"title_{language}") for language in LANGUAGES)),
        starts=filled.day("starts") or date.min,
        ends=filled.day("ends"),
        place=filled.value("place"),
        link=filled.value("link"),
        actions=(action,) if action else (),
        group_id=filled.value("group_id"),
    )


def _progress(filled: Filled) -> Progress:
    stage: Stage = filled.value("stage")  # type: ignore[assignment] # the form checked it
    return Progress(
        action_id=filled.value("action_id"),
        stage=stage,
        day=filled.day("day") or date.min,
        note=Text(*(filled.value(f"note_{language}") for language in LANGUAGES)),
        evidence=filled.value("evidence"),
        evidence_link=filled.value("evidence_link"),
    )
