"""The tray of a contact point: what came in, what it says, and the reply."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from benelux.core.errors import Conflict, Invalid
from benelux.core.language import Language, message
from benelux.core.territory import LEGAL_TIME
from benelux.core.web.ask import Ask, Redirect, Reply, View
from benelux.core.web.forms import Field, Filled, Form, Option
from benelux.core.web.listing import Column, Filter, Listing, Window
from benelux.domains.fireworks.model.countries import countries
from benelux.domains.fireworks.model.precursors import (
    KINDS,
    REPORT_STATES,
    REPORTERS,
    UNITS,
    WRITERS,
    Filed,
)
from benelux.domains.fireworks.pages.shared import (
    PAGES,
    TONES,
    crumbs,
    done,
    nobody,
    officers_list,
    sent,
)
from benelux.domains.fireworks.rules.precursors import COUNTRIES, book
from benelux.domains.fireworks.service import passing, reading, reports
from benelux.domains.fireworks.service.offices import Desk, contact_point
from benelux.domains.fireworks.service.reports import LONGEST_WORD

TITLE: Final = message("Reports received")
DONE: Final = (
    ("taken", message("Taken up.")),
    ("answer", message("The reporter can read your answer.")),
    ("tell", message("On its way to the other contact point.")),
    ("pass", message("Passed on; the other contact point does not learn who reported it.")),
    ("closed", message("Closed.")),
)
ANSWER: Final = Form(
    "answer",
    (Field("text", message("Answer to the reporter"), "area", longest=LONGEST_WORD),),
    message("Send the answer"),
)
TELL: Final = Form(
    "tell",
    (Field("told", message("To the other contact points"), "area", longest=LONGEST_WORD),),
    message("Send"),
)
PASS: Final = Form(
    "pass",
    (
        Field("to", message("Contact point of"), "choice",
              options=lambda _ask: [Option(code, countries()[code]) for code in COUNTRIES]),
        Field("note", message("Note"), "area", required=False, longest=LONGEST_WORD),
    ),
    message("Pass it on"),
)  # fmt: skip

HEADINGS: Final = {
    "answer": message("Answer the reporter"),
    "tell": message("Write to the other contact points"),
    "pass": message("Pass it on to another country"),
}


def _rows(ask: Ask) -> Sequence[Filed]:
    at = contact_point(ask.house, ask.person)
    with at.house.store.read() as connection:
        return reports.tray(connection, at.house)


def _address(row: Filed, language: Language) -> str:
    return f"/{language}/fireworks/reports/{row.reference}"


def _substances(row: Filed, language: Language) -> str:
    found = (book().substance(key) for key in (row.content.substances if row.content else ()))
    return ", ".join(one.name[language] for one in found if one)


REPORTS: Final[Listing[Filed]] = Listing(
    name="fireworks-reports",
    rows=_rows,
    columns=(
        Column("reference", message("Reference"), lambda row, _: row.reference, link=_address),
        Column("kind", message("Kind"), lambda row, _: row.kind,
               show=lambda row, _: KINDS[row.kind]),
        Column("substances", message("Substances"), _substances),
        Column("received", message("Received"), lambda row, _: row.received_at,
               show=lambda row, _: f"{row.received_at.astimezone(LEGAL_TIME):%Y-%m-%d %H:%M}"),
        Column("due", message("Due"), lambda row, _: row.due_at,
               show=lambda row, _: f"{row.due_at.astimezone(LEGAL_TIME):%Y-%m-%d %H:%M}"),
        Column("late", message("Late"), lambda row, _: row.was_late),
        Column("origin", message("From another country"), lambda row, _: row.origin or None),
        Column("state", message("State"), lambda row, _: row.state,
               show=lambda row, _: REPORT_STATES[row.state], tag=True),
    ),
    filters=(
        Filter("state", message("State"), lambda row: (row.state,),
               lambda key: next(name for one, name in REPORT_STATES.items() if one == key)),
        Filter("kind", message("Kind"), lambda row: (row.kind,),
               lambda key: next(name for one, name in KINDS.items() if one == key)),
    ),
    sort="-received",
    empty=message("No report fits this search."),
)  # fmt: skip


@officers_list(
    "/reports", REPORTS, TITLE,
    message("What was reported about precursors to the contact point of your country."),
    template="listing.html",
)  # fmt: skip
def listed(_ask: Ask, _window: Window[Filed]) -> Mapping[str, object]:
    return {}


@PAGES.page(
    "/reports/{key:str}", message("Report"), message("One report and what was said about it."),
    posts=True, examples=nobody,
)  # fmt: skip
def one(ask: Ask) -> Reply:
    at = contact_point(ask.house, ask.person)
    key = ask.path["key"]
    asked = sent(ask, "form")
    forms = {form.name: form for form in (ANSWER, TELL, PASS)}
    filled, status = Filled(), 200
    if ask.form:
        filled, status = forms[asked].read(ask) if asked in forms else Filled(), 422
        if not filled.faults:
            try:
                said = _act(ask, at, key, asked, filled)
                return Redirect(ask.url(f"fireworks/reports/{key}", done=said))
            except (Invalid, Conflict) as refusal:
                filled, status = filled.from_refusal(refusal), refusal.status
    filed, words = reading.read(at, key)
    values = {
        "filed": filed, "words": words, "shown": list(_offered(at, filed)), "asked": asked,
        "headings": HEADINGS,
        "filled": filled, "empty": Filled(), "kinds": KINDS, "states": REPORT_STATES,
        "writers": WRITERS,
        "reporters": REPORTERS, "units": UNITS, "tones": TONES, "countries": countries(),
        "substances": [
            (found, found.is_restricted_at(filed.content.concentration))
            for found in map(book().substance, filed.content.substances)
            if found
        ] if filed.content else [],
        "signs": {sign.id: sign.text for sign in book().signs},
        "done": done(ask, DONE),
    }  # fmt: skip
    title = message("Report {reference}", reference=filed.reference)
    return View("fireworks/report.html", title, values, crumbs(ask, "reports", TITLE), status)


def _offered(at: Desk, filed: Filed) -> Iterator[Form]:
    """What can be said about this report, and to whom."""
    if not filed.origin or filed.country == at.country:
        yield ANSWER
    if filed.partners:
        yield TELL
    if not filed.origin and len(filed.passed_to) < len(COUNTRIES) - 1:
        yield PASS


def _act(ask: Ask, at: Desk, key: str, asked: str, filled: Filled) -> str:
    """Do what the button that was pressed says; which word to say about it."""
    store = at.house.store
    if asked == "answer":
        text = filled.value("text")
        store.write(lambda found: passing.answer(found, key, text, at))
    elif asked == "tell":
        told = filled.value("told")
        store.write(lambda found: passing.tell(found, key, told, at))
    elif asked == "pass":
        to, note = filled.value("to"), filled.value("note")
        store.write(lambda found: passing.pass_on(found, key, to, note, at))
    else:
        state = "closed" if sent(ask, "act") == "close" else "taken"
        store.write(lambda found: reports.set_state(found, key, state))  # type: ignore[arg-type] # one of two
        return "closed" if state == "closed" else "taken"
    return asked
