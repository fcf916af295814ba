"""The developer's tools: translators' files, the drawn manual, and a new domain that passes."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from benelux.cli import main
from benelux.core.cli.block import Block, markdown_table
from benelux.core.cli.dev import extract, new_domain, new_register, translations
from benelux.core.cli.dev.source import Source, source
from benelux.core.errors import Conflict, Invalid, NotFound

Write = Callable[[str, str], Path]


@pytest.fixture
def clone(tmp_path: Path) -> Source:
    """A clone with nothing in it but a core and one domain."""
    here = Source(tmp_path)
    for folder in (here.package / "core", here.domains / "garden"):
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text("", encoding="utf-8")
    return here


@pytest.fixture
def write(clone: Source) -> Write:
    def write(name: str, text: str) -> Path:
        path = clone.package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


def _wrong(clone: Source) -> set[tuple[str, str]]:
    return {(one.wrong, one.msgid) for one in translations.findings(clone) if "/nl/" in one.file}


def _dutch(clone: Source, owner: str = "core") -> Path:
    return clone.package / owner / "locale" / "nl" / "LC_MESSAGES" / "messages.po"


def test_texts_are_found_wherever_they_are_said(write: Write) -> None:
    module = write(
        "core/said.py",
        '''
from somewhere import App, Parameter, get, message, plural
ONE = message("A text")
LONG = message(
    "A text on"
    " two lines", value=1
)
MANY = plural("{n} tree", "{n} trees", 2)
FORWARDED = message(ONE)
app = App(name="x", help="Help of the group.")
port = Parameter(name="--port", help="Help of an option.")
@app.command
def show():
    """Help of
    a command."""
@app.command(help="Other help.")
def hidden():
    """Not shown."""
@get("/x", summary="Summary of a route")
def route():
    """What it answers."""
@get("/y", summary="Not in the schema", include_in_schema=False)
def private():
    """Not shown either."""
def other():
    """Not said to anybody."""
''',
    )

    assert set(extract.from_file(module)) == {
        "A text", "A text on two lines", ("{n} tree", "{n} trees"), "Help of the group.",
        "Help of an option.", "Help of a command.", "Other help.", "Summary of a route",
        "What it answers.",
    }  # fmt: skip


def test_texts_are_found_in_templates(write: Write) -> None:
    template = write(
        "core/templates/x.html",
        """<p title="{{ _("In an attribute") }}">{{ _("With {n}", n=1) }}
{{ ngettext("{n} bee", "{n} bees", bees|length) }}{{ other("no") }}</p>""",
    )

    found = set(extract.from_file(template))

    assert found == {"In an attribute", "With {n}", ("{n} bee", "{n} bees")}


def test_a_new_text_waits_for_a_translator_and_keeps_its_translation(
    clone: Source, write: Write
) -> None:
    write("core/said.py", 'message("Tree")\nmessage("Bird")\n')
    assert _wrong(clone) == {("missing", "Tree"), ("missing", "Bird")}

    translations.update(clone)
    assert _wrong(clone) == {("untranslated", "Tree"), ("untranslated", "Bird")}

    path = _dutch(clone)
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace('"Tree"\nmsgstr ""', '"Tree"\nmsgstr "Boom"').replace(
            '"Bird"\nmsgstr ""', '"Bird"\nmsgstr "Vogel"'
        ),
        encoding="utf-8",
    )
    assert _wrong(clone) == set()

    write("core/said.py", 'message("Tree")\nmessage("Leaf")\n')
    assert _wrong(clone) == {("missing", "Leaf"), ("obsolete", "Bird")}
    translations.update(clone)
    assert _wrong(clone) == {("untranslated", "Leaf")}
    assert 'msgstr "Boom"' in path.read_text(encoding="utf-8")
    assert "Vogel" not in path.read_text(encoding="utf-8")


def test_a_second_update_changes_nothing(clone: Source, write: Write) -> None:
    write("core/said.py", 'message("b")\nmessage("a")\nplural("{n} x", "{n} xs", 1)\n')

    assert len(translations.update(clone)) == len(translations.TRANSLATED)
    assert translations.update(clone) == []
    text = _dutch(clone).read_text(encoding="utf-8")
    assert text.index('msgid "a"') < text.index('msgid "b"')
    assert "Date" not in text
    assert "#: src/benelux/core/said.py\n" in text


def test_a_line_that_moves_changes_nothing(clone: Source, write: Write) -> None:
    write("core/said.py", 'message("a")\n')
    translations.update(clone)

    write("core/said.py", '\n\n\nmessage("a")\n')

    assert translations.update(clone) == []


def test_what_core_says_too_stands_with_core_alone(clone: Source, write: Write) -> None:
    write("core/said.py", 'message("Shared")\n')
    write("domains/garden/said.py", 'message("Shared")\nmessage("Own")\n')

    translations.update(clone)

    assert '"Shared"' in _dutch(clone).read_text(encoding="utf-8")
    own = _dutch(clone, "domains/garden").read_text(encoding="utf-8")
    assert '"Own"' in own
    assert '"Shared"' not in own


@pytest.mark.parametrize(
    ("said", "translated", "wrong"),
    [
        ('message("{a} of {b}")', 'msgstr "{b} van {a}"', ""),
        ('message("{a} of {b}")', 'msgstr "{a}"', "places"),
        ('message("{a}!")', 'msgstr "{A}!"', "places"),
        ('message("no {a}")', 'msgstr "geen {a"', "places"),
        ('plural("{n} a", "{n} b", 1)', 'msgstr[0] "een"\nmsgstr[1] "{n} b"', ""),
        ('plural("{n} a", "{n} b", 1)', 'msgstr[0] "een"\nmsgstr[1] "veel"', "places"),
        ('plural("{n} a", "{n} b", 1)', 'msgstr[0] "{n} a"\nmsgstr[1] ""', "untranslated"),
        ('plural("one {x}", "{n} {x}", 1)', 'msgstr[0] "een"\nmsgstr[1] "{n} {x}"', "places"),
    ],
)
def test_a_translation_names_the_values_of_the_english_text(
    clone: Source, write: Write, said: str, translated: str, wrong: str
) -> None:
    write("core/said.py", said)
    translations.update(clone)
    path = _dutch(clone)
    text = path.read_text(encoding="utf-8")
    head, _, entry = text.rpartition("\nmsgid ")
    before, _, _ = entry.partition("\nmsgstr")
    path.write_text(f"{head}\nmsgid {before}\n{translated}\n", encoding="utf-8")

    found = {one for one, _ in _wrong(clone)} - {"form"}

    assert found == ({wrong} if wrong else set())


def test_a_translation_marked_unsure_is_not_one(clone: Source, write: Write) -> None:
    write("core/said.py", 'message("Tree")')
    translations.update(clone)
    path = _dutch(clone)
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace('msgid "Tree"\nmsgstr ""', '#, fuzzy\nmsgid "Tree"\nmsgstr "Boom"'),
        encoding="utf-8",
    )

    assert ("unsure", "Tree") in _wrong(clone)


def test_a_text_without_words_needs_no_translator(clone: Source, write: Write) -> None:
    write("core/said.py", 'message("{where}: {wrong}")')

    translations.update(clone)

    assert _wrong(clone) == set()


def test_a_block_is_drawn_between_its_marks_and_nowhere_else() -> None:
    block = Block("x.md", "list", lambda: "new")

    first = block.fill("before\n<!-- list -->\nafter\n")

    assert first == "before\n<!-- list -->\n\nnew\n\n<!-- /list -->\nafter\n"
    assert block.fill(first) == first
    assert Block("x.md", "list", lambda: r"\1 newer").fill(first).count("newer") == 1
    assert block.fill("no mark") == "no mark"


def test_a_table_keeps_a_bar_inside_its_cell() -> None:
    assert markdown_table(("a",), [("b|c",)]) == "| a |\n| --- |\n| b\\|c |"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("", Invalid),
        ("Garden", Invalid),
        ("my-garden", Invalid),
        ("1garden", Invalid),
        ("../garden", Invalid),
        ("class", Invalid),
        ("json", Invalid),
        ("g" * 31, Invalid),
        ("programme", Conflict),
        ("api", Conflict),
        ("systems", Conflict),
        ("domains", Conflict),
    ],
)
def test_a_name_that_cannot_be_a_domains_is_refused(
    name: str, kind: type[Invalid | Conflict]
) -> None:
    with pytest.raises(kind):
        new_domain.fit(name, source())


def test_a_domain_that_cannot_be_furnished_leaves_nothing_behind(clone: Source) -> None:
    titles = dict.fromkeys(("nl", "fr", "de", "en"), "Pond")
    (clone.tests / "domains").mkdir(parents=True)
    (clone.tests / "domains" / "pond").write_text("in the way", encoding="utf-8")

    with pytest.raises(OSError):  # noqa: PT011 - which one depends on the system
        new_domain.furnish(clone, "pond", ("1",), titles)
    with pytest.raises(Invalid):
        new_domain.furnish(clone, "pond", ("seven",), titles)

    assert not (clone.domains / "pond").exists()


@pytest.mark.parametrize(
    ("domain", "name", "mark", "kind"),
    [
        ("nowhere", "trees", None, NotFound),
        ("../garden", "trees", None, NotFound),
        ("garden", "Trees", None, Invalid),
        ("garden", "my trees", None, Invalid),
        ("garden", "trees", "gt", Invalid),
        ("garden", "trees", "PP", Conflict),
    ],
)
def test_a_name_or_a_mark_that_cannot_be_a_registers_is_refused(
    clone: Source, domain: str, name: str, mark: str | None, kind: type[Invalid | Conflict]
) -> None:
    with pytest.raises(kind):
        new_register.fit(clone, domain, name, mark, frozenset({"PP"}))


def test_a_register_gets_a_mark_and_takes_the_place_of_none(clone: Source) -> None:
    assert new_register.fit(clone, "garden", "trees", None, frozenset()) == "GT"

    (clone.domains / "garden" / "registers.py").write_text("", encoding="utf-8")

    with pytest.raises(Conflict):
        new_register.fit(clone, "garden", "trees", None, frozenset())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("oak", ()),
        ("o" * 30, ("--plan", "1.1", "--plan", "5.5", "--fr", "Vergers")),
    ],
)
def test_a_new_domain_passes_every_check_at_birth(
    tmp_path: Path, name: str, options: tuple[str, ...]
) -> None:
    here = source()
    for folder in ("src", "tests", "docs", "benchmarks"):
        ignored = shutil.ignore_patterns("__pycache__", "node_modules", "static")
        shutil.copytree(here.root / folder, tmp_path / folder, ignore=ignored)
    for path in here.root.glob("*.*"):
        if path.is_file():
            shutil.copy(path, tmp_path)
    (tmp_path / "src/benelux/core/web/static").mkdir()
    copy = Source(tmp_path)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "src"), "BENELUX_LANGUAGE": "en"}

    def run(*words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, *words],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )

    made = run("-m", "benelux.cli", "dev", "new-domain", name, *options)
    assert made.returncode == 0, made.stderr
    assert f"src/benelux/domains/{name}/model.py" in made.stdout.splitlines()

    paths = (f"src/benelux/domains/{name}", f"tests/domains/{name}")
    for words in (
        ("-m", "ruff", "check", *paths),
        ("-m", "ruff", "format", "--check", *paths),
        ("-m", "mypy", "-p", f"benelux.domains.{name}"),
        ("-m", "pytest", "-q", f"tests/domains/{name}", "tests/test_manual.py"),
        ("-c", "import sys; from importlinter.cli import lint_imports_command as run; run()"),
        ("-m", "benelux.cli", "domains", "--json"),
        ("-m", "benelux.cli", name, "show", "first", "--lang", "fr"),
    ):
        done = run(*words)
        assert done.returncode == 0, f"{words}\n{done.stdout}{done.stderr}"
    untold = [one for one in translations.findings(copy) if f"/{name}/" in one.file]
    assert untold == []
    again = run("-m", "benelux.cli", "dev", "new-domain", name)
    assert again.returncode == 2
    assert again.stderr == f"The name “{name}” is taken. Choose another name.\n"


def test_the_check_of_the_manual_says_which_file_and_changes_none(
    clone: Source, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BENELUX_LANGUAGE", "en")
    monkeypatch.setattr("benelux.core.cli.dev.manual.source", lambda: clone)

    status = _status("dev", "manual", "--check", "--json")

    assert status == 1
    assert "docs/manual/settings.md" in json.loads(capsys.readouterr().out)["out_of_date"]
    assert not (clone.root / "docs").exists()

    assert _status("dev", "manual") == 0
    assert "docs/manual/commands.md" in capsys.readouterr().out.splitlines()
    assert _status("dev", "manual", "--check") == 0
    assert "BENELUX_PORT" in (clone.root / "docs/manual/settings.md").read_text(encoding="utf-8")
    commands = (clone.root / "docs/manual/commands.md").read_text(encoding="utf-8")
    assert "`benelux dev new-domain`" in commands
    assert "--public-url" in commands


def _status(*words: str) -> object:
    with pytest.raises(SystemExit) as ended:
        main(words)
    return ended.value.code


def test_the_checks_tell_result_and_time_and_fail_together(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BENELUX_LANGUAGE", "en")
    checks = (("good", ("-c", "pass")), ("bad", ("-c", "import sys; sys.exit('the reason')")))
    monkeypatch.setattr("benelux.core.cli.dev.check.CHECKS", checks)

    assert _status("dev", "check") == 1

    said = capsys.readouterr()
    good, bad = said.out.splitlines()
    assert good.startswith("good: passed (")
    assert bad.startswith("bad: FAILED (")
    assert said.err == "Checks: 2\nthe reason\n"
    assert _status("dev", "check", "--json") == 1
    assert [one["passed"] for one in json.loads(capsys.readouterr().out)] == [True, False]
