"""A session belongs to whoever holds its token, for a while."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as some

from benelux.core.identity import sessions
from benelux.core.identity.person import Person
from benelux.core.store import Store
from tests.stores import any_store, any_url, postgres, postgres_url, store_url

__all__ = ["any_store", "any_url", "postgres", "postgres_url", "store_url"]  # fixtures

NOOR = Person("7", "Noor Vandermeulen", "Secretariat", ("secretariat",), "https://id.example")
LUC = Person("8", "Luc Bertemes", "Ministry", (), "https://id.example")
NOW = datetime.now(UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def kept(any_store: Store) -> Store:
    return any_store


def settled(store: Store) -> int:
    """How many rows there are once everything that was submitted is kept."""
    store.write(lambda _connection: None)
    with store.read() as connection:
        return int(connection.exec_driver_sql("select count(*) from session").scalar_one())


def test_a_session_gives_back_the_person_who_started_it(kept: Store) -> None:
    found = sessions.find(kept, sessions.start(kept, NOOR, at=NOW))
    assert found is not None
    assert found.person == NOOR
    assert found.since == NOW
    assert found.expires_at - NOW == timedelta(hours=8)


def test_the_store_holds_nothing_that_opens_a_session(kept: Store) -> None:
    token = sessions.start(kept, NOOR)
    with kept.read() as connection:
        rows = connection.exec_driver_sql("select * from session").fetchall()
    assert len(rows) == 1
    assert token not in repr(rows)
    assert sha256(token.encode()).hexdigest() in repr(rows)


def test_tokens_and_form_numbers_are_never_the_same_twice(kept: Store) -> None:
    tokens = {sessions.start(kept, NOOR) for _ in range(20)}
    assert len(tokens) == 20
    found = [sessions.find(kept, token) for token in tokens]
    assert len({session.csrf for session in found if session}) == 20


def test_a_session_ends_after_eight_hours_however_busy(kept: Store) -> None:
    token = sessions.start(kept, NOOR, at=NOW)
    for minutes in range(0, 8 * 60, 30):
        assert sessions.find(kept, token, at=NOW + minutes * MINUTE)
        settled(kept)
    assert sessions.find(kept, token, at=NOW + 8 * 60 * MINUTE) is None


def test_a_session_ends_after_an_hour_in_which_nothing_happens(kept: Store) -> None:
    token = sessions.start(kept, NOOR, at=NOW)
    assert sessions.find(kept, token, at=NOW + 59 * MINUTE)
    settled(kept)
    assert sessions.find(kept, token, at=NOW + 118 * MINUTE)
    settled(kept)
    assert sessions.find(kept, token, at=NOW + 178 * MINUTE) is None


def test_reading_within_five_minutes_writes_nothing(kept: Store) -> None:
    token = sessions.start(kept, NOOR, at=NOW)
    settled(kept)
    before = kept.version()
    for seconds in range(0, 300, 10):
        assert sessions.find(kept, token, at=NOW + timedelta(seconds=seconds))
    assert kept.version() == before


def test_ending_a_session_leaves_the_others(kept: Store) -> None:
    first, second = sessions.start(kept, NOOR), sessions.start(kept, NOOR)
    sessions.end(kept, first)
    assert sessions.find(kept, first) is None
    assert sessions.find(kept, second)


def test_a_person_can_be_signed_out_everywhere(kept: Store) -> None:
    mine = [sessions.start(kept, NOOR) for _ in range(3)]
    namesake = sessions.start(kept, Person("7", "Noor", "Elsewhere", (), "https://other.example"))
    other = sessions.start(kept, LUC)
    assert sessions.end_all(kept, NOOR.subject, NOOR.issuer) == 3
    assert not any(sessions.find(kept, token) for token in mine)
    assert sessions.find(kept, other)
    assert sessions.find(kept, namesake)


def test_a_new_session_takes_the_place_of_the_browsers_old_one(kept: Store) -> None:
    old = sessions.start(kept, LUC)
    new = sessions.start(kept, NOOR, instead_of=old)
    assert new != old
    assert sessions.find(kept, old) is None


def test_sweeping_forgets_what_has_ended_and_nothing_else(kept: Store) -> None:
    sessions.start(kept, NOOR, at=NOW - timedelta(hours=9))
    idle = sessions.start(kept, NOOR, at=NOW - timedelta(hours=2))
    alive = sessions.start(kept, LUC, at=NOW)
    sessions.spend(kept, "state", 10 * MINUTE, at=NOW - timedelta(hours=1))
    sessions.sweep(kept)
    assert settled(kept) == 1
    assert sessions.find(kept, idle) is None
    assert sessions.find(kept, alive)


def test_a_value_can_be_spent_once_and_opens_no_session(kept: Store) -> None:
    once = "a" * 43
    assert sessions.spend(kept, once, 10 * MINUTE)
    assert not sessions.spend(kept, once, 10 * MINUTE)
    assert sessions.find(kept, once) is None
    assert sessions.find(kept, f"once:{once}") is None


@given(token=some.text(max_size=80))
def test_a_malformed_token_is_nobody_and_no_store_is_asked(token: str) -> None:
    nowhere = Store.__new__(Store)
    assert sessions.find(nowhere, token[:42]) is None
    assert sessions.find(nowhere, f"{token[:42]:a<42}\n") is None


def test_a_person_whom_this_version_cannot_read_signs_in_again(kept: Store) -> None:
    token = sessions.start(kept, NOOR)
    kept.write(lambda connection: connection.exec_driver_sql("update session set person = '[1]'"))
    assert sessions.find(kept, token) is None
