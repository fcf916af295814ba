"""A small domain that sends parcels from country to country, to try the exchange with."""

from benelux.core.domain import Domain
from benelux.core.language import Text

DOMAIN = Domain(
    "parcels", Text.same("Parcels"), Text.same("Parcels."), ("0",), "tests.core.parcels"
)
