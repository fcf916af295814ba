"""Timeline, calendar, events and the progress report."""

import calendar as months
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from babel.dates import format_date, get_day_names

from benelux.core.errors import Fault, Invalid
from benelux.core.house import House
from benelux.core.identity.person import SECRETARIAT
from benelux.core.language import Language, locale_of, message, translate
from benelux.core.web.ask import Ask, Download, Reply, View
from benelux.core.web.listing import Column, Filter, Listing
from benelux.domains.programme.formats import ical
from benelux.domains.programme.model import PILLARS, Event, Moment, Progress, Record
from benelux.domains.programme.pages.lists import SOURCE, same_for_all
from benelux.domains.programme.pages.shared import PAGES, TONES, home_crumb, list_crumb
from benelux.domains.programme.service import records
from benelux.domains.programme.service.moments import moments
from benelux.domains.programme.service.plan import plan
from benelux.domains.programme.service.report import STANDINGS, as_csv, progress_report

_MONTH: Final = re.compile(r"(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])")
_FROM: Final = message("In the plan")
_TONE_NAMES: Final = {
    "plan": _FROM,
    "since": message("What followed"),
    "event": message("Event"),
}


def _published(ask: Ask) -> list[Record[Event]]:
    with ask.house.store.read() as connection:
        return records.every(connection, Event)


def _moments(ask: Ask) -> list[Moment]:
    return moments(plan(), _published(ask))


def _what(row: Moment, language: Language) -> str:
    before = row.before.to(language) if row.before else ""
    text = translate(row.what, language) if row.what else ""
    return f"{before}: {text}" if before and text and before != text else before or text


TIMELINE: Final[Listing[Moment]] = Listing(
    name="timeline",
    rows=_moments,
    columns=(
        Column("date", message("Date"), lambda row, _: row.written),
        Column("title", message("Action"), lambda row, lang: row.title[lang],
               link=lambda row, lang: f"/{lang}/{row.href}"),
        Column("what", message("What"), _what),
        Column("from", message("From"), lambda row, _: row.tone,
               show=lambda row, _: _TONE_NAMES[row.tone]),
        Column("source", message("Source"), lambda row, _: row.source),
    ),
    filters=(
        Filter("year", message("Year"), lambda row: (str(row.day.year),), lambda key: key),
        Filter("from", message("From"), lambda row: (row.tone,),
               _TONE_NAMES.__getitem__),
    ),
    source=SOURCE,
)  # fmt: skip

EVENTS: Final[Listing[Record[Event]]] = Listing(
    name="events",
    rows=_published,
    columns=(
        Column("title", message("Event"), lambda row, lang: row.content.title[lang],
               link=lambda row, lang: f"/{lang}/programme/events/{row.id}"),
        Column("starts", message("First day"), lambda row, _: row.content.starts),
        Column("ends", message("Last day"), lambda row, _: row.content.ends),
        Column("place", message("Place"), lambda row, _: row.content.place),
    ),
    sort="-starts",
    empty=message("The General Secretariat has not announced any event here yet."),
)  # fmt: skip


PAGES.list_page(
    "/timeline", TIMELINE, message("Timeline"),
    message("Every date that the plan names, and every dated event since."),
    menu=True, template="programme/timeline.html", crumbs=lambda ask: (home_crumb(ask),),
)(lambda _ask, _window: {"tones": TONES, "names": _TONE_NAMES})  # fmt: skip
PAGES.list_page(
    "/events", EVENTS, message("Events"), message("Meetings and conferences that were announced."),
    crumbs=lambda ask: (home_crumb(ask),),
)(same_for_all)  # fmt: skip


def every_event(house: House) -> Iterable[Mapping[str, str]]:
    with house.store.read() as connection:
        return [{"key": one.id} for one in records.every(connection, Event)]


@PAGES.page("/events/{key:str}", message("Event"), message("One event."), examples=every_event)
def event(ask: Ask) -> Reply:
    with ask.house.store.read() as connection:
        found = records.find(connection, Event, ask.path["key"])
    may_see = ask.person is not None and SECRETARIAT in ask.person.roles
    if found.version.state != "published" and not may_see:
        raise records.no_record(found.id)
    crumbs = list_crumb(ask, "events", message("Events"))
    values = {"record": found, "plan": plan()}
    return View("programme/event.html", found.content.title, values, crumbs)


