"""Looking up what is asked about: candidates by their tokens, then each opened and compared.

As much is done when there is no record: then one is opened and compared that nobody entered.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final, NamedTuple

from benelux.core.registers.declaration import Lookup, Question, Register
from benelux.core.registers.desk import Desk
from benelux.core.registers.lookups import Sought
from benelux.core.registers.rows import Kept, about, about_in, kept_by, said, said_in
from benelux.core.registers.timeline import Claim, holding, nearest
from benelux.core.registers.values import Content, Found, Value
from benelux.core.registers.vault import RecordKey

_CANDIDATES: Final = 200
"""How many records are looked at for one question; a name alone could find thousands."""
_NOBODY: Final = "-"
_INVENTED: Final = {"person": ("Niemand", "Nemo", "1900-01-01"), "plate": ("BE", "1-ABC-123")}


@dataclass(frozen=True, slots=True)
class Match:
    """A record that agrees with the question, and what of it may be shown."""

    id: str
    version: int
    quality: str
    good: bool
    about: tuple[str, ...]
    found: Found


def look_up(desk: Desk, wanted: Sought, question: Question, day: date) -> list[Match]:
    """The records that are asked about.

    A hit is what holds on that day; other questions also find what has ended, and say so.
    """
    tokens = desk.tokens(wanted.texts).values()
    with desk.store.read() as connection:
        found = kept_by(connection, desk.vault, tokens, _CANDIDATES)
    candidates = [one for one in found.values() if not one.erased]
    if not candidates:
        _pretend(desk, wanted)
    matches = (_match(desk.register, one, wanted, question, day) for one in candidates)
    return [one for one in matches if one is not None]


def shown(register: Register, question: Question, kept: Kept, claim: Claim) -> Found:
    """A record, and no more of it than the kind of question allows."""
    return _shown(register, question, kept.id, claim, _content(kept, claim))


def _match(
    register: Register, kept: Kept, wanted: Sought, question: Question, day: date
) -> Match | None:
    in_force = holding(kept.claims, day)
    claim = in_force if question is Question.HIT else nearest(kept.claims, day)
    content = _content(kept, claim or kept.newest)
    quality, concerned = wanted.agrees(kept.id, content), kept.about
    if claim is None or not quality:
        return None
    good = in_force is not None and register.state(claim.state).good
    found = _shown(register, question, kept.id, claim, content)
    return Match(kept.id, claim.version, quality, good, concerned, found)


def _shown(
    register: Register, question: Question, number: str, claim: Claim, content: Content
) -> Found:
    fields: dict[str, Value] = {}
    if question is not Question.HIT:
        for each in register.fields:
            value = content.get(each.key)
            if value is not None and (each.in_status or question is Question.FULL):
                fields[each.key] = value
    return Found(number, claim.state, claim.valid.first, claim.valid.last, fields)


def _content(kept: Kept, claim: Claim) -> Content:
    found = kept.said(claim.version)
    return found[0] if found else {}


def _pretend(desk: Desk, wanted: Sought) -> None:
    """The work that a found record makes, done upon an invented one."""
    decoy = _decoy(desk.register.lookups)
    key = RecordKey(decoy.secret, _NOBODY)
    content, _ = said_in(key, decoy.said, 1)
    about_in(key, decoy.about)
    wanted.agrees(_NOBODY, content)


class _Decoy(NamedTuple):
    """A sealed record about nobody."""

    secret: bytes
    said: bytes
    about: bytes


@cache
def _decoy(lookups: tuple[Lookup, ...]) -> _Decoy:
    content: dict[str, Value] = {}
    for lookup in lookups:
        invented = _INVENTED.get(lookup.kind, ("-",))
        content.update(zip(lookup.fields, invented, strict=True))
    key = RecordKey.new(_NOBODY)
    return _Decoy(key.secret, said(key, (content, ""), 1), about(key, ()))
