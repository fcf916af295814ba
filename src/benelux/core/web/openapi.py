"""The API described: as OpenAPI 3.1 for machines, and as operations for the pages people read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
from litestar import Request
from litestar.datastructures import State
from litestar.openapi.plugins import JsonRenderPlugin
from typing_extensions import override

_VERBS: Final = ("get", "post", "put", "patch", "delete")
Document = dict[str, object]


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    place: str
    kind: str
    required: bool
    about: str
    choices: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing the API can be asked; `summary` and `about` are message ids."""

    tag: str
    verb: str
    path: str
    summary: str
    about: str
    parameters: Sequence[Parameter]
    media_types: Sequence[str]
    open: bool = True

    @property
    def example(self) -> str:
        """An address that can be tried, or nothing where a value has to be filled in first."""
        wanted = any(one.required and one.place == "query" for one in self.parameters)
        asks_more = "{" in self.path or wanted or not self.open
        return "" if asks_more or self.verb != "get" else self.path


def tidy(schema: Document) -> Document:
    """The framework's description without the answers that this API never gives.

    Input that does not fit is refused with problem details: 422, or 400 where a standard wants it.
    """
    for _, _, operation in _each(schema):
        responses = operation.get("responses")
        if isinstance(responses, dict) and not _is_problem(responses.get("400")):
            responses.pop("400", None)
    return schema


def _is_problem(response: object) -> bool:
    content = response.get("content") if isinstance(response, dict) else None
    return isinstance(content, dict) and "application/problem+json" in content


class ReadableJson(JsonRenderPlugin):
    """The description under /api/openapi.json."""

    @override
    def render(self, request: Request[object, object, State], openapi_schema: Document) -> bytes:
        return msgspec.json.encode(
            tidy(msgspec.json.decode(super().render(request, openapi_schema)))
        )


def operations(schema: Document) -> tuple[Operation, ...]:
    """Every operation in the order of its path."""
    return tuple(
        _operation(path, verb, operation)
        for path, verb, operation in sorted(_each(schema), key=_first)
    )


def _first(found: tuple[str, str, Document]) -> str:
    return found[0]


def _each(schema: Document) -> list[tuple[str, str, Document]]:
    paths = schema.get("paths")
    return [
        (path, verb, item[verb])
        for path, item in (paths.items() if isinstance(paths, dict) else ())
        for verb in _VERBS
        if isinstance(item, dict) and isinstance(item.get(verb), dict)
    ]


def _operation(path: str, verb: str, found: Document) -> Operation:
    tags = found.get("tags")
    parameters = found.get("parameters")
    return Operation(
        tag=str(tags[0]) if isinstance(tags, list) and tags else "core",
        verb=verb,
        path=path,
        summary=str(found.get("summary", "")),
        about=str(found.get("description", "")),
        parameters=[
            _parameter(one)
            for one in (parameters if isinstance(parameters, list) else ())
            if isinstance(one, dict)
        ],
        media_types=_media_types(found),
        open="401" not in _responses(found),
    )


def _parameter(found: Mapping[str, object]) -> Parameter:
    schema = found.get("schema")
    shape: Mapping[str, object] = schema if isinstance(schema, dict) else {}
    choices = shape.get("enum")
    return Parameter(
        name=str(found["name"]),
        place=str(found["in"]),
        kind=_kind(shape),
        required=bool(found.get("required")),
        about=str(found.get("description", "") or ""),
        choices=[str(one) for one in choices if one is not None]
        if isinstance(choices, list)
        else (),
    )


def _kind(shape: Mapping[str, object]) -> str:
    if isinstance(several := shape.get("oneOf"), list):
        kinds = [_kind(one) for one in several if isinstance(one, dict)]
        return " | ".join(kind for kind in kinds if kind != "null")
    kind = shape.get("type", "string")
    if isinstance(kind, list):
        return " | ".join(str(one) for one in kind if one != "null")
    return str(shape.get("format") or kind)


def _responses(found: Document) -> Mapping[str, object]:
    responses = found.get("responses")
    return responses if isinstance(responses, dict) else {}


def _media_types(found: Document) -> Sequence[str]:
    ok = _responses(found).get("200")
    content = ok.get("content") if isinstance(ok, dict) else None
    return list(content) if isinstance(content, dict) else ()
