"""What the exchange says when a message cannot go now."""

from benelux.core.errors import Unavailable
from benelux.core.language import message


def away(country: str) -> Unavailable:
    return Unavailable(
        "exchange.away",
        message("The node of {country} does not answer.", country=country),
        now=message("Nothing is lost: messages wait here, and are sent again by themselves."),
    )
