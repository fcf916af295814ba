"""Reading records: as they stand, or as they stood, by the day and by what was known when."""

from collections.abc import Sequence
from datetime import date, datetime

from benelux.core.house import House
from benelux.core.registers.declaration import Register
from benelux.core.registers.desk import desk_of
from benelux.core.registers.rows import Kept, kept_all, kept_of, missing
from benelux.core.registers.timeline import Claim, holding, known
from benelux.core.registers.values import Record


def record_of(
    house: House,
    register: Register,
    id: str,  # noqa: A002 - the word of all who call this
    *,
    day: date | None = None,
    known_at: datetime | None = None,
) -> Record:
    """What holds on `day`, as it was known at that moment; without a day, the newest version.

    Its content is None once it was erased. Raises `NotFound` when nothing holds then. Asks no
    policy: whoever shows it does.
    """
    desk = desk_of(house, register)
    with house.store.read() as connection:
        kept = kept_of(connection, desk.vault, id)
    claim = claim_at(kept, day, known_at)
    if claim is None:
        raise missing(id)
    return kept.record(claim)


def records(
    house: House,
    register: Register,
    *,
    day: date | None = None,
    known_at: datetime | None = None,
) -> Sequence[Record]:
    """The same of every record of which something holds then, without those that were erased."""
    desk = desk_of(house, register)
    with house.store.read() as connection:
        every = kept_all(connection, register, desk.vault)
    found = ((kept, claim_at(kept, day, known_at)) for kept in every.values() if not kept.erased)
    return [kept.record(claim) for kept, claim in found if claim is not None]


def history(
    house: House,
    register: Register,
    id: str,  # noqa: A002 - as above
) -> Sequence[Record]:
    """Every version, the newest first; raises `NotFound`."""
    desk = desk_of(house, register)
    with house.store.read() as connection:
        kept = kept_of(connection, desk.vault, id)
    return [kept.record(claim) for claim in kept.claims]


def claim_at(kept: Kept, day: date | None, known_at: datetime | None) -> Claim | None:
    """What a record claims for that day, as known then; without a day, the newest claim."""
    claims = known(kept.claims, known_at)
    if day is None:
        return claims[0] if claims else None
    return holding(claims, day)
