"""`benelux identity authority|service|officer|device`: who there is, from the command line."""

from collections.abc import Sequence
from typing import Annotated, Final, TypeVar

from cyclopts import App, Parameter

from benelux.core.cli import tell
from benelux.core.cli.options import Json
from benelux.core.identity import registry, sessions
from benelux.core.identity.authority import Authority, AuthorityKind, Officer, Service, officer_id
from benelux.core.identity.command_line import AUTHOR, Data, opened
from benelux.core.identity.devices import Device
from benelux.core.language import Message, Text, message, plural

T = TypeVar("T", bound=Authority | Service | Officer | Device)
authority_app: Final = App(name="authority", help="Authorities: enter, suspend, restore, list.")
service_app: Final = App(name="service", help="Services of authorities, whose machines may ask.")
officer_app: Final = App(name="officer", help="Officers: who acts for an authority, and as what.")
device_app: Final = App(name="device", help="Devices: things that ask by themselves.")
APPS: Final = (authority_app, service_app, officer_app, device_app)
Id = Annotated[str, Parameter(help="Id: small letters, digits and hyphens.")]
Of = Annotated[str, Parameter(help="Id of its authority.")]
Only = Annotated[str, Parameter(help="Only those of this authority.")]
Name = Annotated[str, Parameter(help="Its name, where it is the same in all languages.")]
Roles = Annotated[
    tuple[str, ...], Parameter(name="--role", help="What it may be; may be repeated.")
]
Issuer = Annotated[str, Parameter(help="Issuer of the sign-in, as a web address.")]
Subject = Annotated[str, Parameter(help="Subject of the sign-in: who it is to that issuer.")]
NameNl = Annotated[str, Parameter(help="Its name in Dutch.")]
NameFr = Annotated[str, Parameter(help="Its name in French.")]
NameDe = Annotated[str, Parameter(help="Its name in German.")]
NameEn = Annotated[str, Parameter(help="Its name in English.")]


@authority_app.command(name="enter")
def enter_authority(  # noqa: PLR0913 - one option for each part of the entry
    authority: Id,
    *,
    country: Annotated[str, Parameter(help="ISO 3166 code of its country.")],
    kind: Annotated[AuthorityKind, Parameter(help="What kind of authority it is.")],
    name: Name = "",
    name_nl: NameNl = "",
    name_fr: NameFr = "",
    name_de: NameDe = "",
    name_en: NameEn = "",
    competence: Annotated[
        tuple[str, ...], Parameter(help="A matter that it is charged with; may be repeated.")
    ] = (),
    region: Annotated[str, Parameter(help="Code of its region, if it is not nation-wide.")] = "",
    data: Data = None,
) -> int:
    """Enter an authority, or its next version."""
    names = Text(name_nl or name, name_fr or name, name_de or name, name_en or name)
    return _enter(Authority(authority, names, country.upper(), kind, competence, region), data)


@service_app.command(name="enter")
def enter_service(  # noqa: PLR0913 - as above
    service: Id,
    *,
    authority: Of,
    name: Name = "",
    name_nl: NameNl = "",
    name_fr: NameFr = "",
    name_de: NameDe = "",
    name_en: NameEn = "",
    role: Roles = (),
    data: Data = None,
) -> int:
    """Enter a service of an authority, or its next version."""
    names = Text(name_nl or name, name_fr or name, name_de or name, name_en or name)
    return _enter(Service(service, authority, names, role), data)


@officer_app.command(name="enter")
def enter_officer(  # noqa: PLR0913 - as above
    issuer: Issuer,
    subject: Subject,
    *,
    authority: Of,
    service: Annotated[str, Parameter(help="Service of the authority that they work for.")] = "",
    role: Roles = (),
    data: Data = None,
) -> int:
    """Enter an officer of an authority, or their next version."""
    return _enter(Officer(issuer, subject, authority, service, role), data)


@device_app.command(name="enter")
def enter_device(  # noqa: PLR0913 - as above
    device: Id,
    *,
    authority: Of,
    kind: Annotated[str, Parameter(help="What it is: camera, scanner, vehicle.")],
    name: Annotated[str, Parameter(help="What people call it.")],
    service: Annotated[str, Parameter(help="Service with whose roles it acts.")] = "",
    data: Data = None,
) -> int:
    """Enter a device of an authority, or its next version."""
    return _enter(Device(device, authority, kind, name, service), data)


@authority_app.command(name="suspend")
def suspend_authority(authority: str, *, data: Data = None) -> int:
    """Let an authority, and all that belongs to it, act no longer, from this moment."""
    return _switch(Authority, authority, data, active=False)


@service_app.command(name="suspend")
def suspend_service(service: str, *, data: Data = None) -> int:
    """Let a service, its officers and its devices act no longer, from this moment."""
    return _switch(Service, service, data, active=False)


