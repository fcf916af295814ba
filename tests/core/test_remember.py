"""Finished answers are remembered, and nobody ever reads one older than the last write."""

import gzip
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import anyio
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Connection, text

from benelux.core.house import House
from benelux.core.web.remember import Remember
from tests.core.bridges import DOMAIN
from tests.visits import OFFICER, SignedIn, knock, knock_async, opened, visited

COUNT = "/en/bridges/count"


@pytest.fixture
def own(tmp_path: Path) -> Iterator[House]:
    """A house with the bridges, to write in."""
    with opened(tmp_path, [DOMAIN]) as found:
        yield found


@pytest.fixture
def client(own: House) -> TestClient[Litestar]:
    return visited(own)


def write(house: House, text_: str = "x") -> None:
    def work(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE IF NOT EXISTS note (text TEXT)"))
        connection.execute(text("INSERT INTO note VALUES (:text)"), {"text": text_})

    house.store.write(work)


def test_a_page_is_made_once_until_something_is_written(
    own: House, client: TestClient[Litestar]
) -> None:
    first = client.get(COUNT).content
    assert client.get(COUNT).content == first
    write(own)
    second = client.get(COUNT).content
    assert second != first
    assert client.get(COUNT).content == second


def test_after_every_acknowledged_write_the_next_reader_gets_a_new_page(
    own: House, client: TestClient[Litestar]
) -> None:
    seen = {client.get(COUNT).content}
    for number in range(50):
        write(own, str(number))
        seen.add(client.get(COUNT).content)
    assert len(seen) == 51


def test_a_write_by_another_process_is_seen_as_well(
    client: TestClient[Litestar], tmp_path: Path
) -> None:
    first = client.get(COUNT).content
    # A store opened anew is as good as another process: it shares nothing but the file.
    with opened(tmp_path, [DOMAIN]) as other:
        settled = client.get(COUNT).content
        write(other)
        assert client.get(COUNT).content not in {first, settled}


def test_readers_beside_a_writer_never_see_what_was_before_it(
    own: House, client: TestClient[Litestar]
) -> None:
    def number(_: object = None) -> int:
        return int(knock(client.app, "GET", COUNT.encode()).body.split()[0])

    with ThreadPoolExecutor(4) as pool:
        for _ in range(20):
            before = number()
            write(own)
            assert min(pool.map(number, range(8), timeout=30)) > before


def test_each_address_and_query_is_an_answer_of_its_own(client: TestClient[Litestar]) -> None:
    answers = [client.get(address).content for address in (COUNT, f"{COUNT}?a=1", f"{COUNT}?a=2")]
    assert len(set(answers)) == 3
    assert [client.get(f"{COUNT}?a=1").content, client.get(COUNT).content] == [
        answers[1],
        answers[0],
    ]


@pytest.mark.parametrize(
    "headers", [{"cookie": "theme=dark"}, {"authorization": "Basic x"}, {"range": "bytes=0-1"}]
)
def test_who_may_be_somebody_gets_a_page_of_their_own(
    client: TestClient[Litestar], headers: dict[str, str]
) -> None:
    first = client.get(COUNT).content
    assert client.get(COUNT, headers=headers).content != first
    assert client.get(COUNT).content == first


def test_what_somebody_who_is_signed_in_saw_is_never_shown_to_others(own: House) -> None:
    client = visited(own)
    officer = SignedIn.as_person(client, own, OFFICER)
    assert OFFICER.name in officer.get("/en/bridges").text
    client.cookies.clear()
    assert OFFICER.name not in client.get("/en/bridges").text


@pytest.mark.parametrize(
    ("path", "status"),
    [("/en/bridges/refuse/not-found", 404), ("/en/bridges/new", 200), ("/en/nowhere", 404)],
)
def test_refusals_and_forms_are_not_remembered(
    client: TestClient[Litestar], path: str, status: int
) -> None:
    answer = client.get(path)
    client.cookies.clear()
    assert answer.status_code == status
    assert "etag" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


def test_who_has_the_answer_already_is_told_that_nothing_changed(
    own: House, client: TestClient[Litestar]
) -> None:
    first = client.get(COUNT)
    tag = first.headers["etag"]
    for sent in (tag, f'"other", {tag}', f'{tag}, W/"x"', "*", tag.removeprefix("W/")):
        again = client.get(COUNT, headers={"if-none-match": sent})
        assert (again.status_code, again.content) == (304, b""), sent
        assert again.headers["etag"] == tag
        assert again.headers["cache-control"] == first.headers["cache-control"]
        assert "cookie" in again.headers["vary"]
        assert "content-length" not in again.headers
    for sent in ('W/"other"', "", tag.replace('"', "")):
        assert client.get(COUNT, headers={"if-none-match": sent}).status_code == 200, sent
    write(own)
    assert client.get(COUNT, headers={"if-none-match": tag}).status_code == 200


def test_an_answer_travels_small_to_who_can_unpack_it(client: TestClient[Litestar]) -> None:
    app = client.app
    for accepted in (b"gzip", b"br, gzip;q=0.5", b"GZIP", b"deflate,gzip"):
        small = knock(app, "GET", COUNT.encode(), [(b"accept-encoding", accepted)])
        assert small.header("content-encoding") == "gzip", accepted
        assert int(small.header("content-length")) == len(small.body)
        assert "accept-encoding" in small.header("vary")
        plain = knock(app, "GET", COUNT.encode(), [(b"accept-encoding", b"br")])
        assert gzip.decompress(small.body) == plain.body
        assert not plain.header("content-encoding")
    for refused in (b"", b"gzip;q=0", b"gzip; q=0.0, *;q=1", b"identity", b"x-notgzip"):
        answer = knock(app, "GET", COUNT.encode(), [(b"accept-encoding", refused)])
        assert not answer.header("content-encoding"), refused


def test_the_headers_of_an_answer_can_be_had_without_it(client: TestClient[Litestar]) -> None:
    for path in (COUNT, "/en/bridges", "/api/domains", "/health", "/en/bridges.csv"):
        whole = client.get(path)
        head = client.head(path)
        assert head.status_code == 200
        assert head.content == b""
        for name in ("content-type", "content-length", "etag", "cache-control"):
            assert head.headers.get(name) == whole.headers.get(name), (path, name)
    assert client.head("/en/nowhere").status_code == 404
    assert client.head("/en/nowhere").content == b""


def test_what_is_remembered_takes_no_more_room_than_it_may(own: House) -> None:
    async def app(_scope: object, _receive: object, send: object) -> None:
        body = b"x" * 400_000
        await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]
        await send({"type": "http.response.body", "body": body, "more_body": False})  # type: ignore[operator]

    remember = Remember(app, own.store, megabytes=1)  # type: ignore[arg-type]
    for number in range(10):
        answer = knock(remember, "GET", f"/{number}".encode())  # type: ignore[arg-type]
        assert len(answer.body) == 400_000
        assert remember.held <= 1024 * 1024
        assert sum(one.size for one in remember.answers.values()) == remember.held
    assert [key[0] for key in remember.answers] == [b"/8", b"/9"]
    remember.most = 100_000
    assert knock(remember, "GET", b"/larger-than-all").status == 200  # type: ignore[arg-type]
    assert (remember.held, len(remember.answers)) == (0, 0)


