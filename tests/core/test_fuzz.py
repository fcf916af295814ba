"""Whatever is sent, no answer is a defect of ours and nothing is half written."""

import gc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote_from_bytes, urlencode

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some
from litestar import Litestar
from sqlalchemy import func, select

from benelux.core.house import House
from benelux.core.identity import sessions
from benelux.core.web.app import all_pages, assemble, owners
from benelux.core.web.doors import SESSION
from tests.visits import OFFICER, Headers, Heard, knock, opened

URLENCODED = b"application/x-www-form-urlencoded"
ODD = some.sampled_from(
    [
        b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"\xc0\xaf", b"\xe2\x80\xae", b"../", b"..", b"%",
        b"%%00", b"'", b'"', b"<script>", b"${7*7}", b"{{7*7}}", b"\r\nset-cookie: a=b", b"0",
        b"9" * 5000, b"1e999", b"NaN", b"null", b"true", b"[]", "é".encode(), "ı".encode(),
        "𝒳".encode(), "٣".encode(), b" ", b"a" * 3000, b";", b"&", b"=", b"+", b"#", b"?", b"*",
        b"//evil.example",
    ]
)  # fmt: skip
PIECE = some.one_of(ODD, some.binary(max_size=20), some.text(max_size=10).map(str.encode))


@dataclass(frozen=True, slots=True)
class Desk:
    """A portal in which an officer is signed in, and what is in its store."""

    app: Litestar
    house: House
    cookie: bytes
    csrf: str

    def rows(self) -> int:
        """How many rows the domains' tables hold."""
        tables = [
            table
            for owner in owners(self.house.domains)
            if owner.name != "core"
            for table in owner.metadata.sorted_tables
        ]
        with self.house.store.read() as connection:
            return sum(
                int(connection.scalar(select(func.count()).select_from(table)) or 0)
                for table in tables
            )

    def knock(self, method: str, target: bytes, headers: Headers = (), body: bytes = b"") -> Heard:
        return knock(self.app, method, target, [(b"cookie", self.cookie), *headers], body)

    def send(self, target: bytes, body: bytes, kind: bytes | None = URLENCODED) -> Heard:
        """Send a form; unless it is accepted, nothing may be kept, and nothing may break."""
        before = self.rows()
        heard = self.knock("POST", target, [(b"content-type", kind)] if kind else [], body)
        sound("POST", heard)
        if heard.status != 303:
            assert self.rows() == before
        return heard


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with opened(tmp_path_factory.mktemp("fuzz")) as house:
        token = sessions.start(house.store, OFFICER)
        found = sessions.find(house.store, token)
        assert found
        cookie = f"{SESSION}={token}".encode()
        yield Desk(assemble(house), house, cookie, found.csrf)


@pytest.fixture(scope="module")
def addresses(desk: Desk) -> list[str]:
    """Every page that is declared, with a parameter that may not exist, and its twins."""
    found = []
    for owner in all_pages(desk.house.domains):
        for page in owner.declared:
            parameters = next(iter(page.examples(desk.house)), {"key": "none"})
            address = page.address("nl", parameters).replace("{key:str}", "none")
            found += [address, *(f"{address}.{twin}" for twin in ("json", "csv") if page.listing)]
    return found


@pytest.fixture(scope="module")
def forms(desk: Desk) -> list[str]:
    return [
        page.address("fr", {}).replace("{key:str}", "none")
        for owner in all_pages(desk.house.domains)
        for page in owner.declared
        if page.posts and "session" not in page.path
    ]


@pytest.fixture
def swept() -> Iterator[None]:
    """Collects what this test left behind before the next one starts."""
    yield
    gc.collect()


def sound(method: str, heard: Heard) -> None:
    """Refused or answered, but never a defect, and always with the headers of the house."""
    assert heard.status < 500, heard
    assert heard.header("x-content-type-options") == "nosniff"
    assert not heard.header("set-cookie").startswith("a=")
    if heard.status not in {204, 303, 304} and method != "HEAD":
        assert heard.body
        assert heard.header("content-type")


def encoded(parts: Sequence[tuple[bytes, bytes]]) -> bytes:
    return "&".join(f"{quote_from_bytes(a)}={quote_from_bytes(b)}" for a, b in parts).encode()


QUERY_NAMES = some.sampled_from(
    b"""q page size sort month pillar year lang as_of limit offset flagship kind next state code
    left kept action section partner key bbox datetime side topic""".split()
)


@settings(max_examples=60)
@given(data=some.data(), parts=some.lists(some.tuples(QUERY_NAMES | PIECE, PIECE), max_size=5))
def test_any_query_on_any_page_is_answered_or_refused(
    desk: Desk, addresses: list[str], data: some.DataObject, parts: list[tuple[bytes, bytes]]
) -> None:
    address = data.draw(some.sampled_from(addresses)).encode()
    target = address + b"?" + encoded(parts)
    sound("GET", desk.knock("GET", target))
    sound("GET", knock(desk.app, "GET", target))


