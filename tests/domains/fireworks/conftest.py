"""Three nodes for the tests of this domain."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.domains.fireworks.nodes import Three, three_nodes


@pytest.fixture
def three(tmp_path: Path) -> Iterator[Three]:
    with three_nodes(tmp_path) as found:
        yield found


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Three]:
    """Nodes that several tests share, each with sheets and reports of its own."""
    with three_nodes(tmp_path_factory.mktemp("nodes")) as found:
        yield found
