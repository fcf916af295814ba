"""The desk of the registry of authorities: enter, suspend, restore, undo, and keep keys."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection

from benelux.core.errors import Fault, Invalid, NotFound
from benelux.core.identity import keyring, registry, sessions
from benelux.core.identity.authority import Authority, Officer
from benelux.core.identity.keys import Key, now
from benelux.core.identity.keystore import KeyFolder
from benelux.core.identity.parts import PARTS, Entry, Part, handle
from benelux.core.identity.person import REGISTRY_KEEPER
from benelux.core.identity.registry import Version
from benelux.core.language import Message, message
from benelux.core.web.ask import Ask, Crumb, Redirect, Reply, Said, View
from benelux.core.web.forms import Filled
from benelux.core.web.pages import Pages

PAGES: Final = Pages("")
TITLE: Final = message("Registry of authorities")
_LONGEST_REASON: Final = 500


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as the desk lists it."""

    one: Entry
    handle: str


@PAGES.page(
    "/identity/registry",
    TITLE,
    message("Authorities, services, officers and devices, for whoever keeps them."),
    role=REGISTRY_KEEPER,
)
def desk(ask: Ask) -> Reply:
    with ask.house.store.read() as connection:
        entries = {
            name: [Shown(one, handle(one)) for one in registry.every(connection, part.kind)]
            for name, part in PARTS.items()
        }
        names = {one.id: one.name for one in registry.every(connection, Authority)}
    values = {"parts": PARTS, "entries": entries, "names": names}
    lead = message("Who there is, and what they may be. A change counts from this moment.")
    return View("identity/registry.html", TITLE, values, lead=lead)


@PAGES.page(
    "/identity/registry/{part:str}/new", message("New entry"), message("Enter somebody new."),
    role=REGISTRY_KEEPER, posts=True, examples=lambda _house: (),
)  # fmt: skip
def new(ask: Ask) -> Reply:
    part = _part(ask)
    filled = Filled({"authority": ask.one("authority")})
    if ask.form:
        filled = part.form.read(ask)
        if not filled.faults:
            try:
                return Redirect(_address(ask, part, _enter(ask, part, filled, 0)) + "?kept=yes")
            except Invalid as refusal:
                filled = filled.from_refusal(refusal)
    return _view(ask, part, filled, part.new)


@PAGES.page(
    "/identity/registry/{part:str}/{key:str}", message("Entry"),
    message("Change, suspend or restore an entry, keep its keys, and go back to an older version."),
    role=REGISTRY_KEEPER, posts=True, examples=lambda _house: (),
)  # fmt: skip
def entry(ask: Ask) -> Reply:
    part = _part(ask)
    versions = _versions(ask, part)
    newest = versions[0].content
    filled = Filled(part.filled(newest))
    if ask.form:
        expected = _number(ask, "version")
        try:
            if "undo" in ask.form:
                _undo(ask, part, newest, expected)
            elif "active" in ask.form:
                _switch(ask, newest, expected)
            elif "key" in ask.form:
                _keep_key(ask, newest)
            else:
                filled = part.form.read(ask)
                if not filled.faults:
                    _enter(ask, part, filled, expected, newest)
        except Invalid as refusal:
            filled = filled.from_refusal(refusal)
        if not filled.faults:
            keyring.keyring(ask.house.store).forget()
            return Redirect(_address(ask, part, newest) + "?kept=yes")
    return _view(ask, part, filled, _title(newest), versions)


def _view(
    ask: Ask, part: Part, filled: Filled, title: Said, versions: Sequence[Version[Entry]] = ()
) -> Reply:
    values: dict[str, object] = {
        "part": part,
        "form": part.form,
        "filled": filled,
        "versions": versions,
        "newest": versions[0].number if versions else 0,
        "one": versions[0].content if versions else None,
        "keys": _keys(ask, versions[0].content) if versions and part.has_keys else [],
        "kept": ask.one("kept") == "yes" and not ask.form,
    }
    crumbs = [Crumb(TITLE, ask.url("identity/registry"))]
    status = 422 if filled.faults else 200
    return View("identity/entry.html", title, values, crumbs, status=status)


def _title(one: Entry) -> Said:
    return one.subject if isinstance(one, Officer) else one.name


def _part(ask: Ask) -> Part:
    found = PARTS.get(ask.path["part"])
    if found is None:
        raise NotFound("web.no-such-page", message("There is nothing at this address."))
    return found


