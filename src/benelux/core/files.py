"""Read the package's data files into typed values, and say exactly where one is wrong."""

import hashlib
import os
import re
from pathlib import Path
from typing import Final, TypeVar

import msgspec
import yaml

from benelux.core.errors import Fault, Invalid
from benelux.core.language import message

T = TypeVar("T")

try:  # libyaml is ten times faster and is in every wheel PyYAML publishes
    from yaml import CSafeLoader as _Loader
except ImportError:  # pragma: no cover - a PyYAML built without libyaml
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

_DIGEST: Final = 32
_PLACE: Final = re.compile(r"^(?P<what>.*?)(?: - at `\$(?P<path>.*)`)?$", re.DOTALL)
_STEP: Final = re.compile(r"\[(?P<index>\d+)\]|\.(?P<name>[^.\[]+)|\[\.\.\.\]")


class CorruptFile(Invalid):
    """A data file that cannot be read: names the file, the line and the field."""

    def __init__(self, path: Path, line: int | None, field: str, wrong: str) -> None:
        place = f"{path.name}:{line}" if line else path.name
        super().__init__(
            "file.corrupt",
            message("{place}: {field}: {wrong}", place=place, field=field or "-", wrong=wrong),
            now=message("Mend this file and start again."),
            faults=(Fault(field or "-", message("{wrong}", wrong=wrong), line),),
        )
        self.path = path
        self.row = line
        self.field = field


def read_yaml(path: Path, shape: type[T]) -> T:
    """The YAML file at `path` as a value of `shape`.

    Raises `CorruptFile` with the line and the field when it is not YAML or not of that shape.
    """
    raw = path.read_bytes()
    kept = _kept(raw)
    packed = _read_kept(kept)
    if packed is None:
        packed = _pack(path, raw)
        _keep(kept, packed)
    try:
        return msgspec.msgpack.decode(packed, type=shape)
    except msgspec.ValidationError as error:
        what, steps = _place(str(error))
        raise CorruptFile(path, _line(raw.decode(), steps), _dotted(steps), what) from error


def _pack(path: Path, raw: bytes) -> bytes:
    """The YAML in `raw` as MessagePack, which reads fifty times faster."""
    try:
        return msgspec.msgpack.encode(yaml.load(raw, Loader=_Loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise CorruptFile(path, mark.line + 1 if mark else None, "", str(error.problem)) from error
    except (yaml.YAMLError, UnicodeDecodeError, TypeError) as error:
        raise CorruptFile(path, None, "", str(error)) from error


def _kept(raw: bytes) -> Path:
    """Where what was read from these very bytes is kept for the next start."""
    from platformdirs import user_cache_path  # noqa: PLC0415 - only who reads YAML needs it

    name = hashlib.sha256(raw).hexdigest()
    return user_cache_path("benelux", appauthor=False) / "yaml" / f"{name}.msgpack"


def _read_kept(kept: Path) -> bytes | None:
    """What was kept, if all of it is there: a cut or foreign file is as good as none."""
    try:
        whole = kept.read_bytes()
    except OSError:
        return None
    digest, packed = whole[:_DIGEST], whole[_DIGEST:]
    return packed if hashlib.sha256(packed).digest() == digest else None


def _keep(kept: Path, packed: bytes) -> None:
    draft = kept.with_suffix(f".{os.getpid()}")
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(hashlib.sha256(packed).digest() + packed)
        draft.replace(kept)
    except OSError:  # a read-only home only costs time
        draft.unlink(missing_ok=True)


def read_json(path: Path, shape: type[T]) -> T:
    """The JSON file at `path` as a value of `shape`; raises `CorruptFile` as `read_yaml` does."""
    raw = path.read_bytes()
    try:
        return msgspec.json.decode(raw, type=shape)
    except msgspec.ValidationError as error:
        what, steps = _place(str(error))
        # JSON is YAML, so the same reader finds the line.
        raise CorruptFile(path, _line(raw.decode(), steps), _dotted(steps), what) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CorruptFile(path, None, "", str(error)) from error


def _place(said: str) -> tuple[str, list[str | int]]:
    found = _PLACE.match(said)
    path = (found["path"] if found else None) or ""
    steps: list[str | int] = []
    for step in _STEP.finditer(path):
        if step["index"] is not None:
            steps.append(int(step["index"]))
        elif step["name"] is not None:
            steps.append(step["name"])
    return (found["what"] if found else said), steps


def _dotted(steps: list[str | int]) -> str:
    dotted = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return "".join(dotted).lstrip(".")


def _line(text: str, steps: list[str | int]) -> int | None:
    node = yaml.compose(text, Loader=_Loader)
    for step in steps:
        inner = _step_into(node, step)
        if inner is None:
            break
        node = inner
    return node.start_mark.line + 1 if node else None


def _step_into(node: yaml.Node | None, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        return node.value[step] if step < len(node.value) else None
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == str(step)), None)
    return None
