"""What can be done with the ledgers, as sentences."""

from collections.abc import Collection, Sequence
from concurrent.futures import Future

import msgspec
from sqlalchemy import Connection

from benelux.core.errors import Refusal
from benelux.core.house import House
from benelux.core.identity.person import Person
from benelux.core.ledger import citizen, proofs
from benelux.core.ledger import verify as walking
from benelux.core.ledger import witness as watching
from benelux.core.ledger.citizen import consultations_of, gather, postpone
from benelux.core.ledger.erasure import erase, rotate
from benelux.core.ledger.findings import Verdict
from benelux.core.ledger.heads import rotate_signer
from benelux.core.ledger.log import Ledger
from benelux.core.ledger.model import Consultation, Delay, Entry, Receipt
from benelux.core.ledger.note import Key, Note
from benelux.core.ledger.peers import distrust, trust
from benelux.core.ledger.proofs import Consistency, Proof
from benelux.core.ledger.stamps import Anchors
from benelux.core.ledger.writing import Item, append_in

__all__ = [
    "consistency",
    "consultations_of",
    "distrust",
    "entry_of",
    "erase",
    "gather",
    "postpone",
    "prove",
    "record",
    "record_soon",
    "rotate",
    "rotate_signer",
    "tokens_of",
    "trust",
    "verify",
    "witness",
]


def record(  # noqa: PLR0913 - what is put on record, and what goes with it
    ledger: Ledger,
    shard: str,
    consultation: Consultation,
    *,
    about: Collection[str] = (),
    request: str = "",
    delay: Delay | None = None,
) -> Receipt:
    """Put a consultation on record; once this returns it is on disk.

    `about` are the tokens of the persons concerned, by which they find it. `request` makes it safe
    to send again. With `delay`, the decision is put on record in the same moment.
    Raises `Conflict` when the request number was used for something else.
    """
    if delay is None:
        return record_soon(ledger, shard, consultation, about=about, request=request).result()
    log = ledger.open(shard)
    citizen.checked(delay)
    first = Item.of(log.ring, entry_of(consultation, about, request))

    def work(connection: Connection) -> Receipt | Refusal:
        (outcome,) = append_in(connection, log.ring, [first], log.clock())
        if isinstance(outcome, Receipt) and not outcome.again:
            citizen.append_delay(connection, log, outcome.number, delay)
        return outcome

    outcome = log.store.write(work)
    if isinstance(outcome, Refusal):
        raise outcome  # only here, so that the refusal stays on record
    return outcome


def record_soon(
    ledger: Ledger,
    shard: str,
    consultation: Consultation,
    *,
    about: Collection[str] = (),
    request: str = "",
) -> "Future[Receipt]":
    """The same for many at once: the future is done once the consultation is on disk."""
    return ledger.open(shard).submit(entry_of(consultation, about, request))


def entry_of(consultation: Consultation, about: Collection[str] = (), request: str = "") -> Entry:
    """A consultation as an entry, for `append_in` within a work of one's own."""
    content = msgspec.json.encode(consultation, order="sorted")
    return Entry("consultation", content, request, tuple(about))


def prove(ledger: Ledger, shard: str, number: int, size: int | None = None) -> Proof:
    """Prove that entry `number` is under the head of `size` entries, else under the newest."""
    with ledger.store.read() as connection:
        return proofs.inclusion(connection, shard, number, size)


def consistency(ledger: Ledger, shard: str, earlier: int, later: int) -> Consistency:
    """Prove that the log of `later` entries only adds to the one of `earlier`."""
    with ledger.store.read() as connection:
        return proofs.consistency(connection, shard, earlier, later)


def verify(  # noqa: PLR0913 - what is verified, and what is known from elsewhere
    ledger: Ledger,
    shard: str,
    *,
    elsewhere: Sequence[Note] = (),
    key: Key | None = None,
    deep: bool = False,
    anchors: Anchors | None = None,
) -> Verdict:
    """Walk a whole shard and say what is wrong, and where; see `verify.walk`."""
    log = ledger.log(shard)
    return walking.walk(log, elsewhere=elsewhere, key=key, deep=deep, anchors=anchors)


def witness(ledger: Ledger, text: str, proof: Sequence[bytes] = ()) -> str:
    """Cosign the head of another log, if it continues the last one seen; see `witness.observe`."""
    return watching.observe(ledger, text, proof)


def tokens_of(house: House, person: Person) -> tuple[str, ...]:
    """The tokens under which this person may be on record.

    Core knows the sign-in itself; a domain's service adds those of its registers by its
    `tokens_of(house, person)`.
    """
    found = [f"sign-in {person.issuer} {person.subject}"]
    for domain in house.domains:
        more = getattr(domain.face("service"), "tokens_of", None)
        found.extend(more(house, person) if more else ())
    return tuple(found)
