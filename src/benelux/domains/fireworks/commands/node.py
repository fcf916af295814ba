"""The node on this machine that a command looks into."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from cyclopts import Parameter

from benelux.core.domain import discover
from benelux.core.house import House
from benelux.core.settings import Settings
from benelux.core.store import Store, migrate

Country = Annotated[
    str | None,
    Parameter(name="--country", help="Country whose node is meant; without it, this portal's."),
]


@contextmanager
def portal() -> Iterator[House]:
    """The house of this machine's portal, with its nodes; closed afterwards."""
    from benelux.core.exchange.federation import close  # noqa: PLC0415 - commands start faster
    from benelux.core.web.app import owners  # noqa: PLC0415 - as above

    settings = Settings.read()
    settings.data.mkdir(parents=True, exist_ok=True)
    with Store.open(settings.database_url) as store:
        migrate(store, owners(discover()))
        house = House(settings, store, discover())
        try:
            yield house
        finally:
            close(house)


@contextmanager
def node(country: str | None) -> Iterator[House]:
    """The house of that node; raises `NotFound` where there is none here."""
    from benelux.core.exchange.federation import node_for  # noqa: PLC0415 - as above

    with portal() as house:
        yield node_for(house, (country or "").upper())
