"""The manual's “Add a register in ten minutes” is true: its very text is carried out in a copy."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from benelux.core.cli.dev.source import source

TITLE = "Add a register in ten minutes"
PORT = "8022"
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+[^\s>)`]*")
_BLOCK = re.compile(
    r"(?:^(?P<file>`[^`\n]+`)[^`\n]*\n\n)?^```(?P<kind>\w*)\n(?P<text>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
_LINES = frozenset("─━ ")


@dataclass(frozen=True, slots=True)
class Step:
    """One command of the text, with what the text says that it prints."""

    command: str
    shown: tuple[str, ...]


def section() -> str:
    """The text itself, from its heading to the next one of the same level."""
    manual = (source().root / "docs" / "manual" / "registers.md").read_text(encoding="utf-8")
    _, _, after = manual.partition(f"## {TITLE}\n")
    assert after, "the section is not there"
    return re.split(r"^## ", after, maxsplit=1, flags=re.MULTILINE)[0]


def steps(block: str) -> Iterator[Step]:
    """The commands of a block, each behind its `$`, long ones on several lines."""
    command, shown = "", []
    for line in block.replace("\\\n", "").splitlines():
        if line.startswith("$ "):
            if command:
                yield Step(command, tuple(shown))
            command, shown = line[2:], []
        elif line.strip():
            shown.append(line)
    if command:
        yield Step(command, tuple(shown))


def plain(text: str) -> list[str]:
    """Lines without the spaces and rules by which a table is drawn on a terminal."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return [line for line in lines if line and not set(line) <= _LINES]


def told(shown: tuple[str, ...], output: str) -> bool:
    """Whether that was printed; “…” stands for anything, alone on a line for any lines."""
    patterns = []
    for line in plain("\n".join(shown)):
        parts = ".*".join(re.escape(part) for part in line.split("…"))
        patterns.append(r"(?:.*\n)*?" if line == "…" else rf"{parts}\n")
    return re.fullmatch("".join(patterns), "".join(f"{one}\n" for one in plain(output))) is not None


@dataclass
class Clone:
    """A copy of the source with commands of its own: nothing comes from the network."""

    root: Path
    environment: dict[str, str]
    port: str
    running: "list[subprocess.Popen[str]]"

    @classmethod
    def make(cls, folder: Path) -> "Clone":
        here = source()
        root = folder / "benelux"
        ignored = shutil.ignore_patterns("__pycache__", "node_modules")
        for name in ("src", "tests", "docs"):
            shutil.copytree(here.root / name, root / name, ignore=ignored)
        for path in here.root.glob("*.*"):
            if path.is_file():
                shutil.copy(path, root)
        commands = folder / "bin"
        commands.mkdir()
        _command(commands / "uv", 'shift; exec "$@"')
        _command(commands / "benelux", f'exec "{sys.executable}" -m benelux.cli "$@"')
        _command(commands / "pytest", f'exec "{sys.executable}" -m pytest "$@"')
        port = str(_free_port())
        environment = {
            **os.environ,
            "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(root / "src"),
            "BENELUX_LANGUAGE": "en",
            "BENELUX_DATA": str(folder / "data"),
            "BENELUX_PORT": port,
            "PYTHONUNBUFFERED": "1",
        }
        return cls(root, environment, port, [])

    def run(self, command: str) -> str:
        """What it prints, on either output, as a person sees it."""
        done = subprocess.run(
            ["sh", "-c", command.replace(PORT, self.port)],
            cwd=self.root,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=300,
        )
        return done.stdout.replace(self.port, PORT)

    def start(self, command: str) -> str:
        """What keeps running, and its first line."""
        process = subprocess.Popen(
            ["sh", "-c", f"exec {command.removeprefix('uv run ')}"],
            cwd=self.root,
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self.running.append(process)
        assert process.stdout is not None
        return process.stdout.readline().replace(self.port, PORT)

    def stop(self) -> None:
        for process in self.running:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=30)


def _command(path: Path, line: str) -> None:
    path.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
    path.chmod(0o755)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def clone(tmp_path: Path) -> Iterator[Clone]:
    made = Clone.make(tmp_path)
    yield made
    made.stop()


def test_a_line_of_dots_stands_for_any_lines() -> None:
    assert told(("a", "…", "d"), "a\nb\nc\nd\n")
    assert told(("a … c",), " a  bb c\n")
    assert not told(("a", "d"), "a\nb\nd\n")
    assert not told(("a",), "b\n")


@pytest.mark.slow
def test_a_register_is_added_in_ten_minutes_by_the_very_text(clone: Clone) -> None:
    text = section()
    done = 0
    for found in _BLOCK.finditer(text):
        if found["file"] and found["kind"] != "console":
            path = clone.root / found["file"].strip("`")
            if path.exists():  # it was written before, and the text shows a part of it
                around = ("…", *found["text"].splitlines(), "…")
                assert told(around, path.read_text(encoding="utf-8")), path
            else:
                path.write_text(found["text"], encoding="utf-8")
            continue
        assert found["kind"] == "console", found["text"]
        for step in steps(found["text"]):
            output = (
                clone.start(step.command)
                if step.command.startswith("uv run benelux up")
                else clone.run(step.command)
            )
            assert told(step.shown, output), f"$ {step.command}\n{output}"
            done += 1
    assert done > 8
    visit(clone, {address.replace(PORT, clone.port) for address in ADDRESS.findall(text)})


def visit(clone: Clone, addresses: set[str]) -> None:
    """What the text says to open is there, for the people whom it says to sign in as."""
    register = next(one for one in addresses if one.endswith("/registers/ferries.licences"))
    portal = register.partition("/en/")[0]
    assert "Ferry licences" in httpx.get(register, trust_env=False).text
    with signed_in(portal, "demo-registrar-be") as registrar:
        assert "Lambert" in registrar.get(f"{register}/desk").text
    with signed_in(portal, "demo-inspector-nl") as inspector:
        assert "Ask all three countries" in inspector.get(f"{register}/ask").text
    with signed_in(portal, "demo-citizen") as citizen:
        asked = citizen.get(f"{portal}/en/my-data").text
        assert "Example Act art. 5" in asked
        assert "demo-nl-inspection" in asked
    assert {one.partition(clone.port)[2] for one in addresses} >= {
        "/en/registers/ferries.licences/desk",
        "/en/registers/ferries.licences/ask",
    }


@contextmanager
def signed_in(portal: str, person: str) -> Iterator[httpx.Client]:
    """A browser of one of the invented people."""
    with httpx.Client(base_url=portal, trust_env=False) as client:
        csrf = re.search(r'name="csrf" value="([^"]+)"', client.get("/en/sign-in").text)
        assert csrf
        answer = client.post("/en/sign-in", data={"csrf": csrf[1], "person": person})
        assert answer.status_code == 303
        yield client
