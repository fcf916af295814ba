"""Countries, regions and the borders between them.

The three Benelux countries with their regions, communities and provinces, and the neighbouring
regions that the annual plan names. Codes and names follow ISO 3166-1 and 3166-2 and Eurostat's
NUTS 2021 and 2024; official languages follow each country's constitution or language law. Where
facilities for another language exist in single municipalities, these are not counted.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from benelux.core.errors import NotFound
from benelux.core.files import read_yaml
from benelux.core.language import Text, message

LEGAL_TIME: Final = ZoneInfo("Europe/Brussels")
"""The time that clocks show in all three countries; moments are kept in UTC and shown in this."""
_FILE: Final = Path(__file__).parent / "data" / "territory.yaml"


@dataclass(frozen=True, slots=True)
class Country:
    """A state, by its ISO 3166-1 codes; languages are ISO 639-1, the currency is ISO 4217."""

    code: str
    alpha3: str
    numeric: str
    name: Text
    languages: tuple[str, ...]
    currency: str
    benelux: bool = False

    @property
    def codes(self) -> tuple[str, ...]:
        """Every code it is found by; NUTS calls it by its ISO alpha-2 code."""
        return self.code, self.alpha3, self.numeric


class RegionKind(StrEnum):
    REGION = "region"
    COMMUNITY = "community"
    PROVINCE = "province"
    LAND = "land"
    FORMER_REGION = "former_region"


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a country that governs, or once governed, itself.

    `code` is the ISO 3166-2 code, or one of this house's own where ISO gives none; then `iso` is
    None. `nuts` has the code of NUTS 2021, and after it that of NUTS 2024 if it changed. `within`
    is the code of the country or region around it; a community also `covers` regions, save the
    part of them that is another community's.
    """

    code: str
    kind: RegionKind
    within: str
    name: Text
    languages: tuple[str, ...]
    iso: str | None = None
    nuts: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()

    @property
    def country(self) -> Country:
        around = find(self.within)
        return around.country if isinstance(around, Region) else around

    @property
    def codes(self) -> tuple[str, ...]:
        """Every code it is found by."""
        return self.code, *self.nuts


Place = Country | Region


@dataclass(frozen=True, slots=True)
class Border:
    """A land border. `touching` pairs the smallest known places on either side, in its order."""

    code: str
    touching: tuple[tuple[str, str], ...]

    @property
    def countries(self) -> tuple[Country, Country]:
        near, far = (_countries()[code] for code in self.code.split("-"))
        return near, far


@dataclass(frozen=True, slots=True)
class _Territory:
    countries: tuple[Country, ...]
    regions: tuple[Region, ...]
    borders: tuple[Border, ...]


@cache
def _territory() -> _Territory:
    return read_yaml(_FILE, _Territory)


@cache
def _countries() -> Mapping[str, Country]:
    return {country.code: country for country in _territory().countries}


@cache
def _places() -> Mapping[str, Place]:
    every: tuple[Place, ...] = (*_territory().countries, *_territory().regions)
    return {code: place for place in every for code in place.codes}


def countries() -> tuple[Country, ...]:
    """Belgium, the Netherlands and Luxembourg, then their neighbours."""
    return _territory().countries


def regions(within: Place | None = None, kind: RegionKind | None = None) -> tuple[Region, ...]:
    """The regions in `within`, at any depth, of one kind or of all."""
    return tuple(
        region
        for region in _territory().regions
        if kind in {None, region.kind} and (within is None or within.code in _around(region))
    )


def borders() -> tuple[Border, ...]:
    """The land borders of the Benelux countries, with each other and with their neighbours."""
    return _territory().borders


def find(code: str) -> Place:
    """The place with this ISO or NUTS code, in capitals or not; raises `NotFound`."""
    place = _places().get(code.strip().upper())
    if place is None:
        raise NotFound(
            "territory.unknown",
            message("No country or region here has the code “{code}”.", code=code[:40]),
            now=message("Give an ISO 3166 code such as BE or BE-VLG, or a NUTS code such as DEA."),
        )
    return place


def border(one: Place, other: Place) -> Border | None:
    """The land border between the countries of two places, in either order; None if none."""
    pair = {_country(one).code, _country(other).code}
    return next((line for line in borders() if set(line.code.split("-")) == pair), None)


def touch(one: Place, other: Place) -> bool:
    """Whether a stretch of a border between countries runs between the two places."""
    pairs = (pair for line in borders() for pair in line.touching)
    return any(
        (_reaches(one, near) and _reaches(other, far))
        or (_reaches(one, far) and _reaches(other, near))
        for near, far in pairs
    )


def neighbours(place: Place) -> tuple[Place, ...]:
    """Every place in another country that `place` touches, whole countries included."""
    every: Iterator[Place] = iter((*countries(), *_territory().regions))
    own = _country(place)
    return tuple(other for other in every if _country(other) != own and touch(place, other))


def languages_of(place: Place | str) -> tuple[str, ...]:
    """The official languages there, as ISO 639-1 codes; `place` may be a code."""
    return (find(place) if isinstance(place, str) else place).languages


def _country(place: Place) -> Country:
    return place.country if isinstance(place, Region) else place


def _around(place: Place) -> tuple[str, ...]:
    """The code of `place` and of everything it lies in."""
    if isinstance(place, Country):
        return (place.code,)
    return place.code, *_around(find(place.within))


def _reaches(place: Place, end: str) -> bool:
    """Whether the end of a pair lies in `place`."""
    around = _around(find(end))
    if place.code in around:
        return True
    covered = isinstance(place, Region) and not set(around).isdisjoint(place.covers)
    return covered and not any(_is_community(find(code)) for code in around)


def _is_community(place: Place) -> bool:
    return isinstance(place, Region) and place.kind is RegionKind.COMMUNITY
