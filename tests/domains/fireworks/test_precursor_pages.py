"""Reporting and following by browser, by machine and by command, and the tray."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from litestar import Litestar
from litestar.testing import TestClient

from benelux.core.errors import Invalid
from benelux.core.language import LANGUAGES
from benelux.domains.fireworks.commands import precursors as commands
from tests.domains.fireworks.nodes import Three, person
from tests.visits import SignedIn, visited

Portal = TestClient[Litestar]
FORM = "/en/fireworks/precursors/report"
FOLLOW = "/en/fireworks/precursors/follow"


@pytest.fixture
def reporter(shared: Three) -> Portal:
    return visited(shared.house)


def _answers(**changes: str | list[str]) -> dict[str, str | list[str]]:
    noticed = datetime.now(UTC) - timedelta(hours=3)
    return {
        "kind": "theft", "country": "BE", "substances": ["acetone", "nitric-acid"],
        "noticed": noticed.date().isoformat(), "noticed_time": "00:01",
        "what": "Two drums are gone", "reporter": "professional", "amount": "2,5", "unit": "l",
        "customer": "Piet Pienter", **changes,
    }  # fmt: skip


def _sent(client: Portal, address: str, form: dict[str, str | list[str]]) -> object:
    client.get(address)
    csrf = client.cookies.get("benelux_form") or ""
    return client.post(address, data={"csrf": csrf, **form})


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_public_pages_speak_every_language(reporter: Portal, language: str) -> None:
    for path in ("", "/precursors", "/precursors/report", "/precursors/follow"):
        page = reporter.get(f"/{language}/fireworks{path}")
        assert page.status_code == 200, path


def test_a_reporter_gets_reference_and_secret_and_neither_is_in_an_address(
    reporter: Portal,
) -> None:
    answer = _sent(reporter, FORM, _answers())

    assert answer.status_code == 303  # type: ignore[attr-defined]
    assert answer.headers["location"] == "/en/fireworks/precursors/received"  # type: ignore[attr-defined]
    cookie = answer.headers["set-cookie"].lower()  # type: ignore[attr-defined]
    assert "httponly" in cookie
    assert "max-age=900" in cookie
    page = reporter.get("/en/fireworks/precursors/received")
    assert "BE-PR-" in page.text
    assert page.headers["cache-control"] == "no-store"
    followed = reporter.get(FOLLOW)
    assert "Federal Police" in followed.text
    assert "Piet Pienter" not in followed.text


def test_whoever_lost_the_cookie_follows_with_both_and_not_with_one(shared: Three) -> None:
    client = visited(shared.house)
    _sent(client, FORM, _answers())
    kept = client.cookies.get("benelux_report") or ""
    reference, _, secret = kept.strip('"').partition(".")
    other = visited(shared.house)

    spaced = "-".join(secret[n : n + 8].upper() for n in range(0, 32, 8))
    good = _sent(other, FOLLOW, {"form": "follow", "reference": reference, "secret": spaced})
    assert good.status_code == 303  # type: ignore[attr-defined]
    bad = _sent(visited(shared.house), FOLLOW,
                {"form": "follow", "reference": reference, "secret": "0" * 32})  # fmt: skip
    assert bad.status_code == 404  # type: ignore[attr-defined]
    assert "0000" not in bad.text  # type: ignore[attr-defined]
    assert reference in bad.text  # type: ignore[attr-defined]


def test_forgetting_takes_the_report_off_the_device(shared: Three) -> None:
    client = visited(shared.house)
    _sent(client, FORM, _answers())
    _sent(client, FOLLOW, {"form": "forget"})

    assert "BE-PR-" not in client.get(FOLLOW).text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"substances": []}, "substances"),
        ({"noticed_time": "noon"}, "noticed_time"),
        ({"noticed_time": "25:61"}, "noticed_time"),
        ({"amount": "many"}, "amount"),
        ({"amount": "1e999999"}, "amount"),
        ({"concentration": "NaN"}, "concentration"),
        ({"concentration": "٤"}, "concentration"),
        ({"noticed": "2199-01-01"}, "noticed"),
        ({"country": "XX"}, "country"),
        ({"what": "\x07"}, "what"),
    ],
)
def test_a_slip_is_shown_beside_its_field_and_nothing_is_lost(
    reporter: Portal, changes: dict[str, str | list[str]], field: str
) -> None:
    answer = _sent(reporter, FORM, _answers(**changes))

    if changes == {"concentration": "٤"}:  # a digit all the same: Python reads it as four
        assert answer.status_code in {303, 422}  # type: ignore[attr-defined]
        return
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert f'href="#{field}"' in answer.text  # type: ignore[attr-defined]
    assert "Piet Pienter" in answer.text  # type: ignore[attr-defined]


def test_the_contact_point_reads_answers_and_closes(shared: Three) -> None:
    client = visited(shared.house)
    _sent(client, FORM, _answers())
    reference = (client.cookies.get("benelux_report") or "").strip('"').partition(".")[0]
    officer = SignedIn.as_person(visited(shared.house), shared.house, person("contact", "be"))
    address = f"/en/fireworks/reports/{reference}"

    assert reference in officer.get("/en/fireworks/reports").text
    assert "Piet Pienter" in officer.get(address).text
    assert officer.send(address, {"form": "answer", "text": "On our way"}).status_code == 303
    assert "On our way" in client.get(FOLLOW).text
    assert officer.send(address, {"form": "pass", "to": "BE"}).status_code == 422
    assert officer.send(address, {"form": "pass", "to": "LU"}).status_code == 303
    assert officer.send(address, {"form": "tell", "told": ""}).status_code == 422
    assert officer.send(address, {"act": "close"}).status_code == 303
    assert officer.send(address, {"form": "answer", "text": "More"}).status_code == 409


def test_the_tray_is_a_table_and_json_for_its_officers_alone(shared: Three) -> None:
    officer = SignedIn.as_person(visited(shared.house), shared.house, person("contact", "be"))
    twin = officer.get("/en/fireworks/reports.json")
    assert twin.headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in twin.headers
    assert b"Piet" not in twin.content
    assert officer.get("/en/fireworks/reports.csv").text.startswith("\ufeffreference,")

    stranger = SignedIn.as_person(visited(shared.house), shared.house, person("surveyor", "be"))
    for path in ("reports", "reports.json", "reports.csv", "reports/BE-PR-0000-0000-0"):
        assert stranger.get(f"/en/fireworks/{path}").status_code == 403
        assert visited(shared.house).get(f"/en/fireworks/{path}").status_code == 401


def test_an_officer_of_another_country_finds_no_report_of_this_one(shared: Three) -> None:
    client = visited(shared.house)
    _sent(client, FORM, _answers())
    reference = (client.cookies.get("benelux_report") or "").strip('"').partition(".")[0]
    other = SignedIn.as_person(visited(shared.house), shared.house, person("contact", "lu"))

    assert other.get(f"/en/fireworks/reports/{reference}").status_code == 404


# By machine


def _told() -> dict[str, object]:
    return {
        "kind": "transaction", "country": "NL", "substances": ["hexamine"],
        "noticed_at": (datetime.now(UTC) - timedelta(hours=1)).isoformat(),
        "what": "Odd", "reporter": "marketplace", "amount": "3", "signs": ["use-unclear"],
    }  # fmt: skip


def test_a_machine_reports_and_follows(reporter: Portal) -> None:
    answer = reporter.post("/api/fireworks/precursors/reports", json=_told())

    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    ticket = {key: answer.json()[key] for key in ("reference", "secret")}
    followed = reporter.post("/api/fireworks/precursors/reports/follow", json=ticket)
    assert followed.json()["state"] == "new"
    wrong = {**ticket, "secret": "f" * 32}
    refused = reporter.post("/api/fireworks/precursors/reports/follow", json=wrong)
    assert refused.status_code == 404
    assert refused.headers["content-type"].startswith("application/problem+json")


@settings(max_examples=40)
@given(
    field=some.sampled_from([*_told(), "customer", "customer_country", "concentration"]),
    value=some.one_of(
        some.none(), some.booleans(), some.integers(), some.text(max_size=50),
        some.sampled_from(["NaN", "Infinity", "1e400000", "x" * 9000, "\x00", "2026-01-01"]),
        some.lists(some.text(max_size=5), max_size=30), some.just({"$ne": 1}),
    ),
)  # fmt: skip
def test_whatever_a_machine_sends_is_no_defect(
    field: str, value: object, shared_portal: Portal
) -> None:
    answer = shared_portal.post("/api/fireworks/precursors/reports", json={**_told(), field: value})

    assert answer.status_code in {201, 400, 422, 429}, answer.text


@pytest.fixture(scope="module")
def shared_portal(shared: Three) -> Portal:
    return visited(shared.house)


def test_substances_and_contact_points_are_open_data(reporter: Portal) -> None:
    assert len(reporter.get("/api/fireworks/precursors/substances").json()) == 18
    points = reporter.get("/api/fireworks/precursors/contact-points").json()
    assert {one["country"] for one in points} == {"BE", "NL", "LU"}
    assert reporter.get("/fr/fireworks/precursors.json").json()["total"] == 18


# By command


def test_the_command_reports_and_lists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BENELUX_DATA", str(tmp_path / "data"))
    file = tmp_path / "report.json"
    file.write_text(json.dumps(_told()))

    assert commands.list_reports(country="nl") == 1
    assert commands.report(file, json=True) == 0
    receipt = json.loads(capsys.readouterr().out)
    assert len(receipt["secret"]) == 32
    assert commands.list_reports(country="nl", json=True) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [one["reference"] for one in listed] == [receipt["reference"]]
    assert "what" not in listed[0]
    assert commands.sweep(country="nl") == 0


def test_the_command_says_what_is_wrong_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_text('{"kind": "gossip"}')

    with pytest.raises(Invalid) as refused:
        commands.report(file)
    assert "kind" in str(refused.value)
