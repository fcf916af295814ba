"""Whose pass is whose: kept so that a holder finds it, and nobody reads it off the table."""

import hmac
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from sqlalchemy import Connection, insert, select

from benelux.core.house import House
from benelux.core.identity.person import Person
from benelux.core.ledger import ledger_of
from benelux.domains.fireworks import tables

_KEY: Final = "fireworks-holders"


def token(person: Person) -> str:
    """What the ledger knows this person by."""
    return f"sign-in {person.issuer} {person.subject}"


def belongs(connection: Connection, house: House, number: str, about: Sequence[str]) -> None:
    """Within a work: let the persons with these tokens find this pass again."""
    rows = [{"holder": _hidden(house, one), "number": number} for one in dict.fromkeys(about)]
    if rows:
        connection.execute(insert(tables.holder), rows)


def numbers_of(house: House, person: Person) -> Sequence[str]:
    """The numbers of this person's passes at that node."""
    rows = tables.holder.c
    asked = select(rows.number).where(rows.holder == _hidden(house, token(person)))
    with house.store.read() as connection:
        return connection.scalars(asked).all()


def _hidden(house: House, who: str) -> bytes:
    """A keyed hash: without the node's folder of keys nobody can try names on the table."""
    secret = ledger_of(house).keys.make(_KEY, "index")
    return hmac.digest(secret, who.encode(), sha256)
