"""The registry of authorities: what may stand in it, who acts, and that nothing is forgotten."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from litestar.testing import TestClient

from benelux.core.errors import Invalid, NotFound
from benelux.core.house import House
from benelux.core.identity import invented, keyring, registry
from benelux.core.identity.authority import Authority, AuthorityKind, Officer, Service, checked
from benelux.core.identity.devices import Device
from benelux.core.identity.keystore import KeyFolder
from benelux.core.identity.tables import OWNER, authority
from benelux.core.language import LANGUAGES, Text
from benelux.core.settings import Settings
from benelux.core.store import Store, drift, migrate
from benelux.core.store.history import history
from tests.core.machines import CAMERA, DESK, POLICE
from tests.visits import OFFICER, opened, visited


@pytest.fixture
def registered(any_store: Store) -> Store:
    migrate(any_store, [OWNER])
    return any_store


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house with the invented authorities, to read only."""
    with opened(tmp_path_factory.mktemp("demo"), ()) as house:
        assert invented.plant(house.settings, house.store)
        yield house


def enter(store: Store, one: Authority | Service | Officer | Device) -> int:
    return store.write(lambda connection: registry.enter(connection, one, author="test"))


def test_the_tables_are_what_the_code_says(registered: Store) -> None:
    assert drift(registered, OWNER) == []


def test_an_authority_is_read_as_it_was_entered(registered: Store) -> None:
    enter(registered, POLICE)
    assert registry.authorities(registered) == [POLICE]


def test_entering_the_same_again_changes_nothing(registered: Store) -> None:
    assert [enter(registered, POLICE), enter(registered, POLICE)] == [1, 1]


def test_every_version_stays(registered: Store) -> None:
    enter(registered, POLICE)
    enter(registered, replace(POLICE, competences=("fireworks",)))
    registered.write(lambda work: registry.suspend(work, Authority, POLICE.id, author="a boss"))
    with registered.read() as connection:
        versions = history(connection, authority, POLICE.id)
    assert [row["state"] for row in versions] == ["suspended", "current", "current"]
    assert versions[0]["author"] == "a boss"


def test_parts_belong_to_an_authority_that_is_there(registered: Store) -> None:
    for part in (DESK, CAMERA, Officer("https://id.example", "7", POLICE.id)):
        with pytest.raises(NotFound):
            enter(registered, part)
    enter(registered, POLICE)
    for part in (DESK, CAMERA):
        enter(registered, part)
    with registered.read() as connection:
        assert registry.every(connection, Service, POLICE.id) == [DESK]
        assert registry.every(connection, Device, "nl-others") == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"id": "NL Police"}, "id"), ({"id": "x" * 80}, "id"), ({"country": "XX"}, "country"),
        ({"region": "BE-VLG"}, "region"), ({"region": "nowhere"}, "region"),
        ({"region": "NL"}, "region"), ({"competences": ("Fireworks!",)}, "competences"),
        ({"name": Text("a", "", "c", "d")}, "name"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_its_field(wrong: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked(replace(POLICE, **wrong))  # type: ignore[arg-type]
    assert [fault.field for fault in refused.value.faults] == [field]


def test_an_officer_is_known_by_issuer_and_subject(registered: Store) -> None:
    enter(registered, POLICE)
    enter(registered, Officer(OFFICER.issuer, OFFICER.subject, POLICE.id, roles=("inquirer",)))
    found = registry.officer_of(registered, OFFICER)
    assert found
    assert (found[0].roles, found[1]) == (("inquirer",), POLICE)
    assert registry.officer_of(registered, replace(OFFICER, issuer="https://evil.example")) is None


def test_whoever_was_suspended_holds_no_office(registered: Store) -> None:
    enter(registered, POLICE)
    one = Officer(OFFICER.issuer, OFFICER.subject, POLICE.id)
    enter(registered, one)
    registered.write(lambda work: registry.suspend(work, Officer, one.id, author="test"))
    assert registry.officer_of(registered, OFFICER) is None
    enter(registered, one)
    registered.write(lambda work: registry.suspend(work, Authority, POLICE.id, author="test"))
    assert registry.officer_of(registered, OFFICER) is None


def test_the_invented_ones_say_so_in_every_language() -> None:
    words = {"nl": "verzonnen", "fr": "invent", "de": "erfunden", "en": "invented"}
    for one in invented.invention().authorities:
        assert one.invented
        assert checked(one) is one
        assert all(words[language] in one.name[language] for language in LANGUAGES)
    assert {one.country for one in invented.invention().authorities} == {"BE", "NL", "LU"}


def test_the_invented_ones_have_keys_and_are_planted_once(demo: House) -> None:
    before = [key.id for key in keyring.keys(demo.store)]
    assert invented.plant(demo.settings, demo.store)
    assert [key.id for key in keyring.keys(demo.store)] == before
    folder = KeyFolder.of(demo.settings)
    for one in invented.invention().authorities:
        assert keyring.signing_key(demo.store, folder, one.id).id in before


@pytest.mark.parametrize(
    "given", [{"demo": False}, {"public_url": "https://a.example"}, {"host": "192.0.2.1"}]
)
def test_where_others_come_nothing_is_invented(
    registered: Store, tmp_path: Path, given: dict[str, object]
) -> None:
    assert not invented.plant(Settings.read({}, data=tmp_path, **given), registered)
    assert registry.authorities(registered) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_show_authorities_their_keys_and_the_rules(demo: House, language: str) -> None:
    reader = visited(demo)
    listed = reader.get(f"/{language}/authorities")
    assert listed.status_code == 200
    assert "demo-lu-licensing" in listed.text
    one = reader.get(f"/{language}/authorities/demo-nl-inspection")
    assert keyring.keys(demo.store, "demo-nl-inspection")[0].id in one.text
    assert "demo-nl-scanner" in one.text
    rules = reader.get(f"/{language}/policies?size=100")
    assert "register.no-accord" in rules.text
    assert "permit (" in rules.text


def test_an_authority_that_is_not_there_is_not_found(demo: House) -> None:
    reader: TestClient[object] = visited(demo)  # type: ignore[assignment]
    assert reader.get("/en/authorities/nobody").status_code == 404
    assert reader.get("/api/authorities/nobody/keys").status_code == 404


def test_programs_read_authorities_and_keys(demo: House) -> None:
    reader = visited(demo)
    listed = reader.get("/api/authorities").json()
    assert {one["id"] for one in listed} >= {"demo-be-licensing", "demo-nl-licensing"}
    (key,) = reader.get("/api/authorities/demo-be-licensing/keys").json()["keys"]
    assert (key["kty"], key["crv"], key["use"]) == ("OKP", "Ed25519", "sig")
    assert "d" not in key


def test_every_kind_has_a_name() -> None:
    assert all(kind.label.to("nl") != kind.label.to("en") for kind in AuthorityKind)
