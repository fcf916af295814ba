"""Whether a portal may start where others reach it: nothing invented, no secret that all know."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from benelux.core.errors import Fault, NotAllowed
from benelux.core.identity import tables
from benelux.core.identity.demo import ISSUER, demo_allowed
from benelux.core.identity.keystore import KeyFolder
from benelux.core.language import message
from benelux.core.settings import Settings
from benelux.core.store import Store
from benelux.core.store.history import CURRENT, latest

SHORTEST: Final = 16
_KNOWN_TO_ALL: Final = frozenset(
    {
        "admin", "benelux", "changeit", "changeme", "change-me", "default", "demo", "example",
        "letmein", "password", "passwd", "postgres", "root", "secret", "test", "welcome",
    }
)  # fmt: skip


def refuse_unfit(settings: Settings) -> None:
    """Raises `NotAllowed`, naming everything that stands in the way, unless this is a trial.

    A trial is a portal with its demonstration sign-in, on a loopback address, without a public one.
    """
    if demo_allowed(settings):
        return
    faults = (*_secrets(settings), *_files(settings), *_entries(settings))
    if faults:
        raise NotAllowed(
            "identity.unfit",
            message("The portal does not start where others can reach it."),
            why=message("What is meant for trials, or known to all, would count as proof there."),
            now=message("Mend what is named here; `benelux up` alone starts a demonstration."),
            faults=faults,
        )


def is_weak(secret: str) -> bool:
    """Whether a secret is one that people try first."""
    plain = secret.strip().lower()
    return len(plain) < SHORTEST or len(set(plain)) < len("secret") or _stem(plain) in _KNOWN_TO_ALL


def _stem(secret: str) -> str:
    return secret.rstrip("0123456789!._-")


def _secrets(settings: Settings) -> Iterator[Fault]:
    if settings.oidc_issuer and not settings.oidc_secret:
        yield Fault("BENELUX_OIDC_SECRET", message("is missing"))
    for name, secret in (
        ("BENELUX_OIDC_SECRET", settings.oidc_secret),
        ("BENELUX_PROXY_SECRET", settings.proxy_secret),
    ):
        if secret and is_weak(secret):
            yield Fault(name, message("is too short, or one that everybody tries first"))
    if settings.proxy_secret and not settings.is_loopback:
        yield Fault("BENELUX_PROXY_SECRET", message("needs a portal on a loopback address"))
    try:
        password = make_url(settings.database_url).password
    except (ArgumentError, ValueError):
        return  # the store says it better
    if password is not None and _stem(password.lower()) in _KNOWN_TO_ALL | {""}:
        yield Fault("BENELUX_DATABASE", message("has a password that everybody tries first"))


def _files(settings: Settings) -> Iterator[Fault]:
    for path in KeyFolder.of(settings).exposed():
        yield Fault(str(path), message("can be read by others on this machine"))


def _entries(settings: Settings) -> Iterator[Fault]:
    """Invented authorities and officers that an earlier trial left in the store."""
    if not settings.database and not (settings.data / "benelux.db").is_file():
        return
    with Store.open(settings.database_url) as store, store.read() as connection:
        if not inspect(connection).has_table(tables.authority.name):
            return
        rows = tables.authority
        found = connection.scalars(select(rows.c.id).where(rows.c.invented).distinct()).all()
        officers = latest(tables.officer).where(
            tables.officer.c.issuer == ISSUER, tables.officer.c.state == CURRENT
        )
        people = [str(row["subject"]) for row in connection.execute(officers).mappings()]
    for name in sorted(found):
        yield Fault(name, message("is an invented authority; start with an empty data folder"))
    for name in sorted(people):
        yield Fault(
            name, message("is an invented officer; suspend it, or start with an empty folder")
        )
