"""What nodes tell each other by themselves: who may act no more, and how far their ledgers are."""

from dataclasses import replace

import msgspec
import pytest
from litestar.testing import TestClient

from benelux.core.errors import Refusal
from benelux.core.exchange import cards, standing
from benelux.core.exchange import neighbours as telling
from benelux.core.exchange.app import machine_app
from benelux.core.exchange.cards import node_key
from benelux.core.exchange.fanout import fan_out
from benelux.core.exchange.gathering import who_asked
from benelux.core.exchange.lines import Line, Told, line
from benelux.core.exchange.neighbours import Neighbours
from benelux.core.exchange.node_api import About, Recognised
from benelux.core.exchange.trying import said, try_connection
from benelux.core.identity import keyring, registry
from benelux.core.identity.authority import Authority
from benelux.core.identity.keys import SigningKey
from benelux.core.identity.keystore import KeyFolder
from benelux.core.identity.messages import HttpRequest
from benelux.core.identity.person import Person
from benelux.core.identity.signatures import sign
from benelux.core.ledger import ledger_of
from benelux.core.ledger.model import carried
from benelux.core.ledger.witness import GOOD, watched
from tests.core.union import Union, asking, officer, permit, union

__all__ = ["union"]  # a fixture
EMMA = Person("demo-citizen", "Emma Lambert", "—", (), "demo")
SIGNED_IN = "sign-in demo demo-citizen"
INSPECTION = "demo-nl-inspection"
CONSULTATIONS = "/api/exchange/consultations"


@pytest.fixture
def neighbours(union: Union) -> Neighbours:
    found = Neighbours(union.portal)
    found.turn()
    return found


def test_nothing_is_told_twice(neighbours: Neighbours) -> None:
    neighbours.turn()

    assert neighbours.turn() == 0


def test_who_is_suspended_at_home_may_act_nowhere(union: Union, neighbours: Neighbours) -> None:
    home = union.node("NL").house
    inspector = union.inspector()
    home.store.write(lambda work: registry.suspend(work, Authority, INSPECTION, author="test"))
    neighbours.turn()

    found = fan_out(union.known, asking("C-1"), inspector, 10, countries=["BE", "LU"])

    assert {one.code for one in found.failures} == {"identity.suspended"}


def test_a_key_that_is_revoked_at_home_proves_nothing_anywhere(
    union: Union, neighbours: Neighbours
) -> None:
    home = union.node("NL").house
    key = keyring.keys(home.store, INSPECTION)[0]
    keyring.revoke(home.store, key.id, author="test", reason="stolen")
    neighbours.turn()

    for country in ("BE", "LU"):
        found = keyring.find(union.node(country).house.store, key.id)
        assert found.revoked
        assert found.reason == ""  # why is for its own country to know


