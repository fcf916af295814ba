"""The plan on the command line."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from icalendar import Calendar

from benelux.cli import main
from benelux.core.cli import tell
from benelux.domains.programme.service.plan import plan

Said = tuple[int, str, str]
Run = Callable[..., Said]


@pytest.fixture
def programme(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Calls the command on an empty data folder; gives its status, answer and remarks."""
    monkeypatch.setenv("BENELUX_LANGUAGE", "en")
    monkeypatch.setenv("BENELUX_DATA", str(tmp_path / "data"))

    def command(*words: str) -> Said:
        with pytest.raises(SystemExit) as ended:
            main(["programme", *words])
        said = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, said.out, said.err

    return command


def test_the_list_has_every_action(programme: Run) -> None:
    status, answer, _ = programme("list", "--json")

    assert status == 0
    assert [one["id"] for one in json.loads(answer)] == list(plan().actions)


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        (("--section", "1.1"), lambda one: one["section"] == "1.1"),
        (("--pillar", "5"), lambda one: one["section"].startswith("5")),
        (("--kind", "study"), lambda one: one["kind"] == "study"),
        (("--partner", "lu"), lambda one: "lu" in one["partners"]),
        (("--carried-by", "freight"), lambda one: one["carried_by"] == "freight"),
        (("--flagship",), lambda one: one["flagship"]),
        (("--no-flagship",), lambda one: not one["flagship"]),
    ],
)
def test_an_option_narrows_the_list(
    programme: Run, words: tuple[str, ...], kept: Callable[[dict[str, str]], bool]
) -> None:
    every = json.loads(programme("list", "--json")[1])

    status, answer, _ = programme("list", *words, "--json")

    assert status == 0
    assert json.loads(answer) == [one for one in every if kept(one)] != []


def test_a_search_and_a_limit_give_the_best_first(programme: Run) -> None:
    status, answer, _ = programme("list", "--q", "fiets", "--limit", "2", "--json")

    found = json.loads(answer)
    assert status == 0
    assert len(found) == 2
    assert "cycling" in found[0]["id"]


def test_nothing_found_is_status_1(programme: Run) -> None:
    asked = ("list", "--section", "1.1", "--pillar", "5")

    assert programme(*asked) == (1, "", "No action of the plan answers to this.\n")
    assert programme(*asked, "--json")[:2] == (1, "[]\n")


@pytest.mark.parametrize(
    "words",
    [
        ("--section", "9.9"),
        ("--partner", "atlantis"),
        ("--carried-by", "nobody"),
        ("--limit", "0"),
        ("--kind", "miracle"),
    ],
)
def test_an_id_that_the_plan_does_not_know_is_refused(
    programme: Run, words: tuple[str, ...]
) -> None:
    status, answer, remarks = programme("list", *words)

    assert (status, answer) == (2, "")
    assert remarks.count("\n") == 1


def test_an_action_is_shown_in_the_language_asked_for(programme: Run) -> None:
    action = next(iter(plan().actions.values()))

    status, answer, _ = programme("show", action.id, "--lang", "de")
    tell.speak("en")

    assert status == 0
    assert answer.startswith(f"{action.title.de}\n{action.summary.de}\n")


def test_an_action_is_shown_whole_to_programs(programme: Run) -> None:
    action = next(iter(plan().actions.values()))

    status, answer, _ = programme("show", action.id, "--json")

    assert status == 0
    assert json.loads(answer)["title"]["nl"] == action.title.nl


@pytest.mark.parametrize("form", ["table", "csv", "html", "json"])
def test_the_report_has_every_action_of_a_pillar(programme: Run, form: str) -> None:
    actions = plan().in_pillar("5")

    status, answer, _ = programme("report", "--pillar", "5", "--format", form)

    assert status == 0
    if form == "json":
        lines = json.loads(answer)["parts"][0]["lines"]
        assert [line["id"] for line in lines] == [one.id for one in actions]
    elif form == "csv":
        rows = list(csv.DictReader(io.StringIO(answer)))
        assert [row["id"] for row in rows] == [one.id for one in actions]
    elif form == "html":
        assert answer.startswith('<!doctype html>\n<html lang="en">')
        assert answer.count('<th scope="row">') == len(actions)
    else:
        assert len(answer.splitlines()) == len(actions) + 1


def test_a_report_made_without_a_portal_makes_no_store(programme: Run, tmp_path: Path) -> None:
    assert programme("report", "--json")[0] == 0
    assert not (tmp_path / "data").exists()


def test_every_form_of_export_can_be_read_again(programme: Run) -> None:
    count = len(plan().actions)

    assert len(json.loads(programme("export")[1])) == count
    assert len(yaml.safe_load(programme("export", "--format", "yaml")[1])) == count
    rows = list(csv.DictReader(io.StringIO(programme("export", "--format", "csv")[1])))
    assert [row["id"] for row in rows] == list(plan().actions)
    feed = Calendar.from_ical(programme("export", "--format", "ics")[1].replace("\r\n", "\n"))
    assert len(feed.walk("VEVENT")) > 0


def test_an_export_writes_a_whole_file_and_says_where(programme: Run, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"

    status, answer, remarks = programme("export", "--output", str(path))

    assert (status, answer, remarks) == (0, "", f"Written to {path}.\n")
    assert len(json.loads(path.read_bytes())) == len(plan().actions)
    assert [one.name for one in tmp_path.iterdir()] == ["plan.json"]


def test_a_file_for_a_spreadsheet_carries_its_mark(programme: Run, tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"

    programme("export", "--format", "csv", "--output", str(path))

    assert path.read_bytes().startswith(b"\xef\xbb\xbfpillar,")


def test_a_file_that_is_there_stays_without_force(programme: Run, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text("mine", encoding="utf-8")

    status, _, remarks = programme("export", "--output", str(path))

    assert status == 2
    assert "--force" in remarks
    assert path.read_text(encoding="utf-8") == "mine"
    assert programme("export", "--output", str(path), "--force")[0] == 0
    assert path.read_text(encoding="utf-8") != "mine"


def test_a_place_that_cannot_be_written_to_is_refused(programme: Run, tmp_path: Path) -> None:
    status, _, remarks = programme("export", "--output", str(tmp_path / "no" / "plan.json"))

    assert status == 2
    assert remarks.count("\n") == 1


def test_a_report_for_a_file_needs_the_form_of_a_file(programme: Run, tmp_path: Path) -> None:
    status, _, remarks = programme("report", "--output", str(tmp_path / "report"))

    assert status == 2
    assert "--format" in remarks
