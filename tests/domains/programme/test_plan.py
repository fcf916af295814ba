"""The plan holds together: sections hold actions, and everything refers to what is there."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from benelux.core.errors import NotFound
from benelux.core.language import LANGUAGES, Text
from benelux.domains.programme.model import PILLARS, Event, LegalText, Record, Term, Version
from benelux.domains.programme.service.moments import first_day, moments, of_action
from benelux.domains.programme.service.plan import (
    find_action,
    find_instrument,
    find_partner,
    find_section,
    plan,
)
from tests.visits import OFFICER

FOUR = Text("Vergadering", "Réunion", "Sitzung", "Meeting")


def test_actions_stand_in_the_order_of_the_plan() -> None:
    order = list(plan().sections)
    places = [order.index(action.section) for action in plan().actions.values()]
    assert places == sorted(places)


def test_pillars_hold_every_action_once() -> None:
    held = [action.id for pillar in PILLARS for action in plan().in_pillar(pillar)]
    assert sorted(held) == sorted(plan().actions)
    assert [chapter.id for chapter in plan().chapters()] == ["presidency", "1", "2", "3", "4", "5"]
    assert plan().pillar_of(plan().actions["pyropass-register"]) == "2"


def test_a_section_belongs_to_the_pillar_of_its_parent() -> None:
    for section in plan().sections.values():
        if section.parent:
            assert plan().sections[section.parent].pillar == section.pillar


def test_the_same_matter_is_known_from_both_sides() -> None:
    for key, others in plan().same.items():
        assert key not in {other.id for other in others}
        for other in others:
            assert key in {one.id for one in plan().same[other.id]}
    same = {other.id for other in plan().same["presidency-digital-twin"]}
    assert same & {"digital-twin-support", "digital-twin-starter"}


def test_what_rests_on_a_text_and_what_a_partner_takes_part_in_is_complete() -> None:
    resting = {action.id for action in plan().by_instrument["M(2020)14"]}
    assert resting == {"pyropass-implementation", "pyropass-register"}
    for key, actions in plan().by_partner.items():
        assert actions == tuple(one for one in plan().actions.values() if key in one.partners)
    assert sum(map(len, plan().by_system.values())) == len(plan().actions)


def test_records_are_found_by_id_and_texts_by_citation_or_address() -> None:
    assert find_action("cycling-roadmap").section == "1.1"
    assert find_partner("lu").name.fr == "Luxembourg"
    assert find_section("2.1.1").pillar == "2"
    assert find_instrument("M(2020)14") is find_instrument("m-2020-14")


@given(key=some.text(max_size=200))
def test_what_is_not_there_is_not_found(key: str) -> None:
    whole = plan()
    known = {*whole.actions, *whole.partners, *whole.instruments, *whole.sections, *whole.by_slug}
    if key in known:
        return
    for find in (find_action, find_partner, find_instrument, find_section):
        with pytest.raises(NotFound) as told:
            find(key)
        assert told.value.now
        assert len(str(told.value)) < 200


def test_a_text_is_cited_as_each_language_does() -> None:
    rule = plan().instruments["(EU) 2016/681"]
    assert "(UE) 2016/681" in rule.cite("fr")
    assert "(EU) 2016/681" in rule.cite("nl")
    treaty = plan().instruments["benelux-treaty-2008"]
    assert treaty.citation is None
    assert [treaty.cite(language) for language in LANGUAGES] == list(treaty.title)
    assert LegalText("M(2020)14", "decision", "x", FOUR).slug == "m-2020-14"


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "on"},
        {"kind": "every", "per": "year"},
        {"kind": "every", "times": 2},
        {"kind": "on", "per": "year", "times": 2},
        {"kind": "every", "per": "year", "times": 2, "date": "2022"},
    ],
)
def test_a_term_has_either_a_date_or_a_rhythm(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="term"):
        Term(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("term", "said"),
    [
        (Term("every", per="year", times=2), "2 times a year"),
        (Term("every", per="month", times=1), "once a month"),
        (Term("within", per="year", times=2), "for 2 years"),
        (Term("by", date="2022-10-01"), "by"),
    ],
)
def test_a_term_says_its_rhythm(term: Term, said: str) -> None:
    assert str(term.said) == said


def test_the_latest_turn_of_an_action_is_the_last_in_time() -> None:
    action = plan().actions["higher-education-recognition"]
    assert action.latest
    assert action.latest.date == max(turn.date for turn in action.since)
    assert replace(action, since=()).latest is None


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2025", date(2025, 1, 1)),
        ("2025-08", date(2025, 8, 1)),
        ("2025-08-21", date(2025, 8, 21)),
    ],
)
def test_a_partial_date_begins_on_its_first_day(written: str, day: date) -> None:
    assert first_day(written) == day


def test_moments_are_the_dated_things_in_the_order_of_time() -> None:
    found = moments(plan())
    assert [moment.day for moment in found] == sorted(moment.day for moment in found)
    expected = sum(
        len([term for term in action.terms if term.date]) + len(action.since)
        for action in plan().actions.values()
    )
    assert len(found) == expected
    assert len({moment.key for moment in found}) == len(found)
    assert all(moment.exact == (len(moment.written) == 10) for moment in found)


def test_events_stand_among_the_moments_of_the_plan() -> None:
    version = Version("abc", 1, None, OFFICER.name, "published")  # type: ignore[arg-type]
    event = Event(FOUR, date(2022, 3, 22), date(2022, 3, 25), place="Namur")
    (found,) = [one for one in moments(plan(), [Record(version, event)]) if one.tone == "event"]
    assert (found.until, found.place, found.href) == (
        date(2022, 3, 25),
        "Namur",
        "programme/events/abc",
    )


def test_an_actions_own_moments_are_its_terms_and_its_turns() -> None:
    found = of_action(plan().actions["air-health-conference"])
    assert ("2022-03-23", "plan") in {(one.written, one.tone) for one in found}
