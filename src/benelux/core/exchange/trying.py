"""Trying the connection to a node: whether it answers, knows us, and has the same time."""

from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter

from benelux.core.errors import Refusal
from benelux.core.exchange.breaker import breaker_of
from benelux.core.exchange.cards import node_key
from benelux.core.exchange.lines import SILENT, line
from benelux.core.exchange.node_api import Recognised
from benelux.core.exchange.nodes import Federation
from benelux.core.language import Message, message


@dataclass(frozen=True, slots=True)
class Tried:
    """How it went: how long it took, and how far ahead the other clock is; or why it failed."""

    country: str
    milliseconds: int
    ahead_s: float | None = None
    code: str = ""
    why: Message | None = None

    @property
    def good(self) -> bool:
        return not self.code


def try_connection(federation: Federation, country: str, within: float = 5.0) -> Tried:
    """Ask that node who we are to it; raises `NotFound` for one that is not known.

    It is tried even while it is left alone because it did not answer lately.
    """
    to = line(federation, country)
    home = next(iter(federation.own.values()))
    breaker = breaker_of(home.house, country)
    began = perf_counter()
    try:
        told = to.post("/api/exchange/caller", b"{}", key=node_key(home.house), within=within)
        found = told.read(Recognised)
    except Refusal as refusal:
        (breaker.bad if refusal.code in SILENT else breaker.good)()
        why = refusal.why or refusal.what
        return Tried(country, _since(began), code=refusal.code, why=why)
    breaker.good()
    taken = _since(began)
    # It looked at its clock somewhere on the way; what that can explain is no difference.
    half_s = taken / 2000
    ahead_s = (found.at - datetime.now(UTC)).total_seconds() + half_s
    return Tried(country, taken, 0.0 if abs(ahead_s) <= half_s else round(ahead_s, 1))


def _since(began: float) -> int:
    return round((perf_counter() - began) * 1000)


def said(one: Tried) -> Message:
    """How it went, in a sentence."""
    if one.why is not None:
        return message("{country}: {why}", country=one.country, why=one.why)
    return message(
        "{country} answers in {n} ms; its clock differs by {seconds} s.",
        country=one.country, n=one.milliseconds, seconds=one.ahead_s,
    )  # fmt: skip
