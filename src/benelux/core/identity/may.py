"""`may`: whether somebody may do something, why or why not, and which facts are missing.

Deny by default. True is said only when Cedar permits it; false when nothing that could still be
told would change the answer; unknown in between. Only true lets anything happen.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, NamedTuple

import cedarpy

from benelux.core.answer import Truth
from benelux.core.errors import NotAllowed
from benelux.core.identity import policy
from benelux.core.identity.cedar import Outcome
from benelux.core.identity.explain import UNTOLD, Question, Ref, asked_by, plain
from benelux.core.identity.facts import LABELS, Actor, Fact, Facts, Matter
from benelux.core.identity.policy import Book, Chapter
from benelux.core.language import Language, Message, message

_REMEMBERED: Final = 4096
_SOME_CASE: Final = "some case"
_ANY_TIME: Final = "1970-01-01T00:00:00.000Z"
_Told = frozenset[tuple[str, type, Fact]]


@dataclass(frozen=True, slots=True)
class Decision:
    """What the policies say, in plain values that a ledger can keep.

    `rules` are the policies that decided; `missing` the facts that could still turn a no into a
    yes; `ground` the legal ground that was stated, else the law that the deciding policy names.
    `could` are the policies that permit such a thing under conditions that are not met here.
    """

    allowed: Truth
    action: str
    rules: tuple[str, ...]
    missing: tuple[str, ...]
    policy_version: str
    ground: str
    at: datetime
    because: tuple[Message, ...] = ()
    could: tuple[Message, ...] = field(default=(), compare=False)

    @property
    def granted(self) -> bool:
        return self.allowed is Truth.TRUE

    def explain(self, language: Language) -> list[str]:
        """Yes or no, why, on which ground, and what is missing, each a sentence."""
        return [one.to(language) for one in self._sentences()]

    def require(self) -> None:
        """Go on only when it is allowed; raises `NotAllowed` with the reasons otherwise."""
        if self.granted:
            return
        first, *rest = self._sentences()
        raise NotAllowed(
            "identity.missing-facts" if self.allowed is Truth.UNKNOWN else "identity.not-permitted",
            first,
            why=_joined(rest) if rest else None,
        )

    def _sentences(self) -> Iterator[Message]:
        yield _VERDICTS[self.allowed]
        yield from self.because
        if self.ground and self.granted:
            yield message("Legal ground: {ground}.", ground=self.ground)
        if self.missing:
            wanted = {LABELS[name].msgid: LABELS[name] for name in self.missing if name in LABELS}
            named = [*wanted.values(), *(Message(one) for one in self.missing if one not in LABELS)]
            yield message("Still missing: {facts}.", facts=_joined(named, ", "))
        if self.allowed is Truth.FALSE and not self.because:
            yield message("No rule permits this with these facts.")
        if not self.granted and not self.because:
            for could in self.could:
                yield message("What a rule permits: {rule}", rule=could)


_VERDICTS: Final[Mapping[Truth, Message]] = {
    Truth.TRUE: message("This is permitted."),
    Truth.FALSE: message("This is not permitted."),
    Truth.UNKNOWN: message("This cannot be permitted yet."),
}


def may(
    actor: Actor, action: str, matter: Matter, facts: Facts, *, book: Book | None = None
) -> Decision:
    """Whether `actor` may do `action` with `matter`, given these facts.

    `action` is one of core's ("ask-hit") or a domain's own ("Fireworks::issue"). Raises
    `ValueError` for an action that no schema knows: that is a slip in the code that asks.
    """
    book = policy.book() if book is None else book
    if action not in book.actions:
        raise ValueError(f"no such action: {action}")
    moment = (facts.time or datetime.now(UTC)).astimezone(UTC)
    given = facts.known(actor, matter)
    time = _written(moment) if book.looks_at_time(_action(action)) else _ANY_TIME
    outcome = _outcome(book, actor, action, matter, _as_told(given), time)
    if outcome.allowed:
        found = _Found(Truth.TRUE, outcome.rules)
    elif outcome.broken:
        found = _Found(Truth.FALSE)
    else:
        told = _known(book, actor, matter)
        context = {**given, "time": _moment(_written(moment))}
        principal = Ref(f"Benelux::{actor.kind}", actor.id)
        question = Question(
            principal, _action(action), _resource(matter), context, told.attributes, told.parents
        )
        found = _refused(_chapter(book, action, matter), question)
    rules = tuple(sorted(found.rules))
    return Decision(
        found.truth,
        action,
        rules,
        tuple(sorted(found.missing)),
        book.version,
        facts.ground or _own_ground(book, rules),
        moment,
        tuple(book.rules[name].because for name in rules),
        found.could,
    )


@lru_cache(maxsize=_REMEMBERED)
def _outcome(  # noqa: PLR0913, PLR0917 - all that an answer of the policies depends on
    book: Book, actor: Actor, action: str, matter: Matter, facts: _Told, time: str
) -> Outcome:
    """What Cedar says, remembered: to the same question the same policies say the same."""
    told, chapter = _known(book, actor, matter), _chapter(book, action, matter)
    context: dict[str, object] = {name: value for name, _, value in facts}
    context["time"] = _moment(time)
    principal, resource = Ref(f"Benelux::{actor.kind}", actor.id), _resource(matter)
    named = (principal._asdict(), _action(action)._asdict(), resource._asdict())
    types = frozenset((name, type(value)) for name, value in context.items())
    shape = (actor.kind, action, resource.type, types)
    if not _fits(book, shape, lambda: book.engine.fits(*named, context, told.entities)):
        return Outcome(allowed=False, rules=(), broken=True)
    needed = {name: value for name, value in context.items() if name in chapter.facts}
    return chapter.part.decide(*named, needed, told.entities)


def _as_told(facts: Mapping[str, Fact]) -> _Told:
    """The facts as Cedar is told them: of the case only that there is one.

    `policy` refuses rules that look at more of it. The types stand there because 1 equals True.
    """
    return frozenset(
        (name, type(value), _SOME_CASE if name == "case" else value)
        for name, value in facts.items()
    )


def _fits(book: Book, shape: object, ask: Callable[[], bool]) -> bool:
    """Whether the schema knows such a question; each shape of question is tried once."""
    found = book.shapes.get(shape)
    if found is None:
        if len(book.shapes) >= _REMEMBERED:
            book.shapes.clear()
        found = book.shapes[shape] = ask()
    return found


class _Found(NamedTuple):
    truth: Truth
    rules: tuple[str, ...] = ()
    missing: frozenset[str] = frozenset()
    could: tuple[Message, ...] = ()


def _refused(chapter: Chapter, question: Question) -> _Found:
    """Cedar said no: by which rules, or for want of which facts."""
    weighed = [
        (rule, *weigh(question))
        for rule, weigh in chapter.rules
        if asked_by(rule.parsed, question.principal)
    ]
    forbidding = [one for one in weighed if not one[0].permits]
    barred = tuple(rule.id for rule, truth, _ in forbidding if truth is Truth.TRUE)
    if barred:
        return _Found(Truth.FALSE, barred)
    could = tuple(rule.because for rule, *_ in weighed if rule.permits)
    open_ones = [one for one in weighed if one[1] is not Truth.FALSE and UNTOLD not in one[2]]
    hopeful = [one for one in open_ones if one[0].permits]
    waiting = [one for one in open_ones if not one[0].permits]
    missing = frozenset[str]().union(*(gaps for _, _, gaps in (*hopeful, *waiting)))
    if hopeful and missing:
        return _Found(Truth.UNKNOWN, (), missing, tuple(rule.because for rule, *_ in hopeful))
    return _Found(Truth.FALSE, could=could)


def _resource(matter: Matter) -> Ref:
    if not matter.register:
        return Ref("Benelux::Ledger", matter.authority)
    if matter.holder:
        return Ref("Benelux::Record", f"{matter.register}/{matter.record}")
    return Ref("Benelux::Register", matter.register)


@lru_cache(maxsize=_REMEMBERED)
def _action(action: str) -> Ref:
    space, _, name = action.rpartition("::")
    return Ref(f"{space or 'Benelux'}::Action", name)


def _chapter(book: Book, action: str, matter: Matter) -> Chapter:
    resource = _resource(matter)
    return book.chapter(_action(action), resource, _parents(matter).get(resource, frozenset()))


def _attributes(actor: Actor, matter: Matter) -> dict[Ref, dict[str, object]]:
    """What Cedar is told of each entity."""
    found: dict[Ref, dict[str, object]] = {
        **_surroundings(matter),
        Ref(f"Benelux::{actor.kind}", actor.id): {}
        if actor.kind == "Citizen"
        else {
            "authority": actor.authority,
            "country": actor.country,
            "region": actor.region,
            "roles": actor.roles,
            "competences": actor.competences,
            "active": actor.active,
        },
    }
    if matter.holder:
        holder = {"type": "Benelux::Citizen", "id": matter.holder}
        found[_resource(matter)] = {"holder": {"__entity": holder}}
    return found


def _surroundings(matter: Matter) -> dict[Ref, dict[str, object]]:
    """The ledger, or the register with its domain."""
    whose: dict[str, object] = {"authority": matter.authority, "country": matter.country}
    if not matter.register:
        return {_resource(matter): whose}
    return {
        Ref("Benelux::Domain", matter.domain): {},
        Ref("Benelux::Register", matter.register): {
            **whose,
            "competence": matter.competence,
            "purposes": matter.purposes,
            "full": matter.full,
            "hit": matter.hit,
            "status": matter.status,
            "channels": matter.channels,
            "offence_months": matter.offence_months,
            "public_status": matter.public_status,
        },
    }


def _parents(matter: Matter) -> dict[Ref, frozenset[Ref]]:
    if not matter.register:
        return {}
    domain = Ref("Benelux::Domain", matter.domain)
    register = Ref("Benelux::Register", matter.register)
    found = {register: frozenset({domain})}
    if matter.holder:
        found[_resource(matter)] = frozenset({register, domain})
    return found


class _Known(NamedTuple):
    """What is known of the entities of a question, for Cedar and for the explanation."""

    entities: cedarpy.Entities
    attributes: Mapping[Ref, Mapping[str, object]]
    parents: Mapping[Ref, frozenset[Ref]]


@lru_cache(maxsize=_REMEMBERED)
def _known(book: Book, actor: Actor, matter: Matter) -> _Known:
    """Remembered, because the same actor asks the same register again and again."""
    attributes, parents = _attributes(actor, matter), _parents(matter)
    told = [
        {
            "uid": ref._asdict(),
            "attrs": own,
            "parents": [parent._asdict() for parent in parents.get(ref, ())],
        }
        for ref, own in attributes.items()
    ]
    compared = {
        ref: {name: plain(value) for name, value in own.items()} for ref, own in attributes.items()
    }
    shape = (actor.kind, _resource(matter).type)
    entities = book.engine.entities(told, known=shape in book.shapes)
    book.shapes[shape] = True
    return _Known(entities, compared, parents)


def _own_ground(book: Book, rules: Sequence[str]) -> str:
    grounds = (book.rules[name].ground for name in rules)
    return next((ground.cite("en") for ground in grounds if ground), "")


def _moment(written: str) -> dict[str, object]:
    return {"__extn": {"fn": "datetime", "arg": written}}


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def _joined(parts: Sequence[Message], between: str = " ") -> Message:
    whole, *rest = parts
    for part in rest:
        whole = Message("{one}{between}{other}", {"one": whole, "between": between, "other": part})
    return whole
