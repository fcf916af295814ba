"""Home, pillar, action, partner, instrument, system and search."""

from collections.abc import Mapping, Sequence
from typing import Final

from benelux.core.language import Language, Message, Text, message, written
from benelux.core.law import Citation
from benelux.core.web.ask import Ask, Crumb, Reply, Said, View
from benelux.core.web.listing import Column, Filter, Listing
from benelux.domains.programme.model import (
    CERTAINTIES,
    INSTRUMENT_KINDS,
    ISSUERS,
    KINDS,
    PARTNER_KINDS,
    PILLARS,
    STAGES,
    TURNS,
    Action,
    LegalText,
    Partner,
    System,
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
from benelux.domains.programme.service.search import ranked_actions, search

SOURCE: Final = Text(
    nl="Bron: Benelux Unie, Jaarplan 2022 (februari 2022); samenvattingen opnieuw geschreven.",
    fr="Source : Union Benelux, Plan annuel 2022 (février 2022) ; résumés rédigés à nouveau.",
    de="Quelle: Benelux-Union, Jahresplan 2022 (Februar 2022); Zusammenfassungen neu verfasst.",
    en="Source: Benelux Union, Annual plan 2022 (February 2022); summaries written anew.",
)
AUDIENCES: Final[Mapping[str, tuple[Message, Message]]] = {
    "citizen": (
        message("Citizens"),
        message("You live, work or study across a border, or you want to know who decides what."),
    ),
    "company": (
        message("Companies"),
        message("You carry goods, sell or send invoices in more than one country."),
    ),
    "officer": (
        message("Officers"),
        message("You work for an authority and need an answer from over the border."),
    ),
    "analyst": (
        message("Analysts"),
        message("You want figures, scenarios and open data with their sources."),
    ),
}


def same_for_all(_ask: Ask, _window: object) -> Mapping[str, object]:
    return {}


def action_url(action: Action, language: Language) -> str:
    return f"/{language}/programme/actions/{action.id}"


def _section_name(key: str) -> Text:
    section = plan().sections[key]
    mark = "" if key.startswith("presidency") else f"{key} "
    return Text(*(mark + title for title in section.title))


def _place(key: str) -> object:
    return list(plan().sections).index(key)


ACTIONS: Final[Listing[Action]] = Listing(
    name="actions",
    rows=lambda _ask: tuple(plan().actions.values()),
    columns=(
        Column("title", message("Action"), lambda row, lang: row.title[lang], link=action_url),
        Column("section", message("Part of the plan"), lambda row, _: row.section,
               show=lambda row, _: _section_name(row.section)),
        Column("kind", message("Kind"), lambda row, _: row.kind,
               show=lambda row, _: KINDS[row.kind]),
        Column("carried_by", message("Carried out by"),
               lambda row, _: row.carried_by,
               show=lambda row, _: plan().systems[row.carried_by].title),
        Column("flagship", message("Flagship"), lambda row, _: row.flagship),
        Column("since", message("What followed"),
               lambda row, _: row.latest.status if row.latest else None,
               show=lambda row, _: TURNS[row.latest.status] if row.latest else "–", tag=True),
        Column("id", message("Id"), lambda row, _: row.id, export_only=True),
        Column("summary", message("Summary"), lambda row, lang: row.summary[lang],
               export_only=True),
        Column("deliverable", message("Deliverable"), lambda row, lang: row.deliverable[lang],
               export_only=True),
        Column("partners", message("Partners"), lambda row, _: " ".join(row.partners),
               export_only=True),
        Column("grounds", message("Legal grounds"), lambda row, _: "; ".join(row.grounds),
               export_only=True),
    ),
    filters=(
        Filter("pillar", message("Pillar"), lambda row: (plan().pillar_of(row),),
               lambda key: plan().sections[key].title, order=_place),
        Filter("section", message("Part of the plan"), lambda row: (row.section,),
               _section_name, order=_place),
        Filter("kind", message("Kind"), lambda row: (row.kind,), lambda key: KINDS[key]),  # type: ignore[index]
        Filter("carried_by", message("Carried out by"), lambda row: (row.carried_by,),
               lambda key: plan().systems[key].title),
        Filter("partner", message("Partner"), lambda row: row.partners,
               lambda key: plan().partners[key].name),
        Filter("flagship", message("Flagship"), lambda row: ("yes",) if row.flagship else ("no",),
               lambda key: message("yes") if key == "yes" else message("no")),
    ),
    find=lambda _ask, words, rows: _ranked(words, rows),
    source=SOURCE,
)  # fmt: skip


def _ranked(words: str, rows: Sequence[Action]) -> Sequence[Action]:
    known = {row.id: row for row in rows}
    return [known[key] for key in ranked_actions(words) if key in known]


PARTNERS: Final[Listing[Partner]] = Listing(
    name="partners",
    rows=lambda _ask: tuple(plan().partners.values()),
    columns=(
        Column("name", message("Partner"), lambda row, lang: row.name[lang],
               link=lambda row, lang: f"/{lang}/programme/partners/{row.id}"),
        Column("kind", message("Kind"), lambda row, _: row.kind,
               show=lambda row, _: PARTNER_KINDS[row.kind]),
        Column("actions", message("Actions"),
               lambda row, _: len(plan().by_partner.get(row.id, ())), numeric=True),
        Column("id", message("Id"), lambda row, _: row.id, export_only=True),
    ),
    filters=(
        Filter("kind", message("Kind"), lambda row: (row.kind,), lambda key: PARTNER_KINDS[key]),
    ),
    sort="-actions",
    source=SOURCE,
)  # fmt: skip


def _issuer(key: str) -> Said:
    partner = plan().partners.get(key)
    return partner.name if partner else ISSUERS.get(key, key)


INSTRUMENTS: Final[Listing[LegalText]] = Listing(
    name="instruments",
    rows=lambda _ask: tuple(plan().instruments.values()),
    columns=(
        Column("citation", message("Legal instrument"),
               lambda row, lang: row.cite(lang),
               link=lambda row, lang: f"/{lang}/programme/instruments/{row.slug}"),
        Column("title", message("Subject"), lambda row, lang: row.title[lang]),
        Column("kind", message("Kind"), lambda row, _: row.kind,
               show=lambda row, _: INSTRUMENT_KINDS[row.kind]),
        Column("date", message("Date"), lambda row, _: row.date,
               show=lambda row, lang: written(row.date, lang) if row.date else "–"),
        Column("actions", message("Actions"),
               lambda row, _: len(plan().by_instrument.get(row.id, ())), numeric=True),
        Column("id", message("Id"), lambda row, _: row.id, export_only=True),
        Column("status", message("Status"), lambda row, _: row.status, export_only=True),
        Column("source", message("Source"), lambda row, _: row.source, export_only=True),
    ),
    filters=(
        Filter("kind", message("Kind"), lambda row: (row.kind,), lambda key: INSTRUMENT_KINDS[key]),
        Filter("issuer", message("Made by"), lambda row: (row.issuer,), _issuer),
    ),
    sort="-actions",
    source=SOURCE,
)  # fmt: skip

SYSTEMS: Final[Listing[System]] = Listing(
    name="systems",
    rows=lambda _ask: tuple(plan().systems.values()),
    columns=(
        Column("title", message("System"), lambda row, lang: row.title[lang],
               link=lambda row, lang: f"/{lang}/programme/actions?carried_by={row.id}"),
        Column("does", message("What it does"), lambda row, lang: row.does[lang]),
        Column("plan", message("Parts of the plan"), lambda row, _: ", ".join(row.plan)),
        Column("actions", message("Actions"),
               lambda row, _: len(plan().by_system.get(row.id, ())), numeric=True),
        Column("id", message("Id"), lambda row, _: row.id, export_only=True),
    ),
    filters=(
        Filter("audience", message("For whom"), lambda row: row.audience,
               lambda key: AUDIENCES[key][0] if key in AUDIENCES else message("Developers")),
    ),
    sort="-actions",
    source=SOURCE,
)  # fmt: skip


@PAGES.front
def home(ask: Ask) -> Reply:
    whole = plan()
    running = {domain.name for domain in ask.house.domains}
    audiences = [
        (key, *texts, [one for one in whole.systems.values() if key in one.audience])
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
        if partner.lon is not None
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
