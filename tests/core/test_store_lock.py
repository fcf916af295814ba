"""One `benelux up` on one folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benelux.core.errors import Conflict
from benelux.core.store import claim

_HOLDS = """
import sys
from pathlib import Path
from benelux.core.store import claim
with claim(Path(sys.argv[1]), "starting") as held:
    held.announce("http://127.0.0.1:8000")
    print("held", flush=True)
    sys.stdin.readline()
"""


def _hold(folder: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-W", "error", "-c", _HOLDS, str(folder)]
    other = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    return other


def test_a_second_claim_is_told_who_holds_the_folder(tmp_path: Path) -> None:
    with _hold(tmp_path) as other:
        with pytest.raises(Conflict) as refused:
            claim(tmp_path, "http://127.0.0.1:8001")
        other.communicate("done\n", timeout=30)
    assert refused.value.code == "store.folder-in-use"
    assert f"By http://127.0.0.1:8000, process {other.pid}." in str(refused.value)
    claim(tmp_path, "after it ended").release()


def test_a_holder_that_was_killed_blocks_nobody(tmp_path: Path) -> None:
    with _hold(tmp_path) as other:
        other.kill()
    assert "8000" in (tmp_path / "benelux.lock.json").read_text()
    with claim(tmp_path, "next"):
        assert str(os.getpid()) in (tmp_path / "benelux.lock.json").read_text()
    assert not (tmp_path / "benelux.lock.json").exists()


def test_one_process_cannot_claim_a_folder_twice(tmp_path: Path) -> None:
    with claim(tmp_path / "new", "first") as held:
        with pytest.raises(Conflict, match="By first"):
            claim(tmp_path / "new", "second")
        held.release()
        claim(tmp_path / "new", "third").release()


def test_a_holder_that_has_not_said_its_name_is_still_a_holder(tmp_path: Path) -> None:
    with claim(tmp_path, "first"):
        (tmp_path / "benelux.lock.json").write_text("{")
        with pytest.raises(Conflict, match="already in use"):
            claim(tmp_path, "second")
