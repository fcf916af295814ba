"""The progress report says how far each action is, and how that is known."""

import csv
import io
from collections import Counter
from datetime import date

import pytest

from benelux.core.language import LANGUAGES, Language, Text
from benelux.domains.programme.model import PILLARS, Progress, Record, Stage, Version
from benelux.domains.programme.service.plan import plan
from benelux.domains.programme.service.report import STANDINGS, Line, as_csv, progress_report

FOUR = Text("Nota", "Note", "Notiz", "Note")
LATER = date(2026, 1, 1)
# In the plan something is known to have followed on the first, and nothing on the second.
FOLLOWED = "higher-education-recognition"
SILENT = next(one.id for one in plan().actions.values() if not one.since)


def said(action: str, stage: Stage, day: date, key: str = "a") -> Record[Progress]:
    version = Version(key, 1, None, "An Peeters", "published")  # type: ignore[arg-type]
    return Record(version, Progress(action, stage, day, FOUR, "Minutes of the group"))


def line(action: str, *records: Record[Progress], as_of: date = LATER) -> Line:
    report = progress_report(plan(), records, as_of)
    return next(one for one in report.lines if one.action.id == action)


def test_every_action_has_one_line_in_the_part_of_its_pillar() -> None:
    report = progress_report(plan(), [], LATER)
    assert [part.pillar for part in report.parts] == list(PILLARS)
    assert Counter(one.action.id for one in report.lines) == Counter(plan().actions.keys())
    for part in report.parts:
        assert {plan().pillar_of(one.action) for one in part.lines} == {part.pillar}
        assert sum(part.counts.values()) == len(part.lines)
        assert set(part.counts) == set(STANDINGS)
        assert part.known == len(part.lines) - part.counts["unknown"]


@pytest.mark.parametrize("pillar", PILLARS)
def test_one_pillar_can_be_asked_for_alone(pillar: str) -> None:
    (part,) = progress_report(plan(), [], LATER, pillar).parts  # type: ignore[arg-type]
    assert part.pillar == pillar


def test_what_is_not_known_is_not_said_to_be_undone() -> None:
    found = line(SILENT)
    assert (found.standing, found.because, found.evidence) == ("unknown", "nothing", "")


def test_a_dated_event_since_shows_that_something_followed_and_not_that_it_is_done() -> None:
    found = line(FOLLOWED)
    latest = plan().actions[FOLLOWED].latest
    assert latest
    assert (found.standing, found.because) == ("moved", "since")
    assert (found.as_of, found.evidence, found.turn) == (latest.date, latest.source, latest)


def test_what_an_officer_published_counts_over_what_is_known_otherwise() -> None:
    found = line(FOLLOWED, said(FOLLOWED, "done", date(2024, 6, 1)))
    assert (found.standing, found.because, found.as_of) == ("done", "progress", "2024-06-01")
    assert found.evidence == "Minutes of the group"


def test_the_latest_day_counts_whenever_it_was_recorded() -> None:
    late = said(SILENT, "delayed", date(2024, 6, 1), "b")
    early = said(SILENT, "under_way", date(2023, 6, 1), "c")
    for order in ((late, early), (early, late)):
        assert line(SILENT, *order).standing == "delayed"


def test_the_report_of_an_earlier_day_knows_nothing_of_what_came_after() -> None:
    records = (
        said(SILENT, "under_way", date(2022, 3, 1), "a"),
        said(SILENT, "done", date(2023, 3, 1), "b"),
    )
    assert line(SILENT, *records, as_of=date(2022, 2, 28)).standing == "unknown"
    assert line(SILENT, *records, as_of=date(2022, 3, 1)).standing == "under_way"
    assert line(SILENT, *records, as_of=date(2023, 3, 1)).standing == "done"
    # The treaty was signed on 14 September 2021 and entered into force on 1 May 2024.
    assert line(FOLLOWED, as_of=date(2021, 9, 13)).standing == "unknown"
    before = line(FOLLOWED, as_of=date(2024, 4, 30)).turn
    assert before is None or before.date < "2024-05-01"
    after = line(FOLLOWED, as_of=date(2024, 5, 1)).turn
    assert after
    assert after.date == "2024-05-01"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_csv_has_a_row_for_each_action_in_the_language_asked_for(language: Language) -> None:
    report = progress_report(plan(), [said(SILENT, "stopped", date(2023, 1, 1))], LATER)
    rows = list(csv.DictReader(io.StringIO(as_csv(report, language))))
    assert [row["id"] for row in rows] == [one.action.id for one in report.lines]
    assert [row["title"] for row in rows] == [one.action.title[language] for one in report.lines]
    (stopped,) = [row for row in rows if row["standing"] == "stopped"]
    assert (stopped["id"], stopped["evidence"]) == (SILENT, "Minutes of the group")
    assert {row["flagship"] for row in rows} == {"yes", "no"}


def test_no_cell_of_the_csv_is_taken_for_a_formula() -> None:
    version = Version("a", 1, None, "An", "published")  # type: ignore[arg-type]
    content = Progress(SILENT, "done", date(2023, 1, 1), FOUR, '=HYPERLINK("https://evil")')
    report = progress_report(plan(), [Record(version, content)], LATER)
    rows = csv.reader(io.StringIO(as_csv(report, "en")))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@", "-"))]
