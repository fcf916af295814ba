"""What keeps the portal safe beyond its single parts: logs, methods, sessions, the code itself."""

import ast
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

import benelux
from benelux.core.cli.serve import LogLine
from benelux.core.house import House
from benelux.core.identity import claims, registry, sessions
from benelux.core.identity.authority import Officer
from benelux.core.identity.parts import handle
from benelux.core.identity.person import REGISTRY_KEEPER, Person
from benelux.core.web.doors import SESSION
from tests.core.machines import POLICE
from tests.visits import OFFICER, READER, SignedIn, at_the_machine, knock, opened, visited

SOURCE = Path(benelux.__file__).parent
MODULES = sorted(SOURCE.rglob("*.py"))
KEEPER = Person("11", "Hugo Thill", "Secretariat", (REGISTRY_KEEPER,), "https://id.example")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with opened(tmp_path, ()) as found:
        yield found


@pytest.fixture
def reader_here(house: House) -> TestClient[Litestar]:
    return visited(house)


# What is asked, and what is answered


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("target", [b"/en/session", b"/api/authorities", b"/"])
def test_a_method_that_no_address_takes_is_refused_and_echoes_nothing(
    house: House, method: str, target: bytes
) -> None:
    headers = [(b"cookie", b"benelux_session=a-token-of-somebody")]
    heard = knock(visited(house).app, method, target, headers)
    assert heard.status in {404, 405}
    assert b"a-token-of-somebody" not in heard.body


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/en/authorities", "text/html; charset=utf-8"),
        ("/en/authorities.csv", "text/csv; charset=utf-8"),
        ("/en/authorities.json", "application/json"),
        ("/api/authorities", "application/json"),
        ("/api/authorities/nobody/keys", "application/problem+json"),
        ("/robots.txt", "text/plain; charset=utf-8"),
    ],
)
def test_every_answer_says_what_it_is_and_in_which_letters(
    reader_here: TestClient[Litestar], path: str, kind: str
) -> None:
    assert reader_here.get(path).headers["content-type"].lower() == kind


def test_what_somebody_who_is_signed_in_takes_along_is_kept_nowhere_and_open_to_no_site(
    house: House,
) -> None:
    officer = SignedIn.as_person(visited(house), house, READER)
    for path in ("/en/my-data", "/en/my-data.json", "/en/authorities.json", "/en/authorities.csv"):
        headers = officer.get(path).headers
        assert headers["cache-control"] == "no-store", path
        assert "access-control-allow-origin" not in headers, path
    assert visited(house).get("/en/authorities.json").headers["access-control-allow-origin"] == "*"


def test_no_session_begins_without_a_form_that_somebody_sends(house: House) -> None:
    visitor = at_the_machine(house)
    visitor.get("/en/sign-in?person=demo-officer")
    assert SESSION not in visitor.cookies
    assert visitor.post("/en/sign-in", data={"person": "demo-officer"}).status_code == 403
    assert SESSION not in visitor.cookies


def test_a_way_to_sign_out_is_on_every_page_of_who_is_signed_in(house: House) -> None:
    officer = SignedIn.as_person(visited(house), house, OFFICER)
    for path in ("/en/", "/en/authorities", "/en/identity/accords", "/en/my-data"):
        assert 'href="/en/session"' in officer.get(path).text, path
    assert "Sign out" in officer.get("/en/session").text


def test_a_token_in_the_address_signs_nobody_in(house: House) -> None:
    token = sessions.start(house.store, OFFICER)
    page = visited(house).get(f"/en/session?{SESSION}={token}")
    assert "You are not signed in" in page.text


def test_a_suspended_officer_is_signed_out_everywhere_at_once(house: House) -> None:
    office = Officer(OFFICER.issuer, OFFICER.subject, POLICE.id)
    for one in (POLICE, office):
        house.store.write(lambda work, one=one: registry.enter(work, one, author="t"))
    tokens = [sessions.start(house.store, OFFICER) for _ in range(2)]
    other = sessions.start(house.store, replace(OFFICER, subject="8"))
    keeper = SignedIn.as_person(visited(house), house, KEEPER)
    path = f"/en/identity/registry/officers/{handle(office)}"
    assert keeper.send(path, {"active": "no", "version": "1"}).status_code == 303
    assert [sessions.find(house.store, token) for token in tokens] == [None, None]
    assert sessions.find(house.store, other)


# What stands in the log


