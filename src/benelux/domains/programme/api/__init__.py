"""The plan and the working groups as open data."""

from benelux.domains.programme.api import groups, plan

ROUTES = (*plan.ROUTES, *groups.ROUTES)
