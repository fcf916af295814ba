"""The tables of the registers are on both engines what the code says, and keep what happened."""

from datetime import date
from functools import partial

import pytest
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.exc import DatabaseError

from benelux.core.house import House
from benelux.core.identity.tables import OWNER as IDENTITY
from benelux.core.ledger.tables import OWNER as LEDGER
from benelux.core.registers import tables
from benelux.core.registers.declaration import Question
from benelux.core.registers.service import ask, batch, erase, move, record_of, rotate, sweep
from benelux.core.registers.values import Subject
from benelux.core.settings import Settings
from benelux.core.store import Store, drift, migrate
from tests.core.boats import DOMAIN
from tests.core.boats.registers import MOORINGS
from tests.core.harbour import MASTER, START, WATCH, asking, facts, furnish, moor
from tests.core.test_registers_erasing import CLERK, GROUND


@pytest.fixture
def quay(any_store: Store, tmp_path_factory: pytest.TempPathFactory) -> House:
    """A harbour on either engine."""
    migrate(any_store, [IDENTITY, LEDGER, tables.OWNER])
    settings = Settings.read({}, data=tmp_path_factory.mktemp("quay"), country="BE")
    house = House(settings, any_store, (DOMAIN,))
    furnish(house)
    return house


def test_the_tables_are_as_the_code_says(quay: House) -> None:
    assert drift(quay.store, tables.OWNER) == []


def test_versions_can_be_neither_changed_nor_deleted(quay: House) -> None:
    moor(quay)
    for statement in (
        "UPDATE register_version SET state = 'valid'",
        "DELETE FROM register_version",
    ):
        with pytest.raises(DatabaseError):
            quay.store.write(partial(Connection.execute, statement=text(statement)))


def test_a_record_lives_its_life_on_either_engine(quay: House) -> None:
    number = moor(quay, car_country="BE", car="1-ABC-234", valid_to=date(2026, 12, 31)).id
    other = moor(quay, family="Peeters").id
    move(quay, MOORINGS, number, "grant", by=MASTER, day=START)
    emma = Subject(family="Lambert", given="Emma", born="1990-05-17")
    asked = asking(emma, Question.FULL)
    first = ask(quay, asked, by=WATCH)
    assert [one.number for one in first.found] == [number]
    assert ask(quay, asked, by=WATCH) == first
    assert list(batch(quay, MOORINGS, ["BE 1-ABC-234"], by=WATCH, facts=facts(), request="b")) == [
        True
    ]
    assert rotate(quay, MOORINGS) == 2
    erase(quay, MOORINGS, other, by=CLERK, facts=GROUND)
    assert sweep(quay, MOORINGS, date(2029, 1, 1)) == 1
    assert record_of(quay, MOORINGS, number).content is None


def test_a_token_may_belong_to_several_records(quay: House) -> None:
    def work(connection: Connection) -> None:
        rows = [{"token": -(2**63), "id": one} for one in "ab"]
        connection.execute(insert(tables.token), rows)

    quay.store.write(work)
    with quay.store.read() as connection:
        assert connection.scalars(select(tables.token.c.id)).all() == ["a", "b"]
