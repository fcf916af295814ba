"""Working groups of both sides and how they match, as open data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter

from benelux.core.house import House
from benelux.domains.programme.model import Group, Match, Side, Standing, Topic
from benelux.domains.programme.service import groups as service

Here = NamedDependency[House]


@dataclass(frozen=True, slots=True)
class TopicCard:
    """One topic, the groups of both sides by id, their matches, and the sides that have none."""

    topic: Topic
    benelux: Sequence[str]
    grande_region: Sequence[str]
    matches: Sequence[Match]
    gaps: Sequence[Side]


@dataclass(frozen=True, slots=True)
class ComparisonCard:
    """Both sides topic by topic, and for each group whether it has a counterpart."""

    topics: Sequence[TopicCard]
    standings: Mapping[str, Standing]


@get("/groups", summary="List the working groups of both sides", sync_to_thread=True)
def groups(
    house: Here,
    side: FromQuery[Side | None] = None,
    topic: Annotated[str | None, QueryParameter(max_length=60)] = None,
) -> Sequence[Group]:
    """Groups that the plan or a public source names, and those that officers imported."""
    with house.store.read() as connection:
        found = service.every_group(connection)
    return [
        group
        for group in found
        if side in {None, group.side} and (topic is None or topic in group.topics)
    ]


@get("/groups/matches", summary="List how groups of both sides match", sync_to_thread=True)
def matches(house: Here) -> Sequence[Match]:
    """An empty side means: somebody looked, and found no counterpart."""
    with house.store.read() as connection:
        return service.comparison(connection).matches


@get("/groups/comparison", summary="Compare the groups topic by topic", sync_to_thread=True)
def comparison(house: Here) -> ComparisonCard:
    """Per topic the groups of both sides, their matches, and the gaps on either side."""
    with house.store.read() as connection:
        found = service.comparison(connection)
    cards = [
        TopicCard(
            part.topic,
            [group.id for group in part.benelux],
            [group.id for group in part.grande_region],
            [pair.match for pair in part.pairs if pair.match],
            part.gaps,
        )
        for part in found.topics
    ]
    return ComparisonCard(cards, found.standings)


ROUTES = (groups, matches, comparison)
