"""The calendar feed is iCalendar as RFC 5545 has it, and stays the same where nothing changed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from icalendar import Calendar
from icalendar.cal import Component
from litestar import Litestar
from litestar.testing import TestClient

from benelux.core.language import LANGUAGES, Language, Text, message
from benelux.domains.programme.formats.ical import calendar
from benelux.domains.programme.model import Moment
from benelux.domains.programme.service.moments import moments
from benelux.domains.programme.service.plan import plan

ORIGIN = "https://portal.example"
EACH = pytest.mark.parametrize("language", LANGUAGES)


def feed(found: list[Moment], language: Language = "en") -> bytes:
    return calendar(found, "Benelux", language, ORIGIN)


def entries(content: bytes) -> list[Component]:
    return list(Calendar.from_ical(content).walk("VEVENT"))


def moment(title: str, **more: object) -> Moment:
    given: dict[str, object] = {
        "day": date(2022, 3, 23),
        "written": "2022-03-23",
        "exact": True,
        "title": Text.same(title),
        "what": "",
        "source": "Jaarplan 2022",
        "href": "programme/actions/x",
        "tone": "plan",
        "key": "x-term-0",
        **more,
    }
    return Moment(**given)  # type: ignore[arg-type]


@EACH
def test_the_real_plan_is_a_calendar_that_others_can_read(language: Language) -> None:
    found = moments(plan())
    content = feed(found, language)
    parsed = Calendar.from_ical(content)
    assert (str(parsed["version"]), str(parsed["method"])) == ("2.0", "PUBLISH")
    assert parsed["prodid"]
    assert len(entries(content)) == sum(1 for one in found if one.exact)
    titles = [str(one["summary"]) for one in entries(content)]
    for title, one in zip(titles, (one for one in found if one.exact), strict=True):
        assert title.endswith(one.title[language])


@EACH
def test_lines_are_folded_at_75_octets_between_letters_and_end_as_the_standard_asks(
    language: Language,
) -> None:
    content = feed([*moments(plan()), moment("Fête de l'été à Gröningen – 🚲" * 20)], language)
    assert content.endswith(b"END:VCALENDAR\r\n")
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode()  # no letter is cut in two
        assert b"\n" not in line
        assert b"\r" not in line


def test_each_entry_has_what_the_standard_asks_of_it() -> None:
    found = entries(feed(moments(plan())))
    for entry in found:
        for name in ("uid", "dtstamp", "dtstart", "summary"):
            assert entry[name]
        assert entry["dtstamp"].dt.utcoffset() == timedelta(0)
        assert str(entry["url"]).startswith(f"{ORIGIN}/en/programme/")
    assert len({str(entry["uid"]) for entry in found}) == len(found)


def test_an_entry_takes_whole_days_and_ends_on_the_day_after() -> None:
    one, several = entries(
        feed([moment("one"), moment("several", until=date(2022, 3, 25), key="event-1")])
    )
    for entry, days in ((one, 1), (several, 3)):
        assert type(entry["dtstart"].dt) is date
        assert entry["dtstart"].params["value"] == "DATE"
        assert entry["dtend"].dt - entry["dtstart"].dt == timedelta(days=days)
        assert entry["dtstamp"].dt == datetime(2022, 3, 23, tzinfo=UTC)


def test_a_date_that_is_not_whole_stays_out_of_the_calendar() -> None:
    assert entries(feed([moment("some day", exact=False, written="2022-03")])) == []


def test_entries_keep_their_uid_in_every_language_and_when_others_come() -> None:
    def uids(found: list[Moment], language: Language) -> list[str]:
        return [str(entry["uid"]) for entry in entries(feed(found, language))]

    whole = moments(plan())
    first = uids(whole, "nl")
    assert [uids(whole, language) for language in LANGUAGES] == [first] * 4
    assert set(uids([*whole, moment("new", key="event-new")], "nl")) > set(first)
    assert feed(whole) == feed(whole)


def test_a_place_a_source_and_what_came_before_the_title_are_told() -> None:
    since = moment(
        "Treaty", tone="since", before=message("In force"), place="Namur; Wallonia, Belgium",
        what=Text.same("It holds.\nSince today."), source="Trb. 2018, 160",
    )  # fmt: skip
    (entry,) = entries(feed([since]))
    assert str(entry["summary"]) == "In force: Treaty"
    assert str(entry["location"]) == "Namur; Wallonia, Belgium"
    assert str(entry["description"]) == "It holds.\nSince today.\nTrb. 2018, 160"


# A line feed is the only control character that text can carry.
TEXT = some.text(
    some.characters(exclude_categories=["Cs", "Cc"]) | some.just("\n"), min_size=1, max_size=120
)


@settings(max_examples=80)
@given(title=TEXT, place=TEXT, what=TEXT)
def test_whatever_is_written_in_an_entry_is_read_again(title: str, place: str, what: str) -> None:
    (entry,) = entries(feed([moment(title, place=place, what=what)]))
    assert str(entry["summary"]) == title
    assert str(entry["location"]) == place
    assert str(entry["description"]) == f"{what}\nJaarplan 2022".strip()


@pytest.mark.parametrize("title", ["END:VEVENT\r\nBEGIN:VALARM", "a\rb", "a\x00b", "a\u2028b"])
def test_no_text_can_end_its_entry(title: str) -> None:
    content = feed([moment(title)])
    assert content.count(b"\r\nEND:VEVENT\r\n") == 1
    assert b"\r\nBEGIN:VALARM" not in content
    assert len(entries(content)) == 1


@EACH
def test_the_feed_is_served_as_a_calendar_under_one_address_a_language(
    portal: TestClient[Litestar], language: str
) -> None:
    page = portal.get(f"/{language}/programme/calendar.ics")
    api = portal.get(f"/api/programme/calendar.ics?lang={language}")
    for answer in (page, api):
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert page.content == api.content
    assert page.headers["etag"] == portal.get(f"/{language}/programme/calendar.ics").headers["etag"]
