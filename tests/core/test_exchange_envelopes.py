"""Envelopes: who has signed what for whom, and nothing else is taken."""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from benelux.core.errors import Conflict, Invalid, NotAllowed, NotSignedIn, Refusal, TooLarge
from benelux.core.exchange import envelope as envelopes
from benelux.core.exchange import jws
from benelux.core.exchange import receipt as receipts
from benelux.core.exchange.envelope import Envelope, NotTaken, open_envelope, refuse_unfit, seal
from benelux.core.exchange.inbox import Inbox
from benelux.core.exchange.nodes import Node
from benelux.core.exchange.receipt import Outcome, Receipt
from benelux.core.exchange.tables import outbox
from benelux.core.identity import keyring, registry
from benelux.core.identity.authority import Authority, Service
from benelux.core.identity.keys import SigningKey, now
from benelux.core.identity.keystore import KeyFolder
from benelux.core.identity.signatures import SKEW
from benelux.core.language import Text
from tests.core.posts import authority, desk, labels, put, signing, three_nodes

MOMENT = datetime(2026, 11, 24, 10, tzinfo=UTC)
Find = Callable[[str], keyring.Holder | None]
BODY = b'{"label":"fireworks"}'


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Node]]:
    with three_nodes(tmp_path_factory.mktemp("nodes")) as found:
        yield found


@pytest.fixture(scope="module")
def key(nodes: dict[str, Node]) -> SigningKey:
    return signing(nodes["BE"])


@pytest.fixture(scope="module")
def holder(nodes: dict[str, Node]) -> Find:
    return keyring.keyring(nodes["NL"].house.store).holder


def envelope(**changed: object) -> Envelope:
    moment = now()
    made = Envelope(
        uuid4().hex, desk("BE"), "BE", "NL", "parcels.parcel", "parcels.parcel", 1,
        moment, moment + timedelta(days=1), BODY,
    )  # fmt: skip
    return replace(made, **changed)  # type: ignore[arg-type]


def code_of(refused: "pytest.ExceptionInfo[Refusal]") -> str:
    return refused.value.code.removeprefix("exchange.")


def test_what_was_sealed_is_what_is_opened(key: SigningKey, holder: Find) -> None:
    sent = envelope()
    found = open_envelope(seal(sent.pack(), key), holder, now())
    assert found.envelope == sent
    assert found.sender == authority("BE")
    assert found.envelope.read(dict[str, str]) == {"label": "fireworks"}


def test_the_header_names_algorithm_type_and_key_and_nothing_else(key: SigningKey) -> None:
    head = seal(envelope().pack(), key).partition(".")[0]
    assert json.loads(base64.urlsafe_b64decode(head + "==")) == {
        "alg": "Ed25519",
        "typ": "benelux-envelope+json",
        "kid": key.id,
    }


