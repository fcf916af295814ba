"""What many tests start from: the whole portal over a store of its own, and who visits it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from litestar import Litestar
from litestar.testing import TestClient

from benelux.core.house import House
from tests.visits import OFFICER, SignedIn, opened, visited

pytest_plugins = ["tests.stores", "tests.core.ledgers", "tests.core.harbour"]

# A busy machine makes a test slow, not wrong.
settings.register_profile("benelux", deadline=None)
settings.load_profile("benelux")


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The whole house, to read only: every test sees the same one."""
    with opened(tmp_path_factory.mktemp("house")) as found:
        yield found


@pytest.fixture(scope="session")
def portal(house: House) -> TestClient[Litestar]:
    """Somebody who reads and is not signed in."""
    return visited(house)


@pytest.fixture
def new_house(tmp_path: Path) -> Iterator[House]:
    """A house of this test alone, to write in."""
    with opened(tmp_path) as found:
        yield found


@pytest.fixture
def reader(new_house: House) -> TestClient[Litestar]:
    """Somebody who reads in the new house."""
    return visited(new_house)


@pytest.fixture
def officer(new_house: House) -> SignedIn:
    """An officer of the General Secretariat who is signed in to the new house."""
    return SignedIn.as_person(visited(new_house), new_house, OFFICER)
