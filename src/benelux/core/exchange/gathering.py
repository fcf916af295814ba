"""Who asked about a person, in the ledgers of all countries: for that person alone."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Final

import msgspec

from benelux.core.errors import Refusal
from benelux.core.exchange.breaker import breaker_of
from benelux.core.exchange.cards import node_key
from benelux.core.exchange.federation import federation_of
from benelux.core.exchange.lines import SILENT, Told, late, line
from benelux.core.exchange.loop import soon
from benelux.core.exchange.node_api import About
from benelux.core.exchange.nodes import Federation, Node
from benelux.core.house import House
from benelux.core.identity.person import Person
from benelux.core.ledger import ledger_of
from benelux.core.ledger.citizen import Asked, Gathered, consultations_of, gather
from benelux.core.ledger.model import carried
from benelux.core.ledger.service import tokens_of

WITHIN_S: Final = 3.0
_PATH: Final = "/api/exchange/consultations"


def who_asked(house: House, person: Person, today: date) -> Gathered:
    """What this portal and every node may tell the person, and the countries that did not answer.

    The tokens of the person leave this process only as hashes.
    """
    tokens = tokens_of(house, person)
    federation = federation_of(house)
    asks: dict[str, Callable[[], Sequence[Asked]]] = {
        "": partial(consultations_of, ledger_of(house), tokens, today)
    }
    body = msgspec.json.encode(About(tuple(sorted(map(carried, tokens)))))
    for node in list(federation.own.values())[:1]:  # any of ours may ask; this one signs
        for country in federation.countries:
            if country != house.settings.country:  # that one was asked as this portal itself
                asked = _ask(federation, node, country, body)
                here = country in federation.own
                asks[country] = partial(_told, node, country, asked, here=here)
    return gather(asks)


def _ask(federation: Federation, node: Node, country: str, body: bytes) -> "Future[Told] | None":
    """Begin to ask, so that all are asked at the same time."""
    if not breaker_of(node.house, country).allows():
        return None
    key = node_key(node.house)
    return soon(line(federation, country).post_soon(_PATH, body, key=key, within=WITHIN_S))


def _told(node: Node, country: str, asked: "Future[Told] | None", *, here: bool) -> Sequence[Asked]:
    if asked is None:
        raise late(country)
    breaker = breaker_of(node.house, country)
    try:
        found = asked.result(WITHIN_S).read(list[Asked])
    except TimeoutError:
        asked.cancel()
        breaker.bad()
        raise late(country) from None
    except Refusal as refusal:
        (breaker.bad if refusal.code in SILENT else breaker.good)()
        raise
    breaker.good()
    return [replace(one, country=country, here=here) for one in found]
