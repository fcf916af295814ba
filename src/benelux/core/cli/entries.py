"""The commands at the root: core's own, and one for each domain that has commands.

Both the help of the root and the command itself are made from these, so that they cannot differ.
Nothing here imports a command.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from benelux.core.domain import discover
from benelux.core.language import Message, Text, message

ABOUT = message("The digital systems of the Benelux Union's annual plan, as one platform.")
COMMANDS = message("Commands")
DOMAINS = message("Domains")
OPTIONS = message("Options")
ARGUMENTS = message("Arguments")  # what cyclopts calls them; said by its title
USAGE = message("Usage:")
ABOUT_HELP = message("Show this help and stop.")
ABOUT_VERSION = message("Show the version and stop.")
HELP_FLAGS = ("--help", "-h")
VERSION_FLAGS = ("--version",)


@dataclass(frozen=True, slots=True)
class Entry:
    """One command; `target` is where it is imported from when it is called."""

    name: str
    about: Message | Text
    target: str
    group: Message = COMMANDS


CORE = (
    Entry("dev", message("Tools for who works on the platform."), "benelux.core.cli.dev:app"),
    Entry("domains", message("List the domains."), "benelux.core.cli.domains:domains"),
    Entry(
        "identity",
        message("Authorities, their keys, and the policies."),
        "benelux.core.identity.commands:app",
    ),
    Entry(
        "ledger",
        message("Prove, verify and witness what is on record."),
        "benelux.core.ledger.commands:app",
    ),
    Entry(
        "node",
        message("Run the node of one country, and know its peers."),
        "benelux.core.exchange.commands:app",
    ),
    Entry(
        "register",
        message("Enter, ask, import, export and count what the registers hold."),
        "benelux.core.registers.commands:app",
    ),
    Entry("up", message("Start the portal and keep it running."), "benelux.core.cli.up:up"),
)


def entries() -> Iterator[Entry]:
    """Core's commands, then the domains', each by name."""
    yield from CORE
    for domain in discover():
        if domain.has("commands"):
            target = f"{domain.package}.commands:app"
            yield Entry(domain.name, domain.summary, target, DOMAINS)
