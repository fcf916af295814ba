"""Keys in the store: make, rotate, revoke, trust, and find whose key that is.

A process remembers a key for one second at most, so that a key that was revoked, or an authority
that was suspended, counts nowhere any longer than that.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic
from typing import Final
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy import Connection, RowMapping

from benelux.core.errors import Conflict, Invalid, NotFound
from benelux.core.identity import registry, tables
from benelux.core.identity.authority import Authority, Service
from benelux.core.identity.devices import Device
from benelux.core.identity.keys import (
    LIFE,
    OVERLAP,
    Key,
    KeyKind,
    KeyStatus,
    Public,
    SigningKey,
    now,
)
from benelux.core.identity.keystore import KeyFolder
from benelux.core.language import message
from benelux.core.store import Store
from benelux.core.store.history import CURRENT, append_version, latest

REMEMBERED_S: Final = 1.0
_MOST: Final = 10_000
REVOKED: Final = "revoked"


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose key it is: an authority, and its service or device if the key is theirs."""

    key: Key
    authority: Authority
    service: Service | None = None
    device: Device | None = None

    @property
    def may_act(self) -> bool:
        parts = (self.authority, self.service, self.device)
        return all(part.active for part in parts if part is not None)


def make(  # noqa: PLR0913 - whose, for how long, from when, and by whom
    store: Store,
    folder: KeyFolder,
    authority: str,
    *,
    author: str,
    holder: str = "",
    life: timedelta = LIFE,
    begins: datetime | None = None,
) -> Key:
    """A new key; its private half is on disk before anybody is told of the public one."""
    private = SigningKey.new()
    begins = begins or now()
    record = _record(private, authority, holder, begins, begins + life)
    with store.read() as connection:
        _holder(connection, authority, holder)
    folder.keep(private)
    store.write(lambda connection: _append(connection, record, 0, author))
    return record


def rotate(  # noqa: PLR0913 - as above
    store: Store,
    folder: KeyFolder,
    key_id: str,
    *,
    author: str,
    overlap: timedelta = OVERLAP,
    life: timedelta = LIFE,
) -> Key:
    """A next key for the same holder; the old one still holds for `overlap`.

    Raises `NotFound` for an unknown key and `Conflict` for one that does not hold any more.
    """
    private = SigningKey.new()
    moment = now()
    if overlap < timedelta():
        raise Invalid("identity.overlap", message("The overlap cannot be negative."))
    with store.read() as connection:
        old, _ = _found(connection, key_id)
    new = _record(private, old.authority, old.holder, moment, moment + life)
    folder.keep(private)

    def work(connection: Connection) -> None:
        old, version = _found(connection, key_id)
        if old.status_at(moment) is not KeyStatus.ACTIVE:
            raise Conflict(
                "identity.key-not-active",
                message("This key does not hold any more, or not yet."),
                now=message("Make a new key instead."),
            )
        _append(connection, new, 0, author)
        ended = replace(old, valid_to=min(old.valid_to, moment + overlap))
        _append(connection, ended, version, author)

    try:
        store.write(work)
    except Conflict:
        folder.destroy(private.id)
        raise
    keyring(store).forget()
    return new


def revoke(
    store: Store, key_id: str, *, author: str, reason: str, folder: KeyFolder | None = None
) -> Key:
    """Let the key prove nothing any more, from now on, whatever its dates say."""

    def work(connection: Connection) -> Key:
        old, version = _found(connection, key_id)
        revoked = replace(old, revoked=True, reason=reason[:500])
        if not old.revoked:
            _append(connection, revoked, version, author)
        return revoked

    revoked = store.write(work)
    keyring(store).forget()
    if folder is not None:
        folder.destroy(key_id)
    return revoked


def trust(  # noqa: PLR0913 - as above
    store: Store,
    authority: str,
    public: Public,
    *,
    author: str,
    holder: str = "",
    life: timedelta = LIFE,
) -> Key:
    """Know the public key or the certificate of another node as this authority's.

    Raises `Conflict` when the key is known already, as anybody's.
    """
    begins = public.valid_from or now()
    ends = public.valid_to or begins + life
    record = Key(public.id, authority, public.kind, public.public, begins, ends, holder)

    def work(connection: Connection) -> None:
        _holder(connection, authority, holder)
        if _newest(connection, public.id) is not None:
            raise Conflict("identity.key-known", message("This key is known already."))
        _append(connection, record, 0, author)

    store.write(work)
    return record


