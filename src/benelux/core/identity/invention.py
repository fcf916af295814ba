"""What was invented, to try the platform with: authorities, those who act for them, and people."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from benelux.core.files import read_yaml
from benelux.core.identity.accord import Accord
from benelux.core.identity.authority import Authority, Officer, Service
from benelux.core.identity.devices import Device
from benelux.core.language import Text

_FILE: Final = Path(__file__).parent / "invented.yaml"


@dataclass(frozen=True, slots=True)
class Figure:
    """A person to an office in the list: their name, and what trying them shows."""

    subject: str
    name: str
    about: Text
    roles: tuple[str, ...] = ()
    """What they may be to the portal itself, beside their office."""


@dataclass(frozen=True, slots=True)
class Invention:
    """All of it; nothing of it exists."""

    authorities: tuple[Authority, ...]
    services: tuple[Service, ...]
    officers: tuple[Officer, ...]
    devices: tuple[Device, ...]
    people: tuple[Figure, ...]
    accords: tuple[Accord, ...]

    def authority_of(self, subject: str) -> Authority:
        """The authority for which that person holds an office."""
        office = next(one for one in self.officers if one.subject == subject)
        return next(one for one in self.authorities if one.id == office.authority)


@cache
def invention() -> Invention:
    return read_yaml(_FILE, Invention)
