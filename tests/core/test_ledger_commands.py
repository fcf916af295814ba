"""The ledgers on the command line."""

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text

from benelux.cli import main
from benelux.core.ledger import Ledger, commands, heads
from benelux.core.ledger.keys import MemoryKeys
from benelux.core.ledger.service import record, trust
from benelux.core.ledger.witness import Neighbour
from benelux.core.settings import Settings
from benelux.core.store import Store, migrate
from tests.core.ledgers import OWNER, consultation

Said = tuple[int, str, str]
Run = Callable[..., Said]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Calls the command on a data folder of this test."""
    monkeypatch.setenv("BENELUX_LANGUAGE", "en")
    monkeypatch.setenv("BENELUX_DATA", str(tmp_path / "data"))

    def command(*words: str) -> Said:
        with pytest.raises(SystemExit) as ended:
            main(["ledger", *words])
        said = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, said.out, said.err

    return command


@pytest.fixture
def key(tmp_path: Path) -> str:
    """The public key of a ledger with two consultations, in that folder."""
    settings = Settings.read({}, data=tmp_path / "data")
    with Store.open(settings.database_url) as store:
        migrate(store, [OWNER])
        ledger = Ledger.of(store, settings)
        record(ledger, "nl-politie", consultation("A"), about=["anna"])
        record(ledger, "nl-politie", consultation("B"), about=["anna"])
        return ledger.log("nl-politie").ring.signer(1).key.text


def test_a_ledger_that_nobody_touched_verifies(run: Run, key: str) -> None:
    status, answer, remarks = run("verify")
    assert (status, remarks) == (0, "")
    assert answer == "nl-politie: 3 entries and 3 heads hold; 0 contents were erased.\n"
    status, answer, _ = run("verify", "nl-politie", "--deep", "--key", key, "--json")
    (told,) = json.loads(answer)
    assert (status, told["holds"], told["findings"]) == (0, True, [])


def test_a_ledger_that_was_changed_is_told_where_and_ends_with_one(
    run: Run, key: str, tmp_path: Path
) -> None:
    assert key
    with Store.open(tmp_path / "data" / "benelux.db") as store:
        store.write(lambda one: one.execute(text("DROP TRIGGER ledger_entry_no_delete")))
        store.write(lambda one: one.execute(text("DELETE FROM ledger_entry WHERE number = 1")))
    status, answer, _ = run("verify", "nl-politie")
    assert status == 1
    assert "entry 1: entries are missing" in answer


def test_a_head_that_was_kept_is_compared(run: Run, key: str, tmp_path: Path) -> None:
    assert key
    _, head, _ = run("heads", "nl-politie", "--limit", "1", "--json")
    kept = tmp_path / "kept.txt"
    kept.write_text(json.loads(head)[0]["note"], encoding="utf-8")
    assert run("verify", "nl-politie", "--head", str(kept))[0] == 0
    kept.write_text(kept.read_text("utf-8").replace("\n3\n", "\n2\n"), encoding="utf-8")
    status, answer, _ = run("verify", "nl-politie", "--head", str(kept))
    assert status == 1
    assert "seen elsewhere" in answer
    assert run("verify", "--head", str(kept))[0] == 2


def test_a_proof_is_written_and_checked_without_the_ledger(
    run: Run, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "proof.json"
    assert run("prove", "nl-politie", "1", "--output", str(path))[0] == 0
    monkeypatch.setenv("BENELUX_DATA", str(tmp_path / "nowhere"))
    status, answer, _ = run("verify", "--proof", str(path), "--key", key)
    assert status == 0
    assert answer.count("holds") == 4
    path.write_text(path.read_text().replace("consultation", "consideration"))
    status, answer, _ = run("verify", "--proof", str(path), "--key", key, "--json")
    assert status == 1
    assert [one["holds"] for one in json.loads(answer)] == [True, True, False, True]
    path.write_text("{}")
    assert run("verify", "--proof", str(path))[0] == 2
    assert run("verify", "--proof", str(tmp_path / "missing"))[0] == 2


def test_a_proof_is_shown_step_by_step(run: Run, key: str) -> None:
    assert key
    status, answer, _ = run("prove", "nl-politie", "2")
    assert status == 0
    assert '"number":2' in answer
    assert "left" in answer
    assert run("prove", "nl-politie", "9")[0] == 2
    assert run("prove", "be", "0")[0] == 2


def test_ledgers_and_heads_are_listed(run: Run, key: str) -> None:
    status, answer, _ = run("heads")
    assert status == 0
    assert answer.splitlines()[1].split("\t")[:2] == ["nl-politie", "3"]
    assert json.loads(run("heads", "--json")[1])[0]["keys"] == [key]
    assert run("heads", "nl-politie")[1].count("— localhost/ledger/nl-politie") == 3
    assert run("heads", "fr")[0] == 2


def test_another_ledger_is_witnessed_by_its_address(
    run: Run, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert key
    with Store.open(tmp_path / "other.db") as store:
        migrate(store, [OWNER])
        other = Ledger(store, MemoryKeys(), "be.example")
        record(other, "be-police", consultation())
        addresses = []

        def remote(address: str) -> Neighbour:
            addresses.append(urlsplit(address).hostname)
            return Neighbour(other, "be-police")

        monkeypatch.setattr(commands, "Remote", remote)
        address = "https://be.example/api/ledger/shards/be-police"
        status, _, remarks = run("witness", address)
        assert status == 2
        assert "is no log that this node knows" in remarks
        assert run("trust", "log", other.log("be-police").ring.signer(1).key.text)[0] == 0
        witness = json.loads(run("witness", "--json")[1])["key"]
        trust(other, "witness", witness)
        status, answer, _ = run("witness", address)
        assert status == 0
        assert "only grew" in answer
        with store.read() as connection:
            assert [one.size for one in heads.witnessed(connection, "be-police")] == [2]
        assert (
            run("trust", "log", other.log("be-police").ring.signer(1).key.text, "--forget")[0] == 0
        )
        assert run("witness", address)[0] == 2
    assert set(addresses) == {"be.example"}
    assert "seen for the first time" in run("witness")[1]


def test_keys_are_rotated(run: Run, key: str) -> None:
    assert key
    assert run("rotate", "nl-politie")[1] == "Wrapping key 2 is in use; take a new backup.\n"
    assert run("rotate", "nl-politie", "--signer")[0] == 0
    assert run("verify", "--deep")[0] == 0
    assert len(json.loads(run("heads", "--json")[1])[0]["keys"]) == 2


def test_where_there_is_no_ledger_the_command_says_so(run: Run) -> None:
    for words in (("verify",), ("heads",), ("witness",), ("prove", "nl", "1")):
        status, answer, remarks = run(*words)
        assert (status, answer) == (2, "")
        assert "no ledger here yet" in remarks