def test_who_signs_in_and_out_is_in_the_log_without_name_or_token(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "benelux.identity")
    visitor = at_the_machine(house)
    csrf = visitor.get("/en/sign-in").text.partition('name="csrf" value="')[2].partition('"')[0]
    visitor.post("/en/sign-in", data={"csrf": csrf, "person": "demo-officer"})
    token = visitor.cookies[SESSION]
    csrf = visitor.get("/en/session").text.partition('name="csrf" value="')[2].partition('"')[0]
    visitor.post("/en/session", data={"csrf": csrf})
    said = [record.getMessage() for record in caplog.records]
    label = sessions.label(token)
    assert said == [f"signed in by demo, session {label}", f"signed out, session {label}"]
    assert token not in caplog.text
    assert "Noor" not in caplog.text


@pytest.mark.parametrize(
    ("path", "code"),
    [("/en/identity/registry", "identity.role-missing"), ("/api/identity/caller", "identity.")],
)
def test_who_is_turned_away_is_in_the_log_with_the_reason(
    house: House, path: str, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    officer = SignedIn.as_person(visited(house), house, OFFICER)
    officer.get(path)
    (record,) = [one for one in caplog.records if one.name == "benelux.web"]
    assert record.getMessage().startswith(f"refused {code}")
    assert OFFICER.name not in caplog.text


def test_an_address_cannot_write_a_line_of_its_own_into_the_log(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    target = b"/en/identity/registry/officers/x%0d%0a2026-01-01T00:00:00Z%20ERROR%20forged?secret=1"
    knock(visited(house).app, "GET", target)
    (record,) = [one for one in caplog.records if one.name == "benelux.web"]
    assert "\n" not in record.getMessage()
    assert "secret" not in record.getMessage()


def test_whatever_is_logged_stays_on_its_line_and_says_when_in_utc() -> None:
    record = logging.LogRecord(
        "benelux.x", logging.WARNING, "f", 1, "said: %s", ("a\r\nb\x1b[31m\u2028c",), None
    )
    record.created = 1_767_225_600.0
    assert LogLine().format(record) == (
        "2026-01-01T00:00:00Z WARNING benelux.x: said: a\\r\\nb\\x1b[31m\\u2028c"
    )


# What the code never does


def _calls() -> Iterator[tuple[str, str, ast.Call]]:
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield str(path.relative_to(SOURCE)), ast.unparse(node.func), node


def test_nothing_that_comes_in_is_run_as_code_or_unpickled() -> None:
    never = {"eval", "exec", "os.system", "os.popen", "pickle.loads", "pickle.load",
             "marshal.loads", "yaml.load", "yaml.unsafe_load", "__import__"}  # fmt: skip
    assert [(where, name) for where, name, _ in _calls() if name in never] == []


def test_no_shell_is_ever_started_and_other_programs_by_developers_tools_alone() -> None:
    started = [
        (where, call) for where, name, call in _calls()
        if name.startswith(("subprocess.", "asyncio.create_subprocess"))
    ]  # fmt: skip
    assert {where.split("/")[2] for where, _ in started} <= {"dev"}
    assert not any(word.arg == "shell" for _, call in started for word in call.keywords)


def test_requests_of_ours_check_certificates_and_follow_no_redirect() -> None:
    loose = [
        (where, word.arg)
        for where, _, call in _calls()
        for word in call.keywords
        if word.arg in {"verify", "follow_redirects"}
        and isinstance(word.value, ast.Constant)
        and word.value.value is not (word.arg == "verify")
    ]
    assert loose == []


def test_chance_that_can_be_foreseen_decides_about_waiting_alone() -> None:
    uses = {where for where, name, _ in _calls() if name.startswith("random.")}
    assert uses <= {"core/store/writer.py", "core/store/sqlite.py", "core/exchange/settling.py"}


def test_only_sound_algorithms_are_named() -> None:
    weak = {"md5", "sha1", "ECB", "DES", "TripleDES", "ARC4", "PKCS1v15", "CBC"}
    named = {
        (str(path.relative_to(SOURCE)), node.attr if isinstance(node, ast.Attribute) else node.id)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute | ast.Name)
        and (node.attr if isinstance(node, ast.Attribute) else node.id) in weak
    }
    assert named == set()


def test_the_issuer_signs_with_public_key_algorithms_alone() -> None:
    assert not {one for one in claims.ALGORITHMS if one.startswith("HS") or one == "none"}


def test_no_template_shows_a_value_as_it_came() -> None:
    for path in SOURCE.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "|safe" not in text.replace(" ", ""), path
        assert "autoescape" not in text, path


@pytest.mark.parametrize(
    "never",
    ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function",
     "postMessage("],
)  # fmt: skip
def test_our_scripts_make_no_markup_of_texts_and_take_no_messages(never: str) -> None:
    scripts = SOURCE.parents[1] / "web" / "src"
    found = [path.name for path in scripts.rglob("*.ts") if never in path.read_text("utf-8")]
    assert found == []
