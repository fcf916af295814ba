"""Why not, and what is missing: the policies read once more, with facts that may be unknown.

Cedar alone decides. Where it says no, this says whether a fact that nobody gave could still make it
a yes, by Kleene's rules: what is unknown stays unknown unless the rest decides on its own.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, NamedTuple, cast

from benelux.core.answer import Truth
from benelux.core.identity.cedar import Condition, Parsed, Scope

UNTOLD: Final = ""
"""Stands among the missing facts for what no fact could settle."""


class Ref(NamedTuple):
    """An entity by type and id."""

    type: str
    id: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A value that depends on facts that nobody gave, or on what cannot be told here at all."""

    facts: frozenset[str] = frozenset({UNTOLD})


@dataclass(frozen=True, slots=True)
class Question:
    """One question to the policies, as far as it is known. Attributes are in `plain` form."""

    principal: Ref
    action: Ref
    resource: Ref
    context: Mapping[str, object]
    attributes: Mapping[Ref, Mapping[str, object]]
    parents: Mapping[Ref, frozenset[Ref]]


Test = Callable[[Question], object]
_UNTOLD: Final = Gap()
_Compare = Callable[[object, object], object]
_COMPARED: Final = cast(
    "Mapping[str, _Compare]",  # what they are given is of the types that Cedar has checked
    {
        "==": operator.eq,
        "!=": operator.ne,
        "<": operator.lt,
        "<=": operator.le,
        ">": operator.gt,
        ">=": operator.ge,
        "contains": operator.contains,
        "containsAll": frozenset.issuperset,
        "containsAny": lambda one, other: not one.isdisjoint(other),
    },
)


class Weighing:
    """The conditions of one policy, ready to be weighed."""

    def __init__(self, conditions: tuple[Condition, ...]) -> None:
        self._tests = [(one.kind == "when", compiled(one.body)) for one in conditions]

    def __call__(self, question: Question) -> tuple[Truth, frozenset[str]]:
        """Whether all hold, and if that is unknown, which facts would tell."""
        result, gaps = Truth.TRUE, frozenset[str]()
        for wanted, test in self._tests:
            value = test(question)
            if isinstance(value, Gap):
                result, gaps = Truth.UNKNOWN, gaps | value.facts
            elif value is not wanted:
                return Truth.FALSE, frozenset()
        return result, gaps


def about(policy: Parsed, action: Ref, resource: Ref, around: frozenset[Ref]) -> bool:
    """Whether the policy is about that action with that resource, which lies in `around`."""
    return is_on(policy, action) and _within(policy.resource, resource, around)


def is_on(policy: Parsed, action: Ref) -> bool:
    """Whether the policy is about that action, with whatever resource."""
    return _within(policy.action, action, frozenset())


def asked_by(policy: Parsed, principal: Ref) -> bool:
    return _within(policy.principal, principal, frozenset())


def facts_in(node: object) -> frozenset[str]:
    """The facts of the context that an expression, or a whole policy, looks at."""
    match node:
        case {"left": {"Var": "context"}, "attr": str(name)}:
            return frozenset({name})
        case dict():
            return frozenset[str]().union(*(facts_in(inner) for inner in node.values()))
        case list():
            return frozenset[str]().union(*(facts_in(inner) for inner in node))
    return frozenset()


def values_in(node: object) -> frozenset[str]:
    """The facts of which an expression reads the value; `UNTOLD` where it takes them all at once.

    A fact of which it only asks whether somebody told it is not among them.
    """
    match node:
        case {"has": {"left": {"Var": "context"}}}:
            return frozenset()
        case {".": {"left": {"Var": "context"}, "attr": str(name)}}:
            return frozenset({name})
        case {"Var": "context"}:
            return frozenset({UNTOLD})
        case dict():
            return frozenset[str]().union(*(values_in(inner) for inner in node.values()))
        case list():
            return frozenset[str]().union(*(values_in(inner) for inner in node))
    return frozenset()


def plain(value: object) -> object:
    """A value as Cedar's JSON form has it, or as we give it, in one form that can be compared."""
    if isinstance(value, str | int | Ref):
        return value
    match value:
        case {"__entity": {"type": str(kind), "id": str(name)}}:
            return Ref(kind, name)
        case {"__extn": {"fn": "datetime", "arg": str(text)}}:
            return datetime.fromisoformat(text)
        case list() | tuple():
            return frozenset(plain(one) for one in value)
    return value


