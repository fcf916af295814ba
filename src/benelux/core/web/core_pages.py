"""The pages that every portal has, whichever domains are installed."""

from benelux.core.errors import KINDS
from benelux.core.language import message
from benelux.core.web import accessibility
from benelux.core.web.ask import Ask, Reply, View
from benelux.core.web.pages import Pages

PAGES = Pages("")


def home(ask: Ask) -> Reply:
    """The front page of a portal in which no domain claims it."""
    return systems(ask)


@PAGES.page("/systems", message("Systems"), message("Every domain that runs in this portal."))
def systems(ask: Ask) -> Reply:
    lead = message("What this portal runs, domain by domain.")
    return View("systems.html", message("Systems"), {"domains": ask.house.domains}, lead=lead)


@PAGES.page("/problems", message("Problems"), message("The kinds of refusal that the API gives."))
def problems(_ask: Ask) -> Reply:
    lead = message("Each refusal has a type, a status and a stable code, by RFC 9457.")
    return View("problems.html", message("Problems"), {"kinds": KINDS}, lead=lead)


@PAGES.page("/privacy", message("Privacy"), message("What the portal keeps about its visitors."))
def privacy(_ask: Ask) -> Reply:
    lead = message("What this portal keeps about you, and for how long.")
    return View("privacy.html", message("Privacy"), lead=lead)


@PAGES.page("/api", message("For developers"), message("The API, operation by operation."))
def api(_ask: Ask) -> Reply:
    lead = message("Read the same data by program: what you can ask, and what you get.")
    return View("api.html", message("For developers"), lead=lead)


@PAGES.page(
    "/accessibility",
    message("Accessibility"),
    message("The accessibility statement, from the last test results."),
)
def accessible(_ask: Ask) -> Reply:
    values = {"statement": accessibility.statement(), "checks": accessibility.CHECKS}
    lead = message("How accessible this portal is, and how we know.")
    return View("accessibility.html", message("Accessibility"), values, lead=lead)
