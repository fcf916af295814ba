"""The secrets of a ledger, kept apart from the store, so that a copy of the store opens nothing.

Each shard has keys that wrap the keys of its entries (one generation after another), keys that sign
its heads, and one that hides in the store's indexes whom an entry is about.
"""

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Protocol

from benelux.core.errors import Unavailable
from benelux.core.language import message

LENGTH: Final = 32
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


class Keys(Protocol):
    """A place for secrets: a folder, or a device that an authority has for them."""

    def get(self, shard: str, name: str) -> bytes:
        """The secret of 32 bytes; raises `Unavailable` when it is not, or no longer, there."""

    def make(self, shard: str, name: str) -> bytes:
        """A new random secret, kept before it is returned; the one that is there, if there is."""

    def has(self, shard: str, name: str) -> bool: ...

    def destroy(self, shard: str, name: str) -> None:
        """Make the secret irrecoverable; nothing happens when it is not there."""


def wrapping(generation: int) -> str:
    return f"wrap-{generation}"


def signing(generation: int) -> str:
    return f"sign-{generation}"


INDEX: Final = "index"
WITNESS: Final = "witness"


class MemoryKeys:
    """Secrets that end with the process; for tests and trials."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], bytes] = {}

    def get(self, shard: str, name: str) -> bytes:
        try:
            return self._kept[shard, name]
        except KeyError:
            raise gone(shard, name) from None

    def make(self, shard: str, name: str) -> bytes:
        return self._kept.setdefault((shard, name), secrets.token_bytes(LENGTH))

    def has(self, shard: str, name: str) -> bool:
        return (shard, name) in self._kept

    def destroy(self, shard: str, name: str) -> None:
        self._kept.pop((shard, name), None)


class FolderKeys:
    """Secrets as files that only this user reads, one folder a shard.

    Several processes may share the folder. It must not be in the same backup as the store: who has
    both can read what was erased since that backup, until the wrapping key is rotated.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[tuple[str, str], bytes] = {}

    def get(self, shard: str, name: str) -> bytes:
        found = self._read.get((shard, name))
        if found is None:
            try:
                found = bytes.fromhex(self._path(shard, name).read_text(encoding="ascii"))
            except (OSError, ValueError) as error:
                raise gone(shard, name) from error
            if len(found) != LENGTH:
                raise gone(shard, name)
            self._read[shard, name] = found
        return found

    def make(self, shard: str, name: str) -> bytes:
        path = self._path(shard, name)
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = path.with_name(f".{name}.{secrets.token_hex(8)}")
            try:
                with _written(draft, 0o600) as file:
                    os.write(file, secrets.token_bytes(LENGTH).hex().encode())
                with suppress(FileExistsError):  # another process was first; its key holds
                    os.link(draft, path)
            finally:
                draft.unlink(missing_ok=True)
            _sync_folder(path.parent)
        return self.get(shard, name)

    def has(self, shard: str, name: str) -> bool:
        return self._path(shard, name).exists()

    def destroy(self, shard: str, name: str) -> None:
        self._read.pop((shard, name), None)
        path = self._path(shard, name)
        with suppress(FileNotFoundError):
            # Written over first, for file systems that write in place; others need their own care.
            with _written(path, 0o600, os.O_WRONLY) as file:
                os.write(file, b"0" * (LENGTH * 2))
            path.unlink()
            _sync_folder(path.parent)

    def _path(self, shard: str, name: str) -> Path:
        if not _NAME.fullmatch(shard) or not _NAME.fullmatch(name):
            raise ValueError(f"not a name for a key: {shard!r}, {name!r}")
        return self._folder / shard / f"{name}.key"


@contextmanager
def _written(
    path: Path, mode: int, flags: int = os.O_WRONLY | os.O_CREAT | os.O_EXCL
) -> Iterator[int]:
    file = os.open(path, flags, mode)
    try:
        yield file
        os.fsync(file)
    finally:
        os.close(file)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # folders cannot be opened there; the file system journals their names
        return
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def gone(shard: str, name: str) -> Unavailable:
    return Unavailable(
        "ledger.key-gone",
        message("The key “{name}” of the ledger “{shard}” is not there.", name=name, shard=shard),
        why=message("It was destroyed, or the folder of keys is not the one of this store."),
        now=message("Put the folder of keys back, or look in the ledger whether it was destroyed."),
    )
