"""What the commands of the exchange share: this machine's portal, and which of its nodes."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

from cyclopts import App, Parameter

from benelux.core.domain import discover
from benelux.core.exchange import federation
from benelux.core.house import House
from benelux.core.identity.invented import plant
from benelux.core.settings import SETTINGS, Settings
from benelux.core.store import Store, migrate

app: Final = App(name="node", help="Run the node of one country, and know its peers.")
ABOUT: Final = {setting.name: setting.about.msgid for setting in SETTINGS}
Data = Annotated[Path | None, Parameter(help=ABOUT["data"])]
Country = Annotated[str | None, Parameter(help=ABOUT["country"])]


@contextmanager
def here(data: Path | None, country: str | None) -> Iterator[House]:
    """This machine's portal or node, with its tables; it may be running meanwhile."""
    from benelux.core.web.app import owners  # noqa: PLC0415 - the help needs none of it

    settings = Settings.read(os.environ, data=data)
    known = settings.data / "nodes"
    if country and not (settings.demo and known.is_dir()):
        settings = replace(settings, country=country.upper())
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    domains = discover()
    with Store.open(settings.database_url) as store:
        migrate(store, owners(domains))
        plant(settings, store)
        house = House(settings, store, domains)
        try:
            yield house
        finally:
            federation.close(house)


def node_here(house: House, country: str | None) -> House:
    """The house of the node that is meant; raises `NotFound` where that is not clear."""
    return federation.node_for(house, (country or house.settings.country).upper())
