"""The messages of a portal's nodes go by themselves, from when it starts until it stops."""

from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest
from sqlalchemy import select

from benelux.core.exchange import outbox
from benelux.core.exchange.federation import close, federation_of
from benelux.core.exchange.handlers import TEST
from benelux.core.exchange.nodes import Node
from benelux.core.exchange.outbox import Draft, State
from benelux.core.exchange.tables import outbox as rows
from benelux.core.exchange.work import beside
from benelux.core.house import House
from tests.core.natserver import NatsServer
from tests.core.posts import until
from tests.visits import opened, visited


@pytest.fixture
def nats(tmp_path: Path) -> Iterator[str]:
    folder = tmp_path / "nats"
    folder.mkdir()
    server = NatsServer(folder)
    server.start()
    yield server.url
    server.kill()


@pytest.mark.slow
def test_in_a_demonstration_messages_go_from_node_to_node(tmp_path: Path) -> None:
    with opened(tmp_path / "house", ()) as house:
        _exchange(house)


@pytest.mark.slow
def test_with_the_address_of_a_nats_server_they_go_through_it(tmp_path: Path, nats: str) -> None:
    with opened(tmp_path / "house", (), exchange_nats=nats) as house:
        _exchange(house)


def _exchange(house: House) -> None:
    """One message each way round, while the portal runs."""
    nodes = federation_of(house).own

    def all_there() -> bool:
        return all(_states(node) == [State.DONE] for node in nodes.values())

    async def run() -> None:
        async with beside(house)(visited(house).app):
            for here, there in (("BE", "NL"), ("NL", "LU"), ("LU", "BE")):
                _put(nodes[here], there)
            await anyio.to_thread.run_sync(until, all_there)

    try:
        anyio.run(run)
    finally:
        close(house)


def _put(node: Node, receiver: str) -> None:
    draft = Draft(f"demo-{node.country.lower()}-licensing", receiver, TEST, {})
    node.house.store.write(lambda connection: outbox.put(connection, node.house, draft))


def _states(node: Node) -> list[str]:
    with node.house.store.read() as connection:
        return list(connection.scalars(select(rows.c.state)))
