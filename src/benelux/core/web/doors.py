"""From a declared page to a handler: who asks, in which language, with which form."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Final

from anyio import to_thread
from litestar import HttpMethod, MediaType, Request, Response, get, route
from litestar.datastructures import Cookie, State, UploadFile
from litestar.handlers import HTTPRouteHandler
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER

from benelux.core.errors import Invalid, NotAllowed, NotFound
from benelux.core.house import House
from benelux.core.identity import demo, sessions
from benelux.core.identity.person import Person
from benelux.core.language import LANGUAGES, Language, is_language, message
from benelux.core.web.ask import Ask, Download, Redirect, Reply, Upload, View
from benelux.core.web.headers import WITH_CAMERA
from benelux.core.web.pages import Page
from benelux.core.web.problems import UNKNOWN_LANGUAGE
from benelux.core.web.render import Renderer

Asked = Request[object, object, State]
SESSION: Final = "benelux_session"
FORM: Final = "benelux_form"
_LARGEST_FIELD: Final = 100_000
_FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-real-ip")


def page_handler(page: Page) -> HTTPRouteHandler:
    """The handler of one page in all languages; a page with a form also takes POST."""
    methods = [HttpMethod.GET, HttpMethod.POST] if page.posts else [HttpMethod.GET]

    @route(
        page.full_path,
        http_method=methods,
        include_in_schema=False,
        name=f"{page.owner}:{page.path}",
        status_code=HTTP_200_OK,
    )
    async def handle(request: Asked) -> Response[object]:
        ask = await read(request, page)
        # Shown and drawn away from the event loop, which others wait for.
        return await to_thread.run_sync(lambda: answer(request, page, ask, page.show(ask)))

    return handle


def twin_handlers(page: Page) -> list[HTTPRouteHandler]:
    """The same list as JSON and as CSV."""
    listing = page.listing
    if listing is None:
        return []

    @get(f"{page.full_path}.json", include_in_schema=False)
    async def as_json(request: Asked) -> Response[bytes]:
        ask = await read(request, page)
        content = await to_thread.run_sync(listing.json, ask)
        return Response(content, media_type="application/json", headers=_twin_headers(ask))

    @get(f"{page.full_path}.csv", include_in_schema=False)
    async def as_csv(request: Asked) -> Response[bytes]:
        ask = await read(request, page)
        content = await to_thread.run_sync(listing.csv, ask)
        headers = _twin_headers(ask) | {
            "content-disposition": f'attachment; filename="{listing.name}-{ask.language}.csv"'
        }
        return Response(content, media_type="text/csv", headers=headers)

    return [as_json, as_csv]


def _twin_headers(ask: Ask) -> dict[str, str]:
    """Open to programs of all sites, but what somebody who is signed in sees is theirs alone."""
    headers = {"content-language": ask.language}
    if ask.person:
        return headers | {"cache-control": "no-store"}
    return headers | {"access-control-allow-origin": "*"}


async def read(request: Asked, page: Page) -> Ask:
    """What is asked, checked as far as every page needs it.

    Raises `NotFound` for an unknown language and `NotAllowed` for a form from elsewhere.
    """
    language = _language(request)
    path = {name: str(value) for name, value in request.path_params.items()}
    if any("\x00" in value for value in path.values()):  # which no name and no database has
        raise NotFound("web.no-such-page", message("There is nothing at this address."))
    house: House = request.app.state["house"]
    person, csrf = await _who(request, house)
    form: Mapping[str, Sequence[str]] = {}
    files: Mapping[str, Upload] = {}
    if request.method == HttpMethod.POST:
        form, files = await _form(request)
        _same_site(request)
        sent = form.get("csrf", [""])[-1]
        if not csrf or not secrets.compare_digest(sent.encode(), csrf.encode()):
            raise NotAllowed(
                "web.form-expired",
                message("This form is no longer valid."),
                why=message("It was open for too long, or it came from another site."),
                now=message("Go back, load the page again and send the form once more."),
            )
    elif page.posts and not csrf:
        csrf = secrets.token_urlsafe(24)
    ask = Ask(
        house=house,
        language=language,
        address=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        path=path,
        query=dict(request.query_params.dict()),
        form=form,
        files=files,
        person=person,
        csrf=csrf,
        client=_client(request),
        cookies=_cookies(request, secure=house.settings.secure),
    )
    if page.role:
        ask.need(page.role)
    return ask


def answer(request: Asked, page: Page, ask: Ask, reply: Reply) -> Response[object]:
    """The reply as a response, with the cookies and cache rules that belong to it."""
    headers: dict[str, str] = {"content-language": ask.language}
    if ask.person or page.posts or page.role or (isinstance(reply, View) and reply.fresh):
        headers["cache-control"] = "no-store"
    if page.camera:
        headers |= WITH_CAMERA
    if isinstance(reply, Redirect):
        headers |= {"location": reply.to, "cache-control": "no-store"}
        secure = ask.house.settings.secure
        kept = [cookie(one.name, one.value, secure=secure, age=one.age) for one in reply.cookies]
        return Response(None, status_code=HTTP_303_SEE_OTHER, headers=headers, cookies=kept)
    if isinstance(reply, Download):
        kind = "inline" if reply.inline else "attachment"
        headers["content-disposition"] = f'{kind}; filename="{reply.filename}"'
        return Response(reply.content, media_type=reply.media_type, headers=headers)
    renderer: Renderer = request.app.state["renderer"]
    content = _render(renderer, ask, reply, page)
    cookies = []
    secure = ask.house.settings.secure
    if page.posts and not ask.person and ask.csrf != sent_cookie(request, FORM, secure=secure):
        cookies = [cookie(FORM, ask.csrf, secure=secure, same_site="strict")]
    return Response(
        content,
        status_code=reply.status,
        media_type=MediaType.HTML,
        headers=headers,
        cookies=cookies,
    )


def _render(renderer: Renderer, ask: Ask, view: View, page: Page) -> str:
    return renderer.page(ask, view, page)


def cookie(
    name: str, value: str, *, secure: bool, same_site: str = "lax", age: int | None = None
) -> Cookie:
    """A cookie that scripts cannot read; over https also bound to this host alone."""
    return Cookie(
        key=f"__Host-{name}" if secure else name,
        value=value,
        httponly=True,
        secure=secure,
        samesite="strict" if same_site == "strict" else "lax",
        max_age=age,
        path="/",
    )


def sent_cookie(request: Asked, name: str, *, secure: bool) -> str:
    return request.cookies.get(f"__Host-{name}" if secure else name, "")


def _language(request: Asked) -> Language:
    code = str(request.path_params.get("lang", ""))
    if is_language(code):
        return code
    raise NotFound(
        UNKNOWN_LANGUAGE,
        message("There is no page in the language “{code}”.", code=code[:20]),
        now=message("Choose one of these languages: {codes}.", codes=", ".join(LANGUAGES)),
    )


async def _who(request: Asked, house: House) -> tuple[Person | None, str]:
    secure = house.settings.secure
    token = sent_cookie(request, SESSION, secure=secure)
    if token:
        session = await to_thread.run_sync(sessions.find, house.store, token)
        if session and demo.may_stay(house.settings, session.person, _client(request)):
            return session.person, session.csrf
    return None, sent_cookie(request, FORM, secure=secure)


def _client(request: Asked) -> str:
    forwarded = any(name in request.headers for name in _FORWARDED)
    return "" if forwarded or request.client is None else request.client.host


def _cookies(request: Asked, *, secure: bool) -> dict[str, str]:
    """The cookies by their plain names; over https only those that this host alone can have set."""
    prefix = "__Host-" if secure else ""
    sent = request.cookies.items()
    return {name.removeprefix(prefix): value for name, value in sent if name.startswith(prefix)}


async def _form(request: Asked) -> tuple[Mapping[str, Sequence[str]], Mapping[str, Upload]]:
    form: dict[str, list[str]] = {}
    files: dict[str, Upload] = {}
    try:
        sent = await request.form()
    except (ValueError, LookupError) as error:  # text in no encoding, or in one that nobody knows
        raise Invalid("web.unreadable", message("Your request cannot be read.")) from error
    for name, value in sent.multi_items():
        if isinstance(value, UploadFile):
            files[name] = Upload(value.filename or "", await value.read())
            await value.close()
        else:
            form.setdefault(name, []).append(str(value)[:_LARGEST_FIELD])
    return form, files


def _same_site(request: Asked) -> None:
    """Refuse a form that a page of another site sent."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    host = request.headers.get("host", "")
    elsewhere = origin is not None and origin.partition("://")[2] != host
    if site not in {"same-origin", "none"} or elsewhere:
        raise NotAllowed(
            "web.other-site",
            message("This form was sent from another site."),
            now=message("Open the page here and fill in the form again."),
        )
