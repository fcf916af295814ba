"""The policies: one file for each matter, core's own and those in `<domain>/policies/`.

Each policy carries `@id` and `@because`, the sentence that explains it (an English message id for
the translators), and may name its own law by `@instrument` and `@article`. A domain's policies
speak only of its own registers and its own actions. Of the reference of a case every policy may ask
only whether there is one, so that its answer to one case is its answer to the next.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import Final

from benelux.core.domain import Domain, discover
from benelux.core.files import CorruptFile
from benelux.core.identity import cedar
from benelux.core.identity.cedar import Engine, Json, Parsed, Part, Scope, Wrong
from benelux.core.identity.explain import UNTOLD, Ref, Weighing, about, facts_in, is_on, values_in
from benelux.core.language import Message, Text
from benelux.core.law import Article, Ground, Instrument, InstrumentKind

HOME: Final = Path(__file__).parent / "policies"
SCHEMA: Final = "*.cedarschema"
CORE: Final = "core"
_CHAPTERS: Final = 10_000
_ID: Final = re.compile(r"[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+")
_PLACE: Final = re.compile(r"(?P<number>\d+[a-z]*)(\((?P<paragraph>\w+)\))?(\((?P<letter>\w+)\))?")
_ACTION: Final = re.compile(r'action\s+((?:"[a-z-]+"\s*,\s*)*"[a-z-]+")')


@dataclass(frozen=True, slots=True)
class Rule:
    """One policy: what it permits or forbids, and the sentence that says why."""

    id: str
    owner: str
    file: Path
    parsed: Parsed
    plain: Json
    because: Message

    @property
    def permits(self) -> bool:
        return self.parsed.effect == "permit"

    @property
    def ground(self) -> Ground | None:
        """The law that the policy itself names."""
        named = self.parsed.annotations.get("instrument")
        if not named:
            return None
        instrument = Instrument(named, InstrumentKind.ACT, Text.same(named))
        place = _PLACE.fullmatch(self.parsed.annotations.get("article", ""))
        if place is None:
            return Ground(instrument)
        return Ground(Article(instrument, place["number"], place["paragraph"], place["letter"]))


@dataclass(frozen=True, slots=True)
class Chapter:
    """The rules that bear on one action with one resource, for Cedar and for the explanation."""

    part: Part
    rules: tuple[tuple[Rule, Weighing], ...]
    facts: frozenset[str]
    """What these rules look at in the context; Cedar is told no more than that."""


@dataclass(frozen=True, eq=False)
class Book:
    """All policies that hold in this portal, read and checked once."""

    rules: Mapping[str, Rule]
    text: str
    schema: str

    @cached_property
    def version(self) -> str:
        """The same for the same rules, wherever they are installed."""
        return sha256(f"{self.schema}\n{self.text}".encode()).hexdigest()[:16]

    @cached_property
    def engine(self) -> Engine:
        plain = {name: rule.plain for name, rule in self.rules.items()}
        return Engine(plain, self.text, self.schema)

    def chapter(self, action: Ref, resource: Ref, around: frozenset[Ref]) -> "Chapter":
        """The rules about that action with that resource; no other can bear on it."""
        found = self._chapters.get((action, resource))
        if found is None:
            rules = [
                rule for rule in self.rules.values() if about(rule.parsed, action, resource, around)
            ]
            if len(self._chapters) >= _CHAPTERS:
                self._chapters.clear()
            names = tuple(rule.id for rule in rules)
            part = self._parts.get(names)
            if part is None:
                part = self._parts[names] = self.engine.part({one.id: one.plain for one in rules})
            weighed = tuple((rule, Weighing(rule.parsed.conditions)) for rule in rules)
            facts = frozenset[str]().union(*(facts_in(rule.plain) for rule in rules))
            found = self._chapters[action, resource] = Chapter(part, weighed, facts)
        return found

    def looks_at_time(self, action: Ref) -> bool:
        """Whether a rule about that action does, with whatever resource."""
        found = self._timed.get(action)
        if found is None:
            about_it = (rule for rule in self.rules.values() if is_on(rule.parsed, action))
            found = any("time" in facts_in(rule.plain) for rule in about_it)
            self._timed[action] = found
        return found

    @cached_property
    def shapes(self) -> dict[object, bool]:
        """The shapes of questions that were held against the schema, and whether it knows them."""
        return {}

    @cached_property
    def _chapters(self) -> dict[tuple[Ref, Ref], "Chapter"]:
        return {}

    @cached_property
    def _timed(self) -> dict[Ref, bool]:
        return {}

    @cached_property
    def _parts(self) -> dict[tuple[str, ...], Part]:
        return {}

    @cached_property
    def actions(self) -> frozenset[str]:
        """Every action of the schema; those of a domain with its namespace before it."""
        found: set[str] = set()
        for space in re.split(r"^namespace\s+", self.schema, flags=re.MULTILINE)[1:]:
            name = space.split(maxsplit=1)[0]
            for group in _ACTION.findall(space):
                for action in re.findall(r'"([a-z-]+)"', group):
                    found.add(action if name == "Benelux" else f"{name}::{action}")
        return frozenset(found)

    @property
    def files(self) -> Sequence[Path]:
        return sorted({rule.file for rule in self.rules.values()})


@cache
def book(domains: tuple[Domain, ...] | None = None) -> Book:
    """The policies of core and of these domains, or of all that are installed.

    Raises `CorruptFile` for a file that cannot be read or does not keep to its own matter.
    """
    domains = discover() if domains is None else domains
    return assemble(
        [(CORE, HOME), *((domain.name, domain.folder / "policies") for domain in domains)]
    )


def assemble(folders: Sequence[tuple[str, Path]]) -> Book:
    """The policies in these folders, each with the name of whose they are."""
    rules: dict[str, Rule] = {}
    texts: list[str] = []
    for owner, folder in folders:
        for path in sorted(folder.glob("*.cedar")):
            text = path.read_text(encoding="utf-8")
            for rule in _rules(owner, path, text):
                if rule.id in rules:
                    raise _corrupt(path, text, rule.id, "stands there twice")
                rules[rule.id] = rule
            texts.append(text)
    schemas = [path for _, folder in folders for path in sorted(folder.glob(SCHEMA))]
    schema = "\n".join(path.read_text(encoding="utf-8") for path in schemas)
    found = Book(rules, "\n".join(texts), schema)
    try:
        _ = found.engine
    except Wrong as error:
        raise CorruptFile(folders[-1][1], None, "", str(error)) from error
    return found


def _rules(owner: str, path: Path, text: str) -> Iterator[Rule]:
    try:
        parsed = cedar.read(text)
    except Wrong as error:
        raise CorruptFile(path, None, "", str(error)) from error
    for number, (one, plain) in enumerate(parsed, start=1):
        name, because = one.annotations.get("id", ""), one.annotations.get("because", "")
        if not _ID.fullmatch(name) or not because:
            raise CorruptFile(path, None, f"policy {number}", "needs an @id and a @because")
        if owner != CORE and not (name.startswith(f"{owner}.") and _keeps_to(owner, one)):
            raise _corrupt(path, text, name, f"speaks of what is not of “{owner}”")
        if values_in(plain) & {"case", UNTOLD}:
            raise _corrupt(path, text, name, "asks of a case more than whether there is one")
        yield Rule(name, owner, path, one, plain, Message(because))


def _keeps_to(owner: str, one: Parsed) -> bool:
    """Whether a policy is about this domain's registers, or about its own actions, alone."""
    space = f"{namespace(owner)}::Action"
    actions = _named(one.action)
    if actions and all(entity["type"] == space for entity in actions):
        return True
    resources = _named(one.resource)
    return bool(resources) and all(_is_of(owner, entity) for entity in resources)


def _named(scope: Scope) -> list[Mapping[str, str]]:
    within = scope.within or {}
    one = scope.entity or within.get("entity")
    return [*scope.entities, *([one] if one else [])]


def _is_of(owner: str, entity: Mapping[str, str]) -> bool:
    if entity["type"] == "Benelux::Domain":
        return entity["id"] == owner
    return entity["type"] == "Benelux::Register" and entity["id"].startswith(f"{owner}.")


def namespace(owner: str) -> str:
    """The Cedar namespace of a domain's own actions: `Fireworks` of `fireworks`."""
    return "".join(word.capitalize() for word in owner.split("_"))


def _corrupt(path: Path, text: str, name: str, wrong: str) -> CorruptFile:
    before = text.partition(f'@id("{name}")')[0]
    return CorruptFile(path, before.count("\n") + 1, name, wrong)