@settings(max_examples=60)
@given(query=some.binary(max_size=60).map(lambda raw: raw.replace(b" ", b"").replace(b"#", b"")))
@example(query=b"q=%")
@example(query=b"q=%zz&&&==;%00")
@example(query=b"\xff=\xff")
@example(query=b"&".join([b"q=a"] * 3000))
def test_a_query_that_is_not_even_encoded_is_answered_or_refused(desk: Desk, query: bytes) -> None:
    for path in (b"/de/programme/actions", b"/api/programme/actions", b"/en/programme/search"):
        sound("GET", desk.knock("GET", path + b"?" + query))


@settings(max_examples=60)
@given(
    start=some.sampled_from(
        ["", "/en", "/nl/programme", "/nl/programme/actions", "/nl/programme/desk/events", "/api",
         "/api/programme/actions", "/api/catalogue", "/static", "/problems", "/fr/programme/events"]
    ),
    parts=some.lists(PIECE, min_size=1, max_size=4),
    method=some.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE",
                              "PROPFIND", "get", "X"]),
)  # fmt: skip
def test_any_path_and_method_is_answered_or_refused(
    desk: Desk, start: str, parts: list[bytes], method: str
) -> None:
    target = start.encode() + b"".join(b"/" + quote_from_bytes(part).encode() for part in parts)
    before = desk.rows()
    sound(method, desk.knock(method, target))
    assert desk.rows() == before


HEADER_NAMES = some.sampled_from(
    b"""accept accept-language accept-encoding if-none-match if-modified-since range cookie
    authorization origin sec-fetch-site content-type content-length transfer-encoding host referer
    x-forwarded-for x-forwarded-host user-agent hx-request expect forwarded""".split()
)
# What a server hands on: no control characters except a tab.
HEADER_VALUE = PIECE.map(lambda raw: bytes(byte for byte in raw if byte >= 32 and byte != 127))


@settings(max_examples=60)
@given(
    headers=some.lists(some.tuples(HEADER_NAMES, HEADER_VALUE), max_size=4),
    path=some.sampled_from(
        [b"/nl/programme/actions", b"/en/sign-in", b"/api/programme/actions", b"/",
         b"/en/programme/actions.csv", b"/nowhere/at/all", b"/en/session", b"/problems/invalid",
         b"/api/catalogue/annual-plan-2022/files/systems.yaml", b"/static/manifest.json"]
    ),
    method=some.sampled_from(["GET", "HEAD", "POST"]),
)  # fmt: skip
def test_any_header_is_taken_or_refused(
    desk: Desk, headers: list[tuple[bytes, bytes]], path: bytes, method: str
) -> None:
    sound(method, knock(desk.app, method, path, headers))


FIELDS = some.sampled_from(
    b"""title_nl title_fr title_de title_en starts ends place link action group_id state action_id
    stage day note_nl evidence evidence_link version undo person next csrf file side name_nl
    relation benelux_group other_group sent draft form""".split()
)
GOOD_EVENT = {
    "title_nl": "a", "title_fr": "b", "title_de": "c", "title_en": "d", "starts": "2022-03-23",
    "state": "published",
}  # fmt: skip


@settings(max_examples=60)
@given(data=some.data(), parts=some.lists(some.tuples(FIELDS | PIECE, PIECE), max_size=6))
def test_any_form_is_kept_whole_or_refused(
    desk: Desk, forms: list[str], data: some.DataObject, parts: list[tuple[bytes, bytes]]
) -> None:
    address = data.draw(some.sampled_from(forms)).encode()
    good = [(name.encode(), value.encode()) for name, value in GOOD_EVENT.items()]
    start = data.draw(some.sampled_from([[], good]))
    desk.send(address, encoded([(b"csrf", desk.csrf.encode()), *start, *parts]))


@settings(max_examples=60)
@given(
    data=some.data(),
    body=some.binary(max_size=200),
    kind=some.sampled_from([URLENCODED, b"multipart/form-data"]),
)
def test_a_body_that_is_no_form_is_refused(
    desk: Desk, forms: list[str], data: some.DataObject, body: bytes, kind: bytes
) -> None:
    address = data.draw(some.sampled_from(forms)).encode()
    assert desk.send(address, body, kind).status in {403, 413, 422}


@pytest.mark.parametrize("body", [b"%", b"&&&=;=%zz%00", b"a=1&" * 20_000, b"=", b"\xff=\xff"])
def test_a_form_that_says_nothing_is_refused(desk: Desk, forms: list[str], body: bytes) -> None:
    for address in forms:
        assert desk.send(address.encode(), body).status in {403, 413, 422}


PART_HEADERS = some.lists(
    some.sampled_from(
        [
            b'content-disposition: form-data; name="file"; filename="a.csv"',
            b'content-disposition: form-data; name="csrf"',
            b'content-disposition: form-data; name="title_nl"',
            b"content-disposition: form-data",
            b'content-disposition: attachment; filename="../../etc/passwd"',
            b"content-disposition: form-data; name=\"file\"; filename*=utf-8''%ff%00",
            b"content-type: text/csv; charset=utf-16",
            b"content-type: text/plain; charset=no-such-charset",
            b"content-transfer-encoding: base64",
            b"x" * 500,
            b": :",
            b"",
        ]
    ),
    max_size=3,
)
BOUNDARY = some.sampled_from([b"b", b"", b"\xff", b"-" * 80, b"b; charset=utf-16", b'"b'])


