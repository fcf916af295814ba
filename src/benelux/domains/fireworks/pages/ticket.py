"""A reporter's reference and secret, kept by their browser for a quarter of an hour.

They never stand in an address, which histories, logs and other sites get to see.
"""

from typing import Final

from benelux.core.web.ask import Ask, SetCookie

_COOKIE: Final = "benelux_report"
_KEPT_S: Final = 15 * 60


def ticket(reference: str, secret: str) -> SetCookie:
    return SetCookie(_COOKIE, f"{reference}.{secret}", _KEPT_S)


def no_ticket() -> SetCookie:
    return SetCookie(_COOKIE, "", 0)


def ticket_of(ask: Ask) -> tuple[str, str]:
    """Reference and secret; both empty where there is no ticket."""
    reference, _, secret = ask.cookies.get(_COOKIE, "").partition(".")
    return (reference, secret) if secret else ("", "")
