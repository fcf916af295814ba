"""Records in the store: read as they are kept, and opened only where somebody is to see them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from typing import Final, cast

import msgspec
from sqlalchemy import BindParameter, Connection, RowMapping, bindparam, insert, select, update

from benelux.core.errors import NotFound
from benelux.core.language import message
from benelux.core.registers import tables
from benelux.core.registers.declaration import Register
from benelux.core.registers.timeline import Claim, Span
from benelux.core.registers.values import Record, Value
from benelux.core.registers.vault import RecordKey, Vault
from benelux.core.store.history import Rows
from benelux.core.store.prepared import Prepared

Said = tuple[dict[str, Value], str]
"""What a version says: its content, and the reason that was given."""
Tokens = tuple[str, ...]
"""The ledger's tokens of the persons that a record is about."""
_ABOUT: Final = "about"
_SAID: Final = msgspec.msgpack.Decoder(tuple[dict[str, Value], str])
_TOKENS: Final = msgspec.msgpack.Decoder(tuple[str, ...])
_AT_ONCE: Final = 400

_versions = tables.version.c
_ROWS: Final = (
    select(
        tables.version,
        tables.record.c.wrapped,
        tables.record.c.wrapping,
        tables.record.c.about,
        tables.content.c.sealed,
    )
    .select_from(
        tables.version.outerjoin(tables.record, tables.record.c.id == _versions.id).outerjoin(
            tables.content,
            (tables.content.c.id == _versions.id) & (tables.content.c.version == _versions.version),
        )
    )
    .order_by(_versions.id, _versions.version.desc())
)
# Made once: SQLAlchemy takes longer to put a question together than SQLite to answer it.
_ASKED: Final = _ROWS.where(_versions.id.in_(bindparam("ids", expanding=True)))
_ALL: Final = _ROWS.where(_versions.register == bindparam("register"))
_NAMES: Final = tuple(column.key for column in _ROWS.selected_columns)


@dataclass(slots=True)
class Kept:
    """A record as it is kept: all its versions, the newest first, and the key that opens them."""

    id: str
    register: str
    keeper: str
    claims: list[Claim] = field(default_factory=list)
    authors: dict[int, str] = field(default_factory=dict)
    sealed: dict[int, bytes] = field(default_factory=dict)
    key: RecordKey | None = None
    _about: bytes = b""

    @property
    def newest(self) -> Claim:
        return self.claims[0]

    @property
    def erased(self) -> bool:
        return self.key is None

    @property
    def about(self) -> Tokens:
        return about_in(self.key, self._about) if self.key else ()

    def said(self, version: int) -> Said | None:
        """What a version says; None once that was destroyed."""
        sealed = self.sealed.get(version)
        if self.key is None or sealed is None:
            return None
        return said_in(self.key, sealed, version)

    def record(self, claim: Claim) -> Record:
        content, reason = self.said(claim.version) or (None, "")
        return Record(
            register=self.register,
            id=self.id,
            version=claim.version,
            state=claim.state,
            valid_from=claim.valid.first,
            valid_to=claim.valid.last,
            recorded_at=claim.recorded_at,
            author=self.authors[claim.version],
            keeper=self.keeper,
            content=content,
            reason=reason,
        )

    def put(self, claim: Claim, author: str, sealed: bytes) -> None:
        """Add the version that was just written."""
        self.claims.insert(0, claim)
        self.authors[claim.version] = author
        self.sealed[claim.version] = sealed

    @classmethod
    def begin(cls, row: RowMapping, vault: Vault) -> "Kept":
        found = cls(row["id"], row["register"], row["keeper"])
        if row["wrapped"] is not None:
            secret = vault.unwrap(row["wrapped"], found.id, row["wrapping"])
            found.key = RecordKey(secret, found.id)
            found._about = row["about"]
        return found

    def add(self, row: RowMapping) -> None:
        version = row["version"]
        self.claims.append(_claim(row))
        self.authors[version] = row["author"]
        if row["sealed"] is not None:
            self.sealed[version] = row["sealed"]


def said(key: RecordKey, what: Said, version: int) -> bytes:
    """What that version says, sealed."""
    return key.seal(msgspec.msgpack.encode(what), str(version))


