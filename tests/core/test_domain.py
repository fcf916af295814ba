"""A folder is a domain, and domains use each other in no circle."""

import subprocess
import sys

import pytest

from benelux.core.domain import Domain, _in_order, discover
from benelux.core.language import Text
from tests.core.bridges import DOMAIN as BRIDGES


def domain(name: str, *uses: str) -> Domain:
    text = Text.same(name)
    return Domain(name, text, text, ("1",), f"benelux.domains.{name}", uses)


def test_every_folder_is_found_and_named_as_it_is_called() -> None:
    found = discover()
    assert "programme" in [one.name for one in found]
    for one in found:
        assert one.folder.name == one.name
        assert one.package == f"benelux.domains.{one.name}"


def test_domains_stand_in_the_order_of_their_names() -> None:
    found = _in_order([domain("zones"), domain("mobility"), domain("freight", "zones")])
    assert [one.name for one in found] == ["freight", "mobility", "zones"]


@pytest.mark.parametrize(
    "domains",
    [
        [domain("freight", "freight")],
        [domain("freight", "zones"), domain("zones", "freight")],
        [domain("a", "b"), domain("b", "c"), domain("c", "d"), domain("d", "b")],
    ],
)
def test_a_circle_is_refused_and_shown(domains: list[Domain]) -> None:
    with pytest.raises(ValueError, match=r"circle: .*(\w+) > .*\1"):
        _in_order(domains)


def test_two_ways_to_the_same_domain_are_no_circle() -> None:
    found = [domain("a", "b", "c"), domain("b", "d"), domain("c", "d"), domain("d")]
    assert len(_in_order(found)) == len(found)


def test_using_a_domain_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="freight uses zones, which is not there"):
        _in_order([domain("freight", "zones")])


def test_a_domain_has_the_faces_of_which_it_has_the_modules() -> None:
    assert BRIDGES.has("pages")
    assert not BRIDGES.has("commands")
    assert BRIDGES.face("commands") is None
    pages = BRIDGES.face("pages")
    assert pages
    assert pages.PAGES.owner == "bridges"
    assert (BRIDGES.folder / "pages.py").is_file()


def test_asking_which_faces_there_are_imports_none_of_them() -> None:
    # The command line starts quickly only while it does not load the pages of every domain.
    program = (
        "import sys; from benelux.core.domain import discover\n"
        "print([one.has('pages') for one in discover()], file=sys.stderr)\n"
        "print([name for name in sys.modules if name.endswith('.pages')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
