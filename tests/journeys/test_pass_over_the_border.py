"""A Belgian pass over the border: issued, checked where there is no network, seen, withdrawn.

The real portal with its three nodes in one process; its pages, its API and its deliveries.
"""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from benelux.core.answer import Truth
from benelux.core.errors import Invalid
from benelux.core.exchange.gathering import who_asked
from benelux.core.exchange.work import Posts
from benelux.core.identity.keys import Key, KeyKind, unb64
from benelux.core.language import Text
from benelux.core.registers.credential import Document, Issuer, issue_document, read_document
from benelux.core.registers.notices import notice_of
from benelux.core.registers.offline import ACTION
from benelux.core.registers.places import VALID, WITHDRAWN
from benelux.core.registers.statuslist import read_status_list
from benelux.core.registers.values import Record
from benelux.domains.fireworks.registers import PASSES
from benelux.domains.fireworks.service import checks, passes
from tests.core.posts import until
from tests.domains.fireworks.nodes import Three, person, three_nodes
from tests.domains.fireworks.passing import HOLDER, content, decide
from tests.visits import SignedIn, visited

pytestmark = pytest.mark.slow
COUNTRIES = ("BE", "NL", "LU")
SECONDS = 10.0


@pytest.fixture
def three(tmp_path: Path) -> Iterator[Three]:
    """The portal and its nodes, delivering to each other as when it runs."""
    with three_nodes(tmp_path) as found:
        posts = Posts(found.house)
        posts.start()
        try:
            yield found
        finally:
            posts.stop()


@dataclass
class Telephone:
    """What an officer carries: the newest lists that it fetched, and the checks that it made."""

    portal: TestClient[Litestar]
    issuers: dict[str, Issuer] = field(default_factory=dict)
    statuses: str = ""
    made: list[dict[str, str]] = field(default_factory=list)

    def fetch(self) -> None:
        """While there is a network."""
        trust = self.portal.get("/api/registers/trust")
        lists = self.portal.get(f"/api/registers/{PASSES.name}/statuslist?country=BE")
        assert (trust.status_code, lists.status_code) == (200, 200)
        self.issuers = _issuers(trust.text)
        self.statuses = lists.text

    def check(self, text: str) -> tuple[Document, int]:
        """What the document says, and its status by the list that is here."""
        now = datetime.now(UTC)
        document = read_document(text, self.issuers, now)
        status = read_status_list(self.statuses, self.issuers).status(document)
        made = {
            "id": f"check-{len(self.made)}",
            "register": document.register,
            "country": document.issuer.country,
            "number": document.number,
            "at": now.isoformat(),
            "verdict": "genuine" if status == VALID else "withdrawn",
        }
        self.made.append(made)
        return document, status


def _issuers(text: str) -> dict[str, Issuer]:
    """The list of issuers as a device reads it: from the signed text alone."""
    found = {}
    for one in json.loads(unb64(text.split(".")[1]))["keys"]:
        begins, ends = (datetime.fromtimestamp(one[name], UTC) for name in ("nbf", "exp"))
        key = Key(one["kid"], one["iss"], KeyKind.ED25519, one["x"], begins, ends)
        found[key.id] = Issuer(key, one["country"], Text(**one["name"]), one["registers"])
    return found


@contextmanager
def without_network(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever tries to reach anything in here fails the test."""

    def refuse(*_: object) -> NoReturn:
        raise AssertionError("the network is cut")

    with patch.context() as cut:
        cut.setattr(socket.socket, "connect", refuse)
        cut.setattr(TestClient, "request", refuse)
        yield


def _issued(three: Three) -> Record:
    """A pass that its holder applied for in Belgium, and the Belgian desk issued."""
    applied = passes.apply(three.house, HOLDER, "BE", content())
    return decide(three, applied.record, "issue")


def _withdrawn(three: Three, country: str, number: str) -> bool:
    """Whether that node was told so by the keeper."""
    with three.node(country).house.store.read() as connection:
        notice = notice_of(connection, number)
    return notice is not None and notice.state == "withdrawn"


def _may(three: Three, number: str, here: str) -> Truth:
    client = f"192.0.2.{COUNTRIES.index(here) + 1}"
    return checks.at_the_counter(three.house, number, here, consent=True, client=client).may("F3")


def test_a_belgian_pass_is_checked_by_a_dutch_officer_without_a_network_and_withdrawn(
    three: Three, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The pass is issued, and a Dutch officer sets out with the lists of that day.
    record = _issued(three)
    paper = issue_document(three.node("BE").house, PASSES, record)
    telephone = Telephone(visited(three.house))
    telephone.fetch()

    # At the roadside there is no network, and the pass can be checked all the same.
    with without_network(monkeypatch):
        document, status = telephone.check(paper)
        head, body, signature = paper.split(".")
        with pytest.raises(Invalid):
            telephone.check(f"{head}.{body[:-2]}AA.{signature}")
    assert status == VALID
    assert (document.number, document.issuer.key.authority) == (record.id, "demo-be-licensing")
    assert document.fields["categories"] == ["F3", "F4"]
    assert who_asked(three.house, HOLDER, datetime.now(UTC).date()).found == ()

    # Back at the office the check is sent, twice, because the first answer was lost.
    officer = SignedIn.as_person(visited(three.house), three.house, person("inspector", "NL"))
    sent = {"checks": json.dumps(telephone.made), "purpose": "inspection"}
    for _ in range(2):
        answer = officer.send("/en/registers/check/made", sent)
        assert answer.status_code == 200
        assert "demo-be-licensing" in answer.text

    # The holder sees that he did, when and what for; once.
    holder = SignedIn.as_person(visited(three.house), three.house, HOLDER)
    page = holder.get("/en/my-data")
    assert page.status_code == 200
    assert "document checked without a network" in page.text
    (asked,) = who_asked(three.house, HOLDER, datetime.now(UTC).date()).found
    assert (asked.country, asked.shard) == ("BE", "demo-be-licensing")
    assert (asked.what.action, asked.what.purpose) == (ACTION, "inspection")
    assert asked.what.actor.organisation == "demo-nl-inspection"
    assert asked.what.decision.allowed
    at = datetime.fromisoformat(telephone.made[0]["at"])
    assert asked.what.made_offline == at.replace(microsecond=0)

    # Belgium withdraws it, and within seconds all three nodes know.
    assert {_may(three, record.id, here) for here in ("BE", "NL")} == {Truth.TRUE}
    begun = time.monotonic()
    decide(three, record, "withdraw")
    until(lambda: all(_withdrawn(three, one, record.id) for one in ("NL", "LU")), SECONDS)
    assert {_may(three, record.id, here) for here in COUNTRIES} == {Truth.FALSE}
    assert time.monotonic() - begun < SECONDS

    # The list in the telephone is of this morning; the next one says so too.
    assert telephone.check(paper)[1] == VALID
    telephone.fetch()
    assert telephone.check(paper)[1] == WITHDRAWN
