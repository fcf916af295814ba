"""The ledgers on the command line: to verify, to prove, to witness."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import Parameter
from sqlalchemy import inspect

from benelux.core.cli import tell
from benelux.core.cli.keep import give
from benelux.core.cli.options import Force, Json, Output
from benelux.core.errors import Invalid, NotFound
from benelux.core.language import message
from benelux.core.ledger import commands_orders, heads, proofs, service, tables
from benelux.core.ledger import note as notes
from benelux.core.ledger.cards import head_card, shard_cards
from benelux.core.ledger.command_line import Shard, app
from benelux.core.ledger.findings import Verdict
from benelux.core.ledger.log import Ledger
from benelux.core.ledger.note import Key, Note
from benelux.core.ledger.peers import Role
from benelux.core.ledger.proofs import Check
from benelux.core.ledger.remote import Remote
from benelux.core.ledger.stamps import read_anchors
from benelux.core.ledger.witness import VERDICTS, visit, watched
from benelux.core.settings import Settings
from benelux.core.store import Store

__all__ = ["app", "commands_orders"]
_Key = Annotated[
    str | None, Parameter(help="Public key of the ledger, as its authority published it.")
]


@app.command
def verify(  # noqa: PLR0913 - one parameter for each option
    shard: Annotated[
        str | None, Parameter(name="shard", help="Name of a ledger; without it, all of them.")
    ] = None,
    /,
    *,
    head: Annotated[
        tuple[Path, ...], Parameter(help="Head of this ledger that was kept elsewhere; a file.")
    ] = (),
    key: _Key = None,
    deep: Annotated[
        bool, Parameter(negative=(), help="Open every content too; needs the ledger's keys.")
    ] = False,
    proof: Annotated[
        Path | None, Parameter(help="Check this proof, a file, instead of a ledger.")
    ] = None,
    json: Json = False,
) -> int:
    """Walk whole ledgers and say what is wrong, and where; or check one proof."""
    trusted = Key.read(key) if key else None
    if proof is not None:
        found = proofs.check(proofs.read(_content(proof)), [trusted] if trusted else ())
        return _told_checks(found, json=json)
    kept = [notes.read(_content(path).decode(errors="replace")) for path in head]
    if shard is None and (kept or trusted):
        raise Invalid(
            "ledger.which",
            message("Say which ledger these heads or this key belong to."),
            now=message("Name the ledger before the options."),
        )
    with _opened() as ledger:
        names = [shard] if shard else ledger.shards()
        verdicts = [_walked(ledger, name, kept, trusted, deep=deep) for name in names]
    if json:
        tell.json([_plain(one) for one in verdicts])
    else:
        for one in verdicts:
            _tell_verdict(one)
    return 0 if verdicts and all(one.holds for one in verdicts) else 1


@app.command
def prove(  # noqa: PLR0913 - one parameter for each option
    shard: Shard,
    number: Annotated[int, Parameter(name="number", help="Number of an entry, from 0.")],
    /,
    *,
    size: Annotated[int | None, Parameter(help="Entries under the head; else the newest.")] = None,
    output: Output = None,
    force: Force = False,
    json: Json = False,
) -> int:
    """Prove that an entry is in a ledger; the proof can be checked anywhere."""
    with _opened() as ledger:
        found = service.prove(ledger, shard, number, size)
    if json or output is not None:
        content = msgspec.json.format(msgspec.json.encode(found)) + b"\n"
        give(content, output, force=force)
        return 0
    tell.line(found.entry)
    for place, step in enumerate(proofs.steps(found), 1):
        tell.line(f"{place:3} {step.side:5} {step.other}")
    tell.line(found.head.rstrip())
    return _told_checks(proofs.check(found), json=False)


@app.command
def witness(
    address: Annotated[
        str | None,
        Parameter(name="address", help="Ledger of another node, as the address of its API."),
    ] = None,
    /,
    *,
    json: Json = False,
) -> int:
    """Witness another node's ledger once, or list what was witnessed here so far."""
    with _opened() as ledger:
        if address is not None:
            signed = notes.read(visit(ledger, Remote(address)))
            point = signed.checkpoint
            if json:
                tell.json({"origin": point.origin, "size": point.size, "note": signed.text})
            else:
                what = message(
                    "“{name}” only grew; its head of {size} entries is witnessed.",
                    name=point.origin, size=point.size,
                )  # fmt: skip
                tell.line(what)
            return 0
        with ledger.store.read() as connection:
            seen = watched(connection)
        key = ledger.witness.key.text
    if json:
        tell.json({"key": key, "seen": seen})
        return 0
    tell.line(message("Key of this witness: {key}", key=key))
    head = (message("Ledger"), message("Entries"), message("What was seen"), message("When"))
    rows = [(one.origin, one.size, VERDICTS[one.verdict], str(one.seen_at)) for one in seen]
    tell.table(head, rows)
    return 0


