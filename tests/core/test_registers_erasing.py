"""What was erased cannot be found, read or revived by anybody, and the ledger still verifies."""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from benelux.core.errors import Conflict, NotAllowed, NotFound, Refusal
from benelux.core.house import House
from benelux.core.identity.facts import Actor, Facts
from benelux.core.ledger import ledger_of
from benelux.core.ledger.service import verify
from benelux.core.registers import tables
from benelux.core.registers.declaration import Question
from benelux.core.registers.service import (
    ask,
    correct,
    erase,
    history,
    move,
    record_of,
    records,
    rotate,
    sweep,
)
from benelux.core.registers.values import Subject
from benelux.core.registers.work import sweep_all
from benelux.core.store import Store
from tests.core.boats import DOMAIN
from tests.core.boats.registers import MOORINGS
from tests.core.harbour import EMMA, KEEPER, MASTER, START, WATCH, asking, harbour_in, moor

CLERK = replace(MASTER, actor=replace(MASTER.actor, kind="Officer"))
GROUND = Facts(instrument="(EU) 2016/679", article="17", case="2026/9")


def left(house: House) -> dict[str, int]:
    """How many rows are left in the tables of what can be erased."""
    with house.store.read() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in (tables.record, tables.content, tables.token)
        }


def test_an_erased_record_is_nowhere_to_be_found(harbour: House) -> None:
    number = moor(harbour, car_country="BE", car="1-ABC-234").id
    correct(harbour, MOORINGS, number, EMMA, by=MASTER, expected_version=1)
    erase(harbour, MOORINGS, number, by=CLERK, facts=GROUND)
    assert set(left(harbour).values()) == {0}
    assert not records(harbour, MOORINGS)
    for subject in (
        Subject(number=number),
        Subject(family="Lambert", given="Emma", born="1990-05-17"),
        Subject(exact=("hull", "BE-771")),
        Subject(country="BE", plate="1-ABC-234"),
    ):
        assert ask(harbour, asking(subject), by=WATCH).verdict == "no-hit"


def test_what_stays_is_that_there_was_such_a_number(harbour: House) -> None:
    number = moor(harbour).id
    erase(harbour, MOORINGS, number, by=CLERK, facts=GROUND)
    assert record_of(harbour, MOORINGS, number).content is None
    assert [one.content for one in history(harbour, MOORINGS, number)] == [None]


def test_an_erasure_is_on_record_with_its_ground_and_the_ledger_verifies(harbour: House) -> None:
    number = moor(harbour).id
    receipt = erase(harbour, MOORINGS, number, by=CLERK, facts=GROUND)
    log = ledger_of(harbour).log(KEEPER.id)
    leaf = log.leaf(receipt.number)
    assert leaf.kind == "decision"
    assert leaf.public == {
        "act": "erase", "register": "boats.moorings", "ground": "(EU) 2016/679 art. 17",
    }  # fmt: skip
    assert number.encode() in log.read(receipt.number)
    assert verify(ledger_of(harbour), KEEPER.id, deep=True).holds


def test_nothing_is_erased_without_ground_case_and_office(harbour: House) -> None:
    number = moor(harbour).id
    for by, facts in (
        (CLERK, Facts(case="2026/9")),
        (CLERK, replace(GROUND, case=None)),
        (replace(CLERK, actor=Actor("Device", "d")), GROUND),
        (WATCH, GROUND),
    ):
        with pytest.raises(NotAllowed):
            erase(harbour, MOORINGS, number, by=by, facts=facts)
    assert record_of(harbour, MOORINGS, number).content


