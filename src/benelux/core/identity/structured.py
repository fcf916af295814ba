"""The part of Structured Fields (RFC 9651) that signatures of requests are written in.

A dictionary whose members are byte sequences, or lists of strings with parameters. Everything else
that the standard knows is refused, and so is a member that stands there twice.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

Bare = str | int | bool
LONGEST: Final = 8192
_MOST: Final = 64
_KEY: Final = re.compile(r"[a-z*][a-z0-9_\-.*]*")
_STRING: Final = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])*)"')
_INTEGER: Final = re.compile(r"-?[0-9]{1,15}(?![0-9.])")
_PLAIN_PARAM: Final = re.compile(
    r';([a-z*][a-z0-9_\-.*]*)=(?:"([ !#-\[\]-~]*)"|(-?[0-9]{1,15})(?![0-9.]))'
)
"""A parameter as nearly all are: a number, or a string in which nothing is escaped."""
_BYTES: Final = re.compile(r":([A-Za-z0-9+/]*={0,2}):")
_PLAIN: Final = re.compile(r'\("[a-z0-9@-]+"(?: "[a-z0-9@-]+"){0,30}\)')
_SPACE: Final = re.compile(r"[ \t]*")


@dataclass(frozen=True)
class Component:
    """A part of a message that a signature covers, with its parameters."""

    name: str
    params: tuple[tuple[str, Bare], ...] = ()

    @cached_property
    def text(self) -> str:
        return written(self.name) + parameters(self.params)


@dataclass(frozen=True, slots=True)
class Covered:
    """What one signature covers, and its parameters, both in their order."""

    components: tuple[Component, ...]
    params: tuple[tuple[str, Bare], ...]

    @property
    def text(self) -> str:
        inner = " ".join(component.text for component in self.components)
        return f"({inner}){parameters(self.params)}"

    def get(self, name: str) -> Bare | None:
        return next((value for key, value in self.params if key == name), None)


def written(value: Bare) -> str:
    """A bare item, as the standard writes it."""
    if isinstance(value, bool):
        return "?1" if value else "?0"
    if isinstance(value, int):
        return str(value)
    if "\\" in value or '"' in value:
        value = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{value}"'


def parameters(params: tuple[tuple[str, Bare], ...]) -> str:
    return "".join(
        f";{name}" if value is True else f";{name}={written(value)}" for name, value in params
    )


def bytes_text(raw: bytes) -> str:
    return f":{base64.b64encode(raw).decode()}:"


def read_covered(text: str) -> Mapping[str, Covered]:
    """A Signature-Input field. Raises `ValueError`."""
    return {name: found for name, found in _Reader(text).members() if isinstance(found, Covered)}


def read_bytes(text: str) -> Mapping[str, bytes]:
    """A Signature or Content-Digest field. Raises `ValueError`."""
    return {name: found for name, found in _Reader(text).members() if isinstance(found, bytes)}


@lru_cache(maxsize=64)
def _plain(text: str) -> tuple[Component, ...]:
    """A list of plain names, which is the same one in nearly all requests."""
    return tuple(Component(name[1:-1]) for name in text[1:-1].split(" "))


class _Reader:
    def __init__(self, text: str) -> None:
        if len(text) > LONGEST:
            raise ValueError("too long")
        self._text = text.strip(" \t")
        self._at = 0

    def members(self) -> list[tuple[str, Covered | bytes]]:
        found: dict[str, Covered | bytes] = {}
        while self._at < len(self._text):
            name = self._take(_KEY)
            self._expect("=")
            if name in found or len(found) >= _MOST:
                raise ValueError(f"twice or too many: {name}")
            found[name] = self._covered() if self._next() == "(" else self._bytes()
            self._take(_SPACE)
            if self._at < len(self._text):
                self._expect(",")
                self._take(_SPACE)
                if self._at == len(self._text):
                    raise ValueError("ends with a comma")
        return list(found.items())

    def _covered(self) -> Covered:
        plain = _PLAIN.match(self._text, self._at)
        if plain:
            self._at = plain.end()
            return Covered(_plain(plain[0]), self._params())
        self._expect("(")
        found: list[Component] = []
        while True:
            while self._next() == " ":
                self._at += 1
            if self._next() == ")":
                self._at += 1
                return Covered(tuple(found), self._params())
            found.append(Component(self._string(), self._params()))
            if len(found) > _MOST or self._next() not in {" ", ")"}:
                raise ValueError("not a list of strings")

    def _params(self) -> tuple[tuple[str, Bare], ...]:
        found: dict[str, Bare] = {}
        while self._next() == ";":
            name, value = self._param()
            if name in found or len(found) >= _MOST:
                raise ValueError(f"twice or too many: {name}")
            found[name] = value
        return tuple(found.items())

    def _param(self) -> tuple[str, Bare]:
        plain = _PLAIN_PARAM.match(self._text, self._at)
        if plain:
            self._at = plain.end()
            name, string, number = plain.groups()
            return name, int(number) if number else string
        self._at += 1
        while self._next() == " ":
            self._at += 1
        name = self._take(_KEY)
        if self._next() != "=":
            return name, True
        self._at += 1
        return name, self._bare()

    def _bare(self) -> Bare:
        if self._next() == '"':
            return self._string()
        if self._next() == "?":
            self._at += 2
            flag = self._text[self._at - 1 : self._at]
            if flag not in {"0", "1"}:
                raise ValueError("neither true nor false")
            return flag == "1"
        return int(self._take(_INTEGER))

    def _string(self) -> str:
        quoted = self._take(_STRING)
        return re.sub(r"\\(.)", r"\1", quoted[1:-1]) if "\\" in quoted else quoted[1:-1]

    def _bytes(self) -> bytes:
        try:
            raw = base64.b64decode(self._take(_BYTES)[1:-1], validate=True)
        except binascii.Error as error:
            raise ValueError("not base64") from error
        if self._next() == ";":
            raise ValueError("parameters where none belong")
        return raw

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        if found is None:
            raise ValueError(f"unexpected at {self._at}")
        self._at = found.end()
        return found[0]

    def _expect(self, letter: str) -> None:
        if self._next() != letter:
            raise ValueError(f"no {letter} at {self._at}")
        self._at += 1

    def _next(self) -> str:
        return self._text[self._at : self._at + 1]
