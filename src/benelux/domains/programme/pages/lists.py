"""The lists of the plan: actions, partners, legal instruments and systems."""

from collections.abc import Mapping, Sequence
from typing import Final

from benelux.core.language import Language, Message, Text, message, written
from benelux.core.web.ask import Ask, Said
from benelux.core.web.listing import Column, Filter, Listing
from benelux.domains.programme.model import (
    INSTRUMENT_KINDS,
    ISSUERS,
    KINDS,
    PARTNER_KINDS,
    TURNS,
    Action,
    LegalText,
    Partner,
    System,
)
from benelux.domains.programme.service.plan import plan
from benelux.domains.programme.service.search import ranked_actions

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
    rows=lambda _ask: tuple(plan().partners[key] for key in plan().by_partner),
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
