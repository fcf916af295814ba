"""Home, pillar, action, partner, instrument, system and search."""

from collections.abc import Sequence

from benelux.core.language import message
from benelux.core.law import Citation
from benelux.core.web.ask import Ask, Crumb, Reply, View
from benelux.domains.programme.model import (
    CERTAINTIES,
    INSTRUMENT_KINDS,
    KINDS,
    PARTNER_KINDS,
    PILLARS,
    STAGES,
    TURNS,
    Action,
    Partner,
)
from benelux.domains.programme.pages.lists import (
    ACTIONS,
    AUDIENCES,
    INSTRUMENTS,
    PARTNERS,
    SOURCE,
    SYSTEMS,
    same_for_all,
)
from benelux.domains.programme.pages.shared import (
    PAGES,
    PLAN_TITLE,
    TONES,
    every_action,
    every_instrument,
    every_partner,
    every_pillar,
    home_crumb,
    list_crumb,
)
from benelux.domains.programme.service import records
from benelux.domains.programme.service.moments import of_action
from benelux.domains.programme.service.plan import (
    find_action,
    find_instrument,
    find_partner,
    find_section,
    plan,
)
from benelux.domains.programme.service.search import search


@PAGES.front
def home(ask: Ask) -> Reply:
    whole = plan()
    running = {domain.name for domain in ask.house.domains}
    # What runs already comes first.
    systems = sorted(whole.systems.values(), key=lambda one: one.id not in running)
    audiences = [
        (key, *texts, [one for one in systems if key in one.audience])
        for key, texts in AUDIENCES.items()
    ]
    values = {
        "plan": whole,
        "chapters": whole.chapters(),
        "audiences": audiences,
        "running": running,
        "kinds": KINDS,
        "latest": _latest(),
        "projects": _flagship_projects(),
    }
    lead = message("Everything the Benelux Union planned for 2022, and what became of it.")
    return View("programme/home.html", message("Cooperation across borders"), values, lead=lead)


def _flagship_projects() -> Sequence[Action]:
    """The first action of each flagship project; a project is a heading of the plan."""
    projects: dict[tuple[str, str], Action] = {}
    for action in plan().flagships:
        projects.setdefault((action.section, action.printed), action)
    return list(projects.values())


def _latest() -> Sequence[tuple[Action, object]]:
    pairs = [(turn, action) for action in plan().actions.values() for turn in action.since]
    pairs.sort(key=lambda pair: pair[0].date, reverse=True)
    seen: dict[str, tuple[Action, object]] = {}
    for turn, action in pairs:
        seen.setdefault(turn.source, (action, turn))
    return list(seen.values())[:5]


@PAGES.page(
    "", PLAN_TITLE, message("The plan by chapter and section, with its actions counted."), menu=True
)
def overview(_ask: Ask) -> Reply:
    lead = message("The plan has a presidency programme and five pillars.")
    values = {"plan": plan(), "chapters": plan().chapters(), "kinds": KINDS}
    return View("programme/plan.html", PLAN_TITLE, values, lead=lead, scripts=("chart",))


PAGES.list_page(
    "/actions", ACTIONS, message("Actions"), message("All actions, to filter, sort and search."),
    menu=True, crumbs=lambda ask: (home_crumb(ask),),
)(same_for_all)  # fmt: skip
PAGES.list_page(
    "/partners", PARTNERS, message("Partners"), message("Everybody who takes part in an action."),
    template="programme/partners.html", crumbs=lambda ask: (home_crumb(ask),), scripts=("map",),
)(lambda _ask, _window: {"places": _places()})  # fmt: skip
PAGES.list_page(
    "/instruments", INSTRUMENTS, message("Legal instruments"),
    message("Every treaty, decision and directive that an action rests on."),
    crumbs=lambda ask: (home_crumb(ask),),
)(same_for_all)  # fmt: skip
PAGES.list_page(
    "/systems", SYSTEMS, message("Systems of the plan"),
    message("Which system carries out which part of the plan."),
    template="programme/systems.html", crumbs=lambda ask: (home_crumb(ask),),
)(lambda ask, _window: {"running": {domain.name for domain in ask.house.domains}})  # fmt: skip


def _places() -> Sequence[tuple[Partner, int]]:
    return [
        (partner, len(plan().by_partner.get(partner.id, ())))
        for partner in plan().partners.values()
        if partner.lon is not None and partner.id in plan().by_partner
    ]


