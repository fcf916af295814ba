"""The registry of authorities: enter, change, suspend, and look up; every version is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

import msgspec
from sqlalchemy import Connection, RowMapping, Table

from benelux.core.errors import Fault, Invalid, NotFound
from benelux.core.identity import tables
from benelux.core.identity.authority import Authority, Officer, Service, checked, officer_id
from benelux.core.identity.devices import Device
from benelux.core.identity.person import Person
from benelux.core.language import message
from benelux.core.store import Store
from benelux.core.store.history import CURRENT, append_version, history, latest, restore

T = TypeVar("T", bound=Authority | Service | Officer | Device)
_TABLES: Final[Mapping[type[Any], Table]] = {
    Authority: tables.authority,
    Service: tables.service,
    Officer: tables.officer,
    Device: tables.device,
}
SUSPENDED: Final = "suspended"


@dataclass(frozen=True, slots=True)
class Office:
    """An officer with the authority, and the service of it, that they act for."""

    officer: Officer
    authority: Authority
    service: Service | None = None

    @property
    def active(self) -> bool:
        """Whether none of the three is suspended."""
        parts = (self.officer, self.authority, self.service)
        return all(part.active for part in parts if part is not None)


@dataclass(frozen=True, slots=True)
class Version(Generic[T]):
    """What was entered once, by whom and when; `restores` is the version that it went back to."""

    content: T
    number: int
    recorded_at: datetime
    author: str
    restores: int | None


def enter(
    connection: Connection, one: T, *, author: str, expected_version: int | None = None
) -> int:
    """Enter this, or a next version where it differs from what is there; the version's number.

    Raises `Invalid` for what cannot be, `NotFound` for a part of an authority that is not there,
    and `Conflict` when what is there is not `expected_version`, 0 for nothing.
    """
    checked(one)
    if not isinstance(one, Authority):
        get(connection, Authority, one.authority)
    if isinstance(one, Officer | Device) and one.service:
        _of_the_same(get(connection, Service, one.service), one.authority)
    table = _TABLES[type(one)]
    row = _newest(connection, table, one.id)
    if row is not None and _read(type(one), row) == one:
        return int(row["version"])
    values = asdict(one)
    values["state"] = CURRENT if values.pop("active") else SUSPENDED
    values.pop("id", None)
    before = int(row["version"]) if row is not None else 0
    expected = before if expected_version is None else expected_version
    return append_version(
        connection, table, one.id, values, expected_version=expected, author=author
    )


def suspend(connection: Connection, kind: type[T], key: str, *, author: str) -> int:
    """Let it act no longer, from this moment; `lift` ends that."""
    return enter(connection, replace(get(connection, kind, key), active=False), author=author)


def lift(connection: Connection, kind: type[T], key: str, *, author: str) -> int:
    """Let it act again."""
    return enter(connection, replace(get(connection, kind, key), active=True), author=author)


def get(connection: Connection, kind: type[T], key: str) -> T:
    """The newest version; raises `NotFound`."""
    row = _newest(connection, _TABLES[kind], key)
    if row is None:
        raise unknown(key)
    return _read(kind, row)


def every(connection: Connection, kind: type[T], authority: str = "") -> list[T]:
    """All of one kind in the order of their ids; of one authority, if it is named."""
    table = _TABLES[kind]
    asked = latest(table).order_by(table.c.id)
    if authority:
        asked = asked.where(table.c.authority == authority)
    return [_read(kind, row) for row in connection.execute(asked).mappings()]


def versions(connection: Connection, kind: type[T], key: str) -> list[Version[T]]:
    """Everything that was entered under that id, the newest first; raises `NotFound`."""
    found = [
        Version(
            _read(kind, row), row["version"], row["recorded_at"], row["author"], row["restores"]
        )
        for row in history(connection, _TABLES[kind], key)
    ]
    if not found:
        raise unknown(key)
    return found


def undo(  # noqa: PLR0913 - what goes back, how far, by whom and over which version
    connection: Connection,
    kind: type[T],
    key: str,
    version: int,
    *,
    author: str,
    expected_version: int,
) -> int:
    """Go back to what an older version said, as a next version; raises `NotFound`, `Conflict`."""
    return restore(
        connection, _TABLES[kind], key, version, author=author, expected_version=expected_version
    )


def authorities(store: Store) -> Sequence[Authority]:
    with store.read() as connection:
        return every(connection, Authority)


def office_of(store: Store, person: Person) -> Office | None:
    """The office that is entered for this person, whether or not they may act in it now."""
    with store.read() as connection:
        row = _newest(connection, tables.officer, officer_id(person.issuer, person.subject))
        if row is None:
            return None
        officer = _read(Officer, row)
        authority = get(connection, Authority, officer.authority)
        service = get(connection, Service, officer.service) if officer.service else None
    return Office(officer, authority, service)


def officer_of(store: Store, person: Person) -> tuple[Officer, Authority] | None:
    """The office that this person holds and may act in at this moment, if any."""
    found = office_of(store, person)
    return (found.officer, found.authority) if found and found.active else None


def _newest(connection: Connection, table: Table, key: str) -> RowMapping | None:
    asked = latest(table).where(table.c.id == key)
    return connection.execute(asked).mappings().one_or_none()


def _read(kind: type[T], row: RowMapping) -> T:
    return msgspec.convert({**plain(row), "active": row["state"] == CURRENT}, kind)


def _of_the_same(service: Service, authority: str) -> None:
    if service.authority != authority:
        raise Invalid(
            "identity.entry",
            message("This cannot be entered in the registry of authorities."),
            faults=(Fault("service", message("This service is of another authority.")),),
        )


def unknown(key: str) -> NotFound:
    return NotFound(
        "identity.not-in-registry",
        message("The registry of authorities has no “{key}”.", key=key[:100]),
    )


def plain(row: RowMapping) -> dict[str, object]:
    """A row by plain names: those of SQLAlchemy are of a type of their own."""
    return {str(name): value for name, value in row.items()}