@app.command(name="heads")
def list_heads(
    shard: Annotated[
        str | None, Parameter(name="shard", help="Name of a ledger; without it, all of them.")
    ] = None,
    /,
    *,
    limit: Annotated[int, Parameter(help="How many at most.")] = 20,
    json: Json = False,
) -> int:
    """List the ledgers with their newest heads, or the heads of one ledger."""
    with _opened() as ledger:
        if shard is None:
            cards = shard_cards(ledger)
            if json:
                tell.json(cards)
            else:
                columns = (message("Ledger"), message("Entries"), message("Root"), message("When"))
                tell.table(
                    columns, [(one.shard, one.size, one.root, str(one.signed_at)) for one in cards]
                )
            return 0 if cards else 1
        with ledger.store.read() as connection:
            heads.newest(connection, shard)
            found = [
                head_card(connection, one)
                for one in heads.last(connection, shard, max(1, min(limit, 10_000)))
            ]
    if json:
        tell.json(found)
    else:
        for one in found:
            tell.line(one.note)
    return 0


@app.command
def trust(
    role: Annotated[Role, Parameter(name="role", help="Whose key it is.")],
    key: Annotated[str, Parameter(name="key", help="Public key: name, id and key.")],
    /,
    *,
    forget: Annotated[bool, Parameter(negative=(), help="Know this key no longer.")] = False,
) -> int:
    """Know the key of another node's ledger, or of a witness of ours."""
    with _opened() as ledger:
        if forget:
            service.distrust(ledger, role, key)
        else:
            service.trust(ledger, role, key)
    return 0


@app.command
def rotate(
    shard: Shard,
    /,
    *,
    signer: Annotated[
        bool, Parameter(negative=(), help="Change the key that signs the heads instead.")
    ] = False,
) -> int:
    """Wrap all keys anew and destroy the old wrapping key: erasure becomes final in old copies."""
    with _opened() as ledger:
        log = ledger.log(shard)
        if signer:
            key = service.rotate_signer(log)
            tell.line(message("The heads are signed with this key now: {key}", key=key.text))
        else:
            generation = service.rotate(log)
            tell.line(message("Wrapping key {n} is in use; take a new backup.", n=generation))
    return 0


@contextmanager
def _opened() -> Iterator[Ledger]:
    """The ledgers of this machine's portal; raises `NotFound` where there are none yet."""
    settings = Settings.read()
    none = NotFound(
        "ledger.none-here",
        message("There is no ledger here yet."),
        now=message("Start the portal once, or name its folder with BENELUX_DATA."),
    )
    if not settings.database and not (settings.data / "benelux.db").is_file():
        raise none
    with Store.open(settings.database_url) as store:
        with store.read() as connection:
            if not inspect(connection).has_table(tables.shard.name):
                raise none
        yield Ledger.of(store, settings)


def _walked(
    ledger: Ledger, shard: str, kept: list[Note], key: Key | None, *, deep: bool
) -> Verdict:
    roots = Settings.read().tsa_roots
    anchors = read_anchors(Path(roots)) if roots else None
    return service.verify(ledger, shard, elsewhere=kept, key=key, deep=deep, anchors=anchors)


def _tell_verdict(one: Verdict) -> None:
    if one.holds:
        what = message(
            "{name}: {entries} entries and {heads} heads hold; {erased} contents were erased.",
            name=one.shard, entries=one.entries, heads=one.heads, erased=one.erased,
        )  # fmt: skip
        tell.line(what)
        return
    for finding in one.findings:
        tell.line(message("{name}: {finding}", name=one.shard, finding=finding.said))


def _plain(one: Verdict) -> dict[str, object]:
    return {
        "shard": one.shard,
        "holds": one.holds,
        "entries": one.entries,
        "heads": one.heads,
        "erased": one.erased,
        "opened": one.opened,
        "findings": [
            {
                "kind": finding.kind,
                "first": finding.first,
                "last": finding.last,
                "said": tell.say(finding.said),
            }
            for finding in one.findings
        ],
    }


def _told_checks(found: list[Check], *, json: bool) -> int:
    if json:
        tell.json([{"what": tell.say(one.what), "holds": one.holds} for one in found])
    else:
        for one in found:
            mark = message("holds") if one.holds else message("does not hold")
            tell.line(message("{what} {verdict}", what=one.what, verdict=mark))
    return 0 if all(one.holds for one in found) else 1


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Invalid(
            "ledger.file",
            message("The file {path} cannot be read.", path=path),
            why=message("{error}.", error=error.strerror or error),
        ) from error
