"""Law as every domain cites it: instruments, articles, validity in time, and citations in text."""

from benelux.core.law.citation import Citation, Kind
from benelux.core.law.instrument import (
    Article,
    Ground,
    Instrument,
    InstrumentKind,
)
from benelux.core.law.reading import Found, Html, find, link, parse
from benelux.core.law.validity import PartialDate, Status, Validity, first_day, last_day

__all__ = [
    "Article",
    "Citation",
    "Found",
    "Ground",
    "Html",
    "Instrument",
    "InstrumentKind",
    "Kind",
    "PartialDate",
    "Status",
    "Validity",
    "find",
    "first_day",
    "last_day",
    "link",
    "parse",
]
