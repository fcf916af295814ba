"""Documents of records: small, signed, and worth nothing once a single bit of them was changed."""

import json
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import TestClient

from benelux.core.errors import Conflict, Invalid, NotFound, Refusal
from benelux.core.identity import keyring
from benelux.core.identity.keys import SigningKey, b64, unb64
from benelux.core.identity.keystore import KeyFolder
from benelux.core.language import LANGUAGES
from benelux.core.ledger import ledger_of
from benelux.core.ledger.service import consultations_of
from benelux.core.registers import credential, offline, paper, places, service
from benelux.core.registers.acting import acting_for
from benelux.core.registers.credential import code, code_svg, open_document, read_document
from benelux.core.registers.issuers import issuer_list, issuers_of
from benelux.core.registers.statuslist import read_status_list, status_list
from benelux.core.registers.telling import facts_of
from benelux.core.registers.verdict import check
from benelux.core.web.static import WORKER, Assets
from tests.core.skippers import CITIZEN, DOMAIN, INSPECTOR, Federated, federated
from tests.core.skippers.registers import LICENCES
from tests.visits import SignedIn, at_the_machine, opened, visited

NOW = datetime.now(UTC)
KEEPER = "demo-be-licensing"


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Federated]:
    with federated(tmp_path_factory.mktemp("nodes")) as found:
        yield found


@pytest.fixture(scope="module")
def text(nodes: Federated) -> str:
    """The document of a Belgian licence."""
    return nodes.document(nodes.licence())


def _resigned(nodes: Federated, text: str, header: dict[str, str], **claims: object) -> str:
    """The same document, with other contents, signed with the keeper's own key."""
    head, body, _ = text.split(".")
    new_head = {**json.loads(unb64(head)), **header}
    new_body = {**json.loads(unb64(body)), **claims}
    node = nodes.node("BE")
    key = keyring.signing_key(node.store, KeyFolder.of(node.settings), KEEPER)
    covered = ".".join(b64(json.dumps(part).encode()) for part in (new_head, new_body))
    return f"{covered}.{b64(key.private.sign(covered.encode()))}"


def test_a_document_says_what_the_declaration_names_and_nothing_else(
    nodes: Federated, text: str
) -> None:
    document = read_document(text, issuers_of(nodes.house), NOW + timedelta(seconds=5))

    assert document.fields == {
        "family": "Lambert", "given": "Emma", "born": "1991-02-03", "waters": ["inland", "sea"],
    }  # fmt: skip
    assert "not in the document" not in unb64(text.split(".")[1]).decode()
    assert (document.register, document.kind) == ("skippers.licences", "skipper")
    assert document.issuer.key.authority == KEEPER
    assert document.issuer.country == "BE"
    assert document.ends == datetime(2031, 5, 4, 22, tzinfo=UTC)  # midnight in Brussels


def test_a_document_fits_a_code_that_a_telephone_reads(text: str) -> None:
    assert len(text) <= 500
    drawn = code(text)
    assert (drawn.version, drawn.error) == (17, "M")
    svg = code_svg(text, 'Code of "A" & B')
    assert svg.startswith('<svg role="img" ')
    assert 'aria-label="Code of &#34;A&#34; &amp; B"' in svg
    assert "style=" not in svg


def test_long_names_in_any_script_still_fit(nodes: Federated) -> None:
    text = nodes.document(nodes.licence(family="Παπαδοπούλου-Χατζηδάκη" * 4))

    assert code(text).version <= 30
    found = open_document(text, issuers_of(nodes.house))
    assert str(found.fields["family"]).startswith("Παπαδοπούλου")


@given(place=st.integers(min_value=0, max_value=10_000), bit=st.integers(0, 7))
@settings(max_examples=300)
def test_no_bit_of_a_document_can_be_changed(
    nodes: Federated, text: str, place: int, bit: int
) -> None:
    raw = bytearray(text.encode())
    raw[place % len(raw)] ^= 1 << bit
    with pytest.raises((Invalid, NotFound)):
        open_document(raw.decode("latin-1"), issuers_of(nodes.house))


