"""Many plates at once: hit or no hit for each, one entry on record."""

from dataclasses import replace
from datetime import date

import pytest

from benelux.core.errors import Conflict, Invalid, NotAllowed, TooLarge
from benelux.core.house import House
from benelux.core.ledger import ledger_of
from benelux.core.registers.service import batch, correct, erase, move
from tests.core.boats.registers import MOORINGS
from tests.core.harbour import DUTCH, EMMA, KEEPER, MASTER, WATCH, facts, moor
from tests.core.test_registers_asking import last, seen_by_citizen, size
from tests.core.test_registers_erasing import CLERK, GROUND

CAR = {"car_country": "BE", "car": "1-ABC-234"}
SEEN = ["BE 1-ABC-234", "BE 1ABC234", "BE 1-A8C-234", "NL 1-ABC-234", "BE 1-XYZ-999", "", "*"]
HITS = [True, True, True, False, False, False, False]


def ask(house: House, texts: list[str] = SEEN, request: str = "1", **other: object) -> list[bool]:
    asked = {"by": WATCH, "facts": facts(), **other}
    return list(batch(house, MOORINGS, texts, request=request, **asked))  # type: ignore[arg-type]


def test_each_plate_is_a_hit_or_not_as_a_camera_reads_it(harbour: House) -> None:
    moor(harbour, about=("sign-in demo demo-citizen",), **CAR)
    before = size(harbour)
    assert ask(harbour) == HITS
    assert size(harbour) == before + 1
    assert last(harbour).answer == "list"
    assert len(seen_by_citizen(harbour)) == 1


def test_the_index_follows_every_change(harbour: House) -> None:
    number = moor(harbour, **CAR).id
    assert ask(harbour, request="1") == HITS
    correct(harbour, MOORINGS, number, EMMA, by=MASTER, expected_version=1)
    assert not any(ask(harbour, request="2"))
    other = moor(harbour, **CAR, valid_to=date(2099, 1, 1)).id
    assert ask(harbour, request="3") == HITS
    erase(harbour, MOORINGS, other, by=CLERK, facts=GROUND)
    assert not any(ask(harbour, request="4"))


def test_only_what_holds_today_is_a_hit(harbour: House) -> None:
    moor(harbour, **CAR, valid_to=date(2026, 1, 31))
    assert not any(ask(harbour))


def test_the_same_list_gets_the_same_answer_and_another_none(harbour: House) -> None:
    number = moor(harbour, **CAR).id
    assert ask(harbour) == HITS
    before = size(harbour)
    move(harbour, MOORINGS, number, "grant", by=MASTER)
    erase(harbour, MOORINGS, number, by=CLERK, facts=GROUND)
    assert ask(harbour) == HITS
    with pytest.raises(Conflict):
        ask(harbour, [*SEEN, "BE 1-AAA-111"])
    assert size(harbour) == before + 3


def test_whoever_may_not_ask_gets_no_bit_and_is_on_record(harbour: House) -> None:
    moor(harbour, **CAR)
    for turn, (by, told) in enumerate(
        [(DUTCH, facts()), (WATCH, facts(purpose="curiosity")), (WATCH, facts(case=""))]
    ):
        with pytest.raises(NotAllowed):
            ask(harbour, request=f"refused {turn}", by=by, facts=told)
        assert last(harbour).answer == "refused"


def test_lists_are_bounded(harbour: House) -> None:
    with pytest.raises(TooLarge):
        ask(harbour, [""] * 1_000_001)
    for texts in ([], ["x" * 61]):
        with pytest.raises(Invalid):
            ask(harbour, texts)
    assert ledger_of(harbour).open(KEEPER.id).size() == 1


def test_where_no_plates_are_declared_numbers_are_asked_about(harbour: House) -> None:
    number = moor(harbour).id
    plain = replace(MOORINGS, lookups=())
    texts = [number.lower(), "BE-BM-7K3M-9QXR-5", "nonsense"]
    assert list(batch(harbour, plain, texts, by=WATCH, facts=facts(), request="n")) == [
        True, False, False,
    ]  # fmt: skip
