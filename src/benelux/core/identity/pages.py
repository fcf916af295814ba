"""Signing in, and what the portal knows about whoever did."""

import logging
from collections.abc import Iterable, Mapping
from typing import Final

from benelux.core.errors import NotFound, Unavailable
from benelux.core.house import House
from benelux.core.identity import demo, oidc, registry, sessions
from benelux.core.identity.person import Person
from benelux.core.identity.roles import known_roles
from benelux.core.language import Message, message
from benelux.core.settings import SETTINGS
from benelux.core.web.ask import Ask, Redirect, Reply, SetCookie, View
from benelux.core.web.doors import SESSION
from benelux.core.web.pages import Pages

log = logging.getLogger("benelux.identity")
PAGES: Final = Pages("")
SIGN_IN: Final = "benelux_sign_in"
_NEEDED: Final = ("oidc_issuer", "oidc_client", "public_url")


def _not_by_itself(_house: House) -> Iterable[Mapping[str, str]]:
    """Pages that only make sense on the way to somewhere else have no example to visit."""
    return ()


@PAGES.page("/sign-in", message("Sign in"), message("For officers who keep content."), posts=True)
def sign_in(ask: Ask) -> Reply:
    offered = demo.demo_offered(ask.house.settings, ask.client)
    people = demo.demo_people(ask.house.domains) if offered else {}
    if ask.form:
        chosen = people.get(ask.form.get("person", [""])[-1])
        if chosen is None:
            raise NotFound(
                "identity.no-such-person",
                message("You cannot sign in as this person."),
                why=message("Invented people are only there on a portal that you run yourself."),
            )
        asked = ask.form.get("next", [""])[-1]
        return _arrive(ask, chosen.person, oidc.next_path(asked, ask.language))
    asked = ask.one("next")
    values = {
        "people": list(people.values()),
        "with_organisation": oidc.is_configured(ask.house.settings),
        "next": oidc.next_path(asked, ask.language) if asked else "",
        "needed": [setting for setting in SETTINGS if setting.name in _NEEDED],
    }
    lead = message("You need this only to change something. Anybody may read.")
    return View("identity/sign-in.html", message("Sign in"), values, lead=lead)


# A link and not a form: browsers hold a form's whole way, redirects too, to `form-action 'self'`.
@PAGES.page(
    "/sign-in/organisation",
    message("Sign in with your organisation"),
    message("Sends the browser to the organisation's sign-in service."),
    examples=_not_by_itself,
)
def to_organisation(ask: Ask) -> Reply:
    _need_organisation(ask)
    address, pending = oidc.begin(ask.house.settings, ask.language, ask.one("next"))
    age = int(oidc.PENDING.total_seconds())
    return Redirect(address, (SetCookie(SIGN_IN, pending.cookie(), age),))


@PAGES.page(
    "/sign-in/callback",
    message("Back from your organisation"),
    message("Where the organisation's sign-in service sends the browser back to."),
    examples=_not_by_itself,
)
def back(ask: Ask) -> Reply:
    _need_organisation(ask)
    settings, store = ask.house.settings, ask.house.store
    sent = {name: values[-1] for name, values in ask.query.items()}
    pending = oidc.recognise(settings, oidc.Pending.of(ask.cookies.get(SIGN_IN, "")), sent)
    if pending.language != ask.language:  # the organisation knows one address; see `redirect_uri`
        return Redirect(f"/{pending.language}{ask.address.removeprefix(f'/{ask.language}')}")
    roles = known_roles(ask.house.domains).keys()
    person = oidc.finish(settings, pending, sent, roles)
    if not sessions.spend(store, pending.state, oidc.PENDING):
        raise oidc.expired()
    return _arrive(ask, person, oidc.next_path(pending.next, ask.language))


@PAGES.page(
    "/session",
    message("Your session"),
    message("Who you are to this portal, and how to leave it."),
    posts=True,
)
def session(ask: Ask) -> Reply:
    token = ask.cookies.get(SESSION, "")
    if ask.form:
        return _leave(ask, token)
    found = sessions.find(ask.house.store, token) if ask.person else None
    if found is None:
        values: dict[str, object] = {
            "session": None,
            "left": bool(ask.one("left")),
            "logout": _logout(ask),
        }
        return View("identity/session.html", message("Your session"), values)
    names = known_roles(ask.house.domains)
    roles: list[Message | str] = [names.get(role, role) for role in found.person.roles]
    known = demo.demo_people(ask.house.domains) if found.person.is_demo else {}
    figure = known.get(found.person.subject)
    values = {
        "session": found,
        "roles": roles,
        "office": registry.office_of(ask.house.store, found.person),
        "organisation": figure.organisation if figure else found.person.organisation,
    }
    return View("identity/session.html", message("Your session"), values)


def _arrive(ask: Ask, person: Person, to: str) -> Redirect:
    """Start a session under a new token; whatever the browser had before ends."""
    token = sessions.start(ask.house.store, person, instead_of=ask.cookies.get(SESSION, ""))
    log.info("signed in by %s, session %s", person.issuer, sessions.label(token))
    return Redirect(to, (SetCookie(SESSION, token, None), SetCookie(SIGN_IN)))


def _leave(ask: Ask, token: str) -> Redirect:
    log.info("signed out, session %s", sessions.label(token))
    if ask.person and "everywhere" in ask.form:
        sessions.end_all(ask.house.store, ask.person.subject, ask.person.issuer)
    elif token:
        sessions.end(ask.house.store, token)
    how = "demo" if ask.person is None or ask.person.is_demo else "organisation"
    return Redirect(ask.url("session", left=how), (SetCookie(SESSION),))


def _logout(ask: Ask) -> str:
    """Where somebody who left here can leave their organisation's service as well."""
    if ask.one("left") != "organisation" or not oidc.is_configured(ask.house.settings):
        return ""
    try:
        return oidc.logout_url(ask.house.settings, ask.language)
    except Unavailable:
        return ""


def _need_organisation(ask: Ask) -> None:
    if not oidc.is_configured(ask.house.settings):
        raise NotFound(
            "identity.no-organisation",
            message("This portal has no sign-in for organisations."),
            now=message("See the sign-in page for what is possible here."),
        )
