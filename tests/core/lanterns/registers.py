"""Who may carry a lantern: kept in each country, and asked from all."""

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
)

# Plain messages: what only tests say needs no translation.
PERMITS = Register(
    name="lanterns.permits",
    title=Text.same("Permits"),
    summary=Text.same("Who may carry a lantern."),
    competence="fireworks",
    mark="LP",
    fields=(
        Field("family", Message("Family name"), "name"),
        Field("given", Message("Given name"), "name"),
        Field("born", Message("Date of birth"), "date"),
        Field("card", Message("Number of the identity card"), longest=40),
        Field("colour", Message("Colour"), in_status=True),
    ),
    purposes=(Purpose("inspection", Message("Inspection"), an_hour=10_000, a_day=100_000),),
    grounds=tuple(Ground(question, "M(2020)14", "4") for question in Question),
    states=(
        State("valid", Message("Valid"), good=True),
        State("withdrawn", Message("Withdrawn"), final=True),
    ),
    moves=(Move("withdraw", Message("Withdraw"), ("valid",), "withdrawn", reason=True),),
    retention=(Retention(5, "M(2020)14"),),
    lookups=(Lookup("person", ("family", "given", "born")), Lookup("exact", ("card",))),
    recognition=tuple(
        Recognition(country, date(2020, 1, 1), "M(2020)14 art. 4") for country in ("BE", "NL", "LU")
    ),
)
REGISTERS = (PERMITS,)
