"""The four kinds of entries in the registry of authorities, with the form by which each is kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, TypeAlias

from benelux.core import territory
from benelux.core.identity import registry
from benelux.core.identity.authority import Authority, AuthorityKind, Officer, Service
from benelux.core.identity.devices import Device
from benelux.core.language import LANGUAGES, NAMES, Message, Text, message
from benelux.core.web.ask import Ask
from benelux.core.web.forms import Field, Filled, Form, Option

Entry: TypeAlias = Authority | Service | Officer | Device
_ID_HINT: Final = message("Small letters, digits and hyphens.")
_WORDS_HINT: Final = message("Words of small letters and hyphens, with spaces between them.")


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of entries: how it is called, asked for, read and filled in again."""

    name: str
    kind: type[Entry]
    title: Message
    new: Message
    form: Form
    read: Callable[[Filled], Entry]
    filled: Callable[[Entry], Mapping[str, str]]
    has_keys: bool = True


def handle(one: Entry) -> str:
    """How an entry is called in addresses: an officer, who is a person, by a number alone."""
    if isinstance(one, Officer):
        return sha256(one.id.encode()).hexdigest()[:16]
    return one.id


def _authorities(ask: Ask) -> Sequence[Option]:
    return [Option(one.id, one.name) for one in registry.authorities(ask.house.store)]


def _services(ask: Ask) -> Sequence[Option]:
    with ask.house.store.read() as connection:
        return [Option(one.id, one.name) for one in registry.every(connection, Service)]


def _countries(_ask: Ask) -> Sequence[Option]:
    return [Option(one.code, one.name) for one in territory.countries()]


def _kinds(_ask: Ask) -> Sequence[Option]:
    return [Option(one.value, one.label) for one in AuthorityKind]


_ID: Final = Field("id", message("Id"), hint=_ID_HINT, longest=63)
_NAMES: Final = tuple(
    Field(f"name_{language}", message("Name in {language}", language=NAMES[language]))
    for language in LANGUAGES
)
_AUTHORITY: Final = Field("authority", message("Authority"), "choice", options=_authorities)
_SERVICE: Final = Field(
    "service", message("Service"), "choice", required=False, options=_services
)  # fmt: skip
_ROLES: Final = Field(
    "roles", message("Roles"), required=False,
    hint=message("For example: registrar, inquirer, supervisor. Put spaces between them."),
)  # fmt: skip
_KEEP: Final = message("Keep")


def _names(filled: Filled) -> Text:
    return Text(*(filled.value(f"name_{language}") for language in LANGUAGES))


def _name_values(name: Text) -> dict[str, str]:
    return {f"name_{language}": name[language] for language in LANGUAGES}


def _words(filled: Filled, name: str) -> tuple[str, ...]:
    return tuple(filled.value(name).replace(",", " ").split())


def _authority(filled: Filled) -> Authority:
    return Authority(
        filled.value("id"), _names(filled), filled.value("country"),
        AuthorityKind(filled.value("kind")), _words(filled, "competences"), filled.value("region"),
    )  # fmt: skip


def _service(filled: Filled) -> Service:
    return Service(
        filled.value("id"), filled.value("authority"), _names(filled), _words(filled, "roles")
    )


def _officer(filled: Filled) -> Officer:
    return Officer(
        filled.value("issuer"), filled.value("subject"), filled.value("authority"),
        filled.value("service"), _words(filled, "roles"),
    )  # fmt: skip


def _device(filled: Filled) -> Device:
    return Device(
        filled.value("id"), filled.value("authority"), filled.value("device_kind"),
        filled.value("name"), filled.value("service"),
    )  # fmt: skip


def _values(one: Entry) -> Mapping[str, str]:
    """An entry as its form shows it."""
    match one:
        case Authority():
            return {
                "id": one.id, **_name_values(one.name), "country": one.country,
                "kind": one.kind.value, "competences": " ".join(one.competences),
                "region": one.region,
            }  # fmt: skip
        case Service():
            return {
                "id": one.id, "authority": one.authority, **_name_values(one.name),
                "roles": " ".join(one.roles),
            }  # fmt: skip
        case Officer():
            return {
                "issuer": one.issuer, "subject": one.subject, "authority": one.authority,
                "service": one.service, "roles": " ".join(one.roles),
            }  # fmt: skip
        case Device():
            return {
                "id": one.id, "authority": one.authority, "device_kind": one.kind,
                "name": one.name, "service": one.service,
            }  # fmt: skip


PARTS: Final[Mapping[str, Part]] = {
    part.name: part
    for part in (
        Part(
            "authorities", Authority, message("Authorities"), message("New authority"),
            Form("authority", (
                _ID, *_NAMES,
                Field("country", message("Country"), "choice", options=_countries),
                Field("region", message("Region"), required=False, longest=20,
                      hint=message("A code such as BE-VLG; empty for the whole country.")),
                Field("kind", message("Kind"), "choice", options=_kinds),
                Field("competences", message("Competences"), required=False, hint=_WORDS_HINT),
            ), _KEEP),
            _authority, _values,
        ),
        Part(
            "services", Service, message("Services"), message("New service"),
            Form("service", (_ID, _AUTHORITY, *_NAMES, _ROLES), _KEEP), _service, _values,
        ),
        Part(
            "officers", Officer, message("Officers"), message("New officer"),
            Form("officer", (
                Field("issuer", message("Issuer of the sign-in"), longest=500),
                Field("subject", message("Subject of the sign-in"), longest=255,
                      hint=message("Who it is to that issuer; their name is not kept here.")),
                _AUTHORITY, _SERVICE, _ROLES,
            ), _KEEP),
            _officer, _values, has_keys=False,
        ),
        Part(
            "devices", Device, message("Devices"), message("New device"),
            Form("device", (
                _ID, _AUTHORITY, _SERVICE,
                Field("device_kind", message("Kind"), longest=60,
                      hint=message("What it is: camera, scanner, vehicle.")),
                Field("name", message("Name")),
            ), _KEEP),
            _device, _values,
        ),
    )
}  # fmt: skip
