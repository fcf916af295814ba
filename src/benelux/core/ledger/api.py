"""The ledgers over HTTP: heads, proofs, and the signatures of witnesses."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

from litestar import MediaType, Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody, PathParameter, QueryParameter
from msgspec import Meta

from benelux.core.exchange.federation import node_for
from benelux.core.house import House
from benelux.core.ledger import heads, proofs
from benelux.core.ledger.cards import HeadCard, ShardCard, head_card, shard_card, shard_cards
from benelux.core.ledger.log import ledger_of
from benelux.core.ledger.note import LONGEST
from benelux.core.ledger.proofs import Proof

_LARGEST: Final = 2**53 - 1
_MOST: Final = 100
Here = NamedDependency[House]
Shard = Annotated[
    str, PathParameter(min_length=1, max_length=63, description="Name of an authority's ledger.")
]
Number = Annotated[int, PathParameter(ge=0, le=_LARGEST, description="Number of an entry, from 0.")]
Size = Annotated[
    int | None,
    QueryParameter(ge=1, le=_LARGEST, description="Entries under the head; else the newest head."),
]
Limit = Annotated[int, QueryParameter(ge=1, le=_MOST, description="How many at most.")]
Before = Annotated[
    int | None,
    QueryParameter(ge=1, le=_LARGEST, description="Only heads of fewer entries than this."),
]
Node = Annotated[
    str, QueryParameter(max_length=8, description="Country of a node that runs with this portal.")
]
_OPEN: Final = {"access-control-allow-origin": "*"}
_REFUSED: Final = {
    status: ResponseSpec(
        dict[str, object],
        description=why,
        media_type="application/problem+json",
        generate_examples=False,
    )
    for status, why in (
        (403, "No witness that this node knows signed it"),
        (409, "It is not a head that was signed here"),
    )
}


@dataclass(frozen=True, slots=True)
class ConsistencyCard:
    """Hashes, in hexadecimal, that lead from the earlier root to the later one."""

    shard: str
    earlier: int
    later: int
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signed:
    """A head with the signature of a witness below it, as a signed note."""

    note: Annotated[str, Meta(max_length=LONGEST)]


@dataclass(frozen=True, slots=True)
class Accepted:
    """That the signature is kept."""

    witness: str
    size: int
    given_at: datetime


@get("/ledger/shards", summary="List the ledgers", tags=["core"], sync_to_thread=True)
def shards(house: Here) -> list[ShardCard]:
    """Each authority's ledger with its newest head and the public keys of its heads."""
    return shard_cards(ledger_of(house))


@get("/ledger/shards/{shard:str}", summary="One ledger", tags=["core"], sync_to_thread=True)
def one_shard(house: Here, shard: Shard) -> ShardCard:
    """One authority's ledger with its newest head and the public keys of its heads."""
    with house.store.read() as connection:
        return shard_card(connection, shard)


@get("/ledger/shards/{shard:str}/heads", summary="Signed heads, the newest first", tags=["core"],
     sync_to_thread=True)  # fmt: skip
def signed_heads(
    house: Here, shard: Shard, limit: Limit = 20, before: Before = None
) -> list[HeadCard]:
    """The heads that were signed as the ledger grew, with the witnesses of each."""
    with house.store.read() as connection:
        shard_card(connection, shard)
        return [
            head_card(connection, head) for head in heads.last(connection, shard, limit, before)
        ]


@get("/ledger/shards/{shard:str}/checkpoint", summary="The newest head as a signed note",
     media_type=MediaType.TEXT, tags=["core"], sync_to_thread=True)  # fmt: skip
def checkpoint(house: Here, shard: Shard) -> Response[str]:
    """The newest head in the text form of C2SP (signed-note, tlog-checkpoint)."""
    with house.store.read() as connection:
        head = heads.newest(connection, shard)
        given = heads.cosignatures(connection, shard, head.size)
    text = heads.with_cosignatures(head, given)
    return Response(text, media_type=MediaType.TEXT, headers=_OPEN)


@get("/ledger/shards/{shard:str}/entries/{number:int}/proof", summary="Prove an entry",
     tags=["core"], sync_to_thread=True)  # fmt: skip
def proof(
    house: Here, shard: Shard, number: Number, size: Size = None, node: Node = ""
) -> Response[Proof]:
    """That the entry is under a signed head, with all that is needed to check it elsewhere."""
    home = node_for(house, node) if node else house
    with home.store.read() as connection:
        found = proofs.inclusion(connection, shard, number, size)
    return Response(found, headers=_OPEN)


@get("/ledger/shards/{shard:str}/consistency", summary="Prove that a ledger only grew",
     tags=["core"], sync_to_thread=True)  # fmt: skip
def consistency(
    house: Here,
    shard: Shard,
    earlier: Annotated[
        int,
        QueryParameter(name="from", ge=1, le=_LARGEST, description="Entries at the earlier head."),
    ],
    later: Annotated[
        int | None,
        QueryParameter(
            name="to", ge=1, le=_LARGEST, description="Entries at the later head; else the newest."
        ),
    ] = None,
) -> Response[ConsistencyCard]:
    """That the later head only adds entries to the earlier one, as RFC 9162 has it."""
    with house.store.read() as connection:
        end = heads.newest(connection, shard).size if later is None else later
        found = proofs.consistency(connection, shard, earlier, end)
    path = tuple(one.hex() for one in found.path)
    return Response(ConsistencyCard(shard, earlier, end, path), headers=_OPEN)


@post("/ledger/shards/{shard:str}/cosignatures", summary="Hand in a witness's signature",
      responses=_REFUSED, tags=["core"], sync_to_thread=True)  # fmt: skip
def cosign(house: Here, shard: Shard, data: JSONBody[Signed]) -> Accepted:
    """Keep the signature of a witness that this node knows, below one of this ledger's heads."""
    kept = heads.accept(ledger_of(house), shard, data.note)
    return Accepted(kept.witness, kept.size, kept.given_at)


ROUTES: Final = (shards, one_shard, signed_heads, checkpoint, proof, consistency, cosign)
