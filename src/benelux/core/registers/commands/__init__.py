"""`benelux register`: what every declared register can do, from the command line."""

from benelux.core.registers.commands import asking, hiding, keeping, looking
from benelux.core.registers.commands.office import app

__all__ = ["app", "asking", "hiding", "keeping", "looking"]
