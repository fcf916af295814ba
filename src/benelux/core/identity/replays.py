"""Each signed request counts once: nonces are spent in the store, for all processes alike."""

from collections import Counter
from datetime import datetime
from threading import Lock
from typing import Final
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from benelux.core.errors import NotAllowed, TooMany
from benelux.core.identity.keys import now
from benelux.core.identity.signatures import Verified
from benelux.core.identity.tables import nonce as rows
from benelux.core.language import message
from benelux.core.store import Store
from benelux.core.store.prepared import Prepared

MOST: Final = 600_000
"""So many requests of one key may be remembered: 1,600 a second for as long as they can count."""
_INSERT: Final = {
    name: Prepared(make(rows).on_conflict_do_nothing().execution_options(preserve_rowcount=True))
    for name, make in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_SWEEP: Final = 256
_COUNT: Final = 1024


class Replays:
    """Spends nonces; the rows of those that cannot count any more go by themselves."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._spent: Counter[str] = Counter()
        self._full: set[str] = set()

    def spend(
        self, connection: Connection, signed: Verified, *, at: datetime | None = None
    ) -> None:
        """Within a work: spend the nonce of this request.

        Raises `NotAllowed` when it was spent before, and `TooMany` when its key sends more than can
        be remembered.
        """
        moment, key = at or now(), signed.holder.key.id
        turn = self._spent[key]
        self._spent[key] += 1
        if turn % _SWEEP == 0:
            forget(connection, moment)
        if turn % min(_COUNT, self._most) == 0 or key in self._full:
            self._weigh(connection, key, moment)
        values = {"key": key, "nonce": signed.nonce, "until": signed.until}
        if _INSERT[connection.dialect.name].count(connection, values) != 1:
            raise replayed()

    def _weigh(self, connection: Connection, key: str, moment: datetime) -> None:
        live = select(rows.c.nonce).where(rows.c.key == key, rows.c.until > moment)
        some = live.limit(self._most).subquery()
        if (connection.scalar(select(func.count()).select_from(some)) or 0) < self._most:
            self._full.discard(key)
            return
        self._full.add(key)
        raise TooMany(
            "identity.too-many-signed",
            message("This key has sent more requests than can be remembered."),
            now=message("Wait a few minutes, or send fewer at a time."),
            headers={"retry-after": "60"},
        )


def forget(connection: Connection, moment: datetime) -> int:
    """Within a work: let go the nonces that cannot count any more; how many there were."""
    return connection.execute(delete(rows).where(rows.c.until <= moment)).rowcount


_kept: WeakKeyDictionary[Store, Replays] = WeakKeyDictionary()
_door: Final = Lock()


def replays(store: Store) -> Replays:
    """The one of this process for that store."""
    with _door:
        found = _kept.get(store)
        if found is None:
            found = _kept[store] = Replays()
        return found


def replayed() -> NotAllowed:
    return NotAllowed(
        "identity.signature-replayed",
        message("This very request was sent before."),
        why=message("A signed request counts once."),
        now=message("Sign it again, with a new nonce."),
    )
