"""Passes and precursors for everybody, and sheets for machines of authorities."""

from benelux.domains.fireworks.api import passes, precursors, sheets

ROUTES = (*passes.ROUTES, *precursors.ROUTES, *sheets.ROUTES)
