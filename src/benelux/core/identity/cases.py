"""Cases beside the policies: what must be permitted, refused or asked further, as data.

`registers.cases.yaml` belongs to `registers.cedar`. A case names its actor and its matter, may
change them for itself, and says what is expected: `permit`, `deny` or `unknown`, by which rules,
and which facts are missing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, TypeVar

import msgspec

from benelux.core.answer import Truth
from benelux.core.files import CorruptFile, read_yaml
from benelux.core.identity.facts import Actor, Fact, Facts, Matter
from benelux.core.identity.may import Decision, may
from benelux.core.identity.policy import Book, Rule

T = TypeVar("T", Actor, Matter)
Expected = Literal["permit", "deny", "unknown"]
_TRUTHS: Final[Mapping[Expected, Truth]] = {
    "permit": Truth.TRUE,
    "deny": Truth.FALSE,
    "unknown": Truth.UNKNOWN,
}
_SUFFIX: Final = ".cases.yaml"


@dataclass(frozen=True, slots=True)
class Case:
    """One question with the answer that it must get."""

    name: str
    actor: str
    action: str
    matter: str
    expect: Expected
    facts: Mapping[str, Fact] = field(default_factory=dict)
    but: Mapping[str, object] = field(default_factory=dict)
    rules: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    time: datetime | None = None


@dataclass(frozen=True, slots=True)
class Cases:
    """The cases of one policy file, with the actors and matters that they speak of."""

    actors: Mapping[str, Actor]
    matters: Mapping[str, Matter]
    cases: Sequence[Case]


def beside(policies: Path) -> Path:
    return policies.with_name(policies.name.removesuffix(".cedar") + _SUFFIX)


def read(path: Path) -> Cases:
    """The cases in that file. Raises `CorruptFile`."""
    found = read_yaml(path, Cases)
    for number, case in enumerate(found.cases):
        if case.actor not in found.actors or case.matter not in found.matters:
            raise CorruptFile(path, None, f"cases[{number}]", "names nobody, or nothing, above")
    return found


def ask(book: Book, cases: Cases, case: Case) -> Decision:
    """What the policies say to that case."""
    actor = _but(cases.actors[case.actor], case, "actor")
    matter = _but(cases.matters[case.matter], case, "matter")
    own = {name for name in Facts.__dataclass_fields__ if name not in {"more", "time"}}
    given = {name: value for name, value in case.facts.items() if name in own}
    more = {name: value for name, value in case.facts.items() if name not in own}
    facts = msgspec.convert({**given, "more": more}, Facts)
    return may(actor, case.action, matter, replace(facts, time=case.time), book=book)


def wrong(case: Case, decision: Decision) -> str:
    """What is not as the case expects; empty if all is."""
    if decision.allowed is not _TRUTHS[case.expect]:
        return f"{decision.allowed.value} by {decision.rules}, missing {decision.missing}"
    if case.rules != decision.rules:
        return f"decided by {decision.rules}"
    return "" if case.missing == decision.missing else f"missing {decision.missing}"


def untried(cases: Cases, rules: Sequence[Rule]) -> Iterator[str]:
    """The rules that decide none of the cases."""
    tried = {name for case in cases.cases for name in case.rules}
    return (rule.id for rule in rules if rule.id not in tried)


def _but(one: T, case: Case, which: str) -> T:
    """The actor or matter as it is in this case alone."""
    changes = case.but.get(which, {})
    return msgspec.convert(
        {**msgspec.to_builtins(one), **msgspec.convert(changes, dict)}, type(one)
    )
