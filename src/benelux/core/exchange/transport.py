"""What carries sealed messages to another node. None of them is trusted, and none has to be."""

from collections.abc import Mapping
from typing import Protocol

from benelux.core.exchange.inbox import Inbox
from benelux.core.exchange.refusals import away


class Transport(Protocol):
    """Carries a sealed message to the node of a country."""

    @property
    def patience(self) -> float:
        """Seconds after which a message is sent again when no receipt has come."""

    def send(self, country: str, attempt: str, sealed: str) -> str | None:
        """Carry it; the receipt, or None when that comes later by itself.

        `attempt` is the name of this attempt, by which a carrier may drop what it has already.
        Raises `Unavailable` when the other side does not answer, and any other `Refusal` that it
        answers with.
        """


class Direct:
    """Straight into the inboxes of nodes in this process."""

    patience = 60.0

    def __init__(self, inboxes: Mapping[str, Inbox]) -> None:
        self._inboxes = inboxes

    def send(self, country: str, attempt: str, sealed: str) -> str | None:
        del attempt
        inbox = self._inboxes.get(country)
        if inbox is None:
            raise away(country)
        return inbox.answer(sealed)