def said_in(key: RecordKey, sealed: bytes, version: int) -> Said:
    return _SAID.decode(key.open(sealed, str(version)))


def about(key: RecordKey, tokens: Tokens) -> bytes:
    """Whom a record is about, sealed."""
    return key.seal(msgspec.msgpack.encode(tokens), _ABOUT)


def about_in(key: RecordKey, sealed: bytes) -> Tokens:
    return _TOKENS.decode(key.open(sealed, _ABOUT))


def kept_of(connection: Connection, vault: Vault, id_: str) -> Kept:
    """One record; raises `NotFound` when this register has none of that number."""
    found = kept_many(connection, vault, [id_]).get(id_)
    if found is None:
        raise missing(id_)
    return found


def kept_many(connection: Connection, vault: Vault, ids: Sequence[str]) -> Mapping[str, Kept]:
    """The records of this register among those numbers."""
    found: dict[str, Kept] = {}
    for at in range(0, len(ids), _AT_ONCE):
        rows = connection.execute(_ASKED, {"ids": ids[at : at + _AT_ONCE]}).mappings()
        found.update(_gathered(rows, vault))
    return found


def kept_all(connection: Connection, register: Register, vault: Vault) -> Mapping[str, Kept]:
    """Every record of the register, in the order of their numbers."""
    rows = connection.execute(_ALL, {"register": register.name}).mappings()
    return _gathered(rows, vault)


def kept_by(
    connection: Connection, vault: Vault, tokens: Collection[int], most: int
) -> Mapping[str, Kept]:
    """The records of this register that have one of these tokens, so many at most."""
    named = {f"token{place}": token for place, token in enumerate(tokens)}
    rows = _found(len(named)).rows(connection, {**named, "most": most})
    return _gathered(
        (cast("RowMapping", dict(zip(_NAMES, row, strict=True))) for row in rows), vault
    )


@cache
def _found(tokens: int) -> Prepared:
    """The question for the records that have one of so many tokens."""
    asked: list[BindParameter[int]] = [bindparam(f"token{at}") for at in range(tokens)]
    ids = select(tables.token.c.id).where(tables.token.c.token.in_(asked)).distinct()
    return Prepared(_ROWS.where(_versions.id.in_(ids.limit(bindparam("most")))))


def living_claims(connection: Connection, register: Register) -> Iterator[tuple[str, list[Claim]]]:
    """The claims of every record that was not erased, unopened, in the order of their numbers."""
    rows = connection.execute(_only_claims(_ALL), {"register": register.name}).mappings()
    for id_, group in groupby(rows, key=lambda row: str(row["id"])):
        yield id_, [_claim(row) for row in group]


def claims_of(connection: Connection, ids: Sequence[str]) -> Mapping[str, list[Claim]]:
    """The same of these records."""
    rows = connection.execute(_only_claims(_ASKED), {"ids": list(ids)}).mappings()
    groups = groupby(rows, key=lambda row: str(row["id"]))
    return {id_: [_claim(row) for row in group] for id_, group in groups}


def _only_claims(asked: Rows) -> Rows:
    return asked.where(tables.record.c.id.is_not(None)).with_only_columns(*_versions)


def turned(connection: Connection, register: Register) -> None:
    """Say that the register's tokens are others now."""
    rows = tables.turn
    mine = rows.c.register == register.name
    done = connection.execute(update(rows).where(mine).values(number=rows.c.number + 1))
    if not done.rowcount:
        connection.execute(insert(rows), {"register": register.name, "number": 1})


def missing(id_: str) -> NotFound:
    return NotFound(
        "registers.no-such-record",
        message("This register has no record {number}.", number=id_[:60]),
    )


def _claim(row: RowMapping) -> Claim:
    return Claim(
        row["version"],
        row["state"],
        Span(row["valid_from"], row["valid_to"]),
        Span(row["over_from"], row["over_to"]),
        row["recorded_at"],
    )


def _gathered(rows: Iterable[RowMapping], vault: Vault) -> dict[str, Kept]:
    found: dict[str, Kept] = {}
    for row in rows:
        if row["register"] != vault.name:
            continue
        one = found.get(row["id"])
        if one is None:
            one = found[row["id"]] = Kept.begin(row, vault)
        one.add(row)
    return found
