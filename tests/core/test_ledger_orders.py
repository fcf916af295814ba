"""Officers decide that somebody is told later, end it again, and erase; all of it on record."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from benelux.cli import main
from benelux.core.errors import Conflict, Invalid, NotAllowed, NotFound
from benelux.core.exchange.federation import federation_of
from benelux.core.identity.facts import Facts
from benelux.core.language import LANGUAGES
from benelux.core.ledger import Ledger, ledger_of, orders
from benelux.core.ledger.citizen import Asked
from benelux.core.ledger.service import consultations_of, record, verify
from benelux.core.registers.commands.office import portal_at
from benelux.core.registers.values import Acting
from tests.core.ledgers import consultation
from tests.core.offices import DESK, INSPECTION, Offices, offices

__all__ = ["offices"]
KEEPER = "demo-be-licensing"
WHY = Facts(instrument="(EU) 2016/680", article="15", case="P-7")
_people = count()


def today() -> date:
    return datetime.now(UTC).date()


class Concerned:
    """Somebody about whom the Belgian keeper was asked once, and what they see."""

    def __init__(self, office: Offices) -> None:
        self.office = office
        self.token = f"person {next(_people)}"
        self.number = record(self.ledger, KEEPER, consultation(), about=[self.token]).number
        self.path = f"/en/ledger/{KEEPER}/{self.number}/delay"

    @property
    def ledger(self) -> Ledger:
        return ledger_of(self.office.node("BE"))

    def sees(self, day: date | None = None) -> list[Asked]:
        return consultations_of(self.ledger, [self.token], day or today())

    def postpone(self, days: int = 90, why: Facts = WHY, by: Acting | None = None) -> int:
        until = today() + timedelta(days=days)
        by = by or self.office.acting(DESK)
        place = (self.office.house, KEEPER, self.number)
        return orders.postpone(by, *place, until, why).number

    def tell(self, by: Acting | None = None) -> None:
        by = by or self.office.acting(DESK)
        orders.tell(by, self.office.house, KEEPER, self.number)

    def form(self, days: int = 90) -> dict[str, str]:
        until = today() + timedelta(days=days)
        given = {"instrument": "(EU) 2016/680", "article": "15", "case": "P-7"}
        return {"form": "postpone", "until": until.isoformat(), **given}


@pytest.fixture
def somebody(offices: Offices) -> Concerned:
    return Concerned(offices)


def test_who_is_told_later_sees_nothing_until_that_day_and_then_the_ground(
    somebody: Concerned,
) -> None:
    somebody.postpone(90)
    assert somebody.sees() == []
    assert somebody.sees(today() + timedelta(days=89)) == []
    (seen,) = somebody.sees(today() + timedelta(days=90))
    assert seen.delay is not None
    assert (seen.delay.ground, seen.delay.authority) == ("(EU) 2016/680 art. 15", KEEPER)
    assert seen.delay.reference == "P-7"


def test_the_decision_is_on_record_with_who_took_it_and_by_which_rule(
    somebody: Concerned,
) -> None:
    log = somebody.ledger.log(KEEPER)
    entry = somebody.postpone()
    assert log.leaf(entry).kind == "delay"
    said = json.loads(log.read(entry))
    assert said["order"]["person"] == somebody.office.acting(DESK).pseudonym
    assert said["order"]["decision"]["rules"] == ["ledger.postpone"]
    assert verify(somebody.ledger, KEEPER, deep=True).holds


def test_it_may_be_decided_again_and_again_each_time_for_a_year_at_most(
    somebody: Concerned,
) -> None:
    for days in (1, 30, 366):
        somebody.postpone(days)
    assert somebody.sees(today() + timedelta(days=365)) == []
    for days in (367, 3650, 0, -1):
        with pytest.raises(NotAllowed):
            somebody.postpone(days)


def test_it_may_be_ended_earlier_and_its_ground_is_told_all_the_same(somebody: Concerned) -> None:
    somebody.postpone(90)
    somebody.tell()
    (seen,) = somebody.sees()
    assert seen.delay is not None
    assert (seen.delay.until, seen.delay.ground) == (today(), "(EU) 2016/680 art. 15")
    with pytest.raises(Conflict):
        somebody.tell()


@pytest.mark.parametrize(
    "why", [Facts(), replace(WHY, article=None), replace(WHY, case=" "), replace(WHY, case=None)]
)
def test_without_ground_or_case_nothing_is_kept_back(somebody: Concerned, why: Facts) -> None:
    with pytest.raises(NotAllowed):
        somebody.postpone(why=why)
    assert len(somebody.sees()) == 1


def test_nobody_else_decides_about_this_ledger(somebody: Concerned) -> None:
    acting, size = somebody.office.acting, somebody.ledger.log(KEEPER).size()
    keeper = acting(DESK)
    for by in (
        acting(DESK, "NL"),
        acting(INSPECTION),
        replace(keeper, actor=replace(keeper.actor, roles=("inquirer",))),
        replace(keeper, actor=replace(keeper.actor, active=False)),
        replace(keeper, actor=replace(keeper.actor, kind="Service")),
    ):
        with pytest.raises((NotAllowed, NotFound)):
            somebody.postpone(by=by)
        with pytest.raises((NotAllowed, NotFound)):
            somebody.tell(by=by)
        with pytest.raises((NotAllowed, NotFound)):
            orders.erase(by, somebody.office.house, KEEPER, somebody.number, WHY)
    assert somebody.ledger.log(KEEPER).size() == size


def test_only_a_consultation_can_be_kept_back(somebody: Concerned) -> None:
    by, until = somebody.office.acting(DESK), today() + timedelta(days=9)
    with pytest.raises(Invalid):
        orders.postpone(by, somebody.office.house, KEEPER, 0, until, WHY)
    with pytest.raises(NotFound):
        orders.postpone(by, somebody.office.house, KEEPER, 10**6, until, WHY)
    with pytest.raises(NotFound):
        orders.delay_of(by, somebody.office.house, KEEPER, 10**6)


def test_an_officer_erases_an_entry_on_a_ground_and_for_a_case(somebody: Concerned) -> None:
    by, place = somebody.office.acting(DESK), (somebody.office.house, KEEPER, somebody.number)
    with pytest.raises(NotAllowed):
        orders.erase(by, *place, replace(WHY, case=None))
    receipt = orders.erase(by, *place, WHY)
    leaf = somebody.ledger.log(KEEPER).leaf(receipt.number)
    assert leaf.public == {"erases": str(somebody.number), "ground": "(EU) 2016/680 art. 15"}
    assert b"P-7" in somebody.ledger.log(KEEPER).read(receipt.number)
    assert somebody.sees() == []
    with pytest.raises(Conflict):
        orders.erase(by, *place, WHY)


# The page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_what_runs_in_every_language(somebody: Concerned, language: str) -> None:
    somebody.postpone(90)
    page = somebody.office.visit(DESK).get(somebody.path.replace("/en/", f"/{language}/"))
    assert page.status_code == 200
    assert "(EU) 2016/680 art. 15" in page.text
    assert page.headers["cache-control"] == "no-store"


def test_an_officer_decides_and_undoes_it_on_the_page(somebody: Concerned) -> None:
    visit = somebody.office.visit(DESK)
    sent = visit.send(somebody.path, somebody.form())
    assert sent.status_code == 303
    assert "the person concerned is told later" in visit.get(sent.headers["location"]).text
    assert somebody.sees() == []
    sent = visit.send(somebody.path, {"form": "tell"})
    assert "sees it from today" in visit.get(sent.headers["location"]).text
    assert len(somebody.sees()) == 1


def test_what_is_missing_or_too_far_away_is_said_and_nothing_is_lost(somebody: Concerned) -> None:
    visit = somebody.office.visit(DESK)
    for wrong in ({"article": " "}, {"until": "soon"}, {"until": ""}, {"case": ""}):
        page = visit.send(somebody.path, {**somebody.form(), **wrong})
        assert page.status_code == 422
        assert "There is a problem" in page.text
        assert "(EU) 2016/680" in page.text
    page = visit.send(somebody.path, somebody.form(days=400))
    assert page.status_code == 422
    assert "at most a year at a time" in page.text
    assert len(somebody.sees()) == 1


def test_others_do_not_even_learn_whether_it_is_kept_back(somebody: Concerned) -> None:
    somebody.postpone()
    for who, country in ((INSPECTION, "BE"), (DESK, "NL")):
        page = somebody.office.visit(who, country).get(somebody.path)
        nowhere = somebody.office.visit(who, country).get(f"/en/ledger/{KEEPER}/99999/delay")
        assert page.status_code == nowhere.status_code == 403
        assert "2016/680" not in page.text


def test_only_officers_find_the_way_to_it(somebody: Concerned) -> None:
    proof = somebody.path.replace("/delay", "?node=BE")
    visit = somebody.office.visit(DESK)
    assert somebody.path in visit.get(proof).text
    visit.client.cookies.clear()
    assert somebody.path not in visit.get(proof).text
    assert visit.get(somebody.path).status_code == 401


# The command line

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Calls `benelux ledger` for an officer of the demonstration, with a folder of its own."""
    monkeypatch.setenv("BENELUX_LANGUAGE", "en")
    monkeypatch.setenv("BENELUX_DATA", str(tmp_path / "data"))

    def command(*words: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main(["ledger", *words, "--officer", "demo-registrar-be"])
        assert isinstance(ended.value.code, int)
        return ended.value.code, capsys.readouterr().out

    return command


def test_the_commands_decide_end_and_erase(run: Run) -> None:
    with portal_at(None) as portal:
        home = federation_of(portal).own["BE"].house
        number = str(record(ledger_of(home), KEEPER, consultation(), about=["anna"]).number)
    until = (today() + timedelta(days=30)).isoformat()
    why = ("--ground", "(EU) 2016/680 art. 15", "--case", "P-7")
    status, answer = run("postpone", KEEPER, number, "--until", until, *why, "--json")
    assert (status, json.loads(answer)["about"]) == (0, int(number))
    assert (
        run("postpone", KEEPER, number, "--until", until, "--ground", "mine", "--case", "x")[0] == 2
    )
    assert run("postpone", KEEPER, number, *why)[0] == 2
    status, answer = run("postpone", KEEPER, number, "--now")
    assert (status, "from today" in answer) == (0, True)
    assert run("postpone", KEEPER, number, "--now")[0] == 2
    status, answer = run("erase", KEEPER, number, *why)
    assert (status, "was destroyed" in answer) == (0, True)
    assert run("erase", "demo-nl-licensing", "1", *why)[0] == 2
