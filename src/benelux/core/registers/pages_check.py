"""The page that checks documents, also without a network, and the one that records checks."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

from benelux.core.house import House
from benelux.core.language import Language, Message, message, written
from benelux.core.registers import offline, telling
from benelux.core.registers.acting import acting_for
from benelux.core.registers.declaration import Register
from benelux.core.registers.issuers import documented
from benelux.core.registers.verdict import MEANINGS, Checked, check
from benelux.core.territory import LEGAL_TIME
from benelux.core.web.ask import Ask, Crumb, Reply, View
from benelux.core.web.pages import Pages

PAGES: Final = Pages("")
TITLE: Final = message("Check a document")
MADE: Final = message("Checks to put on record")
_STATUSES: Final[Mapping[str, Message]] = {
    "good": message("Status: neither suspended nor withdrawn, as of {moment}."),
    "withdrawn": message("Status: withdrawn, replaced or ended, as of {moment}."),
    "suspended": message("Status: suspended, as of {moment}."),
    "aged": message(
        "The newest status list here is of {moment}. It may have been withdrawn since then."
    ),
    "none": message("There is no status list here: it may have been withdrawn in the meantime."),
}
_BY_STATUS: Final = ("good", "withdrawn", "suspended")
_SIGNATURE: Final = message("The signature is good: {issuer} made this document on {day}.")
_SCRIPT: Final[Mapping[str, Message]] = {
    "signature": _SIGNATURE,
    "kind": telling.KIND,
    "number": telling.NUMBER,
    "from": telling.FROM,
    "until": telling.UNTIL,
    "ready": message(
        "This page also works without a network. Its list of issuers was fetched on {moment}."
    ),
    "online": message("This browser cannot keep the page: checks need a network here."),
    "nothing": message("There is no QR code in this picture that can be read."),
    "noCamera": message(
        "The camera cannot be used. Take a picture of the code, or paste its text."
    ),
    "waiting": message("Checks on this device that are not on record yet: {n}."),
}


@PAGES.page(
    "/registers/check",
    TITLE,
    message("Check the QR code of a pass or a permit, also where there is no network."),
    posts=True,
    camera=True,
)
def check_document(ask: Ask) -> Reply:
    text = ask.form.get("text", [""])[-1]
    found = check(ask.house, text, datetime.now(UTC)) if text.strip() else None
    values = {
        "words": _words(ask.language),
        "registers": _shown(documented(ask.house), ask.language),
        "text": text,
        "found": found,
        "meaning": MEANINGS[found.verdict] if found else None,
        "said": _said(ask, found),
    }
    lead = message("Is it genuine, and does it still hold? Scan the QR code, or paste its text.")
    return View("registers/check.html", TITLE, values, lead=lead)


def _nobody(_house: House) -> Iterable[Mapping[str, str]]:
    return ()


@PAGES.page(
    "/registers/check/made",
    MADE,
    message("Where officers put the checks on record that they made without a network."),
    posts=True,
    examples=_nobody,
)
def checks_made(ask: Ask) -> Reply:
    outcomes: list[offline.Outcome] = []
    if ask.form:
        acting = acting_for(ask.house, ask.person)
        sent = offline.read(ask.form.get("checks", [""])[-1])
        purpose = ask.form.get("purpose", [""])[-1]
        outcomes = offline.put_on_record(ask.house, sent, purpose=purpose, by=acting)
    values = {
        "purposes": offline.purposes(ask.house),
        "outcomes": outcomes,
        "taken": [one.id for one in outcomes if one.settled],
        "verdicts": {key: one.headline.to(ask.language) for key, one in MEANINGS.items()},
        "labels": [one.to(ask.language) for one in (offline.WHEN, telling.NUMBER, offline.RESULT)],
    }
    crumbs = [Crumb(TITLE, ask.url("registers/check"))]
    lead = message("The holder of each document sees that you checked it, when, and why.")
    return View("registers/made.html", MADE, values, crumbs, lead=lead)


def _words(language: Language) -> dict[str, object]:
    """All that the script may have to say."""
    verdicts = {
        key: {
            "tone": one.tone,
            "headline": one.headline.to(language),
            "says": one.says.to(language),
        }
        for key, one in MEANINGS.items()
    }
    statuses = {key: text.to(language) for key, text in _STATUSES.items()}
    said = {key: text.to(language) for key, text in _SCRIPT.items()}
    return {"verdicts": verdicts, "statuses": statuses, **said}


def _shown(registers: Iterable[Register], language: Language) -> dict[str, object]:
    """How documents of these registers are shown."""
    return {
        one.name: {
            "title": one.title[language],
            "fields": {
                field.key: {
                    "label": field.label.to(language),
                    "kind": field.kind,
                    "choices": {key: name.to(language) for key, name in field.choices.items()},
                }
                for field in one.fields
                if one.credential and field.key in one.credential.fields
            },
        }
        for one in registers
    }


def _said(ask: Ask, found: Checked | None) -> Mapping[str, object]:
    """What a document says, in the words of its register."""
    if found is None or found.document is None:
        return {}
    document = found.document
    register = next(one for one in documented(ask.house) if one.name == document.register)
    status = "none" if found.status is None else _BY_STATUS[found.status]
    now = datetime.now(LEGAL_TIME).strftime("%Y-%m-%d %H:%M")
    signature = Message(
        _SIGNATURE.msgid,
        {
            "issuer": document.issuer.name,
            "day": written(telling.legal_day(document.issued), ask.language),
        },
    )
    return {
        "signature": signature,
        "status": Message(_STATUSES[status].msgid, {"moment": now}),
        "facts": telling.facts_of(document, register, ask.language),
    }
