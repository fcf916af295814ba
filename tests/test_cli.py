"""The command says one thing in one line, in the reader's language, and ends with a status."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from benelux.cli import main
from benelux.core.cli import call, entries, root_help, run, tell
from benelux.core.cli.layout import Look
from benelux.core.errors import Invalid
from benelux.core.language import LANGUAGES, Language

COMMAND = (sys.executable, "-m", "benelux.cli")
Said = tuple[int, str, str]
Run = Callable[..., Said]


@pytest.fixture
def benelux(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Calls the command in this process; gives its status, its answer and its remarks."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "BENELUX_LANGUAGE", "BENELUX_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")

    def command(*words: str) -> Said:
        with pytest.raises(SystemExit) as ended:
            main(words)
        said = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, said.out, said.err

    return command


@pytest.mark.parametrize("width", [40, 60, 80, 100])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_quick_help_is_what_the_whole_application_says(
    language: Language, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    from rich.console import Console  # noqa: PLC0415 - only this test needs it

    told = io.StringIO()
    look = Look(width)

    run.build(language, look).help_print([], console=Console(file=told, width=width))

    assert root_help.render(language, look) == told.getvalue()


def test_the_help_names_every_command_that_there_is() -> None:
    app = run.build("en", Look())
    known = {name for name in app.resolved_commands() if not name.startswith("-")}

    assert known == {entry.name for entry in entries.entries()}
    assert {"up", "domains", "dev", "programme"} <= known


@pytest.mark.parametrize("words", [(), ("--help",), ("-h",), ("--lang", "en", "--help")])
def test_help_is_given_to_who_asks_for_it_or_for_nothing(benelux: Run, words: list[str]) -> None:
    status, answer, remarks = benelux(*words)

    assert (status, remarks) == (0, "")
    assert answer.startswith("Usage: benelux COMMAND")


def test_no_line_of_help_is_wider_than_the_terminal() -> None:
    for width in (40, 80):
        lines = root_help.render("en", Look(width)).splitlines()

        assert max(len(line) for line in lines) <= width


def test_help_has_colours_on_terminals_only() -> None:
    assert "\x1b[" in root_help.render("en", Look(80, colours=True))
    assert "\x1b[" not in root_help.render("en", Look.of(io.StringIO()))


def test_a_quick_look_imports_no_heavy_part() -> None:
    heavy = ("litestar", "sqlalchemy", "yaml", "cyclopts", "rich", "msgspec", "jinja2")
    look = (
        "import sys; from benelux.core.domain import discover; discover();"
        "from benelux.core.cli.root_help import render; from benelux.core.cli.layout import Look;"
        f"render('en', Look()); print([name for name in {heavy} if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["upp"], "There is no command “upp”. Did you mean up? See: benelux --help"),
        (["up", "--prot", "1"], "There is no option --prot. Did you mean --port?"),
        (["up", "--port", "x"], "--port is a whole number, not “x”. See: benelux up --help"),
        (["up", "--port"], "--port needs a value. See: benelux up --help"),
        (["domains", "all"], "“all” is more than this command takes."),
        (["programme", "list", "--pillar", "9"], "--pillar cannot be “9”; it may be: presidency,"),
        (["programme", "show"], "ID needs a value."),
        (["--lang", "xx", "domains"], "There is no language “xx” here. (--lang: may be: nl,"),
        (["--lang"], "There is no language “” here."),
    ],
)
def test_wrong_usage_is_one_line_with_a_hint(benelux: Run, words: list[str], told: str) -> None:
    status, answer, remarks = benelux(*words)

    assert (status, answer) == (2, "")
    assert remarks.startswith(told)
    assert remarks.count("\n") == 1


def test_a_refusal_is_one_line_and_status_2(benelux: Run) -> None:
    status, answer, remarks = benelux("programme", "show", "nowhere")

    assert (status, answer) == (2, "")
    assert remarks == "The plan has nothing under “nowhere”. Search for it, or look in the list.\n"


def test_a_defect_gives_a_reference_and_keeps_its_details(
    benelux: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_parts: object) -> None:
        raise ZeroDivisionError("the details")

    monkeypatch.setattr("benelux.core.cli.domains.discover", broken)

    status, answer, remarks = benelux("domains")
    again = benelux("domains")[2]

    assert (status, answer) == (1, "")
    assert "reference" in remarks
    assert "the details" not in remarks
    assert remarks == again  # the same defect has the same reference


@pytest.mark.parametrize("words", [("--debug", "domains"), ("domains", "--debug")])
def test_a_defect_shows_its_details_to_who_asks(
    benelux: Run, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    def broken(*_parts: object) -> None:
        raise ZeroDivisionError("the details")

    monkeypatch.setattr("benelux.core.cli.domains.discover", broken)

    status, _, remarks = benelux(*words)

    assert status == 1
    assert "ZeroDivisionError: the details" in remarks


def test_json_is_all_that_stands_on_standard_output(benelux: Run) -> None:
    status, answer, remarks = benelux("domains", "--json")

    assert (status, remarks) == (0, "")
    names = [one["name"] for one in json.loads(answer)]
    assert "programme" in names


def test_a_pipe_gets_columns_with_tabs(benelux: Run) -> None:
    _, answer, _ = benelux("domains")

    head, first, *_ = answer.splitlines()
    assert head.split("\t")[0] == "Name"
    assert len(first.split("\t")) == len(head.split("\t"))


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "nl_BE.UTF-8"}, "nl"),
        ({"LANG": "nl_BE.UTF-8", "LC_ALL": "fr_LU"}, "fr"),
        ({"LANG": "nl_BE.UTF-8", "LC_MESSAGES": "de_DE.UTF-8"}, "de"),
        ({"LC_ALL": "C.UTF-8", "LANG": "nl_NL"}, "en"),
        ({"LANG": "pl_PL.UTF-8"}, "en"),
        ({"LANG": "pl_PL.UTF-8", "BENELUX_LANGUAGE": "de"}, "de"),
    ],
)
def test_the_language_is_the_one_set_here_else_the_systems(
    environment: dict[str, str], language: Language
) -> None:
    assert call.read([], environment).language == language


def test_the_option_goes_before_every_variable() -> None:
    read = call.read(["domains", "--lang=fr"], {"BENELUX_LANGUAGE": "de"})

    assert (read.language, read.rest) == ("fr", ("domains",))


def test_what_follows_two_dashes_is_left_alone() -> None:
    read = call.read(["show", "--", "--lang", "--debug"], {})

    assert (read.language, read.debug) == ("en", False)
    assert read.rest == ("show", "--", "--lang", "--debug")


def test_a_language_that_is_set_wrongly_is_refused() -> None:
    with pytest.raises(Invalid):
        call.read([], {"BENELUX_LANGUAGE": "klingon"})


def test_texts_of_the_plan_come_in_the_language_asked_for(benelux: Run) -> None:
    answers = {
        language: benelux("--lang", language, "programme", "list", "--section", "1.1")[1]
        for language in LANGUAGES
    }

    assert len(set(answers.values())) == len(LANGUAGES)
    tell.speak("en")


@pytest.mark.skipif(os.name == "nt", reason="closes a pipe the way POSIX shells do")
def test_a_reader_who_has_had_enough_is_no_error() -> None:
    process = subprocess.Popen(
        [*COMMAND, "programme", "export"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.read(1)
    process.stdout.close()
    assert process.stderr is not None
    remarks = process.stderr.read()
    process.stderr.close()

    assert process.wait(60) == 0
    assert remarks == b""


def test_a_terminal_without_our_letters_is_no_error() -> None:
    done = subprocess.run(
        [*COMMAND, "programme", "show", "nowhere"],
        env={**os.environ, "PYTHONIOENCODING": "ascii", "BENELUX_LANGUAGE": "en"},
        capture_output=True,
        check=False,
    )

    assert done.returncode == 2
    assert done.stderr.startswith(b"The plan has nothing under ?nowhere?.")


@pytest.mark.skipif(os.name == "nt", reason="needs a terminal of the POSIX kind")
def test_bars_and_boxes_are_for_terminals_only() -> None:
    import pty  # noqa: PLC0415 - not there on every system

    ours, theirs = pty.openpty()
    work = (
        "from benelux.core.cli import tell\n"
        "for n in tell.progress(range(2), 'Steps'): tell.line(f'step {n}')\n"
        "tell.table(('a', 'b'), [('c', 'd')])\n"
    )
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
    process = subprocess.Popen(
        [sys.executable, "-c", work], stdout=theirs, stderr=theirs, env=environment
    )
    process.wait(60)
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    piped = subprocess.run([sys.executable, "-c", work], capture_output=True, text=True, check=True)

    assert "Steps" in shown
    assert "\x1b[" in shown
    assert "step 0" in shown
    assert piped.stderr == "Steps: 2\n"
    assert piped.stdout == "step 0\nstep 1\na\tb\nc\td\n"
