"""From the domains that are installed to the catalogue of their data."""

from functools import cache
from pathlib import Path
from typing import Final

from benelux.core.catalogue import package
from benelux.core.catalogue.model import Catalogue, DataSet
from benelux.core.domain import Domain
from benelux.core.files import CorruptFile
from benelux.core.language import message

CORE: Final = "core"
CORE_TITLE: Final = message("Shared by all systems")
_HERE: Final = Path(__file__).parent.parent
_OWN: Final = (_HERE / "data", _HERE / "registers" / "data")


@cache
def load(domains: tuple[Domain, ...]) -> Catalogue:
    """The catalogue of core's data and that of every domain which has a data package.

    Raises `CorruptFile` with file, line and field for a package that cannot be read, and for one
    that takes the name of another.
    """
    found: list[DataSet] = [
        package.read(folder, CORE, CORE_TITLE)
        for folder in _OWN
        if (folder / package.NAME).is_file()
    ]
    for domain in domains:
        folder = domain.folder / "data"
        if not (folder / package.NAME).is_file():
            continue
        one = package.read(folder, domain.name, domain.title)
        if one.id in {other.id for other in found}:
            raise CorruptFile(folder / package.NAME, None, "name", f"“{one.id}” is taken")
        found.append(one)
    return Catalogue(tuple(found))
