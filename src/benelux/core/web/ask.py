"""What a page is asked, and what it may answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from urllib.parse import urlencode

from benelux.core.errors import NotAllowed, NotSignedIn
from benelux.core.house import House
from benelux.core.identity.person import Person
from benelux.core.language import Language, Message, Text, message

Said = Message | Text | str


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a form."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Ask:
    """One request for a page, in one language, by one person or by nobody known."""

    house: House
    language: Language
    address: str
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Sequence[str]] = field(default_factory=dict)
    form: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Mapping[str, Upload] = field(default_factory=dict)
    person: Person | None = None
    csrf: str = ""
    client: str = ""
    """The address that the request came from; empty when a proxy stands in between."""
    cookies: Mapping[str, str] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return datetime.now(tz=UTC).date()

    def one(self, name: str, default: str = "") -> str:
        """The last value of a query parameter."""
        values = self.query.get(name)
        return values[-1] if values else default

    def url(self, path: str, **query: object) -> str:
        """The address of a page in this language: `path` starts with the domain's name."""
        given = {name: value for name, value in query.items() if value not in (None, "")}
        tail = f"?{urlencode(given, doseq=True)}" if given else ""
        return f"/{self.language}/{path.lstrip('/')}{tail}"

    def need(self, role: str) -> Person:
        """The person who asks, if they hold `role`; refuses otherwise."""
        if self.person is None:
            raise NotSignedIn(
                "identity.not-signed-in",
                message("Sign in to continue."),
                why=message("This page is for officers who may change what the portal shows."),
            )
        if role not in self.person.roles:
            raise NotAllowed(
                "identity.role-missing",
                message("Your account may not do this."),
                why=message("It needs the role {role}.", role=role),
                now=message("Ask the person who manages accounts in your organisation."),
            )
        return self.person


@dataclass(frozen=True, slots=True)
class Crumb:
    label: Said
    href: str


@dataclass(frozen=True, slots=True)
class View:
    """A page to show: a template and what it needs.

    A `fresh` one is made anew for each reader, because it shows more than this house's own store.
    """

    template: str
    title: Said
    values: Mapping[str, object] = field(default_factory=dict)
    crumbs: Sequence[Crumb] = ()
    status: int = 200
    lead: Said = ""
    scripts: Sequence[str] = ()
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class SetCookie:
    """Something for the browser to keep for `age` seconds: 0 to forget it, None until it closes."""

    name: str
    value: str = ""
    age: int | None = 0


@dataclass(frozen=True, slots=True)
class Redirect:
    """See the other page (after a form was accepted)."""

    to: str
    cookies: Sequence[SetCookie] = ()


@dataclass(frozen=True, slots=True)
class Download:
    """Bytes to keep or to subscribe to, such as a calendar.

    Text is in UTF-8, which its media type need not say.
    """

    content: bytes
    media_type: str
    filename: str
    inline: bool = False


Reply = View | Redirect | Download
