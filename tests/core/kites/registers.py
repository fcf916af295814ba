"""Permits for kites: a field of every kind, every way to be found, invented authorities."""

from datetime import date

from benelux.core.language import Text, message
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

LAW = "M(2020)14"  # an accord of the three countries that this software knows
PERMITS = Register(
    name="kites.permits",
    title=Text(nl="Vliegerbewijzen", fr="Permis", de="Drachenscheine", en="Kite permits"),
    summary=Text(nl="Wie mag.", fr="Qui peut.", de="Wer darf.", en="Who may fly a kite."),
    competence="example",
    mark="KP",
    fields=(
        Field("family", message("Family name"), "name"),
        Field("given", message("Given name"), "name"),
        Field("born", message("Date of birth"), "date"),
        Field("kind", message("Kind"), "choice",
              choices={"full": message("full"), "limited": message("limited")}, in_status=True),
        Field("places", message("Places"), "choices", required=False,
              choices={"beach": message("beach"), "meadow": message("meadow")}),
        Field("land", message("Country of the plate"), "country", required=False),
        Field("trailer", message("Trailer"), "plate", required=False),
        Field("metres", message("Metres"), "number", required=False),
        Field("serial", message("Serial number"), required=False, longest=20),
        Field("remark", message("Remark"), required=False, longest=500),
    ),
    lookups=(
        Lookup("person", ("family", "given", "born")),
        Lookup("plate", ("land", "trailer")),
        Lookup("exact", ("serial",)),
    ),
    purposes=(Purpose("check", message("Check"), 20, 50),),
    grounds=(
        Ground(Question.STATUS, LAW, "4"),
        Ground(Question.HIT, LAW, "5"),
        Ground(Question.FULL, LAW, "6"),
    ),
    states=(
        State("valid", message("valid"), good=True),
        State("suspended", message("suspended")),
        State("withdrawn", message("withdrawn"), final=True),
    ),
    moves=(
        Move("suspend", message("Suspend"), ("valid",), "suspended", reason=True),
        Move("restore", message("Restore"), ("suspended",), "valid"),
        Move("withdraw", message("Withdraw"), ("valid", "suspended"), "withdrawn", reason=True),
    ),
    retention=(Retention(5, "Kite Act, art. 9"), Retention(10, "Kite Act, art. 10", "LU")),
    recognition=(Recognition("NL", date(2022, 1, 1), "Kite Act, art. 2"),),
    statistics=Statistics(by=("kind",), smallest=3),
    public_status=True,
)  # fmt: skip
REGISTERS = (PERMITS,)
