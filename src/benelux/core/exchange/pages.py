"""The nodes for people: which there are, whether they answer, and what waits to be sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from benelux.core import territory
from benelux.core.errors import Refusal
from benelux.core.exchange import outbox, standing
from benelux.core.exchange.federation import federation_of
from benelux.core.exchange.trying import Tried, said, try_connection
from benelux.core.language import message
from benelux.core.registers.acting import acting_for
from benelux.core.registers.values import Acting
from benelux.core.web.ask import Ask, Reply, View
from benelux.core.web.pages import Pages

PAGES: Final = Pages("")
TITLE: Final = message("Exchange")


@dataclass(frozen=True, slots=True)
class Post:
    """The messages of one of our nodes: to which countries, and those that were given up."""

    country: str
    standing: Sequence[outbox.Standing]
    dead: Sequence[outbox.DeadLetter]


@PAGES.page(
    "/exchange",
    TITLE,
    message("The nodes of the countries: which there are, whether they answer, who witnesses."),
    posts=True,
)
def exchange(ask: Ask) -> Reply:
    officer = _officer(ask)
    tried = _tried(ask) if ask.form else None
    values: Mapping[str, object] = {
        "nodes": standing.every(ask.house),
        "states": standing.STATES,
        "names": {one.code: one.name for one in territory.countries()},
        "officer": officer,
        "tried": tried,
        "said": said(tried) if tried else None,
        "post": _post(ask) if officer else (),
    }
    lead = message(
        "Each country keeps its registers at a node of its own. The nodes ask each other."
    )
    return View("exchange/nodes.html", TITLE, values, lead=lead)


def _tried(ask: Ask) -> Tried:
    """Try the connection that was chosen; raises for somebody who is no officer."""
    acting_for(ask.house, ask.person)
    country = ask.form.get("country", [""])[-1]
    return try_connection(federation_of(ask.house), country)


def _officer(ask: Ask) -> Acting | None:
    try:
        return acting_for(ask.house, ask.person)
    except Refusal:
        return None


def _post(ask: Ask) -> list[Post]:
    found = []
    for node in federation_of(ask.house).own.values():
        with node.house.store.read() as connection:
            sent, dead = outbox.standing(connection), outbox.dead_letters(connection)
        found.append(Post(node.country, sent, dead))
    return found
