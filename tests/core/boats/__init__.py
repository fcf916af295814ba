"""A small domain with one register, with a field of every kind and searched in every way."""

from benelux.core.domain import Domain
from benelux.core.language import Text

DOMAIN = Domain(
    name="boats",
    title=Text(nl="Boten", fr="Bateaux", de="Boote", en="Boats"),
    summary=Text(nl="Alle boten.", fr="Les bateaux.", de="Alle Boote.", en="All boats."),
    plan=("1.1",),
    package="tests.core.boats",
)
