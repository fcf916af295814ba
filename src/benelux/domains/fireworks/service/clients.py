"""Who asks from outside without signing in: counted by the address, which is kept only hashed."""

import hmac
from datetime import datetime
from hashlib import sha256
from typing import Final

from benelux.core.house import House
from benelux.core.identity.limits import spend
from benelux.core.ledger import ledger_of
from benelux.core.registers.declaration import Purpose

_OF_ALL: Final = 50
"""How many times as much may come through a proxy, which hides who is behind it."""


def count(house: House, purpose: Purpose, client: str, now: datetime) -> None:
    """Count one try of whoever is at that address; raises `TooMany`."""
    secret = ledger_of(house).keys.make("fireworks-clients", "index")
    who = hmac.digest(secret, client.encode(), sha256)[:12].hex() if client else "behind a proxy"
    if not client:
        purpose = Purpose(
            f"{purpose.key}-all", purpose.label, purpose.an_hour * _OF_ALL, purpose.a_day * _OF_ALL
        )
    house.store.write(lambda connection: spend(connection, who, purpose, now))
