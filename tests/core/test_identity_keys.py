"""Keys: their names, how long they hold, where the private half lies, what may start with them."""

import json
import os
import stat
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import create_engine, text

from benelux.core.errors import Conflict, Invalid, NotAllowed, NotFound, Unavailable
from benelux.core.identity import fitness, invented, keyring, registry
from benelux.core.identity.authority import Officer
from benelux.core.identity.keys import (
    KeyKind,
    KeyStatus,
    SigningKey,
    now,
    read_public,
    thumbprint,
    unb64,
)
from benelux.core.identity.keystore import KeyFolder
from benelux.core.identity.tables import OWNER
from benelux.core.settings import Settings
from benelux.core.store import Store, migrate
from tests.core.machines import CAMERA, DESK, POLICE

VECTOR = json.loads((Path(__file__).parent / "data/signatures/rfc9421.json").read_text())
LONG = "9f2c-a-secret-that-nobody-knows"


@pytest.fixture
def folder(tmp_path: Path) -> KeyFolder:
    return KeyFolder(tmp_path / "machine-keys")


@pytest.fixture
def registered(store: Store) -> Store:
    migrate(store, [OWNER])
    for one in (POLICE, DESK, CAMERA):
        store.write(lambda work, one=one: registry.enter(work, one, author="test"))
    return store


def test_a_key_is_called_by_its_thumbprint() -> None:
    told = VECTOR["thumbprint"]
    assert thumbprint(unb64(told["x"])) == told["thumbprint"]


def test_a_public_key_is_read_from_jwk_and_pem_alike() -> None:
    key = SigningKey.new()
    jwk = json.dumps({"kty": "OKP", "crv": "Ed25519", "x": key.public, "more": 1})
    pem = key.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    assert read_public(jwk) == read_public(pem.decode())
    assert read_public(jwk).id == key.id


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "{}", "PEM", '{"kty":"RSA","crv":"x","x":"y"}', "x" * 30_000,
        '{"kty":"OKP","crv":"X25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}',
        '{"kty":"OKP","crv":"Ed25519","x":"short"}', '{"kty":"OKP","crv":"Ed25519","x":"*"}',
        '{"kty":"OKP","crv":"Ed25519","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}',
        '{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","d":"s"}',
        "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----",
        "-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----",
    ],
)  # fmt: skip
def test_what_is_no_public_key_of_ours_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_public(text)
    assert refused.value.code == "identity.key-unreadable"


def test_a_key_of_another_algorithm_is_refused() -> None:
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    pem = other.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(Invalid):
        read_public(pem.decode())


def test_the_private_half_is_a_file_for_this_user_alone(
    registered: Store, folder: KeyFolder
) -> None:
    key = keyring.make(registered, folder, POLICE.id, author="test")
    path = folder.folder / f"{key.id}.pem"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.folder.stat().st_mode) == 0o700
    assert folder.read(key.id).public == key.public
    assert folder.read(key.id).private.private_bytes_raw().hex() not in repr(folder.read(key.id))


def test_the_store_holds_no_private_key(registered: Store, folder: KeyFolder) -> None:
    key = keyring.make(registered, folder, POLICE.id, author="test")
    secret = folder.read(key.id).private.private_bytes_raw()
    engine = create_engine(f"sqlite:///{registered.address.removeprefix('sqlite:///')}")
    with engine.connect() as connection:
        dump = "\n".join(map(str, connection.execute(text("SELECT * FROM identity_key"))))
    engine.dispose()
    assert key.public in dump
    assert secret.hex() not in dump


def test_a_file_that_others_may_read_is_not_used(registered: Store, folder: KeyFolder) -> None:
    key = keyring.make(registered, folder, POLICE.id, author="test")
    (folder.folder / f"{key.id}.pem").chmod(0o644)
    with pytest.raises(Unavailable):
        folder.read(key.id)
    assert list(folder.exposed()) == [folder.folder / f"{key.id}.pem"]


def test_a_file_with_another_key_is_not_used(registered: Store, folder: KeyFolder) -> None:
    one = keyring.make(registered, folder, POLICE.id, author="test")
    other = keyring.make(registered, folder, POLICE.id, author="test")
    (folder.folder / f"{one.id}.pem").write_bytes((folder.folder / f"{other.id}.pem").read_bytes())
    with pytest.raises(Unavailable):
        folder.read(one.id)
    for name in ("../secret", "a/b", "", "."):
        with pytest.raises(ValueError, match="not the id"):
            folder.has(name)


def test_a_key_of_a_stranger_is_not_made(registered: Store, folder: KeyFolder) -> None:
    for authority, holder in (("nobody", ""), (POLICE.id, "be-desk")):
        with pytest.raises(NotFound):
            keyring.make(registered, folder, authority, holder=holder, author="test")
    assert not folder.folder.exists()


