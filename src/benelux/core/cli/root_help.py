"""The help of the root, from the declarations alone: no command is imported to show it."""

from benelux.core.cli.call import ABOUT_COMMON
from benelux.core.cli.entries import (
    ABOUT,
    ABOUT_HELP,
    ABOUT_VERSION,
    COMMANDS,
    DOMAINS,
    HELP_FLAGS,
    OPTIONS,
    USAGE,
    VERSION_FLAGS,
    entries,
)
from benelux.core.cli.layout import Look, Row, paragraphs, section, usage
from benelux.core.language import Language, translate


def render(language: Language, look: Look) -> str:
    """The same text that the whole application gives for its root; a test compares the two."""
    found = list(entries())
    parts = [
        usage(look, USAGE.to(language), "benelux COMMAND"),
        paragraphs(look, ABOUT.to(language)),
    ]
    for group in (COMMANDS, DOMAINS):
        rows = [
            Row(one.name, translate(one.about, language)) for one in found if one.group is group
        ]
        parts.append(section(look, group.to(language), rows))
    options = [
        Row(", ".join(HELP_FLAGS), ABOUT_HELP.to(language)),
        Row(", ".join(VERSION_FLAGS), ABOUT_VERSION.to(language)),
    ]
    parts += [
        section(look, OPTIONS.to(language), options),
        paragraphs(look, ABOUT_COMMON.to(language)),
    ]
    return "".join(parts)
