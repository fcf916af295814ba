"""One question to the nodes of several countries at once, answered in time by as many as can.

That it was asked stands in the asker's own ledger before it leaves, and afterwards who answered.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Final

import msgspec

from benelux.core.errors import NotAllowed, Refusal, Unavailable
from benelux.core.exchange.breaker import breaker_of
from benelux.core.exchange.lines import SILENT, Told, late, line, odd
from benelux.core.exchange.loop import soon
from benelux.core.exchange.nodes import Federation, Node
from benelux.core.identity.keyring import signing_key
from benelux.core.identity.keys import SigningKey
from benelux.core.identity.keystore import KeyFolder
from benelux.core.language import Language, Message, message
from benelux.core.ledger import Actor, Entry, Log, ledger_of
from benelux.core.registers.values import Acting, Asking, Reply
from benelux.core.registers.wire import Asked

DEADLINE_S: Final = 3.0
_Waiting = SimpleQueue[tuple[str, "Future[Told]"]]


@dataclass(frozen=True, slots=True)
class Failure:
    """A country whose node gave no answer, or refused to."""

    country: str
    code: str
    message: Message


@dataclass(frozen=True, slots=True)
class Answers:
    """What came back in time, and whose answer is missing."""

    replies: tuple[Reply, ...]
    failures: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question that went out, for the asker's ledger."""

    actor: Actor
    register: str
    action: str
    object: str
    purpose: str
    ground: str
    case: str
    countries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Outcome:
    """How a question ended in each country, for the asker's ledger: where it stands on record."""

    request: str
    answered: dict[str, tuple[str, int]]
    failed: dict[str, str]


def fan_out(  # noqa: PLR0913 - as `stream`
    federation: Federation, asking: Asking, by: Acting, deadline_seconds: float = DEADLINE_S, *,
    countries: Sequence[str] | None = None, language: Language = "en",
) -> Answers:  # fmt: skip
    """All answers that came before the deadline, in the order of the countries."""
    order = _order(federation, countries)
    found = list(
        stream(federation, asking, by, deadline_seconds, countries=order, language=language)
    )
    found.sort(key=lambda one: order.index(one.country))
    return Answers(
        tuple(one for one in found if isinstance(one, Reply)),
        tuple(one for one in found if isinstance(one, Failure)),
    )


def stream(  # noqa: PLR0913 - what is asked, by whom, of whom, and until when
    federation: Federation, asking: Asking, by: Acting, deadline_seconds: float = DEADLINE_S, *,
    countries: Sequence[str] | None = None, language: Language = "en",
) -> Iterator[Reply | Failure]:  # fmt: skip
    """Each answer as it comes, the failures among them; ends at the deadline at the latest.

    Without `countries` every node that is known is asked. Raises `NotAllowed` when the asker's own
    node is not here, and `NotFound` when their authority has no key here.
    """
    until = monotonic() + deadline_seconds
    home = _home(federation, by)
    order = _order(federation, countries)
    key = signing_key(home.house.store, KeyFolder.of(home.house.settings), by.actor.authority)
    log = ledger_of(home.house).open(by.actor.authority)
    log.append(_asked(log, asking, by, order))
    waiting: _Waiting = SimpleQueue()
    under_way: dict[str, Future[Told]] = {}
    answered: dict[str, tuple[str, int]] = {}
    failed: dict[str, str] = {}
    for country in order:
        ask = partial(_ask, federation, country, asking, by, key, until, language)
        try:
            if not breaker_of(home.house, country).allows():
                raise _resting(country)
            under_way[country] = ask()
        except Refusal as refusal:
            failed[country] = refusal.code
            yield Failure(country, refusal.code, refusal.what)
            continue
        under_way[country].add_done_callback(partial(_came, waiting, country))
    try:
        for country, told in _in_time(waiting, under_way, until):
            outcome = _outcome(home, country, told)
            if isinstance(outcome, Reply):
                answered[country] = outcome.receipt
            else:
                failed[country] = outcome.code
            yield outcome
    finally:  # also when whoever asked does not wait for all
        said = _Outcome(asking.request, answered, failed)
        log.append(Entry("answers", msgspec.json.encode(said, order="sorted")))


def _home(federation: Federation, by: Acting) -> Node:
    """The node of the asker's own country, which signs and keeps the record."""
    node = federation.own.get(by.actor.country)
    if node is None:
        raise NotAllowed(
            "exchange.not-from-here",
            message("Questions of your authority do not go out from this portal."),
            why=message("The node of {country} is not here.", country=by.actor.country or "—"),
        )
    return node


def _order(federation: Federation, countries: Sequence[str] | None) -> tuple[str, ...]:
    return federation.countries if countries is None else tuple(dict.fromkeys(countries))


def _asked(log: Log, asking: Asking, by: Acting, countries: tuple[str, ...]) -> Entry:
    """The question as it stands in the asker's ledger; whom it is about is hidden there too."""
    subject = msgspec.json.encode(asking.subject).decode()
    said = _Asked(
        Actor(by.organisation, by.service, by.pseudonym), asking.register, asking.question.action,
        log.ring.hide("object", subject).hex(), asking.facts.purpose or "",
        asking.facts.ground or "", asking.facts.case or "", countries,
    )  # fmt: skip
    content = msgspec.json.encode(said, order="sorted")
    return Entry("question", content, f"question {asking.request}")


def _ask(  # noqa: PLR0913, PLR0917 - as `stream`
    federation: Federation, country: str, asking: Asking, by: Acting, key: SigningKey,
    until: float, language: Language,
) -> "Future[Told]":  # fmt: skip
    body = msgspec.json.encode(Asked.of(asking, by, country))
    to = line(federation, country)
    path = f"/api/registers/{asking.register}/questions"
    within = max(0.0, until - monotonic())
    return soon(to.post_soon(path, body, key=key, within=within, language=language))


def _came(waiting: _Waiting, country: str, told: "Future[Told]") -> None:
    waiting.put((country, told))


def _in_time(
    waiting: _Waiting, under_way: dict[str, "Future[Told]"], until: float
) -> Iterator[tuple[str, "Future[Told] | None"]]:
    """Each answer as it comes; None for those that are not there at the deadline."""
    left = dict(under_way)
    try:
        while left:
            country, told = waiting.get(timeout=max(0.0, until - monotonic()))
            del left[country]
            yield country, told
    except Empty:
        yield from ((country, None) for country in left)
    finally:
        for told in left.values():
            told.cancel()


def _outcome(home: Node, country: str, told: "Future[Told] | None") -> Reply | Failure:
    breaker = breaker_of(home.house, country)
    try:
        if told is None:
            raise late(country)
        reply = told.result().read(Reply)
    except CancelledError:
        return _outcome(home, country, None)
    except Refusal as refusal:
        if refusal.code in SILENT:
            breaker.bad()
        else:
            breaker.good()
        return Failure(country, refusal.code, refusal.what)
    breaker.good()
    if reply.country != country:
        return Failure(country, "exchange.odd", odd(country).what)
    return reply


def _resting(country: str) -> Unavailable:
    return Unavailable(
        "exchange.resting",
        message("The node of {country} did not answer lately, and is left alone.", country=country),
    )
