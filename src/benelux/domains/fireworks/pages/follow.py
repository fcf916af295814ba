"""What a reporter sees of their report: the receipt, the reply, and room to add something."""

from typing import Final

from benelux.core.errors import Conflict, Invalid, NotFound, TooMany
from benelux.core.language import message
from benelux.core.web.ask import Ask, Redirect, Reply, View
from benelux.core.web.forms import Field, Filled, Form
from benelux.domains.fireworks.model.precursors import KINDS, REPORT_STATES, WRITERS
from benelux.domains.fireworks.pages.precursors import TITLE
from benelux.domains.fireworks.pages.shared import PAGES, TONES, crumbs, sent
from benelux.domains.fireworks.pages.ticket import no_ticket, ticket, ticket_of
from benelux.domains.fireworks.rules.precursors import contact_point
from benelux.domains.fireworks.service import intake
from benelux.domains.fireworks.service.reports import LONGEST_WORD

FOLLOW: Final = message("Follow your report")
FORM: Final = Form(
    "follow",
    (
        Field("reference", message("Reference"), longest=60,
              hint=message("As you were given it, for example NL-PR-7K3M-9QXR-5.")),
        Field("secret", message("Secret"), longest=80),
    ),
    message("Show the report"),
)  # fmt: skip
WORD: Final = Form(
    "word",
    (Field("text", message("Add something"), "area", longest=LONGEST_WORD),),
    message("Send"),
)
_ADDRESS: Final = "fireworks/precursors/follow"


@PAGES.page(
    "/precursors/received", message("Report received"),
    message("Reference and secret of the report that you have just made."), posts=True,
)  # fmt: skip
def received(ask: Ask) -> Reply:
    reference, secret = ticket_of(ask)
    values = {"reference": reference, "secret": secret}
    title = message("Report received") if reference else message("No report to show")
    return View("fireworks/received.html", title, values, crumbs(ask, "precursors", TITLE))


@PAGES.page(
    "/precursors/follow", FOLLOW, message("With the reference and the secret that you were given."),
    posts=True,
)  # fmt: skip
def follow(ask: Ask) -> Reply:
    if sent(ask, "form") == "forget":
        return Redirect(ask.url(_ADDRESS), (no_ticket(),))
    if sent(ask, "form") == "word":
        return _add(ask)
    if ask.form:
        return _open(ask)
    if not all(ticket_of(ask)):
        return _ask(ask, Filled(), 200)
    try:
        return _show(ask, Filled(), 200)
    except (NotFound, Invalid, TooMany) as refusal:
        return _ask(ask, Filled().from_refusal(refusal), refusal.status)


def _open(ask: Ask) -> Reply:
    """Look whether there is such a report, and let the browser keep the way to it."""
    filled = FORM.read(ask)
    if filled.faults:
        return _ask(ask, filled, 422)
    reference, secret = filled.value("reference"), _tidy(filled.value("secret"))
    try:
        filed, _ = intake.follow(ask.house, reference, secret, ask.client)
    except (NotFound, Invalid, TooMany) as refusal:
        return _ask(ask, filled.from_refusal(refusal), refusal.status)
    return Redirect(ask.url(_ADDRESS), (ticket(filed.reference, secret),))


def _add(ask: Ask) -> Reply:
    filled = WORD.read(ask)
    if filled.faults:
        return _show(ask, filled, 422)
    reference, secret = ticket_of(ask)
    try:
        intake.add(ask.house, reference, secret, filled.value("text"), ask.client)
    except (Conflict, Invalid, TooMany) as refusal:
        return _show(ask, filled.from_refusal(refusal), refusal.status)
    return Redirect(ask.url(_ADDRESS))


def _show(ask: Ask, filled: Filled, status: int) -> Reply:
    filed, said = intake.follow(ask.house, *ticket_of(ask), ask.client)
    values = {
        "filed": filed, "said": said, "form": WORD, "filled": filled, "kinds": KINDS,
        "states": REPORT_STATES, "writers": WRITERS, "tones": TONES,
        "point": contact_point(filed.country),
    }  # fmt: skip
    trail = crumbs(ask, "precursors", TITLE)
    return View("fireworks/followed.html", FOLLOW, values, trail, status)


def _ask(ask: Ask, filled: Filled, status: int) -> Reply:
    # The secret is not shown again, so that nobody reads it over a shoulder.
    known = {name: text for name, text in filled.values.items() if name != "secret"}
    shown = Filled(known, faults=filled.faults)
    values = {"form": FORM, "filled": shown}
    trail = crumbs(ask, "precursors", TITLE)
    return View("fireworks/follow.html", FOLLOW, values, trail, status)


def _tidy(secret: str) -> str:
    """The secret as it was given, whatever way it was copied."""
    return "".join(secret.split()).replace("-", "").lower()
