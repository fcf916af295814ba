"""Checking a pass: by a trader at the counter, and by an officer at the roadside."""

from collections.abc import Mapping
from typing import Final

from benelux.core.answer import Truth
from benelux.core.errors import Fault, Invalid, NotAllowed, NotFound, TooMany
from benelux.core.language import Message, message
from benelux.core.registers.acting import acting_for
from benelux.core.registers.pages.shown import QUALITIES
from benelux.core.web.ask import Ask, Reply, View
from benelux.core.web.forms import Field, Filled, Form, Option
from benelux.domains.fireworks.pages.passes import TITLE, country_name
from benelux.domains.fireworks.pages.shared import PAGES, crumbs, nobody
from benelux.domains.fireworks.rules.passes import pass_rules
from benelux.domains.fireworks.service import checks
from benelux.domains.fireworks.service.checks import Checks

CHECK: Final = message("Check a pass")
ROADSIDE: Final = message("Check somebody at the roadside")
TONES: Final[Mapping[Truth, str]] = {Truth.TRUE: "good", Truth.FALSE: "bad", Truth.UNKNOWN: "open"}
WORDS: Final[Mapping[Truth, Message]] = {
    Truth.TRUE: message("yes"), Truth.FALSE: message("no"), Truth.UNKNOWN: message("unknown"),
}  # fmt: skip
HEADLINES: Final[Mapping[Truth, Message]] = {
    Truth.TRUE: message("Yes: {category} may be handed over to the holder."),
    Truth.FALSE: message("No: do not hand over {category}."),
    Truth.UNKNOWN: message("Unknown: do not hand over {category} on this answer alone."),
}
HOLDS: Final[Mapping[Truth, Message]] = {
    Truth.TRUE: message("The pass holds today."),
    Truth.FALSE: message("The pass does not hold."),
    Truth.UNKNOWN: message("It is not known whether the pass holds."),
}
_LONGEST_SCAN: Final = 4000
_REFUSED: Final = (Invalid, NotFound, NotAllowed, TooMany)


def _categories(_ask: Ask) -> list[Option]:
    return [
        Option(one.id, message("{id}: {name}", id=one.id, name=one.text))
        for one in pass_rules().categories
    ]


def _counters(ask: Ask) -> list[Option]:
    return [Option(code, country_name(code)) for code in checks.counters(ask.house)]


TEXT: Final = Field(
    "text",
    message("Number of the pass, or the text of its QR code"),
    longest=_LONGEST_SCAN,
    hint=message("Type the number, for example BE-PP-7K3M-9QXR-5, or scan the code into here."),
)
COUNTER: Final = Form(
    "check",
    (
        TEXT,
        Field("category", message("Category of the articles"), "choice", options=_categories),
        Field("here", message("Country in which you hand them over"), "choice",
              options=_counters),
        Field("consent", message("The holder consents to this check"), "yes"),
    ),
    message("Check"),
)  # fmt: skip
OFFICER: Final = Form(
    "roadside",
    (
        Field("text", TEXT.label, longest=_LONGEST_SCAN, required=False, hint=TEXT.hint),
        Field("family", message("Family name"), required=False,
              hint=message("Only where there is no pass: name and date of birth.")),
        Field("given", message("Given name"), required=False),
        Field("born", message("Date or year of birth"), required=False, longest=10,
              hint=message("For example 1984-02-29, or 1984.")),
        Field("case", message("Reference of the case"), required=False, longest=80),
    ),
    message("Ask"),
)  # fmt: skip


@PAGES.page(
    "/passes/check", CHECK,
    message("For traders: may these articles be handed over to this holder, here and today?"),
    posts=True,
)  # fmt: skip
def counter(ask: Ask) -> Reply:
    known = {"here": ask.one("here")[:2], "category": ask.one("category")[:4]}
    filled, status, outcome = Filled(known), 200, None
    if ask.form:
        filled, status = COUNTER.read(ask), 422
        if not filled.faults:
            try:
                outcome, status = _at_the_counter(ask, filled), 200
                next_one = {name: filled.value(name) for name in ("here", "category")}
                filled = Filled(next_one)  # the next customer's number is another
            except _REFUSED as refusal:
                filled, status = filled.from_refusal(refusal), refusal.status
    values = {
        "form": COUNTER, "filled": filled, "found": [outcome] if outcome else [],
        "category": filled.value("category"), "consulted": outcome is not None, "failures": (),
        "officer": False,
        **_words(),
    }  # fmt: skip
    lead = message("The keeper of the register answers. The holder sees that the pass was checked.")
    trail = crumbs(ask, "passes", TITLE)
    return View("fireworks/pass_check.html", CHECK, values, trail, status, lead=lead)


@PAGES.page(
    "/passes/roadside", ROADSIDE,
    message("For officers: by pass or by person, in all three countries at once."),
    posts=True, examples=nobody,
)  # fmt: skip
def roadside(ask: Ask) -> Reply:
    acting_for(ask.house, ask.person)  # refuses everybody else before anything is asked
    filled, status, outcome = Filled({"text": ask.one("number")[:60]}), 200, None
    if ask.form:
        filled, status = OFFICER.read(ask), 422
        if not filled.faults:
            try:
                outcome, status, filled = _at_the_roadside(ask, filled), 200, Filled()
            except _REFUSED as refusal:
                filled, status = filled.from_refusal(refusal), refusal.status
    values = {
        "form": OFFICER, "filled": filled, "found": outcome.found if outcome else [],
        "failures": outcome.failures if outcome else (), "category": "",
        "consulted": outcome is not None, "officer": True, **_words(),
    }  # fmt: skip
    lead = message("Each question stands on record with your authority, and the holder can see it.")
    trail = crumbs(ask, "passes", TITLE)
    return View("fireworks/pass_check.html", ROADSIDE, values, trail, status, lead=lead)


def _at_the_counter(ask: Ask, filled: Filled) -> checks.Outcome:
    return checks.at_the_counter(
        ask.house, filled.value("text"), filled.value("here"),
        consent=filled.value("consent") == "yes", client=ask.client, language=ask.language,
    )  # fmt: skip


def _at_the_roadside(ask: Ask, filled: Filled) -> Checks:
    by, text, case = acting_for(ask.house, ask.person), filled.value("text"), filled.value("case")
    names = [filled.value(name) for name in ("family", "given", "born")]
    if text and not any(names):
        outcome = checks.by_an_officer(
            ask.house, text, by=by, case=case, language=ask.language
        )  # fmt: skip
        return Checks([outcome])
    if text or not all(names):
        wish = message("Give the number of the pass, or else names and date of birth.")
        raise Invalid("fireworks.unclear-check", wish, faults=(Fault("text", wish),))
    return checks.of_a_person(ask.house, *names, by=by, case=case, language=ask.language)


def headline(truth: Truth, category: str) -> Message:
    """The answer for one category, in one sentence."""
    return Message(HEADLINES[truth].msgid, {"category": category})


def _words() -> Mapping[str, object]:
    return {
        "tones": TONES, "words": WORDS, "headline": headline, "country_name": country_name,
        "holds": HOLDS, "qualities": QUALITIES,
    }  # fmt: skip
