"""Signed requests: what the standard prints comes out, and nothing less than our profile counts."""

import base64
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import func, select

from benelux.core.errors import NotAllowed, NotSignedIn, Refusal, TooMany
from benelux.core.house import House
from benelux.core.identity import keyring, registry, tables
from benelux.core.identity.authority import Authority
from benelux.core.identity.caller import own_authorities
from benelux.core.identity.keyring import Holder
from benelux.core.identity.keys import Key, KeyKind, SigningKey, of_certificate, unb64
from benelux.core.identity.messages import HttpRequest, NotThere, signature_base
from benelux.core.identity.replays import Replays
from benelux.core.identity.signatures import ACCEPTED, SKEW, Verified, sign, verify
from benelux.core.identity.signed_by import SignedBy
from benelux.core.identity.structured import (
    Component,
    Covered,
    parameters,
    read_bytes,
    read_covered,
)
from benelux.core.language import LANGUAGES
from benelux.core.settings import Settings
from benelux.core.store import Store, migrate
from tests.core.machines import CAMERA, POLICE, Machine, enter, machine
from tests.visits import OWN

VECTORS = json.loads((Path(__file__).parent / "data/signatures/rfc9421.json").read_text())
SECRET = "a-long-secret-of-this-proxy-7391"  # noqa: S105 - of this test alone
BODY = b'{"plate": "1-ABC-234"}'


@pytest.fixture
def police(tmp_path: Path) -> Iterator[Machine]:
    with machine(tmp_path) as found:
        yield found


