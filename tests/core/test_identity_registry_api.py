"""An authority keeps its own officers, services and devices by program, and nobody else's."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from benelux.core.identity import keyring, registry, sessions
from benelux.core.identity.authority import Officer, Service
from benelux.core.identity.signatures import sign
from benelux.core.language import Text
from tests.core.machines import CAMERA, DESK, POLICE, Machine, enter, machine
from tests.visits import OFFICER

OFFICERS = "/api/authorities/nl-police/officers"
STAFF = Service("nl-staff", "nl-police", Text.same("Staff"), ("registry-keeper",))
NAMES = {"nl": "A", "fr": "B", "de": "C", "en": "D"}
ONE = {"issuer": OFFICER.issuer, "subject": OFFICER.subject, "roles": ["inquirer"]}


@pytest.fixture
def staff(tmp_path: Path) -> Iterator[Machine]:
    """The machine of the police's staff, which keeps their entries."""
    with machine(tmp_path) as police:
        enter(police.house, STAFF)
        enter(police.house, replace(POLICE, id="nl-other"))
        yield holding(police, STAFF.id)


def holding(police: Machine, holder: str) -> Machine:
    key = keyring.make(police.house.store, police.folder, POLICE.id, holder=holder, author="t")
    return replace(police, key=key, private=police.folder.read(key.id))


def put(by: Machine, path: str, content: object) -> httpx.Response:
    request = by.request(json.dumps(content).encode(), path, method="PUT")
    return by.send(request, sign(request, by.private))


def test_an_officer_is_entered_and_suspended_and_signed_out(staff: Machine) -> None:
    store = staff.house.store
    entered = put(staff, OFFICERS, ONE)
    assert (entered.status_code, entered.json()) == (200, {"version": 1})
    assert put(staff, OFFICERS, ONE).json() == {"version": 1}
    found = registry.officer_of(store, OFFICER)
    assert found
    assert found[0].roles == ("inquirer",)
    token = sessions.start(store, OFFICER)
    assert put(staff, OFFICERS, ONE | {"active": False}).json() == {"version": 2}
    assert registry.officer_of(store, OFFICER) is None
    assert sessions.find(store, token) is None


def test_services_and_devices_are_entered_and_read(staff: Machine) -> None:
    service = {"name": NAMES, "roles": ["inquirer"]}
    device = {"kind": "van", "name": "Van 2", "service": "nl-night"}
    assert put(staff, "/api/authorities/nl-police/services/nl-night", service).status_code == 200
    assert put(staff, "/api/authorities/nl-police/devices/nl-van", device).status_code == 200
    card = staff.client.get("/api/authorities/nl-police").json()
    assert card["authority"]["id"] == "nl-police"
    assert {one["id"] for one in card["services"]} == {"nl-desk", "nl-staff", "nl-night"}
    assert {one["id"] for one in card["devices"]} == {"nl-camera", "nl-van"}
    assert "officers" not in card


@pytest.mark.parametrize("holder", ["", DESK.id, CAMERA.id])
def test_a_machine_without_the_role_keeps_nothing(staff: Machine, holder: str) -> None:
    answer = put(holding(staff, holder), OFFICERS, ONE)
    assert (answer.status_code, answer.json()["code"]) == (403, "identity.not-the-keeper")


def test_a_device_of_the_staff_is_not_the_staff(staff: Machine) -> None:
    enter(staff.house, replace(CAMERA, id="nl-lamp", service=STAFF.id))
    assert put(holding(staff, "nl-lamp"), OFFICERS, ONE).status_code == 403


def test_nobody_is_entered_for_another_authority_or_taken_from_it(staff: Machine) -> None:
    assert put(staff, "/api/authorities/nl-other/officers", ONE).status_code == 403
    theirs = Officer(OFFICER.issuer, OFFICER.subject, "nl-other", roles=("registrar",))
    enter(staff.house, theirs)  # type: ignore[arg-type]
    assert put(staff, OFFICERS, ONE).status_code == 403
    with staff.house.store.read() as connection:
        assert registry.get(connection, Officer, theirs.id) == theirs


@pytest.mark.parametrize("role", ["supervisor", "registry-keeper"])
def test_no_program_gives_a_role_that_watches_over_others(staff: Machine, role: str) -> None:
    answer = put(staff, OFFICERS, ONE | {"roles": [role]})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "roles"


@pytest.mark.parametrize(
    ("path", "content"),
    [
        (OFFICERS, {"issuer": "x"}),
        (OFFICERS, ONE | {"roles": ["Chief!"]}),
        (OFFICERS, ONE | {"subject": "x" * 300}),
        (OFFICERS, ONE | {"service": "nl-nothing"}),
        ("/api/authorities/nl-police/services/No!", {"name": NAMES}),
        ("/api/authorities/nl-police/services/nl-x", {"name": NAMES | {"nl": ""}}),
        ("/api/authorities/nl-police/devices/nl-x", {"kind": "", "name": "x"}),
        (OFFICERS, []),
    ],
)
def test_what_cannot_be_is_refused(staff: Machine, path: str, content: object) -> None:
    assert put(staff, path, content).status_code in {404, 422}


def test_without_a_signature_nothing_is_kept(staff: Machine) -> None:
    assert staff.client.put(OFFICERS, json=ONE).status_code == 401
    assert registry.officer_of(staff.house.store, OFFICER) is None