@given(st.data())
def test_any_bit_that_is_changed_is_refused(
    key: SigningKey, holder: Find, data: st.DataObject
) -> None:
    sealed = bytearray(seal(envelope(sent_at=now(), id="0" * 32).pack(), key).encode())
    place = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[place // 8] ^= 1 << place % 8
    with pytest.raises(Refusal) as refused:
        open_envelope(sealed.decode("latin-1"), holder, now())
    assert refused.value.status < 500


@given(st.text(max_size=300) | st.from_regex(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+"))
def test_whatever_is_no_envelope_is_refused(holder: Find, text: str) -> None:
    for read in (partial(open_envelope, holder_of=holder, moment=now()), envelopes.peek):
        with pytest.raises(Refusal):
            read(text)


@pytest.mark.parametrize("algorithm", ["none", "HS256", "EdDSA", "ES256", "ed25519", ""])
def test_no_other_algorithm_is_taken(key: SigningKey, holder: Find, algorithm: str) -> None:
    sealed = forged(key, {"alg": algorithm, "typ": envelopes.TYPE, "kid": key.id})
    with pytest.raises(NotSignedIn) as refused:
        open_envelope(sealed, holder, now())
    assert code_of(refused) == "signature-algorithm"


def test_a_public_key_used_as_a_secret_proves_nothing(key: SigningKey, holder: Find) -> None:
    from joserfc import jws as jose  # noqa: PLC0415 - only to forge with
    from joserfc.jwk import OctKey  # noqa: PLC0415

    secret = OctKey.import_key(key.private.public_key().public_bytes_raw())
    header = {"alg": "HS256", "typ": envelopes.TYPE, "kid": key.id}
    sealed = jose.serialize_compact(header, envelope().pack(), secret, ["HS256"])
    with pytest.raises(NotSignedIn):
        open_envelope(sealed, holder, now())


@pytest.mark.parametrize(
    "more", [{"crit": ["exp"]}, {"b64": False}, {"jwk": {}}, {"x5u": "https://x"}, {"jku": "x"}]
)
def test_a_header_with_anything_more_is_refused(
    key: SigningKey, holder: Find, more: dict[str, object]
) -> None:
    header = {"alg": "Ed25519", "typ": envelopes.TYPE, "kid": key.id, **more}
    with pytest.raises(NotSignedIn) as refused:
        open_envelope(forged(key, header), holder, now())
    assert code_of(refused) == "signature-unreadable"


def test_the_name_of_a_key_has_a_bound(key: SigningKey, holder: Find) -> None:
    header = {"alg": "Ed25519", "typ": envelopes.TYPE, "kid": "k" * 101}
    with pytest.raises(NotSignedIn) as refused:
        open_envelope(forged(key, header), holder, now())
    assert code_of(refused) == "signature-unreadable"


def test_a_receipt_is_no_envelope_and_an_envelope_is_no_receipt(
    key: SigningKey, holder: Find
) -> None:
    receipt = Receipt("0" * 32, "x", "y", desk("BE"), "BE", Outcome.TAKEN, now(), 7)
    with pytest.raises(NotSignedIn) as refused:
        open_envelope(receipts.seal(receipt, key), holder, now())
    assert code_of(refused) == "signature-type"
    with pytest.raises(NotSignedIn) as refused:
        receipts.read(seal(envelope().pack(), key), holder, now())
    assert code_of(refused) == "signature-type"


def test_a_key_that_nobody_knows_proves_nothing(holder: Find) -> None:
    with pytest.raises(NotSignedIn) as refused:
        open_envelope(seal(envelope().pack(), SigningKey.new()), holder, now())
    assert code_of(refused) == "signature-unknown-key"


def test_the_name_of_a_known_key_under_another_signature_is_refused(
    key: SigningKey, holder: Find
) -> None:
    thief = SigningKey(key.id, SigningKey.new().private)
    with pytest.raises(NotSignedIn) as refused:
        open_envelope(seal(envelope().pack(), thief), holder, now())
    assert code_of(refused) == "signature-wrong"


def test_nobody_speaks_for_another_authority(nodes: dict[str, Node], holder: Find) -> None:
    other = signing(nodes["LU"])
    for changed in ({}, {"sender": desk("LU")}, {"country": "LU"}):
        with pytest.raises(NotSignedIn) as refused:
            open_envelope(seal(envelope(**changed).pack(), other), holder, now())
        assert code_of(refused) == "signature-sender"


def test_a_revoked_key_proves_nothing_any_more(tmp_path: Path) -> None:
    with three_nodes(tmp_path) as nodes:
        key, there = signing(nodes["BE"]), nodes["NL"].house.store
        sealed = seal(envelope().pack(), key)
        open_envelope(sealed, keyring.keyring(there).holder, now())
        keyring.revoke(there, key.id, author="test", reason="stolen")
        with pytest.raises(NotAllowed) as refused:
            open_envelope(sealed, keyring.keyring(there).holder, now())
        assert refused.value.code == "identity.key-revoked"


def test_a_suspended_authority_sends_nothing_and_is_not_heard(tmp_path: Path) -> None:
    with three_nodes(tmp_path) as nodes:
        sealed = seal(envelope().pack(), signing(nodes["BE"]))
        for one in nodes.values():
            suspend = partial(registry.suspend, kind=Authority, key=desk("BE"), author="test")
            one.house.store.write(suspend)
        with pytest.raises(NotAllowed) as refused:
            Inbox(nodes["NL"]).answer(sealed)
        assert refused.value.code == "identity.suspended"
        with pytest.raises(NotAllowed):
            put(nodes["BE"], "NL", "one")
        assert labels(nodes["NL"]) == []


def test_the_key_of_a_service_speaks_for_no_authority(tmp_path: Path) -> None:
    with three_nodes(tmp_path) as nodes:
        house = nodes["NL"].house
        service = Service("be-desk", desk("BE"), Text.same("Desk"))
        house.store.write(partial(registry.enter, one=service, author="test"))
        keys = KeyFolder.of(house.settings)
        made = keyring.make(house.store, keys, desk("BE"), holder="be-desk", author="test")
        sealed = seal(envelope().pack(), keys.read(made.id))
        with pytest.raises(NotAllowed) as refused:
            open_envelope(sealed, keyring.keyring(house.store).holder, now())
        assert code_of(refused) == "key-of-a-part"


@given(st.integers(-7200, 7200))
def test_clocks_may_differ_by_half_a_minute(key: SigningKey, holder: Find, skew: int) -> None:
    moment = now()
    late = timedelta(seconds=skew)
    sent = envelope(sent_at=moment + late, deadline=moment + late + timedelta(hours=3))
    sealed = seal(sent.pack(), key)
    if late <= SKEW:
        assert open_envelope(sealed, holder, moment).envelope == sent
    else:
        with pytest.raises(NotSignedIn) as refused:
            open_envelope(sealed, holder, moment)
        assert code_of(refused) == "signature-future"


@pytest.mark.parametrize(
    ("life", "later", "code"),
    [
        (timedelta(hours=1), timedelta(hours=1, seconds=29), ""),
        (timedelta(hours=1), timedelta(hours=1, seconds=30), "expired"),
        (timedelta(hours=1), timedelta(days=2), "expired"),
        (timedelta(), timedelta(), "deadline"),
        (-timedelta(seconds=1), timedelta(), "deadline"),
        (timedelta(days=30), timedelta(), ""),
        (timedelta(days=30, seconds=1), timedelta(), "deadline"),
    ],
)
def test_after_its_deadline_a_message_is_not_taken(
    life: timedelta, later: timedelta, code: str
) -> None:
    sent = envelope(sent_at=MOMENT, deadline=MOMENT + life)
    if not code:
        refuse_unfit(sent, "NL", MOMENT + later)
        return
    with pytest.raises(NotTaken) as refused:
        refuse_unfit(sent, "NL", MOMENT + later)
    assert code_of(refused) == code


def test_a_message_for_another_country_is_not_taken() -> None:
    with pytest.raises(Conflict) as refused:
        refuse_unfit(envelope(receiver="LU"), "NL", now())
    assert code_of(refused) == "receiver"


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "A" * 32}, {"id": "0" * 31}, {"receiver": "nl"}, {"receiver": "NLD"},
        {"kind": "parcel"}, {"kind": "Parcels.x"}, {"stream": ""}, {"stream": "-a"},
        {"number": 0}, {"number": 2**53}, {"sent_at": datetime(2026, 1, 1)},  # noqa: DTZ001 - that is the point
        {"body": b"{"}, {"body": b""}, {"body": b"[" * 100_000 + b"]" * 100_000},
    ],
)  # fmt: skip
def test_an_envelope_that_cannot_be_is_not_made(changed: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        envelope(**changed).pack()


def test_a_body_of_another_shape_is_refused_in_words() -> None:
    for body in (b"[]", b'{"label": 7}', b'{"label": "\xff"}'):
        with pytest.raises(Invalid):
            replace(envelope(), body=body).read(dict[str, str])


def test_ten_megabytes_are_refused_before_they_are_read(
    nodes: dict[str, Node], key: SigningKey
) -> None:
    large = envelope(body=json.dumps("x" * 10_000_000).encode())
    with pytest.raises(TooLarge) as refused:
        Inbox(nodes["NL"]).answer(seal(large.pack(), key))
    assert code_of(refused) == "too-large"
    with pytest.raises(TooLarge):
        put(nodes["BE"], "NL", "x" * 10_000_000)


def test_the_largest_message_that_can_be_put_can_be_taken(tmp_path: Path) -> None:
    with three_nodes(tmp_path) as nodes:
        put(nodes["BE"], "NL", "x" * 749_000)
        with nodes["BE"].house.store.read() as connection:
            payload = connection.scalars(select(outbox.c.payload)).one()
        sealed = seal(payload, signing(nodes["BE"]))
        assert 990_000 < len(sealed) <= jws.LARGEST
        Inbox(nodes["NL"]).answer(sealed)
        assert [len(one) for one in labels(nodes["NL"])] == [749_000]


def test_the_private_key_never_leaves(tmp_path: Path) -> None:
    with three_nodes(tmp_path) as nodes:
        key = signing(nodes["BE"])
        raw = key.private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        put(nodes["BE"], "NL", "one")
        sealed = seal(envelope().pack(), key)
        told = Inbox(nodes["NL"]).answer(sealed)
        spelt = [raw, raw.hex().encode(), base64.b64encode(raw).rstrip(b"=")]
        spelt.append(base64.urlsafe_b64encode(raw).rstrip(b"="))
        own = KeyFolder.of(nodes["BE"].house.settings).folder
        kept = [path for path in tmp_path.rglob("*") if path.is_file() and path.parent != own]
        written = [path.read_bytes() for path in kept]
        said = [part.encode() for part in (sealed, told, repr(key), str(key))]
        said += [jws.unproven_payload(one) for one in (sealed, told)]
        assert len(written) > 6
        assert not [one for one in (*written, *said) for secret in spelt if secret in one]


def forged(key: SigningKey, header: dict[str, object]) -> str:
    """An envelope with that header, and a signature by the right key over it."""
    parts = [json.dumps(header).encode(), envelope().pack()]
    told = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    made = base64.urlsafe_b64encode(key.private.sign(told)).rstrip(b"=")
    return b".".join((told, made)).decode()
