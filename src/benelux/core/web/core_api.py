"""The API that every portal has, and the few addresses outside the languages."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from litestar import MediaType, Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from benelux.core.catalogue import api as catalogue_api
from benelux.core.domain import Domain
from benelux.core.errors import KINDS, NotFound
from benelux.core.exchange import api as exchange_api
from benelux.core.exchange import node_api
from benelux.core.house import House
from benelux.core.identity import api as identity_api
from benelux.core.identity import registry_api
from benelux.core.language import LANGUAGES, Text, message
from benelux.core.ledger import api as ledger_api
from benelux.core.registers import api as registers_api
from benelux.core.registers import documents_api, hidden_api
from benelux.core.web.pages import Pages
from benelux.core.web.problems import preferred

Asked = Request[object, object, State]
_SEE_OTHER: Final = 303


@dataclass(frozen=True, slots=True)
class DomainCard:
    """A domain as the API shows it."""

    name: str
    title: Text
    summary: Text
    plan: tuple[str, ...]
    uses: tuple[str, ...]


def _card(domain: Domain) -> DomainCard:
    return DomainCard(domain.name, domain.title, domain.summary, domain.plan, domain.uses)


@get("/domains", summary="List the domains of this portal", tags=["core"], sync_to_thread=False)
def domains(house: NamedDependency[House]) -> list[DomainCard]:
    """Every domain that is installed, with the parts of the plan that it carries out."""
    return [_card(domain) for domain in house.domains]


ROUTES = (
    domains,
    *catalogue_api.ROUTES,
    *identity_api.ROUTES,
    *registry_api.ROUTES,
    *ledger_api.ROUTES,
    *exchange_api.ROUTES,
    *node_api.ROUTES,
    *registers_api.ROUTES,
    *documents_api.ROUTES,
    *hidden_api.ROUTES,
)


def plain(pages: Sequence[Pages]) -> list[HTTPRouteHandler]:
    """The addresses without a language: the root, problem types, the site map and robots."""

    @get("/", include_in_schema=False, sync_to_thread=False)
    def root(request: Asked) -> Response[None]:
        language = preferred(request.headers.get("accept-language", ""))
        headers = {"location": f"/{language}/", "vary": "accept-language"}
        return Response(None, status_code=_SEE_OTHER, headers=headers)

    @get("/problems/{kind:str}", include_in_schema=False, sync_to_thread=False)
    def problem_type(request: Asked, kind: FromPath[str]) -> Response[None]:
        if kind not in {known.kind for known in KINDS} | {"defect"}:
            raise NotFound("web.no-such-problem", message("There is no problem of this kind."))
        language = preferred(request.headers.get("accept-language", ""))
        headers = {"location": f"/{language}/problems#{kind}", "vary": "accept-language"}
        return Response(None, status_code=_SEE_OTHER, headers=headers)

    @get("/robots.txt", include_in_schema=False, media_type=MediaType.TEXT, sync_to_thread=False)
    def robots(house: NamedDependency[House]) -> str:
        return f"User-agent: *\nAllow: /\nSitemap: {house.settings.origin}/sitemap.xml\n"

    @get("/sitemap.xml", include_in_schema=False, sync_to_thread=True)
    def site_map(house: NamedDependency[House]) -> Response[str]:
        entries = "".join(_entry(house, addresses) for addresses in every_address(house, pages))
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
            f' xmlns:xhtml="http://www.w3.org/1999/xhtml">{entries}</urlset>\n'
        )
        return Response(body, media_type="application/xml")

    return [root, problem_type, robots, site_map]


def every_address(house: House, pages: Sequence[Pages]) -> list[dict[str, str]]:
    """Each public page that exists, as its address per language."""
    found: list[dict[str, str]] = [{language: f"/{language}/" for language in LANGUAGES}]
    for owner in pages:
        for page in owner.declared:
            if page.role:
                continue
            found.extend(
                {language: page.address(language, parameters) for language in LANGUAGES}
                for parameters in page.examples(house)
            )
    return found


def _entry(house: House, addresses: dict[str, str]) -> str:

    origin = house.settings.origin
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{language}" href="{escape(origin + address)}"/>'
        for language, address in addresses.items()
    )
    return f"<url><loc>{escape(origin + addresses['en'])}</loc>{links}</url>"
