"""Registers on the command line, over the three nodes of this machine."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from benelux.cli import main
from benelux.core.registers.commands import keeping, looking, office
from tests.core.kites import DOMAIN

Said = tuple[int, str, str]
Run = Callable[..., Said]
NAME = "kites.permits"
BE, NL = "demo-registrar-be", "demo-inspector-nl"
EMMA = ("family=Lambert", "given=Emma", "born=1984-02-29", "kind=full")
QUESTION = (
    "--officer", NL, "--question", "hit", "--purpose", "check", "--ground", "M(2020)14 art. 5",
    "--family", "Lambert", "--given", "Emma", "--born", "1984-02-29",
)  # fmt: skip

WRONGLY = tuple("None art. 1" if word == "M(2020)14 art. 5" else word for word in QUESTION)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Calls the command on a data folder of this test, where the domain of kites alone is."""
    monkeypatch.setenv("BENELUX_LANGUAGE", "en")
    monkeypatch.setenv("BENELUX_DATA", str(tmp_path / "data"))
    for module in (office, looking, keeping):
        monkeypatch.setattr(module, "discover", lambda: (DOMAIN,))

    def command(*words: str) -> Said:
        with pytest.raises(SystemExit) as ended:
            main(["register", *words])
        said = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, said.out, said.err

    return command


def test_the_registers_are_listed_and_described(run: Run) -> None:
    status, told, _ = run("list")
    _, described, _ = run("show", NAME, "--json")

    assert (status, NAME in told) == (0, True)
    assert json.loads(described)["questions"] == ["full", "hit", "status"]
    assert run("show", "kites.nothing")[0] == 2


def test_what_one_country_enters_another_finds_and_learns_no_more(run: Run) -> None:
    status, number, _ = run("enter", NAME, *EMMA, "--officer", BE)
    asked, answer, _ = run("ask", NAME, *QUESTION, "--case", "2026/118", "--json")

    assert status == asked == 0
    assert number.startswith("BE-KP-")
    replies = json.loads(answer)["replies"]
    assert {one["country"]: one["verdict"] for one in replies} == {
        "BE": "hit", "NL": "no-hit", "LU": "no-hit",
    }  # fmt: skip
    assert all(one["found"] == [] and one["quality"] == "" for one in replies)
    assert all(one["receipt"]["entry"] > 0 for one in replies)


def test_a_question_that_is_refused_ends_with_one_and_says_why(run: Run) -> None:
    status, answer, _ = run("ask", NAME, *QUESTION)

    assert status == 1
    assert "BE: no answer. This cannot be permitted yet." in answer
    assert "Still missing: the reference of the case." in answer


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("enter", NAME, "family=X", "--officer", BE), "given: Fill in this field."),
        (("enter", NAME, *EMMA, "colour=red", "--officer", BE), "colour: may be: family=…"),
        (("enter", NAME, *EMMA, "--from", "soon", "--officer", BE), "--from: Give a date"),
        (("enter", NAME, *EMMA, "--officer", NL), "This is not permitted."),
        (("enter", NAME, *EMMA, "--officer", "nobody"), "You hold no office here."),
        (("show", NAME, "BE-KP-0000-0000-0"), "--officer: Name the officer who looks."),
        (("import", NAME, "nowhere.csv", "--officer", BE), "The file nowhere.csv cannot be read."),
        (("ask", NAME, *WRONGLY), "--ground: may be: M(2020)14 art. 4"),
    ],
)
def test_what_cannot_be_is_refused_on_one_line(run: Run, words: tuple[str, ...], part: str) -> None:
    status, answer, remark = run(*words)

    assert (status, answer) == (2, "")
    assert part in remark
    assert remark.count("\n") == 1


def test_records_go_out_to_a_file_and_come_back_as_they_were(run: Run, tmp_path: Path) -> None:
    number = run("enter", NAME, *EMMA, "--officer", BE)[1].strip()
    file = tmp_path / "permits.json"

    exported = run("export", NAME, "--officer", BE, "--form", "json", "--output", str(file))
    checked = run("import", NAME, str(file), "--officer", BE, "--check")
    file.write_text(file.read_text("utf-8").replace("Emma", "Emilie"), encoding="utf-8")
    changed = run("import", NAME, str(file), "--officer", BE, "--json")
    history = json.loads(run("show", NAME, number, "--officer", BE, "--json")[1])

    assert exported[0] == 0
    assert checked[1] == "Would add 0, change 0, leave 1 as they are.\n"
    assert json.loads(changed[1]) == {"applied": True, "added": 0, "changed": 1, "unchanged": 0}
    assert [one["content"]["given"] for one in history] == ["Emilie", "Emma"]


def test_what_was_kept_long_enough_is_destroyed(run: Run) -> None:
    days = ("--from", "2010-01-01", "--to", "2012-01-01")
    number = run("enter", NAME, *EMMA, *days, "--officer", BE)[1].strip()

    status, told, _ = run("sweep", "--json")

    assert status == 0
    assert json.loads(told)["BE kites.permits"] == 1
    assert "Its content was destroyed." in run("show", NAME, number, "--officer", BE)[1]
    assert run("rotate", NAME)[0] == 0
    assert "–" in run("statistics", NAME)[1]
