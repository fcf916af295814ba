"""A citation in its one canonical form, and how each language writes it.

EU acts are numbered in two ways. Directives, and since 2015 all acts, put the year first:
`2014/55/EU`, `(EU) 2016/681`. Regulations until 2014 put the number first: `(EC) No 883/2004`.
Until 1998 years have two digits: `85/374/EEC`, `(EEC) No 1408/71`, `M(83)27`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from typing_extensions import override

from benelux.core.language import Language, Text


class Kind(StrEnum):
    """What a citation points to. `ACT` is an EU act of which the text does not say the type."""

    BENELUX = "benelux"
    BENELUX_PARLIAMENT = "benelux_parliament"
    TREATY_SERIES = "treaty_series"
    REGULATION = "regulation"
    DIRECTIVE = "directive"
    DECISION = "decision"
    JOINT_DECISION = "joint_decision"  # of Parliament and Council until 2014: No 1313/2013/EU
    FRAMEWORK_DECISION = "framework_decision"
    ACT = "act"
    COMMISSION_DOCUMENT = "commission_document"
    PROCEDURE = "procedure"

    @property
    def is_eu_act(self) -> bool:
        return self in _TYPE_WORDS or self is Kind.ACT


_TYPE_WORDS: Final[Mapping[Kind, Text]] = {
    Kind.REGULATION: Text("Verordening", "Règlement", "Verordnung", "Regulation"),
    Kind.DIRECTIVE: Text("Richtlijn", "Directive", "Richtlinie", "Directive"),
    Kind.DECISION: Text("Besluit", "Décision", "Beschluss", "Decision"),
    Kind.JOINT_DECISION: Text("Besluit", "Décision", "Beschluss", "Decision"),
    Kind.FRAMEWORK_DECISION: Text(
        "Kaderbesluit", "Décision-cadre", "Rahmenbeschluss", "Framework Decision"
    ),
}
_CELEX_LETTERS: Final[Mapping[Kind, str]] = {
    Kind.REGULATION: "R",
    Kind.DIRECTIVE: "L",
    Kind.DECISION: "D",
    Kind.JOINT_DECISION: "D",
    Kind.FRAMEWORK_DECISION: "F",
}
COMMUNITIES: Final[Mapping[str, Text]] = {
    "EU": Text("EU", "UE", "EU", "EU"),
    "EC": Text("EG", "CE", "EG", "EC"),
    "EEC": Text("EEG", "CEE", "EWG", "EEC"),
    "ECSC": Text("EGKS", "CECA", "EGKS", "ECSC"),
    "Euratom": Text.same("Euratom"),
    "JHA": Text("JBZ", "JAI", "JI", "JHA"),
    "CFSP": Text("GBVB", "PESC", "GASP", "CFSP"),
}
"""Who made an EU act, by its English letters."""

_NUMBER_WORD: Final = Text("nr.", "n°", "Nr.", "No")
_EUR_LEX: Final = "https://eur-lex.europa.eu"
FIRST_YEAR_FIRST: Final = 2015
"""From this year on every EU act puts its year first."""
_LAST_SHORT_YEAR: Final = 1998
_LAST_SHORT_BENELUX_YEAR: Final = 1999
_FIRST_TREATY_ONLINE: Final = 1995
_FIRST_COM_UNPADDED: Final = 2015
_FAMILIES: Final[Mapping[Kind, int]] = {
    Kind.BENELUX: 0,
    Kind.BENELUX_PARLIAMENT: 1,
    Kind.TREATY_SERIES: 2,
    Kind.COMMISSION_DOCUMENT: 4,
    Kind.PROCEDURE: 5,
}
_EU_FAMILY: Final = 3


@dataclass(frozen=True, slots=True)
class Citation:
    """One act or document. `parse` and `find` make these, always in canonical form.

    Two citations of one act share their `id` even when only one of them says its type. `year` is
    0 for documents of the Benelux Parliament, which carry none. `mark` is what else tells it
    apart, in English: the community of an EU act ("EU", "EU, Euratom"), a procedure's type
    ("COD"), a parliamentary document's part ("1").
    """

    kind: Kind
    year: int
    number: int
    mark: str = ""

    @override
    def __str__(self) -> str:
        return self.id

    @property
    def id(self) -> str:
        """The canonical spelling, which is the English one; `parse` reads it back."""
        if self.kind is Kind.COMMISSION_DOCUMENT:
            return f"COM/{self.year}/{self.number}"
        return self.text("en")

    @property
    def sort_key(self) -> tuple[int, int, int, str]:
        """Benelux first, then EU acts of every type together, each by year and number."""
        family = _FAMILIES.get(self.kind, _EU_FAMILY)
        return family, self.year, self.number, self.mark.zfill(4)

    @property
    def celex(self) -> str | None:
        """The CELEX number of an EU act whose type is known, e.g. 32016L0681."""
        letter = _CELEX_LETTERS.get(self.kind)
        return f"3{self.year}{letter}{self.number:04d}" if letter else None

    def url(self, language: Language) -> str | None:
        """Where the official text stands, when the citation alone tells that for certain."""
        celex = self.celex
        if celex:
            return f"{_EUR_LEX}/legal-content/{language.upper()}/TXT/?uri=CELEX:{celex}"
        if self.kind is Kind.PROCEDURE:
            return f"{_EUR_LEX}/procedure/{language.upper()}/{self.year}_{self.number}"
        if self.kind is Kind.COMMISSION_DOCUMENT and self.year >= _FIRST_COM_UNPADDED:
            place = f"COM:{self.year}:{self.number}:FIN"
            return f"{_EUR_LEX}/legal-content/{language.upper()}/TXT/?uri={place}"
        if self.kind is Kind.TREATY_SERIES and self.year >= _FIRST_TREATY_ONLINE:
            return f"https://zoek.officielebekendmakingen.nl/trb-{self.year}-{self.number}.html"
        return None

    def text(self, language: Language) -> str:
        """The short form: `M(2020)14`, `(UE) 2016/681`, `2014/55/EU`."""
        match self.kind:
            case Kind.BENELUX:
                return f"M({self._short_year(_LAST_SHORT_BENELUX_YEAR)}){self.number}"
            case Kind.BENELUX_PARLIAMENT:
                return f"{self.number}-{self.mark}"
            case Kind.TREATY_SERIES:
                return f"Trb. {self.year}, {self.number}"
            case Kind.COMMISSION_DOCUMENT:
                return f"COM({self.year}) {self.number}"
            case Kind.PROCEDURE:
                return f"{self.year}/{self.number:04d} ({self.mark})"
            case _:
                return self._act(language)

    def named(self, language: Language) -> str:
        """The form with the type in words, where it is known: `Directive (UE) 2016/681`."""
        word = _TYPE_WORDS.get(self.kind)
        return f"{word[language]} {self.text(language)}" if word else self.text(language)

    def _act(self, language: Language) -> str:
        year = self._short_year(_LAST_SHORT_YEAR)
        made_by = ", ".join(COMMUNITIES[part][language] for part in self.mark.split(", ") if part)
        before, after = (f"({made_by}) ", f"/{made_by}") if made_by else ("", "")
        if self.year >= FIRST_YEAR_FIRST:
            return f"{before}{year}/{self.number}"
        if self.kind is Kind.REGULATION:
            return f"{before}{_NUMBER_WORD[language]} {self.number}/{year}"
        if self.kind is Kind.JOINT_DECISION:
            return f"{_NUMBER_WORD[language]} {self.number}/{year}{after}"
        return f"{year}/{self.number}{after}"

    def _short_year(self, last: int) -> str:
        return f"{self.year % 100:02d}" if self.year <= last else str(self.year)
