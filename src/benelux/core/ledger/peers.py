"""The keys of other nodes that this one knows."""

from typing import Final, Literal

from sqlalchemy import Connection, delete, insert, select

from benelux.core.errors import Invalid
from benelux.core.language import message
from benelux.core.ledger import tables
from benelux.core.ledger.log import Ledger
from benelux.core.ledger.note import COSIGNATURE, ED25519, Key

Role = Literal["log", "witness"]
_KINDS: Final = {"log": ED25519, "witness": COSIGNATURE}


def trust(ledger: Ledger, role: Role, text: str) -> Key:
    """Know this key from here on: of a log that is witnessed here, or of a witness of our logs."""
    key = Key.read(text)
    if key.kind != _KINDS[role]:
        raise Invalid(
            "ledger.key-role",
            message("This key is not one of a {role}.", role=role),
            why=message("Keys of logs and keys of witnesses are of different types."),
        )
    values = {"name": key.name, "role": role, "key": key.text}

    def work(connection: Connection) -> None:
        _forget(connection, role, key)
        connection.execute(insert(tables.peer), {**values, "added_at": ledger.clock()})

    ledger.store.write(work)
    return key


def distrust(ledger: Ledger, role: Role, text: str) -> None:
    """Know this key no longer, for example because it was stolen."""
    key = Key.read(text)
    ledger.store.write(lambda connection: _forget(connection, role, key))


def known(connection: Connection, role: Role, name: str | None = None) -> list[Key]:
    """The keys that are known in that role, of one name or of all."""
    rows = tables.peer
    asked = select(rows.c.key).where(rows.c.role == role).order_by(rows.c.name, rows.c.added_at)
    if name is not None:
        asked = asked.where(rows.c.name == name)
    return [Key.read(text) for text in connection.scalars(asked)]


def _forget(connection: Connection, role: Role, key: Key) -> None:
    rows = tables.peer
    connection.execute(delete(rows).where(rows.c.role == role, rows.c.key == key.text))
