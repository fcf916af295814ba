"""Whether a declaration fits together: said before anything is entered."""

import re
from collections.abc import Iterator
from typing import Final

from benelux.core.registers.declaration import FieldKind, LookupKind, Register

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9-]*")
_KEY: Final = re.compile(r"[a-z][a-z0-9_-]{0,40}")
_MARK: Final = re.compile(r"[A-Z]{2,4}")
_KINDS: Final[dict[LookupKind, tuple[frozenset[FieldKind], ...]]] = {
    "exact": (frozenset({"text", "name", "date", "number", "choice", "choices", "country"}),),
    "person": (
        frozenset({"name"}),
        frozenset({"name"}),
        frozenset({"date"}),
    ),
    "plate": (frozenset({"country"}), frozenset({"plate"})),
}


def unsound(one: Register) -> Iterator[str]:
    """What does not fit together in a declaration; nothing when all does."""
    if not _NAME.fullmatch(one.name):
        yield f"“{one.name}” is not domain.name in small letters"
    if not _MARK.fullmatch(one.mark):
        yield f"the mark “{one.mark}” is not of two to four capitals"
    for what, keys in (
        ("field", [field.key for field in one.fields]),
        ("state", [state.key for state in one.states]),
        ("move", [move.key for move in one.moves]),
        ("purpose", [purpose.key for purpose in one.purposes]),
    ):
        yield from _odd_keys(what, keys)
    for what, there in (
        ("purpose", one.purposes),
        ("ground", one.grounds),
        ("state", one.states),
        ("rule of retention for all countries", [r for r in one.retention if not r.country]),
    ):
        if not there:
            yield f"there is no {what}"
    yield from _odd_fields(one)
    yield from _odd_states(one)
    yield from _odd_lookups(one)


def _odd_keys(what: str, keys: list[str]) -> Iterator[str]:
    for key in keys:
        if not _KEY.fullmatch(key):
            yield f"“{key}” is not the key of a {what}"
        if keys.count(key) > 1:
            yield f"the {what} “{key}” is declared twice"


def _odd_fields(one: Register) -> Iterator[str]:
    known = {field.key for field in one.fields}
    for field in one.fields:
        if field.kind in {"choice", "choices"} and not field.choices:
            yield f"“{field.key}” has nothing to choose from"
    named = [*(one.statistics.by if one.statistics else ())]
    named += [*(one.credential.fields if one.credential else ())]
    for key in named:
        if key not in known | {"state"}:
            yield f"there is no field “{key}” to publish"


def _odd_states(one: Register) -> Iterator[str]:
    known = {state.key for state in one.states}
    reached = {one.states[0].key} if one.states else set()
    for _ in one.moves:
        reached |= {move.end for move in one.moves if reached & set(move.start)}
    for move in one.moves:
        for key in {*move.start, move.end} - known:
            yield f"“{move.key}” goes by a state “{key}”, which is not declared"
        for key in set(move.start) & known - reached:
            yield f"“{move.key}” starts at “{key}”, where no record ever is"
    if not any(state.good for state in one.states if state.key in reached):
        yield "no state is good"


def _odd_lookups(one: Register) -> Iterator[str]:
    kinds = {field.key: field.kind for field in one.fields}
    for lookup in one.lookups:
        wanted = _KINDS[lookup.kind]
        if len(lookup.fields) != len(wanted):
            yield f"a look-up by {lookup.kind} takes {len(wanted)} fields"
            continue
        for key, allowed in zip(lookup.fields, wanted, strict=True):
            if kinds.get(key) not in allowed:
                yield f"a look-up by {lookup.kind} cannot take “{key}”"
