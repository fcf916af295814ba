"""The registry of authorities: enter, change, suspend, and look up; every version is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, Final, TypeVar

import msgspec
from sqlalchemy import Connection, RowMapping, Table

from benelux.core.errors import NotFound
from benelux.core.identity import tables
from benelux.core.identity.authority import Authority, Officer, Service, checked, officer_id
from benelux.core.identity.devices import Device
from benelux.core.identity.person import Person
from benelux.core.language import message
from benelux.core.store import Store
from benelux.core.store.history import CURRENT, append_version, latest

T = TypeVar("T", Authority, Service, Officer, Device)
_TABLES: Final[Mapping[type[Any], Table]] = {
    Authority: tables.authority,
    Service: tables.service,
    Officer: tables.officer,
    Device: tables.device,
}
SUSPENDED: Final = "suspended"


def enter(connection: Connection, one: T, *, author: str) -> int:
    """Enter this, or a next version where it differs from what is there; the version's number.

    Raises `Invalid` for what cannot be, `NotFound` for a part of an authority that is not there.
    """
    if not isinstance(one, Device):
        checked(one)
    if not isinstance(one, Authority):
        get(connection, Authority, one.authority)
    table = _TABLES[type(one)]
    row = _newest(connection, table, one.id)
    if row is not None and _read(type(one), row) == one:
        return int(row["version"])
    values = asdict(one)
    values["state"] = CURRENT if values.pop("active") else SUSPENDED
    values.pop("id", None)
    before = int(row["version"]) if row is not None else 0
    return append_version(connection, table, one.id, values, expected_version=before, author=author)


def suspend(connection: Connection, kind: type[T], key: str, *, author: str) -> int:
    """Let it act no longer, from this moment; `enter` it again to lift that."""
    return enter(connection, replace(get(connection, kind, key), active=False), author=author)


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


def authorities(store: Store) -> Sequence[Authority]:
    with store.read() as connection:
        return every(connection, Authority)


def officer_of(store: Store, person: Person) -> tuple[Officer, Authority] | None:
    """The office that this person holds and may act in at this moment, if any."""
    with store.read() as connection:
        row = _newest(connection, tables.officer, officer_id(person.issuer, person.subject))
        if row is None:
            return None
        officer = _read(Officer, row)
        authority = get(connection, Authority, officer.authority)
    return (officer, authority) if officer.active and authority.active else None


def _newest(connection: Connection, table: Table, key: str) -> RowMapping | None:
    asked = latest(table).where(table.c.id == key)
    return connection.execute(asked).mappings().one_or_none()


def _read(kind: type[T], row: RowMapping) -> T:
    return msgspec.convert({**plain(row), "active": row["state"] == CURRENT}, kind)


def unknown(key: str) -> NotFound:
    return NotFound(
        "identity.not-in-registry",
        message("The registry of authorities has no “{key}”.", key=key[:100]),
    )


def plain(row: RowMapping) -> dict[str, object]:
    """A row by plain names: those of SQLAlchemy are of a type of their own."""
    return {str(name): value for name, value in row.items()}
