"""The web application, assembled from what core and every domain declare."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from threading import Thread
from typing import Final

from jinja2 import BytecodeCache, FileSystemBytecodeCache
from litestar import Litestar, Request, Response, Router, get
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException, NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import License, Tag
from litestar.params import FromPath

import benelux
from benelux.core import demonstration
from benelux.core.catalogue import pages as catalogue_pages
from benelux.core.domain import Domain, discover
from benelux.core.errors import NotFound, Refusal
from benelux.core.exchange import neighbours
from benelux.core.exchange import pages as exchange_pages
from benelux.core.exchange import work as exchange_work
from benelux.core.exchange.tables import OWNER as EXCHANGE
from benelux.core.house import House
from benelux.core.identity import pages as identity_pages
from benelux.core.identity import (
    pages_accords,
    pages_alarms,
    pages_authorities,
    pages_keeping,
    sessions,
)
from benelux.core.identity.invented import plant
from benelux.core.identity.tables import OWNER as IDENTITY
from benelux.core.language import message
from benelux.core.ledger import pages as ledger_pages
from benelux.core.ledger import pages_delay, pages_mine
from benelux.core.ledger import work as ledger_work
from benelux.core.ledger.tables import OWNER as LEDGER
from benelux.core.registers import pages as registers_pages
from benelux.core.registers import pages_check
from benelux.core.registers import work as registers_work
from benelux.core.registers.places.tables import OWNER as PLACES
from benelux.core.registers.tables import OWNER as REGISTERS
from benelux.core.settings import Settings
from benelux.core.store import CORE, Owner, Store, migrate
from benelux.core.web import core_api, core_pages, doors, health, problems
from benelux.core.web.headers import Guard
from benelux.core.web.openapi import ReadableJson, operations
from benelux.core.web.pages import Page, Pages
from benelux.core.web.remember import Remember
from benelux.core.web.render import Renderer
from benelux.core.web.static import WORKER, Assets, takes_gzip

Asked = Request[object, object, State]
LARGEST_BODY: Final = 5 * 1024 * 1024
_IMMUTABLE: Final = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Problem:
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    why: str | None = None
    now: str | None = None
    errors: list[dict[str, str | int]] | None = None


def create(settings: Settings | None = None) -> Litestar:
    """The whole application over an open, migrated store; one per process."""
    settings = settings or Settings.read()
    domains = discover()
    store = Store.open(settings.database_url)
    migrate(store, owners(domains))
    sessions.sweep(store)
    plant(settings, store)
    return assemble(House(settings, store, domains))


def owners(domains: Sequence[Domain]) -> list[Owner]:
    """Core and every domain that keeps tables, each with its own history of changes."""
    found = [CORE, IDENTITY, LEDGER, EXCHANGE, PLACES, REGISTERS]
    for domain in domains:
        tables = domain.face("tables")
        if tables:
            found.append(Owner(domain.name, tables.metadata, domain.folder / "migrations"))
    return found


def assemble(house: House) -> Litestar:
    """The application for a house that is already open."""
    assets = Assets()
    pages = all_pages(house.domains)
    folders = {domain.name: domain.folder for domain in house.domains}
    titles = {domain.name: domain.title for domain in house.domains}
    renderer = Renderer(assets, pages, folders, titles, compiled=_compiled(house.settings))

    def prepare() -> None:
        for owner in pages:
            if owner.prepare:
                owner.prepare()

    app = Litestar(
        route_handlers=[
            health.live,
            health.ready,
            _asset(assets),
            *core_api.plain(pages),
            *_page_handlers(pages),
            _api(house.domains),
        ],
        dependencies={"house": Provide(lambda: house, sync_to_thread=False, use_cache=True)},
        exception_handlers={
            Refusal: problems.on_refusal,
            HTTPException: problems.on_http_exception,
            Exception: problems.on_surprise,
        },
        # Beside the first requests and not before them: few of those need what takes long.
        on_startup=[lambda: Thread(target=prepare, name="prepare", daemon=True).start()],
        lifespan=[
            ledger_work.beside(house),
            neighbours.beside(house),
            exchange_work.beside(house),
            registers_work.beside(house),
            demonstration.beside(house),
        ],
        on_shutdown=[house.store.close],
        openapi_config=_openapi(house.domains),
        request_max_body_size=LARGEST_BODY,
        logging_config=None,  # who starts the process says where its log goes
        state=State({"house": house, "renderer": renderer, "pages": pages}),
    )
    renderer.operations = lambda: operations(app.openapi_schema.to_schema())
    # Around the router, and not as its middleware: that is made anew for every handler, and does
    # not see what the router itself refuses.
    remember = Remember(app.asgi_handler, house.store, house.settings.cache)
    app.asgi_handler = Guard(remember, house.settings)
    return app


def _compiled(settings: Settings) -> BytecodeCache | None:
    """Where compiled templates are kept, if this house has a folder of its own."""
    if not settings.data.is_absolute():
        return None
    folder = settings.data / "templates"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return FileSystemBytecodeCache(str(folder))


def all_pages(domains: Sequence[Domain]) -> tuple[Pages, ...]:
    """Core's pages first, then each domain's."""
    found = [core_pages.PAGES, catalogue_pages.PAGES, identity_pages.PAGES, ledger_pages.PAGES]
    found += [
        pages_authorities.PAGES,
        pages_accords.PAGES,
        pages_alarms.PAGES,
        pages_keeping.PAGES,
        pages_check.PAGES,
        pages_mine.PAGES,
        pages_delay.PAGES,
        exchange_pages.PAGES,
    ]
    found.append(registers_pages.PAGES)
    for domain in domains:
        face = domain.face("pages")
        if face:
            found.append(face.PAGES)
    return tuple(found)


def _page_handlers(pages: Sequence[Pages]) -> list[HTTPRouteHandler]:
    handlers: list[HTTPRouteHandler] = []
    homes = [owner.home for owner in pages if owner.home]
    home = homes[-1] if homes else core_pages.home
    front = Page("", "", message("Home"), home, message("The front page."))
    for page in (front, *(page for owner in pages for page in owner.declared)):
        handlers.append(doors.page_handler(page))
        if page.listing:
            handlers.extend(doors.twin_handlers(page))
    return handlers


def _api(domains: Sequence[Domain]) -> Router:
    routers = []
    for domain in domains:
        face = domain.face("api")
        if face:
            routes = [_documented(handler) for handler in face.ROUTES]
            routers.append(Router(f"/{domain.name}", route_handlers=routes, tags=[domain.name]))
    own = [_documented(handler) for handler in core_api.ROUTES]
    return Router("/api", route_handlers=[*own, *routers])


def _documented(handler: HTTPRouteHandler) -> HTTPRouteHandler:
    """The handler with the refusals that any of our handlers may give."""
    refused = {
        status: ResponseSpec(
            Problem, description=HTTPStatus(status).phrase, media_type="application/problem+json"
        )
        for status in (404, 422)
    }
    handler.responses = {**refused, **(handler.responses or {})}
    return handler


def _openapi(domains: Sequence[Domain]) -> OpenAPIConfig:
    return OpenAPIConfig(
        title="Benelux",
        version=benelux.__version__,
        summary="The digital systems of the Benelux Union's annual plan.",
        description="Open data and services. Refusals are RFC 9457 problem details.",
        license=License(name="EUPL-1.2", identifier="EUPL-1.2"),
        openapi_router=Router(
            "/api", route_handlers=[], include_in_schema=False, after_request=_refuse_as_we_do
        ),
        render_plugins=[ReadableJson(path="/openapi.json")],
        tags=[
            Tag("core", "What every domain shares: the catalogue, the records, the domains."),
            *(Tag(domain.name, domain.summary.en) for domain in domains if domain.has("api")),
        ],
        use_handler_docstrings=True,
    )


def _refuse_as_we_do(answer: Response[object]) -> Response[object]:
    """The framework answers an unknown address beside the description with a page of its own."""
    if answer.status_code == HTTPStatus.NOT_FOUND:
        raise NotFoundException
    return answer


def _asset(assets: Assets) -> HTTPRouteHandler:
    @get("/static/{name:str}", include_in_schema=False, sync_to_thread=False)
    def asset(request: Asked, name: FromPath[str]) -> Response[bytes]:
        found = assets.read(name)
        if found is None:
            raise NotFound("web.no-such-asset", message("There is nothing at this address."))
        headers = {"cache-control": _IMMUTABLE, "vary": "accept-encoding"}
        if name == assets.names.get(WORKER):
            headers["service-worker-allowed"] = "/"  # it asks for less itself
        content = found.content
        if found.compressed and takes_gzip(request.headers.get("accept-encoding", "")):
            content = found.compressed
            headers["content-encoding"] = "gzip"
        return Response(content, media_type=found.media_type, headers=headers)

    return asset
