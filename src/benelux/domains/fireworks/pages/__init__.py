"""The pages of this domain."""

from benelux.domains.fireworks.pages import (
    follow,
    home,
    passes,
    passes_check,
    passes_desk,
    passes_own,
    precursors,
    sheet_desk,
    sheets,
    tray,
)
from benelux.domains.fireworks.pages.shared import PAGES

__all__ = [
    "PAGES",
    "follow",
    "home",
    "passes",
    "passes_check",
    "passes_desk",
    "passes_own",
    "precursors",
    "sheet_desk",
    "sheets",
    "tray",
]
