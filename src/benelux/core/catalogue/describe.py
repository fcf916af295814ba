"""Bring a data package up to date: `python -m benelux.core.catalogue.describe FOLDER`.

Writes `bytes` and `hash` of every resource, and `modified` when one of them changed; the rest of
the file is kept, in its order, as JSON with two spaces. Names every file in the folder that the
package neither lists nor sets apart. With `--check` nothing is written. Exit status: 0 when package
and folder agree, 1 when they do not (after writing: when a file is missing or not listed), 2 for a
folder without a data package.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypedDict, cast

from benelux.core.catalogue.package import NAME

_CHUNK: Final = 1024 * 1024


class _Resource(TypedDict, total=False):
    path: str
    bytes: int
    hash: str


class _Package(TypedDict, total=False):
    modified: str
    resources: list[_Resource]
    apart: list[str]


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a data package and its folder do not agree, by the paths of the files."""

    changed: Sequence[str]
    missing: Sequence[str]
    unlisted: Sequence[str]

    def __bool__(self) -> bool:
        return bool(self.changed or self.missing or self.unlisted)


def compare(folder: Path) -> Difference:
    """What `describe` would change in the package of `folder`, and what it could not."""
    return _compare(folder, _read(folder))


def describe(folder: Path, *, now: datetime | None = None) -> Difference:
    """Write size and checksum of each file into the package of `folder`; returns what differed."""
    told = _read(folder)
    difference = _compare(folder, told)
    if difference.changed:
        for one in told["resources"]:
            if one["path"] in difference.changed:
                one["bytes"], one["hash"] = measure(folder / one["path"])
        moment = (now or datetime.now(tz=UTC)).replace(microsecond=0)
        told["modified"] = moment.isoformat().replace("+00:00", "Z")
        text = json.dumps(told, ensure_ascii=False, indent=2) + "\n"
        (folder / NAME).write_text(text, encoding="utf-8")
    return difference


def measure(file: Path) -> tuple[int, str]:
    """The size of a file in bytes, and its checksum as a data package writes it."""
    digest = hashlib.sha256()
    size = 0
    with file.open("rb") as source:
        while part := source.read(_CHUNK):
            digest.update(part)
            size += len(part)
    return size, f"sha256:{digest.hexdigest()}"


def _read(folder: Path) -> _Package:
    return cast("_Package", json.loads((folder / NAME).read_text(encoding="utf-8")))


def _compare(folder: Path, told: _Package) -> Difference:
    changed, missing = [], []
    for one in told["resources"]:
        file = folder / one["path"]
        if not file.is_file():
            missing.append(one["path"])
        elif measure(file) != (one.get("bytes"), one.get("hash")):
            changed.append(one["path"])
    listed = {one["path"] for one in told["resources"]} | set(told.get("apart", ()))
    return Difference(changed, missing, [path for path in _files(folder) if path not in listed])


def _files(folder: Path) -> Iterable[str]:
    for file in sorted(folder.rglob("*")):
        hidden = any(part.startswith((".", "_")) for part in file.relative_to(folder).parts)
        if file.is_file() and not hidden and file.name != NAME:
            yield file.relative_to(folder).as_posix()


def main(arguments: Sequence[str] | None = None) -> int:
    reader = argparse.ArgumentParser(
        prog="describe", description=(__doc__ or "").partition("\n")[0]
    )
    reader.add_argument("folder", type=Path, nargs="+", help="folder with a datapackage.json")
    reader.add_argument("--check", action="store_true", help="only say what differs")
    asked = reader.parse_args(arguments)
    status = 0
    for folder in asked.folder:
        if not (folder / NAME).is_file():
            sys.stderr.write(f"{folder}: has no {NAME}\n")
            return 2
        found = compare(folder) if asked.check else describe(folder)
        lines = [("changed" if asked.check else "written", path) for path in found.changed]
        lines += [("missing", path) for path in found.missing]
        lines += [("not listed", path) for path in found.unlisted]
        for what, path in lines:
            sys.stdout.write(f"{folder / path}: {what}\n")
        if found.missing or found.unlisted or (asked.check and found):
            status = 1
    return status


if __name__ == "__main__":
    raise SystemExit(main())
