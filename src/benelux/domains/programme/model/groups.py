"""Working groups of the Benelux and of the Grande Région, and how they match."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Literal

from benelux.core.errors import Fault
from benelux.core.language import LANGUAGES, Message, Text, message

Side = Literal["benelux", "grande_region"]
SIDES: Mapping[Side, Message] = {
    "benelux": message("Benelux"),
    "grande_region": message("Greater Region"),
}
Relation = Literal["same_topic", "complementary", "contact_made", "joint_work", "none_found"]
RELATIONS: Mapping[Relation, Message] = {
    "same_topic": message("Same topic"),
    "complementary": message("Complement each other"),
    "contact_made": message("Contact made"),
    "joint_work": message("Joint work"),
    "none_found": message("Looked for, none found"),
}
Standing = Literal["matched", "none_found", "open"]
STANDINGS: Mapping[Standing, Message] = {
    "matched": message("Has a counterpart"),
    "none_found": message("Looked for, none found"),
    "open": message("Not compared yet"),
}
LONGEST: Final[Mapping[str, int]] = {
    "id": 60, "name": 200, "chair": 200, "achievements": 2000, "current_work": 2000,
    "source": 500, "note": 2000,
}  # fmt: skip
_ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Topic:
    """A field of work under which groups of both sides are laid next to each other."""

    id: str
    name: Text
    sections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A working group or consultation forum.

    Officers keep everything up to `source`. What follows comes with the package only: what the
    source says the group does, and the section and actions of the plan in which it is named.
    """

    id: str
    side: Side
    name: Text
    topics: tuple[str, ...]
    chair: str = ""
    achievements: str = ""
    current_work: str = ""
    source: str = ""
    about: Text | None = None
    section: str = ""
    actions: tuple[str, ...] = ()

    def over(self, packaged: "Group | None") -> "Group":
        """This group as officers keep it, with what only the package knows of it."""
        if packaged is None:
            return self
        return replace(
            self, about=packaged.about, section=packaged.section, actions=packaged.actions
        )

    def faults(self, topics: Collection[str]) -> Iterator[Fault]:
        """What is wrong with it, by the name of its column."""
        if not _ID.fullmatch(self.id) or len(self.id) > LONGEST["id"]:
            yield Fault("id", _bad_id())
        if self.side not in SIDES:
            yield _not_one_of("side", self.side, SIDES)
        for language in LANGUAGES:
            yield from _text(f"name_{language}", self.name[language], LONGEST["name"])
        if not self.topics:
            yield Fault("topics", message("fill this in"))
        for topic in self.topics:
            if topic not in topics:
                yield _not_one_of("topics", topic, topics)
        for name in ("chair", "achievements", "current_work"):
            yield from _text(name, getattr(self, name), LONGEST[name], required=False)
        yield from _text("source", self.source, LONGEST["source"])


@dataclass(frozen=True, slots=True)
class Match:
    """How a group of one side relates to one of the other.

    Where somebody looked and found none, the other side is empty.
    """

    benelux_group: str
    other_group: str
    relation: Relation
    note: str = ""

    @property
    def key(self) -> str:
        """The same two groups have one match, whatever their relation."""
        return f"{self.benelux_group}--{self.other_group}"

    @property
    def sides(self) -> tuple[tuple[str, Side, str], ...]:
        """The columns that name a group, with the side it must be of."""
        return (
            ("benelux_group", "benelux", self.benelux_group),
            ("other_group", "grande_region", self.other_group),
        )

    def faults(self, groups: Mapping[str, Group]) -> Iterator[Fault]:
        """What is wrong with it, by the name of its column."""
        if self.relation not in RELATIONS:
            yield _not_one_of("relation", self.relation, RELATIONS)
        for column, side, key in self.sides:
            if key and key not in groups:
                yield Fault(column, message("there is no group “{key}”", key=key[:60]))
            elif key and groups[key].side != side:
                yield Fault(column, message("“{key}” is a group of the other side", key=key))
        missing = [column for column, _, key in self.sides if not key]
        if self.relation == "none_found" and len(missing) != 1:
            wrong = message("“none_found” names the one group that has no counterpart")
            yield Fault("relation", wrong)
        elif self.relation != "none_found":
            yield from (Fault(column, message("fill this in")) for column in missing)
        yield from _text("note", self.note, LONGEST["note"], required=False)


