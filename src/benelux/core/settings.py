"""What a person who runs the platform may set: by option, or by a BENELUX_ variable."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from benelux.core.errors import Fault, Invalid
from benelux.core.language import Message, message

_PREFIX: Final = "BENELUX_"
_YES: Final = frozenset({"1", "true", "yes", "on"})
_NO: Final = frozenset({"0", "false", "no", "off", ""})
_RANGES: Final[Mapping[str, tuple[int, int]]] = {
    "BENELUX_PORT": (0, 65535),
    "BENELUX_WORKERS": (1, 1000),
    "BENELUX_CACHE": (0, 1_000_000),
}


def default_folder() -> Path:
    """The folder where this platform keeps its data on this system, by that system's custom."""
    from platformdirs import user_data_path  # noqa: PLC0415 - only a portal needs it

    return user_data_path("benelux", appauthor=False)


@dataclass(frozen=True, slots=True)
class Setting:
    """How one setting is documented."""

    name: str
    about: Message

    @property
    def variable(self) -> str:
        return f"{_PREFIX}{self.name.upper()}"


SETTINGS: Final[tuple[Setting, ...]] = (
    Setting("host", message("Address to listen on.")),
    Setting("port", message("Port to listen on; 0 takes a free one.")),
    Setting(
        "database", message("Database address; empty keeps an SQLite file in the data folder.")
    ),
    Setting("data", message("Folder for everything the platform keeps.")),
    Setting("workers", message("Number of processes that answer requests.")),
    Setting("demo", message("Show the demonstration sign-in; only on a loopback address.")),
    Setting("public_url", message("Address under which the public reaches the portal.")),
    Setting("contact", message("Mail or web address of whoever runs this portal.")),
    Setting("cache", message("Megabytes of finished answers each process remembers; 0 for none.")),
    Setting("tsa_url", message("Address of the time-stamp authority (RFC 3161) for the ledger.")),
    Setting("tsa_roots", message("PEM file with the certificates that its stamps lead to.")),
    Setting("oidc_issuer", message("OpenID Connect issuer that officers sign in with.")),
    Setting("oidc_client", message("Client id at that issuer.")),
    Setting("oidc_secret", message("Client secret at that issuer.")),
    Setting("oidc_roles", message("Name of the claim that lists a person's roles.")),
    Setting(
        "oidc_acr", message("Strengths of sign-in (acr) that are enough; empty asks for none.")
    ),
    Setting("proxy_secret", message("Secret by which a proxy here vouches for certificates.")),
    Setting("country", message("Country whose node this portal is; empty for none.")),
    Setting(
        "exchange_nats", message("Address of the NATS server that carries messages between nodes.")
    ),
    Setting("peers", message("Card files of the nodes to ask, separated by commas.")),
)


@dataclass(frozen=True)
class Settings:
    """All settings with their defaults; see `SETTINGS` for what each one means."""

    host: str = "127.0.0.1"
    port: int = 8022
    database: str = ""
    data: Path = Path()
    workers: int = 1
    demo: bool = True
    public_url: str = ""
    contact: str = ""
    cache: int = 64
    tsa_url: str = ""
    tsa_roots: str = ""
    oidc_issuer: str = ""
    oidc_client: str = ""
    oidc_secret: str = ""
    oidc_roles: str = "roles"
    oidc_acr: str = ""
    proxy_secret: str = ""
    country: str = ""
    exchange_nats: str = ""
    peers: str = ""

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ, **given: object) -> "Settings":
        """Options over variables over defaults; an option that is None was not given.

        Raises `Invalid` with the variable's name when a value cannot be read.
        """
        values: dict[str, object] = {}
        for field in fields(cls):
            variable = f"{_PREFIX}{field.name.upper()}"
            if given.get(field.name) is not None:
                values[field.name] = given[field.name]
            elif variable in environment:
                values[field.name] = _typed(variable, environment[variable], field.default)
        if values.get("data") in (None, Path()):
            values["data"] = default_folder()
        return cls(**values)  # type: ignore[arg-type]

    def to_environment(self) -> dict[str, str]:
        """The same settings as variables, for the processes that this one starts."""
        return {
            f"{_PREFIX}{field.name.upper()}": _plain(getattr(self, field.name))
            for field in fields(self)
        }

    @cached_property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{self.data / 'benelux.db'}"

    @cached_property
    def is_loopback(self) -> bool:
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    @cached_property
    def origin(self) -> str:
        """Where links in feeds and linked data point to."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")

    @cached_property
    def allowed_hosts(self) -> frozenset[str]:
        """Host names this portal answers to; empty means any.

        A portal on a loopback address answers only to loopback names, so that no page elsewhere
        can reach it by rebinding a name of its own.
        """
        names = {urlsplit(self.public_url).hostname or ""} - {""}
        if self.is_loopback:
            return frozenset(names | {"localhost", "127.0.0.1", "::1", self.host})
        return frozenset(names)

    @property
    def secure(self) -> bool:
        return self.public_url.startswith("https://")


def _typed(variable: str, text: str, default: object) -> object:
    if isinstance(default, bool):
        if text.lower() in _YES | _NO:
            return text.lower() in _YES
        raise _unreadable(variable, message("give yes or no"))
    if isinstance(default, int):
        least, most = _RANGES[variable]
        whole = text.strip()
        # Python itself refuses to read numbers of some thousands of figures.
        if whole.isdecimal() and len(whole) <= len(str(most)) and least <= int(whole) <= most:
            return int(whole)
        wish = message("give a whole number from {least} to {most}", least=least, most=most)
        raise _unreadable(variable, wish)
    return Path(text) if isinstance(default, Path) else text


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _unreadable(variable: str, wish: Message) -> Invalid:
    return Invalid(
        "settings.unreadable",
        message("The setting {name} cannot be read.", name=variable),
        now=message("Mend this setting and start again."),
        faults=(Fault(variable, wish),),
    )
