"""Browser assets: built files with their content's hash in the name, kept compressed in memory."""

import gzip
import mimetypes
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import msgspec

FOLDER = Path(__file__).parent / "static"
WORKER = "check-worker.js"
"""The script that answers for the page of checks without a network, although it lies elsewhere."""
_GZIP = re.compile(r"(?:^|,)\s*(?:x-)?gzip\s*(?:;\s*q=([0-9.]+)\s*)?(?:,|$)", re.IGNORECASE)
_TEXT = frozenset({".css", ".js", ".mjs", ".json", ".svg", ".map", ".txt"})


@dataclass(frozen=True, slots=True)
class Asset:
    content: bytes
    compressed: bytes | None
    media_type: str


@dataclass(frozen=True)
class Assets:
    """The assets in `folder`; without a build there are none and pages stay plain HTML."""

    folder: Path = FOLDER

    @cached_property
    def names(self) -> dict[str, str]:
        manifest = self.folder / "manifest.json"
        if not manifest.is_file():
            return {}
        return msgspec.json.decode(manifest.read_bytes(), type=dict[str, str])

    def address(self, name: str) -> str:
        """The address of a built file by the name its source has; empty if it was not built."""
        built = self.names.get(name)
        return f"/static/{built}" if built else ""

    def read(self, name: str) -> Asset | None:
        """The file of that built name, or None: only names that the build wrote are served."""
        return _read(self.folder / name) if name in self._served else None

    @cached_property
    def _served(self) -> frozenset[str]:
        if not self.folder.is_dir():
            return frozenset()
        return frozenset(path.name for path in self.folder.iterdir() if path.is_file())


def takes_gzip(accept_encoding: str) -> bool:
    """Whether who sent this header can unpack gzip; with a weight of nothing they cannot."""
    found = _GZIP.search(accept_encoding)
    return found is not None and (found[1] is None or found[1].strip("0.") != "")


@lru_cache(maxsize=128)
def _read(path: Path) -> Asset:
    content = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if path.suffix in {".js", ".mjs"}:
        kind = "text/javascript"
    if path.suffix in _TEXT:
        # The framework says the charset of text/… itself.
        kind += "" if kind.startswith("text/") else "; charset=utf-8"
        return Asset(content, gzip.compress(content, 9, mtime=0), kind)
    return Asset(content, None, kind)