@dataclass(frozen=True, slots=True)
class Line:
    """Two groups that match, or one that stands alone."""

    benelux: Group | None
    other: Group | None
    match: Match | None = None


@dataclass(frozen=True, slots=True)
class TopicComparison:
    """One topic: the groups of both sides and the pairs among them.

    `gaps` are the sides on which no group works on this topic, as far as is known.
    """

    topic: Topic
    benelux: tuple[Group, ...]
    grande_region: tuple[Group, ...]
    pairs: tuple[Line, ...]
    gaps: tuple[Side, ...]

    @property
    def lines(self) -> Iterator[Line]:
        """The pairs, then the groups that have none."""
        paired = {group.id for pair in self.pairs for group in (pair.benelux, pair.other) if group}
        yield from self.pairs
        yield from (Line(one, None) for one in self.benelux if one.id not in paired)
        yield from (Line(None, one) for one in self.grande_region if one.id not in paired)


@dataclass(frozen=True)
class Comparison:
    """Both sides laid next to each other, topic by topic."""

    topics: tuple[TopicComparison, ...]
    groups: tuple[Group, ...]
    matches: tuple[Match, ...]

    @cached_property
    def standings(self) -> Mapping[str, Standing]:
        """For each group whether it has a counterpart on the other side."""
        found: dict[str, Standing] = {group.id: "open" for group in self.groups}
        for match in self.matches:
            for _, _, group in match.sides:
                if match.relation != "none_found":
                    found[group] = "matched"
                elif group and found[group] == "open":
                    found[group] = "none_found"
        return found

    def count(self, side: Side, standing: Standing | None = None) -> int:
        return sum(
            1
            for group in self.groups
            if group.side == side and standing in {None, self.standings[group.id]}
        )

    def of(self, group: str) -> tuple[Match, ...]:
        """The matches in which a group takes part."""
        return tuple(match for match in self.matches if group in {key for _, _, key in match.sides})


def compare(
    topics: Sequence[Topic],
    groups: Sequence[Group],
    matches: Sequence[Match],
    only: Collection[str] | None = None,
) -> Comparison:
    """The groups of both sides under each topic; a topic that nobody works on is left out.

    A match whose groups are not all there counts for nothing. With `only`, the topics show no
    other groups than those, and their counterparts.
    """
    known = {group.id: group for group in groups}
    kept = tuple(
        match for match in matches if all(key in known for _, _, key in match.sides if key)
    )
    pairs = [
        Line(known[match.benelux_group], known[match.other_group], match)
        for match in kept
        if match.relation != "none_found"
    ]
    parts: list[TopicComparison] = []
    for topic in topics:
        here = {group.id for group in groups if topic.id in group.topics}
        shown = here if only is None else here.intersection(only)
        if not shown:
            continue
        mine = tuple(
            pair for pair in pairs
            if any(one.id in shown for one in (pair.benelux, pair.other) if one)
        )  # fmt: skip
        visible = shown | {one.id for pair in mine for one in (pair.benelux, pair.other) if one}
        part = [group for group in groups if group.id in visible & here]
        present = {known[group].side for group in here}
        parts.append(
            TopicComparison(
                topic,
                tuple(group for group in part if group.side == "benelux"),
                tuple(group for group in part if group.side == "grande_region"),
                mine,
                tuple(side for side in SIDES if side not in present),
            )
        )
    return Comparison(tuple(parts), tuple(groups), kept)


def _bad_id() -> Message:
    return message(
        "write small letters a to z, digits and single hyphens, at most {n} of them",
        n=LONGEST["id"],
    )


def _not_one_of(column: str, value: str, known: Collection[str]) -> Fault:
    return Fault(
        column,
        message("“{value}” is not one of: {known}", value=value[:60], known=", ".join(known)),
    )


def _text(column: str, text: str, longest: int, *, required: bool = True) -> Iterator[Fault]:
    if required and not text:
        yield Fault(column, message("fill this in"))
    if len(text) > longest:
        yield Fault(column, message("use at most {n} characters", n=longest))