def test_after_a_rotation_both_keys_hold_for_a_while_and_the_new_one_signs(
    registered: Store, folder: KeyFolder
) -> None:
    old = keyring.make(registered, folder, POLICE.id, author="test")
    new = keyring.rotate(registered, folder, old.id, overlap=timedelta(days=2), author="test")
    moment = now()
    kept = keyring.find(registered, old.id)
    assert kept.status_at(moment) is new.status_at(moment) is KeyStatus.ACTIVE
    assert kept.status_at(moment + timedelta(days=3)) is KeyStatus.ENDED
    assert keyring.signing_key(registered, folder, POLICE.id).id == new.id


def test_a_key_that_does_not_hold_is_not_rotated(registered: Store, folder: KeyFolder) -> None:
    old = keyring.make(registered, folder, POLICE.id, author="test")
    keyring.revoke(registered, old.id, author="test", reason="lost")
    with pytest.raises(Conflict):
        keyring.rotate(registered, folder, old.id, author="test")
    assert len(list(folder.folder.glob("*.pem"))) == 1
    with pytest.raises(NotFound):
        keyring.rotate(registered, folder, "unknown", author="test")


def test_a_revoked_key_stays_on_record_and_its_file_goes(
    registered: Store, folder: KeyFolder
) -> None:
    key = keyring.make(registered, folder, POLICE.id, author="test")
    keyring.revoke(registered, key.id, author="test", reason="stolen", folder=folder)
    keyring.revoke(registered, key.id, author="test", reason="again", folder=folder)
    found = keyring.find(registered, key.id)
    assert (found.status_at(now()), found.reason) == (KeyStatus.REVOKED, "stolen")
    assert not folder.has(key.id)
    with pytest.raises(NotFound):
        keyring.signing_key(registered, folder, POLICE.id)


def test_a_key_that_begins_later_does_not_hold_yet(registered: Store, folder: KeyFolder) -> None:
    later = now() + timedelta(hours=1)
    key = keyring.make(registered, folder, POLICE.id, begins=later, author="test")
    assert key.status_at(now()) is KeyStatus.FUTURE
    with pytest.raises(NotFound):
        keyring.signing_key(registered, folder, POLICE.id)


def test_one_public_key_is_one_holders(registered: Store) -> None:
    public = read_public(json.dumps({"kty": "OKP", "crv": "Ed25519", "x": SigningKey.new().public}))
    assert keyring.trust(registered, POLICE.id, public, author="test").kind is KeyKind.ED25519
    with pytest.raises(Conflict):
        keyring.trust(registered, POLICE.id, public, holder=DESK.id, author="test")


def test_a_revocation_elsewhere_counts_here_within_five_seconds(
    registered: Store, folder: KeyFolder, store_url: str
) -> None:
    key = keyring.make(registered, folder, POLICE.id, author="test")
    ring = keyring.keyring(registered)
    assert not _revoked(ring, key.id)
    script = (
        "import sys\n"
        "from benelux.core.store import Store\n"
        "from benelux.core.identity import keyring\n"
        "with Store.open(sys.argv[1]) as store:\n"
        "    keyring.revoke(store, sys.argv[2], author='other', reason='lost')\n"
    )
    subprocess.run([sys.executable, "-c", script, store_url, key.id], check=True)
    begun = time.monotonic()
    while not _revoked(ring, key.id):
        assert time.monotonic() - begun < 5
        time.sleep(0.05)


def _revoked(ring: keyring.Keyring, key_id: str) -> bool:
    holder = ring.holder(key_id)
    assert holder
    return holder.key.revoked


def test_a_ring_remembers_only_so_many(registered: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "_MOST", 10)
    ring = keyring.Keyring(registered)
    for number in range(50):
        assert ring.holder(f"unknown-{number}") is None
    assert len(ring._kept) == 10  # noqa: SLF001 - the bound is the point


# What may start


