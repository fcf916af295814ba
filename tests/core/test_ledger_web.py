"""The ledger's pages and API: proofs for a lay person, and each person's own list."""

import csv
import io
from base64 import b64decode
from collections.abc import Iterator
from datetime import timedelta

import httpx
import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from benelux.core.house import House
from benelux.core.identity.demo import demo_people
from benelux.core.identity.person import Person
from benelux.core.language import LANGUAGES
from benelux.core.ledger import Ledger, demo, heads, ledger_of, proofs
from benelux.core.ledger import note as notes
from benelux.core.ledger.keys import MemoryKeys
from benelux.core.ledger.merkle import verify_consistency
from benelux.core.ledger.model import Delay
from benelux.core.ledger.remote import Remote
from benelux.core.ledger.service import erase, record, trust, verify
from benelux.core.ledger.witness import visit
from benelux.core.store import Store, migrate
from tests.core.ledgers import OWNER, consultation
from tests.visits import SignedIn, visited

EMMA = Person("emma", "Emma Lambert", "", (), "https://id.example")
_TOKEN = "sign-in https://id.example emma"  # noqa: S105 - the name of a sign-in, and no secret


@pytest.fixture
def ours(new_house: House) -> Ledger:
    """The ledger of a house in which two authorities asked about Emma."""
    ledger = ledger_of(new_house)
    record(ledger, "be-police", consultation("BE-1", "hit"), about=[_TOKEN])
    record(ledger, "nl-politie", consultation("NL-1"), about=[_TOKEN])
    record(ledger, "nl-politie", consultation("NL-2"), about=["somebody else"])
    return ledger


@pytest.fixture
def emma(new_house: House) -> SignedIn:
    return SignedIn.as_person(visited(new_house), new_house, EMMA)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_there_in_every_language(
    ours: Ledger, reader: TestClient[Litestar], language: str
) -> None:
    erase(ours.log("be-police"), 1, "retention", by="records office")
    for path in (
        "ledger", "ledger.json", "ledger.csv", "ledger/nl-politie", "ledger/be-police?before=1",
        "ledger/nl-politie/0", "ledger/nl-politie/2", "ledger/be-police/1", "my-data",
    ):  # fmt: skip
        answer = reader.get(f"/{language}/{path}")
        assert answer.status_code == 200, path
        assert answer.headers["content-language"] == language


def test_what_is_not_there_is_not_found(ours: Ledger, reader: TestClient[Litestar]) -> None:
    assert ours
    for path in (
        "ledger/fr-police", "ledger/nl-politie/9", "ledger/nl-politie/x", "ledger/nl-politie/-1",
        "ledger/nl-politie/" + "9" * 40, "ledger/nl-politie?before=x", "ledger/nl-politie/²",
        "ledger/%00/1",
    ):  # fmt: skip
        assert reader.get(f"/en/{path}").status_code == 404, path


def test_the_proof_page_shows_the_steps_and_the_command(
    ours: Ledger, reader: TestClient[Litestar]
) -> None:
    page = reader.get("/en/ledger/nl-politie/1").text
    assert "Steps from the entry to the root" in page
    assert "benelux ledger verify --proof" in page
    assert ours.log("nl-politie").ring.signer(1).key.text in page
    assert "BE-1" not in page


def test_a_portal_without_ledgers_says_so(reader: TestClient[Litestar]) -> None:
    assert "No authority has put anything on record" in reader.get("/en/ledger").text


def test_a_person_sees_who_asked_about_them_and_takes_it_along(
    ours: Ledger, emma: SignedIn
) -> None:
    assert ours
    page = emma.get("/en/my-data")
    assert page.headers["cache-control"] == "no-store"
    assert page.text.count("/en/ledger/") == 2
    assert "investigation of a burglary" in page.text
    assert "M(2020)14, art. 4" in page.text
    found = emma.get("/en/my-data.json")
    assert found.headers["cache-control"] == "no-store"
    rows = found.json()["rows"]
    assert {row["case"] for row in rows} == {"BE-1", "NL-1"}
    table = list(
        csv.DictReader(io.StringIO(emma.get("/fr/my-data.csv").content.decode("utf-8-sig")))
    )
    assert {row["answer"] for row in table} == {"hit", "no-hit"}


def test_who_asked_about_nobody_yet_sees_an_empty_list(ours: Ledger, new_house: House) -> None:
    assert ours
    somebody = Person("x", "Somebody", "", (), "https://id.example")
    page = SignedIn.as_person(visited(new_house), new_house, somebody).get("/en/my-data")
    assert "No consultation about you" in page.text
    assert "NL-1" not in page.text


def test_nothing_hints_at_a_consultation_that_is_told_later(
    ours: Ledger, new_house: House, emma: SignedIn
) -> None:
    before = emma.get("/en/my-data.json").json()
    until = ours.clock().date() + timedelta(days=2)
    record(ours, "nl-politie", consultation("S"), about=[_TOKEN], delay=Delay(until, "a", "b"))
    assert emma.get("/en/my-data.json").json() == before
    assert new_house


