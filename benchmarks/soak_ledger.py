"""Kill the writer and fail its disk, again and again, and look whether anything was lost.

`uv run python benchmarks/soak_ledger.py` takes some minutes for 1,000 of each; it prints a table.
A round forks a process in which eight threads append to one ledger and tell each acknowledgement.
It is killed (`kill -9`), or its disk fails once: an error on writing, a full disk, a write that
stops half-way and takes the process with it, an error on syncing. Then another process opens the
ledger, walks the whole of it, and looks for every entry that was acknowledged.

Disk faults come from a small library in C that stands before the system's own calls (LD_PRELOAD);
that needs Linux and a C compiler.
"""

import argparse
import ctypes
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from benelux.core.errors import Refusal
from benelux.core.ledger import Entry, Ledger, heads, proofs, service
from benelux.core.ledger.keys import FolderKeys
from benelux.core.ledger.merkle import verify_inclusion
from benelux.core.ledger.tables import OWNER
from benelux.core.store import Store, migrate

FAULTS: Final = ("error", "full", "torn", "sync")
_SYNC: Final = FAULTS.index("sync") + 1
_ROUNDS_A_LEDGER: Final = 40
_TORN: Final = 77
"""How the process ends when a write stopped half-way."""
_SHIM: Final = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/types.h>

static int kind = 0, left = -1, times = 0, done = 0;

void soak_arm(int what, int after, int how_often) {
  kind = what; left = after; times = how_often; done = 0;
}
int soak_done(void) { return done; }

