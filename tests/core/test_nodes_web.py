"""Registers and nodes as machines and people meet them at a portal."""

from dataclasses import replace

import httpx
import msgspec
import pytest
from litestar.testing import TestClient

from benelux.core.exchange import cards
from benelux.core.identity import keyring
from benelux.core.identity.caller import Caller
from benelux.core.identity.invented import plant
from benelux.core.identity.keys import SigningKey
from benelux.core.identity.keystore import KeyFolder
from benelux.core.identity.messages import HttpRequest
from benelux.core.identity.person import Person
from benelux.core.identity.signatures import sign
from benelux.core.registers.declaration import Question
from benelux.core.registers.values import Acting, Reply
from benelux.core.registers.wire import Asked, AskedMany, Asker, Stated, acting
from benelux.core.web.app import assemble
from tests.core.union import WHY, Union, asking, lasting
from tests.visits import OWN, Loopback, SignedIn, visited

__all__ = ["lasting"]  # a fixture
QUESTIONS = "/api/registers/lanterns.permits/questions"
INSPECTOR = Person("demo-inspector-nl", "Bram (invented)", "Inspectorate", (), "demo")


@pytest.fixture(scope="module")
def demonstration(lasting: Union) -> Union:
    """The same, with a portal in front that knows the invented authorities itself."""
    plant(lasting.portal.settings, lasting.portal.store)
    return lasting


def key_of(union: Union, authority: str = "demo-nl-inspection", holder: str = "") -> SigningKey:
    house = union.portal
    folder = KeyFolder.of(house.settings)
    if not holder:
        return keyring.signing_key(house.store, folder, authority)
    return folder.read(
        keyring.make(house.store, folder, authority, holder=holder, author="test").id
    )


def send(union: Union, body: bytes, key: SigningKey, path: str = QUESTIONS) -> httpx.Response:
    client = TestClient(assemble(union.portal), base_url=OWN)
    headers = {"content-type": "application/json"}
    made = sign(HttpRequest.to(OWN + path, "POST", headers, body), key)
    return client.post(path, content=body, headers={**headers, **made})


def question(union: Union, country: str, **changes: object) -> bytes:
    asked = Asked.of(asking("C-1", Question.STATUS), union.inspector(), country)
    return msgspec.json.encode(replace(asked, **changes))  # type: ignore[arg-type]


def test_the_demonstration_hands_a_question_to_the_node_of_its_country(
    demonstration: Union,
) -> None:
    for country in ("BE", "NL", "LU"):
        told = send(demonstration, question(demonstration, country), key_of(demonstration))
        reply = msgspec.json.decode(told.content, type=Reply)
        assert (reply.country, reply.verdict) == (country, "good")
        assert told.headers["cache-control"] == "no-store"


def test_a_question_to_a_country_without_a_node_here_is_refused(demonstration: Union) -> None:
    told = send(demonstration, question(demonstration, "DE"), key_of(demonstration))

    assert told.status_code == 404
    assert told.json()["code"] == "exchange.no-such-node"


def test_an_unsigned_question_is_not_answered(demonstration: Union) -> None:
    client = TestClient(assemble(demonstration.portal), base_url=OWN)

    told = client.post(QUESTIONS, content=question(demonstration, "BE"))

    assert told.status_code == 401


def test_a_device_asks_for_nobody_but_itself(demonstration: Union) -> None:
    scanner = key_of(demonstration, holder="demo-nl-scanner")

    told = send(demonstration, question(demonstration, "NL"), scanner)
    own = send(demonstration, question(demonstration, "NL", asker=None), scanner)

    assert told.json()["code"] == "registers.for-others"
    assert own.status_code == 200


def test_an_authority_asks_for_no_service_of_another(demonstration: Union) -> None:
    foreign = question(demonstration, "BE", asker=Asker("demo-be-passes"))

    told = send(demonstration, foreign, key_of(demonstration))

    assert told.json()["code"] == "registers.for-others"


def test_a_service_lends_an_officer_no_role_that_it_has_not(demonstration: Union) -> None:
    house = demonstration.node("NL").house
    holder = keyring.keyring(demonstration.portal.store).holder(
        key_of(demonstration, holder="demo-nl-roadside").id
    )
    assert holder

    found: Acting = acting(
        house, Caller.of(holder, "signature"), Asker("", "p-1", ("inquirer", "registrar"))
    )

    assert found.actor.roles == ("inquirer",)


@pytest.mark.parametrize(
    "changes",
    [{"request": "short"}, {"request": "x" * 200}, {"asker": {"pseudonym": "Emma Lambert"}},
     {"subject": {"family": "x" * 1_000_000}}, {"question": "everything"}],
    ids=["short", "long", "name", "endless", "unknown"],
)  # fmt: skip
def test_what_is_no_question_is_refused_with_its_field(
    demonstration: Union, changes: dict[str, object]
) -> None:
    body = msgspec.json.decode(question(demonstration, "BE")) | changes

    told = send(demonstration, msgspec.json.encode(body), key_of(demonstration))

    assert told.status_code in {400, 413, 422}
    assert told.json()["code"] == "web.unreadable"


def test_many_are_asked_about_at_once(demonstration: Union) -> None:
    number = "NL-LP-0000-0000-0"
    asked = AskedMany(
        (number, "nonsense"), Stated.of(WHY), "batch-00001", "NL", Asker("demo-nl-roadside")
    )

    told = send(
        demonstration, msgspec.json.encode(asked), key_of(demonstration),
        "/api/registers/lanterns.permits/batches",
    )  # fmt: skip

    assert told.json() == {"register": "lanterns.permits", "answers": "00"}


def test_registers_are_described(lasting: Union) -> None:
    client = visited(lasting.portal)

    listed = client.get("/api/registers").json()
    one = client.get("/api/registers/lanterns.permits").json()

    assert listed == [one]
    assert one["questions"] == ["full", "hit", "status"]
    assert one["grounds"][0] == {"question": "full", "instrument": "M(2020)14", "article": "4"}
    assert client.get("/api/registers/lanterns.none").status_code == 404


def test_everybody_sees_the_nodes_and_their_fingerprints(lasting: Union) -> None:
    page = visited(lasting.portal).get("/en/exchange")

    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    for node in lasting.known.own.values():
        assert cards.fingerprint(cards.node_key(node.house).public) in page.text
    assert "Test the connection" not in page.text


def test_an_officer_tries_a_connection(demonstration: Union) -> None:
    portal = demonstration.portal
    signed_in = SignedIn.as_person(visited(portal), portal, INSPECTOR)
    with httpx.Client(
        transport=Loopback(assemble(portal)), base_url=OWN, cookies=signed_in.client.cookies
    ) as client:
        assert "Test the connection" in client.get("/en/exchange").text
        page = client.post("/en/exchange", data={"csrf": signed_in.csrf, "country": "LU"})

    assert page.status_code == 200
    assert "LU answers in" in page.text


def test_the_nodes_are_listed_for_programs(lasting: Union) -> None:
    answer = visited(lasting.portal).get("/api/exchange/nodes")

    assert [one["country"] for one in answer.json()] == ["BE", "NL", "LU"]
    assert {one["state"] for one in answer.json()} == {"here"}
    assert answer.headers["cache-control"] == "no-store"


def test_the_card_of_a_node_can_be_fetched(lasting: Union) -> None:
    answer = visited(lasting.portal).get("/api/exchange/node?country=LU")

    assert cards.read(answer.content).country == "LU"
