"""How often somebody may ask, and what is noticed: limits, runs, and alarms on record."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benelux.core.errors import TooMany
from benelux.core.identity import alarms, limits, runs
from benelux.core.identity.facts import Actor
from benelux.core.identity.limits import count, spend
from benelux.core.identity.tables import OWNER
from benelux.core.language import message
from benelux.core.ledger.keys import FolderKeys, MemoryKeys
from benelux.core.ledger.log import Ledger, Log
from benelux.core.ledger.ring import Ring
from benelux.core.ledger.service import verify
from benelux.core.ledger.tables import OWNER as LEDGER
from benelux.core.registers import numbers
from benelux.core.registers.declaration import Purpose
from benelux.core.registers.values import Acting, Subject
from benelux.core.store import Store, migrate

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CHECK = Purpose("check", message("Check"), an_hour=3, a_day=5)
WIDE = Purpose("wide", message("Wide"), an_hour=1000, a_day=1000)
OFFICER = Acting(Actor("Officer", "x 1", "nl-police", "NL"), "nl-police", "abc", "nl-desk")
OTHER = Acting(Actor("Officer", "x 2", "nl-police", "NL"), "nl-police", "def")


@pytest.fixture
def counted(any_store: Store) -> Store:
    migrate(any_store, [OWNER])
    return any_store


@dataclass(frozen=True)
class Watched:
    """A keeper's ledger, and the questions that are asked of its register."""

    store: Store
    ledger: Ledger
    log: Log

    def ask(
        self, purpose: Purpose = WIDE, by: Acting = OFFICER, at: datetime = NOON, **subject: object
    ) -> TooMany | None:
        asked = Subject(**subject) if subject else None  # type: ignore[arg-type]
        return self.store.write(
            lambda work: alarms.watch(
                work, self.log, "bridges.keys", purpose, by=by, now=at, subject=asked
            )
        )

    def alarms(self) -> list[tuple[str, str, int]]:
        found = alarms.raised(self.ledger, ["bridges.keys"])
        return [(one.what.kind, one.what.person, one.what.count) for one in reversed(found)]


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    with Store.open(tmp_path / "store.db") as store:
        migrate(store, [OWNER, LEDGER])
        ledger = Ledger(store, FolderKeys(tmp_path / "keys"))
        yield Watched(store, ledger, ledger.open("nl-keeper"))


def ask(store: Store, who: str = "a", purpose: Purpose = CHECK, at: datetime = NOON) -> None:
    store.write(lambda work: spend(work, who, purpose, at))


def too_many(store: Store, **how: object) -> TooMany:
    with pytest.raises(TooMany) as refused:
        ask(store, **how)  # type: ignore[arg-type]
    return refused.value


def test_so_many_questions_an_hour_and_no_more(counted: Store) -> None:
    for minute in range(3):
        ask(counted, at=NOON + timedelta(minutes=minute))
    refused = too_many(counted, at=NOON + timedelta(minutes=10))
    assert refused.code == "identity.too-many-questions"
    assert refused.headers["retry-after"] == "3000"
    assert "2026-03-01 13:00:00" in refused.line("en")
    ask(counted, at=NOON + timedelta(hours=1))


def test_so_many_questions_a_day_and_no_more(counted: Store) -> None:
    for hour in range(5):
        ask(counted, at=NOON + timedelta(hours=hour))
    refused = too_many(counted, at=NOON + timedelta(hours=6))
    assert refused.headers["retry-after"] == str(18 * 3600)
    assert "2026-03-02 12:00:00" in refused.line("nl")
    ask(counted, at=NOON + timedelta(days=1))


def test_each_officer_and_each_purpose_has_a_count_of_its_own(counted: Store) -> None:
    for _ in range(3):
        ask(counted)
    too_many(counted)
    ask(counted, who="b")
    ask(counted, purpose=Purpose("other", message("Other"), an_hour=1, a_day=1))


def test_the_count_lasts_through_a_restart(tmp_path: Path) -> None:
    for turn in range(4):
        with Store.open(tmp_path / "store.db") as store:
            migrate(store, [OWNER])
            if turn < 3:
                ask(store)
            else:
                too_many(store)


def test_a_list_counts_for_as_many_as_it_asks(counted: Store) -> None:
    spent = counted.write(lambda work: count(work, "a", CHECK, NOON, 3))
    assert (spent.hour, spent.over) == (3, None)
    spent = counted.write(lambda work: count(work, "a", CHECK, NOON, 3))
    assert (spent.over, spent.crosses) == (limits.DAY, True)


