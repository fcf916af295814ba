"""The alarms for supervisors: who asked unusually often, or counted through a register."""

from typing import Final

from benelux.core.house import House
from benelux.core.identity import registry, supervision
from benelux.core.identity.alarms import AlarmKind
from benelux.core.identity.authority import Authority
from benelux.core.identity.person import SUPERVISOR
from benelux.core.language import Message, Text, message
from benelux.core.registers.acting import acting_for, houses
from benelux.core.registers.declaration import declared
from benelux.core.web.ask import Ask, Reply, View
from benelux.core.web.forms import Field, Filled, Form
from benelux.core.web.pages import Pages

PAGES: Final = Pages("")
TITLE: Final = message("Alarms")
FORM: Final = Form(
    "case",
    (
        Field(
            "case",
            message("Reference of the case"),
            hint=message("It is put on record that you looked, and for which case."),
            longest=100,
        ),
    ),
    message("Show the alarms"),
)


@PAGES.page(
    "/identity/alarms",
    TITLE,
    message("Who asked a register unusually often, for its data-protection supervisor."),
    role=SUPERVISOR,
    posts=True,
)
def alarms(ask: Ask) -> Reply:
    by = acting_for(ask.house, ask.person)
    filled = FORM.read(ask) if ask.form else Filled()
    values: dict[str, object] = {"form": FORM, "filled": filled, "found": None}
    if ask.form and not filled.faults:
        values |= {
            "found": supervision.look(ask.house, by, filled.value("case")),
            "names": _names(ask.house),
            "registers": {one.name: one.title for one in declared(ask.house.domains)},
            "said": said,
        }
    lead = message("Limits that were crossed, and runs of numbers or plates, newest first.")
    status = 422 if filled.faults else 200
    return View("identity/alarms.html", TITLE, values, status=status, lead=lead)


def said(kind: AlarmKind, count: int) -> Message:
    """What was noticed, as a sentence."""
    if kind == "run":
        return message("Asked for {n} numbers or plates in a row.", n=count)
    if kind == "day":
        return message("Asked {n} questions within a day, more than the limit.", n=count)
    return message("Asked {n} questions within an hour, more than the limit.", n=count)


def _names(house: House) -> dict[str, Text]:
    """The names of all authorities that this portal or one of its nodes knows."""
    found: dict[str, Text] = {}
    for one in houses(house):
        with one.store.read() as connection:
            found |= {known.id: known.name for known in registry.every(connection, Authority)}
    return found
