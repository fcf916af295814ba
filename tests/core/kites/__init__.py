"""A small domain with a register, for tests of the faces that every register gets."""

from benelux.core.domain import Domain
from benelux.core.language import Text

DOMAIN = Domain(
    name="kites",
    title=Text(nl="Vliegers", fr="Cerfs-volants", de="Drachen", en="Kites"),
    summary=Text(nl="Alle.", fr="Tous.", de="Alle.", en="All kites."),
    plan=("1.1",),
    package="tests.core.kites",
)
