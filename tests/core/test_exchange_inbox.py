"""The inbox: once each, in order, on record; and the same receipt however often one asks."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from benelux.core.errors import TooMany, Unavailable
from benelux.core.exchange import admitting
from benelux.core.exchange import envelope as envelopes
from benelux.core.exchange import receipt as receipts
from benelux.core.exchange.envelope import VOID, Envelope
from benelux.core.exchange.handlers import TEST, handlers_of
from benelux.core.exchange.inbox import Inbox, Incoming, inbox_of, incoming
from benelux.core.exchange.nodes import Node
from benelux.core.exchange.receipt import Outcome, Receipt
from benelux.core.exchange.tables import OWNER
from benelux.core.exchange.tables import inbox as rows
from benelux.core.house import House
from benelux.core.identity import keyring
from benelux.core.ledger import ledger_of
from benelux.core.ledger.service import verify
from benelux.core.store import Store, drift, migrate
from tests.core.ledgers import Clock
from tests.core.parcels import DOMAIN
from tests.core.posts import acquaint, desk, from_now, labels, node, recorded, signing, three_nodes

KIND = "parcels.parcel"


class Correspondent:
    """An authority of Belgium that writes to the Netherlands, and what it hears."""

    def __init__(self, nodes: dict[str, Node], clock: Clock) -> None:
        self.here, self.there = nodes["BE"], nodes["NL"]
        self.clock = clock
        self.inbox = Inbox(self.there, clock=clock)
        self._key = signing(self.here)

    def write(self, number: int, label: str = "", **changed: object) -> Envelope:
        moment = self.clock()
        body = b'{"label":"%s"}' % (label or f"{number}").encode()
        made = Envelope(
            f"{number:032x}", desk("BE"), "BE", "NL", KIND, "s", number, moment,
            moment + timedelta(days=1), body,
        )  # fmt: skip
        return replace(made, **changed)  # type: ignore[arg-type]

    def send(self, envelope: Envelope) -> Receipt:
        told = self.inbox.answer(envelopes.seal(envelope.pack(), self._key))
        ring = keyring.keyring(self.here.house.store)
        return receipts.read(told, ring.holder, self.clock()).receipt

    def void(self, number: int, voids: str) -> Envelope:
        return self.write(
            number, id=f"{number:031x}f", kind=VOID, body=b'{"voids":"%s"}' % voids.encode()
        )


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[dict[str, Node]]:
    with three_nodes(tmp_path) as found:
        yield found


@pytest.fixture
def be(nodes: dict[str, Node]) -> Correspondent:
    return Correspondent(nodes, from_now())


@pytest.fixture
def nl(nodes: dict[str, Node]) -> Node:
    return nodes["NL"]


def test_the_tables_are_as_the_code_has_them(any_store: Store) -> None:
    migrate(any_store, [OWNER])
    assert drift(any_store, OWNER) == []


def test_a_receipt_says_where_the_message_stands_on_record(be: Correspondent, nl: Node) -> None:
    sent = be.write(1, "a parcel")
    receipt = be.send(sent)
    assert (receipt.outcome, receipt.id, receipt.sender) == (Outcome.TAKEN, sent.id, desk("BE"))
    assert (receipt.authority, receipt.country) == (desk("NL"), "NL")
    assert receipt.digest == envelopes.digest_of(sent.pack())
    log = ledger_of(nl.house).log(receipt.authority)
    assert receipt.entry is not None
    assert log.leaf(receipt.entry).kind == "message"
    assert envelopes.peek(log.read(receipt.entry).decode()) == sent
    assert labels(nl) == ["a parcel"]


def test_the_signed_message_itself_is_the_evidence_in_the_ledger(
    be: Correspondent, nl: Node
) -> None:
    receipt = be.send(be.write(1))
    log = ledger_of(nl.house).log(receipt.authority)
    kept = log.read(receipt.entry or 0).decode()
    ring = keyring.keyring(nl.house.store)
    assert envelopes.open_envelope(kept, ring.holder, be.clock()).sender.id == desk("BE")
    assert verify(ledger_of(nl.house), receipt.authority).holds


def test_a_message_that_comes_twice_is_taken_once_and_answered_alike(
    be: Correspondent, nl: Node
) -> None:
    sent = be.write(1)
    first = be.send(sent)
    be.clock.wait(hours=30)  # even when its deadline has passed since
    assert [be.send(sent) for _ in range(3)] == [first] * 3
    assert labels(nl) == ["1"]
    assert recorded(nl) == 1


def test_one_id_with_two_contents_is_refused_and_on_record(be: Correspondent, nl: Node) -> None:
    be.send(be.write(1, "one"))
    for _ in range(3):
        receipt = be.send(be.write(1, "two"))
        assert (receipt.outcome, receipt.code) == (Outcome.REFUSED, "exchange.reused")
        assert receipt.entry is None
    assert labels(nl) == ["one"]
    assert recorded(nl, "message-refused") == 1


def test_one_authority_cannot_use_up_the_ids_of_another(
    nodes: dict[str, Node], be: Correspondent, nl: Node
) -> None:
    other = Correspondent(nodes, be.clock)
    other._key = signing(nodes["LU"])  # noqa: SLF001 - somebody else writes
    taken = be.write(1, "theirs", sender=desk("LU"), country="LU")
    assert other.send(taken).outcome is Outcome.TAKEN
    assert be.send(be.write(1, "ours")).outcome is Outcome.TAKEN
    assert labels(nl) == ["theirs", "ours"]


def test_what_comes_early_waits_for_those_before_it(be: Correspondent, nl: Node) -> None:
    for number in (3, 2, 5):
        receipt = be.send(be.write(number))
        assert (receipt.outcome, receipt.entry) == (Outcome.HELD, None)
    assert labels(nl) == []
    assert be.send(be.write(1)).outcome is Outcome.TAKEN
    assert labels(nl) == ["1", "2", "3"]
    assert be.send(be.write(3)).outcome is Outcome.TAKEN
    assert be.send(be.write(5)).outcome is Outcome.HELD
    be.send(be.write(4))
    assert labels(nl) == ["1", "2", "3", "4", "5"]
    assert recorded(nl) == 5


def test_on_each_engine_messages_wait_are_taken_and_are_refused(
    tmp_path: Path, any_url: str
) -> None:
    with (
        node(tmp_path / "BE", "BE") as here,
        node(tmp_path / "NL", "NL", database=any_url) as there,
    ):
        acquaint([here, there])
        be = Correspondent({"BE": here, "NL": there}, from_now())
        outcomes = [
            be.send(be.write(number, label)).outcome
            for number, label in ((3, "3"), (2, "refuse"), (1, "1"), (2, "refuse"), (3, "3"))
        ]
        with pytest.raises(RuntimeError):
            be.send(be.write(4, "break"))
        assert labels(there) == ["1", "3"]
        assert recorded(there) == 3
    held, taken, refused = Outcome.HELD, Outcome.TAKEN, Outcome.REFUSED
    assert outcomes == [held, held, taken, refused, taken]


def test_what_waits_is_held_and_what_was_taken_is_not(be: Correspondent, nl: Node) -> None:
    be.send(be.write(2))
    assert _kept_texts(nl) == 1
    be.send(be.write(1))
    assert _kept_texts(nl) == 0


def test_streams_do_not_wait_for_each_other(be: Correspondent, nl: Node) -> None:
    be.send(be.write(2))
    assert be.send(be.write(1, "other", id="e" * 32, stream="t")).outcome is Outcome.TAKEN
    assert labels(nl) == ["other"]


def test_what_waits_has_a_bound(be: Correspondent, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TooMany):
        be.send(be.write(admitting.AHEAD + 1))
    monkeypatch.setattr(admitting, "MOST_HELD", 2)
    be.send(be.write(3))
    be.send(be.write(4))
    with pytest.raises(TooMany):
        be.send(be.write(5))
    be.send(be.write(1))
    assert be.send(be.write(2)).outcome is Outcome.TAKEN


def test_what_its_handler_refuses_counts_and_leaves_nothing_else(
    be: Correspondent, nl: Node
) -> None:
    receipt = be.send(be.write(1, "refuse this"))
    assert (receipt.outcome, receipt.code) == (Outcome.REFUSED, "parcels.unwanted")
    leaf = ledger_of(nl.house).log(receipt.authority).leaf(receipt.entry or 0)
    assert leaf.public == {"from": desk("BE"), "outcome": "refused"}
    assert be.send(be.write(1, "refuse this")) == receipt
    assert be.send(be.write(2, "next")).outcome is Outcome.TAKEN
    assert labels(nl) == ["next"]
    assert recorded(nl) == 2


def test_what_breaks_a_handler_leaves_nothing_and_may_be_sent_again(
    be: Correspondent, nl: Node
) -> None:
    for label, error in (("break", RuntimeError), ("later", Unavailable)):
        with pytest.raises(error):
            be.send(be.write(1, label))
    assert labels(nl) == []
    assert recorded(nl) == 0
    assert be.send(be.write(1, "mended")).outcome is Outcome.TAKEN


def test_a_message_that_breaks_its_handler_does_not_stop_the_one_before_it(
    be: Correspondent, nl: Node
) -> None:
    be.send(be.write(2, "break"))
    be.send(be.write(3))
    assert be.send(be.write(1)).outcome is Outcome.TAKEN
    assert labels(nl) == ["1"]
    with pytest.raises(RuntimeError):
        be.send(be.write(2, "break"))


def test_a_number_is_taken_by_one_message(be: Correspondent, nl: Node) -> None:
    be.send(be.write(1))
    be.send(be.write(3))
    for number in (1, 3):
        receipt = be.send(be.write(number, "another", id="e" * 32))
        assert (receipt.outcome, receipt.code) == (Outcome.REFUSED, "exchange.number")
    assert labels(nl) == ["1"]


def test_a_void_fills_the_place_of_a_message_that_was_given_up(be: Correspondent, nl: Node) -> None:
    lost = be.write(1)
    be.send(be.write(2))
    assert be.send(be.void(1, lost.id)).outcome is Outcome.TAKEN
    assert labels(nl) == ["2"]
    receipt = be.send(lost)
    assert (receipt.outcome, receipt.code) == (Outcome.REFUSED, "exchange.number")


def test_a_void_for_what_had_come_says_so(be: Correspondent, nl: Node) -> None:
    be.send(be.write(1))
    receipt = be.send(be.void(1, be.write(1).id))
    assert (receipt.outcome, receipt.code) == (Outcome.REFUSED, "exchange.received")
    assert labels(nl) == ["1"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"kind": "parcels.unknown"}, "exchange.kind"),
        ({"receiver": "LU"}, "exchange.receiver"),
    ],
)
def test_what_is_not_taken_is_refused_by_a_signed_word(
    be: Correspondent, nl: Node, changed: dict[str, object], code: str
) -> None:
    receipt = be.send(replace(be.write(1), **changed))  # type: ignore[arg-type]
    assert (receipt.outcome, receipt.code, receipt.entry) == (Outcome.REFUSED, code, None)
    assert recorded(nl) == 0


def test_what_is_past_its_deadline_is_refused_by_a_signed_word(be: Correspondent, nl: Node) -> None:
    late = be.write(1)
    be.clock.wait(days=2)
    receipt = be.send(late)
    assert (receipt.outcome, receipt.code) == (Outcome.REFUSED, "exchange.expired")
    assert labels(nl) == []


def test_without_a_key_nobody_signs_and_nothing_is_taken(be: Correspondent, nl: Node) -> None:
    keyring.revoke(nl.house.store, signing(nl).id, author="test", reason="old")
    with pytest.raises(Unavailable) as refused:
        be.send(be.write(1))
    assert refused.value.code == "exchange.no-desk"
    assert labels(nl) == []


def test_a_test_message_is_on_record_and_does_nothing(be: Correspondent, nl: Node) -> None:
    assert be.send(be.write(1, kind=TEST)).outcome is Outcome.TAKEN
    assert labels(nl) == []
    assert recorded(nl) == 1


def test_what_came_in_is_counted_by_country(be: Correspondent, nl: Node) -> None:
    for envelope in (be.write(1), be.write(2, "refuse"), be.void(3, "0" * 32), be.write(9)):
        be.send(envelope)
    with nl.house.store.read() as connection:
        found = incoming(connection)
    assert found == [
        Incoming("BE", outcome, 1, be.clock())
        for outcome in (Outcome.HELD, Outcome.REFUSED, Outcome.TAKEN)
    ]


def test_two_handlers_cannot_want_the_same_kind(nl: Node) -> None:
    twice = House(nl.house.settings, nl.house.store, (DOMAIN, DOMAIN))
    with pytest.raises(ValueError, match=KIND):
        handlers_of(twice)


def test_a_node_has_one_inbox(nl: Node) -> None:
    assert inbox_of(nl) is inbox_of(nl)


def test_a_node_without_authorities_takes_nothing(
    be: Correspondent, nodes: dict[str, Node]
) -> None:
    nowhere = Node("DE", nodes["NL"].house)
    with pytest.raises(Unavailable):
        Inbox(nowhere).answer(envelopes.seal(be.write(1).pack(), signing(nodes["BE"])))


def _kept_texts(nl: Node) -> int:
    with nl.house.store.read() as connection:
        return len(
            connection.scalars(select(rows.c.sealed).where(rows.c.sealed.is_not(None))).all()
        )
