"""The supervisor's page: alarms of the registers of their country, for a case, on record."""

from dataclasses import replace

import httpx
import msgspec
import pytest

from benelux.core.errors import NotAllowed
from benelux.core.house import House
from benelux.core.identity import registry, supervision
from benelux.core.identity.authority import Authority, AuthorityKind, Officer
from benelux.core.identity.person import SUPERVISOR, Person
from benelux.core.language import LANGUAGES, Text
from benelux.core.ledger import ledger_of
from benelux.core.registers.acting import acting_for
from benelux.core.registers.service import ask
from benelux.core.registers.values import Subject
from tests.core.harbour import KEEPER, WATCH, asking, harbour, moor
from tests.visits import SignedIn, visited

__all__ = ["harbour"]
WATCHDOG = Authority(
    "be-privacy", Text.same("Privacy (invented)"), "BE", AuthorityKind.SUPERVISION, ("privacy",)
)
MARC = Person("9", "Marc Weber", "Privacy", (SUPERVISOR,), "https://id.example")


@pytest.fixture
def supervised(harbour: House) -> House:
    """The node that keeps moorings, with a supervisor of its country, and a run of plates."""
    office = Officer(MARC.issuer, MARC.subject, WATCHDOG.id, roles=("supervisor",))
    for one in (WATCHDOG, office):
        harbour.store.write(lambda work, one=one: registry.enter(work, one, author="t"))
    moor(harbour)
    for step in range(5):
        ask(harbour, asking(Subject(country="BE", plate=f"1-ABC-{100 + step}")), by=WATCH)
    return harbour


def shown(house: House, language: str = "en", case: str = "S-2026/1") -> httpx.Response:
    visitor = SignedIn.as_person(visited(house), house, MARC)
    return visitor.send(f"/{language}/identity/alarms", {"form": "case", "case": case})


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_supervisor_sees_who_counted_through_the_plates(supervised: House, language: str) -> None:
    page = shown(supervised, language)
    assert page.status_code == 200
    assert "watch-7" in page.text
    assert "1-ABC" not in page.text
    assert page.headers["cache-control"] == "no-store"


def test_that_they_looked_is_on_record_with_the_case(supervised: House) -> None:
    log = ledger_of(supervised).log(KEEPER.id)
    before = log.size()
    shown(supervised)
    assert log.leaf(before).kind == "supervision"
    look = msgspec.json.decode(log.read(before), type=supervision.Look)
    assert (look.case, look.registers) == ("S-2026/1", ("boats.moorings",))
    assert look.rules == ("register.supervise",)


def test_without_a_case_nothing_is_shown(supervised: House) -> None:
    page = shown(supervised, case=" ")
    assert page.status_code == 422
    assert "watch-7" not in page.text


def test_a_supervisor_of_another_country_learns_nothing_and_is_told_why(supervised: House) -> None:
    by = acting_for(supervised, MARC)
    dutch = replace(by, actor=replace(by.actor, country="NL"))
    with pytest.raises(NotAllowed) as refused:
        supervision.look(supervised, dutch, "S-1")
    assert "supervisor of the country" in refused.value.line("en")
    assert supervision.look(supervised, by, "S-1")


def test_neither_the_role_nor_the_office_is_enough_alone(supervised: House) -> None:
    without_role = replace(MARC, roles=())
    visitor = SignedIn.as_person(visited(supervised), supervised, without_role)
    assert visitor.get("/en/identity/alarms").status_code == 403
    without_office = replace(MARC, subject="10")
    visitor = SignedIn.as_person(visited(supervised), supervised, without_office)
    assert visitor.get("/en/identity/alarms").status_code == 403
    assert visited(supervised).get("/en/identity/alarms").status_code == 401


def test_an_officer_who_is_no_supervisor_sees_no_alarm(supervised: House) -> None:
    by = replace(WATCH, actor=replace(WATCH.actor, roles=("inquirer",)))
    with pytest.raises(NotAllowed):
        supervision.look(supervised, by, "S-1")
