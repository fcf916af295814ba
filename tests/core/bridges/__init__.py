"""A small domain, for tests of what core does for every domain."""

from benelux.core.domain import Domain
from benelux.core.language import Text

DOMAIN = Domain(
    name="bridges",
    title=Text(nl="Bruggen", fr="Ponts", de="Brücken", en="Bridges"),
    summary=Text(nl="Alle bruggen.", fr="Les ponts.", de="Alle Brücken.", en="All bridges."),
    plan=("1.1",),
    package="tests.core.bridges",
)
