"""Ledgers for tests: their tables, a clock that the test moves, and one consultation."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from benelux.core.ledger import Actor, Consultation, Decision, Entry, Ledger, Log, Receipt, tables
from benelux.core.ledger.keys import MemoryKeys
from benelux.core.store import Store, migrate

OWNER = tables.OWNER
START = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


@dataclass
class Clock:
    """Time that passes when the test says so."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **time: float) -> None:
        self.now += timedelta(**time)


def consultation(case: str = "2026/118", answer: str = "no-hit") -> Consultation:
    return Consultation(
        actor=Actor("nl-politie", "hit-no-hit", "officer-5f2c"),
        action="ask",
        object="token-77aa",
        purpose="investigation of a burglary",
        ground="M(2020)14, art. 4",
        decision=Decision(allowed=True, policy="police-7", rules=("ask-for-offence",)),
        answer=answer,  # type: ignore[arg-type]
        case=case,
        offence_months=48,
    )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(store: Store, clock: Clock) -> Ledger:
    """A ledger without shards."""
    migrate(store, [OWNER])
    return Ledger(store, MemoryKeys(), "nl.example", clock)


@pytest.fixture
def log(ledger: Ledger) -> Log:
    """A shard that holds nothing but its opening."""
    return ledger.open("nl-politie")


@pytest.fixture
def other(tmp_path: Path, clock: Clock) -> Iterator[Ledger]:
    """The ledger of another node, with a store and keys of its own."""
    with Store.open(tmp_path / "other.db") as store:
        migrate(store, [OWNER])
        yield Ledger(store, MemoryKeys(), "be.example", clock)


def fill(log: Log, count: int, start: int = 0) -> list[Receipt]:
    """Append so many entries, all of them waiting for the disk together."""
    waiting = [
        log.submit(Entry("consultation", b"content %d" % number, about=(f"person {number % 7}",)))
        for number in range(start, start + count)
    ]
    return [one.result() for one in waiting]


def tamper(log: Log, statement: str, **values: object) -> None:
    """Change rows behind the ledger's back, as one does who has the database and its triggers."""

    def work(connection: object) -> None:
        for table in ("entry", "head", "signer", "erased", "delay"):
            for act in ("update", "delete"):
                name = f"ledger_{table}_no_{act}"
                connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))  # type: ignore[attr-defined]
        connection.execute(text(statement), values)  # type: ignore[attr-defined]

    log.store.write(work)