def _versions(ask: Ask, part: Part) -> Sequence[Version[Entry]]:
    """Every version of the entry that the address names; raises `NotFound`."""
    wanted = ask.path["key"]
    with ask.house.store.read() as connection:
        if part.kind is not Officer:
            return registry.versions(connection, part.kind, wanted)
        for one in registry.every(connection, Officer):
            if handle(one) == wanted:
                return registry.versions(connection, part.kind, one.id)
    raise registry.unknown(wanted)


def _enter(
    ask: Ask, part: Part, filled: Filled, expected: int, before: Entry | None = None
) -> Entry:
    """Enter what the form says; who was suspended stays so, and nobody becomes somebody else."""
    author = ask.need(REGISTRY_KEEPER).name
    one = part.read(filled)
    if before is not None:
        if one.id != before.id:
            fault = Fault(part.form.fields[0].name, message("This cannot change; enter a new one."))
            raise Invalid("identity.entry", message("This cannot be kept."), faults=(fault,))
        one = replace(one, active=before.active)
        if isinstance(one, Authority) and isinstance(before, Authority):
            one = replace(one, invented=before.invented)

    def work(connection: Connection) -> None:
        registry.enter(connection, one, author=author, expected_version=expected)

    ask.house.store.write(work)
    return one


def _undo(ask: Ask, part: Part, newest: Entry, expected: int) -> None:
    author, version = ask.need(REGISTRY_KEEPER).name, _number(ask, "undo")

    def work(connection: Connection) -> None:
        registry.undo(
            connection, part.kind, newest.id, version, author=author, expected_version=expected
        )

    ask.house.store.write(work)


def _switch(ask: Ask, newest: Entry, expected: int) -> None:
    author = ask.need(REGISTRY_KEEPER).name
    changed = replace(newest, active=ask.form["active"][-1] == "yes")

    def work(connection: Connection) -> None:
        registry.enter(connection, changed, author=author, expected_version=expected)

    ask.house.store.write(work)
    if isinstance(changed, Officer) and not changed.active:
        sessions.end_all(ask.house.store, changed.subject, changed.issuer)


def _keep_key(ask: Ask, newest: Entry) -> None:
    """Make a key, or rotate or revoke one of this very holder."""
    author = ask.need(REGISTRY_KEEPER).name
    store, folder = ask.house.store, KeyFolder.of(ask.house.settings)
    what, _, key_id = ask.form["key"][-1].partition(" ")
    authority, holder = _whose(newest)
    if what == "make":
        keyring.make(store, folder, authority, holder=holder, author=author)
        return
    if key_id not in {key.id for key, _ in _keys(ask, newest)}:
        raise NotFound("identity.no-such-key", message("There is no key “{key}”.", key=key_id[:60]))
    if what == "rotate":
        keyring.rotate(store, folder, key_id, author=author)
        return
    reason = ask.form.get("reason", [""])[-1].strip()[:_LONGEST_REASON]
    if what != "revoke" or not reason:
        fault = Fault(f"reason-{key_id}", message("Say why the key is revoked."))
        raise Invalid("identity.reason", message("This cannot be kept."), faults=(fault,))
    keyring.revoke(store, key_id, author=author, reason=reason, folder=folder)


def _keys(ask: Ask, one: Entry) -> list[tuple[Key, Message]]:
    """The keys of this very holder, the newest first, with what each is now."""
    authority, holder = _whose(one)
    moment = now()
    return [
        (key, key.status_at(moment).label)
        for key in keyring.keys(ask.house.store, authority)
        if key.holder == holder
    ]


def _whose(one: Entry) -> tuple[str, str]:
    return (one.id, "") if isinstance(one, Authority) else (one.authority, one.id)


def _number(ask: Ask, name: str) -> int:
    text = ask.form.get(name, ["0"])[-1]
    if text.isascii() and text.isdecimal() and len(text) < 10:  # noqa: PLR2004 - fits an integer column
        return int(text)
    fault = Fault(name, message("a number is expected"))
    raise Invalid(
        "identity.version", message("This version cannot be read."), faults=(fault,)
    )  # fmt: skip


def _address(ask: Ask, part: Part, one: Entry) -> str:
    return ask.url(f"identity/registry/{part.name}/{handle(one)}")
