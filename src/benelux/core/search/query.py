"""What a person typed, as the units that a document has to match."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from benelux.core.errors import Invalid
from benelux.core.law import parse
from benelux.core.search.words import Token, citation_term, citations, has_digit, words

_LONGEST: Final = 400
_MOST_UNITS: Final = 12
# A Benelux decision as typed in a hurry: m2020 14, M 2020-14, m(2020) 14.
_HURRIED: Final = re.compile(
    r"(?<!\w)m\s?\(?\s?(?P<year>\d{4}|\d\d)\)?[\s/-]{0,2}(?P<number>\d{1,3})(?!\w)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Unit:
    """One word or citation. `joined` is what it makes with its neighbours: vracht brief.

    An `unfinished` unit is the last word, which may still be being typed.
    """

    term: str
    joined: tuple[str, ...] = ()
    unfinished: bool = False


def read(query: str, known: Callable[[str], bool]) -> tuple[Unit, ...]:
    """The units of `query`; a citation counts as one when the index knows it."""
    text = query[:_LONGEST]
    cited = [token for token in _cited(text) if known(token.term)]
    rest = list(text)
    for token in cited:
        rest[token.start : token.end] = " " * (token.end - token.start)
    units = [Unit(term) for term in dict.fromkeys(token.term for token in cited)]
    units += _word_units("".join(rest))
    return tuple(units[:_MOST_UNITS])


def _cited(text: str) -> Iterator[Token]:
    found = [*_whole(text), *citations(text), *_hurried(text)]
    done = 0
    for token in sorted(found, key=lambda token: (token.start, -token.end)):
        if token.start >= done:
            yield token
            done = token.end


def _whole(text: str) -> Iterator[Token]:
    """All of the text as one citation, which may be as bare as 2016/681."""
    yield from _parsed(text, 0, len(text))


def _hurried(text: str) -> Iterator[Token]:
    for match in _HURRIED.finditer(text):
        yield from _parsed(f"M({match['year']}){match['number']}", match.start(), match.end())


def _parsed(text: str, start: int, end: int) -> Iterator[Token]:
    try:
        yield Token(citation_term(parse(text)), start, end)
    except Invalid:
        return


def _word_units(text: str) -> list[Unit]:
    tokens = words(text, pairs=False)
    units: dict[str, Unit] = {}
    for place, token in enumerate(tokens):
        pairs = []
        if place:
            pairs.append(tokens[place - 1].term + token.term)
        if place + 1 < len(tokens):
            pairs.append(token.term + tokens[place + 1].term)
        unfinished = token is tokens[-1] and token.end == len(text)
        units[token.term] = Unit(token.term, tuple(pairs), unfinished)
    # The l of l'obstacle and the e of e-CMR ask for nothing by themselves.
    weighty = [unit for unit in units.values() if len(unit.term) > 1 or has_digit(unit.term)]
    return weighty or list(units.values())
