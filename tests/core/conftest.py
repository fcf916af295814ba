"""A portal that runs nothing but a small domain of the tests."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from benelux.core.house import House
from benelux.core.language import Language
from benelux.core.web.ask import Ask, Upload
from tests.core.bridges import DOMAIN
from tests.visits import opened, visited

Asking = Callable[..., Ask]


@pytest.fixture(scope="session")
def bridges(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house with the domain of bridges alone, to read only."""
    with opened(tmp_path_factory.mktemp("bridges"), [DOMAIN]) as found:
        yield found


@pytest.fixture(scope="session")
def crossing(bridges: House) -> TestClient[Litestar]:
    """Somebody who reads about bridges."""
    return visited(bridges)


@pytest.fixture
def asking(bridges: House) -> Asking:
    """Makes a question for a page of bridges: its query, or the form that was filled in."""

    def ask(
        language: Language = "en",
        *,
        form: Mapping[str, Sequence[str]] | None = None,
        files: Mapping[str, Upload] | None = None,
        **query: str | Sequence[str],
    ) -> Ask:
        asked = {
            name: [value] if isinstance(value, str) else value for name, value in query.items()
        }
        address = f"/{language}/bridges"
        return Ask(bridges, language, address, {}, asked, form or {}, files or {})

    return ask
