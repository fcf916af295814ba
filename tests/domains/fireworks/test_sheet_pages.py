"""Sheets in the browser, by machine and by command."""

import json
import re
from pathlib import Path

import httpx
import msgspec
import pytest

from benelux.core.identity import keyring, registry
from benelux.core.identity.authority import Authority, Service
from benelux.core.identity.keystore import KeyFolder
from benelux.core.identity.signatures import sign
from benelux.core.language import LANGUAGES, Text
from benelux.domains.fireworks.commands import sheets as commands
from benelux.domains.fireworks.service import demo, photos, sheets
from tests.core.machines import Machine, enter
from tests.domains.fireworks.nodes import FOUND, Three, person, whole_sheet
from tests.domains.fireworks.pictures import SECRET, picture
from tests.visits import SignedIn, visited

LIST = "/en/fireworks/sheets"


@pytest.fixture(scope="module")
def furnished(shared: Three) -> Three:
    demo.furnish(shared.house)
    shared.carry()
    return shared


@pytest.fixture
def surveyor(furnished: Three) -> SignedIn:
    return SignedIn.as_person(visited(furnished.house), furnished.house, person("surveyor", "be"))


def _new(surveyor: SignedIn, **changes: str) -> str:
    form = {
        "product": "Blue Moon", "category": "F2", "found_on": FOUND.isoformat(), "batch": "B1",
        "operator_name": "Shop", "operator_role": "distributor", "operator_country": "BE",
        **changes,
    }  # fmt: skip
    answer = surveyor.send(f"{LIST}/new", form)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].removeprefix(f"{LIST}/").removesuffix("/edit")


