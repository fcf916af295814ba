"""Which of many are in a register, when neither side may see the other's list."""

import msgspec
import pytest

from benelux.core.errors import Conflict, Invalid, NotAllowed, Unavailable
from benelux.core.exchange.hiding import ask_hidden
from benelux.core.house import House
from benelux.core.ledger import Consultation, ledger_of
from benelux.core.registers import hidden
from benelux.core.registers.hidden import Hidden, hidden_answer, hidden_list
from benelux.core.registers.matching import psi
from benelux.core.registers.service import correct
from tests.core.boats.registers import MOORINGS
from tests.core.harbour import DUTCH, EMMA, MASTER, WATCH, facts, harbour, moor
from tests.core.lanterns.registers import PERMITS
from tests.core.test_registers_asking import last, size
from tests.core.union import WHY, Union, lasting

__all__ = ["harbour", "lasting"]  # fixtures
pytestmark = pytest.mark.skipif(not psi.available(), reason="needs openmined-psi")
CAR = {"car_country": "BE", "car": "1-ABC-234"}
SEEN = ["BE 1-ABC-234", "BE 1-XYZ-999", "not a plate", "BE 1ABC234"]


def ask(house: House, lines: list[str] = SEEN, **other: object) -> list[bool]:
    asked = {"by": WATCH, "facts": facts(), "request": "r-1", **other}
    question = Hidden(MOORINGS, lines)
    set_up = hidden_list(house, MOORINGS, **asked)  # type: ignore[arg-type]
    answer = hidden_answer(house, MOORINGS, question.question, **asked)  # type: ignore[arg-type]
    return question.hits(set_up, answer)


def test_who_asks_learns_which_of_their_plates_are_there(harbour: House) -> None:
    moor(harbour, **CAR)
    before = size(harbour)

    assert ask(harbour) == [True, False, False, True]
    assert size(harbour) == before + 2  # the list was given, and a question answered
    assert last(harbour).answer == "list"
    assert "ABC" not in last(harbour).object


def test_the_list_follows_every_change(harbour: House) -> None:
    number = moor(harbour, **CAR).id
    assert any(ask(harbour))
    correct(harbour, MOORINGS, number, EMMA, by=MASTER, expected_version=1)
    assert not any(ask(harbour, request="r-2"))


def test_neither_message_holds_a_plate(harbour: House) -> None:
    moor(harbour, **CAR)
    question = Hidden(MOORINGS, SEEN)
    set_up = hidden_list(harbour, MOORINGS, by=WATCH, facts=facts(), request="r-1")
    assert b"ABC234" not in question.question
    assert b"ABC234" not in set_up


@pytest.mark.parametrize(
    "other", [{"facts": facts(purpose="curiosity")}, {"by": DUTCH}, {"facts": facts(article="9")}]
)
def test_who_may_not_ask_gets_nothing_and_it_is_on_record(
    harbour: House, other: dict[str, object]
) -> None:
    moor(harbour, **CAR)
    before = size(harbour)
    with pytest.raises(NotAllowed):
        ask(harbour, **other)
    assert size(harbour) == before + 1
    assert last(harbour).answer == "refused"


def test_what_is_no_question_is_refused_and_answers_nothing(harbour: House) -> None:
    moor(harbour, **CAR)
    for nonsense in (b"", b"\xff" * 40):
        try:
            told = hidden_answer(
                harbour, MOORINGS, nonsense, by=WATCH, facts=facts(), request="r-1"
            )
        except Invalid:
            continue
        assert len(told) < 64, "nothing was asked about"


def test_a_request_number_is_for_one_question(harbour: House) -> None:
    moor(harbour, **CAR)
    before = size(harbour)
    ask(harbour)
    ask(harbour)
    assert size(harbour) == before + 2
    with pytest.raises(Conflict):
        ask(harbour, facts=facts(case="2026/8"))


def test_a_long_list_is_hidden_while_the_asker_comes_again(
    harbour: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    moor(harbour, **CAR)
    monkeypatch.setattr(hidden, "_SOON", 0.0)
    with pytest.raises(Unavailable):
        ask(harbour)
    monkeypatch.setattr(hidden, "_SOON", 20.0)
    assert any(ask(harbour, request="r-2"))


def test_a_dutch_officer_asks_the_belgian_node(lasting: Union) -> None:
    lines = ["Lambert;Emma;1990-05-17", "Lambert;Emma;1990-05-18", "EMMA; LAMBERT ;1990-05-17"]
    by = lasting.inspector()
    log = ledger_of(lasting.node("BE").house).open("demo-be-licensing")
    before = log.size()

    hits = ask_hidden(lasting.known, PERMITS, lines, by=by, country="BE", facts=WHY, within=30)

    assert hits == [True, False, True]
    assert log.size() == before + 2
    told = msgspec.json.decode(log.read(log.size() - 1), type=Consultation)
    assert (told.actor.organisation, told.answer) == ("demo-nl-inspection", "list")


def test_a_line_that_is_no_person_is_named() -> None:
    with pytest.raises(Invalid) as refused:
        Hidden(PERMITS, ["Lambert;Emma;1990-05-17", "Lambert"])
    assert refused.value.faults[0].line == 2
