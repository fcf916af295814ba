"""How long `benelux --help` takes as a whole process, next to an interpreter that does nothing."""

import os
import platform
import statistics
import subprocess
import sys
import time

RUNS = 20
COMMANDS = {
    "python -c pass": ("-c", "pass"),
    "benelux --help": ("-m", "benelux.cli", "--help"),
    "benelux --help --lang nl": ("-m", "benelux.cli", "--help", "--lang", "nl"),
    "benelux domains": ("-m", "benelux.cli", "domains"),
}


def milliseconds(words: tuple[str, ...]) -> list[float]:
    """One figure per run, the quickest first."""
    taken = []
    for run in range(RUNS + 1):
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, *words],
            stdout=subprocess.DEVNULL,
            env={**os.environ, "BENELUX_LANGUAGE": "en"},
            check=True,
        )
        if run:  # the first one only warms the disk
            taken.append((time.perf_counter() - began) * 1000)
    return sorted(taken)


def main() -> None:
    print(
        f"{platform.python_version()} on {platform.machine()}, {os.cpu_count()} cores, {RUNS} runs"
    )
    print(f"{'command':28}{'min':>8}{'median':>8}{'max':>8}  ms")
    for name, words in COMMANDS.items():
        taken = milliseconds(words)
        middle = statistics.median(taken)
        print(f"{name:28}{taken[0]:8.0f}{middle:8.0f}{taken[-1]:8.0f}")


if __name__ == "__main__":
    main()
