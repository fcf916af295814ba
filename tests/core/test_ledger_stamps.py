"""Time stamps by RFC 3161: appending never waits for them, and they catch up."""

import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from benelux.core.errors import Invalid, Unavailable
from benelux.core.ledger import Entry, Ledger, Log, heads
from benelux.core.ledger.findings import Finding
from benelux.core.ledger.service import verify
from benelux.core.ledger.stamping import Stamper, covering, newest, queue, waiting
from benelux.core.ledger.stamps import (
    Anchors,
    HttpAuthority,
    NotStamped,
    away,
    read_anchors,
    stamped,
    verified,
)
from tests.core.ledgers import Clock, fill, tamper

pytestmark = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="no openssl here, which plays the authority"
)
_CONFIGURATION = """
[tsa]
default_tsa = one
[one]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
certs = {folder}/{certs}
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
[req]
distinguished_name = name
[name]
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[stamping]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
"""


class LocalAuthority:
    """A time-stamp authority in a folder, played by openssl; it can be away."""

    name = "local"

    def __init__(self, folder: Path, certs: str = "tsa.pem") -> None:
        self.folder = folder
        self.is_away = False
        self.asked = 0
        self.spoil: Callable[[bytes], bytes] = lambda reply: reply
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(_CONFIGURATION.format(folder=folder, certs=certs))
        common = ["-config", "tsa.cnf", "-nodes", "-newkey", "rsa:2048"]
        self._run(
            "req", "-x509", *common, "-keyout", "root.key", "-out", "root.pem",
            "-subj", "/CN=Root of the test", "-extensions", "root", "-days", "30",
        )  # fmt: skip
        self._run(
            "req", *common, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=TSA of the test"
        )
        self._run(
            "x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key",
            "-CAcreateserial", "-out", "tsa.pem", "-extfile", "tsa.cnf", "-extensions", "stamping",
            "-days", "30",
        )  # fmt: skip
        both = (folder / "tsa.pem").read_text() + (folder / "root.pem").read_text()
        (folder / "both.pem").write_text(both)
        self.anchors = read_anchors(folder / "root.pem")

    def ask(self, query: bytes) -> bytes:
        self.asked += 1
        if self.is_away:
            raise away(self.name)
        (self.folder / "query").write_bytes(query)
        self._run(
            "ts", "-reply", "-config", "tsa.cnf", "-section", "one", "-queryfile", "query",
            "-out", "reply",
        )  # fmt: skip
        return self.spoil((self.folder / "reply").read_bytes())

    def _run(self, *words: str) -> None:
        done = subprocess.run(
            ["openssl", *words], cwd=self.folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> LocalAuthority:
    return LocalAuthority(tmp_path_factory.mktemp("tsa"))


@pytest.fixture
def authority(made: LocalAuthority) -> LocalAuthority:
    made.is_away, made.asked, made.spoil = False, 0, lambda reply: reply
    return made


@pytest.fixture
def stamper(ledger: Ledger, authority: LocalAuthority) -> Stamper:
    return Stamper(ledger, authority, authority.anchors)


def _text(log: Log) -> str:
    with log.store.read() as connection:
        return heads.newest(connection, log.shard).note.checkpoint.text


def test_a_head_is_stamped_and_the_stamp_verifies(
    log: Log, stamper: Stamper, authority: LocalAuthority
) -> None:
    fill(log, 3)
    before = datetime.now(UTC).replace(microsecond=0)
    assert stamper.turn() == 1
    with log.store.read() as connection:
        stamp = covering(connection, log.shard, 2)
        assert waiting(connection).heads == 0
    assert stamp
    assert stamp.size == 4
    assert before <= verified(authority.anchors, _text(log), stamp.reply) == stamp.at


def test_a_log_that_did_not_grow_is_not_stamped_again(
    log: Log, stamper: Stamper, authority: LocalAuthority, clock: Clock
) -> None:
    fill(log, 1)
    stamper.turn()
    clock.wait(days=30)
    assert stamper.turn() == 0
    assert authority.asked == 1


def test_while_the_authority_is_away_entries_go_on_and_a_day_later_all_are_covered(
    ledger: Ledger, log: Log, stamper: Stamper, authority: LocalAuthority, clock: Clock
) -> None:
    lu = ledger.open("lu-police")
    authority.is_away = True
    for _ in range(24):
        for each in (log, lu):
            each.append(Entry("decision", b"goes on"))
        assert stamper.turn() == 0
        clock.wait(hours=1)
    with log.store.read() as connection:
        state = waiting(connection)
    assert state.heads == 48
    assert state.failures == 24
    assert "does not answer" in state.error
    authority.is_away = False
    assert stamper.turn() == 2  # one for each log: the newest head covers the others
    with log.store.read() as connection:
        state = waiting(connection)
        for number in range(25):
            stamp = covering(connection, log.shard, number)
            assert stamp
            assert stamp.size == 25
    assert (state.heads, state.failures, state.error) == (0, 0, "")


def test_an_authority_that_is_away_is_asked_less_and_less(
    log: Log, stamper: Stamper, authority: LocalAuthority, clock: Clock
) -> None:
    authority.is_away = True
    fill(log, 1)
    for _ in range(3600):
        stamper.turn()
        clock.wait(seconds=1)
    assert 8 <= authority.asked <= 16


def test_of_several_processes_one_asks_at_a_time(
    ledger: Ledger, log: Log, authority: LocalAuthority
) -> None:
    fill(log, 1)
    second = Stamper(ledger, authority, authority.anchors)
    outer = authority.ask

    class Nested:
        name = "local"

        def ask(self, query: bytes) -> bytes:
            assert second.turn() == 0  # while the first one waits for its reply
            return outer(query)

    assert Stamper(ledger, Nested(), authority.anchors).turn() == 1
    assert authority.asked == 1


def test_a_reply_that_does_not_hold_is_not_kept(
    log: Log, stamper: Stamper, authority: LocalAuthority, clock: Clock
) -> None:
    fill(log, 1)
    for spoil in (
        lambda _: b"no reply at all",
        lambda reply: reply[:-20] + bytes(20),
        lambda _: b"",
    ):
        authority.spoil = spoil
        assert stamper.turn() == 0
        clock.wait(minutes=10)
    with log.store.read() as connection:
        assert newest(connection, log.shard) is None
        assert "does not hold" in waiting(connection).error


def test_a_stamp_for_another_head_or_by_another_authority_does_not_hold(
    log: Log, authority: LocalAuthority, tmp_path: Path
) -> None:
    _, reply = stamped(authority, authority.anchors, _text(log))
    with pytest.raises(NotStamped):
        verified(authority.anchors, _text(log) + "x", reply)
    with pytest.raises(NotStamped):
        verified(authority.anchors, _text(log), reply, nonce=1)
    with pytest.raises(NotStamped):
        verified(LocalAuthority(tmp_path).anchors, _text(log), reply)
    with pytest.raises(NotStamped):
        verified(Anchors(), _text(log), reply)


def test_an_authority_whose_own_certificate_is_known_need_not_send_any(
    log: Log, tmp_path: Path
) -> None:
    authority = LocalAuthority(tmp_path, certs="both.pem")
    with pytest.raises(NotStamped):  # several certificates in a reply, and not in DER's order
        stamped(authority, authority.anchors, _text(log))
    anchors = read_anchors(tmp_path / "both.pem")
    at, reply = stamped(authority, anchors, _text(log))
    assert verified(anchors, _text(log), reply) == at


def test_a_walk_finds_a_stamp_that_was_changed(
    ledger: Ledger, log: Log, stamper: Stamper, authority: LocalAuthority
) -> None:
    fill(log, 2)
    stamper.turn()
    assert verify(ledger, log.shard, anchors=authority.anchors).holds
    tamper(log, "DROP TRIGGER ledger_stamp_no_update")
    tamper(log, "UPDATE ledger_stamp SET stamped_at = '2020-01-01 00:00:00.000000'")
    found = verify(ledger, log.shard, anchors=authority.anchors).findings
    assert found == (Finding("stamp", 0, 2),)
    tamper(log, "UPDATE ledger_stamp SET reply = 'nonsense'")
    assert verify(ledger, log.shard, anchors=authority.anchors).findings == found


def test_queueing_is_limited_to_one_head_in_a_while(ledger: Ledger, log: Log, clock: Clock) -> None:
    fill(log, 1)
    assert queue(ledger) == 1
    fill(log, 1)
    assert queue(ledger) == 0
    clock.wait(minutes=2)
    assert queue(ledger) == 1
    assert queue(ledger) == 0


def test_an_authority_over_http_is_asked_as_the_standard_has_it(
    log: Log, authority: LocalAuthority
) -> None:
    types = []

    class Desk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            types.append(self.headers["content-type"])
            reply = authority.ask(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Desk) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = HttpAuthority(f"http://127.0.0.1:{server.server_port}/")
        at, reply = stamped(address, authority.anchors, _text(log))
        server.shutdown()
    assert verified(authority.anchors, _text(log), reply) == at
    assert types == ["application/timestamp-query"]
    with pytest.raises(Unavailable):
        address.ask(b"query")


def test_a_worker_in_a_thread_takes_its_turns_until_it_is_stopped(
    ledger: Ledger, log: Log, authority: LocalAuthority
) -> None:
    fill(log, 1)
    stamper = Stamper(ledger, authority, authority.anchors)
    stamper.start(timedelta(milliseconds=20))
    deadline = datetime.now(UTC) + timedelta(seconds=20)
    found = None
    while found is None and datetime.now(UTC) < deadline:
        with log.store.read() as connection:
            found = newest(connection, log.shard)
    stamper.stop()
    assert found


def test_roots_that_are_not_there_are_named(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("nothing")
    for name in ("empty.pem", "missing.pem"):
        with pytest.raises(Invalid) as refused:
            read_anchors(tmp_path / name)
        assert name in str(refused.value)
