"""Show what cyclopts knows of a command in our layout, in the reader's language."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Protocol

from cyclopts.help import HelpEntry, HelpPanel

from benelux.core.cli import layout
from benelux.core.cli.entries import OPTIONS, USAGE
from benelux.core.language import Language, Message, message, translate


class Console(Protocol):
    """The part of a console that is needed here; rich itself takes long to import."""

    @property
    def file(self) -> IO[str]: ...


@dataclass(frozen=True, slots=True)
class Formatter:
    """Commands are written with English texts, which are message ids; here they are translated."""

    language: Language
    look: layout.Look

    def render_usage(self, console: Console, options: object, usage: object) -> None:  # noqa: ARG002 - the form that cyclopts calls
        line = _plain(usage).strip().removeprefix("Usage:").strip()
        if line:
            console.file.write(layout.usage(self.look, USAGE.to(self.language), line))

    def render_description(self, console: Console, options: object, description: object) -> None:  # noqa: ARG002 - the form that cyclopts calls
        parts = _plain(description).split("\n\n")
        told = "\n\n".join(self._said(part) for part in parts if part.strip())
        if told:
            console.file.write(layout.paragraphs(self.look, told))

    def __call__(self, console: Console, options: object, panel: HelpPanel) -> None:  # noqa: ARG002 - the form that cyclopts calls
        rows = [layout.Row(", ".join(_names(entry)), self._about(entry)) for entry in panel.entries]
        console.file.write(layout.section(self.look, self._title(_plain(panel.title)), rows))

    def _title(self, title: str) -> str:
        return (OPTIONS if title == "Parameters" else Message(title)).to(self.language)

    def _about(self, entry: HelpEntry) -> str:
        return " ".join(part for part in self._parts(entry) if part)

    def _parts(self, entry: HelpEntry) -> Iterator[str]:
        yield self._said(_plain(entry.description))
        if entry.choices:
            choices = ", ".join(entry.choices)
            yield message("[one of: {choices}]", choices=choices).to(self.language)
        if entry.default is not None and entry.default != "False":
            yield message("[otherwise: {default}]", default=entry.default).to(self.language)
        if entry.required:
            yield message("[required]").to(self.language)

    def _said(self, text: str) -> str:
        return translate(" ".join(text.split()), self.language)


def _names(entry: HelpEntry) -> tuple[str, ...]:
    """A positional argument by its label alone, an option with the shape of its value."""
    return (
        (entry.positional_label,) if entry.positional_label else entry.display_labels_with_metavar
    )


def _plain(said: object) -> str:
    inner = getattr(said, "primary_renderable", said)
    plain = getattr(inner, "plain", inner)
    return plain if isinstance(plain, str) else ""
