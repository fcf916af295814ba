"""Every refusal has one shape: RFC 9457 in the API, a page with a way back in the portal."""

import logging
import re
import secrets
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

import msgspec
from litestar import MediaType, Request, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException

from benelux.core import errors
from benelux.core.errors import Fault, Refusal
from benelux.core.language import LANGUAGES, Language, Message, is_language, message
from benelux.core.web.ask import Ask, View
from benelux.core.web.render import Renderer

Asked = Request[object, object, State]
log = logging.getLogger("benelux.web")
_TOLD: Final = frozenset(
    {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS}
)
"""Refusals that may be somebody who tries; they stand in the log."""
_LONGEST_PATH: Final = 300
UNKNOWN_LANGUAGE: Final = "web.unknown-language"
_LANGUAGE: Final = re.compile(r"\s*([a-zA-Z]{2})(?:-[a-zA-Z0-9]+)*\s*(?:;\s*q=([0-9.]+))?\s*")


def preferred(accept_language: str) -> Language:
    """The best of the four languages for an Accept-Language header; English if none is named."""
    best: tuple[float, Language] = (0.0, "en")
    for part in accept_language.split(",")[:20]:
        found = _LANGUAGE.fullmatch(part)
        if found and is_language(code := found[1].lower()):
            try:
                weight = float(found[2] or 1)
            except ValueError:
                continue
            if weight > best[0]:
                best = (weight, code)
    return best[1]


def language_of(request: Asked) -> Language:
    """The language in the address, else the one that the reader's browser prefers."""
    first = request.url.path.lstrip("/").partition("/")[0]
    if is_language(first):
        return first
    asked = request.query_params.get("lang", "")
    if is_language(asked):
        return asked
    return preferred(request.headers.get("accept-language", ""))


def problem(refusal: Refusal, language: Language, instance: str) -> bytes:
    """RFC 9457 problem details; `code`, `why`, `now` and `errors` are our extension members."""
    body: dict[str, object] = {
        "type": f"/problems/{refusal.kind}",
        "title": refusal.title.to(language),
        "status": int(refusal.status),
        "detail": refusal.what.to(language),
        "instance": instance,
        "code": refusal.code,
    }
    if refusal.why:
        body["why"] = refusal.why.to(language)
    if refusal.now:
        body["now"] = refusal.now.to(language)
    if refusal.faults:
        body["errors"] = [_fault(fault, language) for fault in refusal.faults]
    return msgspec.json.encode(body)


def _fault(fault: Fault, language: Language) -> Mapping[str, object]:
    told: dict[str, object] = {"field": fault.field, "message": fault.message.to(language)}
    return told | ({"line": fault.line} if fault.line else {})


def answer_refusal(request: Asked, refusal: Refusal) -> Response[object]:
    """The refusal in the form that whoever asked can read."""
    language = language_of(request)
    headers = {
        "content-language": language, "cache-control": "no-store", "vary": "accept-language",
        **refusal.headers,
    }  # fmt: skip
    path = request.url.path
    if path.startswith("/api") or path.endswith(".json"):
        return Response(
            content=problem(refusal, language, path),
            status_code=int(refusal.status),
            media_type="application/problem+json",
            headers=headers,
        )
    renderer: Renderer = request.app.state["renderer"]
    if refusal.code == UNKNOWN_LANGUAGE:  # the languages that there are lead to what was meant
        path = f"/{language}/{path.lstrip('/').partition('/')[2]}"
    ask = Ask(request.app.state["house"], language, path)
    values = {"refusal": refusal, "languages_offered": LANGUAGES}
    view = View("problem.html", refusal.title, values, status=int(refusal.status))
    return Response(
        content=renderer.page(ask, view),
        status_code=int(refusal.status),
        media_type=MediaType.HTML,
        headers=headers,
    )


def on_refusal(request: Asked, refusal: Refusal) -> Response[object]:
    if refusal.status in _TOLD:
        log.warning("refused %s: %s %s", refusal.code, request.method, _path(request))
    return answer_refusal(request, refusal)


def _path(request: Asked) -> str:
    """The path as it fits on one line of a log; the query, which may say more, stays out."""
    return quote(request.url.path, safe="/:@")[:_LONGEST_PATH]


def on_http_exception(request: Asked, raised: HTTPException) -> Response[object]:
    """What the framework refuses itself: no such address, wrong method, unreadable input."""
    return answer_refusal(request, _as_refusal(request, raised))


def on_surprise(request: Asked, raised: Exception) -> Response[object]:
    """A defect of ours: logged whole under a reference, told without details."""
    reference = secrets.token_hex(4)
    log.error("reference %s: %s %s", reference, request.method, _path(request), exc_info=raised)
    refusal = Defect(
        "server.defect",
        message("Something went wrong on our side."),
        now=message(
            "Try again later. If it goes on, tell us this reference: {ref}.", ref=reference
        ),
    )
    return answer_refusal(request, refusal)


class Defect(Refusal):
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    kind = "defect"
    title = message("Something went wrong")


def _as_refusal(request: Asked, raised: HTTPException) -> Refusal:
    status = raised.status_code
    if status == HTTPStatus.NOT_FOUND:
        return errors.NotFound(
            "web.no-such-page",
            message("There is nothing at this address."),
            now=message("Check the address, search, or start from the home page."),
        )
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = dict(raised.headers or {})
        return errors.WrongMethod(
            "web.wrong-method",
            message("This address does not take {method} requests.", method=request.method),
            headers=allowed,
        )
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return errors.TooLarge("web.too-large", message("What you sent is larger than allowed."))
    if status == HTTPStatus.UNSUPPORTED_MEDIA_TYPE:
        return errors.WrongMediaType(
            "web.media-type", message("This address does not read that type of content.")
        )
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return errors.TooMany("web.too-many", message("Wait a moment before you try again."))
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return errors.Invalid(
            "web.unreadable", message("Your request cannot be read."), faults=_faults(raised)
        )
    return Defect("server.defect", message("Something went wrong on our side."))


def _faults(raised: HTTPException) -> tuple[Fault, ...]:
    if found := _MISSING.match(raised.detail):
        return (Fault(found[1], message("is missing")),)
    extra = raised.extra
    if not isinstance(extra, list):
        return ()
    return tuple(
        Fault(str(one.get("key", "-")), _reworded(str(one.get("message", ""))))
        for one in extra
        if isinstance(one, dict)
    )


_MISSING: Final = re.compile(r"Missing required \w+ parameter '([^']+)'")
_NUMBER: Final = re.compile(r"Expected `(int|float)[^`]*`(?: (>=|<=) ([0-9.]+))?")
_LENGTH: Final = re.compile(r"Expected `str` of length (>=|<=) (\d+)")


def _reworded(said: str) -> Message:
    """The validator's words as a message that can be translated."""
    if found := _LENGTH.match(said):
        if found[1] == "<=":
            return message("at most {n} characters", n=found[2])
        return message("at least {n} characters", n=found[2])
    if found := _NUMBER.match(said):
        if found[2] == ">=":
            return message("a number of at least {n}", n=found[3])
        if found[2] == "<=":
            return message("a number of at most {n}", n=found[3])
        return message("a number is expected")
    if said.startswith("Invalid enum value"):
        return message("not one of the values that are allowed")
    if "required" in said.lower():
        return message("is missing")
    return message("is not in the form that is expected here")
