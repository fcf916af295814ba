"""Status lists: which documents were suspended or withdrawn, for checks without a network.

One signed list per register and keeper, after the IETF's Token Status List: two bits for each
place, compressed. Everybody may fetch it, and it tells nothing to who does not hold a document:
places are random, most belong to nobody, and some of those are decoys.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy import Connection, and_, or_, select

from benelux.core.errors import Invalid, NotFound
from benelux.core.house import House
from benelux.core.identity import keyring
from benelux.core.identity.keys import b64, unb64
from benelux.core.identity.keystore import KeyFolder
from benelux.core.language import message
from benelux.core.registers import tables
from benelux.core.registers.credential import Document, Issuers
from benelux.core.registers.declaration import Register, State
from benelux.core.registers.places import LENGTH, SUSPENDED, VALID, WITHDRAWN, decoys, seed_of
from benelux.core.registers.places.tables import place
from benelux.core.registers.signed import other_kind, sign, take_apart, unreadable
from benelux.core.store import Store
from benelux.core.territory import LEGAL_TIME

KIND: Final = "statuslist+jwt"
LIFE: Final = timedelta(days=1)
"""After this a list is too old for a check to end with a plain yes."""
TTL_S: Final = 300
"""How often a device that has a network fetches it anew."""
_FRESH: Final = timedelta(seconds=60)
_BITS: Final = 2
_A_BYTE: Final = 8 // _BITS
_SIZE: Final = LENGTH // _A_BYTE
_LONGEST: Final = 2 * _SIZE


class _Bits(msgspec.Struct, frozen=True):
    bits: int
    lst: str


class _Claims(msgspec.Struct, frozen=True):
    sub: str
    iss: str
    reg: str
    iat: int
    exp: int
    ttl: int
    status_list: _Bits


@dataclass(frozen=True, slots=True)
class StatusList:
    """A keeper's list as it was at one moment."""

    keeper: str
    register: str
    at: datetime
    until: datetime
    _packed: bytes

    def status(self, document: Document) -> int:
        """Raises `NotFound` when the list is not about this document."""
        own = (self.keeper, self.register) == (document.issuer.key.authority, document.register)
        if not own or not 0 <= document.place < len(self._packed) * _A_BYTE:
            raise NotFound(
                "registers.other-list", message("This status list is not about this document.")
            )
        byte, shift = divmod(document.place, _A_BYTE)
        return self._packed[byte] >> (shift * _BITS) & (2**_BITS - 1)


def status_list(house: House, register: Register, keeper: str) -> str:
    """The list of this register at this keeper, signed with the keeper's key.

    A list is kept until something in the store changes, and a minute at most.
    """
    kept = _kept(house.store)
    name, version, now = (register.name, keeper), house.store.version(), datetime.now(UTC)
    found = kept.get(name)
    if found and found[0] == version and now - found[1] < _FRESH:
        return found[2]
    text = _made(house, register, keeper, now)
    kept[name] = (version, now, text)
    return text


def read_status_list(text: str, issuers: Issuers) -> StatusList:
    """A list whose signature holds; raises `Invalid` or `NotFound` for anything else."""
    signed = take_apart(text, _LONGEST)
    if signed.kind != KIND:
        raise other_kind()
    issuer = issuers.get(signed.key_id)
    if issuer is None or issuer.key.revoked:
        raise NotFound(
            "registers.unknown-issuer", message("The issuer of this status list is not known here.")
        )
    claims = signed.content(issuer.key, _Claims)
    if claims.iss != issuer.key.authority or claims.reg not in issuer.registers.values():
        raise Invalid("registers.worthless", message("This status list proves nothing."))
    at, until = (datetime.fromtimestamp(one, UTC) for one in (claims.iat, claims.exp))
    return StatusList(claims.iss, claims.reg, at, until, _unpacked(claims.status_list))


def status_now(house: House, register: Register, document: Document) -> int:
    """What the keeper's own list says of this document at this moment."""
    keeper, day = document.issuer.key.authority, datetime.now(LEGAL_TIME).date()
    with house.store.read() as connection:
        given = dict(_given(connection, register, keeper, day, document.place))
    return given.get(document.place, WITHDRAWN)


def _made(house: House, register: Register, keeper: str, now: datetime) -> str:
    key = keyring.signing_key(house.store, KeyFolder.of(house.settings), keeper)
    packed = bytearray(_SIZE)
    shown = dict(decoys(seed_of(house.store, register.name, keeper)))
    with house.store.read() as connection:
        shown.update(_given(connection, register, keeper, now.astimezone(LEGAL_TIME).date()))
    for number, status in shown.items():
        byte, shift = divmod(number, _A_BYTE)
        packed[byte] |= status << (shift * _BITS)
    claims = _Claims(
        sub=f"/api/registers/{register.name}/statuslist",
        iss=keeper,
        reg=register.name,
        iat=int(now.timestamp()),
        exp=int((now + LIFE).timestamp()),
        ttl=TTL_S,
        status_list=_Bits(_BITS, b64(zlib.compress(bytes(packed), 9))),
    )
    return sign(KIND, claims, key)


def _given(
    connection: Connection, register: Register, keeper: str, day: date, only: int | None = None
) -> Iterator[tuple[int, int]]:
    """The places that were given out, or one of them, with their records' status on that day."""
    version, record = tables.version, tables.record
    holds = and_(
        version.c.over_from <= day, or_(version.c.over_to.is_(None), version.c.over_to >= day)
    )
    asked = (
        select(place.c.place, version.c.state, version.c.valid_to, record.c.id.is_not(None))
        .join(version, version.c.id == place.c.number)
        .outerjoin(record, record.c.id == place.c.number)
        .where(place.c.register == register.name, place.c.keeper == keeper)
        .order_by(place.c.place, holds, version.c.version)
    )
    if only is not None:
        asked = asked.where(place.c.place == only)
    newest = {found: said for found, *said in connection.execute(asked)}
    for found, (state, last, there) in newest.items():
        ended = last is not None and last < day
        yield found, _status(register.state(state)) if there and not ended else WITHDRAWN


def _status(state: State) -> int:
    if state.good:
        return VALID
    return WITHDRAWN if state.final else SUSPENDED


def _unpacked(packed: _Bits) -> bytes:
    """Raises `Invalid` for what is no list of ours, however small a bomb it may come in."""
    unpacking = zlib.decompressobj()
    try:
        found = unpacking.decompress(unb64(packed.lst), _SIZE)
    except (ValueError, zlib.error) as error:
        raise unreadable(message("It is damaged, or it is something else.")) from error
    if packed.bits != _BITS or len(found) != _SIZE or not unpacking.eof:
        raise unreadable(message("It is damaged, or it is something else."))
    return found


_Kept = dict[tuple[str, str], tuple[int, datetime, str]]
_LISTS: Final[WeakKeyDictionary[Store, _Kept]] = WeakKeyDictionary()


def _kept(store: Store) -> _Kept:
    return _LISTS.setdefault(store, {})
