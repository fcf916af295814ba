"""Passes by browser, by machine and by command: apply, decide, show, check."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from litestar import Litestar
from litestar.testing import TestClient

from benelux.core.errors import Invalid
from benelux.core.identity.demo import ISSUER as DEMO
from benelux.core.identity.person import Person
from benelux.core.language import LANGUAGES
from benelux.domains.fireworks.commands import passes as commands
from tests.domains.fireworks.nodes import Three, person, three_nodes
from tests.domains.fireworks.passing import HOLDER, OTHER, a_pass, content
from tests.visits import SignedIn, visited

Portal = TestClient[Litestar]
ROOT = "/en/fireworks/passes"


@pytest.fixture(scope="module")
def trio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Three]:
    with three_nodes(tmp_path_factory.mktemp("trio")) as found:
        yield found


@pytest.fixture(scope="module")
def number(trio: Three) -> str:
    """The Belgian pass that these tests look at."""
    return a_pass(trio).id


@pytest.fixture
def holder(trio: Three) -> SignedIn:
    return SignedIn.as_person(visited(trio.house), trio.house, HOLDER)


@pytest.fixture
def desk(trio: Three) -> SignedIn:
    return SignedIn.as_person(visited(trio.house), trio.house, person("registrar", "be"))


def _answers(**changes: str | list[str]) -> dict[str, str | list[str]]:
    said = {f"content-{key}": value for key, value in content().items()}
    return {"form": "apply", "country": "BE", **said, **changes}  # type: ignore[dict-item] # all are texts or lists of them


def _asked(portal: Portal, **changes: str) -> tuple[int, str]:
    portal.get(f"{ROOT}/check")
    form = {"csrf": portal.cookies.get("benelux_form") or "", "form": "check", "category": "F3",
            "here": "NL", "consent": "yes", **changes}  # fmt: skip
    answer = portal.post(f"{ROOT}/check", data=form)
    return answer.status_code, answer.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_public_pages_speak_every_language(trio: Three, language: str) -> None:
    reader = visited(trio.house)
    for path in ("passes", "passes/check", "passes.json", "passes.csv"):
        assert reader.get(f"/{language}/fireworks/{path}").status_code == 200, path
    for path in ("apply", "mine", "mine/x", "mine/x/a4.pdf", "desk", "desk/x", "desk.json",
                 "roadside"):  # fmt: skip
        assert reader.get(f"/{language}/fireworks/passes/{path}").status_code == 401, path


def test_a_person_applies_completes_and_the_desk_issues(trio: Three, desk: SignedIn) -> None:
    someone = Person("noor", "Noor", "", (), HOLDER.issuer)
    own = SignedIn.as_person(visited(trio.house), trio.house, someone)
    sent = own.send(f"{ROOT}/apply", _answers(**{"content-permit": ""}))
    assert sent.status_code == 303
    address = sent.headers["location"].partition("?")[0]
    key = address.rsplit("/", 1)[1]
    assert "Still missing" in own.get(address).text
    assert own.send(f"{ROOT}/apply", _answers()).status_code == 409

    change = {**_answers(), "form": "complete", "version": "1"}
    assert own.send(address, change).status_code == 303
    assert own.send(address, change).status_code == 409
    assert "Still missing" not in own.get(address).text
    assert "<svg" in own.get("/en/").text
    assert 'class="qr"' not in own.get(address).text

    assert key in desk.get(f"{ROOT}/desk").text
    case = f"{ROOT}/desk/{key}"
    assert desk.send(case, {"form": "move-refuse", "move-refuse-reason": ""}).status_code == 422
    assert desk.send(case, {"form": "move-withdraw"}).status_code == 409
    assert desk.send(case, {"form": "move-issue"}).status_code == 303
    assert 'class="qr"' in own.get(address).text
    assert own.get(f"{address}/a4.pdf").content.startswith(b"%PDF")
    assert own.get(f"{address}/card.pdf").headers["content-type"] == "application/pdf"

    replaced = desk.send(case, {"form": "move-replace", "move-replace-reason": "Lost"})
    assert replaced.status_code == 303
    assert key not in replaced.headers["location"]
    assert 'class="qr"' not in own.get(address).text
    assert own.get(f"{address}/a4.pdf").status_code == 409


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"content-family": ""}, "content-family"),
        ({"content-family": "Lаmbert"}, "content-family"),
        ({"content-born": "yesterday"}, "content-born"),
        ({"content-categories": []}, "content-categories"),
        ({"content-categories": ["F9"]}, "content-categories"),
        ({"country": "DE"}, "country"),
        ({"content-company": "x" * 201}, "content-company"),
        ({"content-company": "\x07"}, "content-company"),
    ],
)
def test_a_slip_is_shown_beside_its_field_and_nothing_is_lost(
    trio: Three, changes: dict[str, str | list[str]], field: str
) -> None:
    own = SignedIn.as_person(visited(trio.house), trio.house, OTHER)
    answer = own.send(f"{ROOT}/apply", _answers(**changes))

    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert "C-17, Vlaanderen" in answer.text


def test_nobody_sees_the_pass_of_another(trio: Three, number: str, holder: SignedIn) -> None:
    assert 'class="qr"' in holder.get(f"{ROOT}/mine/{number}").text
    assert number in holder.get(f"{ROOT}/mine").text
    other = SignedIn.as_person(visited(trio.house), trio.house, OTHER)
    for path in (f"mine/{number}", f"mine/{number}/a4.pdf"):
        assert other.get(f"{ROOT}/{path}").status_code == 404
    for path in (f"desk/{number}", "desk", "desk.json", "desk.csv", "roadside"):
        assert other.get(f"{ROOT}/{path}").status_code == 403
    luxembourg = SignedIn.as_person(visited(trio.house), trio.house, person("registrar", "lu"))
    assert luxembourg.get(f"{ROOT}/desk/{number}").status_code == 404


def test_a_trader_gets_yes_no_or_unknown(trio: Three, number: str) -> None:
    trader = visited(trio.house)
    status, said = _asked(trader, text=number)
    assert status == 200
    assert "Yes: F3 may be handed over" in said
    assert "Lambert" not in said  # a status tells no name
    assert f'value="{number}"' not in said  # nor does the form keep the number
    assert "No: do not hand over P2" in _asked(trader, text=number, category="P2")[1]
    assert "Unknown: do not hand over F3" in _asked(trader, text=number, here="LU")[1]


@pytest.mark.parametrize(
    "changes",
    [{"consent": ""}, {"text": ""}, {"text": "BE-PP-1"}, {"here": "FR"}, {"category": "F1"},
     {"text": "a.b.c"}, {"text": "x" * 4001}],
)  # fmt: skip
def test_a_check_that_cannot_be_says_what_is_wrong(
    trio: Three, number: str, changes: dict[str, str]
) -> None:
    status, said = _asked(visited(trio.house), **{"text": number, **changes})
    assert status == 422
    assert "There is a problem" in said


def test_an_officer_checks_by_number_and_by_person(
    trio: Three, number: str, holder: SignedIn
) -> None:
    officer = SignedIn.as_person(visited(trio.house), trio.house, person("inspector", "nl"))
    address = f"{ROOT}/roadside"
    assert officer.get(address).status_code == 200
    by_number = officer.send(address, {"form": "roadside", "text": number})
    assert "The pass holds today." in by_number.text
    who = {"form": "roadside", "family": "Lambert", "given": "Emma", "born": "1991-02-03"}
    assert number in officer.send(address, who).text
    nobody = officer.send(address, {**who, "family": "Nobody", "born": "1950-01-01"})
    assert "No pass of such a person" in nobody.text
    assert officer.send(address, {**who, "text": number}).status_code == 422
    assert officer.send(address, {"form": "roadside", "family": "Lambert"}).status_code == 422

    assert "demo-nl-inspection" in holder.get(f"{ROOT}/mine/{number}").text


def test_the_desk_has_twins_for_its_officers_alone(desk: SignedIn, number: str) -> None:
    twin = desk.get(f"{ROOT}/desk.json")
    assert number in twin.text
    assert twin.headers["cache-control"] == "no-store"
    assert desk.get(f"{ROOT}/desk.csv").text.startswith("\ufeffnumber,")


# By machine


@pytest.fixture(scope="module")
def till(trio: Three) -> Portal:
    return visited(trio.house)


def test_a_till_checks_by_machine(till: Portal, number: str) -> None:
    told = till.post(
        "/api/fireworks/passes/checks", json={"text": number, "here": "NL", "consent": True}
    )
    assert told.status_code == 200
    assert told.headers["cache-control"] == "no-store"
    assert told.json()["may"] == {"F3": "true", "F4": "true", "T2": "false", "P2": "false"}
    assert set(told.json()["because"]["F3"]) == set(LANGUAGES)
    refused = till.post(
        "/api/fireworks/passes/checks", json={"text": number, "here": "NL", "consent": False}
    )
    assert refused.status_code == 422
    rules = till.get("/api/fireworks/passes/rules").json()
    assert {one["country"] for one in rules["sets"]} == {"BE", "NL"}


@settings(max_examples=40)
@given(
    field=some.sampled_from(["text", "here", "consent", "other"]),
    value=some.one_of(
        some.none(), some.booleans(), some.integers(), some.text(max_size=60),
        some.sampled_from(["NaN", "a.b.c", "x" * 9000, "\x00", "BE-PP-7K3M-9QXR-5", "ß" * 40]),
        some.lists(some.text(max_size=5), max_size=10), some.just({"$ne": 1}),
    ),
)  # fmt: skip
def test_whatever_a_till_sends_is_no_defect(field: str, value: object, till: Portal) -> None:
    said = {"text": "BE-PP-7K3M-9QXR-5", "here": "NL", "consent": True, field: value}
    answer = till.post("/api/fireworks/passes/checks", json=said)

    assert answer.status_code in {200, 400, 404, 422, 429}, answer.text


# By command


def test_the_commands_apply_issue_show_and_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, data, officer = tmp_path / "form.json", tmp_path / "data", f"{DEMO} demo-registrar-be"
    file.write_text(json.dumps(content(permit=None)))

    assert commands.apply(file, officer=officer, data=data, json=True) == 0
    key = json.loads(capsys.readouterr().out)["id"]
    assert commands.show(key, officer=officer, data=data, json=True) == 0
    assert json.loads(capsys.readouterr().out)["lacking"] == ["permit"]
    assert commands.issue(key, officer=officer, data=data) == 0
    assert str(datetime.now(UTC).year + 5) in capsys.readouterr().out
    assert commands.check(key, here="nl", consent=True, data=data) == 0
    assert "F3\ttrue" in capsys.readouterr().out
    with pytest.raises(Invalid):
        commands.check(key, here="nl", data=data)
    file.write_text("[1]")
    with pytest.raises(Invalid):
        commands.apply(file, officer=officer, data=data)
