"""What can be done with registers, as sentences."""

from collections.abc import Sequence

from benelux.core.house import House
from benelux.core.identity.facts import Facts
from benelux.core.registers.asking import ask, ask_async, submit
from benelux.core.registers.counting import statistics
from benelux.core.registers.declaration import Register
from benelux.core.registers.desk import keeper_of
from benelux.core.registers.entering import correct, enter, move
from benelux.core.registers.erasing import erase, rotate, sweep
from benelux.core.registers.files import bring_in, export
from benelux.core.registers.reading import history, record_of, records
from benelux.core.registers.values import Acting

__all__ = [
    "ask",
    "ask_async",
    "batch",
    "bring_in",
    "correct",
    "enter",
    "erase",
    "export",
    "history",
    "keeper_of",
    "move",
    "record_of",
    "records",
    "rotate",
    "statistics",
    "submit",
    "sweep",
]


def batch(  # noqa: PLR0913 - what is asked, by whom, why, and as which request
    house: House,
    register: Register,
    texts: Sequence[str],
    *,
    by: Acting,
    facts: Facts,
    request: str,
) -> Sequence[bool]:
    """Whether each of many plates or numbers is in the register today; see `batches.batch`."""
    from benelux.core.registers import batches  # noqa: PLC0415 - what it needs is slow to import

    return batches.batch(house, register, texts, by=by, facts=facts, request=request)
