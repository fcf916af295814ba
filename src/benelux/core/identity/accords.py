"""Accords between countries: on which grounds one answers the other, since when and until when.

The software brings along those that are known, each with its source and a mark of how sure it is.
What a portal enters stands in its store, version after version, and takes the place of what came
with the software under the same id.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from datetime import date
from functools import cache
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Final
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy import Connection, RowMapping

from benelux.core import territory
from benelux.core.errors import Conflict, Fault, Invalid, NotFound
from benelux.core.files import read_yaml
from benelux.core.house import House
from benelux.core.identity import tables
from benelux.core.identity.accord import Accord, Status
from benelux.core.identity.registry import plain
from benelux.core.language import message
from benelux.core.store import Store
from benelux.core.store.history import CURRENT, append_version, history, latest

REMEMBERED_S: Final = 1.0
"""So long at most another process goes on with an accord that was ended here."""
_FILE: Final = Path(__file__).parent / "accords.yaml"
_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{1,62}")
_LONGEST: Final = 2000


def accord_holds(
    where: House | Store, ground: str, asker: str, keeper: str, day: date
) -> bool | None:
    """Whether an accord lets `keeper` answer `asker` on that ground on that day.

    `ground` is as `facts.ground_of` writes it. Within one country no accord is needed. None is said
    when it is not certain, or when nothing is known of that ground: policies take it for a no.
    """
    if asker == keeper:
        return True
    instrument, _, article = ground.rpartition(" art. ")
    store = where.store if isinstance(where, House) else where
    about = [one for one in _known(store).values() if one.is_about(instrument, article)]
    statuses = [one.status_at(day) for one in about if {asker, keeper} <= set(one.countries)]
    if Status.IN_FORCE in statuses:
        return True
    unsure = {Status.UNCERTAIN, Status.ANNOUNCED}
    return False if about and unsure.isdisjoint(statuses) else None


@cache
def shipped() -> Mapping[str, Accord]:
    """Those that the software brings along."""
    return {one.id: one for one in read_yaml(_FILE, tuple[Accord, ...])}


def every(connection: Connection) -> list[Accord]:
    """All accords as they are now, by instrument and article."""
    table = tables.accord
    rows = connection.execute(latest(table)).mappings()
    found = {**shipped(), **{row["id"]: _read(row) for row in rows}}
    return sorted(found.values(), key=lambda one: (one.instrument, one.articles, one.id))


def find(connection: Connection, key: str) -> tuple[Accord, int]:
    """The accord as it is now, and its version: 0 as it came with the software.

    Raises `NotFound`.
    """
    versions = history(connection, tables.accord, key)
    if versions:
        return _read(versions[0]), int(versions[0]["version"])
    if key in shipped():
        return shipped()[key], 0
    raise NotFound("identity.no-such-accord", message("There is no accord “{key}”.", key=key[:60]))


def enter(store: Store, one: Accord, *, author: str, expected_version: int | None = None) -> int:
    """Enter an accord, or its next version; the version's number. It counts from this moment.

    Raises `Invalid`, naming each field that cannot be, and `Conflict` when somebody was first.
    """
    faults = tuple(_faults(one))
    if faults:
        what = message("This accord cannot be entered.")
        raise Invalid("identity.accord", what, faults=faults)

    def work(connection: Connection) -> int:
        versions = history(connection, tables.accord, one.id)
        newest = int(versions[0]["version"]) if versions else 0
        expected = newest if expected_version is None else expected_version
        values = {**asdict(one), "state": CURRENT}
        values.pop("id")
        return append_version(
            connection, tables.accord, one.id, values, expected_version=expected, author=author
        )

    number = store.write(work)
    _forget(store)
    return number


def end(store: Store, key: str, last: date, *, author: str, source: str = "") -> Accord:
    """End an accord with its last day. One whose last day is past counts no more from now on.

    Raises `NotFound`, `Conflict` for what is no accord or ended before, `Invalid` for a last day
    before the first.
    """
    with store.read() as connection:
        one, version = find(connection, key)
    if not one.countries or (one.until is not None and one.until < last):
        raise Conflict("identity.accord-ended", message("This accord has ended, or never was."))
    said = f"{one.source}; {source}" if source.strip() else one.source
    ended = replace(one, until=last, source=said)
    enter(store, ended, author=author, expected_version=version)
    return ended


def _faults(one: Accord) -> Iterator[Fault]:
    known = {country.code for country in territory.countries()}
    if not _ID.fullmatch(one.id):
        yield Fault("id", message("Use small letters, digits and hyphens."))
    if not all(part.strip() for part in one.title):
        yield Fault("title", message("Give the name in all four languages."))
    for name in ("instrument", "source"):
        if not getattr(one, name).strip():
            yield Fault(name, message("Fill in this field."))
    if not set(one.countries) <= known:
        yield Fault("countries", message("may be: {known}", known=", ".join(sorted(known))))
    elif len(set(one.countries)) == 1:
        yield Fault("countries", message("Name at least two countries."))
    if any(len(text) > _LONGEST for text in (*one.title, one.instrument, one.source, *one.note)):
        yield Fault("source", message("Use at most {n} characters.", n=_LONGEST))
    first = one.perhaps_since or one.since
    if one.until is not None and first is not None and one.until < first:
        yield Fault("until", message("The last day is before the first."))


def _read(row: RowMapping) -> Accord:
    return msgspec.convert(plain(row), Accord)


_kept: Final[WeakKeyDictionary[Store, tuple[float, Mapping[str, Accord]]]] = WeakKeyDictionary()
_door: Final = Lock()


def _known(store: Store) -> Mapping[str, Accord]:
    """All accords by id, remembered for a moment."""
    kept = _kept.get(store)
    moment = monotonic()
    if kept is not None and moment - kept[0] < REMEMBERED_S:
        return kept[1]
    with store.read() as connection:
        found = {one.id: one for one in every(connection)}
    with _door:
        _kept[store] = (moment, found)
    return found


def _forget(store: Store) -> None:
    with _door:
        _kept.pop(store, None)