def compiled(node: object) -> Test:  # noqa: C901, PLR0911, PLR0912 - one case for each form of expression
    """An expression of Cedar's JSON form as a function; of what is not known here, a gap."""
    match node:
        case {"Value": value}:
            return _constant(plain(value))
        case {"datetime": [{"Value": str(text)}]}:
            moment = datetime.fromisoformat(text)
            return _constant(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
        case {"Var": str(name)}:
            return operator.attrgetter(name)
        case {"Set": list(items)}:
            return _set([compiled(item) for item in items])
        case {"!": {"arg": inner}} | {"isEmpty": {"arg": inner}}:
            return _not(compiled(inner))
        case {"has": {"left": {"Var": "context"}, "attr": str(name)}}:
            gap = Gap(frozenset({name}))
            return lambda question: True if name in question.context else gap
        case {".": {"left": {"Var": "context"}, "attr": str(name)}}:
            gap = Gap(frozenset({name}))
            return lambda question: (
                plain(question.context[name]) if name in question.context else gap
            )
        case {"has": {"left": left, "attr": str(name)}}:
            return _attribute(compiled(left), name, lambda own, name: name in own)
        case {".": {"left": left, "attr": str(name)}}:
            return _attribute(compiled(left), name, lambda own, name: own.get(name, _UNTOLD))
        case {"&&": {"left": left, "right": right}}:
            return _both(compiled(left), compiled(right), decisive=False)
        case {"||": {"left": left, "right": right}}:
            return _both(compiled(left), compiled(right), decisive=True)
        case {"in": {"left": left, "right": right}}:
            return _in(compiled(left), compiled(right))
    if isinstance(node, dict) and len(node) == 1:
        ((name, sides),) = node.items()
        if name in _COMPARED and isinstance(sides, dict):
            return _pair(compiled(sides["left"]), compiled(sides["right"]), _COMPARED[name])
    return _constant(_UNTOLD)  # a form that only Cedar knows; it is not guessed at


def _constant(value: object) -> Test:
    return lambda _question: value


def _set(items: list[Test]) -> Test:
    def test(question: Question) -> object:
        values = [item(question) for item in items]
        gaps = [value for value in values if isinstance(value, Gap)]
        return _together(*gaps) if gaps else frozenset(values)

    return test


def _not(inner: Test) -> Test:
    def test(question: Question) -> object:
        value = inner(question)
        return value if isinstance(value, Gap) else not value

    return test


def _attribute(of: Test, name: str, take: Callable[[Mapping[str, object], str], object]) -> Test:
    def test(question: Question) -> object:
        value = of(question)
        if isinstance(value, Ref) and value in question.attributes:
            return take(question.attributes[value], name)
        return value if isinstance(value, Gap) else _UNTOLD

    return test


def _both(one: Test, other: Test, *, decisive: bool) -> Test:
    """And, or or: the one value that decides does so whatever the other side is."""

    def test(question: Question) -> object:
        first = one(question)
        if first is decisive:
            return decisive
        second = other(question)
        if not isinstance(first, Gap) or second is decisive:
            return second
        return _together(first, second) if isinstance(second, Gap) else first

    return test


def _pair(one: Test, other: Test, compare: _Compare) -> Test:
    def test(question: Question) -> object:
        first, second = one(question), other(question)
        if isinstance(first, Gap):
            return _together(first, second) if isinstance(second, Gap) else first
        if isinstance(second, Gap):
            return second
        try:
            return compare(first, second)
        except (TypeError, AttributeError):  # Cedar's own check of types has refused it before
            return _UNTOLD

    return test


def _in(one: Test, other: Test) -> Test:
    def test(question: Question) -> object:
        first, second = one(question), other(question)
        if not isinstance(first, Ref) or isinstance(second, Gap):
            return _UNTOLD
        around = {first, *question.parents.get(first, ())}
        return not around.isdisjoint(second if isinstance(second, frozenset) else {second})

    return test


def _together(one: Gap, *more: Gap) -> Gap:
    return Gap(one.facts.union(*(gap.facts for gap in more)))


def _within(scope: Scope, ref: Ref, around: frozenset[Ref]) -> bool:
    if scope.entity_type and ref.type != scope.entity_type:
        return False
    named = [*scope.entities, *([scope.entity] if scope.entity else [])]
    if scope.within:
        named += list(scope.within.values())
    if not named:
        return True
    own = {ref} if scope.op == "==" else {ref, *around}
    return any(Ref(one["type"], one["id"]) in own for one in named)
