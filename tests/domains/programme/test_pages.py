"""An officer announces an event and records progress; readers see what is published, as it is."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from html import unescape
from urllib.parse import urlsplit

import httpx
import pytest
from icalendar import Calendar
from litestar import Litestar
from litestar.testing import TestClient

from benelux.core.house import House
from benelux.core.language import LANGUAGES
from benelux.domains.programme.service.plan import plan
from tests.visits import READER, SignedIn, at_the_machine, visited

DESK = "/en/programme/desk"
EVENT: Mapping[str, str] = {
    "title_nl": "Overleg over fietsen", "title_fr": "Réunion sur le vélo",
    "title_de": "Sitzung zum Radverkehr", "title_en": "Meeting on cycling",
    "starts": "2027-05-03", "ends": "2027-05-04", "place": "Namur", "link": "https://benelux.int/",
    "action": "cycling-roadmap", "state": "draft", "version": "0",
}  # fmt: skip
STEP: Mapping[str, str] = {
    "action_id": "cycling-roadmap", "stage": "under_way", "day": "2026-05-01",
    "note_nl": "De werkgroep kwam samen.", "note_fr": "Le groupe s'est réuni.",
    "note_de": "Die Gruppe kam zusammen.", "note_en": "The group met.",
    "evidence": "Minutes of 1 May", "evidence_link": "https://benelux.int/m", "state": "published",
    "version": "0",
}  # fmt: skip


@pytest.fixture
def machine(new_house: House) -> Iterator[httpx.Client]:
    """Somebody at the machine itself, who is not signed in yet."""
    with at_the_machine(new_house) as client:
        yield client


def csrf(page: httpx.Response) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


def send(client: httpx.Client, path: str, form: Mapping[str, str]) -> httpx.Response:
    """Open the page, fill in its form and send it."""
    return client.post(path, data={**form, "csrf": csrf(client.get(path))})


def sign_in(client: httpx.Client, person: str = "demo-officer") -> httpx.Response:
    return send(client, "/en/sign-in", {"person": person, "next": DESK})


def kept(answer: httpx.Response) -> str:
    """The page of what was kept."""
    assert answer.status_code == 303, answer.text
    place = urlsplit(answer.headers["location"])
    assert place.query == "kept=yes"
    return place.path


def announced(reader: TestClient[Litestar]) -> dict[str, bool]:
    """Where a reader who is not signed in meets the event."""
    calendar = Calendar.from_ical(reader.get("/en/programme/calendar.ics").content)
    return {
        "list": "Meeting on cycling" in reader.get("/en/programme/events").text,
        "json": reader.get("/en/programme/events.json").json()["total"] == 1,
        "csv": "Meeting on cycling" in reader.get("/en/programme/events.csv").text,
        "timeline": "Meeting on cycling" in reader.get("/en/programme/timeline?year=2027").text
        if reader.get("/en/programme/timeline?year=2027").status_code == 200
        else False,
        "calendar": "Meeting on cycling" in reader.get("/en/programme/calendar?month=2027-05").text,
        "feed": "Meeting on cycling" in {str(one["summary"]) for one in calendar.walk("VEVENT")},
        "api": len(reader.get("/api/programme/events").json()) == 1,
    }


def everywhere(*, seen: bool) -> dict[str, bool]:
    return dict.fromkeys(("list", "json", "csv", "timeline", "calendar", "feed", "api"), seen)


def test_an_officer_announces_an_event_and_takes_it_back(
    machine: httpx.Client, reader: TestClient[Litestar]
) -> None:
    assert sign_in(machine).headers["location"] == DESK
    assert "Noor Vandermeulen" in machine.get(DESK).text

    # A draft is on the desk, and nowhere else.
    address = kept(send(machine, f"{DESK}/events/new", EVENT))
    key = address.rpartition("/")[2]
    assert "Kept as version 1." in machine.get(f"{address}?kept=yes").text
    assert "Meeting on cycling" in machine.get(DESK).text
    assert announced(reader) == everywhere(seen=False)
    assert reader.get(f"/en/programme/events/{key}").status_code == 404
    assert "only officers see it" in machine.get(f"/en/programme/events/{key}").text

    # Published, it is everywhere, in the reader's language.
    kept(send(machine, address, {**EVENT, "state": "published", "version": "1"}))
    assert announced(reader) == everywhere(seen=True)
    for language in LANGUAGES:
        page = reader.get(f"/{language}/programme/events/{key}")
        assert page.status_code == 200
        assert EVENT[f"title_{language}"] in unescape(page.text)
        assert "Noor Vandermeulen" in page.text
        assert plan().actions["cycling-roadmap"].title[language] in unescape(page.text)

    # Changed, readers see the change at once.
    kept(send(machine, address, {**EVENT, "place": "Arlon", "state": "published", "version": "2"}))
    assert "Arlon" in reader.get(f"/en/programme/events/{key}").text

    # Undone, it is as it was, and the history has all of it.
    kept(send(machine, address, {"undo": "2", "version": "3"}))
    page = reader.get(f"/en/programme/events/{key}").text
    assert "Namur" in page
    assert "Arlon" not in page
    history = machine.get(address).text
    assert [f"Back to version {number}" in history for number in (1, 2, 3, 4)] == [
        True,
        True,
        True,
        False,
    ]
    assert "content of version 2" in history

    # Withdrawn, it is gone for readers and still there for officers.
    kept(send(machine, address, {**EVENT, "state": "withdrawn", "version": "4"}))
    assert announced(reader) == everywhere(seen=False)
    assert reader.get(f"/en/programme/events/{key}").status_code == 404
    assert "withdrawn" in machine.get(f"/en/programme/events/{key}").text

    # Signed out, the desk is closed.
    send(machine, "/en/session", {})
    assert machine.get(DESK).status_code == 401


def test_recorded_progress_stands_on_the_action_and_in_the_report(
    machine: httpx.Client, reader: TestClient[Litestar]
) -> None:
    sign_in(machine)

    def row() -> dict[str, str]:
        content = reader.get("/en/programme/report.csv?pillar=1").content.decode("utf-8-sig")
        rows = csv.DictReader(io.StringIO(content))
        return next(row for row in rows if row["id"] == "cycling-roadmap")

    before = row()["standing"]
    address = kept(send(machine, f"{DESK}/progress/new?action=cycling-roadmap", STEP))
    assert before != "under_way"
    assert (row()["standing"], row()["because"]) == ("under_way", "progress")
    assert row()["evidence"] == "Minutes of 1 May"
    for language in LANGUAGES:
        page = unescape(reader.get(f"/{language}/programme/actions/cycling-roadmap").text)
        assert STEP[f"note_{language}"] in page
        assert 'href="https://benelux.int/m"' in page
    card = reader.get("/api/programme/actions/cycling-roadmap").json()
    assert [one["content"]["evidence"] for one in card["progress"]] == ["Minutes of 1 May"]
    assert len(reader.get("/api/programme/progress").json()) == 1
    report = reader.get("/api/programme/report?pillar=1").json()
    lines = {line["id"]: line for line in report["parts"][0]["lines"]}
    assert lines["cycling-roadmap"]["standing"] == "under_way"

    kept(send(machine, address, {**STEP, "state": "withdrawn", "version": "1"}))
    assert row()["standing"] == before
    assert STEP["note_en"] not in reader.get("/en/programme/actions/cycling-roadmap").text


def test_publishing_without_a_language_is_refused_at_that_field(officer: SignedIn) -> None:
    form = {**EVENT, "title_de": " ", "state": "published"}
    answer = officer.send(f"{DESK}/events/new", form)
    assert answer.status_code == 422
    assert 'href="#title_de"' in answer.text
    assert 'value="Meeting on cycling"' in answer.text  # nothing has to be typed again
    assert officer.get(DESK).text.count("Meeting on cycling") == 0


def test_who_saves_over_a_newer_version_is_told_and_nothing_is_lost(officer: SignedIn) -> None:
    address = kept(officer.send(f"{DESK}/events/new", EVENT))
    kept(officer.send(address, {**EVENT, "place": "Arlon", "version": "1"}))
    stale = officer.send(address, {**EVENT, "place": "Visé", "version": "1"})
    assert stale.status_code == 409
    assert 'value="Visé"' in stale.text  # nothing has to be typed again
    assert "was changed in the meantime" in unescape(stale.text)
    page = officer.get(address).text
    assert 'value="Arlon"' in page
    assert "Visé" not in page
    again = re.search(r'name="version" value="(\d+)"', stale.text)
    assert again
    kept(officer.send(address, {**EVENT, "place": "Visé", "version": again[1]}))
    assert 'value="Visé"' in officer.get(address).text


def test_undoing_what_somebody_changed_again_is_refused(officer: SignedIn) -> None:
    address = kept(officer.send(f"{DESK}/events/new", EVENT))
    for number in ("1", "2"):
        kept(officer.send(address, {**EVENT, "place": "Arlon" * int(number), "version": number}))
    assert officer.send(address, {"undo": "1", "version": "2"}).status_code == 409
    assert officer.send(address, {"undo": "1", "version": "3"}).status_code == 303


@pytest.mark.parametrize("path", ["", "/events/new", "/events/none", "/progress/new", "/groups"])
def test_the_desk_is_for_officers(
    reader: TestClient[Litestar], new_house: House, path: str
) -> None:
    for language in LANGUAGES:
        refused = reader.get(f"/{language}/programme/desk{path}")
        assert refused.status_code == 401
        assert f'href="/{language}/sign-in' in refused.text
    somebody = SignedIn.as_person(visited(new_house), new_house, READER)
    assert somebody.get(f"{DESK}{path}").status_code == 403


@pytest.mark.parametrize("path", ["/events/new", "/progress/new"])
def test_a_form_of_somebody_else_keeps_nothing(
    officer: SignedIn, reader: TestClient[Litestar], new_house: House, path: str
) -> None:
    form = EVENT if "events" in path else STEP
    somebody = SignedIn.as_person(visited(new_house), new_house, READER)
    assert somebody.send(f"{DESK}{path}", form).status_code == 403
    assert reader.post(f"{DESK}{path}", data=form).status_code in {401, 403}
    assert officer.client.post(f"{DESK}{path}", data=form).status_code == 403
    for other in ({"csrf": somebody.csrf}, {"csrf": ""}, {"csrf": officer.csrf[:-1]}):
        assert officer.client.post(f"{DESK}{path}", data={**form, **other}).status_code == 403
    crossing = officer.client.post(
        f"{DESK}{path}",
        data={**form, "csrf": officer.csrf},
        headers={"origin": "https://evil.example"},
    )
    assert crossing.status_code == 403
    desk = officer.get(DESK).text
    assert "No event yet" in desk
    assert "No progress recorded yet" in desk


def test_a_draft_is_not_for_everybody_who_is_signed_in(officer: SignedIn, new_house: House) -> None:
    key = kept(officer.send(f"{DESK}/events/new", EVENT)).rpartition("/")[2]
    somebody = SignedIn.as_person(visited(new_house), new_house, READER)
    assert somebody.get(f"/en/programme/events/{key}").status_code == 404
    assert officer.get(f"/en/programme/events/{key}").status_code == 200


def test_what_officers_write_is_shown_as_text(officer: SignedIn) -> None:
    nasty = "<script>alert(1)</script>"
    form = {**EVENT, "title_en": nasty, "place": f'"{nasty}', "state": "published"}
    address = kept(officer.send(f"{DESK}/events/new", form))
    key = address.rpartition("/")[2]
    for path in (
        address, DESK, f"/en/programme/events/{key}", "/en/programme/events",
        "/en/programme/timeline?from=event", "/en/programme/calendar?month=2027-05",
    ):  # fmt: skip
        page = officer.get(path).text
        assert "<script>alert" not in page, path
        assert "&lt;script&gt;" in page, path


def test_the_edges_of_the_calendar_can_be_read(officer: SignedIn) -> None:
    form = {**EVENT, "starts": "1900-01-01", "ends": "2199-12-31", "state": "published"}
    kept(officer.send(f"{DESK}/events/new", form))
    for month in ("1900-01", "2027-05", "2199-12"):
        page = officer.get(f"/nl/programme/calendar?month={month}")
        assert page.status_code == 200
        assert "Overleg over fietsen" in page.text
    assert officer.get("/nl/programme/calendar?month=1899-12").status_code == 422


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_action_is_shown_with_all_that_belongs_to_it(
    portal: TestClient[Litestar], language: str
) -> None:
    for action in list(plan().actions.values())[::25]:
        page = unescape(portal.get(f"/{language}/programme/actions/{action.id}").text)
        assert action.title[language] in page  # type: ignore[index]
        assert action.deliverable[language] in page  # type: ignore[index]
        for partner in action.partners:
            assert f'href="/{language}/programme/partners/{partner}"' in page
        for ground in action.grounds:
            slug = plan().instruments[ground].slug
            assert f'href="/{language}/programme/instruments/{slug}"' in page
        for turn in action.since:
            assert turn.what[language] in page  # type: ignore[index]


def test_everything_that_rests_on_a_decision_stands_on_its_page(
    portal: TestClient[Litestar],
) -> None:
    page = portal.get("/en/programme/instruments/m-2020-14").text
    for action in plan().by_instrument["M(2020)14"]:
        assert f'href="/en/programme/actions/{action.id}"' in page


def test_the_home_page_has_every_pillar_and_a_flagship_of_each_project(
    portal: TestClient[Litestar],
) -> None:
    page = portal.get("/fr/").text
    for chapter in plan().chapters():
        assert f'href="/fr/programme/pillars/{chapter.id}"' in page
    shown = {action.id for action in plan().flagships if f"/actions/{action.id}" in page}
    projects = {action.printed for action in plan().flagships}
    assert {plan().actions[key].printed for key in shown} == projects
