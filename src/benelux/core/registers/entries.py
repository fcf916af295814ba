"""What comes with a record beside its content: days, number, persons and reasons, checked."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from benelux.core.errors import Fault, Invalid
from benelux.core.language import message
from benelux.core.registers import numbers
from benelux.core.registers.desk import Desk
from benelux.core.registers.letters import tidy, unseen
from benelux.core.registers.timeline import Span

MOST_ABOUT: Final = 4
YEARS: Final = range(1800, 2300)
_LONGEST_REASON: Final = 1000
_LONGEST_TOKEN: Final = 300


def spanning(first: date, last: date | None) -> Span:
    """Days from the first to the last; raises `Invalid` when they cannot be."""
    faults = [
        Fault(name, message("Give a year from {first} to {last}.", first=YEARS[0], last=YEARS[-1]))
        for name, day in (("valid_from", first), ("valid_to", last))
        if day is not None and day.year not in YEARS
    ]
    if last is not None and last < first:
        faults.append(Fault("valid_to", message("The last day comes before the first.")))
    if faults:
        raise Invalid("registers.days", message("These days cannot be."), faults=tuple(faults))
    return Span(first, last)


def own_number(desk: Desk, text: str) -> str:
    """The number in its usual form; raises `Invalid` when it is not one of this register here."""
    if not text:
        return ""
    number = numbers.read(text, "id")
    if (number.country, number.mark) != (desk.keeper.country, desk.register.mark):
        begin = f"{desk.keeper.country}-{desk.register.mark}-"
        raise numbers.refused("id", message("Numbers begin with “{begin}” here.", begin=begin))
    return number.text


def about_tokens(about: Sequence[str]) -> tuple[str, ...]:
    """The tokens of persons, each once; raises `Invalid` for too many or too long ones."""
    found = tuple(dict.fromkeys(about))
    fit = all(0 < len(one) <= _LONGEST_TOKEN and one.isprintable() for one in found)
    if len(found) > MOST_ABOUT or not fit:
        wish = message("Name at most {n} persons.", n=MOST_ABOUT)
        what = message("These persons cannot be named.")
        raise Invalid("registers.about", what, faults=(Fault("about", wish),))
    return found


def given_reason(text: str, *, needed: bool = False) -> str:
    """A reason as it is kept; raises `Invalid` for none where one is needed."""
    if len(text) > _LONGEST_REASON:
        wrong = message("Use at most {n} characters.", n=_LONGEST_REASON)
    else:
        text = tidy(text.replace("\r\n", "\n"))
        missing = message("Say why; the reason is kept with the record.")
        found = missing if needed and not text else unseen(text, lines=True)
        if found is None:
            return text
        wrong = found
    what = message("This reason cannot be kept.")
    raise Invalid("registers.reason", what, faults=(Fault("reason", wrong),))
