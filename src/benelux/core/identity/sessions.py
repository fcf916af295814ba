"""Sessions: whoever holds the token is the person who signed in, for a while.

The token is a random number that only the browser keeps; the store has its SHA-256, so that a copy
of the store lets nobody in.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

import msgspec
from sqlalchemy import Connection, delete, insert, or_, select, update

from benelux.core.identity.person import Person
from benelux.core.store import Store
from benelux.core.store.tables import session as rows

LIFE: Final = timedelta(hours=8)
"""A session ends so long after the sign-in, however busy it is."""
IDLE: Final = timedelta(hours=1)
"""And so long after its last use."""
_NOTICE: Final = timedelta(minutes=5)  # so that reading pages hardly ever writes
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Session:
    person: Person
    csrf: str
    expires_at: datetime

    @property
    def since(self) -> datetime:
        return self.expires_at - LIFE


def start(store: Store, person: Person, *, instead_of: str = "", at: datetime | None = None) -> str:
    """Begin a session and return its token, always a new one.

    The session whose token is `instead_of` ends, so that nobody who planted or saw that token
    comes along.
    """
    token = secrets.token_urlsafe(32)
    csrf = secrets.token_urlsafe(32)
    now = at or datetime.now(UTC)

    def work(connection: Connection) -> None:
        _sweep(connection, now)
        connection.execute(delete(rows).where(rows.c.token_hash == _hash(instead_of)))
        connection.execute(
            insert(rows).values(
                token_hash=_hash(token),
                person=person,
                csrf=csrf,
                created_at=now,
                expires_at=now + LIFE,
                last_seen_at=now,
            )
        )

    store.write(work)
    return token


def find(store: Store, token: str, *, at: datetime | None = None) -> Session | None:
    """The session of this token, unless there is none or it has ended."""
    if not _TOKEN.fullmatch(token):
        return None
    now = at or datetime.now(UTC)
    question = select(rows.c.person, rows.c.csrf, rows.c.expires_at, rows.c.last_seen_at)
    with store.read() as connection:
        row = connection.execute(question.where(rows.c.token_hash == _hash(token))).one_or_none()
    if row is None or row.expires_at <= now or row.last_seen_at + IDLE <= now:
        return None
    try:
        person = msgspec.convert(row.person, Person)
    except msgspec.ValidationError:
        return None  # kept by another version of this software; signing in again mends it
    if row.last_seen_at + _NOTICE <= now:
        _notice(store, token, now)
    return Session(person, row.csrf, row.expires_at)


def end(store: Store, token: str) -> None:
    store.write(lambda connection: _delete(connection, (_hash(token),)))


def end_all(store: Store, subject: str, issuer: str) -> int:
    """End every session of one person, on all devices; says how many there were."""

    def work(connection: Connection) -> int:
        found = [
            row.token_hash
            for row in connection.execute(select(rows.c.token_hash, rows.c.person))
            if row.person.get("subject") == subject and row.person.get("issuer") == issuer
        ]
        _delete(connection, found)
        return len(found)

    return store.write(work)


def spend(store: Store, once: str, life: timedelta, *, at: datetime | None = None) -> bool:
    """Use up a value that is good for one time; False if it was used before.

    Remembered for `life`, for all processes, as a row that no token can ever find.
    """
    now = at or datetime.now(UTC)
    key = _hash(f"once:{once}")

    def work(connection: Connection) -> bool:
        if connection.scalar(select(rows.c.token_hash).where(rows.c.token_hash == key)):
            return False
        connection.execute(
            insert(rows).values(
                token_hash=key,
                person={},
                csrf="",
                created_at=now,
                expires_at=now + life,
                last_seen_at=now,
            )
        )
        return True

    return store.write(work)


def sweep(store: Store) -> None:
    """Forget the sessions that have ended."""
    now = datetime.now(UTC)
    store.write(lambda connection: _sweep(connection, now))


def _sweep(connection: Connection, now: datetime) -> None:
    connection.execute(
        delete(rows).where(or_(rows.c.expires_at <= now, rows.c.last_seen_at <= now - IDLE))
    )


def _delete(connection: Connection, hashes: "tuple[str, ...] | list[str]") -> None:
    for one in hashes:
        connection.execute(delete(rows).where(rows.c.token_hash == one))


def _notice(store: Store, token: str, now: datetime) -> None:
    def work(connection: Connection) -> None:
        connection.execute(
            update(rows)
            .where(rows.c.token_hash == _hash(token), rows.c.last_seen_at < now)
            .values(last_seen_at=now)
        )

    store.submit(work)  # nobody waits for it: a reader should not notice a busy store


def label(token: str) -> str:
    """How a log names a session: enough to follow it, too little to find its row or to use it."""
    return _hash(f"label:{token}")[:12]


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
