"""The pages of the manual that nobody writes, because the software knows what stands in them."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Final, cast

from cyclopts import App, Argument

from benelux.core import catalogue
from benelux.core.cli.block import markdown_table
from benelux.core.cli.call import ABOUT_COMMON, DEBUG_VARIABLE, LANGUAGE_VARIABLE
from benelux.core.cli.layout import Look
from benelux.core.domain import Domain, Face, discover
from benelux.core.house import House
from benelux.core.language import translate
from benelux.core.settings import SETTINGS, Settings
from benelux.core.store import Store, migrate
from benelux.core.web.app import all_pages, assemble, owners
from benelux.core.web.pages import Page

_FACES: Final[tuple[Face, ...]] = ("pages", "api", "commands", "registers")
_ABOUT_SETTINGS: Final = (
    "Each is read from an environment variable; `benelux up` takes most of them as options too,"
    " and an option goes before a variable."
)
_ABOUT_PAGES: Final = "`{lang}` is one of nl, fr, de and en. A list is also there as JSON and CSV."
_METHODS: Final = ("get", "post", "put", "patch", "delete")


def commands() -> str:
    """Every command with its arguments and options."""
    from benelux.core.cli.run import build  # noqa: PLC0415 - it is what imports this

    app = build("en", Look())
    variables = (
        f"The language can also be set as `{LANGUAGE_VARIABLE}`, and `{DEBUG_VARIABLE}=1` is the"
        " same as `--debug`."
    )
    parts = ["# Commands", ABOUT_COMMON.msgid, variables, *_command(app, ("benelux",))]
    return "\n\n".join(parts)


def _command(app: App, chain: tuple[str, ...]) -> Iterator[str]:
    flags = {*app.help_flags, *app.version_flags}
    inner = {name: one for name, one in app.resolved_commands().items() if name not in flags}
    if len(chain) > 1:
        yield f"{'#' * min(len(chain), 4)} `{' '.join(chain)}`"
        yield app.help.strip()
        arguments = () if inner else app.assemble_argument_collection()
        if any(one.show for one in arguments):
            rows = [_argument(one) for one in arguments if one.show]
            yield markdown_table(("Option", "What it does"), rows)
    for name, one in sorted(inner.items()):
        yield from _command(one, (*chain, name))


def _argument(one: Argument) -> tuple[str, str]:
    parameter = one.parameter
    names = [one.name.lstrip("-").upper()] if one.index is not None else list(one.names)
    about = [parameter.help or ""]
    if choices := one.get_choices(force=True):
        about.append(f"One of: {', '.join(choices)}.")
    if one.required:
        about.append("Required.")
    return ", ".join(f"`{name}`" for name in names), " ".join(about)


def settings() -> str:
    """Every setting with its variable and what holds without it."""
    defaults = {field.name: field.default for field in fields(Settings)}
    rows = [
        (f"`{one.variable}`", _default(one.name, defaults[one.name]), one.about.msgid)
        for one in SETTINGS
    ]
    return "\n\n".join(
        (
            "# Settings",
            _ABOUT_SETTINGS,
            markdown_table(("Variable", "Without it", "What it does"), rows),
        )
    )


def _default(name: str, value: object) -> str:
    if name == "data":
        return "the system's folder for a user's data"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"`{value}`" if value != "" else "empty"


def pages() -> str:
    """Every page of the portal by its owner."""
    parts = [
        "# Pages",
        "`{lang}` is one of nl, fr, de and en. A list is also there as JSON and CSV.",
    ]
    owners: dict[str, list[tuple[str, ...]]] = {}
    for one in all_pages(discover()):
        owners.setdefault(one.owner, []).extend(_page(page) for page in one.declared)
    for owner, rows in owners.items():
        head = ("Address", "Title", "What it shows", "For")
        parts += [f"## {owner or 'Every portal'}", markdown_table(head, rows)]
    return "\n\n".join(parts)


def _page(page: Page) -> tuple[str, ...]:
    path = page.full_path.replace(":str}", "}")
    twins = ", `.json`, `.csv`" if page.listing else ""
    reader = page.role or "everybody"
    return (f"`{path}`{twins}", translate(page.title, "en"), translate(page.about, "en"), reader)


def api() -> str:
    """Every operation of the API by its tag."""
    schema = _schema()
    operations: dict[str, list[tuple[str, ...]]] = {}
    for path, item in cast("dict[str, dict[str, object]]", schema.get("paths", {})).items():
        for method in _METHODS:
            operation = cast("dict[str, object] | None", item.get(method))
            if operation:
                tags = cast("list[str]", operation.get("tags") or ["other"])
                row = (
                    f"`{method.upper()} {path}`",
                    str(operation.get("summary", "")),
                    str(operation.get("description", "")),
                )
                operations.setdefault(tags[0], []).append(row)
    parts = ["# API", "Described as OpenAPI 3.1 at `/api/openapi.json` of a running portal."]
    for tag, rows in sorted(operations.items()):
        parts += [f"## {tag}", markdown_table(("Operation", "What it does", "More"), rows)]
    return "\n\n".join(parts)


def _schema() -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder))
        found = discover()
        with Store.open(settings.database_url) as store:
            migrate(store, owners(found))
            app = assemble(House(settings, store, found))
            return cast("dict[str, object]", app.openapi_schema.to_schema())


def domains() -> str:
    """Every domain by its declaration."""
    parts = ["# Domains", *(_domain(domain) for domain in discover())]
    return "\n\n".join(parts)


def _domain(domain: Domain) -> str:
    faces = ", ".join(face for face in _FACES if domain.has(face)) or "none"
    rows = [
        ("Title", " / ".join(domain.title)),
        ("Plan", ", ".join(domain.plan)),
        ("Shows itself in", faces),
        ("Uses", ", ".join(domain.uses) or "no other domain"),
    ]
    return f"## `{domain.name}`\n\n{domain.summary.en}\n\n{markdown_table(('', ''), rows)}"


def data() -> str:
    """Every data set of the catalogue."""
    rows = [
        (
            f"`{one.id}`",
            one.title.en,
            one.owner,
            ", ".join(licence.title for licence in one.licences),
            ", ".join(origin.title for origin in one.sources),
            ", ".join(one.formats),
        )
        for one in catalogue.load(discover()).sets
    ]
    head = ("Name", "Title", "Kept by", "Licence", "Source", "Formats")
    return f"# Data\n\n{markdown_table(head, rows)}"


PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "commands.md": commands,
    "settings.md": settings,
    "pages.md": pages,
    "api.md": api,
    "domains.md": domains,
    "data.md": data,
}
