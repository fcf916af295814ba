"""What the keeper of a record tells the other countries when it moves to another state."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from time import monotonic

import pytest
from sqlalchemy import Connection, func, select

from benelux.core.errors import Conflict
from benelux.core.exchange import tables
from benelux.core.exchange.delivery import Delivery
from benelux.core.exchange.federation import federation_of
from benelux.core.exchange.inbox import inbox_of
from benelux.core.exchange.outbox import Draft, put, standing
from benelux.core.exchange.transport import Direct
from benelux.core.registers import service
from benelux.core.registers.desk import desk_of
from benelux.core.registers.notices import KIND, Notice, notice_of
from benelux.core.registers.pen import Pen
from tests.core.skippers import Federated, federated
from tests.core.skippers.registers import LICENCES

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Federated]:
    with federated(tmp_path_factory.mktemp("notices")) as found:
        yield found


def _carry(three: Federated) -> None:
    """Bring every message that waits to its node."""
    own = federation_of(three.house).own
    way = Direct({country: inbox_of(node) for country, node in own.items()})
    for node in own.values():
        for country in own:
            if country != node.country:
                Delivery(node, way).turn(country)


def _known(three: Federated, country: str, number: str) -> Notice | None:
    with three.node(country).store.read() as connection:
        return notice_of(connection, number)


def _waiting(connection: Connection) -> int:
    rows = tables.outbox.c
    return connection.scalar(select(func.count()).where(rows.kind == KIND)) or 0


def test_a_withdrawal_is_known_in_the_other_countries_within_seconds(nodes: Federated) -> None:
    record = nodes.licence()
    began = monotonic()
    nodes.move(record, "withdraw")
    _carry(nodes)

    for country in ("NL", "LU"):
        told = _known(nodes, country, record.id)
        assert told is not None
        assert (told.state, told.good) == ("withdrawn", False)
    assert monotonic() - began < 5
    assert _known(nodes, "BE", record.id) is None  # the keeper needs no notice of its own


def test_a_notice_names_nobody(nodes: Federated) -> None:
    record = nodes.licence(family="Vandenbroucke")
    with nodes.node("BE").store.read() as connection:
        sent = connection.scalars(select(tables.outbox.c.payload)).all()
    assert all(b"Vandenbroucke" not in (one or b"") for one in sent)
    assert record.content


def test_moves_are_told_in_their_order(nodes: Federated) -> None:
    record = nodes.licence()
    for key in ("suspend", "lift", "suspend", "lift"):
        nodes.move(record, key)
    _carry(nodes)
    told = _known(nodes, "NL", record.id)
    assert told is not None
    assert (told.state, told.good) == ("valid", True)


def test_what_is_undone_is_not_told(nodes: Federated) -> None:
    record = nodes.licence()
    house, by = nodes.node("BE"), nodes.registrar("BE")
    with house.store.read() as connection:
        before = _waiting(connection)
    desk = desk_of(house, LICENCES)

    def work(connection: Connection) -> None:
        with Pen(connection, desk, by) as pen:
            pen.move(record.id, LICENCES.move("withdraw"), TODAY)
            pen.move(record.id, LICENCES.move("withdraw"), TODAY)  # it cannot, and undoes the first

    with pytest.raises(Conflict):
        house.store.write(work)
    with house.store.read() as connection:
        assert _waiting(connection) == before
    assert service.record_of(house, LICENCES, record.id).state == "valid"


@pytest.mark.parametrize(
    ("sender", "country", "changes"),
    [
        ("demo-nl-licensing", "NL", {}),  # another country's record
        ("demo-be-precursors", "BE", {}),  # not charged with this matter
        ("demo-be-licensing", "BE", {"state": "eaten"}),
        ("demo-be-licensing", "BE", {"register": "skippers.boats"}),
        ("demo-be-licensing", "BE", {"number": "BE-SL-0000-0000-1"}),
        ("demo-be-licensing", "BE", {"number": "BE-PP-7K3M-9QXR-5"}),
    ],
)
def test_a_notice_of_somebody_else_or_of_nonsense_changes_nothing(
    nodes: Federated, sender: str, country: str, changes: dict[str, str]
) -> None:
    record = nodes.licence()
    _carry(nodes)
    said = {
        "register": LICENCES.name, "number": record.id, "state": "withdrawn",
    } | changes  # fmt: skip
    forged = Notice(**said, good=False, first=TODAY, told_at=datetime.now(UTC))
    house = nodes.node(country)
    house.store.write(lambda found: put(found, house, Draft(sender, "LU", KIND, forged, "forged")))
    _carry(nodes)

    told = _known(nodes, "LU", record.id)
    assert told is not None
    assert told.state == "valid"
    assert _known(nodes, "LU", said["number"]) in {told, None}
    with house.store.read() as connection:
        assert all(one.waiting == 0 for one in standing(connection))  # refused, and not sent again


def test_what_a_sender_says_is_good_does_not_make_it_so(nodes: Federated) -> None:
    record, house = nodes.licence(), nodes.node("BE")
    said = Notice(LICENCES.name, record.id, "suspended", good=True, first=TODAY,
                  told_at=datetime.now(UTC))  # fmt: skip
    stream = f"register/{record.id.lower()}"
    draft = Draft("demo-be-licensing", "NL", KIND, said, stream)
    house.store.write(lambda found: put(found, house, draft))
    _carry(nodes)
    told = _known(nodes, "NL", record.id)
    assert told is not None
    assert told.good is False


def test_a_notice_waits_while_the_other_node_is_away(nodes: Federated) -> None:
    record = nodes.licence()
    nodes.move(record, "suspend")
    assert _known(nodes, "NL", record.id) is None
    _carry(nodes)
    told = _known(nodes, "NL", record.id)
    assert told is not None
    assert told.state == "suspended"