@given(st.text(max_size=300) | st.from_regex(r"[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*"))
def test_whatever_is_scanned_is_refused_in_all_languages(nodes: Federated, text: str) -> None:
    with pytest.raises(Refusal) as caught:
        open_document(text, issuers_of(nodes.house))
    for language in LANGUAGES:
        assert caught.value.line(language)


@pytest.mark.parametrize("algorithm", ["none", "HS256", "EdDSA", "ES256", "ed25519", ""])
def test_no_other_algorithm_is_accepted_even_with_a_good_signature(
    nodes: Federated, text: str, algorithm: str
) -> None:
    with pytest.raises(Invalid) as caught:
        open_document(_resigned(nodes, text, {"alg": algorithm}), issuers_of(nodes.house))
    assert caught.value.code == "registers.algorithm"


def test_a_header_with_more_in_it_is_refused(nodes: Federated, text: str) -> None:
    for more in ({"jwk": "x"}, {"crit": "x"}, {"jku": "https://elsewhere.example"}):
        with pytest.raises(Invalid):
            open_document(_resigned(nodes, text, more), issuers_of(nodes.house))


@pytest.mark.parametrize("kind", ["statuslist+jwt", "issuers+jwt", "skipper", "JWT", "pilot+jwt"])
def test_a_signed_text_of_another_kind_is_no_document(
    nodes: Federated, text: str, kind: str
) -> None:
    with pytest.raises(Invalid) as caught:
        open_document(_resigned(nodes, text, {"typ": kind}), issuers_of(nodes.house))
    assert caught.value.code == "registers.unreadable"


def test_a_key_that_nobody_lists_is_an_unknown_issuer(nodes: Federated, text: str) -> None:
    with pytest.raises(NotFound) as caught:
        open_document(_resigned(nodes, text, {"kid": SigningKey.new().id}), issuers_of(nodes.house))
    assert caught.value.code == "registers.unknown-issuer"


def test_another_countrys_key_id_does_not_help(nodes: Federated, text: str) -> None:
    dutch = next(one for one in issuers_of(nodes.house).values() if one.country == "NL")
    with pytest.raises(Invalid) as caught:
        open_document(_resigned(nodes, text, {"kid": dutch.key.id}), issuers_of(nodes.house))
    assert caught.value.code == "registers.not-genuine"


def test_a_keeper_cannot_sign_in_the_name_of_another(nodes: Federated, text: str) -> None:
    with pytest.raises(Invalid) as caught:
        open_document(_resigned(nodes, text, {}, iss="demo-nl-licensing"), issuers_of(nodes.house))
    assert caught.value.code == "registers.worthless"


@pytest.mark.parametrize("days", [-400, 400])
def test_a_key_signs_only_for_the_days_on_which_it_was_valid(
    nodes: Federated, text: str, days: int
) -> None:
    issued = int((NOW + timedelta(days=days)).timestamp())
    with pytest.raises(Invalid) as caught:
        open_document(_resigned(nodes, text, {}, iat=issued), issuers_of(nodes.house))
    assert caught.value.code == "registers.worthless"


def test_an_ended_key_still_proves_what_it_signed_and_a_revoked_one_nothing(
    nodes: Federated, text: str
) -> None:
    issuers = issuers_of(nodes.house)
    document = open_document(text, issuers)
    issuer = document.issuer
    soon = datetime.now(UTC) + timedelta(minutes=1)
    ended = replace(issuer, key=replace(issuer.key, valid_to=soon))
    assert open_document(text, {issuer.key.id: ended}).number == document.number
    revoked = replace(issuer, key=replace(issuer.key, revoked=True))
    with pytest.raises(Invalid) as caught:
        open_document(text, {issuer.key.id: revoked})
    assert caught.value.code == "registers.worthless"


def test_a_document_holds_from_its_first_to_its_last_day(nodes: Federated, text: str) -> None:
    issuers = issuers_of(nodes.house)
    last = datetime(2031, 5, 4, 21, 59, 59, tzinfo=UTC)
    assert read_document(text, issuers, last)
    for moment, code_ in (
        (last + timedelta(seconds=1), "expired"),
        (NOW.replace(year=2025), "not-yet"),
    ):
        with pytest.raises(Invalid) as caught:
            read_document(text, issuers, moment)
        assert caught.value.code == f"registers.{code_}"


