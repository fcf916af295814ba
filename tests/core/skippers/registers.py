"""Licences of skippers."""

from datetime import date

from benelux.core.language import Text, message
from benelux.core.registers.declaration import (
    Credential,
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
)

LICENCES = Register(
    name="skippers.licences",
    title=Text("Vaarbewijzen", "Permis de batelier", "Schifferpatente", "Skippers' licences"),
    summary=Text.same("Licences."),
    competence="fireworks",
    mark="SL",
    fields=(
        Field("family", message("Name"), "name"),
        Field("given", message("Name"), "name"),
        Field("born", message("Opened"), "date"),
        Field(
            "waters", message("River"), "choices",
            choices={"inland": message("Meuse"), "sea": message("Scheldt")},
        ),
        Field("remark", message("Remark"), required=False),
    ),
    purposes=(Purpose("inspection", message("Search")),),
    grounds=(Ground(Question.STATUS, "M(2020)14", "4"),),
    states=(
        State("applied", message("Plan")),
        State("valid", message("Plan"), good=True),
        State("suspended", message("Plan")),
        State("withdrawn", message("Plan"), final=True),
    ),
    moves=(
        Move("issue", message("Plan"), ("applied",), "valid"),
        Move("suspend", message("Plan"), ("valid",), "suspended"),
        Move("lift", message("Plan"), ("suspended",), "valid"),
        Move("withdraw", message("Plan"), ("valid", "suspended"), "withdrawn"),
    ),
    retention=(Retention(12, "test"),),
    recognition=(Recognition("NL", date(2022, 1, 1), "test"),),
    lookups=(Lookup("person", ("family", "given", "born")),),
    credential=Credential("skipper", ("family", "given", "born", "waters")),
)  # fmt: skip
REGISTERS = (LICENCES,)
