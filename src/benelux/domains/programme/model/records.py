"""What officers record on the plan, and the versions in which they do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, Literal, TypeVar

from benelux.core.language import Message, Text, message
from benelux.domains.programme.model.groups import Group, Match

Stage = Literal["planned", "under_way", "done", "delayed", "stopped"]
STAGES: Mapping[Stage, Message] = {
    "planned": message("Planned"),
    "under_way": message("Under way"),
    "done": message("Done"),
    "delayed": message("Delayed"),
    "stopped": message("Stopped"),
}
Publication = Literal["draft", "published", "withdrawn"]
PUBLICATIONS: Mapping[Publication, Message] = {
    "draft": message("Draft"),
    "published": message("Published"),
    "withdrawn": message("Withdrawn"),
}


@dataclass(frozen=True, slots=True)
class Version:
    """Which version of a record this is, who made it and when; `restores` names the undone one."""

    id: str
    number: int
    recorded_at: datetime
    author: str
    state: Publication
    restores: int | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """A meeting, conference or workshop that the General Secretariat announces."""

    title: Text
    starts: date
    ends: date | None = None
    place: str = ""
    link: str = ""
    actions: tuple[str, ...] = ()
    group_id: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an action is on a day, with the evidence for it."""

    action_id: str
    stage: Stage
    day: date
    note: Text
    evidence: str
    evidence_link: str = ""


R = TypeVar("R", bound=Event | Progress | Group | Match)


@dataclass(frozen=True, slots=True)
class Record(Generic[R]):
    """What an officer recorded, in one of its versions."""

    version: Version
    content: R

    @property
    def id(self) -> str:
        return self.version.id