def test_who_is_not_signed_in_is_asked_to(ours: Ledger, reader: TestClient[Litestar]) -> None:
    assert ours
    assert "Sign in to see who asked about you" in reader.get("/en/my-data").text
    for twin in ("my-data.json", "my-data.csv"):
        assert reader.get(f"/en/{twin}").status_code == 401


def test_heads_and_proofs_are_read_and_checked_by_program(
    ours: Ledger, reader: TestClient[Litestar]
) -> None:
    cards = reader.get("/api/ledger/shards").json()
    assert [card["shard"] for card in cards] == ["be-police", "nl-politie"]
    assert reader.get("/api/ledger/shards/nl-politie").json() == cards[1]
    text = reader.get("/api/ledger/shards/nl-politie/checkpoint")
    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    key = notes.Key.read(cards[1]["keys"][0])
    assert notes.read(text.text).signed_by([key])
    for number in range(3):
        raw = reader.get(f"/api/ledger/shards/nl-politie/entries/{number}/proof").content
        assert all(one.holds for one in proofs.check(proofs.read(raw), [key]))
    found = reader.get("/api/ledger/shards/nl-politie/heads").json()
    assert [one["size"] for one in found] == [3, 2, 1]
    path = reader.get("/api/ledger/shards/nl-politie/consistency?from=1").json()["path"]
    roots = [notes.read(one["note"]).checkpoint.root for one in found]
    assert verify_consistency(1, roots[2], 3, roots[0], [bytes.fromhex(one) for one in path])
    assert b64decode(text.text.split("\n")[2]) == roots[0]
    assert ours


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("shards/fr", 404),
        ("shards/fr/heads", 404),
        ("shards/nl-politie/entries/77/proof", 404),
        ("shards/nl-politie/entries/1/proof?size=77", 404),
        ("shards/nl-politie/entries/2/proof?size=2", 404),
        ("shards/nl-politie/entries/1/proof?size=x", 422),
        ("shards/nl-politie/consistency?from=5", 404),
        ("shards/nl-politie/consistency?from=0", 422),
        ("shards/nl-politie/consistency", 422),
        ("shards/nl-politie/heads?limit=1000", 422),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(
    ours: Ledger, reader: TestClient[Litestar], path: str, status: int
) -> None:
    assert ours
    answer = reader.get(f"/api/ledger/{path}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


class _Adapter:
    """A client for a portal in this same process, as far as a witness needs one."""

    def __init__(self, client: TestClient[Litestar]) -> None:
        self._client = client

    def get(self, address: str, params: dict[str, int]) -> httpx.Response:
        return self._client.get(address, params=params)

    def post(self, address: str, json: dict[str, str]) -> httpx.Response:
        return self._client.post(address, json=json)


@pytest.fixture
def neighbour(new_house: House) -> Iterator[Ledger]:
    with Store.open(new_house.settings.data / "neighbour.db") as store:
        migrate(store, [OWNER])
        yield Ledger(store, MemoryKeys(), "lu.example")


def test_a_node_witnesses_another_over_http(
    ours: Ledger, reader: TestClient[Litestar], neighbour: Ledger
) -> None:
    log = ours.log("nl-politie")
    trust(neighbour, "log", log.ring.signer(1).key.text)
    trust(ours, "witness", neighbour.witness.key.text)
    remote = Remote("/api/ledger/shards/nl-politie", _Adapter(reader))  # type: ignore[arg-type]
    visit(neighbour, remote)
    record(ours, "nl-politie", consultation("NL-3"))
    visit(neighbour, remote)
    with ours.store.read() as connection:
        assert [one.size for one in heads.witnessed(connection, "nl-politie")] == [4]
    assert "lu.example/witness" in reader.get("/nl/ledger/nl-politie").text
    assert "lu.example/witness" in reader.get("/nl/ledger/nl-politie/1").text


def test_signatures_by_unknown_witnesses_and_other_texts_are_refused(
    ours: Ledger, reader: TestClient[Litestar]
) -> None:
    address = "/api/ledger/shards/nl-politie"
    text = reader.get(f"{address}/checkpoint").text
    for note, status in ((text, 403), ("nonsense", 422), (text.replace("\n3\n", "\n2\n"), 409)):
        assert reader.post(f"{address}/cosignatures", json={"note": note}).status_code == status
    assert reader.post(f"{address}/cosignatures", json={}).status_code == 422
    assert reader.post(f"{address}/cosignatures", content=b"\xff").status_code in {400, 415, 422}
    assert ours


def test_the_invented_citizen_finds_invented_consultations(
    new_house: House, reader: TestClient[Litestar]
) -> None:
    ledger = ledger_of(new_house)
    demo.furnish(ledger)
    demo.furnish(ledger)
    citizen = demo_people()["demo-citizen"].person
    page = SignedIn.as_person(visited(new_house), new_house, citizen)
    rows = page.client.get("/en/my-data.json")
    assert reader.get("/en/ledger/demo-nl-police").status_code == 200
    assert all(verify(ledger, shard, deep=True).holds for shard in demo.SHARDS)
    assert rows.status_code in {200, 401}  # an invented person counts only on one's own machine
    found = proofs.read(reader.get("/api/ledger/shards/demo-be-police/entries/1/proof").content)
    assert msgspec.json.decode(found.entry)["shard"] == "demo-be-police"
