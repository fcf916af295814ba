"""Run every check of the code that is quick enough to run before each commit."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from benelux.core.cli import tell
from benelux.core.cli.dev.source import Source, source
from benelux.core.cli.options import Json
from benelux.core.language import Message, message

_LINT_IMPORTS: Final = (
    "import sys; from importlinter.cli import lint_imports_command as run; sys.exit(run())"
)
CHECKS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("ruff check", ("-m", "ruff", "check", "--quiet")),
    ("ruff format --check", ("-m", "ruff", "format", "--check", "--quiet")),
    ("mypy", ("-m", "mypy", "--no-error-summary")),
    ("lint-imports", ("-c", _LINT_IMPORTS)),
    ("pytest tests/test_shape.py", ("-m", "pytest", "-q", "tests/test_shape.py")),
)


@dataclass(frozen=True, slots=True)
class Checked:
    """How one check went; `said` is what its tool had to say."""

    name: str
    passed: bool
    seconds: float
    said: str


def check(*, json: Json = False) -> int:
    """Run every check of the code."""
    done: list[Checked] = []
    here = source()
    for name, words in tell.progress(CHECKS, message("Checks"), quiet=json):
        one = run(here, name, words)
        done.append(one)
        if not json:
            _tell(one)
    if json:
        tell.json(done)
    return 0 if all(one.passed for one in done) else 1


def run(here: Source, name: str, words: Sequence[str]) -> Checked:
    """One check, in the clone's root and with its own source first."""
    path = os.pathsep.join([str(here.root / "src"), os.environ.get("PYTHONPATH", "")])
    began = time.perf_counter()
    done = subprocess.run(  # noqa: S603 - the words stand above
        [sys.executable, *words],
        cwd=here.root,
        env={**os.environ, "PYTHONPATH": path.strip(os.pathsep)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    said = f"{done.stdout}{done.stderr}".strip()
    return Checked(name, done.returncode == 0, round(time.perf_counter() - began, 2), said)


def _tell(one: Checked) -> None:
    result: Message = message("passed") if one.passed else message("FAILED")
    tell.line(f"{one.name}: {tell.say(result)} ({one.seconds:.1f} s)")
    if not one.passed:
        tell.remark(one.said)
