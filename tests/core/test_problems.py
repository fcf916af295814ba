"""A refusal is the same in API, portal and command line: what, why, what now, in four languages."""

import itertools
import logging
from html import unescape

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from benelux.core.errors import KINDS, Fault, Invalid, NotFound, Refusal
from benelux.core.language import LANGUAGES, Language, message
from benelux.core.web.problems import Defect, preferred

KIND = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)
PARTS = {"type", "title", "status", "detail", "instance", "code"}


def test_each_kind_has_a_name_and_a_title_of_its_own() -> None:
    kinds = (*KINDS, Defect)
    assert len({kind.kind for kind in kinds}) == len(kinds)
    assert len({kind.title.msgid for kind in kinds}) == len(kinds)
    assert len({kind.status for kind in kinds}) == len(kinds)


@LANGUAGE
def test_titles_are_in_the_readers_language(language: Language) -> None:
    for kind in (*KINDS, Defect):
        others = {kind.title.to(other) for other in LANGUAGES if other != language}
        assert kind.title.to(language) not in others, kind.kind


def test_on_the_command_line_a_refusal_is_one_line() -> None:
    fault = Fault("tonnes", message("a number is expected"))
    refusal = Invalid(
        "bridges.tonnes",
        message("This cannot be kept."),
        why=message("The bridge is weak."),
        now=message("Take another."),
        faults=(fault,),
    )
    assert refusal.line("en") == (
        "This cannot be kept. The bridge is weak. Take another. (tonnes: a number is expected)"
    )
    assert str(NotFound("x", message("Nothing here."))) == "Nothing here."


@KIND
@LANGUAGE
def test_the_api_refuses_with_problem_details(
    crossing: TestClient[Litestar], kind: type[Refusal], language: Language
) -> None:
    path = f"/api/bridges/refuse/{kind.kind}"
    answer = crossing.get(path, headers={"accept-language": language})
    assert answer.status_code == kind.status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == language
    assert "accept-language" in answer.headers["vary"]
    told = answer.json()
    assert told == {
        "type": f"/problems/{kind.kind}",
        "title": kind.title.to(language),
        "status": int(kind.status),
        "detail": message("There is nothing at this address.").to(language),
        "instance": path,
        "code": f"bridges.{kind.kind}",
    }


@KIND
@LANGUAGE
def test_the_portal_refuses_with_a_page_that_leads_back(
    crossing: TestClient[Litestar], kind: type[Refusal], language: Language
) -> None:
    answer = crossing.get(f"/{language}/bridges/refuse/{kind.kind}")
    assert answer.status_code == kind.status
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["content-language"] == language
    for said in (
        kind.title,
        message("There is nothing at this address."),
        message("Wait a moment before you try again."),
        message("Check the address, search, or start from the home page."),
        message("a number is expected"),
    ):
        assert said.to(language) in unescape(answer.text)
    assert f'<html lang="{language}">' in answer.text
    assert f'class="button" href="/{language}/"' in answer.text
    assert f"bridges.{kind.kind}" in answer.text


@KIND
def test_the_type_of_a_problem_leads_to_its_explanation(
    crossing: TestClient[Litestar], kind: type[Refusal]
) -> None:
    answer = crossing.get(f"/problems/{kind.kind}", headers={"accept-language": "nl"})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/nl/problems#{kind.kind}"
    assert f'id="{kind.kind}"' in crossing.get("/nl/problems").text
    assert crossing.get("/problems/none").status_code == 404


@pytest.mark.parametrize(
    ("path", "accepted", "spoken"),
    [
        ("/de/nowhere/at/all", "fr", "de"),
        ("/xx/bridges", "fr", "fr"),
        ("/nothing", "nl-BE;q=0.9, ja", "nl"),
        ("/english/x", "", "en"),
        ("/api/nothing?lang=de", "fr", "de"),
        ("/api/nothing", "de;q=0.5, fr;q=0.4", "de"),
        ("/api/nothing", "xx", "en"),
    ],
)
def test_whatever_is_asked_for_the_answer_has_a_language(
    crossing: TestClient[Litestar], path: str, accepted: str, spoken: str
) -> None:
    answer = crossing.get(path, headers={"accept-language": accepted})
    assert answer.status_code == 404
    assert answer.headers["content-language"] == spoken


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("fr", "fr"),
        ("FR-be", "fr"),
        ("en;q=0.1, de;q=0.2", "de"),
        ("nl;q=0", "en"),
        ("nl;q=.", "en"),
        ("nl;q=1.1.1, fr;q=0.1", "fr"),
        (",,,;;;", "en"),
        ("lb-LU,lb;q=0.9,de;q=0.8", "de"),
        (",".join(["xx"] * 1000) + ",nl", "en"),
    ],
)
def test_the_preferred_language_is_the_best_of_the_four(accepted: str, language: str) -> None:
    assert preferred(accepted) == language


