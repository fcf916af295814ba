"""Search the plan in four languages at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Literal

from benelux.core.language import LANGUAGES, Language, Text
from benelux.core.search import Document, Hit, Index
from benelux.domains.programme.model import Plan
from benelux.domains.programme.service.plan import plan

_building = Lock()
What = Literal["action", "partner", "instrument", "section", "system"]


@dataclass(frozen=True, slots=True)
class Found:
    """One record that answers a search."""

    what: What
    id: str
    title: Text
    text: Text
    score: float


def index() -> Index:
    """One document per record and language; built once per process, whoever asks first."""
    with _building:
        return _index()


@cache
def _index() -> Index:
    return Index.build(_documents(plan()))


def search(query: str, limit: int = 50) -> list[Found]:
    """The records that match `query` in any of the four languages, best first.

    A legal text whose citation is asked for scores above 2, other records below.
    """
    best: dict[str, float] = {}
    for hit in index().find(query, limit=limit * len(LANGUAGES)):
        # Who types a citation wants that text first, before those that only mention it.
        score = hit.score + _is_cited(hit)
        best[hit.key] = max(best.get(hit.key, 0.0), score)
    ranked = sorted(best.items(), key=lambda pair: -pair[1])[:limit]
    return [_found(plan(), key, score) for key, score in ranked]


def _is_cited(hit: Hit) -> bool:
    what, _, name = hit.key.partition("/")
    citation = plan().instruments[name].citation if what == "instrument" else None
    return citation is not None and citation.id in hit.matched


def ranked_actions(query: str) -> list[str]:
    """Ids of the actions that match, best first."""
    return [found.id for found in search(query, limit=500) if found.what == "action"]


def _documents(whole: Plan) -> Iterator[Document]:
    for language in LANGUAGES:
        for action in whole.actions.values():
            fields = {
                "title": action.title[language],
                "summary": action.summary[language],
                "deliverable": action.deliverable[language],
                "grounds": " ".join(action.grounds),
                "partners": " ".join(whole.partners[one].name[language] for one in action.partners),
                "id": action.id.replace("-", " "),
            }
            weight = 1.2 if action.flagship else 1.0
            yield Document(f"action/{action.id}", language, fields, weight)
        for partner in whole.partners.values():
            note = partner.note[language] if partner.note else ""
            fields = {"title": partner.name[language], "summary": note}
            yield Document(f"partner/{partner.id}", language, fields, 1.1)
        for text in whole.instruments.values():
            fields = {"title": text.title[language], "grounds": text.id, "summary": text.source}
            yield Document(f"instrument/{text.id}", language, fields, 1.1)
        yield from _chapters(whole, language)


def _chapters(whole: Plan, language: Language) -> Iterator[Document]:
    for section in whole.sections.values():
        summary = section.summary[language] if section.summary else ""
        fields = {"title": section.title[language], "summary": summary}
        yield Document(f"section/{section.id}", language, fields, 1.0)
    for system in whole.systems.values():
        fields = {"title": system.title[language], "summary": system.does[language]}
        yield Document(f"system/{system.id}", language, fields, 1.0)


def _found(whole: Plan, key: str, score: float) -> Found:
    what, _, name = key.partition("/")
    if what == "action":
        action = whole.actions[name]
        return Found("action", name, action.title, action.summary, score)
    if what == "partner":
        partner = whole.partners[name]
        return Found("partner", name, partner.name, partner.note or Text.same(""), score)
    if what == "instrument":
        text = whole.instruments[name]
        return Found("instrument", name, text.title, Text.same(text.id), score)
    if what == "section":
        section = whole.sections[name]
        return Found("section", name, section.title, section.summary or Text.same(""), score)
    system = whole.systems[name]
    return Found("system", name, system.title, system.does, score)
