"""The instruments, their articles, and the ground on which something rests."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from benelux.core.errors import Invalid
from benelux.core.language import Language, Text
from benelux.core.law.citation import Citation, Kind
from benelux.core.law.reading import parse
from benelux.core.law.validity import PartialDate, Status, Validity, first_day


class InstrumentKind(StrEnum):
    TREATY = "treaty"
    AGREEMENT = "agreement"
    DECLARATION = "declaration"
    COVENANT = "covenant"
    DECISION = "decision"
    RECOMMENDATION = "recommendation"
    REGULATION = "regulation"
    DIRECTIVE = "directive"
    ACT = "act"
    PROGRAMME = "programme"
    STANDARD = "standard"

    @property
    def noun(self) -> Text:
        """What such an instrument is called, as a common noun."""
        return _NOUNS[self]


_NOUNS: Final[Mapping[InstrumentKind, Text]] = {
    InstrumentKind.TREATY: Text("verdrag", "traité", "Vertrag", "treaty"),
    InstrumentKind.AGREEMENT: Text("overeenkomst", "accord", "Abkommen", "agreement"),
    InstrumentKind.DECLARATION: Text("verklaring", "déclaration", "Erklärung", "declaration"),
    InstrumentKind.COVENANT: Text("convenant", "convention", "Vereinbarung", "covenant"),
    InstrumentKind.DECISION: Text("beschikking", "décision", "Entscheidung", "decision"),
    InstrumentKind.RECOMMENDATION: Text(
        "aanbeveling", "recommandation", "Empfehlung", "recommendation"
    ),
    InstrumentKind.REGULATION: Text("verordening", "règlement", "Verordnung", "regulation"),
    InstrumentKind.DIRECTIVE: Text("richtlijn", "directive", "Richtlinie", "directive"),
    InstrumentKind.ACT: Text("wet", "loi", "Gesetz", "act"),
    InstrumentKind.PROGRAMME: Text("programma", "programme", "Programm", "programme"),
    InstrumentKind.STANDARD: Text("norm", "norme", "Norm", "standard"),
}
_ACTS: Final[Mapping[InstrumentKind, Kind]] = {
    InstrumentKind.REGULATION: Kind.REGULATION,
    InstrumentKind.DIRECTIVE: Kind.DIRECTIVE,
    InstrumentKind.DECISION: Kind.DECISION,
}


@dataclass(frozen=True, slots=True)
class Instrument:
    """A treaty, decision, regulation, act or declaration.

    `id` is a citation's id where there is one (`M(2020)14`), else a word of this house
    (`police-treaty-2018`). `issuer` is the body that made it, `source` where its text was
    published, `date` the day on which it was signed or adopted.
    """

    id: str
    kind: InstrumentKind
    title: Text
    date: PartialDate | None = None
    issuer: str = ""
    validity: Validity = field(default_factory=Validity)
    source: str = ""
    url: str | None = None

    def __post_init__(self) -> None:
        if self.date:
            first_day(self.date)  # raises ValueError, so that a data file's reader names the line

    @property
    def citation(self) -> Citation | None:
        """The official citation, when `id` is one; of an EU act with the type that `kind` tells."""
        try:
            citation = parse(self.id)
        except Invalid:
            return None
        told = _ACTS.get(self.kind)
        return replace(citation, kind=told) if told and citation.kind is Kind.ACT else citation

    def cite(self, language: Language) -> str:
        """The citation in `language`, or the title of what has none."""
        citation = self.citation
        return citation.named(language) if citation else self.title[language]

    def link(self, language: Language) -> str | None:
        """Where its text can be read, as recorded or as the citation tells for certain."""
        citation = self.citation
        return self.url or (citation.url(language) if citation else None)

    def status_on(self, day: dt.date) -> Status:
        """The stage on `day`; before the day it was signed or adopted it is only announced."""
        if self.date and day < first_day(self.date):
            return Status.ANNOUNCED
        return self.validity.status_on(day)


@dataclass(frozen=True, slots=True)
class Article:
    """One place in an instrument: article 4, paragraph 1, letter a."""

    instrument: Instrument
    number: str
    paragraph: str | None = None
    letter: str | None = None

    def cite(self, language: Language) -> str:
        """The place alone, as a lawyer writes it: "art. 4, lid 1" or "Article 4(1)"."""
        article, paragraph, letter = _PLACES[language]
        return "".join(
            pattern.format(part)
            for pattern, part in (
                (article, self.number),
                (paragraph, self.paragraph),
                (letter, self.letter),
            )
            if part
        )

    def cite_in_full(self, language: Language) -> str:
        """The instrument and the place in it: "M(2020)14, art. 4, lid 1"."""
        return f"{self.instrument.cite(language)}, {self.cite(language)}"


_PLACES: Final[Mapping[Language, tuple[str, str, str]]] = {
    "nl": ("art. {}", ", lid {}", ", onder {}"),
    "fr": ("art. {}", ", paragraphe {}", ", point {})"),
    "de": ("Art. {}", " Abs. {}", " Buchst. {}"),
    "en": ("Article {}", "({})", "({})"),
}


@dataclass(frozen=True, slots=True)
class Ground:
    """The law on which a rule, an action or a consultation rests, and why that law."""

    source: Article | Instrument
    because: Text | None = None

    @property
    def instrument(self) -> Instrument:
        return self.source.instrument if isinstance(self.source, Article) else self.source

    def cite(self, language: Language) -> str:
        if isinstance(self.source, Article):
            return self.source.cite_in_full(language)
        return self.source.cite(language)