static int ours(int fd) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, sizeof path - 1);
  if (n < 3) return 0;
  path[n] = 0;
  return strstr(path, "ledger.db") != NULL;
}
static int now(int fd) {
  if (left < 0 || !ours(fd)) return 0;
  if (left > 0) { left--; return 0; }
  done++;
  if (--times <= 0) left = -1;
  return 1;
}
#define WRITE(name, parameters, arguments, half)                          \
  ssize_t name parameters {                                               \
    static ssize_t (*real) parameters;                                    \
    if (!real) real = dlsym(RTLD_NEXT, #name);                            \
    if (kind != 4 && now(fd)) {                                           \
      if (kind == 2) { errno = ENOSPC; return -1; }                       \
      if (kind == 3) { size_t n = count / 2; real half; _exit(77); }      \
      errno = EIO; return -1;                                             \
    }                                                                     \
    return real arguments;                                                \
  }
WRITE(pwrite64, (int fd, const void *data, size_t count, off64_t at),
      (fd, data, count, at), (fd, data, n, at))
WRITE(pwrite, (int fd, const void *data, size_t count, off_t at),
      (fd, data, count, at), (fd, data, n, at))
WRITE(write, (int fd, const void *data, size_t count), (fd, data, count), (fd, data, n))
#define SYNC(name)                                                        \
  int name(int fd) {                                                      \
    static int (*real)(int);                                              \
    if (!real) real = dlsym(RTLD_NEXT, #name);                            \
    if (kind == 4 && now(fd)) { errno = EIO; return -1; }                 \
    return real(fd);                                                      \
  }
SYNC(fsync)
SYNC(fdatasync)
"""


@dataclass(frozen=True)
class Plan:
    """One round: after how many acknowledgements it is killed, or which write of the disk fails."""

    turn: int
    enough: int
    fault: int
    after: int
    often: int


@dataclass
class Report:
    """What came of all rounds of one kind."""

    rounds: int = 0
    struck: int = 0
    acknowledged: int = 0
    refused: int = 0
    lost: int = 0
    unproven: int = 0
    findings: list[str] = field(default_factory=list)
    kinds: dict[str, int] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        return not (self.lost or self.unproven or self.findings)


def soak(kind: str, rounds: int, seed: int = 1) -> Report:
    """Run so many rounds of "kill" or "faults" in a process of its own, and report."""
    with tempfile.TemporaryDirectory(prefix="benelux-soak-") as folder:
        environment = dict(os.environ)
        if kind == "faults":
            environment["LD_PRELOAD"] = str(build_shim(Path(folder)))
        words = [
            sys.executable,
            "-W",
            "error",
            __file__,
            "--drive",
            kind,
            folder,
            str(rounds),
            str(seed),
        ]
        done = subprocess.run(words, env=environment, stdout=subprocess.PIPE, check=True)
    told = json.loads(done.stdout.splitlines()[-1])
    return Report(**told)


def can_fail_disks() -> bool:
    return sys.platform == "linux" and shutil.which("cc") is not None


def build_shim(folder: Path) -> Path:
    """Compile the library that makes writes fail."""
    source, library = folder / "shim.c", folder / "shim.so"
    source.write_text(_SHIM)
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
    return library


def _drive(kind: str, folder: Path, rounds: int, seed: int) -> Report:
    """All rounds. This process itself never opens a store, so that it stays free to fork."""
    chance = random.Random(seed)  # noqa: S311 - the same rounds again, and no secret
    report = Report()
    told: list[tuple[int, str]] = []
    home = folder
    for turn in range(rounds):
        if turn % _ROUNDS_A_LEDGER == 0:
            home = folder / str(turn)
            told = []
            _in_child(partial(_begin, home))
        fault = chance.randrange(len(FAULTS)) + 1 if kind == "faults" else 0
        plan = Plan(
            turn,
            enough=chance.randint(1, 120),
            fault=fault,
            # A commit writes many times and syncs once.
            after=chance.randint(0, 5 if fault == _SYNC else 60),
            often=chance.randint(1, 3),
        )
        new, refused, struck = _round(home, plan)
        told += new
        report.rounds += 1
        report.struck += struck
        report.acknowledged += len(new)
        report.refused += refused
        name = FAULTS[plan.fault - 1] if plan.fault else "kill"
        report.kinds[name] = report.kinds.get(name, 0) + struck
        deep = turn % 10 == 0 or turn % _ROUNDS_A_LEDGER == _ROUNDS_A_LEDGER - 1
        found = json.loads(_in_child(partial(_look, home, told, deep=deep)))
        report.lost += found["lost"]
        report.unproven += found["unproven"]
        report.findings += found["findings"]
        if turn % 25 == 0 and sys.stderr.isatty():
            print(f"… {kind} {turn} of {rounds}", file=sys.stderr)
    return report


def _round(home: Path, plan: Plan) -> tuple[list[tuple[int, str]], int, bool]:
    """Append until so many entries are acknowledged, then kill; or until the disk fails."""
    heard, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(heard)
        with suppress(BaseException):
            _append(home, plan, tell)
        os._exit(0)
    os.close(tell)
    said = b""
    while said.count(b"\n") < plan.enough and (more := os.read(heard, 4096)):
        said += more
    if not plan.fault:
        os.kill(child, signal.SIGKILL)
    elif said.count(b"\n") >= plan.enough:
        time.sleep(0.01)
        os.kill(child, signal.SIGKILL)
    while more := os.read(heard, 65536):
        said += more
    os.close(heard)
    _, status = os.waitpid(child, 0)
    lines = [line.split() for line in said.decode().split("\n")[:-1]]
    entries = [(int(line[1]), line[2]) for line in lines if line[0] == "a"]
    torn = os.waitstatus_to_exitcode(status) == _TORN
    killed = not plan.fault and os.WIFSIGNALED(status)
    struck = any(line[0] == "f" for line in lines) or torn or killed
    return entries, sum(line[0] == "r" for line in lines), struck


def _begin(home: Path) -> str:
    home.mkdir()
    with Store.open(home / "ledger.db") as store:
        migrate(store, [OWNER])
        Ledger(store, FolderKeys(home / "keys")).open("soak")
    return ""


def _append(home: Path, plan: Plan, tell: int) -> None:
    store = Store.open(home / "ledger.db", patience=2)
    log = Ledger(store, FolderKeys(home / "keys")).open("soak")
    shim = ctypes.CDLL(None) if plan.fault else None
    if shim:
        shim.soak_arm(plan.fault, plan.after, plan.often)

    def work(who: int) -> None:
        for number in range(40):
            entry = Entry("decision", b"c" * 400, f"{plan.turn}/{who}/{number}", (f"p{who}",))
            try:
                receipt = log.append(entry)
            except Refusal:
                os.write(tell, b"r\n")
            except Exception:  # noqa: BLE001 - a disk that fails is told by the driver in its own way
                os.write(tell, b"r\n")
            else:
                os.write(tell, b"a %d %s\n" % (receipt.number, receipt.leaf.hex().encode()))
            if shim and shim.soak_done():
                os.write(tell, b"f\n")

    with ThreadPoolExecutor(8) as many:
        list(many.map(work, range(8)))
    os._exit(0)  # without closing the store: that would tidy up what a crash leaves behind


def _look(home: Path, told: list[tuple[int, str]], *, deep: bool) -> str:
    """Walk the ledger, look for all that was acknowledged, and prove the newest of it."""
    with Store.open(home / "ledger.db") as store:
        ledger = Ledger(store, FolderKeys(home / "keys"))
        verdict = service.verify(ledger, "soak", deep=deep)
        lost = unproven = 0
        with store.read() as connection:
            head = heads.newest(connection, "soak")
            tree = proofs.tree(connection, "soak", head.size)
            for number, leaf in told:
                if number >= head.size or tree.leaf(number).hex() != leaf:
                    lost += 1
                    continue
                path = tree.inclusion(number)
                raw = bytes.fromhex(leaf)
                unproven += not verify_inclusion(raw, number, head.size, path, head.root)
    findings = [str(one.said) for one in verdict.findings]
    return json.dumps({"lost": lost, "unproven": unproven, "findings": findings})


def _in_child(work: Callable[[], str]) -> str:
    heard, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(heard)
        status = 1
        try:
            os.write(tell, work().encode())
            status = 0
        finally:
            os._exit(status)
    os.close(tell)
    said = b"".join(iter(lambda: os.read(heard, 65536), b""))
    os.close(heard)
    _, status = os.waitpid(child, 0)
    if status:
        raise RuntimeError(f"a process that should have looked at the ledger ended with {status}")
    return said.decode()


def _lines(reports: dict[str, Report]) -> Iterator[str]:
    yield "| | Rounds | Struck | Acknowledged | Refused | Lost | Proofs that fail | Findings |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|"
    for name, one in reports.items():
        cells = (
            one.rounds, one.struck, one.acknowledged, one.refused, one.lost, one.unproven,
            len(one.findings),
        )  # fmt: skip
        yield f"| {name} | {' | '.join(f'{cell:,}' for cell in cells)} |"
    for name, one in reports.items():
        yield f"\n{name}: " + ", ".join(f"{kind} {n:,}" for kind, n in sorted(one.kinds.items()))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--faults", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--drive", nargs=4, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.drive:
        kind, folder, rounds, seed = given.drive
        report = asdict(_drive(kind, Path(folder), int(rounds), int(seed)))
        print(json.dumps(report))
        return
    started = time.monotonic()
    reports = {}
    if given.kills:
        reports["kill -9"] = soak("kill", given.kills, given.seed)
    if given.faults and can_fail_disks():
        reports["disk faults"] = soak("faults", given.faults, given.seed)
    elif given.faults:
        print("No disk faults: this needs Linux and a C compiler.")
    print("\n".join(_lines(reports)))
    print(f"\n{time.monotonic() - started:.0f} seconds")
    sys.exit(0 if all(one.holds for one in reports.values()) else 1)


if __name__ == "__main__":
    main()