def test_a_node_whose_neighbour_is_away_tells_it_later(
    union: Union, neighbours: Neighbours, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = union.node("NL").house
    told = Line.post

    def post(self: Line, path: str, content: bytes, **how: object) -> Told:
        if self.country == "LU":
            return Told("LU", 200, b"<html>")
        return told(self, path, content, **how)  # type: ignore[arg-type]

    home.store.write(lambda work: registry.suspend(work, Authority, INSPECTION, author="test"))
    with monkeypatch.context() as patched:
        patched.setattr(Line, "post", post)
        neighbours.turn()
    assert active(union, "LU")

    neighbours.turn()
    assert not active(union, "LU")


def active(union: Union, country: str) -> bool:
    with union.node(country).house.store.read() as connection:
        return registry.get(connection, Authority, INSPECTION).active


def test_heads_are_witnessed_by_the_others(union: Union, neighbours: Neighbours) -> None:
    permit(union.node("BE"), "C-1")
    fan_out(union.known, asking("C-1"), union.inspector(), 10)
    neighbours.turn()

    shown = {one.country: one for one in standing.every(union.portal)}
    assert shown["BE"].witnessed_at is not None
    assert shown["NL"].witnessed_at is not None
    assert neighbours.turn() == 0


def test_a_lost_answer_of_a_witness_does_no_harm(
    union: Union, neighbours: Neighbours, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(telling.heads, "accept", lambda *_: None)
        fan_out(union.known, asking("C-1"), union.inspector(), 10)
        neighbours.turn()
    fan_out(union.known, asking("C-2"), union.inspector(), 10)

    neighbours.turn()

    assert neighbours.turn() == 0
    with union.node("BE").house.store.read() as connection:
        assert all(one.verdict in GOOD for one in watched(connection))


def test_a_person_sees_who_asked_in_every_country(union: Union) -> None:
    for country in union.known.own:
        permit(union.node(country), "C-1", about=(SIGNED_IN,))
    fan_out(union.known, asking("C-1"), union.inspector(), 10)
    fan_out(union.known, asking("C-2"), union.inspector(), 10)

    found = who_asked(union.portal, EMMA, ledger_of(union.portal).clock().date())

    asked = [one for one in found.found if one.what.actor.organisation == INSPECTION]
    assert sorted(one.country for one in asked) == ["BE", "LU", "NL"]
    assert found.failures == ()


def test_the_country_that_does_not_tell_is_named(
    union: Union, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Line.post_soon

    async def post_soon(self: Line, path: str, content: bytes, **how: object) -> Told:
        if self.country == "LU":
            return Told("LU", 200, b"nonsense")
        return await told(self, path, content, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(Line, "post_soon", post_soon)
    found = who_asked(union.portal, EMMA, ledger_of(union.portal).clock().date())

    assert found.failures == ("LU",)


def test_the_name_of_a_person_does_not_travel(
    union: Union, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[bytes] = []
    told = Line.post_soon

    async def post_soon(self: Line, path: str, content: bytes, **how: object) -> Told:
        sent.append(content)
        return await told(self, path, content, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(Line, "post_soon", post_soon)
    who_asked(union.portal, EMMA, ledger_of(union.portal).clock().date())

    assert len(sent) == 3
    assert not any(b"demo-citizen" in one for one in sent)


def test_only_a_node_may_gather_for_a_person(union: Union) -> None:
    """The key of an authority is not enough: it would learn who is looked into."""
    body = msgspec.json.encode(About((carried(SIGNED_IN),)))
    home = union.node("NL").house
    police = keyring.signing_key(home.store, KeyFolder.of(home.settings), INSPECTION)
    for key in (None, SigningKey.new(), police):
        told = line(union.known, "BE").post(CONSULTATIONS, body, key=key)
        assert told.status == 401
    assert line(union.known, "BE").post(CONSULTATIONS, body, key=node_key(home)).status == 200


def test_what_a_node_sent_once_counts_once(union: Union) -> None:
    node = union.node("BE")
    base = node.house.settings.origin
    request = HttpRequest.to(
        f"{base}/api/exchange/caller", "POST", {"Content-Type": "application/json"}, b"{}"
    )
    headers = {
        "content-type": "application/json", **sign(request, node_key(union.node("NL").house)),
    }  # fmt: skip
    client = TestClient(machine_app(node.house), base_url=base)

    first = client.post("/api/exchange/caller", content=b"{}", headers=headers)
    again = client.post("/api/exchange/caller", content=b"{}", headers=headers)

    assert msgspec.json.decode(first.content, type=Recognised).country == "NL"
    assert again.json()["code"] == "identity.signature-replayed"


def test_a_connection_can_be_tried(union: Union) -> None:
    tried = try_connection(union.known, "LU")

    assert tried.good
    assert tried.ahead_s == 0
    assert "LU" in said(tried).to("en")


def test_a_card_of_a_stranger_is_not_taken(union: Union) -> None:
    stranger = SigningKey.new()
    card = cards.card_of(union.node("BE").house)
    german = replace(
        card, country="DE", key=stranger.public, authorities=(), services=(), devices=(), keys=(),
        logs=(),
    )  # fmt: skip

    told = line(union.known, "NL").post("/api/exchange/node", cards.signed(german, stranger))

    with pytest.raises(Refusal) as refused:
        told.read(dict)
    assert refused.value.code == "exchange.unknown-node"


def test_an_officer_of_one_country_asks_from_the_node_of_that_country(union: Union) -> None:
    by = officer(union.node("BE"), "demo-police-be")

    found = fan_out(union.known, asking("C-1"), by, 10)

    assert [one.country for one in found.replies] == ["BE", "NL", "LU"]
    assert ledger_of(union.node("BE").house).log("demo-be-police").size() == 3
