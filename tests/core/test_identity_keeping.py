"""Whoever keeps the registry of authorities: forms, suspensions, keys and undo, all in history."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest

from benelux.cli import main
from benelux.core.errors import Invalid
from benelux.core.house import House
from benelux.core.identity import keyring, registry, sessions
from benelux.core.identity.authority import Authority, Officer, Service
from benelux.core.identity.devices import Device
from benelux.core.identity.keys import KeyStatus, now
from benelux.core.identity.keystore import KeyFolder
from benelux.core.identity.parts import PARTS, handle
from benelux.core.identity.person import REGISTRY_KEEPER, Person
from benelux.core.language import LANGUAGES, Text
from tests.core.machines import CAMERA, DESK, POLICE
from tests.visits import OFFICER, SignedIn, opened, visited

KEEPER = Person("11", "Hugo Thill", "Secretariat", (REGISTRY_KEEPER,), "https://id.example")
OFFICE = Officer("https://id.example", "secret-number-7", POLICE.id, DESK.id, ("inquirer",))
HOME = "/en/identity/registry"


@dataclass(frozen=True)
class Desk:
    """The registry of a node, and its keeper before it."""

    house: House
    keeper: SignedIn

    def get(self, path: str) -> httpx.Response:
        return self.keeper.get(HOME + path)

    def send(self, path: str, form: Mapping[str, str]) -> httpx.Response:
        return self.keeper.send(HOME + path, form)

    def versions(self, kind: type[Authority | Service | Officer | Device], key: str) -> list[bool]:
        with self.house.store.read() as connection:
            return [one.content.active for one in registry.versions(connection, kind, key)]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with opened(tmp_path, (), demo=False) as house:
        for one in (POLICE, DESK, CAMERA, OFFICE):
            house.store.write(lambda work, one=one: registry.enter(work, one, author="t"))
        yield Desk(house, SignedIn.as_person(visited(house), house, KEEPER))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "path", ["", "/authorities/new", "/devices/nl-camera", f"/officers/{handle(OFFICE)}"]
)
def test_only_the_keeper_sees_the_desk(desk: Desk, language: str, path: str) -> None:
    address = f"/{language}/identity/registry{path}"
    assert desk.keeper.get(address).status_code == 200
    assert visited(desk.house).get(address).status_code == 401
    other = SignedIn.as_person(visited(desk.house), desk.house, OFFICER)
    assert other.get(address).status_code == 403
    assert other.send(address, {}).status_code in {403, 405}


def test_an_authority_is_entered_and_changed_by_its_form(desk: Desk) -> None:
    names = {f"name_{language}": "Havenmeester" for language in LANGUAGES}
    form = {
        "id": "nl-harbour", **names, "country": "NL", "kind": "transport", "competences": "boats",
    }  # fmt: skip
    kept = desk.send("/authorities/new", form)
    assert kept.status_code == 303
    assert kept.headers["location"] == f"{HOME}/authorities/nl-harbour?kept=yes"
    changed = {**form, "competences": "boats, road-traffic", "version": "1"}
    assert desk.send("/authorities/nl-harbour", changed).status_code == 303
    with desk.house.store.read() as connection:
        one, first = registry.versions(connection, Authority, "nl-harbour")
    assert (one.content.competences, one.author) == (("boats", "road-traffic"), "Hugo Thill")
    assert first.content.competences == ("boats",)


@pytest.mark.parametrize(
    ("part", "form", "field"),
    [
        ("authorities", {"id": "No"}, "id"),
        ("authorities", {"region": "BE-VLG"}, "region"),
        ("services", {"authority": "nobody"}, "authority"),
        ("services", {"roles": "Chief!"}, "roles"),
        ("officers", {"subject": ""}, "subject"),
        ("devices", {"name": "a\x00b"}, "name"),
    ],
)
def test_what_cannot_be_comes_back_with_the_fault_at_its_field(
    desk: Desk, part: str, form: dict[str, str], field: str
) -> None:
    names = {f"name_{language}": "Name" for language in LANGUAGES}
    good = {
        "authorities": {"id": "nl-new", **names, "country": "NL", "kind": "city"},
        "services": {"id": "nl-new", **names, "authority": "nl-police"},
        "officers": {"issuer": "https://i", "subject": "1", "authority": "nl-police"},
        "devices": {"id": "nl-new", "authority": "nl-police", "device_kind": "van", "name": "Van"},
    }[part]
    answer = desk.send(f"/{part}/new", good | form)
    assert answer.status_code == 422
    assert f'id="{field}-fault"' in answer.text
    assert desk.send(f"/{part}/new", good).status_code == 303


def test_suspending_and_restoring_counts_at_once_and_stays_in_history(desk: Desk) -> None:
    path = f"/officers/{handle(OFFICE)}"
    person = Person(OFFICE.subject, "An", "", (), OFFICE.issuer)
    assert registry.officer_of(desk.house.store, person)
    assert desk.send(path, {"active": "no", "version": "1"}).status_code == 303
    assert registry.officer_of(desk.house.store, person) is None
    assert "whoever acts by this entry is refused" in desk.get(path).text
    assert desk.send(path, {"active": "yes", "version": "2"}).status_code == 303
    assert registry.officer_of(desk.house.store, person)
    assert desk.versions(Officer, OFFICE.id) == [True, False, True]


def test_an_officer_of_a_suspended_service_may_not_act(desk: Desk) -> None:
    person = Person(OFFICE.subject, "An", "", (), OFFICE.issuer)
    desk.send("/services/nl-desk", {"active": "no", "version": "1"})
    assert registry.officer_of(desk.house.store, person) is None


def test_going_back_to_an_older_version_is_a_next_one(desk: Desk) -> None:
    desk.send("/devices/nl-camera", {"active": "no", "version": "1"})
    assert desk.send("/devices/nl-camera", {"undo": "1", "version": "2"}).status_code == 303
    assert desk.versions(Device, "nl-camera") == [True, False, True]
    assert "content of version 1" in desk.get("/devices/nl-camera").text


def test_nobody_overwrites_what_another_keeper_did_meanwhile(desk: Desk) -> None:
    desk.send("/services/nl-desk", {"active": "no", "version": "1"})
    for form in ({"active": "yes"}, {"undo": "1"}):
        assert desk.send("/services/nl-desk", {**form, "version": "1"}).status_code == 409
    assert desk.versions(Service, "nl-desk") == [False, True]


def test_an_entry_cannot_become_another_one(desk: Desk) -> None:
    form = {**PARTS["devices"].filled(CAMERA), "id": "nl-other", "version": "1"}
    answer = desk.send("/devices/nl-camera", form)
    assert answer.status_code == 422
    assert desk.get("/devices/nl-other").status_code == 404


def test_a_change_of_a_suspended_entry_does_not_restore_it(desk: Desk) -> None:
    desk.send("/devices/nl-camera", {"active": "no", "version": "1"})
    form = {**PARTS["devices"].filled(CAMERA), "name": "Camera 8", "version": "2"}
    assert desk.send("/devices/nl-camera", form).status_code == 303
    assert desk.versions(Device, "nl-camera") == [False, False, True]


def test_keys_are_made_rotated_and_revoked_for_this_holder_alone(desk: Desk) -> None:
    house = desk.house
    folder = KeyFolder.of(house.settings)
    foreign = keyring.make(house.store, folder, POLICE.id, author="t")
    path = "/devices/nl-camera"
    assert desk.send(path, {"key": "make", "version": "1"}).status_code == 303
    (made,) = [one for one in keyring.keys(house.store) if one.holder == CAMERA.id]
    assert made.id in desk.get(path).text
    assert desk.send(path, {"key": f"rotate {foreign.id}"}).status_code == 404
    assert desk.send(path, {"key": f"rotate {made.id}"}).status_code == 303
    assert len([one for one in keyring.keys(house.store) if one.holder == CAMERA.id]) == 2
    assert desk.send(path, {"key": f"revoke {made.id}", "reason": " "}).status_code == 422
    assert desk.send(path, {"key": f"revoke {made.id}", "reason": "lost"}).status_code == 303
    revoked = keyring.find(house.store, made.id)
    assert (revoked.status_at(now()), revoked.reason) == (KeyStatus.REVOKED, "lost")
    assert not folder.has(made.id)


def test_the_address_of_an_officer_does_not_say_who_they_are(desk: Desk) -> None:
    page = desk.get("").text
    (link,) = [part.split('"')[0] for part in page.split('href="')[1:] if "/officers/" in part
               and not part.split('"')[0].endswith("/new")]  # fmt: skip
    assert OFFICE.subject not in link


@pytest.mark.parametrize("path", ["/nothing/new", "/nothing/x", "/officers/x", "/devices/x"])
def test_what_is_not_there_is_not_found(desk: Desk, path: str) -> None:
    assert desk.get(path).status_code == 404


def test_a_service_of_another_authority_cannot_be_ones_own(desk: Desk) -> None:
    other = replace(POLICE, id="nl-other", name=Text.same("Other"))
    desk.house.store.write(lambda work: registry.enter(work, other, author="t"))
    with pytest.raises(Invalid) as refused:
        desk.house.store.write(
            lambda work: registry.enter(work, replace(OFFICE, authority="nl-other"), author="t")
        )
    assert [fault.field for fault in refused.value.faults] == ["service"]


def test_the_command_line_enters_suspends_restores_and_lists(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BENELUX_DEMO", "no")

    def run(words: str, status: int = 0) -> str:
        with pytest.raises(SystemExit) as ended:
            main(["identity", *words.split(), "--data", str(tmp_path)])
        said = capsys.readouterr()
        assert ended.value.code == status, said.err
        return said.out

    run("authority enter nl-police --country nl --kind police --name Police --competence boats")
    run("service enter nl-desk --authority nl-police --name Desk --role inquirer")
    run("officer enter https://id.example 7 --authority nl-police --service nl-desk --role boss")
    run("device enter nl-van --authority nl-police --kind vehicle --name Van --service nl-desk")
    for word in ("authority nl-police", "service nl-desk", "officer https://id.example 7",
                 "device nl-van"):  # fmt: skip
        part, _, key = word.partition(" ")
        run(f"{part} suspend {key}")
        (one,) = json.loads(run(f"{part} list --json"))
        assert one["active"] is False
        assert "suspended" in run(f"{part} list")
        run(f"{part} restore {key}")
        (one,) = json.loads(run(f"{part} list --json"))
        assert one["active"] is True
    assert json.loads(run("officer list nl-other --json", status=1)) == []
    run("device suspend nobody", status=2)


def test_the_command_line_signs_somebody_out_everywhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with opened(tmp_path, ()) as house:
        tokens = [sessions.start(house.store, KEEPER) for _ in range(2)]
        other = sessions.start(house.store, OFFICER)
        words = ["identity", "officer", "sign-out", KEEPER.issuer, KEEPER.subject]
        with pytest.raises(SystemExit) as ended:
            main([*words, "--data", str(tmp_path)])
        assert ended.value.code == 0
        assert "2" in capsys.readouterr().out
        assert [sessions.find(house.store, token) for token in tokens] == [None, None]
        assert sessions.find(house.store, other)