@officer_app.command(name="suspend")
def suspend_officer(issuer: Issuer, subject: Subject, *, data: Data = None) -> int:
    """Let an officer act no longer, from this moment, and sign them out everywhere."""
    done = _switch(Officer, officer_id(issuer, subject), data, active=False)
    sign_out(issuer, subject, data=data)
    return done


@officer_app.command(name="sign-out")
def sign_out(issuer: Issuer, subject: Subject, *, data: Data = None) -> int:
    """End every session of somebody, on all devices, whether or not they are an officer."""
    with opened(data)[1] as store:
        ended = sessions.end_all(store, subject, issuer)
    tell.line(plural("{n} session was ended.", "{n} sessions were ended.", ended))
    return 0


@device_app.command(name="suspend")
def suspend_device(device: str, *, data: Data = None) -> int:
    """Let a device act no longer, from this moment."""
    return _switch(Device, device, data, active=False)


@authority_app.command(name="restore")
def restore_authority(authority: str, *, data: Data = None) -> int:
    """Let an authority act again."""
    return _switch(Authority, authority, data, active=True)


@service_app.command(name="restore")
def restore_service(service: str, *, data: Data = None) -> int:
    """Let a service act again."""
    return _switch(Service, service, data, active=True)


@officer_app.command(name="restore")
def restore_officer(issuer: Issuer, subject: Subject, *, data: Data = None) -> int:
    """Let an officer act again."""
    return _switch(Officer, officer_id(issuer, subject), data, active=True)


@device_app.command(name="restore")
def restore_device(device: str, *, data: Data = None) -> int:
    """Let a device act again."""
    return _switch(Device, device, data, active=True)


@authority_app.command(name="list")
def list_authorities(*, data: Data = None, json: Json = False) -> int:
    """List the authorities that this node knows."""
    found = _every(Authority, "", data)
    head = (message("Id"), message("Name"), message("Country"), message("Competences"),
            message("State"))  # fmt: skip
    rows = [(o.id, o.name, o.country, ", ".join(o.competences), _state(o)) for o in found]
    return _listed(found, head, rows, json=json)


@service_app.command(name="list")
def list_services(authority: Only = "", *, data: Data = None, json: Json = False) -> int:
    """List the services of authorities."""
    found = _every(Service, authority, data)
    head = (message("Id"), message("Name"), message("Authority"), message("Roles"),
            message("State"))  # fmt: skip
    rows = [(o.id, o.name, o.authority, ", ".join(o.roles), _state(o)) for o in found]
    return _listed(found, head, rows, json=json)


@officer_app.command(name="list")
def list_officers(authority: Only = "", *, data: Data = None, json: Json = False) -> int:
    """List the officers of authorities."""
    found = _every(Officer, authority, data)
    head = (message("Issuer"), message("Subject"), message("Authority"), message("Service"),
            message("Roles"), message("State"))  # fmt: skip
    rows = [
        (o.issuer, o.subject, o.authority, o.service, ", ".join(o.roles), _state(o)) for o in found
    ]
    return _listed(found, head, rows, json=json)


@device_app.command(name="list")
def list_devices(authority: Only = "", *, data: Data = None, json: Json = False) -> int:
    """List the devices of authorities."""
    found = _every(Device, authority, data)
    head = (message("Id"), message("Name"), message("Kind"), message("Authority"),
            message("Service"), message("State"))  # fmt: skip
    rows = [(o.id, o.name, o.kind, o.authority, o.service, _state(o)) for o in found]
    return _listed(found, head, rows, json=json)


def _enter(one: Authority | Service | Officer | Device, data: Data) -> int:
    with opened(data)[1] as store:
        version = store.write(lambda connection: registry.enter(connection, one, author=AUTHOR))
    tell.line(message("“{id}” is entered, version {n}.", id=one.id, n=version))
    return 0


def _switch(kind: type[T], key: str, data: Data, *, active: bool) -> int:
    change = registry.lift if active else registry.suspend
    with opened(data)[1] as store:
        store.write(lambda connection: change(connection, kind, key, author=AUTHOR))
    if active:
        tell.line(message("“{id}” may act again.", id=key))
    else:
        tell.line(message("“{id}” may not act any more.", id=key))
    return 0


def _every(kind: type[T], authority: str, data: Data) -> list[T]:
    with opened(data)[1] as store, store.read() as connection:
        return registry.every(connection, kind, authority)


def _state(one: Authority | Service | Officer | Device) -> str:
    return tell.say(message("in service") if one.active else message("suspended"))


def _listed(
    found: Sequence[object],
    head: Sequence[Message],
    rows: Sequence[Sequence[str | Text]],
    *,
    json: bool,
) -> int:
    if json:
        tell.json(found)
    elif found:
        tell.table(head, rows)
    else:
        tell.remark(message("Nothing is entered."))
    return 0 if found else 1
