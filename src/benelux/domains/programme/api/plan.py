"""The plan as open data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Final, Literal

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, PathParameter, QueryParameter

from benelux.core.house import House
from benelux.core.language import Language, Text
from benelux.domains.programme.formats import ical
from benelux.domains.programme.model import (
    Action,
    Event,
    Kind,
    LegalText,
    Partner,
    Pillar,
    Progress,
    Record,
    Section,
    System,
)
from benelux.domains.programme.service import moments as dated
from benelux.domains.programme.service import records, report
from benelux.domains.programme.service.plan import (
    find_action,
    find_instrument,
    find_partner,
    plan,
)
from benelux.domains.programme.service.search import Found, ranked_actions, search

_MOST: Final = 200

Here = NamedDependency[House]
Key = Annotated[str, PathParameter(min_length=1, max_length=80)]
Words = Annotated[str, QueryParameter(max_length=200, description="Words to search for.")]
Limit = Annotated[int, QueryParameter(ge=1, le=_MOST, description="How many at most.")]
Offset = Annotated[int, QueryParameter(ge=0, le=1_000_000, description="How many to pass over.")]


@dataclass(frozen=True, slots=True)
class ActionPage:
    """A part of the list of actions."""

    total: int
    offset: int
    items: Sequence[Action]


@dataclass(frozen=True, slots=True)
class ActionCard:
    """One action with what belongs to it and what was recorded on it."""

    action: Action
    pillar: Pillar
    same: Sequence[str]
    progress: Sequence[Record[Progress]]


@dataclass(frozen=True, slots=True)
class PartnerCard:
    partner: Partner
    actions: Sequence[str]


@dataclass(frozen=True, slots=True)
class InstrumentCard:
    instrument: LegalText
    actions: Sequence[str]


@dataclass(frozen=True, slots=True)
class ReportLine:
    id: str
    section: str
    flagship: bool
    standing: report.Standing
    because: Literal["progress", "since", "nothing"]
    as_of: str
    evidence: str


@dataclass(frozen=True, slots=True)
class ReportPart:
    pillar: Pillar
    title: Text
    counts: dict[str, int]
    lines: Sequence[ReportLine]


@dataclass(frozen=True, slots=True)
class ReportCard:
    as_of: date
    parts: Sequence[ReportPart]


@get("/actions", summary="List the actions of the plan", sync_to_thread=False)
def actions(  # noqa: PLR0913 - each is one filter of the list
    *,
    q: Words = "",
    pillar: FromQuery[Pillar | None] = None,
    section: Annotated[str | None, QueryParameter(max_length=40)] = None,
    kind: FromQuery[Kind | None] = None,
    partner: Annotated[str | None, QueryParameter(max_length=80)] = None,
    carried_by: Annotated[str | None, QueryParameter(max_length=40)] = None,
    flagship: FromQuery[bool | None] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> ActionPage:
    """Actions in the plan's order, or best first for a search; filters narrow the list."""
    whole = plan()
    found = [whole.actions[key] for key in ranked_actions(q)] if q else whole.actions.values()
    kept = [
        one
        for one in found
        if (pillar is None or whole.pillar_of(one) == pillar)
        and (section is None or one.section == section)
        and (kind is None or one.kind == kind)
        and (partner is None or partner in one.partners)
        and (carried_by is None or one.carried_by == carried_by)
        and (flagship is None or one.flagship == flagship)
    ]
    return ActionPage(len(kept), offset, kept[offset : offset + limit])


@get("/actions/{key:str}", summary="Read one action")
async def action(house: Here, key: Key) -> ActionCard:
    """The action, its pillar, where else the plan says the same, and its published progress."""
    found = find_action(key)
    progress = await house.store.read_async(lambda reading: records.progress_of(reading, key))
    whole = plan()
    same = [one.id for one in whole.same.get(key, ())]
    return ActionCard(found, whole.pillar_of(found), same, progress)


@get("/sections", summary="List the chapters and sections of the plan", sync_to_thread=False)
def sections() -> Sequence[Section]:
    return tuple(plan().sections.values())


@get("/partners", summary="List the partners in the plan", sync_to_thread=False)
def partners() -> Sequence[Partner]:
    return tuple(plan().partners.values())


@get("/partners/{key:str}", summary="Read one partner and its actions", sync_to_thread=False)
def partner(key: Key) -> PartnerCard:
    return PartnerCard(find_partner(key), [one.id for one in plan().by_partner.get(key, ())])


@get("/instruments", summary="List the legal instruments in the plan", sync_to_thread=False)
def instruments() -> Sequence[LegalText]:
    return tuple(plan().instruments.values())


@get(
    "/instruments/{key:str}",
    summary="Read one legal instrument and what rests on it",
    sync_to_thread=False,
)
def instrument(key: Key) -> InstrumentCard:
    """By its citation as it stands in addresses, such as m-2020-14 for M(2020)14."""
    found = find_instrument(key)
    return InstrumentCard(found, [one.id for one in plan().by_instrument.get(found.id, ())])


@get("/systems", summary="List the systems that carry the plan out", sync_to_thread=False)
def systems() -> Sequence[System]:
    return tuple(plan().systems.values())


@get("/search", summary="Search the plan in four languages", sync_to_thread=True)
def find(q: Words, limit: Limit = 20) -> Sequence[Found]:
    """Accents, endings and small typing errors do not matter; parts of compound words count."""
    return search(q, limit)


@get("/events", summary="List the published events", sync_to_thread=True)
def events(house: Here) -> Sequence[Record[Event]]:
    with house.store.read() as connection:
        return records.every(connection, Event)


@get("/progress", summary="List the published progress", sync_to_thread=True)
def progress(house: Here) -> Sequence[Record[Progress]]:
    with house.store.read() as connection:
        return records.every(connection, Progress)


@get("/report", summary="Read the progress report", sync_to_thread=True)
def progress_report(
    house: Here, pillar: FromQuery[Pillar | None] = None, as_of: FromQuery[date | None] = None
) -> ReportCard:
    """How far each action is, as of a day (today if none is given), and how that is known."""
    with house.store.read() as connection:
        said = records.every(connection, Progress)
    day = as_of or datetime.now(tz=UTC).date()
    found = report.progress_report(plan(), said, day, pillar)
    return ReportCard(found.as_of, [_part(part) for part in found.parts])


@get(
    "/calendar.ics",
    summary="Subscribe to the calendar",
    media_type="text/calendar",
    sync_to_thread=True,
)
def feed(house: Here, lang: FromQuery[Language] = "en") -> Response[bytes]:
    """All dated things in the plan, what followed, and the published events, as iCalendar."""
    with house.store.read() as connection:
        published = records.every(connection, Event)
    content = ical.calendar(
        dated.moments(plan(), published), "Benelux", lang, house.settings.origin
    )
    return Response(content, media_type="text/calendar")


def _part(part: report.Part) -> ReportPart:
    lines = [
        ReportLine(
            line.action.id,
            line.action.section,
            line.action.flagship,
            line.standing,
            line.because,
            line.as_of,
            line.evidence,
        )
        for line in part.lines
    ]
    counts = {str(standing): count for standing, count in part.counts.items()}
    return ReportPart(part.pillar, part.title, counts, lines)


ROUTES = (
    actions, action, sections, partners, partner, instruments, instrument, systems,
    find, events, progress, progress_report, feed,
)  # fmt: skip
