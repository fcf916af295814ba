"""Territory: codes, names, languages and borders."""

from itertools import pairwise

import pytest

from benelux.core.errors import NotFound
from benelux.core.language import LANGUAGES
from benelux.core.territory import (
    Border,
    Country,
    Place,
    Region,
    RegionKind,
    border,
    borders,
    countries,
    find,
    languages_of,
    neighbours,
    regions,
    touch,
)

PLACES: tuple[Place, ...] = (*countries(), *regions())


def by_code(place: Place | Border) -> str:
    return place.code


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("BE", "Belgium"), ("bel", "Belgium"), ("056", "Belgium"),
        ("NLD", "Netherlands"), ("528", "Netherlands"),
        ("LUX", "Luxembourg"), ("442", "Luxembourg"),
        ("DEU", "Germany"), ("276", "Germany"), ("FRA", "France"), ("250", "France"),
        ("BE-VLG", "Flemish Region"), ("BE2", "Flemish Region"),
        ("BE-WAL", "Walloon Region"), ("BE3", "Walloon Region"),
        ("be-bru", "Brussels-Capital Region"), ("BE1", "Brussels-Capital Region"),
        ("BE-DG", "German-speaking Community"), ("BE336", "German-speaking Community"),
        ("DE-NW", "North Rhine-Westphalia"), ("DEA", "North Rhine-Westphalia"),
        ("DE-RP", "Rhineland-Palatinate"), ("DEB", "Rhineland-Palatinate"),
        ("DE-SL", "Saarland"), ("DEC", "Saarland"), ("DE9", "Lower Saxony"),
        ("FR-GES", "Grand Est"), ("FRF", "Grand Est"), ("FR-HDF", "Hauts-de-France"),
        ("FRE", "Hauts-de-France"), ("FRF3", "Lorraine"), (" nl-li ", "Limburg"),
        ("NL33", "South Holland"), ("NL36", "South Holland"),
    ],
)  # fmt: skip
def test_a_place_is_found_by_every_code_it_has(code: str, name: str) -> None:
    assert find(code).name.en == name


@pytest.mark.parametrize("code", ["", "XX", "BE-", "BE-XXX", "B", "🇧🇪", "1" * 500])
def test_an_unknown_code_is_refused_with_a_way_out(code: str) -> None:
    with pytest.raises(NotFound) as refused:
        find(code)

    assert refused.value.code == "territory.unknown"
    assert refused.value.now is not None


def test_no_two_places_share_a_code() -> None:
    codes = [code for place in PLACES for code in place.codes]

    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("place", PLACES, ids=by_code)
def test_every_place_has_a_name_in_four_languages_and_an_official_language(place: Place) -> None:
    assert all(place.name[language].strip() for language in LANGUAGES)
    assert all(len(code) == 2 for code in languages_of(place))
    assert languages_of(place) == languages_of(place.code.lower())


@pytest.mark.parametrize("region", regions(), ids=by_code)
def test_a_region_carries_the_codes_of_its_country(region: Region) -> None:
    country = region.country.code

    assert region.code.startswith(f"{country}-")
    assert region.iso in {None, region.code}
    assert all(code.startswith(country) for code in region.nuts)
    assert set(region.languages) <= {*region.country.languages, "fy"}


@pytest.mark.parametrize("country", countries(), ids=by_code)
def test_a_country_has_its_three_iso_codes(country: Country) -> None:
    assert [len(code) for code in country.codes] == [2, 3, 3]
    assert country.currency == "EUR"


def test_three_countries_are_the_benelux() -> None:
    assert [country.code for country in countries() if country.benelux] == ["BE", "NL", "LU"]


def test_the_languages_are_those_of_the_law() -> None:
    assert languages_of("BE") == ("nl", "fr", "de")
    assert languages_of("BE-VLG") == ("nl",)
    assert set(languages_of("BE-BRU")) == {"nl", "fr"}
    assert languages_of("BE-DG") == ("de",)
    assert languages_of("LU") == ("lb", "fr", "de")
    assert languages_of("NL-FR") == ("nl", "fy")


def test_belgium_has_three_regions_three_communities_and_ten_provinces() -> None:
    belgium = find("BE")

    assert len(regions(belgium, RegionKind.REGION)) == 3
    assert len(regions(belgium, RegionKind.COMMUNITY)) == 3
    assert len(regions(belgium, RegionKind.PROVINCE)) == 10
    assert len(regions(find("BE-WAL"), RegionKind.PROVINCE)) == 5
    assert len(regions(find("NL"), RegionKind.PROVINCE)) == 12


def test_seven_land_borders_run_through_and_around_the_benelux() -> None:
    assert {line.code for line in borders()} == {
        "BE-NL", "BE-LU", "BE-DE", "BE-FR", "NL-DE", "LU-DE", "LU-FR",
    }  # fmt: skip


@pytest.mark.parametrize("line", borders(), ids=by_code)
def test_a_border_pairs_places_of_its_own_two_countries(line: Border) -> None:
    for near, far in line.touching:
        sides = tuple(
            place.country if isinstance(place, Region) else place
            for place in (find(near), find(far))
        )
        assert sides == line.countries


def test_a_border_is_found_from_either_side_and_from_any_part() -> None:
    assert border(find("NL"), find("BE")) == border(find("BE-WAL"), find("NL-LI"))
    assert border(find("NL"), find("FR")) is None
    assert border(find("NL"), find("LU")) is None
    assert border(find("BE"), find("BE-VLG")) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("BE-VLG", "NL-NB"), ("BE-WAL", "NL-LI"), ("BE-WAL", "LU"), ("BE-DG", "DE-RP"),
        ("BE-DG", "LU"), ("BE-VLG", "FR-HDF"), ("BE-WAL", "FR-GES"), ("BE-WAL", "FR-LOR"),
        ("NL-GR", "DE-NI"), ("NL-OV", "DE-NI"), ("NL-OV", "DE-NW"), ("NL-LI", "DE-NW"),
        ("LU", "DE-SL"), ("LU", "DE-RP"), ("LU", "FR-LOR"), ("BE-FWB", "FR-HDF"),
        ("BE-VG", "NL-ZE"),
    ],
)  # fmt: skip
def test_places_on_both_sides_of_a_border_touch(one: str, other: str) -> None:
    assert touch(find(one), find(other))
    assert touch(find(other), find(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("BE-BRU", "NL"), ("BE-VLG", "LU"), ("BE-VLG", "DE-NW"), ("NL-ZH", "BE-VLG"),
        ("LU", "NL"), ("LU", "DE-NW"), ("NL", "FR"), ("BE-FWB", "DE-RP"), ("BE-VLG", "BE-WAL"),
    ],
)  # fmt: skip
def test_places_without_a_common_border_do_not_touch(one: str, other: str) -> None:
    assert not touch(find(one), find(other))


def test_brussels_touches_no_other_country() -> None:
    assert neighbours(find("BE-BRU")) == ()


@pytest.mark.parametrize("place", PLACES, ids=by_code)
def test_neighbours_are_mutual_and_in_another_country(place: Place) -> None:
    for other in neighbours(place):
        assert place in neighbours(other)
        assert border(place, other) is not None


def test_the_benelux_countries_come_first() -> None:
    order = [country.benelux for country in countries()]

    assert all(before >= after for before, after in pairwise(order))
