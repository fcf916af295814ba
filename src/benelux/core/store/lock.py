"""One `benelux up` at a time on one folder."""

import json
import os
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from benelux.core.errors import Conflict
from benelux.core.language import message

if TYPE_CHECKING:
    from filelock import FileLock


class Claim:
    """A folder held by this process until `release`, its end, or its death.

    The operating system holds the lock itself, so that a process that was killed leaves none.
    """

    def __init__(self, folder: Path, lock: "FileLock") -> None:
        self._lock = lock
        self._card = _card(folder)

    def announce(self, note: str) -> None:
        """Tell others what holds the folder; for an address that is known only now."""
        # A lock file cannot be read on every system while it is locked, so this stands beside it.
        draft = self._card.with_suffix(".new")
        draft.write_text(json.dumps({"pid": os.getpid(), "note": note}), encoding="utf-8")
        draft.replace(self._card)

    def release(self) -> None:
        if self._lock.is_locked:
            self._card.unlink(missing_ok=True)
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def claim(folder: Path, note: str) -> Claim:
    """Hold `folder`; `note` says to others by what, for example an address.

    Raises `Conflict`, with the note and process number of the holder, when somebody else has it.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415 - slow to import, wanted once a start

    folder.mkdir(parents=True, exist_ok=True)
    # Not bound to a thread: whoever stops the server may be another thread than who started it.
    lock = FileLock(folder / "benelux.lock", timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout as error:
        pid, holder = _holder(folder)
        raise Conflict(
            "store.folder-in-use",
            message("The folder {folder} is already in use.", folder=folder),
            why=message("By {holder}, process {pid}.", holder=holder, pid=pid),
            now=message("Use that one, stop it first, or name another folder with --data."),
        ) from error
    held = Claim(folder, lock)
    held.announce(note)
    return held


def _card(folder: Path) -> Path:
    return folder / "benelux.lock.json"


def _holder(folder: Path) -> tuple[str, str]:
    try:
        told = json.loads(_card(folder).read_text(encoding="utf-8"))
        return str(told["pid"]), str(told["note"])
    except (OSError, ValueError, KeyError, TypeError):
        # It has only just begun, or is just ending.
        return "?", "?"
