"""What nodes tell each other: their cards, the heads of their ledgers, and who asked about whom."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Final

from anyio import to_thread
from litestar import MediaType, Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody, QueryParameter
from msgspec import Meta

from benelux.core.exchange import cards, peers, standing
from benelux.core.exchange.caller import CALLING_NODE
from benelux.core.exchange.federation import federation_of, node_for
from benelux.core.exchange.nodes import Peer
from benelux.core.exchange.standing import NodeCard
from benelux.core.house import House
from benelux.core.ledger import ledger_of, witness
from benelux.core.ledger import note as notes
from benelux.core.ledger.citizen import Asked, consultations_of

Here = NamedDependency[House]
Body = Request[object, object, State]
_MOST: Final = 1000
_MOST_TOKENS: Final = 50
_HASHES: Final = 128
_FRESH: Final = {"cache-control": "no-store"}  # it changes without a change of the store
Country = Annotated[
    str, QueryParameter(max_length=2, description="Of which country, where there are several.")
]
Hash = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Token = Annotated[str, Meta(pattern="^sha256:[0-9a-f]{64}$")]


def _refused(*told: tuple[int, str]) -> dict[int, ResponseSpec]:
    return {
        status: ResponseSpec(
            dict[str, object],
            description=why,
            media_type="application/problem+json",
            generate_examples=False,
        )
        for status, why in told
    }


@dataclass(frozen=True, slots=True)
class Head:
    """A signed head, and the proof that its log only grew since it had `since` entries."""

    note: Annotated[str, Meta(max_length=notes.LONGEST)]
    since: Annotated[int, Meta(ge=0, le=2**53 - 1)] = 0
    path: Annotated[tuple[Hash, ...], Meta(max_length=_HASHES)] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """The same head with our signature, or the size of the last one that was seen here instead."""

    note: str = ""
    since: int = 0


@dataclass(frozen=True, slots=True)
class About:
    """A person, by the hashes of the tokens under which they may be on record."""

    tokens: Annotated[tuple[Token, ...], Meta(min_length=1, max_length=_MOST_TOKENS)]


@dataclass(frozen=True, slots=True)
class Recognised:
    """Which node calls, as far as this one can tell, and what time it is here."""

    country: str
    here: str
    at: datetime


@get("/exchange/nodes", summary="List the nodes", tags=["core"], sync_to_thread=True)
def nodes(house: Here) -> Response[list[NodeCard]]:
    """The nodes that this portal knows, and whether they can be reached."""
    return Response(standing.every(house), headers=_FRESH)


@get("/exchange/node", summary="The card of this node", tags=["core"],
     media_type=MediaType.JSON, sync_to_thread=True)  # fmt: skip
def node(house: Here, country: Country = "") -> Response[bytes]:
    """Which authorities this node speaks for, with their public keys, signed by the node.

    Of several nodes in one portal, the first where no country is named.
    """
    first = next(iter(federation_of(house).own), "")
    one = node_for(house, country or house.settings.country or first)
    raw = cards.signed(cards.card_of(one), cards.node_key(one))
    return Response(raw, media_type=MediaType.JSON, headers=_FRESH)


@post("/exchange/node", summary="Hand in the next card of a node", tags=["core"], status_code=200,
      responses=_refused((403, "Nobody here trusts that node"),
                         (409, "It claims what belongs to others")))  # fmt: skip
async def announce(request: Body, house: Here) -> NodeCard:
    """Take the newest card of a node that is trusted here; what it revokes counts at once."""
    raw = await request.body()
    return await to_thread.run_sync(partial(_announced, house, raw))


def _announced(house: House, raw: bytes) -> NodeCard:
    one = node_for(house, "")
    card = peers.trust_again(one, raw)
    return standing.of_card(one, card)


@post("/exchange/heads", summary="Have the head of a ledger witnessed", tags=["core"],
      status_code=200, sync_to_thread=True,
      responses=_refused((403, "Nobody here knows that ledger"),
                         (409, "It contradicts what was seen before")))  # fmt: skip
def heads(house: Here, data: JSONBody[Head]) -> Seen:
    """Sign the head of another node's ledger, when it continues the last one that was seen."""
    ledger = ledger_of(node_for(house, ""))
    point = notes.read(data.note).checkpoint
    with ledger.store.read() as connection:
        last = witness.last_seen(connection, point.origin)
    if last is not None and last.size < point.size and last.size != data.since:
        return Seen(since=last.size)
    proof = [bytes.fromhex(one) for one in data.path]
    return Seen(witness.observe(ledger, data.note, proof), point.size)


@post("/exchange/consultations", summary="Who asked about a person", tags=["core"],
      status_code=200, dependencies=CALLING_NODE, sync_to_thread=True,
      responses=_refused((401, "Nothing proves which node asks")))  # fmt: skip
def consultations(house: Here, node: NamedDependency[Peer], data: JSONBody[About]) -> list[Asked]:
    """What this node may tell a person whom another node has let sign in; the newest first."""
    del node  # that it is a trusted one is all that counts
    today = datetime.now(UTC).date()
    found = consultations_of(ledger_of(house), data.tokens, today)
    return [replace(one, country=house.settings.country) for one in found[:_MOST]]


@post("/exchange/caller", summary="Try the connection of a node", tags=["core"],
      status_code=200, dependencies=CALLING_NODE,
      responses=_refused((401, "Nothing proves which node calls")))  # fmt: skip
async def recognise(house: Here, node: NamedDependency[Peer]) -> Recognised:
    """Says which node you are to this one, or why it cannot be sure."""
    return Recognised(node.country, house.settings.country, datetime.now(UTC))


ROUTES: Final = (nodes, node, announce, heads, consultations, recognise)
