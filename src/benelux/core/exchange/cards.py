"""A node's card: who it is, which authorities it speaks for, and the public keys of all of them.

A node signs its card with a key of its own. Whoever trusts that key, once, by comparing its
fingerprint, may take the next cards of that node as they come; a card by another key, an older one,
or one that speaks for another country is refused.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from benelux.core import territory
from benelux.core.errors import Invalid, TooLarge
from benelux.core.house import House
from benelux.core.identity import keyring, registry
from benelux.core.identity.authority import Authority, Service
from benelux.core.identity.devices import Device
from benelux.core.identity.keys import Key, KeyKind, SigningKey, b64, now, read_public, unb64
from benelux.core.language import Message, message
from benelux.core.ledger import heads, ledger_of
from benelux.core.ledger import note as notes

LARGEST: Final = 2 * 1024 * 1024
"""Bytes of a signed card."""
_CARD: Final = "card"
_UNDATED: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Card:
    """What a node says of itself.

    `key` is its own public key; `witness` and `logs` are those of its ledgers, as signed notes
    write them.
    """

    country: str
    address: str
    key: str
    issued_at: datetime
    authorities: tuple[Authority, ...]
    services: tuple[Service, ...]
    devices: tuple[Device, ...]
    keys: tuple[Key, ...]
    witness: str
    logs: tuple[str, ...]

    @property
    def home(self) -> str:
        """The name under which its ledgers and its witness stand."""
        return notes.Key.read(self.witness).name.partition("/")[0]

    @property
    def undated(self) -> "Card":
        """The same without its date, to see whether anything changed."""
        return replace(self, issued_at=_UNDATED)


@dataclass(frozen=True, slots=True)
class _Signed:
    card: dict[str, object]
    signature: str


def node_key(house: House) -> SigningKey:
    """The key of this node itself, made when it is first asked for."""
    secret = ledger_of(house).keys.make("node", _CARD)
    return SigningKey.of(Ed25519PrivateKey.from_private_bytes(secret))


def card_of(house: House) -> Card:
    """The card of this node as it is now."""
    ledger = ledger_of(house)
    country = house.settings.country
    with house.store.read() as connection:
        authorities = [
            one for one in registry.every(connection, Authority) if one.country == country
        ]
        ours = {one.id for one in authorities}
        services = [one for one in registry.every(connection, Service) if one.authority in ours]
        devices = [one for one in registry.every(connection, Device) if one.authority in ours]
    known = [one for one in keyring.keys(house.store) if one.authority in ours]
    shards = ledger.shards()
    with house.store.read() as connection:
        logs = [key.text for shard in shards for key in heads.signers(connection, shard)]
    return Card(
        country,
        house.settings.origin,
        node_key(house).public,
        now(),
        tuple(authorities),
        tuple(services),
        tuple(devices),
        # Why a key was revoked is for its own country to know.
        tuple(replace(one, reason="") for one in sorted(known, key=lambda one: one.id)),
        ledger.witness.key.text,
        tuple(logs),
    )


def signed(card: Card, key: SigningKey) -> bytes:
    """The card as a file that others can trust; the signature covers its JSON, members sorted."""
    plain = msgspec.to_builtins(card)
    signature = b64(key.private.sign(_covered(plain)))
    return msgspec.json.format(msgspec.json.encode(_Signed(plain, signature))) + b"\n"


def read(raw: bytes) -> Card:
    """A card from its file; raises `Invalid` when it is none, or not the one that was signed."""
    if len(raw) > LARGEST:
        raise TooLarge("exchange.card-large", message("This card is too large."))
    try:
        found = msgspec.json.decode(raw, type=_Signed)
        card = msgspec.convert(found.card, Card)
        public = Ed25519PublicKey.from_public_bytes(unb64(card.key))
        public.verify(unb64(found.signature), _covered(found.card))
    except InvalidSignature as error:
        raise _unfit(message("Its signature does not fit: it was changed.")) from error
    except (msgspec.MsgspecError, ValueError) as error:
        raise _unfit(message("It is not the card of a node.")) from error
    return _checked(card)


def fingerprint(key: str) -> str:
    """A public key as people compare it: over the telephone, in groups of four."""
    digest = sha256(unb64(key)).hexdigest()[:40]
    return " ".join(digest[place : place + 4] for place in range(0, len(digest), 4))


def _covered(plain: object) -> bytes:
    return b"benelux-node-card\n" + msgspec.json.encode(plain, order="sorted")


def _checked(card: Card) -> Card:
    """The card; raises `Invalid` when it speaks for others, or names keys that prove nothing."""
    ours = {one.id for one in card.authorities}
    parts: list[Service | Device] = [*card.services, *card.devices]
    holders = {one.id for one in parts} | {""}
    spoken_for = [one.authority for one in (*parts, *card.keys)]
    if card.country not in {one.code for one in territory.countries()}:
        raise _unfit(message("It names no country that is known here."))
    if any(one.country != card.country for one in card.authorities):
        raise _unfit(message("It speaks for an authority of another country."))
    if not ours.issuperset(spoken_for):
        raise _unfit(message("It speaks for an authority that it does not name."))
    if not all(one.holder in holders and _proves(one) for one in card.keys):
        raise _unfit(message("It names a key that proves nothing."))
    if not all(notes.Key.read(one).name.startswith(f"{card.home}/") for one in card.logs):
        raise _unfit(message("It names a ledger that is not its own."))
    return card


def _proves(key: Key) -> bool:
    if key.kind is KeyKind.CERTIFICATE:
        return key.id == key.public
    jwk = msgspec.json.encode({"kty": "OKP", "crv": "Ed25519", "x": key.public})
    return read_public(jwk.decode()).id == key.id


def _unfit(why: Message) -> Invalid:
    return Invalid(
        "exchange.card",
        message("This card of a node cannot be used."),
        why=why,
        now=message("Ask the administrator of that node for a new one: benelux node card."),
    )
