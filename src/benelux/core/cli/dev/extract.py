"""Find what the software says, for the translators.

In Python: `message(…)` and `plural(…)`, the help of commands, and the summaries and docstrings of
API operations. In templates: `_(…)` and `ngettext(…)`. In policies: `@because(…)`.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from babel.messages.extract import extract_python
from jinja2.ext import babel_extract

Msgid = str | tuple[str, str]
_PYTHON: Final = {"message": None, "plural": None}
_TEMPLATE: Final = ("_", "ngettext")
_BECAUSE: Final = re.compile(r'^@because\("([^"\\]+)"\)$', re.MULTILINE)
_ROUTES: Final = frozenset({"get", "post", "put", "patch", "delete", "route"})
_COMMANDS: Final = frozenset({"command", "default"})
_KEYWORDS: Final = {
    "App": ("help", "help_epilogue"),
    "Group": ("help",),
    "Parameter": ("help", "description", "title"),
    "PathParameter": ("description",),
    "QueryParameter": ("description",),
    "command": ("help",),
}


def from_file(path: Path) -> Iterator[Msgid]:
    """Every msgid in one file, as often as it stands there."""
    if path.suffix == ".py":
        yield from _from_calls(path)
        yield from _from_faces(ast.parse(path.read_bytes(), str(path)))
    elif path.suffix == ".cedar":
        yield from _BECAUSE.findall(path.read_text(encoding="utf-8"))
    else:
        yield from _from_template(path)


def _from_calls(path: Path) -> Iterator[Msgid]:
    with path.open("rb") as file:
        for _line, call, found, _notes in extract_python(file, _PYTHON, (), {}):
            yield from _wanted(found, pair=call == "plural")


def _from_template(path: Path) -> Iterator[Msgid]:
    with path.open("rb") as file:
        options = {"silent": "false", "trim_blocks": "true", "lstrip_blocks": "true"}
        for _line, call, found, _notes in babel_extract(file, _TEMPLATE, (), options):
            yield from _wanted(found, pair=call == "ngettext")


def _wanted(found: object, *, pair: bool) -> Iterator[Msgid]:
    """The literal texts among the arguments of a call, if it has them where they belong."""
    given = found if isinstance(found, tuple) else (found,)
    match given[: 2 if pair else 1]:
        case (str(one), str(many)):
            yield one, many
        case (str(one),) if one and not pair:
            yield one


def _from_faces(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node) in _KEYWORDS:
            yield from _literals(node, _KEYWORDS[_name(node)])
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _from_function(node)


def _from_function(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    said = ast.get_docstring(node) or ""
    for decorator in node.decorator_list:
        call = decorator if isinstance(decorator, ast.Call) else None
        if call and _name(call) in _ROUTES and not _is_hidden(call):
            yield from _literals(call, ("summary", "description"))
            if said:
                yield said
        elif _name(decorator) in _COMMANDS and not (call and _has(call, "help")):
            yield from paragraphs(said)


def paragraphs(text: str) -> list[str]:
    """Text between blank lines, each on one line."""
    return [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]


def _name(node: ast.expr) -> str:
    inner = node.func if isinstance(node, ast.Call) else node
    if isinstance(inner, ast.Attribute):
        return inner.attr
    return inner.id if isinstance(inner, ast.Name) else ""


def _literals(call: ast.Call, names: tuple[str, ...]) -> Iterator[str]:
    for keyword in call.keywords:
        value = keyword.value
        if (
            keyword.arg in names
            and isinstance(value, ast.Constant)
            and isinstance(value.value, str)
        ):
            yield value.value


def _has(call: ast.Call, name: str) -> bool:
    return any(keyword.arg == name for keyword in call.keywords)


def _is_hidden(call: ast.Call) -> bool:
    return any(
        keyword.arg == "include_in_schema"
        and isinstance(keyword.value, ast.Constant)
        and keyword.value.value is False
        for keyword in call.keywords
    )
