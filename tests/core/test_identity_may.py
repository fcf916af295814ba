"""`may` explains its yes and its no in four languages, and a decision can be put on record."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from benelux.core.answer import Truth
from benelux.core.errors import NotAllowed
from benelux.core.identity.authority import Officer
from benelux.core.identity.cedar import Outcome, Part
from benelux.core.identity.facts import Actor, Facts, Matter, ground_of
from benelux.core.identity.may import Decision, may
from benelux.core.language import LANGUAGES, Language
from tests.core.machines import CAMERA, DESK, POLICE

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
PASSES = Matter(
    "fireworks.passes", "be-licensing", "BE", "fireworks", purposes=("inspection",),
    full=(ground_of("M(2020)14", "4(1)"),), hit=(ground_of("Trb. 2018, 160", "14"),),
    status=(ground_of("M(2020)14", "4(2)"),),
)  # fmt: skip
OFFICER = Actor.officer(Officer("https://id.example", "7", POLICE.id, roles=("inquirer",)), POLICE)
HIT = Facts(
    purpose="inspection", instrument="Trb. 2018, 160", article="14", case="C-1", accord=True,
    time=AT,
)  # fmt: skip


def said(decision: Decision, language: Language) -> str:
    return " ".join(decision.explain(language))


def test_a_yes_says_by_which_rule_and_on_which_ground() -> None:
    found = may(OFFICER, "ask-hit", PASSES, HIT)
    assert (found.allowed, found.rules) == (Truth.TRUE, ("register.ask-hit",))
    assert found.at == AT
    found.require()
    words = {"nl": "toegestaan", "fr": "permis", "de": "erlaubt", "en": "permitted"}
    for language in LANGUAGES:
        assert words[language] in said(found, language)
        assert "Trb. 2018, 160 art. 14" in said(found, language)


def test_a_no_says_which_rule_forbids_it() -> None:
    found = may(OFFICER, "ask-hit", PASSES, replace(HIT, accord=False))
    assert (found.allowed, found.rules) == (Truth.FALSE, ("register.no-accord",))
    for language, word in (("nl", "akkoord"), ("fr", "accord"), ("de", "Vereinbarung")):
        assert word in said(found, language)


def test_what_is_missing_is_named_in_four_languages() -> None:
    found = may(OFFICER, "ask-hit", PASSES, Facts(purpose="inspection", time=AT))
    assert found.allowed is Truth.UNKNOWN
    assert found.missing == ("accord", "case", "ground")
    words = {"nl": "rechtsgrond", "fr": "base juridique", "de": "Rechtsgrundlage"}
    for language, word in words.items():
        assert word in said(found, language)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed) as refused:
        found.require()
    assert refused.value.code == "identity.missing-facts"
    assert "the reference of the case" in refused.value.line("en")


def test_a_no_without_a_rule_says_what_a_rule_permits() -> None:
    facts = Facts(purpose="curiosity", instrument="X", article="1", case="C", accord=True, time=AT)
    found = may(OFFICER, "ask-hit", PASSES, facts)
    assert (found.allowed, found.rules, found.missing) == (Truth.FALSE, (), ())
    assert "No rule permits this" in said(found, "en")
    assert "learns whether there is a record" in said(found, "en")
    with pytest.raises(NotAllowed) as refused:
        found.require()
    assert refused.value.code == "identity.not-permitted"


def test_unknown_is_neither_yes_nor_no() -> None:
    found = may(OFFICER, "ask-hit", PASSES, Facts(time=AT))
    assert not found.granted
    with pytest.raises(TypeError):
        bool(found.allowed)


def test_a_citizen_sees_their_own_and_the_law_is_cited_in_their_language() -> None:
    own = Matter("fireworks.passes", "be-licensing", "BE", "fireworks", record="1", holder="c-7")
    found = may(Actor.citizen("c-7"), "see-own", own, Facts(time=AT))
    assert found.granted
    assert found.ground == "(EU) 2016/679, Article 15"
    assert not may(Actor.citizen("c-8"), "see-own", own, Facts(time=AT)).granted


@pytest.mark.parametrize("name", ['"', "\\", 'c-7" || true //', "\u0000", "é" * 1000, "'"])
def test_no_pseudonym_passes_for_another(name: str) -> None:
    own = Matter("fireworks.passes", "be-licensing", "BE", "fireworks", record="1", holder="c-7")
    assert not may(Actor.citizen(name), "see-own", own, Facts(time=AT)).granted


def test_a_machine_acts_with_the_roles_of_its_service_and_a_node_with_none() -> None:
    assert may(Actor.machine(POLICE, DESK), "ask-hit", PASSES, HIT).granted
    assert may(Actor.machine(POLICE, DESK, CAMERA), "ask-hit", PASSES, HIT).granted
    assert not may(Actor.machine(POLICE), "ask-hit", PASSES, HIT).granted


def test_a_suspended_part_suspends_the_whole() -> None:
    for actor in (
        Actor.machine(POLICE, replace(DESK, active=False)),
        Actor.officer(Officer("i", "s", POLICE.id, roles=("inquirer",), active=False), POLICE),
    ):
        assert may(actor, "ask-hit", PASSES, HIT).rules == ("register.suspended",)


def test_facts_of_a_domain_take_the_place_of_none_of_cores() -> None:
    more = {"purpose": "inspection", "accord": True, "case": "C-1", "time": "2020-01-01"}
    found = may(OFFICER, "ask-hit", PASSES, Facts(more=more, accord=False, time=AT))
    assert not found.granted


def test_an_answer_that_is_remembered_is_that_to_the_same_question(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[object] = []
    engine = Part.decide

    def decide(part: Part, *told: object) -> Outcome:
        asked.append(told)
        return engine(part, *told)  # type: ignore[arg-type]

    monkeypatch.setattr(Part, "decide", decide)
    who = replace(OFFICER, id="of-this-test-alone")
    assert may(who, "ask-hit", PASSES, HIT).granted
    again = may(who, "ask-hit", PASSES, replace(HIT, case="C-2", time=AT + timedelta(days=1)))
    assert again.granted
    assert again.at == AT + timedelta(days=1)
    assert len(asked) == 1

    others: list[tuple[Actor, str, Matter, Facts]] = [
        (who, "ask-hit", PASSES, replace(HIT, case=" ")),
        (who, "ask-hit", PASSES, replace(HIT, case=None)),
        (who, "ask-hit", PASSES, replace(HIT, accord=False)),
        (who, "ask-hit", PASSES, replace(HIT, purpose="curiosity")),
        (who, "ask-hit", PASSES, replace(HIT, article="15")),
        (who, "ask-full", PASSES, HIT),
        (who, "ask-hit", replace(PASSES, channels=("contact-point",)), HIT),
        (who, "ask-hit", replace(PASSES, offence_months=12), HIT),
        (replace(who, active=False), "ask-hit", PASSES, HIT),
        (replace(who, roles=()), "ask-hit", PASSES, HIT),
    ]
    for other in others:
        assert not may(*other).granted


def test_a_fact_of_another_type_is_another_fact() -> None:
    serious = replace(PASSES, offence_months=1)
    assert may(OFFICER, "ask-hit", serious, replace(HIT, offence_months=1)).granted
    assert not may(OFFICER, "ask-hit", serious, replace(HIT, offence_months=True)).granted


def test_an_action_that_nobody_declared_is_a_slip_of_the_code() -> None:
    for action in ("ask-everything", "Fireworks::unknown", "", 'x"'):
        with pytest.raises(ValueError, match="no such action"):
            may(OFFICER, action, PASSES, HIT)


def test_a_decision_can_be_put_on_record_and_read_again() -> None:
    found = may(OFFICER, "ask-hit", PASSES, Facts(purpose="inspection", time=AT))
    packed = msgspec.json.encode(found)
    assert msgspec.json.decode(packed, type=Decision) == found
    assert msgspec.json.encode(found) == packed
