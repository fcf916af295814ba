"""The form of a question, made from a declaration, and what somebody filled in as a question."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from benelux.core.errors import Fault, Invalid
from benelux.core.identity.facts import Facts
from benelux.core.identity.may import Decision
from benelux.core.language import Message, message
from benelux.core.registers.declaration import Lookup, Question, Register
from benelux.core.registers.lookups import sought
from benelux.core.registers.pages.entry import plate_countries
from benelux.core.registers.values import Asking, Subject
from benelux.core.web.forms import Field, Filled, Form, Option

EXACT: Final = "exact-"
CONSENT: Final = "consent"
_ASKED_BY: Final[Mapping[str, str]] = {"case": "case", "offence_months": "offence"}
"""Facts that the policies may miss, by the question of the form that asks for them."""
_REQUEST_BYTES: Final = 16
_LONGEST_NUMBER: Final = 40
_LONGEST_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class Group:
    """Questions of the form that belong together; one way to say who or what is asked about."""

    label: Message
    fields: tuple[Field, ...]


def ask_form(register: Register) -> tuple[Form, tuple[Group, ...]]:
    """The form, and its last fields in groups of which exactly one is filled in."""
    groups = (
        Group(
            message("By the number of the record"),
            (
                Field(
                    "number",
                    message("Number"),
                    required=False,
                    longest=_LONGEST_NUMBER,
                    hint=message("As it stands on the document, for example {number}.",
                                 number=f"BE-{register.mark}-7K3M-9QXR-5"),
                ),
            ),
        ),
        *(_group(register, lookup) for lookup in register.lookups),
    )  # fmt: skip
    fields = (*_ground_fields(register), *(one for group in groups for one in group.fields))
    return Form("ask", fields, message("Ask all three countries")), groups


def _ground_fields(register: Register) -> tuple[Field, ...]:
    wishes = [Option(key, label) for key, label in wishes_of(register).items()]
    purposes = [Option(one.key, one.label) for one in register.purposes]
    channels = [Option(one, one) for one in register.channels]
    found = [
        Field("wish", message("What do you want to know, and on which ground?"), "choice",
              options=lambda _ask: wishes),
        Field("purpose", message("Purpose"), "choice", options=lambda _ask: purposes),
        Field("case", message("Reference of the case"), required=False, longest=80,
              hint=message("Your own file number. The law asks for it, except for a status.")),
    ]  # fmt: skip
    if register.offence_months:
        found.append(
            Field("offence", message("Maximum sentence for the offence, in months"), longest=4,
                  required=False,
                  hint=message("Answered from {n} months on.", n=register.offence_months)),
        )  # fmt: skip
    if channels:
        found.append(
            Field("channel", message("Channel over which you ask"), "choice",
                  options=lambda _ask: channels)
        )  # fmt: skip
    day = Field("day", message("For which day"), "date", required=False,
                hint=message("Empty means today."))  # fmt: skip
    return (*found, day)


def _group(register: Register, lookup: Lookup) -> Group:
    if lookup.kind == "person":
        return Group(
            message("By the person"),
            (
                Field("family", message("Family name"), required=False, longest=_LONGEST_NAME),
                Field("given", message("Given name"), required=False, longest=_LONGEST_NAME),
                Field("born", message("Date or year of birth"), required=False, longest=10,
                      hint=message("For example 1984-02-29, or 1984.")),
            ),
        )  # fmt: skip
    if lookup.kind == "plate":
        return Group(
            message("By the number plate"),
            (
                Field("country", message("Country of the plate"), "choice", required=False,
                      options=plate_countries),
                Field("plate", message("Number plate"), required=False, longest=20),
            ),
        )  # fmt: skip
    field = register.field(lookup.fields[0])
    return Group(
        message("By “{field}”", field=field.label),
        (Field(EXACT + field.key, field.label, required=False, longest=field.longest),),
    )


def wishes_of(register: Register) -> Mapping[str, Message]:
    """Each kind of question with each ground that allows it, by a key of the form."""
    found = {
        f"{place}": message("{question}: {ground}", question=one.question.label, ground=one.text)
        for place, one in enumerate(register.grounds)
    }
    if register.public_status:
        found[CONSENT] = message(
            "{question}: the person who shows the document consents",
            question=Question.STATUS.label,
        )
    return found


def new_request() -> str:
    """A number by which a question that is sent twice stays one question."""
    return secrets.token_hex(_REQUEST_BYTES)


def checked(filled: Filled, groups: Sequence[Group]) -> Filled:
    """The same, with a fault where not exactly one group is filled in, and wholly."""
    given = [group for group in groups if any(filled.value(field.name) for field in group.fields)]
    if len(given) != 1:
        first = groups[-1].fields[0].name
        wish = message("Say who or what you ask about, in one of these ways.")
        return filled.with_faults(Fault(first, wish))
    faults = tuple(
        Fault(field.name, message("Fill in this field."))
        for field in given[0].fields
        if not filled.value(field.name) and field.name != "born"
    )
    months = filled.value("offence")
    if months and not (months.isascii() and months.isdecimal()):
        faults += (Fault("offence", message("a number is expected")),)
    return filled.with_faults(*faults)


def unclear(register: Register, form: Form, asking: Asking) -> tuple[Fault, ...]:
    """What cannot be looked up as it is: no number of this register, no name, no plate."""
    names = {field.name for field in form.fields}
    try:
        sought(register, asking.subject)
    except Invalid as refusal:
        found = refusal.faults or (Fault("", refusal.what),)
        return tuple(replace(one, field=one.field if one.field in names else "") for one in found)
    return ()


def missing_fields(form: Form, decision: Decision | None) -> tuple[Fault, ...]:
    """A fault at each question of the form without whose answer the policies say nothing yet."""
    if decision is None or decision.granted:
        return ()
    names = {_ASKED_BY[name] for name in decision.missing if name in _ASKED_BY}
    wish = message("The law asks for this before it is answered.")
    return tuple(Fault(field.name, wish) for field in form.fields if field.name in names)


def asking_of(register: Register, filled: Filled, request: str) -> Asking:
    """What was filled in, as a question."""
    wish = filled.value("wish")
    ground = None if wish == CONSENT else register.grounds[int(wish)]
    months = filled.value("offence")
    facts = Facts(
        purpose=filled.value("purpose"),
        instrument=ground.instrument if ground else None,
        article=ground.article if ground else None,
        offence_months=int(months) if months else None,
        case=filled.value("case") or None,
        time=datetime.now(UTC),
        channel=filled.value("channel") or None,
        consent=True if ground is None else None,
    )
    return Asking(
        register=register.name,
        question=ground.question if ground else Question.STATUS,
        subject=_subject(filled),
        facts=facts,
        request=request,
        day=filled.day("day"),
    )


def _subject(filled: Filled) -> Subject:
    exact = next(
        (
            (name.removeprefix(EXACT), value)
            for name, value in filled.values.items()
            if name.startswith(EXACT) and value
        ),
        ("", ""),
    )
    return Subject(
        number=filled.value("number"),
        exact=exact,
        family=filled.value("family"),
        given=filled.value("given"),
        born=filled.value("born"),
        country=filled.value("country") if filled.value("plate") else "",
        plate=filled.value("plate"),
    )
