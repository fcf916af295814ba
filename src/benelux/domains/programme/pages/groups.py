"""Working groups of the Benelux and of the Greater Region, laid next to each other."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from typing_extensions import override

from benelux.core.errors import Conflict, Fault, Invalid, Refusal
from benelux.core.house import House
from benelux.core.identity.person import SECRETARIAT, Person
from benelux.core.language import LANGUAGES, Language, Message, message
from benelux.core.web.ask import Ask, Crumb, Download, Redirect, Reply, View
from benelux.core.web.carried import packed, unpacked
from benelux.core.web.forms import Field, Filled, Form, Option
from benelux.core.web.listing import Column, Filter, Listing, Window
from benelux.domains.programme.formats import groups_csv
from benelux.domains.programme.model import (
    RELATIONS,
    SIDES,
    STANDINGS,
    Event,
    Group,
    Match,
    Relation,
    Side,
    Standing,
)
from benelux.domains.programme.pages.desk import DESK
from benelux.domains.programme.pages.shared import PAGES, home_crumb, list_crumb
from benelux.domains.programme.service import groups, groups_import, records
from benelux.domains.programme.service.plan import plan

TITLE: Final = message("Working groups compared")
TONES: Final[Mapping[str, str]] = {
    "matched": "good", "none_found": "plain", "open": "open", "same_topic": "info",
    "complementary": "info", "contact_made": "open", "joint_work": "good",
}  # fmt: skip
SOURCE: Final = message(
    "Benelux groups: the annual plan for 2022. Groups of the Greater Region: the public source that"
    " each group names, and what officers of the General Secretariat imported."
)
_URL: Final = re.compile(r"https?://\S+")
_DONE: Final[Mapping[str, Message]] = {
    "imported": message("The import is done. You can undo it below."),
    "match": message("The match is kept."),
    "withdrawn": message("This no longer stands in the comparison. You can undo it below."),
    "undone": message("The change is undone. The versions before it stay in the history."),
}


@dataclass(frozen=True, slots=True)
class Compared:
    """A group and whether it has a counterpart."""

    group: Group
    standing: Standing


class _Groups(Listing[Compared]):
    """The list of groups, whose CSV is the file that the import reads."""

    @override
    def csv(self, ask: Ask) -> bytes:
        rows = self.window(ask).everything
        return groups_csv.write_groups(row.group for row in rows)


def _compared(ask: Ask) -> Sequence[Compared]:
    with ask.house.store.read() as connection:
        found = groups.comparison(connection)
    return [Compared(group, found.standings[group.id]) for group in found.groups]


def _name(language: Language) -> Column[Compared]:
    label = message("Name")
    return Column(f"name_{language}", label, lambda row, _: row.group.name[language])


GROUPS: Final = _Groups(
    name="groups",
    rows=_compared,
    columns=(
        Column("side", message("Side"), lambda row, _: row.group.side),
        Column("id", message("Id"), lambda row, _: row.group.id),
        *(_name(language) for language in LANGUAGES),
        Column("topics", message("Topics"), lambda row, _: " ".join(row.group.topics)),
        Column("chair", message("Chair"), lambda row, _: row.group.chair),
        Column("achievements", message("Achievements"), lambda row, _: row.group.achievements),
        Column("current_work", message("Current work"), lambda row, _: row.group.current_work),
        Column("source", message("Source"), lambda row, _: row.group.source),
        Column("standing", message("Counterpart"), lambda row, _: row.standing),
    ),
    filters=(
        Filter("topic", message("Topic"), lambda row: row.group.topics,
               lambda key: groups.topics()[key].name,
               order=lambda key: list(groups.topics()).index(key)),
        Filter("side", message("Side"), lambda row: (row.group.side,),
               lambda key: SIDES[_side(key)]),
        Filter("standing", message("Counterpart"), lambda row: (row.standing,),
               lambda key: STANDINGS[_standing(key)]),
    ),
    source=SOURCE,
    empty=message("No working group fits this search."),
)  # fmt: skip


def _side(key: str) -> Side:
    return "benelux" if key == "benelux" else "grande_region"


def _standing(key: str) -> Standing:
    return next(standing for standing in STANDINGS if standing == key)


@PAGES.list_page(
    "/groups", GROUPS, TITLE,
    message("Which working groups of the Benelux and the Greater Region work on the same topic."),
    template="programme/groups.html", crumbs=lambda ask: (home_crumb(ask),),
)  # fmt: skip
def compared(ask: Ask, window: Window[Compared]) -> Mapping[str, object]:
    only = [row.group.id for row in window.everything]
    with ask.house.store.read() as connection:
        found = groups.comparison(connection, only)
    chosen = set(window.query.chosen.get("topic", ()))
    return {
        "comparison": found,
        "parts": [part for part in found.topics if not chosen or part.topic.id in chosen],
        "sides": SIDES,
        "standings": STANDINGS,
        "relations": RELATIONS,
        "tones": TONES,
    }


@PAGES.page(
    "/groups/matches.csv", message("Matches of working groups (CSV)"),
    message("The matches as the file that the import reads."),
)  # fmt: skip
def matches_csv(ask: Ask) -> Reply:
    with ask.house.store.read() as connection:
        content = groups_import.export_csv(connection, "matches")
    return Download(content, "text/csv", "group-matches.csv")


def _every_group(house: House) -> Iterable[Mapping[str, str]]:
    with house.store.read() as connection:
        return [{"key": group.id} for group in groups.every_group(connection)]


@PAGES.page(
    "/groups/{key:str}", message("Working group"),
    message("One working group: its work, its source and its counterparts."), examples=_every_group,
)  # fmt: skip
def group(ask: Ask) -> Reply:
    with ask.house.store.read() as connection:
        found = groups.find_group(connection, ask.path["key"])
        whole = groups.comparison(connection)
        events = records.every(connection, Event)
    known = {one.id: one for one in whole.groups}
    counterparts = [
        (match, known.get(match.other_group if found.side == "benelux" else match.benelux_group))
        for match in whole.of(found.id)
    ]
    url = _URL.search(found.source)
    values = {
        "group": found,
        "standing": whole.standings[found.id],
        "counterparts": counterparts,
        "topics": [groups.topics()[topic] for topic in found.topics],
        "section": plan().sections.get(found.section),
        "actions": [plan().actions[key] for key in found.actions if key in plan().actions],
        "events": [event for event in events if event.content.group_id == found.id],
        "source_text": _URL.sub("", found.source).strip(" ,;"),
        "source_url": url.group() if url else "",
        "sides": SIDES,
        "standings": STANDINGS,
        "relations": RELATIONS,
        "tones": TONES,
    }
    return View("programme/group.html", found.name, values, list_crumb(ask, "groups", TITLE))


def _options(side: Side, ask: Ask) -> Sequence[Option]:
    with ask.house.store.read() as connection:
        found = [one for one in groups.every_group(connection) if one.side == side]
    return [
        Option(one.id, one.name) for one in sorted(found, key=lambda one: one.name[ask.language])
    ]


def _all_options(ask: Ask) -> Sequence[Option]:
    return [*_options("benelux", ask), *_options("grande_region", ask)]


UPLOAD: Final = Form(
    "upload",
    (
        Field("file", message("CSV file of groups or of matches"), "file",
              hint=message("UTF-8, at most 1 MB and 2,000 rows. You see what would change first.")),
    ),
    message("Look at the import"),
)  # fmt: skip
MATCH: Final = Form(
    "match",
    (
        Field("benelux_group", message("Group of the Benelux"), "choice", required=False,
              options=lambda ask: _options("benelux", ask)),
        Field("other_group", message("Group of the Greater Region"), "choice", required=False,
              options=lambda ask: _options("grande_region", ask)),
        Field("relation", message("How they relate"), "choice",
              hint=message("“Looked for, none found” takes one group; the others take two."),
              options=lambda _ask: [Option(key, name) for key, name in RELATIONS.items()]),
        Field("note", message("Note"), "area", required=False, longest=2000),
    ),
    message("Keep the match"),
)  # fmt: skip
WITHDRAW: Final = Form(
    "withdraw",
    (Field("group", message("Working group"), "choice", options=_all_options),),
    message("Withdraw the group"),
    danger=True,
)


@PAGES.page(
    "/desk/groups", message("Working groups: import and matches"),
    message("Import working groups, match them, and undo a change."),
    role=SECRETARIAT, posts=True,
)  # fmt: skip
def keep_groups(ask: Ask) -> Reply:
    person = ask.need(SECRETARIAT)
    if not ask.form:
        return _show(ask)
    asked = ask.form.get("form", [""])[-1]
    if asked == "upload":
        return _look(ask, person)
    if asked == "confirm":
        return _confirm(ask, person)
    if asked == "match":
        return _match(ask, person)
    return _take_back(ask, person, asked)


def _look(ask: Ask, person: Person) -> Reply:
    filled = UPLOAD.read(ask)
    if filled.faults:
        return _show(ask, upload=filled)
    content = filled.files["file"].content
    try:
        found = groups_import.import_csv(ask.house.store, content, person, apply=False)
    except Invalid as refusal:
        return _show(ask, upload=_refused(refusal))
    return _show(ask, preview=found, parts=packed(content))


def _confirm(ask: Ask, person: Person) -> Reply:
    stamp = ask.form.get("stamp", [""])[-1] or "none"
    try:
        content = unpacked(ask.form.get("part", ()), groups_csv.LARGEST)
        groups_import.import_csv(ask.house.store, content, person, apply=True, stamp=stamp)
    except (Invalid, Conflict) as refusal:
        return _show(ask, upload=_refused(refusal))
    return _done(ask, "imported")


def _refused(refusal: Refusal) -> Filled:
    """Faults of the file all lead to the field where another can be chosen."""
    said = [fault.message for fault in refusal.faults] or [refusal.what]
    return Filled(faults=[Fault("file", one) for one in said])


def _match(ask: Ask, person: Person) -> Reply:
    filled = MATCH.read(ask)
    if filled.faults:
        return _show(ask, match=filled)
    relation: Relation = filled.value("relation")  # type: ignore[assignment] # the form checked it
    match = Match(
        filled.value("benelux_group"), filled.value("other_group"), relation, filled.value("note")
    )
    try:
        ask.house.store.write(lambda connection: groups.set_match(connection, match, person))
    except Invalid as refusal:
        return _show(ask, match=filled.from_refusal(refusal))
    return _done(ask, "match")


def _take_back(ask: Ask, person: Person, asked: str) -> Reply:
    if asked == "withdraw":
        filled = WITHDRAW.read(ask)
        if filled.faults:
            return _show(ask, withdraw=filled)
        key = filled.value("group")
        ask.house.store.write(lambda found: groups.withdraw_group(found, key, person))
        return _done(ask, "withdrawn")
    if ask.form.get("withdraw_match"):
        key = ask.form["withdraw_match"][-1]
        ask.house.store.write(lambda found: groups.withdraw_match(found, key, person))
        return _done(ask, "withdrawn")
    key = ask.form.get("undo", [""])[-1]
    ask.house.store.write(lambda found: groups_import.undo_change(found, key, person))
    return _done(ask, "undone")


def _done(ask: Ask, what: str) -> Redirect:
    return Redirect(ask.url("programme/desk/groups", done=what))


def _show(  # noqa: PLR0913 - what was asked and answered in each of the page's forms
    ask: Ask,
    *,
    upload: Filled | None = None,
    match: Filled | None = None,
    withdraw: Filled | None = None,
    preview: groups_import.Preview | None = None,
    parts: Sequence[str] = (),
) -> View:
    with ask.house.store.read() as connection:
        whole = groups.comparison(connection)
        changes = groups_import.changes(connection)
    faulty = any(filled and filled.faults for filled in (upload, match, withdraw))
    values = {
        "upload_form": UPLOAD,
        "upload": upload or Filled(),
        "match_form": MATCH,
        "match": match or Filled(),
        "withdraw_form": WITHDRAW,
        "withdraw": withdraw or Filled(),
        "preview": preview,
        "parts": parts,
        "comparison": whole,
        "known": {one.id: one for one in whole.groups},
        "changes": changes,
        "group_columns": ",".join(groups_csv.GROUP_COLUMNS),
        "match_columns": ",".join(groups_csv.MATCH_COLUMNS),
        "topics": list(groups.topics().values()),
        "relations": RELATIONS,
        "tones": TONES,
        "done": _DONE.get(ask.one("done")) if not ask.form else None,
    }
    title = message("Working groups: import and matches")
    crumbs: tuple[Crumb, ...] = list_crumb(ask, "desk", DESK)
    status = 422 if faulty else 200
    return View("programme/groups_import.html", title, values, crumbs, status=status)