def test_what_is_erased_is_not_written_to_or_erased_again(harbour: House) -> None:
    number = moor(harbour).id
    erase(harbour, MOORINGS, number, by=CLERK, facts=GROUND)
    with pytest.raises(Conflict):
        erase(harbour, MOORINGS, number, by=CLERK, facts=GROUND)
    with pytest.raises(Conflict):
        correct(harbour, MOORINGS, number, EMMA, by=MASTER, expected_version=1)
    with pytest.raises(Conflict):
        move(harbour, MOORINGS, number, "grant", by=MASTER)
    with pytest.raises(Conflict):
        moor(harbour, id=number)
    with pytest.raises(NotFound):
        erase(harbour, MOORINGS, "BE-BM-NONE", by=CLERK, facts=GROUND)


def test_a_request_that_is_sent_again_does_not_bring_back_what_was_erased(harbour: House) -> None:
    number = moor(harbour).id
    asked = asking(Subject(number=number), Question.FULL, "request 1")
    assert ask(harbour, asked, by=WATCH).found
    erase(harbour, MOORINGS, number, by=CLERK, facts=GROUND)
    again = ask(harbour, asked, by=WATCH)
    assert (again.verdict, again.found) == ("record", ())


def test_after_rotation_an_old_copy_cannot_revive_what_was_erased(tmp_path: Path) -> None:
    with harbour_in(tmp_path / "a") as house:
        number, other = moor(house).id, moor(house, family="Peeters").id
    shutil.copytree(tmp_path / "a", tmp_path / "b", ignore=shutil.ignore_patterns("keys"))
    with harbour_in(tmp_path / "a") as house:
        erase(house, MOORINGS, number, by=CLERK, facts=GROUND)
        assert rotate(house, MOORINGS) == 2
        assert record_of(house, MOORINGS, other).content
        assert moor(house, family="Claes").content
    # Who has the old copy of the store and all keys of today.
    shutil.copytree(tmp_path / "a" / "keys", tmp_path / "b" / "keys")
    with Store.open(tmp_path / "b" / "benelux.db") as store:
        with harbour_in(tmp_path / "a") as house:
            settings = replace(house.settings, data=tmp_path / "b")
        copy = House(settings, store, (DOMAIN,))
        for one in (number, other):
            with pytest.raises(Refusal) as refused:
                record_of(copy, MOORINGS, one)
            assert refused.value.code == "ledger.key-gone"


@pytest.mark.parametrize(
    ("valid_to", "today", "erased"),
    [
        (None, date(2090, 1, 1), 0),
        (date(2026, 6, 30), date(2028, 6, 30), 0),
        (date(2026, 6, 30), date(2028, 7, 1), 1),
        (date(2028, 2, 29), date(2030, 2, 28), 0),
        (date(2028, 2, 29), date(2030, 3, 1), 1),
    ],
)
def test_a_record_is_kept_for_its_years_and_then_destroyed(
    harbour: House, valid_to: date | None, today: date, erased: int
) -> None:
    moor(harbour, valid_to=valid_to)
    assert sweep(harbour, MOORINGS, today) == erased
    assert left(harbour)["register_record"] == 1 - erased


def test_a_final_state_is_a_last_day_too(harbour: House) -> None:
    number = moor(harbour, valid_to=date(2036, 1, 1)).id
    move(harbour, MOORINGS, number, "grant", by=MASTER, day=START)
    move(
        harbour, MOORINGS, number, "withdraw", by=MASTER, reason="sold", day=date(2026, 3, 1)
    )  # fmt: skip
    assert sweep(harbour, MOORINGS, date(2028, 3, 1)) == 0
    assert sweep(harbour, MOORINGS, date(2028, 3, 2)) == 1
    log = ledger_of(harbour).log(KEEPER.id)
    leaf = log.leaf(log.size() - 1)
    assert (leaf.kind, leaf.public["ground"]) == ("decision", "Boat Act art. 9")
    assert sweep(harbour, MOORINGS, date(2028, 3, 2)) == 0


def test_every_register_of_this_node_is_swept_beside_the_requests(harbour: House) -> None:
    moor(harbour, valid_to=date(2022, 6, 30), valid_from=date(2022, 1, 1))
    moor(harbour)
    assert sweep_all(harbour) == 1
    assert len(records(harbour, MOORINGS)) == 1
