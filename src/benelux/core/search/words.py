"""Words as the index knows them: without accents or capitals, and cut to their stems."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from threading import Lock
from typing import Final, NamedTuple

from benelux.core.language import Language
from benelux.core.law import Citation, find

# Combining marks stay with their letter, so that text in decomposed form has the same words.
_WORD: Final = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")
_HYPHENS: Final = frozenset("-\u2010\u2011")
_LETTERS: Final = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})
_CITATION: Final = "§"
_STEMMERS: Final[Mapping[Language, str]] = {
    "nl": "dutch",
    "fr": "french",
    "de": "german",
    "en": "english",
}
_stemming = Lock()  # a stemmer keeps the word it works on in itself


class Token(NamedTuple):
    """A term of the index and where it stands: `text[start:end]`."""

    term: str
    start: int
    end: int


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    """`text` without capitals, accents and ligatures: é is e, ß is ss, ĳ is ij, œ is oe."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return plain.casefold().translate(_LETTERS)


def words(text: str, *, pairs: bool = True) -> list[Token]:
    """The words of `text`, then, with `pairs`, each two that a hyphen joins as one: e-CMR."""
    tokens = [Token(fold(match[0]), *match.span()) for match in _WORD.finditer(text)]
    if not pairs or _HYPHENS.isdisjoint(text):
        return tokens
    joined = (
        Token(left.term + right.term, left.start, right.end)
        for left, right in pairwise(tokens)
        if right.start == left.end + 1 and text[left.end] in _HYPHENS
    )
    return [*tokens, *joined]


def citations(text: str) -> Iterator[Token]:
    """The citations in `text`, each as one term however it is spelled."""
    for found in find(text):
        yield Token(citation_term(found.citation), found.start, found.end)


def citation_term(citation: Citation) -> str:
    return f"{_CITATION}{citation.id}"


def is_word(term: str) -> bool:
    """Whether `term` is a word, and not a citation."""
    return not term.startswith(_CITATION)


def readable(term: str) -> str:
    """A term as a person may see it."""
    return term.removeprefix(_CITATION)


def has_digit(term: str) -> bool:
    return any(letter.isdigit() for letter in term)


@lru_cache(maxsize=100_000)
def stem(word: str, language: Language) -> str:
    """The stem of a folded word: vrachtbrieven and vrachtbrief have one."""
    with _stemming:
        return _stemmer(language)(word)


@lru_cache
def _stemmer(language: Language) -> Callable[[str], str]:
    # Takes a fifth of a second, and the first pages do not search.
    import snowballstemmer  # type: ignore[import-untyped]  # noqa: PLC0415

    stemmer: Callable[[str], str] = snowballstemmer.stemmer(_STEMMERS[language]).stemWord
    return stemmer
