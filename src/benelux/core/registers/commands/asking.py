"""The command that asks a register of all countries, and prints why each answers or does not."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Final

from cyclopts import Parameter

from benelux.core.cli import tell
from benelux.core.cli.options import Json
from benelux.core.errors import Fault, Invalid
from benelux.core.exchange.fanout import Answers, fan_out
from benelux.core.exchange.federation import federation_of
from benelux.core.identity.facts import Facts
from benelux.core.identity.may import Decision
from benelux.core.language import message
from benelux.core.registers.commands.office import Data, Name, Officer, app, day_of, office_of
from benelux.core.registers.declaration import Ground, Question, Register
from benelux.core.registers.pages.shown import QUALITIES, VERDICTS
from benelux.core.registers.reasons import reasons
from benelux.core.registers.values import Asking, Reply, Subject

_SECONDS: Final = 10.0
_MOST_SECONDS: Final = 60.0


@app.command
def ask(  # noqa: PLR0913 - one option for each part of the question
    register: Name,
    /,
    *,
    officer: Officer,
    question: Annotated[Question, Parameter(help="How much of an answer is asked for.")],
    purpose: Annotated[str, Parameter(help="Purpose, as the register names it.")],
    ground: Annotated[str, Parameter(help="Legal ground, as “INSTRUMENT art. ARTICLE”.")] = "",
    case: Annotated[str, Parameter(help="Reference of the case.")] = "",
    offence: Annotated[
        int | None, Parameter(help="Maximum sentence for the offence, in months.")
    ] = None,
    channel: Annotated[str, Parameter(help="Channel over which is asked.")] = "",
    consent: Annotated[bool, Parameter(negative=(), help="The person concerned consents.")] = False,
    number: Annotated[str, Parameter(help="Ask by the number of a record.")] = "",
    family: Annotated[str, Parameter(help="Ask by a person: family name.")] = "",
    given: Annotated[str, Parameter(help="Ask by a person: given name.")] = "",
    born: Annotated[str, Parameter(help="Ask by a person: date or year of birth.")] = "",
    plate: Annotated[str, Parameter(help="Ask by a number plate, as COUNTRY:PLATE.")] = "",
    exact: Annotated[str, Parameter(help="Ask by another field, as FIELD=VALUE.")] = "",
    day: Annotated[str | None, Parameter(help="For which day; without it, today.")] = None,
    seconds: Annotated[
        float, Parameter(help="How long all countries together may take.")
    ] = _SECONDS,
    request: Annotated[
        str, Parameter(help="Number of this request; sent again, it is one question.")
    ] = "",
    data: Data = None,
    json: Json = False,
) -> int:
    """Ask a register in all countries; the question is put on record."""
    country, _, text = plate.partition(":") if plate else ("", "", "")
    field, _, value = exact.partition("=") if exact else ("", "", "")
    with office_of(register, officer, data) as office:
        named = ground_named(office.register, ground)
        asking = Asking(
            register=office.register.name,
            question=question,
            subject=Subject(
                number=number, exact=(field, value), family=family, given=given, born=born,
                country=country, plate=text,
            ),
            facts=Facts(
                purpose=purpose,
                instrument=named.instrument if named else None,
                article=named.article if named else None,
                offence_months=offence,
                case=case or None,
                time=datetime.now(UTC),
                channel=channel or None,
                consent=consent or None,
            ),
            request=request or secrets.token_hex(16),
            day=day_of(day, "--day"),
        )  # fmt: skip
        limit = min(max(seconds, 0.1), _MOST_SECONDS)
        answers = fan_out(
            federation_of(office.portal), asking, office.acting, limit, language=tell.language()
        )
        why = reasons(office.portal, asking, office.acting)
    if json:
        tell.json(_plain(answers, why))
    else:
        _tell(answers, why)
    return 0 if answers.replies else 1


def ground_named(register: Register, text: str) -> Ground | None:
    """The ground of the declaration that the words name; raises `Invalid` for one of no article."""
    if not text:
        return None
    for one in register.grounds:
        if one.text == text:
            return one
    known = "; ".join(sorted({one.text for one in register.grounds}))
    raise Invalid(
        "registers.ground",
        message("This register answers on no such ground."),
        faults=(Fault("--ground", message("may be: {known}", known=known)),),
    )


def _tell(answers: Answers, why: Mapping[str, Decision]) -> None:
    for reply in answers.replies:
        verdict = tell.say(VERDICTS[reply.verdict])
        shard, entry = reply.receipt
        tell.line(f"{reply.country}: {verdict}")
        for one in reply.found:
            span = f"{one.valid_from} – {one.valid_to or '…'}"
            tell.line(f"  {one.number} {one.state}, {span}")
            for key, value in one.fields.items():
                tell.line(f"  {key}: {value}")
        if reply.quality:
            quality = QUALITIES.get(reply.quality, reply.quality)
            tell.line(f"  {tell.say(message('Found: {quality}', quality=quality))}")
        if shard:
            where = message("On record: {ledger}/{number}", ledger=shard, number=entry)
            tell.line(f"  {tell.say(where)}")
    for failure in answers.failures:
        what = message("{country}: no answer. {why}", country=failure.country, why=failure.message)
        tell.line(what)
        decision = why.get(failure.country)
        if decision is not None and not decision.granted:
            for sentence in decision.explain(tell.language())[1:]:
                tell.line(f"  {sentence}")


def _plain(answers: Answers, why: Mapping[str, Decision]) -> dict[str, object]:
    return {
        "replies": [_reply(one) for one in answers.replies],
        "failures": [
            {
                "country": one.country,
                "code": one.code,
                "message": tell.say(one.message),
                "why": why[one.country].explain(tell.language()) if one.country in why else [],
            }
            for one in answers.failures
        ],
    }


def _reply(one: Reply) -> dict[str, object]:
    return {
        "country": one.country, "keeper": one.keeper, "verdict": one.verdict, "found": one.found,
        "quality": one.quality, "at": one.at, "ground": one.ground, "recognised": one.recognised,
        "receipt": {"ledger": one.receipt[0], "entry": one.receipt[1]},
    }  # fmt: skip
