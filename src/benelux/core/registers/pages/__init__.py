"""The pages that every declared register gets by itself: for everybody, and for officers."""

from benelux.core.registers.pages import asking, desk, document, importing, public, record
from benelux.core.registers.pages.shared import PAGES

__all__ = ["PAGES", "asking", "desk", "document", "importing", "public", "record"]
