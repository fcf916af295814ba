"""Who acts: officers by the registry, under a pseudonym, and the invented ones at once."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from benelux.core.errors import NotAllowed, NotSignedIn
from benelux.core.exchange import federation
from benelux.core.house import House
from benelux.core.identity import demo, invented, registry
from benelux.core.identity.authority import Authority, Officer, Service
from benelux.core.identity.caller import Caller
from benelux.core.identity.person import Person
from benelux.core.language import LANGUAGES
from benelux.core.registers.acting import acting_as, acting_for
from tests.core.machines import CAMERA, DESK, POLICE
from tests.visits import OFFICER, at_the_machine, opened

OFFICE = Officer(OFFICER.issuer, OFFICER.subject, POLICE.id, DESK.id, ("inquirer",))


@pytest.fixture
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(tmp_path_factory.mktemp("acting"), (), demo=False) as found:
        for one in (POLICE, DESK, OFFICE):
            enter(found, one)
        yield found


def enter(house: House, one: Authority | Service | Officer) -> None:
    house.store.write(lambda work: registry.enter(work, one, author="test"))


def test_an_officer_acts_for_their_authority_with_their_own_roles(house: House) -> None:
    acting = acting_for(house, OFFICER)
    assert (acting.actor.kind, acting.actor.authority, acting.actor.country) == (
        "Officer", "nl-police", "NL",
    )  # fmt: skip
    assert acting.actor.roles == ("inquirer",)
    assert acting.actor.competences == POLICE.competences
    assert (acting.organisation, acting.service) == ("nl-police", "nl-desk")


def test_the_pseudonym_is_stable_and_says_nothing_about_the_officer(house: House) -> None:
    first = acting_for(house, OFFICER).pseudonym
    assert acting_for(house, OFFICER).pseudonym == first
    assert len(first) == 24
    enter(house, replace(OFFICE, subject="other-officer"))
    other = acting_for(house, replace(OFFICER, subject="other-officer")).pseudonym
    assert other != first
    assert "other" not in other


def test_another_node_cannot_make_the_same_pseudonym(
    house: House, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with opened(tmp_path_factory.mktemp("elsewhere"), ()) as elsewhere:
        for one in (POLICE, DESK, OFFICE):
            enter(elsewhere, one)
        assert acting_for(elsewhere, OFFICER).pseudonym != acting_for(house, OFFICER).pseudonym


def test_who_holds_no_office_acts_for_nobody(house: House) -> None:
    with pytest.raises(NotAllowed) as refused:
        acting_for(house, replace(OFFICER, issuer="https://evil.example"))
    assert refused.value.code == "identity.no-officer"
    with pytest.raises(NotSignedIn):
        acting_for(house, None)


@pytest.mark.parametrize(
    ("kind", "key"), [(Officer, OFFICE.id), (Service, DESK.id), (Authority, POLICE.id)]
)
def test_a_suspended_officer_service_or_authority_acts_no_more_at_once(
    house: House, kind: type[Officer | Service | Authority], key: str
) -> None:
    acting_for(house, OFFICER)
    house.store.write(lambda work: registry.suspend(work, kind, key, author="test"))
    with pytest.raises(NotAllowed) as refused:
        acting_for(house, OFFICER)
    assert refused.value.code == "identity.suspended"


def test_a_machine_acts_under_its_own_name() -> None:
    desk = acting_as(Caller(POLICE, "key", "signature", DESK))
    assert (desk.pseudonym, desk.actor.roles, desk.service) == ("nl-desk", ("inquirer",), "nl-desk")
    camera = acting_as(Caller(POLICE, "key", "signature", DESK, CAMERA))
    assert (camera.pseudonym, camera.actor.kind) == ("nl-camera", "Device")
    assert acting_as(Caller(POLICE, "key", "certificate")).pseudonym == "nl-police"


def test_every_invented_officer_has_a_name_an_office_and_something_to_show() -> None:
    people = demo.demo_people()
    for officer in invented.invention().officers:
        one = people[officer.subject]
        assert one.person.is_demo
        assert one.office == invented.invention().authority_of(officer.subject).name
        assert len(set(one.about)) == len(LANGUAGES)  # type: ignore[arg-type]
    names = [one.person.name for one in people.values()]
    assert len(set(names)) == len(names)


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A demonstration with its three nodes."""
    with opened(tmp_path_factory.mktemp("tried"), ()) as found:
        invented.plant(found.settings, found.store)
        yield found
        federation.close(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_invented_officer_signs_in_and_acts_at_once(tried: House, language: str) -> None:
    visitor = at_the_machine(tried)
    page = visitor.get(f"/{language}/sign-in").text
    named = invented.invention().authority_of("demo-inspector-nl").name
    assert named[language].replace("'", "&#39;") in page  # type: ignore[index]
    csrf = page.partition('name="csrf" value="')[2].partition('"')[0]
    answer = visitor.post(
        f"/{language}/sign-in", data={"csrf": csrf, "person": "demo-inspector-nl"}
    )
    assert answer.status_code == 303
    session = visitor.get(f"/{language}/session").text
    assert "Sanne de Wit" in session
    assert named[language].replace("'", "&#39;") in session  # type: ignore[index]
    person = Person("demo-inspector-nl", "", "", (), "demo")
    assert acting_for(tried, person).actor.country == "NL"


def test_a_suspension_at_any_node_counts_in_the_portal_at_once(tried: House) -> None:
    person = Person("demo-police-be", "", "", (), "demo")
    portal = acting_for(tried, person)
    home = federation.node_for(tried, "BE")
    assert acting_for(home, person).pseudonym == portal.pseudonym
    key = "demo demo-police-be"
    home.store.write(lambda work: registry.suspend(work, Officer, key, author="test"))
    for house in (tried, federation.node_for(tried, "LU")):
        with pytest.raises(NotAllowed):
            acting_for(house, person)
