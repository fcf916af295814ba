"""Lists that people filter, sort, search and take home: HTML, JSON and CSV from one declaration."""

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final, Generic, TypeVar
from urllib.parse import urlencode

import msgspec

from benelux.core.errors import Fault, Invalid
from benelux.core.language import Language, Message, Text, message, translate
from benelux.core.sheet import cell
from benelux.core.web.ask import Ask, Said

T = TypeVar("T")
Value = str | int | float | bool | Decimal | date | datetime | None

SIZES: Final = (25, 50, 100)
MOST_JSON: Final = 1000
LONGEST_QUERY: Final = 200


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """One column: how to read it off a row, and how to show it."""

    key: str
    label: Message
    value: Callable[[T, Language], Value]
    show: Callable[[T, Language], Said] | None = None
    link: Callable[[T, Language], str] | None = None
    numeric: bool = False
    wide: bool = False
    tag: bool = False
    export_only: bool = False

    def text(self, row: T, language: Language) -> Said | Value:
        return self.show(row, language) if self.show else self.value(row, language)


@dataclass(frozen=True, slots=True)
class Filter(Generic[T]):
    """A choice above the list: a row has zero or more `keys`, each key has a `name`.

    `named` is how a row calls its one key, where only the row knows.
    """

    key: str
    label: Message
    keys: Callable[[T], Iterable[str]]
    name: Callable[[str], Said]
    order: Callable[[str], object] | None = None
    named: Callable[[T], Said] | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    key: str
    name: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Query:
    """A list's address, read: what is asked of it."""

    q: str = ""
    sort: str = ""
    page: int = 1
    size: int = SIZES[0]
    chosen: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def link(self, **changes: object) -> str:
        """This query as an address, with some of it changed; a change starts at page 1 again."""
        now: dict[str, object] = {"q": self.q, **self.chosen, "sort": self.sort, "size": self.size}
        now |= {"page": 1, **changes}
        plain = {"page": 1, "size": SIZES[0], "sort": "", "q": ""}
        kept = {
            name: value for name, value in now.items() if value != plain.get(name) and value != ()
        }
        return "?" + urlencode(kept, doseq=True) if kept else ""


