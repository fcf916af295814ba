"""Documents whose keeper is a node elsewhere: its list is fetched, and checks are sent to it."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import uvicorn

from benelux.core.errors import Unavailable
from benelux.core.exchange import cards, federation, peers
from benelux.core.exchange.delivery import Delivery
from benelux.core.exchange.inbox import inbox_of
from benelux.core.exchange.transport import Direct
from benelux.core.house import House
from benelux.core.identity.invented import plant
from benelux.core.ledger import ledger_of
from benelux.core.ledger.service import consultations_of
from benelux.core.registers import lists, offline
from benelux.core.registers.acting import acting_for
from benelux.core.registers.issuers import issuers_of
from benelux.core.registers.lists import list_of
from benelux.core.registers.verdict import check
from benelux.core.web.app import assemble
from tests.core.skippers import CITIZEN, DOMAIN, INSPECTOR, Federated
from tests.core.skippers.registers import LICENCES
from tests.visits import opened


@contextmanager
def _node(folder: Path, country: str, port: int) -> Iterator[House]:
    with opened(folder, [DOMAIN], country=country, port=port) as house:
        plant(house.settings, house.store)
        yield house
        federation.close(house)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def _served(house: House) -> Iterator[None]:
    config = uvicorn.Config(
        assemble(house), port=house.settings.port, ws="none", lifespan="off", log_config=None
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield
    server.should_exit = True
    thread.join()


@dataclass(frozen=True, slots=True)
class Pair:
    """A Belgian node that answers over HTTP, and a Dutch one that trusts it."""

    belgian: House
    dutch: House


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with (
        _node(tmp_path / "be", "BE", _free_port()) as belgian,
        _node(tmp_path / "nl", "NL", _free_port()) as dutch,
    ):
        for one, other in ((belgian, dutch), (dutch, belgian)):
            peers.trust(other, cards.signed(cards.card_of(one), cards.node_key(one)))
        yield Pair(belgian, dutch)


def test_a_dutch_portal_knows_what_became_of_a_belgian_document(pair: Pair) -> None:
    nodes = Federated(pair.belgian)
    record = nodes.licence()
    text = nodes.document(record)
    assert {one.country for one in issuers_of(pair.dutch).values()} == {"BE", "NL"}
    now = datetime.now(UTC)
    assert check(pair.dutch, text, now).verdict == "unlisted"
    with pytest.raises(Unavailable):
        list_of(pair.dutch, LICENCES, "BE")

    with _served(pair.belgian):
        assert check(pair.dutch, text, now).verdict == "genuine"
        nodes.move(record, "withdraw")
        assert check(pair.dutch, text, now).verdict == "withdrawn"
    assert check(pair.dutch, text, now).verdict == "withdrawn", "the last list stands in"
    lists._fetched.clear()  # noqa: SLF001 - so that no other test meets it


def test_a_check_is_sent_to_the_keeper_elsewhere_and_is_on_record_there(pair: Pair) -> None:
    record = Federated(pair.belgian).licence()
    by = acting_for(pair.dutch, INSPECTOR)
    at = datetime.now(UTC)
    made = [offline.Made("one", LICENCES.name, "BE", record.id, at, "genuine")]
    (outcome,) = offline.put_on_record(pair.dutch, made, purpose="inspection", by=by)
    assert outcome.settled

    belgian = federation.federation_of(pair.belgian).node("BE")
    dutch = federation.federation_of(pair.dutch).node("NL")
    assert Delivery(dutch, Direct({"BE": inbox_of(belgian)})).turn("BE") == 1
    seen = consultations_of(ledger_of(pair.belgian), (CITIZEN,), at.date())
    assert [(one.what.action, one.what.actor.organisation) for one in seen] == [
        (offline.ACTION, "demo-nl-inspection")
    ]
