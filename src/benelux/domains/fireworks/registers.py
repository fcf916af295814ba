"""The register of issued pyropasses, of article 4(1) of decision M(2020)14."""

from typing import Final

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
    Statistics,
)
from benelux.domains.fireworks.rules.passes import ARTICLE, INSTRUMENT, last_day, pass_rules

PASSES: Final = Register(
    name="fireworks.passes",
    title=Text(nl="Pyropassen", fr="Pyropass", de="Pyropässe", en="Pyropasses"),
    summary=Text(
        nl="Wie professioneel vuurwerk mag kopen, en van welke categorieën.",
        fr="Qui peut acheter des artifices professionnels, et de quelles catégories.",
        de="Wer professionelles Feuerwerk kaufen darf, und welche Kategorien.",
        en="Who may buy professional fireworks, and of which categories.",
    ),
    competence="fireworks",
    mark="PP",
    fields=(
        Field("family", message("Family name"), "name"),
        Field("given", message("Given name"), "name"),
        Field("born", message("Date of birth"), "date"),
        Field("company", message("Company"), required=False),
        Field("contact", message("Telephone or e-mail address"), required=False),
        Field(
            "categories",
            message("Categories of articles"),
            "choices",
            choices={one.id: message("{id}: {name}", id=one.id, name=one.text)
                     for one in pass_rules().categories},
            in_status=True,
        ),
        Field("certificate", message("Certificate of competence"),
              hint=message("Its number, and who gave it.")),
        Field("permit", message("Permit for use or for the place of storage"),
              hint=message("Its number, and who gave it."), required=False),
    ),
    purposes=(
        Purpose("licensing", message("Licensing"), 200, 1000),
        # One desk asks for all traders of a country; each of them is counted by the portal.
        Purpose("sale", message("Sale: may these articles be handed over?"), 3000, 20_000),
        Purpose("inspection", message("Inspection of a shop, a site or a vehicle"), 60, 300),
    ),
    grounds=(
        Ground(Question.FULL, INSTRUMENT, ARTICLE),
        Ground(Question.HIT, INSTRUMENT, ARTICLE),
        Ground(Question.STATUS, INSTRUMENT, ARTICLE),
    ),
    states=(
        State("applied", message("Applied for")),
        State("valid", message("Valid"), good=True),
        State("suspended", message("Suspended")),
        State("withdrawn", message("Withdrawn"), final=True),
        State("replaced", message("Replaced"), final=True),
        State("refused", message("Refused"), final=True),
    ),
    moves=(
        Move("issue", message("Issue"), ("applied",), "valid", term=last_day),
        Move("refuse", message("Refuse"), ("applied",), "refused", reason=True),
        Move("suspend", message("Suspend"), ("valid",), "suspended", reason=True),
        Move("lift", message("Lift the suspension"), ("suspended",), "valid", reason=True),
        Move("withdraw", message("Withdraw"), ("valid", "suspended"), "withdrawn", reason=True),
        Move("replace", message("Replace"), ("valid", "suspended"), "replaced", reason=True),
    ),
    retention=tuple(
        Retention(one.years, one.source, one.country) for one in pass_rules().retention
    ),
    lookups=(Lookup("person", ("family", "given", "born")),),
    recognition=tuple(
        Recognition(one.country, one.since, one.source, one.until)
        for one in pass_rules().recognition
    ),
    statistics=Statistics(by=("categories",)),
    credential=Credential("pyropass", ("family", "given", "born", "categories")),
    public_status=True,
)  # fmt: skip
REGISTERS: Final = (PASSES,)
