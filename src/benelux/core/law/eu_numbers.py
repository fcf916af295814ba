"""Which of the two figures in an EU act's number is the year, and who made acts in that year."""

from typing import Final

from benelux.core.law.citation import FIRST_YEAR_FIRST, Kind

_FIRST_YEAR: Final = 1952  # the Coal and Steel Community
_LAST_YEAR: Final = 2099
_TWO_DIGITS: Final = 2
_UNION_ONLY: Final = 2010
_COMMUNITY_ONLY: Final = range(1994, 2009)
_MAASTRICHT: Final = 1993
_LISBON: Final = 2009
# The Lisbon treaty began on 1 December 2009; acts up to these numbers are surely older.
_SURELY_BEFORE_LISBON: Final = {Kind.REGULATION: 1100, Kind.DIRECTIVE: 140, Kind.ACT: 140}
_ECONOMIC: Final = frozenset({"", "EU", "EC", "EEC"})
_SINCE_2015: Final = frozenset({"EU", "Euratom", "CFSP"})


def year_and_number(
    first: str, second: str, *, number_first: bool, numbered: bool, community: str
) -> tuple[int, int, bool] | None:
    """Year, number, and whether the number came first; None when neither reading is possible.

    `number_first` is how acts of this shape were written until 2014; `numbered` says that the
    word "No" stands before them, which belongs to that old way (and is often put, wrongly,
    before the new). `community` is what the text names, in English.
    """
    front = _year(first)
    back = _year(second)
    if front is not None and back is not None and len(first) > len(second):
        # "2014/55" is number 55 of 2014, unless the text is of the time of two-digit years.
        back = back if numbered or community not in {"", "EU"} else None
    if back is not None and back >= FIRST_YEAR_FIRST:
        back = None
    if front is not None and front >= FIRST_YEAR_FIRST and not numbered:
        back = None
    if back is not None and (number_first or front is None):
        return _checked(back, first, number_first=True)
    if front is not None:
        return _checked(front, second, number_first=False)
    return None


def _year(figures: str) -> int | None:
    if len(figures) == _TWO_DIGITS:
        year = 1900 + int(figures)
        return year if year >= _FIRST_YEAR else None
    year = int(figures)
    return year if _FIRST_YEAR <= year <= _LAST_YEAR else None


def _checked(year: int, figures: str, *, number_first: bool) -> tuple[int, int, bool] | None:
    # EU acts have no leading zeros; procedures (2018/0198) have.
    return None if figures.startswith("0") else (year, int(figures), number_first)


def made_by(written: str, kind: Kind, year: int, number: int) -> str:
    """The community, in English, that made this act, mended where the text is a little wrong.

    In most years only one of EEC, EC and EU existed, and many texts write another. "" is unknown.
    """
    if year >= FIRST_YEAR_FIRST:
        parts = [part for part in written.split(", ") if part in _SINCE_2015]
        return ", ".join(parts) or "EU"
    if kind is Kind.FRAMEWORK_DECISION:
        return "JHA"  # these existed nowhere else
    main, comma, rest = written.partition(", ")
    if main not in _ECONOMIC or (kind is Kind.ACT and not written):
        return written
    return f"{_economic(main, kind, year, number)}{comma}{rest}"


def _economic(written: str, kind: Kind, year: int, number: int) -> str:
    # Decisions take the year of their publication, which may be the one after: 2010/48/EC.
    lag = 0 if kind in {Kind.REGULATION, Kind.DIRECTIVE} else 1
    if year >= _UNION_ONLY + lag:
        return "EU"
    if year in _COMMUNITY_ONLY[lag:]:
        return "EC"
    if year < _MAASTRICHT:
        return "EEC"
    if year == _LISBON and number <= _SURELY_BEFORE_LISBON.get(kind, 0):
        return "EC"
    possible = {"EEC", "EC"} if year < _LISBON else {"EC", "EU"}
    return written if written in possible else ""