@PAGES.page("/calendar", message("Calendar"), message("The plan and its events, month by month."))
def calendar(ask: Ask) -> Reply:
    asked = ask.one("month")
    if asked and not _MONTH.fullmatch(asked):
        wish = message("give a year and a month, for example 2022-03")
        raise Invalid(
            "programme.month",
            message("This month cannot be read."),
            faults=(Fault("month", wish),),
        )
    dated = [one for one in _moments(ask) if one.exact]
    month = date.fromisoformat(f"{asked}-01") if asked else _first_month(dated, ask.today)
    days: dict[date, list[Moment]] = {}
    for one in dated:
        day = one.day
        while day <= (one.until or one.day):
            days.setdefault(day, []).append(one)
            day += timedelta(days=1)
    known = sorted({one.day.replace(day=1) for one in dated})
    names = get_day_names("abbreviated", locale=locale_of(ask.language))
    full = get_day_names("wide", locale=locale_of(ask.language))
    values = {
        "month": month,
        "month_name": format_date(month, "MMMM y", locale=locale_of(ask.language)),
        "weeks": months.Calendar().monthdatescalendar(month.year, month.month),
        "days": days,
        "day_names": [(names[day], full[day]) for day in range(7)],
        "full_names": full,
        "before": max((one for one in known if one < month), default=None),
        "after": min((one for one in known if one > month), default=None),
        "previous": _shift(month, -1),
        "next": _shift(month, 1),
        "today": ask.today,
    }
    lead = message("Only whole dates stand in the calendar; the timeline has the others as well.")
    return View(
        "programme/calendar.html", message("Calendar"), values, (home_crumb(ask),), lead=lead
    )


def _first_month(dated: Sequence[Moment], today: date) -> date:
    """This month if something happens in it, else the nearest month that has something."""
    here = today.replace(day=1)
    known = sorted({one.day.replace(day=1) for one in dated})
    return min(known, key=lambda month: abs((month - here).days), default=here)


def _shift(month: date, by: int) -> date | None:
    whole = month.year * 12 + month.month - 1 + by
    shifted = date(whole // 12, whole % 12 + 1, 1)
    return shifted if 1900 <= shifted.year <= 2199 else None  # noqa: PLR2004 - what the page reads


@PAGES.page(
    "/calendar.ics", message("Calendar feed"), message("The calendar to subscribe to (iCalendar).")
)
def feed(ask: Ask) -> Reply:
    content = ical.calendar(_moments(ask), "Benelux", ask.language, ask.house.settings.origin)
    return Download(content, "text/calendar", "benelux.ics", inline=True)


def _report_pillar(ask: Ask) -> str | None:
    asked = ask.one("pillar")
    if asked and asked not in PILLARS:
        raise Invalid(
            "programme.pillar",
            message("The plan has no such pillar."),
            faults=(Fault("pillar", message("may be: {known}", known=", ".join(PILLARS))),),
        )
    return asked or None


@PAGES.page(
    "/report", message("Progress report"),
    message("How far each action is, per pillar, with the evidence."), menu=True,
)  # fmt: skip
def report(ask: Ask) -> Reply:
    pillar = _report_pillar(ask)
    with ask.house.store.read() as connection:
        said = records.every(connection, Progress)
    found = progress_report(plan(), said, ask.today, pillar)  # type: ignore[arg-type]
    values = {
        "report": found,
        "standings": STANDINGS,
        "tones": TONES,
        "chapters": plan().chapters(),
        "chosen": pillar,
    }
    lead = message(
        "“Something followed” means: there is a dated, sourced event since the plan."
        " “Not known” is not the same as not done."
    )
    title = message("Progress report")
    crumbs = (home_crumb(ask),)
    return View("programme/report.html", title, values, crumbs, lead=lead, scripts=("chart",))


@PAGES.page("/report.csv", message("Progress report (CSV)"), message("The report as a table."))
def report_csv(ask: Ask) -> Reply:
    with ask.house.store.read() as connection:
        said = records.every(connection, Progress)
    found = progress_report(plan(), said, ask.today, _report_pillar(ask))  # type: ignore[arg-type]
    content = as_csv(found, ask.language).encode("utf-8-sig")
    return Download(content, "text/csv", f"report-{ask.language}.csv")
