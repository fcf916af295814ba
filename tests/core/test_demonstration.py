"""Invented content comes where a demonstration may be, and one domain does not stop another."""

from pathlib import Path

import pytest

from benelux.core import demonstration
from benelux.core.domain import Domain, discover
from benelux.core.errors import Conflict
from benelux.core.house import House
from benelux.core.language import Text, message
from tests.visits import opened


class _Spoken:
    """The service of a domain that counts how often it was asked, or cannot."""

    def __init__(self, *, able: bool) -> None:
        self.able = able
        self.asked = 0

    def furnish(self, _house: House) -> None:
        self.asked += 1
        if not self.able:
            raise Conflict("test.full", message("It is full."))


def test_a_domain_that_cannot_be_furnished_does_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    names = ("first", "second", "third")
    services: dict[str, _Spoken | None] = {
        "first": _Spoken(able=False), "second": None, "third": _Spoken(able=True),
    }  # fmt: skip
    domains = tuple(Domain(name, Text.same(name), Text.same(name), (), name) for name in names)
    monkeypatch.setattr(Domain, "face", lambda one, _face: services.get(one.name))
    with opened(tmp_path, ()) as house:
        demonstration.furnish(House(house.settings, house.store, domains))

    assert services["first"]
    assert services["third"]
    assert (services["first"].asked, services["third"].asked) == (1, 1)
    assert "first could not be furnished: test.full" in caplog.text


def test_every_domain_that_offers_content_offers_it_by_that_name() -> None:
    offers = [one.name for one in discover() if hasattr(one.face("service"), "furnish")]

    assert "fireworks" in offers