@pytest.mark.parametrize("moment", [10**18, -(10**18)])
def test_a_moment_that_no_calendar_has_is_refused(nodes: Federated, text: str, moment: int) -> None:
    with pytest.raises(Invalid):
        open_document(_resigned(nodes, text, {}, exp=moment), issuers_of(nodes.house))


def test_only_a_record_that_holds_gets_a_document(nodes: Federated) -> None:
    record = nodes.licence()
    suspended = nodes.move(record, "suspend")
    with pytest.raises(Conflict):
        nodes.document(suspended)
    with pytest.raises(NotFound):
        credential.issue_document(nodes.node("BE"), replace(LICENCES, credential=None), record)


@pytest.mark.parametrize("key", ["suspend", "withdraw"])
def test_the_list_follows_what_becomes_of_a_record(nodes: Federated, key: str) -> None:
    record = nodes.licence()
    text = nodes.document(record)
    issuers = issuers_of(nodes.house)
    document = open_document(text, issuers)
    node = nodes.node("BE")

    assert _status(nodes, text) == places.VALID
    nodes.move(record, key)
    expected = {"suspend": places.SUSPENDED, "withdraw": places.WITHDRAWN}[key]
    assert _status(nodes, text) == expected
    outcome = check(nodes.house, text, datetime.now(UTC))
    assert outcome.verdict == {"suspend": "suspended", "withdraw": "withdrawn"}[key]
    if key == "suspend":
        by = nodes.registrar("BE")
        service.move(node, LICENCES, record.id, "lift", by=by)
        assert _status(nodes, text) == places.VALID
    assert document.place == open_document(text, issuers).place


def _status(nodes: Federated, text: str) -> int:
    issuers = issuers_of(nodes.house)
    found = read_status_list(status_list(nodes.node("BE"), LICENCES, KEEPER), issuers)
    return found.status(open_document(text, issuers))


def test_the_list_tells_nothing_to_who_holds_no_document(nodes: Federated) -> None:
    texts = [nodes.document(nodes.licence()) for _ in range(5)]
    issuers = issuers_of(nodes.house)
    given_out = [open_document(text, issuers).place for text in texts]
    assert len(set(given_out)) == 5
    assert sorted(given_out) != given_out or max(given_out) - min(given_out) > 1000

    raw = status_list(nodes.node("BE"), LICENCES, KEEPER)
    claims = json.loads(unb64(raw.split(".")[1]))
    bits = zlib.decompress(unb64(claims["status_list"]["lst"]))
    shown = sum(1 for byte in bits for shift in (0, 2, 4, 6) if byte >> shift & 3)
    assert len(bits) * 4 == places.LENGTH
    assert shown > 1000, "decoys hide how many were really withdrawn"
    assert len(raw) < 20_000


def test_a_document_issued_again_keeps_its_place(nodes: Federated) -> None:
    record = nodes.licence()
    issuers = issuers_of(nodes.house)
    first, second = (open_document(nodes.document(record), issuers) for _ in range(2))
    assert first.place == second.place


def test_a_list_of_another_keeper_says_nothing_of_this_document(
    nodes: Federated, text: str
) -> None:
    issuers = issuers_of(nodes.house)
    dutch = status_list(nodes.node("NL"), LICENCES, "demo-nl-licensing")
    with pytest.raises(NotFound):
        read_status_list(dutch, issuers).status(open_document(text, issuers))


def test_a_list_that_was_changed_or_is_a_bomb_is_refused(nodes: Federated) -> None:
    issuers = issuers_of(nodes.house)
    raw = status_list(nodes.node("BE"), LICENCES, KEEPER)
    head, body, tail = raw.split(".")
    with pytest.raises(Invalid):
        read_status_list(f"{head}.{body[:-4]}AAAA.{tail}", issuers)
    bomb = b64(zlib.compress(bytes(50_000_000), 9))
    spoilt = _resigned(nodes, raw, {}, status_list={"bits": 2, "lst": bomb})
    with pytest.raises(Invalid):
        read_status_list(spoilt, issuers)


