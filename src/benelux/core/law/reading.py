"""Citations read from text: one (`parse`), all of them (`find`), or all of them linked (`link`)."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Final

from benelux.core.errors import Invalid
from benelux.core.language import message
from benelux.core.law.citation import COMMUNITIES, Citation, Kind
from benelux.core.law.eu_numbers import made_by, year_and_number

_SPELLINGS: Final[Mapping[str, str]] = {
    spelling.casefold(): english for english, texts in COMMUNITIES.items() for spelling in texts
}
_COMMUNITY: Final = (
    "(?:" + "|".join(sorted(_SPELLINGS, key=len, reverse=True)) + r")(?:\s?[,/]\s?euratom)?"
)
_NUMBER: Final = r"(?:n[or]?\.|n[or°º]|№)"
_CODES: Final = "(?:COD|CNS|NLE|APP|AVC|SYN|INI|INL|BUD|DEC)"
_WORDS: Final[Mapping[str, Kind]] = {  # the longer word first where one begins another
    r"kaderbesluit(?:en)?|d[ée]cisions?[-\s]cadres?|rahmenbeschl(?:uss|uß|üsse)\w{0,2}"
    r"|framework\sdecisions?": Kind.FRAMEWORK_DECISION,
    r"richtlijn(?:en)?|directives?|richtlinien?": Kind.DIRECTIVE,
    r"verordening(?:en)?|r[èe]glements?|verordnung(?:en)?|regulations?": Kind.REGULATION,
    r"besluit(?:en)?|beschikking(?:en)?|d[ée]cisions?|beschl(?:uss|uß|üsse)\w{0,2}"
    r"|entscheidung(?:en)?": Kind.DECISION,
}
_BEFORE: Final = (
    r"(?:(?:gedelegeerde|delegierten?|delegated|implementing)\s)?"
    r"(?:(?:e[ugc]|ue|ce)-)?(?:uitvoerings|durchf[üu]hrungs)?"
)
_AFTER: Final = r"(?:\sd[ée]l[ée]gu[ée]e?s?|\sd['’]ex[ée]cution)?"  # noqa: RUF001 - as printed

_BENELUX: Final = re.compile(
    r"(?<!\w)M\s?\(\s?(?P<year>\d{4}|\d\d)\s?\)\s?(?P<number>\d{1,3})(?!\w)", re.IGNORECASE
)
_COM: Final = re.compile(
    r"(?<!\w)[CK]OM(?:\s?\((?P<year>\d{4}|\d\d)\)\s?|/(?P<slashed>\d{4})/)(?P<number>\d{1,4})"
    r"(?:\s?(?:final|definitief|def\.|endgültig|endg\.))?(?!\w)",
    re.IGNORECASE,
)
_PROCEDURE: Final = re.compile(
    r"(?<![\w/])(?P<year>(?:19|20)\d\d)/(?P<number>\d{1,4})"
    rf"(?:\s?\((?P<code>{_CODES})\)|/(?P<slashed>{_CODES}))(?!\w)",
    re.IGNORECASE,
)
_TREATY_SERIES: Final = re.compile(
    r"(?<!\w)(?:Trb\.?|Tractatenblad)\s?(?P<year>(?:19|20)\d\d)(?:\s?[,/]\s?|\s)"
    rf"(?:{_NUMBER}\s?)?(?P<number>\d{{1,3}})(?!\w)",
    re.IGNORECASE,
)
_TYPE: Final = "|".join(f"(?P<{kind}>{words})" for words, kind in _WORDS.items())
_ACT: Final = re.compile(
    rf"(?<![\w/.])(?:\((?P<ahead>{_COMMUNITY})\)\s{{0,2}})?"
    rf"(?:{_BEFORE}(?:{_TYPE}){_AFTER}\s{{1,2}})?"
    rf"(?:\((?P<bracketed>{_COMMUNITY})\)\s{{0,2}}|(?P<bare>{_COMMUNITY})\s{{1,2}})?"
    rf"(?:(?P<numbered>{_NUMBER})\s{{0,2}})?(?P<first>\d{{1,4}})/(?P<second>\d{{1,5}})"
    rf"(?:/(?P<suffix>{_COMMUNITY}))?(?![\w/]|\s?\({_CODES}\))",
    re.IGNORECASE,
)
_PARLIAMENT: Final = re.compile(r"(?P<number>\d{2,3})[-–](?P<part>\d{1,2})")  # noqa: RUF001 - as printed

_FIRST_BENELUX_YEAR: Final = 1958
_FIRST_TREATY_SERIES_YEAR: Final = 1951
_FIRST_SURE_NUMBER: Final = 1000
_FULL_YEAR: Final = 4
_YEAR_FIRST: Final = frozenset({Kind.DIRECTIVE, Kind.FRAMEWORK_DECISION})
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
    for pattern, read in _READERS:
        found = pattern.fullmatch(asked)
        citation = read(found, running=False) if found else None
        if citation:
            return citation
    document = _PARLIAMENT.fullmatch(asked)
    if document and int(document["number"]) and int(document["part"]):
        part = str(int(document["part"]))
        return Citation(Kind.BENELUX_PARLIAMENT, 0, int(document["number"]), part)
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
    for pattern, read in _READERS:
        for found in pattern.finditer(text):
            citation = read(found, running=True)
            if citation:
                yield Found(found.start(), found.end(), citation)


def _benelux(found: re.Match[str], *, running: bool) -> Citation | None:
    year = _full_year(found["year"])
    number = int(found["number"])
    if (running and found[0][0] != "M") or year < _FIRST_BENELUX_YEAR or not number:
        return None
    return Citation(Kind.BENELUX, year, number)


def _com(found: re.Match[str], *, running: bool) -> Citation | None:
    year = _full_year(found["year"] or found["slashed"])
    number = int(found["number"])
    if (running and not found[0][:3].isupper()) or year < _FIRST_BENELUX_YEAR or not number:
        return None
    return Citation(Kind.COMMISSION_DOCUMENT, year, number)


def _procedure(found: re.Match[str], *, running: bool) -> Citation | None:
    code = found["code"] or found["slashed"]
    number = int(found["number"])
    if (running and not code.isupper()) or not number:
        return None
    return Citation(Kind.PROCEDURE, int(found["year"]), number, code.upper())


def _treaty_series(found: re.Match[str], *, running: bool) -> Citation | None:
    year = int(found["year"])
    number = int(found["number"])
    if (running and found[0][0] != "T") or year < _FIRST_TREATY_SERIES_YEAR or not number:
        return None
    return Citation(Kind.TREATY_SERIES, year, number)


def _act(found: re.Match[str], *, running: bool) -> Citation | None:
    word = next((kind for kind in _WORDS.values() if found[kind]), None)
    bracket = found["ahead"] or found["bracketed"] or (found["bare"] if word else None)
    community = _english(found["suffix"] or bracket or "")
    split = year_and_number(
        found["first"],
        found["second"],
        number_first=_usually_number_first(found, word),
        numbered=bool(found["numbered"]),
        community=community,
    )
    if split is None:
        return None
    year, number, number_first = split
    if number_first and word in _YEAR_FIRST:
        return None
    kind = word or Kind.ACT
    if number_first and kind is not Kind.REGULATION:
        decision = kind is Kind.DECISION or found["suffix"]
        kind = Kind.JOINT_DECISION if decision else Kind.REGULATION
    if not community and not _sure(found, word, kind, number, running=running):
        return None
    return Citation(kind, year, number, made_by(community, kind, year, number))


def _usually_number_first(found: re.Match[str], word: Kind | None) -> bool:
    """Whether acts written like this had the number before the year, until 2014."""
    if word is Kind.REGULATION:
        return True
    if word in _YEAR_FIRST:
        return False
    return bool(found["numbered"]) or not found["suffix"]


def _sure(
    found: re.Match[str], word: Kind | None, kind: Kind, number: int, *, running: bool
) -> bool:
    """Whether figures that no community stands beside are an EU act all the same."""
    if word:
        return word is not Kind.DECISION  # ministers and mayors decide too
    if running:
        return bool(found["numbered"]) and kind is Kind.REGULATION and number >= _FIRST_SURE_NUMBER
    return bool(found["numbered"]) or _FULL_YEAR in {len(found["first"]), len(found["second"])}


def _english(written: str) -> str:
    """A community as any language writes it, in English letters."""
    parts = re.split(r"\s?[,/]\s?", written.casefold()) if written else []
    return ", ".join(_SPELLINGS[part] for part in parts)


def _full_year(figures: str) -> int:
    return 1900 + int(figures) if len(figures) == len("83") else int(figures)


_READERS: Final = (
    (_BENELUX, _benelux),
    (_COM, _com),
    (_PROCEDURE, _procedure),
    (_TREATY_SERIES, _treaty_series),
    (_ACT, _act),
)
