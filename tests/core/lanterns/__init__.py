"""A small domain with one register that the invented authorities keep, to ask across borders."""

from benelux.core.domain import Domain
from benelux.core.language import Text

DOMAIN = Domain(
    "lanterns", Text.same("Lanterns"), Text.same("Lanterns."), ("0",), "tests.core.lanterns"
)
