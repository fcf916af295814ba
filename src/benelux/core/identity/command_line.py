"""What the commands of `benelux identity` start from: the settings and the store of this node."""

import os
from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter

from benelux.core.identity.invented import plant
from benelux.core.identity.tables import OWNER
from benelux.core.settings import Settings
from benelux.core.store import Store, migrate

AUTHOR: Final = "command line"
Data = Annotated[Path | None, Parameter(help="Folder for everything the platform keeps.")]


def opened(data: Path | None) -> tuple[Settings, Store]:
    """The settings and the store, with its tables up to date."""
    settings = Settings.read(os.environ, data=data)
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    store = Store.open(settings.database_url)
    migrate(store, [OWNER])
    plant(settings, store)
    return settings, store
