"""Working groups of the Benelux and of the Grande Région, and how they match."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from benelux.core.language import Message, Text, message

Side = Literal["benelux", "grande_region"]
SIDES: Mapping[Side, Message] = {
    "benelux": message("Benelux"),
    "grande_region": message("Grande Région"),
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


def other_side(side: Side) -> Side:
    return "grande_region" if side == "benelux" else "benelux"


@dataclass(frozen=True, slots=True)
class Topic:
    """A field of work under which groups of both sides are laid next to each other."""

    id: str
    name: Text
    sections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A working group or consultation forum.

    Officers keep everything up to `source`. What follows it comes with the package only: what the
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

    def names(self, group: str) -> bool:
        return group in {self.benelux_group, self.other_group}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two groups that match, and in which way."""

    benelux: Group
    other: Group
    match: Match


@dataclass(frozen=True, slots=True)
class TopicComparison:
    """One topic: the groups of both sides, which of them match, and what is missing."""

    topic: Topic
    benelux: tuple[Group, ...]
    grande_region: tuple[Group, ...]
    pairs: tuple[Pair, ...]

    def of(self, side: Side) -> tuple[Group, ...]:
        return self.benelux if side == "benelux" else self.grande_region

    @property
    def gaps(self) -> tuple[Side, ...]:
        """The sides on which no group works on this topic, as far as is known."""
        sides: tuple[Side, ...] = ("benelux", "grande_region")
        return tuple(side for side in sides if not self.of(side))


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
            for group in (match.benelux_group, match.other_group):
                if match.relation != "none_found":
                    found[group] = "matched"
                elif group and found.get(group) == "open":
                    found[group] = "none_found"
        return found

    def count(self, side: Side, standing: Standing) -> int:
        return sum(
            1
            for group in self.groups
            if group.side == side and self.standings[group.id] == standing
        )


def compare(
    topics: Sequence[Topic], groups: Sequence[Group], matches: Sequence[Match]
) -> Comparison:
    """The groups of both sides under each topic; a topic that nobody works on is left out.

    A match whose groups are not all there counts for nothing.
    """
    known = {group.id: group for group in groups}
    kept = tuple(
        match
        for match in matches
        if all(group in known for group in (match.benelux_group, match.other_group) if group)
    )
    pairs = tuple(
        Pair(known[match.benelux_group], known[match.other_group], match)
        for match in kept
        if match.relation != "none_found"
    )
    parts: list[TopicComparison] = []
    for topic in topics:
        here = [group for group in groups if topic.id in group.topics]
        if here:
            parts.append(
                TopicComparison(
                    topic,
                    tuple(group for group in here if group.side == "benelux"),
                    tuple(group for group in here if group.side == "grande_region"),
                    tuple(pair for pair in pairs if pair.benelux in here or pair.other in here),
                )
            )
    return Comparison(tuple(parts), tuple(groups), kept)
