"""Moorings: who may moor which boat, with which car they come to it."""

from datetime import date

from benelux.core.language import Message, Text
from benelux.core.registers.declaration import (
    Field,
    Ground,
    Lookup,
    Move,
    Purpose,
    Question,
    Recognition,
    Register,
    Retention,
    State,
    Statistics,
)

# Plain messages: what only tests say needs no translation.
MOORINGS = Register(
    name="boats.moorings",
    title=Text(nl="Ligplaatsen", fr="Amarrages", de="Liegeplätze", en="Moorings"),
    summary=Text(
        nl="Wie mag aanleggen.", fr="Qui peut amarrer.", de="Wer anlegen darf.", en="Who may moor."
    ),
    competence="boats",
    mark="BM",
    fields=(
        Field("family", Message("Family name"), "name", longest=100),
        Field("given", Message("Given name"), "name", longest=100),
        Field("born", Message("Date of birth"), "date"),
        Field("harbour", Message("Harbour"), in_status=True),
        Field("length", Message("Length in centimetres"), "number", required=False),
        Field("kind", Message("Kind"), "choice",
              choices={"sail": Message("Sail"), "motor": Message("Motor")}, in_status=True),
        Field("waters", Message("Waters"), "choices", required=False, in_status=True,
              choices={key: Message(key.capitalize()) for key in ("river", "canal", "sea")}),
        Field("flag", Message("Flag"), "country", required=False),
        Field("hull", Message("Hull number"), required=False, longest=20),
        Field("car_country", Message("Country of the car"), "country", required=False),
        Field("car", Message("Plate of the car"), "plate", required=False, longest=20),
        Field("remarks", Message("Remarks"), required=False, longest=2000),
    ),
    purposes=(
        Purpose("inspection", Message("Inspection")),
        Purpose("rescue", Message("Rescue"), an_hour=10_000, a_day=100_000),
    ),
    grounds=(
        Ground(Question.FULL, "Boat Act", "4"),
        Ground(Question.HIT, "Boat Act", "5"),
        Ground(Question.STATUS, "Boat Act", "6"),
    ),
    states=(
        State("applied", Message("Applied for")),
        State("valid", Message("Valid"), good=True),
        State("suspended", Message("Suspended")),
        State("withdrawn", Message("Withdrawn"), final=True),
    ),
    moves=(
        Move("grant", Message("Grant"), ("applied",), "valid"),
        Move("suspend", Message("Suspend"), ("valid",), "suspended", reason=True),
        Move("lift", Message("Lift"), ("suspended",), "valid"),
        Move("withdraw", Message("Withdraw"), ("valid", "suspended"), "withdrawn", reason=True),
    ),
    retention=(Retention(2, "Boat Act art. 9"), Retention(5, "Wet op de boten art. 3", "NL")),
    lookups=(
        Lookup("person", ("family", "given", "born")),
        Lookup("exact", ("hull",)),
        Lookup("plate", ("car_country", "car")),
    ),
    recognition=(Recognition("NL", date(2020, 1, 1), "Boat Accord art. 2"),),
    statistics=Statistics(by=("harbour", "kind"), smallest=5),
)  # fmt: skip
REGISTERS = (MOORINGS,)
