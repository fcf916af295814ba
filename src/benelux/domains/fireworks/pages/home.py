"""The first page of the domain: what there is, and for whom."""

from benelux.core.language import message
from benelux.core.web.ask import Ask, Reply, View
from benelux.domains.fireworks import DOMAIN
from benelux.domains.fireworks.pages.shared import PAGES


@PAGES.page("", DOMAIN.title, message("What traders, citizens and officers can do here."))
def home(_ask: Ask) -> Reply:
    return View("fireworks/home.html", DOMAIN.title, lead=DOMAIN.summary)