def test_every_keeper_is_in_the_list_of_issuers_and_one_of_them_signed_it(nodes: Federated) -> None:
    head, body, _ = issuer_list(nodes.house).split(".")
    keys = json.loads(unb64(body))["keys"]
    assert {one["country"] for one in keys} == {"BE", "NL", "LU"}
    assert json.loads(unb64(head))["kid"] in {one["kid"] for one in keys}
    assert all(set(one["name"]) == set(LANGUAGES) for one in keys)
    assert all("d" not in one for one in keys)


@pytest.fixture(scope="module")
def portal(nodes: Federated) -> TestClient[Litestar]:
    return visited(nodes.house)


def test_both_lists_are_there_for_everybody(portal: TestClient[Litestar]) -> None:
    trust = portal.get("/api/registers/trust")
    assert trust.status_code == 200
    assert trust.text.count(".") == 2
    for country in ("BE", "NL", "LU"):
        found = portal.get(
            "/api/registers/skippers.licences/statuslist", params={"country": country}
        )
        assert found.status_code == 200, found.text
        assert found.headers["content-type"].startswith("application/statuslist+jwt")
    for query, status in (({"country": "FR"}, 404), ({"country": "XXX"}, 400)):
        answer = portal.get("/api/registers/skippers.licences/statuslist", params=query)
        assert answer.status_code in {status, 422}
    assert portal.get("/api/registers/skippers.nothing/statuslist").status_code == 404


def test_a_portal_without_nodes_lists_nobody(tmp_path: Path) -> None:
    with opened(tmp_path, [DOMAIN], host="0.0.0.0") as house:  # noqa: S104
        answer = visited(house).get("/api/registers/trust")
        assert (answer.status_code, answer.text) == (200, "")
        assert check(house, "a.b.c", NOW).verdict == "unreadable"


def test_a_withdrawal_is_in_the_very_next_list(
    nodes: Federated, portal: TestClient[Litestar]
) -> None:
    record = nodes.licence()
    text = nodes.document(record)
    issuers = issuers_of(nodes.house)
    document = open_document(text, issuers)

    def status() -> int:
        portal.cookies.clear()  # as a machine asks, which the portal may answer from memory
        answer = portal.get("/api/registers/skippers.licences/statuslist?country=BE")
        return read_status_list(answer.text, issuers).status(document)

    assert status() == places.VALID
    nodes.move(record, "withdraw")
    assert status() == places.WITHDRAWN


def test_the_page_may_ask_for_the_camera_and_no_other_page_may(
    portal: TestClient[Litestar],
) -> None:
    asked = portal.get("/nl/registers/check").headers["permissions-policy"]
    assert asked.startswith("camera=(self), microphone=()")
    other = portal.get("/nl/ledger").headers.get_list("permissions-policy")
    assert len(other) == 1
    assert other[0].startswith("camera=()")


def test_one_script_alone_may_answer_for_pages(portal: TestClient[Litestar]) -> None:
    assets = Assets()
    if not assets.names:
        pytest.skip("the browser assets are not built")
    allowed = {
        name
        for name in assets.names
        if "service-worker-allowed" in portal.get(assets.address(name)).headers
    }
    assert allowed == {WORKER}


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_scripts_the_portal_checks_the_text(
    portal: TestClient[Litestar], text: str, language: str
) -> None:
    page = portal.get(f"/{language}/registers/check")
    csrf = page.text.partition('name="csrf" value="')[2].partition('"')[0]
    answer = portal.post(f"/{language}/registers/check", data={"csrf": csrf, "text": text})
    assert answer.status_code == 200
    assert "Lambert" in answer.text
    assert 'class="verdict good"' in answer.text
    spoilt = text[:-10] + ("A" if text[-10] != "A" else "B") + text[-9:]
    answer = portal.post(f"/{language}/registers/check", data={"csrf": csrf, "text": spoilt})
    assert "Lambert" not in answer.text
    assert 'class="verdict bad"' in answer.text