def take(connection: Connection, key: Key, *, author: str) -> None:
    """Within a work: know the key of another node as that node's card states it now.

    What was revoked here stays so. Raises `Conflict` for a key that is known as somebody else's.
    """
    row = _newest(connection, key.id)
    old = _read(row) if row is not None else None
    if old is not None and (old.authority, old.holder) != (key.authority, key.holder):
        raise Conflict("identity.key-known", message("This key is known already."))
    if old is None or not (old.revoked or replace(old, reason="") == replace(key, reason="")):
        _append(connection, key, int(row["version"]) if row is not None else 0, author)


def find(store: Store, key_id: str) -> Key:
    """The key as it is now; raises `NotFound`."""
    with store.read() as connection:
        return _found(connection, key_id)[0]


def keys(store: Store, authority: str = "") -> Sequence[Key]:
    """All keys, of all authorities or of one, the newest first."""
    rows = tables.key
    asked = latest(rows).order_by(rows.c.valid_from.desc(), rows.c.id)
    if authority:
        asked = asked.where(rows.c.authority == authority)
    with store.read() as connection:
        return [_read(row) for row in connection.execute(asked).mappings()]


def signing_key(
    store: Store, folder: KeyFolder, authority: str, *, holder: str = "", at: datetime | None = None
) -> SigningKey:
    """The newest key of this holder that holds now and whose private half is here.

    Raises `NotFound` when there is none.
    """
    moment = at or now()
    for key in keys(store, authority):
        held = key.holder == holder and key.status_at(moment) is KeyStatus.ACTIVE
        if held and folder.has(key.id):
            return folder.read(key.id)
    raise NotFound(
        "identity.no-key",
        message("“{who}” has no valid key here.", who=holder or authority),
        now=message("Make one with: benelux identity keys new."),
    )


class Keyring:
    """Finds whose key that is, and remembers it for a moment. Safe to share among threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: OrderedDict[str, tuple[float, Holder | None]] = OrderedDict()
        self._door = Lock()

    def holder(self, key_id: str) -> Holder | None:
        kept = self._kept.get(key_id)
        moment = monotonic()
        if kept and moment - kept[0] < REMEMBERED_S:
            return kept[1]
        with self._store.read() as connection:
            row = _newest(connection, key_id)
            found = _whose(connection, _read(row)) if row is not None else None
        with self._door:
            self._kept[key_id] = (moment, found)
            self._kept.move_to_end(key_id)
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return found

    def forget(self) -> None:
        with self._door:
            self._kept.clear()


_rings: WeakKeyDictionary[Store, Keyring] = WeakKeyDictionary()
_rings_door: Final = Lock()


def keyring(store: Store) -> Keyring:
    """The one of this process for that store."""
    with _rings_door:
        found = _rings.get(store)
        if found is None:
            found = _rings[store] = Keyring(store)
        return found


def _record(
    private: SigningKey, authority: str, holder: str, begins: datetime, ends: datetime
) -> Key:
    return Key(private.id, authority, KeyKind.ED25519, private.public, begins, ends, holder)


def _whose(connection: Connection, key: Key) -> Holder:
    authority, service, device = _holder(connection, key.authority, key.holder)
    return Holder(key, authority, service, device)


def _holder(
    connection: Connection, authority: str, holder: str
) -> tuple[Authority, Service | None, Device | None]:
    """The authority and its part; raises `NotFound` for a part of another authority as well."""
    found = registry.get(connection, Authority, authority)
    if not holder:
        return found, None, None
    services = {one.id: one for one in registry.every(connection, Service, authority)}
    devices = {one.id: one for one in registry.every(connection, Device, authority)}
    if holder not in services and holder not in devices:
        raise registry.unknown(holder)
    device = devices.get(holder)
    return found, services.get(holder if device is None else device.service), device


def _newest(connection: Connection, key_id: str) -> RowMapping | None:
    asked = latest(tables.key).where(tables.key.c.id == key_id)
    return connection.execute(asked).mappings().one_or_none()


def _found(connection: Connection, key_id: str) -> tuple[Key, int]:
    row = _newest(connection, key_id)
    if row is None:
        raise NotFound("identity.no-such-key", message("There is no key “{key}”.", key=key_id[:60]))
    return _read(row), int(row["version"])


def _read(row: RowMapping) -> Key:
    return msgspec.convert({**registry.plain(row), "revoked": row["state"] == REVOKED}, Key)


def _append(connection: Connection, key: Key, version: int, author: str) -> None:
    values = {
        "authority": key.authority,
        "holder": key.holder,
        "kind": key.kind.value,
        "public": key.public,
        "valid_from": key.valid_from,
        "valid_to": key.valid_to,
        "reason": key.reason,
        "state": REVOKED if key.revoked else CURRENT,
    }
    append_version(connection, tables.key, key.id, values, expected_version=version, author=author)
