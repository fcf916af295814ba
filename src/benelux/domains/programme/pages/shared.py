"""What the pages of the plan have in common."""

from collections.abc import Iterable, Mapping

from benelux.core.house import House
from benelux.core.language import Message, Text
from benelux.core.web.ask import Ask, Crumb
from benelux.core.web.pages import Pages
from benelux.domains.programme.service.plan import plan
from benelux.domains.programme.service.search import index

PAGES = Pages("programme", search="programme/search", prepare=index)

TONES: Mapping[str, str] = {
    "done": "good", "in_force": "good", "delivered": "good", "adopted": "good",
    "under_way": "open", "signed": "open", "prolonged": "open", "moved": "info",
    "announced": "info", "planned": "info", "delayed": "bad", "stopped": "bad",
    "replaced": "plain", "ended": "plain", "unknown": "plain",
}  # fmt: skip

PLAN_TITLE = Text(nl="Jaarplan", fr="Plan annuel", de="Jahresplan", en="Annual plan")


def home_crumb(ask: Ask) -> Crumb:
    return Crumb(PLAN_TITLE, ask.url("programme"))


def list_crumb(ask: Ask, path: str, label: Message) -> tuple[Crumb, Crumb]:
    return (home_crumb(ask), Crumb(label, ask.url(f"programme/{path}")))


def every_action(_house: House) -> Iterable[Mapping[str, str]]:
    return [{"key": key} for key in plan().actions]


def every_partner(_house: House) -> Iterable[Mapping[str, str]]:
    return [{"key": key} for key in plan().partners]


def every_instrument(_house: House) -> Iterable[Mapping[str, str]]:
    return [{"key": text.slug} for text in plan().instruments.values()]


def every_pillar(_house: House) -> Iterable[Mapping[str, str]]:
    return [{"key": chapter.id} for chapter in plan().chapters()]
