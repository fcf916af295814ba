"""A person who is signed in."""

from dataclasses import dataclass

SECRETARIAT = "secretariat"
"""Role of an officer of the General Secretariat: keeps events and progress."""
REGISTRY_KEEPER = "registry-keeper"
"""Role of whoever enters authorities, their officers and their keys, and suspends them."""
SUPERVISOR = "supervisor"
"""Role of a data-protection supervisor: sees alarms and who asked what."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whose identity a sign-in vouched for.

    `subject` is unique within `issuer`; `issuer` is "demo" for the demonstration sign-in.
    """

    subject: str
    name: str
    organisation: str
    roles: tuple[str, ...]
    issuer: str

    @property
    def is_demo(self) -> bool:
        return self.issuer == "demo"
