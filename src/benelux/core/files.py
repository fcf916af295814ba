"""Read the package's data files into typed values, and say exactly where one is wrong."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeVar

import msgspec
import yaml
from yaml.reader import ReaderError

from benelux.core.errors import Fault, Invalid
from benelux.core.keeping import kept
from benelux.core.language import message

T = TypeVar("T")

try:  # libyaml is ten times faster and is in every wheel PyYAML publishes
    from yaml import CSafeLoader as _Loader
except ImportError:  # pragma: no cover - a PyYAML built without libyaml
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

_PLACE: Final = re.compile(r"^(?P<what>.*?)(?: - at `\$(?P<path>.*)`)?$", re.DOTALL)
_BYTE: Final = re.compile(r"\(byte (?P<byte>\d+)\)")
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
    packed = kept("yaml", raw, lambda: _pack(path, raw))
    try:
        return msgspec.msgpack.decode(packed, type=shape)
    except msgspec.ValidationError as error:
        what, steps = _place(str(error))
        raise CorruptFile(path, _line(raw.decode(), steps), _dotted(steps), what) from error


def _pack(path: Path, raw: bytes) -> bytes:
    """The YAML in `raw` as MessagePack, which reads fifty times faster."""
    loader = _Loader(raw)
    try:
        tree = loader.get_single_node()
        _refuse_twice(path, tree)
        try:
            return msgspec.msgpack.encode(loader.construct_document(tree) if tree else None)
        except (ValueError, TypeError, OverflowError) as error:
            # A day that no month has, a number that no machine holds: say where it stands.
            line, steps, wrong = _unreadable(loader, tree) or (None, [], str(error))
            raise CorruptFile(path, line, _dotted(steps), wrong) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise CorruptFile(path, mark.line + 1 if mark else None, "", str(error.problem)) from error
    except ReaderError as error:
        line = raw.count(b"\n", 0, error.position) + 1
        raise CorruptFile(path, line, "", str(error.reason)) from error
    except RecursionError as error:
        raise CorruptFile(path, None, "", "it refers to itself") from error
    finally:
        loader.dispose()


def _refuse_twice(path: Path, tree: yaml.Node | None) -> None:
    """YAML's readers take the last of two equal keys; here it is a slip, and told."""
    for node, steps in _walk(tree):
        keys: set[str] = set()
        for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
            name = str(key.value)
            if name in keys:
                line = key.start_mark.line + 1
                raise CorruptFile(path, line, _dotted([*steps, name]), "stands there twice")
            keys.add(name)


def _unreadable(
    loader: "yaml.SafeLoader | yaml.CSafeLoader", tree: yaml.Node | None
) -> tuple[int, list[str | int], str] | None:
    """Where the first scalar stands that cannot be a value, and what is wrong with it."""
    for node, steps in _walk(tree):
        if isinstance(node, yaml.ScalarNode):
            try:
                msgspec.msgpack.encode(loader.construct_document(node))
            except (ValueError, TypeError, OverflowError) as error:
                return node.start_mark.line + 1, steps, str(error)
    return None


def _walk(tree: yaml.Node | None) -> Iterator[tuple[yaml.Node, list[str | int]]]:
    """Every node with the way to it; one that several places refer to only once."""
    waiting: list[tuple[yaml.Node, list[str | int]]] = [(tree, [])] if tree else []
    seen: set[int] = set()
    while waiting:
        node, steps = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield node, steps
        if isinstance(node, yaml.SequenceNode):
            inner = [(one, [*steps, place]) for place, one in enumerate(node.value)]
        elif isinstance(node, yaml.MappingNode):
            inner = [(one, [*steps, str(key.value)]) for key, one in node.value]
        else:
            inner = []
        waiting.extend(reversed(inner))


def read_json(path: Path, shape: type[T]) -> T:
    """The JSON file at `path` as a value of `shape`; raises `CorruptFile` as `read_yaml` does."""
    raw = path.read_bytes()
    try:
        raw.decode()  # msgspec counts the bytes of one text alone
        return msgspec.json.decode(raw, type=shape)
    except msgspec.ValidationError as error:
        what, steps = _place(str(error))
        # JSON is YAML, so the same reader finds the line.
        raise CorruptFile(path, _line(raw.decode(), steps), _dotted(steps), what) from error
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise CorruptFile(path, line, "", str(error)) from error
    except msgspec.DecodeError as error:
        place = _BYTE.search(str(error))
        end = int(place["byte"]) if place else len(raw)
        raise CorruptFile(path, raw.count(b"\n", 0, end) + 1, "", str(error)) from error


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