@PAGES.page(
    "/pillars/{key:str}", message("Pillar"), message("One pillar with its sections and actions."),
    examples=every_pillar,
)  # fmt: skip
def pillar(ask: Ask) -> Reply:
    whole = plan()
    chapter = find_section(ask.path["key"])
    if chapter.id not in PILLARS:
        chapter = find_section(chapter.pillar)
    parts = [
        (section, whole.in_section(section.id))
        for section in whole.sections.values()
        if section.pillar == chapter.pillar
    ]
    values = {
        "plan": whole,
        "chapter": chapter,
        "parts_of_chapter": parts,
        "kinds": KINDS,
        "turns": TURNS,
    }
    crumbs = (home_crumb(ask),)
    lead = chapter.summary or ""
    return View("programme/pillar.html", chapter.title, values, crumbs, lead=lead)


@PAGES.page(
    "/actions/{key:str}", message("Action"),
    message("One action: with whom, why, and what followed."),
    examples=every_action,
)  # fmt: skip
def action(ask: Ask) -> Reply:
    whole = plan()
    found = find_action(ask.path["key"])
    with ask.house.store.read() as connection:
        progress = records.progress_of(connection, found.id)
    values = {
        "action": found,
        "plan": whole,
        "section": whole.sections[found.section],
        "chapter": whole.sections[whole.pillar_of(found)],
        "kinds": KINDS,
        "turns": TURNS,
        "certainties": CERTAINTIES,
        "tones": TONES,
        "moments": of_action(found),
        "progress": progress,
        "stages": STAGES,
        "is_running": ask.house.domain(found.carried_by) is not None,
        "source": SOURCE,
        "citation_link": lambda citation: _citation_link(ask, citation),
    }
    crumbs = list_crumb(ask, "actions", message("Actions"))
    return View("programme/action.html", found.title, values, crumbs)


def _citation_link(ask: Ask, citation: Citation) -> str | None:
    """Our own page of what is cited, else its official text."""
    text = plan().instruments.get(citation.id)
    return ask.url(f"programme/instruments/{text.slug}") if text else citation.url(ask.language)


@PAGES.page(
    "/partners/{key:str}", message("Partner"), message("One partner and all its actions."),
    examples=every_partner,
)  # fmt: skip
def partner(ask: Ask) -> Reply:
    found = find_partner(ask.path["key"])
    values = {
        "partner": found,
        "actions": plan().by_partner.get(found.id, ()),
        "plan": plan(),
        "kinds": KINDS,
        "partner_kinds": PARTNER_KINDS,
        "turns": TURNS,
    }
    crumbs = list_crumb(ask, "partners", message("Partners"))
    return View("programme/partner.html", found.name, values, crumbs, lead=found.note or "")


@PAGES.page(
    "/instruments/{key:str}", message("Legal instrument"),
    message("One legal instrument and everything that rests on it."),
    examples=every_instrument,
)  # fmt: skip
def instrument(ask: Ask) -> Reply:
    found = find_instrument(ask.path["key"])
    values = {
        "text": found,
        "actions": plan().by_instrument.get(found.id, ()),
        "plan": plan(),
        "kinds": KINDS,
        "instrument_kinds": INSTRUMENT_KINDS,
        "turns": TURNS,
        "certainties": CERTAINTIES,
        "follower": plan().instruments.get(found.replaced_by or ""),
    }
    crumbs = list_crumb(ask, "instruments", message("Legal instruments"))
    return View("programme/instrument.html", found.cite(ask.language), values, crumbs)


@PAGES.page("/search", message("Search"), message("Search the plan in all four languages."))
def find(ask: Ask) -> Reply:
    words = ask.one("q").strip()[:200]
    found = search(words) if words else []
    crumbs: tuple[Crumb, ...] = (home_crumb(ask),)
    names = {
        "action": message("Action"),
        "partner": message("Partner"),
        "instrument": message("Legal instrument"),
        "section": message("Part of the plan"),
        "system": message("System"),
    }
    values = {"words": words, "found": found, "names": names, "plan": plan(), "link": _link}
    return View("programme/search.html", message("Search"), values, crumbs)


def _link(ask: Ask, what: str, key: str) -> str:
    if what == "instrument":
        return ask.url(f"programme/instruments/{plan().instruments[key].slug}")
    if what == "section":
        return ask.url(f"programme/pillars/{plan().sections[key].pillar}") + f"#s{key}"
    if what == "system":
        return ask.url("programme/actions", carried_by=key)
    return ask.url(f"programme/{what}s/{key}")
