"""The progress report: per pillar, what was planned and how far it is, with the evidence."""

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from benelux.core.language import Language, Message, Text, message
from benelux.core.sheet import cell
from benelux.domains.programme.model import (
    Action,
    Pillar,
    Plan,
    Progress,
    Record,
    Since,
)
from benelux.domains.programme.service.records import newest_progress

Standing = Literal["planned", "under_way", "done", "delayed", "stopped", "moved", "unknown"]
STANDINGS: Mapping[Standing, Message] = {
    "done": message("Done"),
    "under_way": message("Under way"),
    "delayed": message("Delayed"),
    "planned": message("Planned"),
    "stopped": message("Stopped"),
    "moved": message("Something followed"),
    "unknown": message("Not known"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One action in the report.

    `standing` is what an officer published. Without that, a dated and sourced event since the plan
    shows that something followed, not that the action is done; without either it is unknown.
    """

    action: Action
    standing: Standing
    because: Literal["progress", "since", "nothing"]
    as_of: str
    evidence: str
    turn: Since | None = None
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One pillar of the report."""

    pillar: Pillar
    title: Text
    lines: tuple[Line, ...]

    @property
    def counts(self) -> Mapping[Standing, int]:
        found = Counter(line.standing for line in self.lines)
        return {standing: found[standing] for standing in STANDINGS}

    @property
    def known(self) -> int:
        return sum(1 for line in self.lines if line.standing != "unknown")


@dataclass(frozen=True, slots=True)
class Report:
    """How far the plan is, as of a day."""

    as_of: date
    parts: tuple[Part, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line for part in self.parts for line in part.lines)


def progress_report(
    whole: Plan,
    records: Sequence[Record[Progress]],
    as_of: date,
    pillar: Pillar | None = None,
) -> Report:
    """The report on one pillar or on all, with what was published up to `as_of`."""
    known = newest_progress([one for one in records if one.content.day <= as_of])
    parts = tuple(
        Part(
            chapter.pillar,
            chapter.title,
            tuple(_line(action, known, as_of) for action in whole.in_pillar(chapter.pillar)),
        )
        for chapter in whole.chapters()
        if pillar in (None, chapter.pillar)
    )
    return Report(as_of, parts)


def as_csv(report: Report, language: Language) -> str:
    """The report as CSV, one row per action."""
    out = io.StringIO()
    write = csv.writer(out)
    write.writerow(
        ["pillar", "section", "id", "title", "flagship", "carried_by", "standing", "because",
         "as_of", "evidence"]
    )  # fmt: skip
    for part in report.parts:
        for line in part.lines:
            action = line.action
            write.writerow(
                [part.pillar, action.section, action.id, cell(action.title[language]),
                 "yes" if action.flagship else "no", action.carried_by, line.standing,
                 line.because, line.as_of, cell(line.evidence)]
            )  # fmt: skip
    return out.getvalue()


def _line(action: Action, known: Mapping[str, Record[Progress]], as_of: date) -> Line:
    said = known.get(action.id)
    if said:
        content = said.content
        return Line(
            action,
            content.stage,
            "progress",
            content.day.isoformat(),
            content.evidence,
            progress=content,
        )
    turns = [turn for turn in action.since if turn.date <= as_of.isoformat()]
    if turns:
        turn = max(turns, key=lambda one: one.date)
        return Line(action, "moved", "since", turn.date, turn.source, turn=turn)
    return Line(action, "unknown", "nothing", "", "")