def test_demo_content_is_labelled_and_comes_once(furnished: Three) -> None:
    demo.furnish(furnished.house)
    furnished.carry()

    for country, own in (("BE", 2), ("NL", 1), ("LU", 1)):
        at = furnished.surveyor(country)
        with at.house.store.read() as connection:
            found = sheets.every(connection, country)
        mine = [one for one in found if one.country == country and "DEMO" in one.content.remark]
        assert len(mine) == own
        assert {one.country for one in found} == {"BE", "NL", "LU"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_and_a_sheet_speak_every_language(surveyor: SignedIn, language: str) -> None:
    listed = surveyor.get(f"/{language}/fireworks/sheets")
    key = re.search(r"sheets/(BE-MS-[0-9A-Z-]+)", listed.text)

    assert listed.status_code == 200
    assert key
    assert surveyor.get(f"/{language}/fireworks/sheets/{key[1]}").status_code == 200


def test_a_sheet_is_drawn_up_completed_and_shared(furnished: Three, surveyor: SignedIn) -> None:
    key = _new(surveyor)
    page = surveyor.get(f"{LIST}/{key}").text
    assert "Still missing before it can be shared" in page

    edit = surveyor.get(f"{LIST}/{key}/edit").text
    checks = dict.fromkeys(re.findall(r'name="(check_[a-z-]+)"', edit), "pass")
    assert "check_outdoor" in checks
    form = {
        "product": "Blue Moon", "category": "F2", "found_on": FOUND.isoformat(), "batch": "B1",
        "operator_name": "Shop", "operator_role": "distributor", "operator_country": "BE",
        "ce": "yes", "notified_body": "0163", "version": "1", **checks,
    }  # fmt: skip
    assert surveyor.send(f"{LIST}/{key}/edit", form).status_code == 303
    assert surveyor.send(f"{LIST}/{key}", {"act": "ready", "version": "2"}).status_code == 303
    assert surveyor.send(f"{LIST}/{key}", {"act": "share", "version": "3"}).status_code == 303
    furnished.carry()

    other = SignedIn.as_person(visited(furnished.house), furnished.house, person("surveyor", "nl"))
    copy = other.get(f"{LIST}/{key}")
    assert "You see a copy" in copy.text
    assert other.send(f"{LIST}/{key}", {"act": "close", "version": "1"}).status_code == 403
    assert other.get(f"{LIST}/{key}/edit").status_code == 403


def test_what_is_missing_is_said_when_one_presses_too_soon(surveyor: SignedIn) -> None:
    key = _new(surveyor)
    answer = surveyor.send(f"{LIST}/{key}", {"act": "ready", "version": "1"})

    assert answer.status_code == 422
    assert 'href="#check_outdoor"' in answer.text


def test_two_officers_do_not_overwrite_each_other(surveyor: SignedIn) -> None:
    key = _new(surveyor)
    form = {
        "product": "Mine", "category": "F2", "found_on": FOUND.isoformat(), "ce": "no",
        "operator_role": "importer", "version": "1",
    }  # fmt: skip
    assert surveyor.send(f"{LIST}/{key}/edit", form).status_code == 303

    late = surveyor.send(f"{LIST}/{key}/edit", {**form, "product": "Theirs"})
    assert late.status_code == 409
    assert "Theirs" in late.text
    assert 'name="version" value="2"' in late.text


def test_undo_from_the_page(surveyor: SignedIn) -> None:
    key = _new(surveyor)
    form = {
        "product": "Slip", "category": "F2", "found_on": FOUND.isoformat(), "ce": "no",
        "operator_role": "importer", "version": "1",
    }  # fmt: skip
    surveyor.send(f"{LIST}/{key}/edit", form)

    undone = surveyor.send(f"{LIST}/{key}", {"act": "undo", "undo": "1", "version": "2"})
    assert undone.status_code == 303
    assert "<h1>Blue Moon" in surveyor.get(f"{LIST}/{key}").text


def test_a_test_and_a_photo_are_added(surveyor: SignedIn) -> None:
    key = _new(surveyor)
    form = {
        "laboratory": "West", "lab_country": "NL", "protocol": "EN 15947",
        "test_check": "sound-level", "result": "fail", "joint": ["BE", "NL"], "version": "1",
    }  # fmt: skip
    assert surveyor.send(f"{LIST}/{key}/tests", form).status_code == 303
    wrong = surveyor.send(f"{LIST}/{key}/tests", {**form, "protocol": "EN 16261", "version": "2"})
    assert wrong.status_code == 422

    sent = surveyor.client.post(
        f"{LIST}/{key}/photos",
        data={"csrf": surveyor.csrf, "version": "2"},
        files={"photo": ("../../evil.php", picture(), "text/html")},
    )
    assert sent.status_code == 303, sent.text
    page = surveyor.get(f"{LIST}/{key}").text
    address = re.search(r'src="(/en/fireworks/sheets/[^"]+/photos/[0-9a-f]{32})"', page)
    assert address
    shown = surveyor.get(address[1])
    assert shown.headers["content-type"] == "image/jpeg"
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert SECRET not in shown.content
    assert visited(surveyor.client.app.state["house"]).get(address[1]).status_code == 401


@pytest.mark.parametrize(
    "content", [b"<html><script>alert(1)</script>", b"0" * (photos.LARGEST + 1)]
)
def test_a_file_that_is_no_photo_is_refused_on_the_page(surveyor: SignedIn, content: bytes) -> None:
    key = _new(surveyor)
    sent = surveyor.client.post(
        f"{LIST}/{key}/photos",
        data={"csrf": surveyor.csrf, "version": "1"},
        files={"photo": ("a.jpg", content, "image/jpeg")},
    )

    assert sent.status_code in {413, 422}


def test_what_an_officer_writes_is_shown_and_never_run(surveyor: SignedIn) -> None:
    key = _new(surveyor, product="<script>alert(1)</script>", batch="=1+1")

    page = surveyor.get(f"{LIST}/{key}").text
    assert "<script>alert" not in page
    assert "'=1+1" in surveyor.get(f"{LIST}.csv").text


def test_a_sheet_is_taken_along_for_icsms(surveyor: SignedIn) -> None:
    key = _new(surveyor)

    told = surveyor.get(f"{LIST}/{key}/icsms.json").json()
    assert told["productInformation"]["reference"] == key
    xml = surveyor.get(f"{LIST}/{key}/icsms.xml")
    assert xml.headers["content-type"].startswith("application/xml")
    assert f"<reference>{key}</reference>" in xml.text


def test_the_list_is_filtered_and_has_its_twins(surveyor: SignedIn) -> None:
    everything = surveyor.get(f"{LIST}.json").json()
    high = surveyor.get(f"{LIST}.json?risk=high").json()

    assert 0 < high["total"] < everything["total"]
    assert surveyor.get(f"{LIST}?risk=purple").status_code == 422
    assert surveyor.get(f"{LIST}.csv").text.startswith("\ufeffproduct,")


def test_nobody_else_sees_a_sheet(furnished: Three) -> None:
    stranger = SignedIn.as_person(
        visited(furnished.house), furnished.house, person("contact", "be")
    )
    for path in ("", ".json", ".csv", "/new", "/BE-MS-0000-0000-0", "/x/edit", "/x/icsms.xml"):
        assert visited(furnished.house).get(f"{LIST}{path}").status_code == 401
        assert stranger.get(f"{LIST}{path}").status_code == 403


def test_a_form_from_elsewhere_changes_nothing(surveyor: SignedIn) -> None:
    key = _new(surveyor)
    answer = surveyor.client.post(
        f"{LIST}/{key}", data={"act": "undo", "undo": "1", "version": "1", "csrf": "guessed"}
    )

    assert answer.status_code == 403


def test_a_machine_that_proves_nothing_gets_no_sheet(furnished: Three) -> None:
    assert visited(furnished.house).get("/api/fireworks/sheets").status_code == 401
    assert visited(furnished.house).post("/api/fireworks/sheets", json={}).status_code in {
        400, 401, 422,
    }  # fmt: skip


@pytest.fixture(scope="module")
def machine(furnished: Three) -> Machine:
    """A machine of the Dutch inspectorate that draws up sheets."""
    house = furnished.house
    with furnished.node("NL").house.store.read() as connection:
        owner = registry.get(connection, Authority, "demo-nl-inspection")
    desk = Service("nl-market", owner.id, Text.same("Market"), ("surveyor",))
    enter(house, owner)
    enter(house, desk)
    keys = KeyFolder.of(house.settings)
    key = keyring.make(house.store, keys, owner.id, author="test", holder=desk.id)
    return Machine(house, keys, key, keys.read(key.id), visited(house))


def test_a_machine_of_an_authority_draws_up_a_sheet_and_reads_it(machine: Machine) -> None:
    def call(path: str, body: bytes = b"") -> httpx.Response:
        request = machine.request(body, path)
        return machine.send(request, sign(request, machine.private))

    made = call("/api/fireworks/sheets", msgspec.json.encode(whole_sheet(product="By machine")))
    assert made.status_code == 201, made.text
    number = made.json()["id"]
    assert number.startswith("NL-MS-")
    assert call(f"/api/fireworks/sheets/{number}").json()["content"]["product"] == "By machine"
    assert number in {one["id"] for one in call("/api/fireworks/sheets").json()}
    for spoilt in (b"{}", b"[]", b'{"product": 3}', b"\xff", b"{" * 5000):
        assert call("/api/fireworks/sheets", spoilt).status_code in {400, 422}


def test_a_machine_without_the_role_is_refused(machine: Machine) -> None:
    plain = Service("nl-plain", machine.key.authority, Text.same("Plain"), ("inquirer",))
    enter(machine.house, plain)
    key = keyring.make(
        machine.house.store, machine.folder, plain.authority, author="test", holder=plain.id
    )
    request = machine.request(path="/api/fireworks/sheets")

    refused = machine.send(request, sign(request, machine.folder.read(key.id)))
    assert refused.status_code == 403


def test_the_command_lists_and_exports(
    furnished: Three, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("BENELUX_DATA", str(furnished.house.settings.data))

    assert commands.list_sheets(country="BE", json=True) == 0
    found = json.loads(capsys.readouterr().out)
    assert commands.list_sheets(country="BE", state="closed") == 1
    file = tmp_path / "sheet.xml"
    assert commands.export(found[0]["id"], country="BE", form="xml", output=file) == 0
    assert file.read_bytes().startswith(b"<?xml")
