"""Devices: things that ask by themselves, such as a camera, a scanner or a van's computer."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Device:
    """A thing of an authority with a key of its own, so that losing it costs that key alone."""

    id: str
    authority: str
    kind: str
    name: str
    service: str = ""
    active: bool = True
