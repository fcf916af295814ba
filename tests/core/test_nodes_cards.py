"""The cards of nodes: read as they were signed, and never taken for more than they may say."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benelux.core.errors import Conflict, Invalid, NotAllowed, Refusal, TooLarge
from benelux.core.exchange import cards, peers
from benelux.core.exchange.cards import Card
from benelux.core.exchange.federation import federation_of
from benelux.core.identity import keyring, registry
from benelux.core.identity.authority import Authority
from benelux.core.identity.keys import KeyStatus, SigningKey, now
from benelux.core.ledger import ledger_of
from tests.core.union import Union, lasting, union
from tests.visits import opened

__all__ = ["lasting", "union"]  # fixtures


def of(union: Union, country: str) -> tuple[Card, SigningKey]:
    house = union.node(country).house
    return cards.card_of(house), cards.node_key(house)


def later(card: Card, **changes: object) -> Card:
    return replace(card, issued_at=card.issued_at + timedelta(seconds=1), **changes)  # type: ignore[arg-type]


def test_a_card_says_what_it_said_when_it_was_signed(lasting: Union) -> None:
    card, key = of(lasting, "BE")

    assert cards.read(cards.signed(card, key)) == card
    assert {one.country for one in card.authorities} == {"BE"}
    assert {one.authority for one in card.keys} <= {one.id for one in card.authorities}


def test_a_node_has_the_private_keys_of_its_own_country_alone(lasting: Union) -> None:
    folders = {}
    for country in lasting.known.own:
        settings = lasting.node(country).house.settings
        folders[country] = {path.stem for path in (settings.data / "machine-keys").glob("*.pem")}
        known = keyring.keys(lasting.node(country).house.store)
        assert folders[country] < {one.id for one in known}

    assert not folders["BE"] & folders["NL"] | folders["NL"] & folders["LU"]


@given(data=st.data())
def test_a_card_in_which_anything_was_changed_is_refused(
    lasting: Union, data: st.DataObject
) -> None:
    raw = msgspec.json.encode(msgspec.json.decode(cards.signed(*of(lasting, "BE"))))
    place = data.draw(st.integers(0, len(raw) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != raw[place]))
    changed = raw[:place] + bytes([other]) + raw[place + 1 :]

    with suppress(Refusal):
        assert cards.read(changed) == cards.read(raw)  # it was changed only in how it is written


def test_a_card_signed_by_another_is_refused(lasting: Union) -> None:
    card, _ = of(lasting, "BE")

    with pytest.raises(Invalid) as refused:
        cards.read(cards.signed(card, SigningKey.new()))

    assert refused.value.code == "exchange.card"


def test_an_endless_card_is_not_read() -> None:
    with pytest.raises(TooLarge):
        cards.read(b" " * (cards.LARGEST + 1))


def _foreign(card: Card, other: Card) -> Card:
    return later(card, authorities=other.authorities)


def _unnamed(card: Card, _: Card) -> Card:
    return later(card, authorities=card.authorities[1:])


def _proving_nothing(card: Card, _: Card) -> Card:
    return later(card, keys=(replace(card.keys[0], public="A" * 43), *card.keys[1:]))


def _of_nowhere(card: Card, _: Card) -> Card:
    return later(card, country="XX")


def _of_others(card: Card, other: Card) -> Card:
    log = other.witness.replace("/witness", "/ledger/x")
    return later(card, logs=(log,))


@pytest.mark.parametrize(
    "claim",
    [_foreign, _unnamed, _proving_nothing, _of_nowhere, _of_others],
    ids=lambda one: one.__name__,
)
def test_a_card_that_speaks_for_others_is_refused(
    lasting: Union, claim: Callable[[Card, Card], Card]
) -> None:
    (card, key), (other, _) = of(lasting, "BE"), of(lasting, "NL")

    with pytest.raises(Invalid):
        cards.read(cards.signed(claim(card, other), key))


def test_a_node_is_known_by_its_first_key_until_its_administrator_says_otherwise(
    union: Union,
) -> None:
    house, (card, _) = union.node("NL").house, of(union, "BE")
    new = SigningKey.new()
    raw = cards.signed(later(card, key=new.public), new)

    with pytest.raises(NotAllowed) as refused:
        peers.trust(house, raw)
    assert refused.value.code == "exchange.other-node"

    assert peers.trust(house, raw, anew=True).key == new.public
    assert peers.Peers.of(house)["BE"].key == new.public


def test_an_older_card_brings_nothing_back(union: Union) -> None:
    house, (card, key) = union.node("NL").house, of(union, "BE")
    fewer = tuple(one for one in card.keys if one.authority != "demo-be-police")
    peers.trust(house, cards.signed(later(card, address="https://be.example", keys=fewer), key))

    peers.trust(house, cards.signed(card, key))

    assert peers.Peers.of(house)["BE"].address == "https://be.example"


def test_a_revoked_key_stays_revoked_whatever_a_card_says(union: Union) -> None:
    house, (card, key) = union.node("NL").house, of(union, "BE")
    first = card.keys[0]
    revoked = later(card, keys=(replace(first, revoked=True), *card.keys[1:]))
    peers.trust(house, cards.signed(revoked, key))
    peers.trust(house, cards.signed(later(later(card), address="https://be.example"), key))

    assert keyring.find(house.store, first.id).status_at(now()) is KeyStatus.REVOKED


def test_an_authority_that_a_card_names_no_more_may_not_act(union: Union) -> None:
    house, (card, key) = union.node("NL").house, of(union, "BE")
    gone = card.authorities[0].id
    fewer = later(
        card,
        authorities=card.authorities[1:],
        services=tuple(one for one in card.services if one.authority != gone),
        devices=tuple(one for one in card.devices if one.authority != gone),
        keys=tuple(one for one in card.keys if one.authority != gone),
    )
    peers.trust(house, cards.signed(fewer, key))

    with house.store.read() as connection:
        assert not registry.get(connection, Authority, gone).active


def test_a_card_cannot_take_what_belongs_to_another_country(union: Union) -> None:
    house, (card, key) = union.node("NL").house, of(union, "BE")
    taken = replace(card.authorities[0], id="demo-nl-licensing")
    raw = cards.signed(later(card, authorities=(*card.authorities, taken)), key)

    with pytest.raises(Conflict) as refused:
        peers.trust(house, raw)

    assert refused.value.code == "exchange.taken"


def test_a_key_of_one_authority_cannot_become_that_of_another(union: Union) -> None:
    house, (card, key) = union.node("LU").house, of(union, "BE")
    stolen = replace(of(union, "NL")[0].keys[0], authority=card.authorities[0].id)
    raw = cards.signed(later(card, keys=(*card.keys, stolen)), key)

    with pytest.raises(Conflict):
        peers.trust(house, raw)


def test_a_node_trusts_no_card_of_its_own_country(union: Union) -> None:
    with pytest.raises(Conflict) as refused:
        peers.trust(union.node("BE").house, cards.signed(*of(union, "BE")))

    assert refused.value.code == "exchange.own-card"


def test_invented_authorities_count_only_in_a_trial(
    lasting: Union, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("serious")
    with opened(folder, (), country="NL", demo=False) as house, pytest.raises(NotAllowed) as no:
        peers.trust(house, cards.signed(*of(lasting, "BE")))

    assert no.value.code == "exchange.invented"


def test_a_country_that_nobody_knows_has_no_node(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("nowhere")
    with opened(folder, (), country="XX") as house, pytest.raises(Invalid) as refused:
        federation_of(house)

    assert refused.value.faults[0].field == "country"


def test_a_portal_without_a_country_or_a_demonstration_has_no_nodes(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with opened(tmp_path_factory.mktemp("plain"), (), demo=False) as house:
        assert federation_of(house).countries == ()
        assert not (house.settings.data / "nodes").exists()


def test_the_ledgers_of_two_nodes_never_have_the_same_name(lasting: Union) -> None:
    names = {ledger_of(node.house).home for node in lasting.known.own.values()}

    assert len(names) == 3