@settings(max_examples=25)
@given(st.lists(st.integers(0, 2 * 86400), max_size=25))
def test_in_no_hour_that_began_are_more_answered_than_allowed(seconds: list[int]) -> None:
    """A plain count of the same rule, kept beside the store's."""
    with Store.open(_fresh()) as store:
        migrate(store, [OWNER])
        since = {limits.HOUR: NOON, limits.DAY: NOON}
        asked = {limits.HOUR: 0, limits.DAY: 0}
        most = {limits.HOUR: CHECK.an_hour, limits.DAY: CHECK.a_day}
        for second in sorted(seconds):
            now = NOON + timedelta(seconds=second)
            for span, begun in list(since.items()):
                if asked[span] == 0 or begun <= now - span:
                    since[span], asked[span] = now, 0
                asked[span] += 1
            spent = store.write(lambda work, now=now: count(work, "a", CHECK, now))
            assert (spent.hour, spent.day) == (asked[limits.HOUR], asked[limits.DAY])
            allowed = all(asked[span] <= most[span] for span in asked)
            assert (spent.refusal(now) is None) == allowed


def _fresh() -> str:
    import tempfile  # noqa: PLC0415 - Hypothesis runs this many times within one test's folder

    return f"sqlite:///{tempfile.mkdtemp()}/store.db"


def test_crossing_a_limit_is_refused_and_put_on_record_once(watched: Watched) -> None:
    assert [watched.ask(CHECK) for _ in range(3)] == [None] * 3
    for _ in range(2):
        assert isinstance(watched.ask(CHECK), TooMany)
    assert watched.alarms() == [("hour", "abc", 4)]
    assert verify(watched.ledger, "nl-keeper", deep=True).holds


def test_what_an_alarm_says_is_readable_with_the_keys_of_the_ledger_alone(
    watched: Watched,
) -> None:
    for _ in range(4):
        watched.ask(CHECK)
    (alarm,) = alarms.raised(watched.ledger, ["bridges.keys"])
    leaf = watched.log.leaf(alarm.number)
    assert (leaf.kind, leaf.public) == ("alarm", {})
    assert alarms.raised(watched.ledger, ["bridges.tolls"]) == []


def number(body: int) -> str:
    signs = numbers.SIGNS
    text = "".join(signs[body >> 5 * place & 31] for place in range(7, -1, -1))
    return numbers.Number("BE", "PP", text).text


def test_counting_through_record_numbers_raises_an_alarm(watched: Watched) -> None:
    for step in range(5):
        watched.ask(number=number(31 + step))
    assert watched.alarms() == [("run", "abc", 5)]


def test_a_run_is_followed_on_either_engine(counted: Store) -> None:
    ring = Ring(MemoryKeys(), "nl-keeper", "test/nl-keeper")
    ring.make(1, 1)

    def ask_for(step: int) -> int:
        asked = Subject(number=number(step))
        return counted.write(lambda work: runs.follow(work, ring, "a", asked, NOON))

    assert [ask_for(step) for step in (7, 8, 9, 30, 10)] == [1, 2, 3, 1, 4]


def test_counting_down_and_asking_other_things_in_between_does_not_help(watched: Watched) -> None:
    for step in range(5):
        watched.ask(country="NL", plate=f"GB-{400 - step:03}-X")
        watched.ask(country="NL", plate=f"KR-{step * 37:03}-B")
        watched.ask(family="Peeters", given="An", born="1980")
    assert watched.alarms() == [("run", "abc", 5)]


def test_a_long_run_is_told_again_but_not_every_time(watched: Watched) -> None:
    for step in range(60):
        watched.ask(exact=("permit", f"P{step:05}"))
    assert [count for *_, count in watched.alarms()] == [5, 25, 50]


def test_two_officers_who_take_turns_make_no_run_of_one(watched: Watched) -> None:
    for step in range(8):
        watched.ask(by=OTHER if step % 2 else OFFICER, number=number(step))
    assert watched.alarms() == []


def test_the_same_again_and_again_is_no_run(watched: Watched) -> None:
    for step in range(20):
        watched.ask(country="BE", plate=f"1-ABC-{100 + step % 2}")
    assert watched.alarms() == []


def test_a_run_is_forgotten_after_a_day(watched: Watched) -> None:
    for step in range(8):
        watched.ask(at=NOON + timedelta(days=2) * step, number=number(step))
    assert watched.alarms() == []


def test_nothing_that_was_asked_is_kept(watched: Watched, tmp_path: Path) -> None:
    for step in range(6):
        watched.ask(country="BE", plate=f"1-QZX-{100 + step}")
    watched.store.close()
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("store.db*"))
    assert b"QZX" not in kept


@pytest.mark.parametrize(
    ("said", "up"),
    [("1ABC999", "1ABD000"), ("AZ", "BA"), ("A-9", "B-0"), ("99", ""), ("ZZ9", ""), ("é1", "é2")],
)
def test_what_comes_next_is_as_on_a_counter(said: str, up: str) -> None:
    wheels = ("0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    assert runs.neighbour(said, wheels, 1) == up
    if up:
        assert runs.neighbour(up, wheels, -1) == said
