"""How citations are spelled, in four languages: a pattern for each kind, and what it reads."""

import re
from collections.abc import Mapping
from typing import Final

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
_AFTER: Final = r"(?:\sd[ée]l[ée]gu[ée]e?s?|\sd['’]ex[ée]cution)?"

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
_PARLIAMENT: Final = re.compile(r"(?P<number>\d{2,3})[-–](?P<part>\d{1,2})")

_FIRST_BENELUX_YEAR: Final = 1958
_FIRST_TREATY_SERIES_YEAR: Final = 1951
_FIRST_SURE_NUMBER: Final = 1000  # "nr. 123/2014" in running text is mostly a court case
_FULL_YEAR: Final = 4
_YEAR_FIRST: Final = frozenset({Kind.DIRECTIVE, Kind.FRAMEWORK_DECISION})


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


def _parliament(found: re.Match[str], *, running: bool) -> Citation | None:
    number, part = int(found["number"]), int(found["part"])
    if running or not (number and part):
        return None  # in running text two figures and a hyphen may be anything
    return Citation(Kind.BENELUX_PARLIAMENT, 0, number, str(part))


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


READERS: Final = (
    (_BENELUX, _benelux),
    (_COM, _com),
    (_PROCEDURE, _procedure),
    (_TREATY_SERIES, _treaty_series),
    (_ACT, _act),
    (_PARLIAMENT, _parliament),
)
"""For each kind its pattern, and what reads a match: a citation, or None after all."""
