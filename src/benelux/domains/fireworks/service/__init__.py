"""What can be done with passes, sheets of market surveillance, and reports about precursors."""

from benelux.core.exchange.handlers import Handler
from benelux.core.house import House
from benelux.domains.fireworks.service import passing, sharing


def handlers() -> tuple[Handler, ...]:
    """Who takes the messages of this domain."""
    return (*sharing.handlers(), *passing.handlers())


def furnish(house: House) -> None:
    """Invented content for a demonstration."""
    from benelux.domains.fireworks.service import demo, passes_demo  # noqa: PLC0415 - seldom

    demo.furnish(house)
    passes_demo.furnish(house)