@pytest.fixture(scope="module")
def steady(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """One machine for many requests that change nothing."""
    with machine(tmp_path_factory.mktemp("steady")) as found:
        yield found


def printed() -> HttpRequest:
    told = VECTORS["request"]
    return HttpRequest.to(told["url"], told["method"], told["headers"], told["body"].encode())


def code(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


# What the standard prints


def test_the_key_of_the_standard_signs_as_the_standard_prints() -> None:
    told = VECTORS["ed25519"]
    (covered,) = read_covered(told["input"]).values()
    private = Ed25519PrivateKey.from_private_bytes(unb64(VECTORS["key"]["d"]))
    made = private.sign(signature_base(printed(), covered))
    assert SigningKey.of(private).public == VECTORS["key"]["x"]
    assert base64.b64encode(made).decode() == told["signature"]


@pytest.mark.parametrize("told", VECTORS["bases"], ids=lambda one: one["name"])
def test_what_is_signed_is_what_the_standard_prints(told: dict[str, object]) -> None:
    (covered,) = read_covered(str(told["input"])).values()
    assert signature_base(printed(), covered).decode().split("\n") == told["base"]


def test_the_text_for_other_algorithms_is_the_same_text() -> None:
    told = VECTORS["hmac"]
    (covered,) = read_covered(told["input"]).values()
    secret = base64.b64decode(VECTORS["shared_secret"])
    made = hmac.digest(secret, signature_base(printed(), covered), "sha256")
    assert base64.b64encode(made).decode() == told["signature"]


def test_a_signature_as_the_standard_prints_it_covers_too_little_here() -> None:
    told = VECTORS["ed25519"]
    headers = {"Signature-Input": f'{told["input"]};alg="ed25519"',
               "Signature": f"sig-b26=:{told['signature']}:"}  # fmt: skip
    sent = replace(printed(), headers=[*printed().headers, *_lower(headers)])
    with pytest.raises(NotSignedIn) as refused:
        verify(sent, lambda _key: None, {"example.com"})
    assert refused.value.code == "identity.signature-incomplete"


def _lower(headers: dict[str, str]) -> list[tuple[str, str]]:
    return [(name.lower(), value) for name, value in headers.items()]


# Structured fields


@given(some.text(max_size=60))
def test_no_text_breaks_the_reader_of_fields(text: str) -> None:
    for read in (read_covered, read_bytes):
        try:
            read(text)
        except ValueError:
            continue


@pytest.mark.parametrize(
    "text",
    ['a=("b" "b', "a=(b)", 'a=("b"),', 'a=("b"), a=("c")', 'a=("b");x;x', 'a=("b");x=1.5',
     'a=("b""c")', 'a=("é")', "a=:***:", "a=:YQ==:;x", 'A=("b")', "a", "a=?2", "x" * 9000],
)  # fmt: skip
def test_fields_that_are_not_written_by_the_standard_are_not_read(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each is wrong in its own way
        {**read_covered(text), **read_bytes(text)}


PARAMS = some.dictionaries(
    some.from_regex(r"[a-z*][a-z0-9_.*-]{0,8}", fullmatch=True),
    some.booleans()
    | some.integers(-(10**15) + 1, 10**15 - 1)
    | some.text(some.characters(min_codepoint=32, max_codepoint=126), max_size=20),
    max_size=6,
)


@given(PARAMS)
def test_parameters_are_read_as_they_are_written(params: dict[str, str | int | bool]) -> None:
    told_ = tuple(params.items())
    text = Covered((Component("@method"),), told_).text
    spaced = Covered((Component("@method"),), ()).text + "".join(
        f"; {parameters((one,))[1:]}" for one in told_
    )
    for said in (text, spaced):
        assert read_covered(f"a={said}")["a"].params == told_
        assert read_covered(f"a={said}")["a"].text == text


@pytest.mark.parametrize(
    "value", ["1234567890123456", "1.5", "-", '"', '"\\q"', '"é"', "1x", '"a"b']
)
def test_a_parameter_that_is_none_is_not_read(value: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each is wrong in its own way
        read_covered(f'a=("@method");x={value}')


def test_a_header_of_several_lines_is_one() -> None:
    sent = replace(printed(), headers=[("a", " 1 "), ("b", "2"), ("a", "\t3")])
    assert (sent.header("a"), sent.header("b"), sent.header("c")) == ("1, 3", "2", None)


# Over HTTP


def test_a_machine_that_signs_is_recognised(steady: Machine) -> None:
    answer = steady.call()
    assert answer.status_code == 200
    assert answer.json() == {
        "authority": "nl-police", "country": "NL", "service": None, "device": None,
        "key": steady.key.id, "way": "signature",
    }  # fmt: skip
    assert steady.call(BODY).status_code == 200


def test_httpx_signs_by_itself(steady: Machine) -> None:
    auth = SignedBy(steady.private)
    answer = steady.client.post("/api/identity/caller?a=%20b&c=", json={"a": "é"}, auth=auth)
    assert answer.status_code == 200


def test_a_device_is_recognised_as_itself(police: Machine) -> None:
    key = keyring.make(
        police.house.store, police.folder, POLICE.id, holder=CAMERA.id, author="test"
    )
    signed = sign(police.request(), police.folder.read(key.id))
    answer = police.send(police.request(), signed).json()
    assert (answer["service"], answer["device"]) == ("nl-desk", "nl-camera")


def test_a_request_without_signature_is_told_how_to_sign(steady: Machine) -> None:
    answer = steady.send(steady.request(), {})
    assert code(answer) == (401, "identity.signature-missing")
    assert answer.headers["accept-signature"] == ACCEPTED["accept-signature"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_speaks_four_languages(steady: Machine, language: str) -> None:
    answer = steady.client.get(f"/api/identity/caller?lang={language}").json()
    english = steady.client.get("/api/identity/caller?lang=en").json()
    assert (answer["detail"] == english["detail"]) is (language == "en")


Change = Callable[[Machine], httpx.Response]


def _other_host(police: Machine) -> httpx.Response:
    request = police.request(base="https://other.example")
    return police.send(request, {**sign(request, police.private), "Host": "other.example"})


def _other_target(police: Machine) -> httpx.Response:
    signed = sign(police.request(path="/api/domains"), police.private)
    return police.send(police.request(), signed)


def _other_query(police: Machine) -> httpx.Response:
    signed = sign(police.request(), police.private)
    return police.send(police.request(path="/api/identity/caller?all=yes"), signed)


def _other_method(police: Machine) -> httpx.Response:
    signed = sign(police.request(BODY, method="PUT"), police.private)
    return police.send(police.request(BODY), signed)


def _other_body(police: Machine) -> httpx.Response:
    signed = sign(police.request(BODY), police.private)
    return police.send(police.request(BODY.replace(b"1", b"2")), signed)


def _other_type(police: Machine) -> httpx.Response:
    signed = sign(police.request(BODY), police.private)
    return police.send(police.request(BODY, headers={"Content-Type": "text/plain"}), signed)


def _no_type(police: Machine) -> httpx.Response:
    bare = HttpRequest.to(f"{OWN}/api/identity/caller", "POST", {}, BODY)
    return police.send(bare, sign(bare, police.private))


def _expired(police: Machine) -> httpx.Response:
    return police.call(at=datetime.now(UTC) - timedelta(seconds=60) - SKEW - timedelta(seconds=1))


def _future(police: Machine) -> httpx.Response:
    return police.call(at=datetime.now(UTC) + SKEW + timedelta(seconds=5))


def _for_ever(police: Machine) -> httpx.Response:
    return police.call(life=timedelta(days=1))


def _short_nonce(police: Machine) -> httpx.Response:
    return police.call(nonce="short")


def _unknown_key(police: Machine) -> httpx.Response:
    return police.send(police.request(), sign(police.request(), SigningKey.new()))


def _forged(police: Machine) -> httpx.Response:
    forged = replace(SigningKey.new(), id=police.key.id)
    return police.send(police.request(), sign(police.request(), forged))


def _twice_signed(police: Machine) -> httpx.Response:
    signed = sign(police.request(), police.private)
    more = {name: f"{signed[name]}, b={signed[name].partition('=')[2]}" for name in SIGNED}
    return police.send(police.request(), {**signed, **more})


def _other_label(police: Machine) -> httpx.Response:
    signed = sign(police.request(), police.private)
    return police.send(police.request(), {**signed, "Signature": f"b{signed['Signature']}"})


SIGNED = ("Signature-Input", "Signature")
REFUSED: dict[str, tuple[Change, int, str]] = {
    "host": (_other_host, 421, "web.other-host"),
    "target": (_other_target, 401, "identity.signature-wrong"),
    "query": (_other_query, 401, "identity.signature-wrong"),
    "method": (_other_method, 401, "identity.signature-wrong"),
    "body": (_other_body, 401, "identity.signature-body"),
    "type": (_other_type, 401, "identity.signature-wrong"),
    "no type": (_no_type, 401, "identity.signature-incomplete"),
    "expired": (_expired, 401, "identity.signature-expired"),
    "future": (_future, 401, "identity.signature-future"),
    "for ever": (_for_ever, 401, "identity.signature-too-long"),
    "short nonce": (_short_nonce, 401, "identity.signature-unreadable"),
    "unknown key": (_unknown_key, 401, "identity.signature-unknown-key"),
    "forged": (_forged, 401, "identity.signature-wrong"),
    "two signatures": (_twice_signed, 401, "identity.signature-unreadable"),
    "labels": (_other_label, 401, "identity.signature-unreadable"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_was_changed_or_is_out_of_time_is_refused(steady: Machine, name: str) -> None:
    change, status, wanted = REFUSED[name]
    answer = change(steady)
    if name == "host":  # the guard in front refuses it before anything else looks at it
        assert answer.status_code == status
    else:
        assert code(answer) == (status, wanted)
    assert steady.call().status_code == 200


@pytest.mark.parametrize("part", ["@method", "@target-uri", "@authority", "content-digest"])
def test_a_signature_that_leaves_a_part_out_is_refused(steady: Machine, part: str) -> None:
    request = steady.request(BODY)
    signed = _signed_over(steady, request, f'"{part}"', "")
    answer = steady.send(request, signed)
    assert code(answer) == (401, "identity.signature-incomplete")
    assert part in answer.json()["why"]


@pytest.mark.parametrize("parameter", ["created", "expires", "nonce", "keyid"])
def test_a_signature_without_one_of_its_parameters_is_refused(
    steady: Machine, parameter: str
) -> None:
    signed = sign(steady.request(), steady.private)
    said = signed["Signature-Input"]
    cut = ";".join(part for part in said.split(";") if not part.startswith(f"{parameter}="))
    answer = steady.send(steady.request(), _again(steady, steady.request(), signed, cut))
    assert code(answer) == (401, "identity.signature-incomplete")


@pytest.mark.parametrize("alg", ["hmac-sha256", "rsa-v1_5-sha256", "ecdsa-p256-sha256", "none", ""])
def test_no_other_algorithm_is_accepted(steady: Machine, alg: str) -> None:
    signed = sign(steady.request(), steady.private)
    changed = signed["Signature-Input"].replace('alg="ed25519"', f'alg="{alg}"')
    answer = steady.send(steady.request(), _again(steady, steady.request(), signed, changed))
    assert code(answer) == (401, "identity.signature-algorithm")


def test_the_public_key_as_a_shared_secret_opens_nothing(steady: Machine) -> None:
    request = steady.request()
    signed = sign(request, steady.private)
    changed = signed["Signature-Input"].replace('alg="ed25519"', 'alg="hmac-sha256"')
    (covered,) = read_covered(changed).values()
    whole = replace(request, headers=[*request.headers, *_lower(signed)])
    made = hmac.digest(unb64(steady.key.public), signature_base(whole, covered), "sha512")
    forged = f"benelux=:{base64.b64encode(made).decode()}:"
    headers = {**signed, "Signature-Input": changed, "Signature": forged}
    assert code(steady.send(request, headers)) == (401, "identity.signature-algorithm")
    kept = {**signed, "Signature": forged}
    assert code(steady.send(request, kept)) == (401, "identity.signature-wrong")


def test_the_same_request_counts_once(steady: Machine) -> None:
    request = steady.request(BODY)
    signed = sign(request, steady.private)
    assert steady.send(request, signed).status_code == 200
    assert code(steady.send(request, signed)) == (403, "identity.signature-replayed")
    other = sign(request, steady.private, nonce="a-nonce-of-some-length")
    assert steady.send(request, other).status_code == 200


def test_a_nonce_is_of_one_key_alone(police: Machine) -> None:
    second = keyring.make(police.house.store, police.folder, POLICE.id, author="test")
    for key in (police.private, police.folder.read(second.id)):
        signed = sign(police.request(), key, nonce="the-very-same-nonce")
        assert police.send(police.request(), signed).status_code == 200


def test_a_refused_request_spends_no_nonce(steady: Machine) -> None:
    request = steady.request(BODY)
    signed = sign(request, steady.private)
    assert steady.send(replace(request, body=b"{}"), signed).status_code == 401
    assert steady.send(request, signed).status_code == 200


def test_spent_nonces_are_forgotten_when_they_cannot_count_any_more(police: Machine) -> None:
    store = police.house.store
    signed = sign(police.request(), police.private)
    whole = replace(police.request(), headers=[*police.request().headers, *_lower(signed)])
    ring = keyring.keyring(store)
    verified = verify(whole, ring.holder, own_authorities(police.house.settings))
    for number in range(5):
        one = replace(verified, nonce=f"nonce-{number}-of-this-test")
        store.write(lambda work, one=one: Replays().spend(work, one))
    later = verified.until + timedelta(seconds=1)
    store.write(lambda work: Replays().spend(work, replace(verified, until=later), at=later))
    with store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(tables.nonce)) == 1


def test_no_key_can_fill_the_store_with_nonces(police: Machine) -> None:
    store = police.house.store
    signed = sign(police.request(), police.private)
    whole = replace(police.request(), headers=[*police.request().headers, *_lower(signed)])
    ring = keyring.keyring(store)
    verified = verify(whole, ring.holder, own_authorities(police.house.settings))
    few = Replays(most=3)
    for number in range(3):
        one = replace(verified, nonce=f"nonce-{number}-of-this-test")
        store.write(lambda work, one=one: few.spend(work, one))
    with pytest.raises(TooMany):
        store.write(lambda work: few.spend(work, replace(verified, nonce="one-nonce-too-many")))


def test_a_nonce_is_spent_once_on_either_engine(any_store: Store) -> None:
    migrate(any_store, [tables.OWNER])
    private, moment = SigningKey.new(), datetime.now(UTC)
    later = moment + timedelta(minutes=1)
    key = Key(private.id, POLICE.id, KeyKind.ED25519, private.public, moment, later)
    signed = Verified(Holder(key, POLICE), "a-nonce-of-this-test", moment, later)
    any_store.write(lambda work: Replays().spend(work, signed))
    with pytest.raises(NotAllowed):
        any_store.write(lambda work: Replays().spend(work, signed))
    any_store.write(lambda work: Replays().spend(work, replace(signed, nonce="another-one-of-it")))


def test_a_revoked_key_is_known_and_barred(police: Machine) -> None:
    assert police.call().status_code == 200
    keyring.revoke(police.house.store, police.key.id, author="test", reason="stolen")
    assert code(police.call()) == (403, "identity.key-revoked")


def test_a_key_whose_time_is_over_is_barred(police: Machine) -> None:
    store, folder = police.house.store, police.folder
    keyring.rotate(store, folder, police.key.id, overlap=timedelta(), author="test")
    assert code(police.call()) == (403, "identity.key-not-valid")


def test_a_suspended_authority_is_barred(police: Machine) -> None:
    store = police.house.store
    store.write(lambda work: registry.suspend(work, Authority, POLICE.id, author="test"))
    keyring.keyring(store).forget()
    assert code(police.call()) == (403, "identity.suspended")
    enter(police.house, POLICE)
    keyring.keyring(store).forget()
    assert police.call().status_code == 200


def test_a_request_for_another_node_does_not_count_here(steady: Machine) -> None:
    request = steady.request(base="https://other.example")
    whole = replace(request, headers=_lower(sign(request, steady.private)))
    ring = keyring.keyring(steady.house.store)
    with pytest.raises(Refusal) as refused:
        verify(whole, ring.holder, own_authorities(steady.house.settings))
    assert refused.value.code == "identity.signature-elsewhere"


def test_a_portal_answers_for_its_public_address() -> None:
    public = Settings.read({}, public_url="https://Registers.example:443")
    assert own_authorities(public) >= {"registers.example"}
    open_one = Settings.read({}, host="0.0.0.0", demo=False, public_url="https://a.example:8443")  # noqa: S104
    assert own_authorities(open_one) == {"a.example:8443"}


@given(some.binary(max_size=200), some.binary(max_size=64))
def test_whatever_is_sent_as_signature_is_refused(said: bytes, made: bytes) -> None:
    headers = [
        ("content-digest", "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"),
        ("signature-input", said.decode("latin-1")),
        ("signature", made.decode("latin-1")),
    ]
    request = replace(HttpRequest.to(OWN), headers=headers)
    with pytest.raises((NotSignedIn, NotAllowed)):
        verify(request, lambda _key: None, {"127.0.0.1:8022"})


def _signed_over(police: Machine, request: HttpRequest, old: str, new: str) -> dict[str, str]:
    signed = sign(request, police.private)
    changed = signed["Signature-Input"].replace(f"{old} ", new, 1)
    return _again(police, request, signed, changed)


def _again(
    police: Machine, request: HttpRequest, signed: dict[str, str], said: str
) -> dict[str, str]:
    """The same headers with another Signature-Input, signed anew by the real key."""
    (covered,) = read_covered(said).values()
    whole = replace(request, headers=[*request.headers, *_lower(signed)])
    try:
        made = police.private.private.sign(signature_base(whole, covered))
    except NotThere:
        pytest.fail("the test asks for a part that is not there")
    text = f"benelux=:{base64.b64encode(made).decode()}:"
    return {**signed, "Signature-Input": said, "Signature": text}


# Certificates by way of a proxy


@pytest.fixture
def certificate() -> x509.Certificate:
    private = Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "police.example")])
    moment = datetime.now(UTC)
    draft = x509.CertificateBuilder(
        name, name, private.public_key(), 7, moment - timedelta(days=1), moment + timedelta(days=1)
    )
    return draft.sign(private, None)


def _field(certificate: x509.Certificate) -> str:
    return f":{base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()}:"


def _trusted(house: House, certificate: x509.Certificate) -> None:
    keyring.trust(house.store, POLICE.id, of_certificate(certificate), author="test")


def test_a_certificate_counts_when_the_proxy_of_this_machine_vouches(
    tmp_path: Path, certificate: x509.Certificate
) -> None:
    with machine(tmp_path, proxy_secret=SECRET) as police:
        vouched = {"Client-Cert": _field(certificate), "Benelux-Proxy": SECRET}
        answer = police.send(police.request(), vouched)
        assert code(answer) == (401, "identity.certificate-unknown")
        _trusted(police.house, certificate)
        keyring.keyring(police.house.store).forget()
        answer = police.send(police.request(), vouched)
        assert (answer.status_code, answer.json()["way"]) == (200, "certificate")
        keyring.revoke(
            police.house.store, of_certificate(certificate).id, author="test", reason="lost"
        )
        assert code(police.send(police.request(), vouched)) == (403, "identity.key-revoked")


@pytest.mark.parametrize(
    ("settings", "headers"),
    [
        ({}, {"Benelux-Proxy": SECRET}),
        ({}, {"Benelux-Proxy": ""}),
        ({"proxy_secret": SECRET}, {}),
        ({"proxy_secret": SECRET}, {"Benelux-Proxy": f"{SECRET}x"}),
        ({"proxy_secret": SECRET}, {"Benelux-Proxy": SECRET.upper()}),
        ({"proxy_secret": SECRET, "host": "0.0.0.0", "demo": False}, {"Benelux-Proxy": SECRET}),  # noqa: S104
    ],
)
def test_from_anybody_else_a_certificate_is_only_a_header(
    tmp_path: Path, certificate: x509.Certificate, settings: dict[str, object],
    headers: dict[str, str],
) -> None:  # fmt: skip
    with machine(tmp_path, **settings) as police:
        _trusted(police.house, certificate)
        sent = {"Client-Cert": _field(certificate)}
        answer = police.send(police.request(), sent | headers)
        assert code(answer) == (401, "identity.certificate-untrusted")


@pytest.mark.parametrize("field", ["", ":", "::", ":YQ==:", "PEM", ":***:", f":{'A' * 20_000}:"])
def test_what_is_no_certificate_is_refused(tmp_path: Path, field: str) -> None:
    with machine(tmp_path, proxy_secret=SECRET) as police:
        sent = {"Client-Cert": field, "Benelux-Proxy": SECRET}
        answer = police.send(police.request(), sent)
        assert code(answer) == (401, "identity.certificate-unreadable")


def test_the_hash_of_a_certificate_is_no_key_to_sign_with(
    tmp_path: Path, certificate: x509.Certificate
) -> None:
    with machine(tmp_path) as police:
        _trusted(police.house, certificate)
        posing = replace(SigningKey.new(), id=of_certificate(certificate).id)
        answer = police.send(police.request(), sign(police.request(), posing))
        assert code(answer) == (401, "identity.signature-unknown-key")