def test_a_check_without_a_network_is_on_record_once_and_the_holder_sees_it(
    nodes: Federated,
) -> None:
    record = nodes.licence()
    by = acting_for(nodes.house, INSPECTOR)
    at = datetime.now(UTC) - timedelta(hours=3)
    made = [offline.Made("one", LICENCES.name, "BE", record.id, at, "genuine")]
    first = offline.put_on_record(nodes.house, made, purpose="inspection", by=by)
    again = offline.put_on_record(nodes.house, made, purpose="inspection", by=by)

    assert first[0].settled
    assert (first[0].shard, first[0].entry) == (again[0].shard, again[0].entry)
    seen = consultations_of(ledger_of(nodes.node("BE")), (CITIZEN,), date.today())  # noqa: DTZ011
    mine = [one for one in seen if one.what.action == offline.ACTION]
    assert len(mine) == 1
    assert mine[0].what.actor.organisation == "demo-nl-inspection"
    assert mine[0].what.made_offline == at.replace(microsecond=0)
    assert record.id not in mine[0].what.object


def test_checks_that_cannot_be_are_told_apart(nodes: Federated) -> None:
    by = acting_for(nodes.house, INSPECTOR)
    now = datetime.now(UTC)
    made = [
        offline.Made("a", LICENCES.name, "BE", "BE-SL-0000-0000-0", now, "genuine"),
        offline.Made("b", LICENCES.name, "FR", "FR-SL-0000-0000-0", now, "genuine"),
        offline.Made("c", LICENCES.name, "BE", "x", now + timedelta(days=2), "genuine"),
    ]
    outcomes = offline.put_on_record(nodes.house, made, purpose="inspection", by=by)
    assert [one.settled for one in outcomes] == [True, False, True]
    assert all(one.trouble for one in outcomes)
    with pytest.raises(Invalid):
        offline.put_on_record(nodes.house, made, purpose="curiosity", by=by)


@pytest.mark.parametrize("sent", ["", "{}", "[{}]", "[1]", "[" * 100_000, '[{"id":"x"}]'])
def test_what_no_device_of_ours_kept_is_refused(sent: str) -> None:
    with pytest.raises(Invalid):
        offline.read(sent)


def test_an_officer_sends_checks_through_the_page(nodes: Federated) -> None:
    record = nodes.licence()
    client = at_the_machine(nodes.house)  # where invented people may sign in
    officer = SignedIn.as_person(client, nodes.house, INSPECTOR)  # type: ignore[arg-type]
    assert officer.get("/en/registers/check/made").status_code == 200
    at = datetime.now(UTC).isoformat()
    one = {"id": "7", "register": LICENCES.name, "country": "BE", "number": record.id, "at": at,
           "verdict": "genuine"}  # fmt: skip
    answer = officer.send(
        "/en/registers/check/made", {"checks": json.dumps([one]), "purpose": "inspection"}
    )
    assert answer.status_code == 200
    assert 'data-taken="[&#34;7&#34;]"' in answer.text
    assert "Sign in" in visited(nodes.house).get("/en/registers/check/made").text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", paper.FORMS)
def test_the_paper_says_it_in_every_language_and_script(
    nodes: Federated, language: str, form: str
) -> None:
    record = nodes.licence(family="Παπαδόπουλος")
    printed = paper.print_document(nodes.node("BE"), LICENCES, record, language, form)  # type: ignore[arg-type]
    assert printed.startswith(b"%PDF-")
    assert f"/Lang ({language})".encode() in printed
    assert b"/FontFile2" in printed
    assert b"/Alt " in printed
    assert b"/Subtype /Image" not in printed, "the code is drawn"


def test_names_of_any_length_are_printed(nodes: Federated) -> None:
    record = nodes.licence(family="W" * 200)
    for form in paper.FORMS:
        printed = paper.print_document(nodes.node("BE"), LICENCES, record, "de", form)
        assert printed.count(b"/Type /Page\n") == (1 if form == "a4" else 2)


def test_a_document_is_told_in_the_words_of_its_register(nodes: Federated, text: str) -> None:
    document = open_document(text, issuers_of(nodes.house))
    said = [value for _, value in facts_of(document, LICENCES, "fr")]
    assert "3 février 1991" in said
    assert "4 mai 2031" in said