@dataclass(frozen=True, slots=True)
class Window(Generic[T]):
    """The part of a list that one page shows."""

    rows: Sequence[T]
    total: int
    query: Query
    choices: Mapping[str, Sequence[Choice]]
    everything: Sequence[T] = ()

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.query.size))

    @property
    def first(self) -> int:
        return (self.query.page - 1) * self.query.size + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.total, self.query.page * self.query.size)


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """A list over `rows`; `find` ranks rows for a search, else the columns' text is searched."""

    name: str
    rows: Callable[[Ask], Sequence[T]]
    columns: Sequence[Column[T]]
    filters: Sequence[Filter[T]] = ()
    find: Callable[[Ask, str, Sequence[T]], Sequence[T]] | None = None
    sort: str = ""
    source: Said = ""
    empty: Message = field(default_factory=lambda: message("Nothing found."))

    def window(self, ask: Ask, *, default_size: int = SIZES[0], most: int = SIZES[-1]) -> Window[T]:
        """The rows that the address asks for.

        Raises `Invalid`, naming the parameter and what it may be, for a value that is not there.
        """
        everything = self.rows(ask)
        query = self._read(ask, everything, default_size, most)
        rows = self._searched(ask, query, everything)
        choices = {
            chosen.key: self._choices(chosen, rows, query, ask.language) for chosen in self.filters
        }
        for chosen in self.filters:
            wanted = set(query.chosen.get(chosen.key, ()))
            if wanted:
                rows = [row for row in rows if not wanted.isdisjoint(chosen.keys(row))]
        rows = self._sorted(query, rows, ask.language)
        start = (query.page - 1) * query.size
        if start and start >= len(rows):
            raise _no_such("page", str(query.page), [f"1 - {-(-len(rows) // query.size) or 1}"])
        return Window(rows[start : start + query.size], len(rows), query, choices, rows)

    def csv(self, ask: Ask) -> bytes:
        """All rows that the address asks for, as UTF-8 CSV with a header and a byte order mark."""
        window = self.window(ask)
        out = io.StringIO()
        write = csv.writer(out)
        write.writerow([column.key for column in self.columns])
        for row in window.everything:
            write.writerow([cell(column.value(row, ask.language)) for column in self.columns])
        return out.getvalue().encode("utf-8-sig")

    def json(self, ask: Ask) -> bytes:
        """The rows that the address asks for, with total and the address of the next page."""
        window = self.window(ask, default_size=100, most=MOST_JSON)
        more = window.last < window.total
        return msgspec.json.encode(
            {
                "language": ask.language,
                "total": window.total,
                "page": window.query.page,
                "size": window.query.size,
                "next": window.query.link(page=window.query.page + 1, size=window.query.size)
                if more
                else None,
                "source": translate(self.source, ask.language) if self.source else None,
                "rows": [
                    {column.key: column.value(row, ask.language) for column in self.columns}
                    for row in window.rows
                ],
            }
        )

    def _read(self, ask: Ask, rows: Sequence[T], default_size: int, most: int) -> Query:
        q = ask.one("q").strip()
        if len(q) > LONGEST_QUERY or "\x00" in q:
            wish = message("at most {n} characters", n=LONGEST_QUERY)
            raise Invalid(
                "list.query", message("This search cannot be read."), faults=(Fault("q", wish),)
            )
        sort = ask.one("sort", self.sort)
        keys = [column.key for column in self.columns]
        if sort and sort.removeprefix("-") not in keys:
            raise _no_such("sort", sort, keys)
        chosen: dict[str, Sequence[str]] = {}
        for choice in self.filters:
            wanted = [value for value in ask.query.get(choice.key, ()) if value]
            if not wanted:
                continue
            known = {key for row in rows for key in choice.keys(row)}
            for value in wanted:
                if value not in known:
                    raise _no_such(choice.key, value, sorted(known))
            chosen[choice.key] = tuple(wanted)
        page = _whole(ask, "page", 1, 1_000_000)
        size = _whole(ask, "size", default_size, most)
        return Query(q, sort, page, size, chosen)

    def _searched(self, ask: Ask, query: Query, rows: Sequence[T]) -> Sequence[T]:
        if not query.q:
            return rows
        if self.find:
            return self.find(ask, query.q, rows)
        words = fold(query.q).split()
        return [
            row for row in rows if all(word in self._haystack(row, ask.language) for word in words)
        ]

    def _haystack(self, row: T, language: Language) -> str:
        parts = (column.text(row, language) for column in self.columns)
        return fold(" ".join(_said(part, language) for part in parts))

    def _choices(
        self, choice: Filter[T], rows: Sequence[T], query: Query, language: Language
    ) -> list[Choice]:
        others = [
            (other.keys, frozenset(query.chosen[other.key]))
            for other in self.filters
            if other.key != choice.key and query.chosen.get(other.key)
        ]
        counts: Counter[str] = Counter()
        for row in rows:
            if all(not wanted.isdisjoint(keys(row)) for keys, wanted in others):
                counts.update(set(choice.keys(row)))
        chosen = set(query.chosen.get(choice.key, ()))
        names = (
            {key: choice.named(row) for row in rows for key in choice.keys(row)}
            if choice.named
            else {}
        )
        options = [
            Choice(
                key,
                translate(names.get(key) or choice.name(key), language),
                counts[key],
                key in chosen,
            )
            for key in set(counts) | chosen
        ]
        order = choice.order
        return sorted(
            options, key=lambda option: (order(option.key) if order else 0, fold(option.name))
        )

    def _sorted(self, query: Query, rows: Sequence[T], language: Language) -> Sequence[T]:
        if not query.sort or (query.q and self.find and query.sort == self.sort):
            return rows
        column = next(one for one in self.columns if one.key == query.sort.removeprefix("-"))
        known = [row for row in rows if column.value(row, language) is not None]
        unknown = [row for row in rows if column.value(row, language) is None]
        ordered = sorted(
            known,
            key=lambda row: _sortable(column.value(row, language)),
            reverse=query.sort.startswith("-"),
        )
        return [*ordered, *unknown]


@lru_cache(maxsize=50_000)
def fold(text: str) -> str:
    """Lower case without accents, for comparing what people type."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return plain.casefold()  # compatible forms such as ℠ come apart into capitals


def _sortable(value: Value) -> tuple[int, object]:
    if isinstance(value, str):
        return (1, fold(value))
    return (0, value)


def _said(part: object, language: Language) -> str:
    if isinstance(part, (Message, Text)):
        return translate(part, language)
    return "" if part is None else str(part)


def _whole(ask: Ask, name: str, default: int, most: int) -> int:
    text = ask.one(name)
    if not text:
        return default
    # Counted first: Python refuses to read numbers of some thousands of figures.
    if not re.fullmatch(r"[0-9]{1,9}", text) or not 1 <= int(text) <= most:
        raise _no_such(name, text, [f"1 - {most}"])
    return int(text)


def _no_such(name: str, value: str, known: Sequence[str]) -> Invalid:
    shown = ", ".join(known[:30]) + (" …" if len(known) > 30 else "")  # noqa: PLR2004 - enough to choose from
    return Invalid(
        "list.value",
        message("The value “{value}” is not one that this list knows.", value=value[:60]),
        now=message("Choose another value, or start again from the whole list."),
        faults=(Fault(name, message("may be: {known}", known=shown)),),
    )
