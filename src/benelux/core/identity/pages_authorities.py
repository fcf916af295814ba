"""The registry of authorities for people, and the policies as a lawyer reads them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from benelux.core import territory
from benelux.core.house import House
from benelux.core.identity import keyring, policy, registry
from benelux.core.identity.authority import Authority, AuthorityKind, Service
from benelux.core.identity.devices import Device
from benelux.core.identity.keys import now
from benelux.core.language import LANGUAGES, Message, Text, message
from benelux.core.web.ask import Ask, Crumb, Reply, View
from benelux.core.web.listing import Column, Filter, Listing, Window
from benelux.core.web.pages import Pages

PAGES = Pages("")
TITLE = message("Authorities")
_EFFECTS: Mapping[str, Message] = {"permit": message("Permits"), "forbid": message("Forbids")}


@dataclass(frozen=True, slots=True)
class ShownRule:
    """A policy as the page shows it."""

    id: str
    effect: str
    because: Message
    owner: str
    ground: Text | None
    file: str


def _authorities(ask: Ask) -> Sequence[Authority]:
    return registry.authorities(ask.house.store)


def _country(code: str) -> Text:
    return territory.find(code).name


LISTING: Listing[Authority] = Listing(
    name="authorities",
    rows=_authorities,
    columns=(
        Column(
            "name",
            message("Authority"),
            lambda one, language: one.name[language],
            link=lambda one, language: f"/{language}/authorities/{one.id}",
        ),
        Column("id", message("Id"), lambda one, _: one.id, export_only=True),
        Column(
            "country", message("Country"), lambda one, _: one.country,
            lambda one, _: _country(one.country),
        ),
        Column(
            "kind", message("Kind"), lambda one, _: one.kind.value, lambda one, _: one.kind.label,
            tag=True,
        ),
        Column("competences", message("Competences"), lambda one, _: ", ".join(one.competences)),
        Column("invented", message("Invented"), lambda one, _: one.invented),
    ),
    filters=(
        Filter("country", message("Country"), lambda one: (one.country,), _country),
        Filter(
            "kind", message("Kind"), lambda one: (one.kind.value,),
            lambda key: AuthorityKind(key).label,
        ),
    ),
    sort="name",
    empty=message("No authority is entered."),
)  # fmt: skip


@PAGES.list_page(
    "/authorities",
    LISTING,
    TITLE,
    message("The public bodies that this node knows, with what each one is charged with."),
)
def authorities(_ask: Ask, _window: Window[Authority]) -> Mapping[str, object]:
    return {}


def _examples(house: House) -> Iterable[Mapping[str, str]]:
    return ({"authority": one.id} for one in registry.authorities(house.store))


@PAGES.page(
    "/authorities/{authority:str}",
    message("Authority"),
    message("One authority: where it works, its competences, its services and its public keys."),
    examples=_examples,
)
def authority(ask: Ask) -> Reply:
    with ask.house.store.read() as connection:
        one = registry.get(connection, Authority, ask.path["authority"])
        services = registry.every(connection, Service, one.id)
        devices = registry.every(connection, Device, one.id)
    moment = now()
    values = {
        "one": one,
        "country": _country(one.country),
        "region": territory.find(one.region).name if one.region else None,
        "services": services,
        "devices": devices,
        "keys": [
            (key, key.status_at(moment).label) for key in keyring.keys(ask.house.store, one.id)
        ],
    }
    crumbs = [Crumb(TITLE, ask.url("authorities"))]
    return View("identity/authority.html", one.name, values, crumbs, lead=one.kind.label)


def _rules(ask: Ask) -> Sequence[ShownRule]:
    book = policy.book(ask.house.domains)
    return [_shown(rule) for _, rule in sorted(book.rules.items())]


def _shown(rule: policy.Rule) -> ShownRule:
    ground = rule.ground
    cited = Text(*(ground.cite(language) for language in LANGUAGES)) if ground else None
    return ShownRule(rule.id, rule.parsed.effect, rule.because, rule.owner, cited, rule.file.name)


RULES: Listing[ShownRule] = Listing(
    name="policies",
    rows=_rules,
    columns=(
        Column(
            "because",
            message("What the rule says"),
            lambda one, language: one.because.to(language),
            wide=True,
        ),
        Column(
            "effect",
            message("Effect"),
            lambda one, _: one.effect,
            lambda one, _: _EFFECTS[one.effect],
            tag=True,
        ),
        Column(
            "ground",
            message("Law"),
            lambda one, language: one.ground[language] if one.ground else None,
        ),
        Column("id", message("Rule"), lambda one, _: one.id),
        Column("file", message("File"), lambda one, _: one.file),
    ),
    filters=(
        Filter("effect", message("Effect"), lambda one: (one.effect,), lambda key: _EFFECTS[key]),
        Filter("file", message("File"), lambda one: (one.file,), Text.same),
    ),
    sort="id",
    empty=message("No rule answers to this."),
)


@PAGES.list_page(
    "/policies",
    RULES,
    message("Policies"),
    message(
        "Who may do what: what no rule permits is refused, and what one rule forbids, none permits."
    ),
    template="identity/policies.html",
)
def policies(ask: Ask, _window: Window[ShownRule]) -> Mapping[str, object]:
    book = policy.book(ask.house.domains)
    return {
        "version": book.version,
        "files": [(path.name, path.read_text(encoding="utf-8")) for path in book.files],
    }