def test_addresses_that_nobody_types_are_not_remembered(client: TestClient[Litestar]) -> None:
    long = f"{COUNT}?{'a' * 2000}"
    assert client.get(long).content != client.get(long).content


def test_without_room_nothing_is_remembered(tmp_path: Path) -> None:
    with opened(tmp_path, [DOMAIN], cache=0) as house:
        client = visited(house)
        assert client.get(COUNT).content != client.get(COUNT).content


def test_of_many_who_ask_at_the_same_time_one_has_the_answer_made(
    own: House, client: TestClient[Litestar]
) -> None:
    async def many() -> list[bytes]:
        heard: list[bytes] = []

        async def ask() -> None:
            answer = await knock_async(client.app, "GET", COUNT.encode(), [], b"")
            heard.append(answer.body)

        with anyio.fail_after(30):
            async with anyio.create_task_group() as group:
                for _ in range(30):
                    group.start_soon(ask)
        return heard

    for number in range(5):
        write(own, str(number))
        heard = anyio.run(many)
        assert len(heard) == 30
        assert len(set(heard)) == 1


def test_what_was_refused_while_others_waited_is_refused_to_each(
    client: TestClient[Litestar],
) -> None:
    path = b"/en/bridges/refuse/not-found"

    async def many() -> list[int]:
        heard: list[int] = []

        async def ask() -> None:
            heard.append((await knock_async(client.app, "GET", path, [], b"")).status)

        with anyio.fail_after(30):
            async with anyio.create_task_group() as group:
                for _ in range(30):
                    group.start_soon(ask)
        return heard

    assert anyio.run(many) == [404] * 30
