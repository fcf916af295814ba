"""A node as such that calls another: proven by the key of its card, not by that of an authority."""

from datetime import timedelta
from typing import Final

from litestar import Request
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide

from benelux.core.exchange.cards import node_key
from benelux.core.exchange.federation import federation_of
from benelux.core.exchange.nodes import Peer
from benelux.core.exchange.peers import Peers
from benelux.core.house import House
from benelux.core.identity.authority import Authority, AuthorityKind
from benelux.core.identity.caller import own_authorities, read
from benelux.core.identity.keyring import Holder
from benelux.core.identity.keys import Key, KeyKind, now, thumbprint, unb64
from benelux.core.identity.replays import replays
from benelux.core.identity.signatures import verify
from benelux.core.language import Text

Asked = Request[object, object, State]
_A_DAY: Final = timedelta(days=1)


async def calling_node(request: Asked, house: NamedDependency[House]) -> Peer:
    """Which node calls. Raises `NotSignedIn`, `NotAllowed` or `TooMany`."""
    known = {_id_of(peer): peer for peer in _known(house)}

    def holder(key_id: str) -> Holder | None:
        peer = known.get(key_id)
        return _holder(key_id, peer) if peer else None

    asked = read(request, await request.body())
    signed = verify(asked, holder, own_authorities(house.settings))
    spending = replays(house.store)
    await house.store.write_async(lambda connection: spending.spend(connection, signed))
    return known[signed.holder.key.id]


CALLING_NODE: Final = {"node": Provide(calling_node)}


def _known(house: House) -> list[Peer]:
    """The nodes that this one trusts, and itself."""
    federation_of(house)  # reads the cards that the settings name
    own = Peer(house.settings.country, house.settings.origin, node_key(house).public)
    return [own, *Peers.of(house).values()]


def _id_of(peer: Peer) -> str:
    return thumbprint(unb64(peer.key))


def _holder(key_id: str, peer: Peer) -> Holder:
    """The node as the holder of its key, which holds for as long as its card is trusted."""
    moment = now()
    name = f"node-{peer.country.lower()}"
    key = Key(key_id, name, KeyKind.ED25519, peer.key, moment - _A_DAY, moment + _A_DAY)
    title = Text.same(peer.country)
    return Holder(key, Authority(name, title, peer.country, AuthorityKind.REGISTRY, ()))
