"""What is done with a parcel that arrives: it is written down, in a table that the tests make."""

from sqlalchemy import Column, Connection, Integer, MetaData, Table, Text, insert

from benelux.core.errors import Invalid, Unavailable
from benelux.core.exchange.envelope import Envelope
from benelux.core.exchange.handlers import Handler
from benelux.core.house import House
from benelux.core.identity.authority import Authority
from benelux.core.language import message

KIND = "parcels.parcel"
arrived = Table(
    "parcels_arrived",
    MetaData(),
    Column("place", Integer, primary_key=True),
    Column("sender", Text),
    Column("stream", Text),
    Column("number", Integer),
    Column("label", Text),
)


def handlers() -> tuple[Handler, ...]:
    return (Handler(KIND, take, "fireworks"),)


def take(connection: Connection, house: House, parcel: Envelope, sender: Authority) -> None:
    """Write it down; some labels say that it is to be refused, or that the handler breaks."""
    assert house.domain("parcels")
    label = parcel.read(dict[str, str])["label"]
    values = {"sender": sender.id, "stream": parcel.stream, "number": parcel.number}
    connection.execute(insert(arrived), {**values, "label": label})
    if label.startswith("refuse"):
        raise Invalid("parcels.unwanted", message("Not this one."))
    if label.startswith("later"):
        raise Unavailable("parcels.closed", message("Not now."))
    if label.startswith("break"):
        raise RuntimeError(label)