@LANGUAGE
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/programme/actions/no-such-action", 404),
        ("/programme/partners/nobody", 404),
        ("/programme/instruments/m-1900-1", 404),
        ("/programme/pillars/9", 404),
        ("/programme/events/none", 404),
        ("/programme/nothing", 404),
        ("/no-such-domain", 404),
        ("/programme/actions?section=9.9", 422),
        ("/programme/actions?sort=colour", 422),
        ("/programme/actions?page=9999", 422),
        ("/programme/actions?size=7000", 422),
        ("/programme/timeline?year=twenty", 422),
        ("/programme/calendar?month=2022-13", 422),
        ("/programme/calendar?month=%D9%A2022-01", 422),
        ("/programme/calendar?month=19%D9%A3%D9%A3-01", 422),
        ("/programme/report?pillar=6", 422),
        ("/programme/report.csv?pillar=6", 422),
    ],
)
def test_an_unknown_action_page_or_value_is_refused_with_the_way_back(
    portal: TestClient[Litestar], language: Language, path: str, status: int
) -> None:
    answer = portal.get(f"/{language}{path}")
    assert answer.status_code == status
    kind = {404: NotFound, 422: Invalid}[status]
    assert kind.title.to(language) in unescape(answer.text)
    assert f'class="button" href="/{language}/"' in answer.text
    if status == 422:  # and to the same page without the value
        assert f'href="/{language}{path.partition("?")[0]}"' in answer.text
    switches = [f'href="/{other}{path.partition("?")[0]}"' for other in LANGUAGES]
    assert all(switch in answer.text for switch in switches)


@pytest.mark.parametrize("code", ["xx", "EN", "english", "e", "%00", "nl-BE"])
def test_an_unknown_language_is_refused_with_the_languages_that_there_are(
    portal: TestClient[Litestar], code: str
) -> None:
    for tail in ("", "/programme/actions", "/programme/actions/cycling-roadmap"):
        answer = portal.get(f"/{code}{tail}", headers={"accept-language": "de"})
        assert answer.status_code == 404
        assert answer.headers["content-language"] == "de"
        assert "nl, fr, de, en" in answer.text
        for language in LANGUAGES:  # each leads to the page that was meant
            target = f"/{language}{tail or '/'}"
            assert f'href="{target}" hreflang="{language}"' in answer.text


@LANGUAGE
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("tonnes=101", "tonnes"),
        ("tonnes=0", "tonnes"),
        ("tonnes=heavy", "tonnes"),
        ("tonnes=1&name=abcdef", "name"),
        ("", "tonnes"),
        ("tonnes=" + "9" * 6000, "tonnes"),
        ("tonnes=1e9999", "tonnes"),
    ],
)
def test_a_parameter_that_does_not_fit_is_named(
    crossing: TestClient[Litestar], language: Language, query: str, field: str
) -> None:
    answer = crossing.get(f"/api/bridges/heavy?{query}", headers={"accept-language": language})
    assert answer.status_code == 422
    told = answer.json()
    assert set(told) >= PARTS
    assert [error["field"] for error in told["errors"]] == [field]
    assert "Expected" not in answer.text  # the validator's own words are English
    assert told["detail"] == message("Your request cannot be read.").to(language)


def test_a_twin_refuses_in_the_form_of_the_twin(crossing: TestClient[Litestar]) -> None:
    answer = crossing.get("/fr/bridges.json?river=rhine")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["field"] == "river"


@pytest.mark.parametrize("path", ["/nl/bridges/fail", "/api/bridges/fail"])
def test_a_defect_of_ours_is_logged_whole_and_told_without_details(
    crossing: TestClient[Litestar], path: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, logger="benelux.web"):
        answer = crossing.get(path)
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    (record,) = caplog.records
    reference = record.getMessage().split()[1].rstrip(":")
    assert reference in answer.text
    assert record.exc_info
    assert "secret of the bridge" in str(record.exc_info[1])


def test_refusals_are_kept_nowhere(crossing: TestClient[Litestar]) -> None:
    answers: list[httpx.Response] = [
        crossing.get(path)
        for path in itertools.chain(
            (f"/en/bridges/refuse/{kind.kind}" for kind in KINDS),
            ("/en/nowhere/at/all", "/api/nothing", "/static/nothing"),
        )
    ]
    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}
