"""Many plates or numbers at once, as cameras ask: hit or no hit for each, on record as one list."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, bindparam, insert, select

from benelux.core.errors import Fault, Invalid, Refusal, TooLarge
from benelux.core.house import House
from benelux.core.identity.alarms import watch
from benelux.core.identity.facts import Facts
from benelux.core.language import message
from benelux.core.ledger.writing import Item, append_in
from benelux.core.registers import numbers, tables
from benelux.core.registers.answers import reused
from benelux.core.registers.deciding import Case, checked_request, decide, unclear
from benelux.core.registers.declaration import Question, Register
from benelux.core.registers.desk import Desk, desk_of, signed
from benelux.core.registers.lookups import LOOSE, list_texts, number_text
from benelux.core.registers.matching.batch import MOST, loose_many
from benelux.core.registers.matching.index import SortedIndex
from benelux.core.registers.rows import kept_by
from benelux.core.registers.timeline import holding
from benelux.core.registers.values import Acting
from benelux.core.store import Store

_LONGEST: Final = 60
_AT_ONCE: Final = 200
_FETCHED: Final = 100_000
_DIGEST: Final = 32
_Tokens = npt.NDArray[np.uint64]
_KEPT: Final = select(tables.answer.c.sealed).where(tables.answer.c.request == bindparam("asked"))


def batch(  # noqa: PLR0913 - what is asked, by whom, why, and as which request
    house: House,
    register: Register,
    texts: Sequence[str],
    *,
    by: Acting,
    facts: Facts,
    request: str,
) -> Sequence[bool]:
    """Whether each of these is in the register today: plates ("BE 1-ABC-234"), else numbers.

    What is no plate or no number is no hit. Raises as `ask` does, and `TooLarge` for too many.
    """
    checked_request(request, facts)
    _check(texts)
    desk = desk_of(house, register)
    now, day = desk.now(), desk.today()
    keys = asked_keys(register, texts)
    hits, about = _confirmed(desk, keys, _index_of(desk).contains(desk.many(keys)), day)
    asked = sha256("\n".join(texts).encode()).hexdigest()
    case = decide(desk, Question.HIT.action, asked, by=by, facts=facts, now=now, day=day)
    listing = Listing(case, f"{by.organisation} {register.name} list {request}", asked, hits, about)
    outcome = house.store.write(listing.settle)
    if isinstance(outcome, Refusal):
        raise outcome  # only here, so that the refusal stays on record
    return outcome


@dataclass(frozen=True, slots=True)
class Listing:
    """A list that was looked up and decided, about to be put on record."""

    case: Case
    numbered: str
    asked: str
    hits: Sequence[bool]
    about: tuple[str, ...]

    def settle(self, connection: Connection) -> Sequence[bool] | Refusal:
        """Put it on record, unless it is there already."""
        vault = self.case.desk.vault
        hidden = vault.hide("request", self.numbered)
        sealed = connection.scalar(_KEPT, {"asked": hidden})
        if sealed is not None:
            packed = vault.open_answer(sealed, hidden)
            return self._again(connection, packed[:_DIGEST], packed[_DIGEST:])
        purpose, desk = self.case.purpose, self.case.desk
        refusal: Refusal | None = None
        if purpose is not None:
            refusal = watch(
                connection, desk.log, desk.register.name, purpose, by=self.case.by, now=desk.now()
            )
        request = "" if refusal else self.numbered
        entry = self.case.entry("list", self.about, request, too_often=refusal is not None)
        item = Item.of(desk.log.ring, entry)
        (receipt,) = append_in(connection, desk.log.ring, [item], desk.now())
        if isinstance(receipt, Refusal):
            return receipt
        if refusal is not None or not self.case.decision.granted:
            return refusal or self.case.refusal()
        packed = self._digest() + np.packbits(np.array(self.hits, dtype=np.bool_)).tobytes()
        connection.execute(
            insert(tables.answer),
            {
                "request": hidden,
                "register": desk.register.name,
                "day": desk.now().date(),
                "sealed": vault.close_answer(packed, hidden),
            },
        )
        return self.hits

    def _again(
        self, connection: Connection, kept: bytes, packed: bytes
    ) -> Sequence[bool] | Refusal:
        """The same answer to the same list; another list is refused, which is on record."""
        if not hmac.compare_digest(kept, self._digest()):
            return reused(connection, self.case.desk, self.numbered)
        bits = np.unpackbits(np.frombuffer(packed, dtype=np.uint8), count=len(self.hits))
        return [bool(bit) for bit in bits]

    def _digest(self) -> bytes:
        return self.case.digest(self.asked)


def _check(texts: Sequence[str]) -> None:
    if len(texts) > MOST:
        raise TooLarge(
            "registers.too-many-texts",
            message("Ask about at most {n} at once.", n=MOST),
        )
    if not texts:
        raise unclear(Fault("texts", message("Give at least one.")))
    if max(map(len, texts)) > _LONGEST:
        raise unclear(Fault("texts", message("Use at most {n} characters.", n=_LONGEST)))


def asked_keys(register: Register, texts: Sequence[str]) -> list[bytes]:
    """The text under which each would be found; empty for what is no plate or no number."""
    if any(one.kind == "plate" for one in register.lookups):
        return loose_many(texts, f"{LOOSE} ")
    return [_number_key(text) for text in texts]


def _number_key(text: str) -> bytes:
    try:
        return number_text(numbers.read(text).text).encode()
    except Invalid:
        return b""


def _confirmed(
    desk: Desk, keys: Sequence[bytes], leads: npt.NDArray[np.bool_], day: date
) -> tuple[list[bool], tuple[str, ...]]:
    """Which of these hold on that day: each lead is looked at, for the index knows no days."""
    tokens = [signed(int(one)) for one in np.unique(desk.many([
        key for key, lead in zip(keys, leads, strict=True) if lead
    ]))]  # fmt: skip
    good: set[bytes] = set()
    about: dict[str, None] = {}
    with desk.store.read() as connection:
        for at in range(0, len(tokens), _AT_ONCE):
            some = tokens[at : at + _AT_ONCE]
            for kept in kept_by(connection, desk.vault, some, MOST).values():
                claim = holding(kept.claims, day)
                said = kept.said(claim.version) if claim else None
                if said:
                    texts = list_texts(desk.register, kept.id, said[0])
                    good.update(text.encode() for text in texts)
                    about.update(dict.fromkeys(kept.about))
    return [bool(lead) and key in good for key, lead in zip(keys, leads, strict=True)], tuple(about)


_INDEXES: Final[WeakKeyDictionary[Store, dict[str, tuple[int, SortedIndex]]]] = WeakKeyDictionary()


def _index_of(desk: Desk) -> SortedIndex:
    """All tokens of this node in memory, made again after any change of the register's.

    In memory alone: a file would have to forget what is erased.
    """
    indexes = _INDEXES.setdefault(desk.store, {})
    rows = tables.turn.c
    with desk.store.read() as connection:
        asked = select(rows.number).where(rows.register == desk.register.name)
        turn = connection.scalar(asked) or 0
        known = indexes.get(desk.register.name)
        if known is not None and known[0] == turn:
            return known[1]
        made = SortedIndex.of(_all_tokens(connection))
    indexes[desk.register.name] = (turn, made)
    return made


def _all_tokens(connection: Connection) -> _Tokens:
    result = connection.execute(select(tables.token.c.token))
    parts = [
        np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))
        for rows in result.partitions(_FETCHED)
    ]
    whole = np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)
    return whole.view(np.uint64)
