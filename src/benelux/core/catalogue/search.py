"""What a reader asks of the records: the query parameters of OGC API Records, read and applied."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from benelux.core.catalogue.model import Box, DataSet
from benelux.core.errors import Fault, Refusal
from benelux.core.language import LANGUAGES, Language, Message, is_language, message
from benelux.core.web.listing import fold

TYPE: Final = "dataset"
USUAL: Final = 10
MOST: Final = 100
_LONGEST: Final = 2000
_CORNERS: Final = 4
_WITH_HEIGHT: Final = 6
_OPEN: Final = frozenset({"", ".."})
_NUMBER: Final = re.compile(r"[+-]?\d{1,15}(\.\d{1,15})?", re.ASCII)
_MOMENT: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})([Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2}))?", re.ASCII
)
PARAMETERS: Final = frozenset(
    {"q", "bbox", "datetime", "limit", "offset", "type", "ids", "externalIds", "lang"}
)


class BadParameter(Refusal):
    """A parameter that cannot be read. The standard asks for status 400, not 422."""

    def __init__(self, name: str, wish: Message) -> None:
        super().__init__(
            "records.parameter",
            message("The parameter “{name}” cannot be read.", name=name[:40]),
            now=message("Mend this parameter, or leave it out."),
            faults=(Fault(name[:40], wish),),
        )


@dataclass(frozen=True, slots=True)
class Search:
    """What is asked; an empty part asks for nothing."""

    words: tuple[str, ...] = ()
    box: Box | None = None
    start: date | None = None
    end: date | None = None
    limit: int = USUAL
    offset: int = 0
    types: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    external: tuple[str, ...] = ()

    def matches(self, one: DataSet, uri: str) -> bool:
        """Whether `one`, known to others as `uri`, is in the answer."""
        return (
            (not self.types or TYPE in self.types)
            and (not self.ids or one.id in self.ids)
            and (not self.external or any(value.endswith(uri) for value in self.external))
            and (not self.words or any(words in _shelf(one) for words in self.words))
            and (self.box is None or (one.box is not None and _meet(self.box, one.box)))
            and (one.temporal is None or one.temporal.meets(self.start, self.end))
        )


def read(given: Mapping[str, str]) -> Search:
    """The query parameters as a search; an empty one counts as not given.

    Raises `BadParameter` for one that is unknown or cannot be read.
    """
    only(given, PARAMETERS)
    for name, value in given.items():
        if len(value) > _LONGEST or "\x00" in value:
            raise BadParameter(name, message("at most {n} characters", n=_LONGEST))
    start, end = _interval(given.get("datetime", "").strip())
    return Search(
        words=tuple(words for words in map(_plain, _listed(given, "q")) if words),
        box=_box(given.get("bbox", "").strip()),
        start=start,
        end=end,
        limit=min(_whole(given, "limit", USUAL, 1), MOST),
        offset=_whole(given, "offset", 0, 0),
        types=_listed(given, "type"),
        ids=_listed(given, "ids"),
        external=_listed(given, "externalIds"),
    )


def only(given: Mapping[str, str], known: frozenset[str]) -> None:
    """Raise `BadParameter` for a parameter that the address does not have."""
    for name in given:
        if name not in known:
            raise BadParameter(name, message("may be: {known}", known=", ".join(sorted(known))))


def language(given: Mapping[str, str], preferred: Language) -> Language:
    """The language asked for in `lang`, or else the one that the reader's software prefers."""
    code = given.get("lang", "")
    if not code:
        return preferred
    if not is_language(code):
        raise BadParameter("lang", message("may be: {known}", known=", ".join(LANGUAGES)))
    return code


def _shelf(one: DataSet) -> str:
    texts = (one.title, one.description, *one.keywords, *(file.title for file in one.files))
    return _plain("\n".join(said for text in texts for said in text))


def _plain(text: str) -> str:
    return " ".join(fold(text).split())


def _listed(given: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in given.get(name, "").split(",") if part.strip())


def _whole(given: Mapping[str, str], name: str, usual: int, least: int) -> int:
    text = given.get(name, "").strip()
    if not text:
        return usual
    if not (text.isascii() and text.isdecimal()) or int(text[:18]) < least:
        raise BadParameter(name, message("a whole number of at least {n}", n=least))
    return int(text[:18])


def _box(text: str) -> Box | None:
    if not text:
        return None
    wish = message("west,south,east,north in degrees, for example 2.5,49.4,7.3,53.6")
    parts = [part.strip() for part in text.split(",")]
    if len(parts) not in {_CORNERS, _WITH_HEIGHT} or not all(map(_NUMBER.fullmatch, parts)):
        raise BadParameter("bbox", wish)
    numbers = [float(part) for part in parts]
    # With six numbers the third and the last are heights, which no record has.
    west, south, east, north = (
        numbers if len(numbers) == _CORNERS else (*numbers[:2], *numbers[3:5])
    )
    if south > north:
        raise BadParameter("bbox", wish)
    return west, south, east, north


def _meet(asked: Box, box: Box) -> bool:
    west, south, east, north = asked
    tall = south <= box[3] and north >= box[1]
    if west <= east:
        return tall and west <= box[2] and east >= box[0]
    return tall and (west <= box[2] or east >= box[0])  # the box crosses the antimeridian


def _interval(text: str) -> tuple[date | None, date | None]:
    if not text:
        return None, None
    wish = message("a date or two dates with a slash between, for example 2022-03-01/2022-06-30")
    parts: Sequence[str] = text.split("/")
    if len(parts) == 1:
        parts = (text, text)
    if len(parts) != 2 or (len(set(parts)) == 1 and parts[0] in _OPEN):  # noqa: PLR2004 - start and end
        raise BadParameter("datetime", wish)
    try:
        start, end = (_day(part) for part in parts)
    except ValueError as error:
        raise BadParameter("datetime", wish) from error
    if start and end and start > end:
        raise BadParameter("datetime", wish)
    return start, end


def _day(text: str) -> date | None:
    if text in _OPEN:
        return None
    found = _MOMENT.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return date.fromisoformat(found[1])
