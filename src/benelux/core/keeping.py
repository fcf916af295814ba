"""What was worked out from a file is kept for the next start, under the hash of its bytes."""

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

_DIGEST: Final = 32


def kept(kind: str, raw: bytes, make: Callable[[], bytes]) -> bytes:
    """What `make` makes of `raw`, from the cache folder if it was made before.

    The folder is the person's own and may vanish at any time; a cut or foreign file in it is as
    good as none, and one that cannot be written only costs time.
    """
    path = _folder() / kind / hashlib.sha256(raw).hexdigest()
    found = _read(path)
    if found is None:
        found = make()
        _write(path, found)
    return found


def _folder() -> Path:
    """The folder for caches by this system's custom."""
    base = os.environ.get("XDG_CACHE_HOME")
    if base and os.name == "posix":  # platformdirs says the same, and takes longer to load
        return Path(base) / "benelux"
    from platformdirs import user_cache_path  # noqa: PLC0415 - as above

    return user_cache_path("benelux", appauthor=False)


def _read(path: Path) -> bytes | None:
    try:
        whole = path.read_bytes()
    except OSError:
        return None
    digest, made = whole[:_DIGEST], whole[_DIGEST:]
    return made if hashlib.sha256(made).digest() == digest else None


def _write(path: Path, made: bytes) -> None:
    draft = path.with_suffix(f".{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(hashlib.sha256(made).digest() + made)
        draft.replace(path)
    except OSError:
        with suppress(OSError):  # where nothing can be written, nothing can be removed
            draft.unlink(missing_ok=True)
