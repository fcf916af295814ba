"""What is done with a message that came in: each kind has one handler.

A domain offers its own by `handlers()` in its service. They run in the transaction that takes the
message: what they change, the message in the ledger, and its place in the inbox are one.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from benelux.core.exchange.envelope import Envelope
from benelux.core.house import House
from benelux.core.identity.authority import Authority

Take = Callable[[Connection, House, Envelope, Authority], None]
"""Takes the message of this sender; a `Refusal` undoes what it did, and is told to the sender."""
TEST: Final = "exchange.test"


@dataclass(frozen=True, slots=True)
class Handler:
    """Who takes messages of one kind.

    `competence` is the matter that they are about: an authority here that is charged with it signs
    the receipt and has the message in its ledger.
    """

    kind: str
    take: Take
    competence: str = ""


def _only_on_record(_work: Connection, _house: House, _sent: Envelope, _by: Authority) -> None:
    """A message that tries the connection asks for no more than its receipt."""


HANDLERS: Final = (Handler(TEST, _only_on_record),)
"""Those of core itself."""


def handlers_of(house: House) -> Mapping[str, Handler]:
    """All handlers of this house by their kind; raises `ValueError` when two want the same."""
    found: dict[str, Handler] = {}
    for one in _offered(house):
        if one.kind in found:
            raise ValueError(f"two handlers for messages of the kind {one.kind}")
        found[one.kind] = one
    return found


def _offered(house: House) -> Iterator[Handler]:
    from benelux.core.registers import notices  # noqa: PLC0415 - which needs us
    from benelux.core.registers.offline_away import HANDLER  # noqa: PLC0415 - as above

    yield from (*HANDLERS, HANDLER, notices.handler())
    for domain in house.domains:
        offer = getattr(domain.face("service"), "handlers", None)
        if offer is not None:
            yield from offer()