def test_a_trial_starts_with_anything(tmp_path: Path) -> None:
    fitness.refuse_unfit(Settings.read({}, data=tmp_path, oidc_secret="secret"))  # noqa: S106


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"oidc_issuer": "https://id.example"}, "BENELUX_OIDC_SECRET"),
        ({"oidc_secret": "changeme"}, "BENELUX_OIDC_SECRET"),
        ({"oidc_secret": "password12345678"}, "BENELUX_OIDC_SECRET"),
        ({"oidc_secret": "aaaaaaaaaaaaaaaaaaaa"}, "BENELUX_OIDC_SECRET"),
        ({"proxy_secret": "tiny-one"}, "BENELUX_PROXY_SECRET"),
        ({"proxy_secret": LONG, "host": "192.0.2.1"}, "BENELUX_PROXY_SECRET"),
        ({"database": "postgresql://benelux:benelux@db/benelux"}, "BENELUX_DATABASE"),
        ({"database": "postgresql://benelux:Postgres1@db/benelux"}, "BENELUX_DATABASE"),
    ],
)
def test_a_secret_that_is_missing_or_known_to_all_is_refused(
    tmp_path: Path, given: dict[str, object], named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitness, "_entries", lambda _settings: ())
    settings = Settings.read({}, data=tmp_path, demo=False, **given)
    with pytest.raises(NotAllowed) as refused:
        fitness.refuse_unfit(settings)
    assert named in [fault.field for fault in refused.value.faults]
    assert not any(str(value) in str(refused.value) for value in given.values())


def test_a_sound_portal_starts(tmp_path: Path) -> None:
    fitness.refuse_unfit(Settings.read({}, data=tmp_path, demo=False))
    sound = {"oidc_issuer": "https://id.example", "oidc_secret": LONG, "proxy_secret": LONG}
    fitness.refuse_unfit(Settings.read({}, data=tmp_path, public_url="https://a.example", **sound))


def test_what_a_trial_left_behind_does_not_start(tmp_path: Path) -> None:
    trial = Settings.read({}, data=tmp_path)
    with Store.open(trial.database_url) as store:
        migrate(store, [OWNER])
        invented.plant(trial, store)
    with pytest.raises(NotAllowed) as refused:
        fitness.refuse_unfit(replace(trial, demo=False))
    assert "demo-be-licensing" in [fault.field for fault in refused.value.faults]


def test_an_invented_officer_of_a_real_authority_does_not_start(tmp_path: Path) -> None:
    settings = Settings.read({}, data=tmp_path, demo=False)
    one = Officer("demo", "demo-police-be", POLICE.id)
    with Store.open(settings.database_url) as store:
        migrate(store, [OWNER])
        for entry in (POLICE, one):
            store.write(lambda work, entry=entry: registry.enter(work, entry, author="t"))
        with pytest.raises(NotAllowed) as refused:
            fitness.refuse_unfit(settings)
        assert [fault.field for fault in refused.value.faults] == ["demo-police-be"]
        store.write(lambda work: registry.suspend(work, Officer, one.id, author="t"))
        fitness.refuse_unfit(settings)


@pytest.mark.parametrize("secret", sorted(fitness._KNOWN_TO_ALL))  # noqa: SLF001 - every one
def test_every_secret_that_people_try_first_is_weak_whatever_is_put_behind_it(secret: str) -> None:
    assert all(fitness.is_weak(secret + tail) for tail in ("", "1", "2024!", "-0000000000000000"))


def test_keys_that_others_may_read_do_not_start(tmp_path: Path) -> None:
    settings = Settings.read({}, data=tmp_path, demo=False)
    KeyFolder.of(settings).keep(SigningKey.new())
    KeyFolder.of(settings).folder.chmod(0o755)
    with pytest.raises(NotAllowed):
        fitness.refuse_unfit(settings)


def test_the_command_up_refuses_as_well(tmp_path: Path) -> None:
    environment = {**os.environ, "BENELUX_DATA": str(tmp_path), "BENELUX_OIDC_SECRET": "secret"}
    done = subprocess.run(
        [sys.executable, "-m", "benelux.cli", "up", "--no-demo", "--port", "0"],
        env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "BENELUX_OIDC_SECRET" in done.stderr


def test_keys_are_made_turned_and_revoked_from_the_command_line(tmp_path: Path) -> None:
    def call(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "benelux.cli", "identity", *words, "--data", str(tmp_path)],
            env={**os.environ, "BENELUX_DEMO": "no"}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    call(
        "authority", "enter", "nl-police", "--country", "nl", "--kind", "police", "--name", "Police"
    )
    first = call("keys", "new", "nl-police").strip()
    second = call("keys", "rotate", first, "--overlap-days", "0").strip()
    call("keys", "revoke", second, "--reason", "lost")
    found = {one["id"]: one for one in json.loads(call("keys", "--json"))}
    assert (found[first]["status"], found[second]["status"]) == ("ended", "revoked")
    assert (found[first]["private"], found[second]["private"]) == (True, False)
    jwk = tmp_path / "peer.jwk"
    jwk.write_text(json.dumps({"kty": "OKP", "crv": "Ed25519", "x": SigningKey.new().public}))
    trusted = call("keys", "trust", "nl-police", str(jwk)).strip()
    assert trusted in {one["id"] for one in json.loads(call("keys", "nl-police", "--json"))}
    (authority,) = json.loads(call("authority", "list", "--json"))
    assert authority["id"] == "nl-police"
