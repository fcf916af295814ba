"""Private keys: files in the data folder that only this user reads; never in the store."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from benelux.core.errors import Unavailable
from benelux.core.identity.keys import SigningKey
from benelux.core.language import Message, message
from benelux.core.settings import Settings

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class KeyFolder:
    """A folder with one file for each private key, named by the key's id."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def of(cls, settings: Settings) -> "KeyFolder":
        return cls(settings.data / "machine-keys")

    def keep(self, key: SigningKey) -> None:
        """Write the key, readable by this user alone, and see that it is on disk."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        content = key.private.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )  # the file's own permissions guard it
        file = os.open(self._path(key.id), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(file, content)
            os.fsync(file)
        finally:
            os.close(file)

    def has(self, key_id: str) -> bool:
        return self._path(key_id).is_file()

    def read(self, key_id: str) -> SigningKey:
        """The private key; raises `Unavailable` when it is not there or others may read it."""
        path = self._path(key_id)
        try:
            if os.name != "nt" and path.stat().st_mode & _OTHERS:
                raise _unfit(key_id, message("Others on this machine may read its file."))
            found = load_pem_private_key(path.read_bytes(), None)
        except (OSError, ValueError, TypeError) as error:
            raise _unfit(key_id, message("Its file is not there or cannot be read.")) from error
        if not isinstance(found, Ed25519PrivateKey) or SigningKey.of(found).id != key_id:
            raise _unfit(key_id, message("The file holds another key."))
        return SigningKey(key_id, found)

    def destroy(self, key_id: str) -> None:
        self._path(key_id).unlink(missing_ok=True)

    def exposed(self) -> Iterator[Path]:
        """Files, and the folder itself, that others on this machine may read."""
        if os.name == "nt" or not self.folder.is_dir():
            return
        for path in (self.folder, *sorted(self.folder.glob("*.pem"))):
            if path.stat().st_mode & _OTHERS:
                yield path

    def _path(self, key_id: str) -> Path:
        if not key_id or not all(letter.isalnum() or letter in "-_" for letter in key_id):
            raise ValueError(f"not the id of a key: {key_id!r}")
        return self.folder / f"{key_id}.pem"


def _unfit(key_id: str, why: Message) -> Unavailable:
    return Unavailable(
        "identity.private-key",
        message("The private key {key} cannot be used.", key=key_id),
        why=why,
        now=message("Put the file back with its permissions, or make a new key."),
    )
