"""`benelux identity`: authorities, their keys, and the policies, from the command line."""

import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final

from cyclopts import App, Parameter

from benelux.core.cli import tell
from benelux.core.cli.options import Json
from benelux.core.errors import Invalid
from benelux.core.identity import keyring, policy, registry
from benelux.core.identity.authority import Authority, AuthorityKind
from benelux.core.identity.invented import plant
from benelux.core.identity.keys import LIFE, OVERLAP, Key, now, read_public
from benelux.core.identity.keystore import KeyFolder
from benelux.core.identity.tables import OWNER
from benelux.core.language import LANGUAGES, Text, message
from benelux.core.settings import Settings
from benelux.core.store import Store, migrate

AUTHOR: Final = "command line"
app = App(name="identity", help="Authorities, their keys, and the policies.")
keys_app = App(name="keys", help="Keys of machines.")
app.command(keys_app)
Data = Annotated[Path | None, Parameter(help="Folder for everything the platform keeps.")]
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
def authorities(*, data: Data = None, json: Json = False) -> int:
    """List the authorities that this node knows."""
    with _opened(data)[1] as store:
        found = registry.authorities(store)
    if json:
        tell.json(found)
    elif found:
        head = (message("Id"), message("Name"), message("Country"), message("Competences"))
        tell.table(head, [(o.id, o.name, o.country, ", ".join(o.competences)) for o in found])
    else:
        tell.remark(message("No authority is entered."))
    return 0 if found else 1


@app.command
def enter(  # noqa: PLR0913 - one option for each part of the entry
    authority: Annotated[str, Parameter(help="Id: small letters, digits and hyphens.")],
    *,
    country: Annotated[str, Parameter(help="ISO 3166 code of its country.")],
    kind: Annotated[AuthorityKind, Parameter(help="What kind of authority it is.")],
    name: Annotated[str, Parameter(help="Its name, where it is the same in all languages.")] = "",
    name_nl: Annotated[str, Parameter(help="Its name in Dutch.")] = "",
    name_fr: Annotated[str, Parameter(help="Its name in French.")] = "",
    name_de: Annotated[str, Parameter(help="Its name in German.")] = "",
    name_en: Annotated[str, Parameter(help="Its name in English.")] = "",
    competence: Annotated[
        tuple[str, ...], Parameter(help="A matter that it is charged with; may be repeated.")
    ] = (),
    region: Annotated[str, Parameter(help="Code of its region, if it is not nation-wide.")] = "",
    data: Data = None,
) -> int:
    """Enter an authority, or its next version."""
    names = Text(name_nl or name, name_fr or name, name_de or name, name_en or name)
    one = Authority(authority, names, country.upper(), kind, competence, region)
    with _opened(data)[1] as store:
        version = store.write(lambda connection: registry.enter(connection, one, author=AUTHOR))
    tell.line(message("“{id}” is entered, version {n}.", id=authority, n=version))
    return 0


@app.command
def suspend(authority: str, *, data: Data = None) -> int:
    """Let an authority act no longer, from this moment."""
    with _opened(data)[1] as store:
        store.write(lambda work: registry.suspend(work, Authority, authority, author=AUTHOR))
    tell.line(message("“{id}” may not act any more.", id=authority))
    return 0


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
    settings, opened = _opened(data)
    with opened as store:
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
    settings, opened = _opened(data)
    with opened as store:
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
    settings, opened = _opened(data)
    overlap = timedelta(days=min(max(overlap_days, 0), 3650))
    with opened as store:
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
    settings, opened = _opened(data)
    with opened as store:
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
    with _opened(data)[1] as store:
        keyring.trust(store, authority, public, holder=holder, life=_days(days), author=AUTHOR)
    tell.line(public.id)
    return 0


def _opened(data: Path | None) -> tuple[Settings, Store]:
    """The settings and the store of this node, with its tables."""
    settings = Settings.read(os.environ, data=data)
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    store = Store.open(settings.database_url)
    migrate(store, [OWNER])
    plant(settings, store)
    return settings, store


def _days(days: int) -> timedelta:
    return timedelta(days=min(max(days, 1), 3650))


def _shown(key: Key, folder: KeyFolder) -> ShownKey:
    return ShownKey(
        key.id, key.authority, key.holder, key.kind.value, key.status_at(now()).value,
        key.valid_from.isoformat(timespec="seconds"), key.valid_to.isoformat(timespec="seconds"),
        folder.has(key.id), key.jwk,
    )  # fmt: skip