# Of a form in an encoding that nobody knows, the framework leaves the uploads to the collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.usefixtures("swept")
@settings(max_examples=60)
@given(
    data=some.data(),
    boundary=BOUNDARY,
    parts=some.lists(some.tuples(PART_HEADERS, PIECE), max_size=5),
    end=some.sampled_from([b"--", b"", b"\r\n", b"-- --b"]),
)
def test_multipart_nonsense_is_refused(  # noqa: PLR0913, PLR0917 - each is drawn
    desk: Desk,
    forms: list[str],
    data: some.DataObject,
    boundary: bytes,
    parts: list[tuple[list[bytes], bytes]],
    end: bytes,
) -> None:
    body = b"".join(
        b"--b\r\n" + b"\r\n".join(headers) + b"\r\n\r\n" + content + b"\r\n"
        for headers, content in parts
    )
    address = data.draw(some.sampled_from(forms)).encode()
    desk.send(address, body + b"--b" + end, b"multipart/form-data; boundary=" + boundary)


@pytest.mark.parametrize(
    "kind",
    [None, b"", b"application/json", b"text/plain", b"application/xml", b"multipart/mixed",
     b"application/x-www-form-urlencoded; charset=utf-16", b"multipart/form-data; boundary",
     b"\xff", b"application/x-www-form-urlencoded; charset=nonsense", b"application/msgpack",
     b"application/vnd.msgpack", b'a/b; c="d', b"/"],
)  # fmt: skip
def test_a_form_of_another_type_is_not_kept(
    desk: Desk, forms: list[str], kind: bytes | None
) -> None:
    body = urlencode({**GOOD_EVENT, "csrf": desk.csrf}).encode()
    for address in forms:
        for content in (body, b"{}", b'{"csrf": [1, {}]}', b"\xff\xfe", b"[" * 10_000, b""):
            desk.send(address.encode(), content, kind)


def test_many_parts_and_fields_are_refused(desk: Desk, forms: list[str]) -> None:
    part = b'--b\r\ncontent-disposition: form-data; name="a"\r\n\r\nx\r\n'
    multipart = b"multipart/form-data; boundary=b"
    for address in forms:
        assert desk.send(address.encode(), part * 5000 + b"--b--", multipart).status < 500
        assert desk.send(address.encode(), b"&".join([b"a=b"] * 100_000)).status < 500


def test_a_form_that_breaks_off_is_not_kept(desk: Desk) -> None:
    whole = urlencode({"csrf": desk.csrf, **GOOD_EVENT}).encode()
    kept = desk.send(b"/nl/programme/desk/events/new", whole)
    assert kept.status == 303
    # Cut anywhere, it is an event without a title, a day or a state, and so no event.
    for end in range(0, len(whole) - len("published"), 7):
        assert desk.send(b"/nl/programme/desk/events/new", whole[:end]).status in {403, 422}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("starts", "2022-02-30"), ("starts", ""), ("ends", "2022-03-22"), ("link", "javascript:x"),
        ("action", "no-such-action"), ("group_id", "none"), ("state", "gone"), ("title_de", " "),
        ("title_nl", "a" * 201), ("place", "\x00"), ("version", "-1"), ("version", "9" * 30),
        ("version", "one"), ("title_en", "a\x1b[31m"), ("place", "\ufffd\x07"),
    ],
)  # fmt: skip
def test_one_wrong_field_keeps_nothing_of_the_others(desk: Desk, field: str, value: str) -> None:
    form = {"csrf": desk.csrf, **GOOD_EVENT, field: value}
    heard = desk.send(b"/nl/programme/desk/events/new", urlencode(form).encode())
    assert heard.status == 422
    assert b'role="alert"' in heard.body


def test_undoing_what_was_never_kept_is_refused(desk: Desk) -> None:
    for address in (b"/nl/programme/desk/events/new", b"/nl/programme/desk/events/none"):
        for version in ("1", "0", "-1", "x", "9" * 30):
            body = urlencode({"csrf": desk.csrf, "undo": version}).encode()
            assert desk.send(address, body).status in {404, 422}


@pytest.mark.parametrize("key", ["%00", "a%00b", "%F0%9F%92%A3", "a" * 5000, "%ff", "'--", "%"])
@pytest.mark.postgres
def test_a_name_that_no_record_can_have_is_not_found_on_postgresql_either(
    postgres_url: str, tmp_path_factory: pytest.TempPathFactory, key: str
) -> None:
    with opened(tmp_path_factory.mktemp("postgres"), database=postgres_url) as house:
        app = assemble(house)
        token = sessions.start(house.store, OFFICER)
        cookie = [(b"cookie", f"{SESSION}={token}".encode())]
        for page in ("programme/events", "programme/desk/events", "programme/desk/progress"):
            assert knock(app, "GET", f"/nl/{page}/{key}".encode(), cookie).status == 404
