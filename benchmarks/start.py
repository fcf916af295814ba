"""How long a stranger waits: from `git clone` to a portal that answers, and at the next start.

The first start has nothing to lean on: the caches of uv and npm are empty folders, so it fetches
everything from PyPI and npm and needs the network. It takes what is committed, nothing else; the
clone comes from this disk, so what a network would add to that one step is not in the figure.
With --quick the caches of this user are used.
"""

import os
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import sheet
import stand

_NOT_OURS: Final = (
    "UV_NO_SYNC",
    "UV_PROJECT_ENVIRONMENT",
    "VIRTUAL_ENV",
    "BENELUX_ASSETS",
    "PYTHONDONTWRITEBYTECODE",  # with it every start compiles everything again, some 1.2 s
)
_WARM_STARTS: Final = 3


def main() -> None:
    options = sheet.options(__doc__)
    for name in _NOT_OURS:
        os.environ.pop(name, None)
    told = sheet.Sheet("From nothing to /ready", ("what", "seconds"))
    with tempfile.TemporaryDirectory(prefix="benelux-start-") as made:
        folder = Path(made)
        cold = {} if options.quick else _empty_caches(folder)
        began = time.perf_counter()
        sheet.step("git clone")
        subprocess.run(
            ["git", "clone", "--quiet", "--no-local", stand.HERE.parent, folder / "clone"],
            check=True,
        )
        cloned = time.perf_counter() - began
        sheet.step("uv run benelux up, for the first time")
        first = _start(folder, cold)
        caches = "this user's caches" if options.quick else "empty caches"
        told.add("git clone, from this disk", cloned)
        told.add(f"first `uv run benelux up`, {caches}", first)
        told.add("both together", cloned + first)
        sheet.step("uv run benelux up, again")
        again = sorted(_start(folder, cold) for _ in range(1 if options.quick else _WARM_STARTS))
        told.add("next `uv run benelux up`", again[len(again) // 2])
    told.notes.append("Fetches from PyPI and npm, over whatever network this machine has.")
    sheet.show(options, told)


def _empty_caches(folder: Path) -> Mapping[str, str]:
    caches = {"UV_CACHE_DIR": folder / "uv", "npm_config_cache": folder / "npm"}
    return {name: str(path) for name, path in caches.items()}


def _start(folder: Path, environment: Mapping[str, str]) -> float:
    """Seconds until /ready says yes."""
    command = ["uv", "run", "benelux", "up", "--port", "0", "--data", str(folder / "kept")]
    log = folder / "log"
    began = time.perf_counter()
    with stand.running(command, log, environment, folder=folder / "clone") as process:
        origin = stand.told(process, log)
        stand.answers(f"{origin}/ready", process, log)
        return time.perf_counter() - began


if __name__ == "__main__":
    main()
