"""`benelux identity`: authorities, their keys, and the policies, from the command line."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from benelux.core.cli import tell
from benelux.core.cli.options import Json
from benelux.core.errors import Invalid
from benelux.core.identity import commands_accords, commands_registry, keyring, policy
from benelux.core.identity.command_line import AUTHOR, Data, opened
from benelux.core.identity.keys import LIFE, OVERLAP, Key, now, read_public
from benelux.core.identity.keystore import KeyFolder
from benelux.core.language import LANGUAGES, Text, message

app = App(name="identity", help="Authorities, their keys, and the policies.")
keys_app = App(name="keys", help="Keys of machines.")
app.command(keys_app)
app.command(commands_accords.listed, name="accords")
app.command(commands_accords.app)
for part in commands_registry.APPS:
    app.command(part)
Days = Annotated[int, Parameter(help="How many days the new key holds.")]
Holder = Annotated[
    str, Parameter(help="Service or device whose key it is, if not the authority's.")
]


@dataclass(frozen=True, slots=True)
class ShownKey:
    """A key as this command prints it."""

    id: str
    authority: str
    holder: str
    kind: str
    status: str
    valid_from: str
    valid_to: str
    private: bool
    jwk: dict[str, str]


@dataclass(frozen=True, slots=True)
class ShownRule:
    """A policy as this command prints it."""

    id: str
    effect: str
    owner: str
    because: Text


@app.command
def policies(*, json: Json = False) -> int:
    """List the policies that hold in this portal, with what each one says."""
    book = policy.book()
    rules = sorted(book.rules.values(), key=lambda rule: rule.id)
    if json:
        said = [
            ShownRule(rule.id, rule.parsed.effect, rule.owner,
                      Text(*(rule.because.to(language) for language in LANGUAGES)))
            for rule in rules
        ]  # fmt: skip
        tell.json({"version": book.version, "rules": said})
        return 0
    words = {"permit": message("permits"), "forbid": message("forbids")}
    tell.table(
        (message("Rule"), message("Effect"), message("Why")),
        [(one.id, tell.say(words[one.parsed.effect]), tell.say(one.because)) for one in rules],
    )
    tell.remark(message("Version {version}.", version=book.version))
    return 0


@keys_app.default
def keys(
    authority: Annotated[str, Parameter(help="Only those of this authority.")] = "",
    *,
    data: Data = None,
    json: Json = False,
) -> int:
    """List the keys that this node knows."""
    settings, here = opened(data)
    with here as store:
        found = [_shown(one, KeyFolder.of(settings)) for one in keyring.keys(store, authority)]
    if json:
        tell.json(found)
    elif found:
        head = (message("Id"), message("Holder"), message("Validity"), message("Valid until"),
                message("Signs here"))  # fmt: skip
        yes, no = tell.say(message("yes")), tell.say(message("no"))
        rows = [
            (one.id, one.holder or one.authority, one.status, one.valid_to[:10],
             yes if one.private else no)
            for one in found
        ]  # fmt: skip
        tell.table(head, rows)
    else:
        tell.remark(message("No key is known."))
    return 0 if found else 1


@keys_app.command
def new(authority: str, *, holder: Holder = "", days: Days = LIFE.days, data: Data = None) -> int:
    """Make a key; its private half stays in the data folder."""
    settings, here = opened(data)
    with here as store:
        made = keyring.make(
            store, KeyFolder.of(settings), authority, holder=holder, life=_days(days), author=AUTHOR
        )
    tell.line(made.id)
    return 0


@keys_app.command
def rotate(
    key: str,
    *,
    overlap_days: Annotated[
        int, Parameter(help="How long the old key still holds.")
    ] = OVERLAP.days,
    days: Days = LIFE.days,
    data: Data = None,
) -> int:
    """Make the next key of the same holder; the old one still holds for a while."""
    settings, here = opened(data)
    overlap = timedelta(days=min(max(overlap_days, 0), 3650))
    with here as store:
        made = keyring.rotate(
            store, KeyFolder.of(settings), key, overlap=overlap, life=_days(days), author=AUTHOR
        )
    tell.line(made.id)
    return 0


@keys_app.command
def revoke(
    key: str,
    *,
    reason: Annotated[str, Parameter(help="Why, for those who look it up later.")],
    data: Data = None,
) -> int:
    """Let a key prove nothing any more, from this moment, in every process."""
    settings, here = opened(data)
    with here as store:
        keyring.revoke(store, key, reason=reason, author=AUTHOR, folder=KeyFolder.of(settings))
    tell.line(message("The key {id} is revoked.", id=key))
    return 0


@keys_app.command
def trust(
    authority: str,
    file: Annotated[Path, Parameter(help="A public key as JWK or PEM, or a certificate as PEM.")],
    *,
    holder: Holder = "",
    days: Days = LIFE.days,
    data: Data = None,
) -> int:
    """Know the public key or the certificate of another node as that authority's."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        what = message("The file {path} cannot be read.", path=file)
        raise Invalid("cli.input", what) from error
    public = read_public(text)
    with opened(data)[1] as store:
        keyring.trust(store, authority, public, holder=holder, life=_days(days), author=AUTHOR)
    tell.line(public.id)
    return 0


def _days(days: int) -> timedelta:
    return timedelta(days=min(max(days, 1), 3650))


def _shown(key: Key, folder: KeyFolder) -> ShownKey:
    return ShownKey(
        key.id, key.authority, key.holder, key.kind.value, key.status_at(now()).value,
        key.valid_from.isoformat(timespec="seconds"), key.valid_to.isoformat(timespec="seconds"),
        folder.has(key.id), key.jwk,
    )  # fmt: skip
