"""Citations read from text: one (`parse`), all of them (`find`), or all of them linked (`link`)."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Final

from benelux.core.errors import Invalid
from benelux.core.language import message
from benelux.core.law.citation import Citation
from benelux.core.law.spelling import READERS

_DIGIT: Final = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Found:
    """A citation and where it stands: `text[start:end]`."""

    start: int
    end: int
    citation: Citation


class Html(str):
    """Text that is HTML already; template engines that know `__html__` leave it as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def parse(text: str) -> Citation:
    """The one citation that `text` is.

    Reads what `find` reads, and besides that, since a citation is all it can be, a bare EU number
    (`2016/681`) and a document of the Benelux Parliament (`923-1`). Raises `Invalid` otherwise.
    """
    asked = text.strip()
    for pattern, read in READERS:
        found = pattern.fullmatch(asked)
        citation = read(found, running=False) if found else None
        if citation:
            return citation
    raise Invalid(
        "citation.unreadable",
        message("“{text}” is not a citation that can be read here.", text=asked[:80]),
        why=message(
            "Expected is a Benelux decision (M(2020)14), an EU act ((EU) 2016/681, 2014/55/EU, "
            "(EC) No 883/2004), a Commission document (COM/2018/373), a procedure "
            "(2018/0198 (COD)), a Dutch treaty series number (Trb. 2018, 160) or a Benelux "
            "Parliament document (923-1)."
        ),
        now=message("Check the number and the year."),
    )


def find(text: str) -> tuple[Found, ...]:
    """Every citation in `text`, in order and without overlap.

    Figures alone are not enough here: an EU number needs its community, its type, or the word
    "No" before a number of four digits (shorter ones are mostly court cases).
    """
    if not _DIGIT.search(text):
        return ()  # most titles end here
    every = sorted(_each(text), key=lambda found: (found.start, -found.end))
    kept: list[Found] = []
    for found in every:
        if not kept or found.start >= kept[-1].end:
            kept.append(found)
    return tuple(kept)


def link(text: str, url_for: Callable[[Citation], str | None]) -> Html:
    """`text` as HTML with every citation linked to `url_for(citation)`; None leaves it plain."""
    parts: list[str] = []
    done = 0
    for found in find(text):
        address = url_for(found.citation)
        if address is None:
            continue
        words = escape(text[found.start : found.end])
        parts += (escape(text[done : found.start]), f'<a href="{escape(address)}">{words}</a>')
        done = found.end
    return Html("".join([*parts, escape(text[done:])]))


def _each(text: str) -> Iterator[Found]:
    for pattern, read in READERS:
        for found in pattern.finditer(text):
            citation = read(found, running=True)
            if citation:
                yield Found(found.start(), found.end(), citation)
