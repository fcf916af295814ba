"""What the store says when it cannot do what was asked."""

from benelux.core.errors import Unavailable
from benelux.core.language import message


def closed() -> Unavailable:
    return Unavailable("store.closed", message("The store is closed."))


def unreachable() -> Unavailable:
    return Unavailable(
        "store.unreachable",
        message("The store cannot be reached."),
        now=message("Try again in a minute; if it stays so, tell whoever runs this service."),
    )


def crowded() -> Unavailable:
    return Unavailable(
        "store.crowded",
        message("Too many people are reading at this moment."),
        now=message("Try again in a minute."),
    )


def busy(seconds: float) -> Unavailable:
    return Unavailable(
        "store.busy",
        message("This could not be kept: the store is busy."),
        why=message("It did not become free within {seconds} seconds.", seconds=round(seconds, 1)),
        now=message("Nothing was changed. Try again in a minute."),
    )


def unsure() -> Unavailable:
    return Unavailable(
        "store.unsure",
        message("The store went away while this was being kept."),
        why=message("It is not known whether the change was made."),
        now=message("Look whether it is there before you do it again."),
    )
