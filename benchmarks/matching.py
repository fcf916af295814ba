"""Persons and vehicles found again: recall, false hits, tokens, look-ups, plates, hidden lists.

Recall and false hits are of the two sets that the tests keep, of one made anew for every run, and
of people who are near to somebody in the register without being in it.
"""

import secrets
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import names_set
import numpy as np
import sheet
import stand

from benelux.core.registers.matching import psi
from benelux.core.registers.matching.batch import loose_many
from benelux.core.registers.matching.index import SortedIndex
from benelux.core.registers.matching.people import Person, person_keys
from benelux.core.registers.matching.plates import plate_keys
from benelux.core.registers.matching.tokens import Tokens
from benelux.core.registers.matching.verdict import agrees

_KEPT = stand.HERE.parent / "tests" / "core" / "data" / "names"
_REGISTER = "bench.vehicles"
T = TypeVar("T")


def main() -> None:
    options = sheet.options(__doc__)
    people = sheet.Sheet(
        "Persons, 20,000 in the register, 4,000 questions",
        (
            "set",
            "recall %",
            "false hits %",
            "others beside %",
            "keys a person",
            "opened a question",
        ),
    )
    seed = secrets.randbelow(2**31)
    given, made = names_set.read(_KEPT / "given"), names_set.read(_KEPT / "made")
    for name, one in (
        ("given", given),
        ("made, seed 2026", made),
        (f"made now, seed {seed}", names_set.made(seed)),
    ):
        sheet.step(name)
        figures = names_set.Register(one.persons).judged(one.queries)
        shares = (figures.recall, figures.false, figures.beside)
        people.add(name, *(100 * share for share in shares), figures.keys, figures.candidates)
    people.notes.append(
        "The first set is of a few name parts put together by chance; of the third nobody has seen "
        "a row before. False hits are counted over the questions about nobody in the register."
    )

    near = sheet.Sheet("Near to somebody in the register", ("who", "questions", "hits %"))
    by_kind: dict[str, list[names_set.Query]] = defaultdict(list)
    for query in names_set.namesakes(seed, made.persons):
        by_kind[query.kind].append(query)
    register = names_set.Register(made.persons)
    for kind, queries in by_kind.items():
        near.add(kind, len(queries), 100 * register.judged(queries).false)

    speed = sheet.Sheet("Speed, one core", ("what", "how many", "seconds", "a second"))
    _persons(speed, made.persons)
    _plates(speed, options)
    _hidden(speed, options)
    sheet.show(options, people, near, speed)


def _timed(told: sheet.Sheet, what: str, count: int, work: Callable[[], T]) -> T:
    sheet.step(what)
    began = time.perf_counter()
    done = work()
    took = time.perf_counter() - began
    told.add(what, count, took, count / took)
    return done


def _persons(told: sheet.Sheet, persons: Sequence[Person]) -> None:
    some = persons[:5_000]
    _timed(told, "keys of a person", len(some), lambda: [person_keys(*one) for one in some])
    pairs = list(zip(some, reversed(some), strict=True))
    _timed(told, "second looks", len(pairs), lambda: [agrees(*pair) for pair in pairs])


def _plates(told: sheet.Sheet, options: sheet.Options) -> None:
    chance = np.random.default_rng(1)
    kept, asked = (1_000_000, 100_000) if options.quick else (10_000_000, 1_000_000)
    tokens = Tokens(secrets.token_bytes(32))
    numbers = chance.integers(0, 26**3 * 9000, size=asked)
    texts = [_plate(int(number)) for number in numbers]
    _timed(told, "strict and loose keys of a plate, checked", 10_000, lambda: [
        plate_keys(text[:2], text[3:]) for text in texts[:10_000]
    ])  # fmt: skip
    loose = _timed(told, "loose keys of plates, at once", asked, lambda: loose_many(texts))
    own = _timed(told, "tokens", asked, lambda: tokens.many(_REGISTER, loose))
    others = chance.integers(0, 2**64, size=kept, dtype=np.uint64)
    index = _timed(told, "sorting an index", kept, lambda: SortedIndex.of(others))
    with tempfile.TemporaryDirectory(prefix="benelux-matching-") as folder:
        path, key_id = Path(folder) / "tokens", tokens.key_id(_REGISTER)
        index.save(path, key_id)
        index = _timed(told, "opening its file, checksum and all", kept, lambda: (
            SortedIndex.open(path, key_id)
        ))  # fmt: skip
        _timed(told, f"look-ups in {kept:,}", asked, lambda: index.contains(own))
        _timed(told, "plates: texts to hits", asked, lambda: (
            index.contains(tokens.many(_REGISTER, loose_many(texts)))
        ))  # fmt: skip


def _plate(number: int) -> str:
    letters, figures = divmod(number, 9000)
    parts = (chr(65 + letters // 26**power % 26) for power in (2, 1, 0))
    return f"BE {figures // 1000 + 1}-{''.join(parts)}-{figures % 1000:03}"


def _hidden(told: sheet.Sheet, options: sheet.Options) -> None:
    if not psi.available():
        told.notes.append("No openmined-psi here: hidden lists were left out.")
        return
    kept = 2_000 if options.quick else 20_000
    asked = psi.MOST_ASKED // 10 if options.quick else psi.MOST_ASKED
    keeper, asker = psi.Keeper(), psi.Asker()
    on_list = [f"on the list {number}" for number in range(kept)]
    texts = [*on_list[: asked // 2], *(f"not on it {number}" for number in range(asked // 2))]
    set_up = _timed(told, "hidden list, set-up once a key", kept, lambda: keeper.set_up(on_list))
    question = _timed(told, "hidden question: made", asked, lambda: asker.question(texts))
    answer = _timed(told, "hidden question: answered", asked, lambda: keeper.answer(question))
    found = _timed(told, f"hidden question: read, list of {kept:,}", asked, lambda: (
        asker.found(set_up, answer)
    ))  # fmt: skip
    assert found == list(range(asked // 2))


if __name__ == "__main__":
    main()
