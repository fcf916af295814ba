"""Officers draft, publish, withdraw and undo; every version stays as it was."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import Connection, delete, update
from sqlalchemy.exc import DBAPIError

from benelux.core.errors import Conflict, Invalid, NotFound
from benelux.core.house import House
from benelux.core.identity.person import SECRETARIAT, Person
from benelux.core.language import LANGUAGES, Text
from benelux.core.store import Store
from benelux.domains.programme import tables
from benelux.domains.programme.model import STAGES, Event, Progress, Publication, Record
from benelux.domains.programme.service import records
from benelux.domains.programme.service.plan import plan
from tests.visits import OFFICER, opened

FOUR = Text("Vergadering", "Réunion", "Sitzung", "Meeting")
EVENT = Event(
    FOUR, date(2022, 3, 23), date(2022, 3, 24), "Namur", "https://a.eu/", ("hestia-project",)
)
STEP = Progress("cycling-roadmap", "under_way", date(2022, 5, 1), FOUR, "Minutes of 1 May")
OTHER = Person("9", "Eva Wagner", "General Secretariat", (SECRETARIAT,), "https://id.example")
Content = Event | Progress


@pytest.fixture
def kept(any_url: str, tmp_path: Path) -> Iterator[Store]:
    """A store with the programme's tables, once on each engine."""
    with opened(tmp_path, database=any_url) as house:
        yield house.store


def record(  # noqa: PLR0913 - as the service has it
    store: Store,
    content: Content,
    state: Publication = "draft",
    *,
    key: str = "",
    after: int = 0,
    person: Person = OFFICER,
) -> str:
    return store.write(
        lambda connection: records.record(
            connection, plan(), content, person=person, key=key, expected_version=after, state=state
        )
    )


def published(store: Store, kind: type[Event | Progress] = Event) -> list[Record[Event]]:
    with store.read() as connection:
        return records.every(connection, kind)  # type: ignore[type-var, return-value]


def every_version(store: Store, key: str) -> list[Record[Event]]:
    with store.read() as connection:
        return records.versions(connection, Event, key)


def test_what_is_recorded_comes_back_with_its_author_and_its_moment(kept: Store) -> None:
    before = datetime.now(tz=UTC)
    key = record(kept, EVENT, "published")
    (found,) = published(kept)
    assert found.content == EVENT
    assert (found.id, found.version.number, found.version.author) == (key, 1, OFFICER.name)
    assert before <= found.version.recorded_at <= datetime.now(tz=UTC)


def test_a_draft_is_for_officers_only(kept: Store) -> None:
    key = record(kept, EVENT)
    step = record(kept, STEP)
    assert published(kept) == []
    with kept.read() as connection:
        assert [one.id for one in records.every(connection, Event, drafts=True)] == [key]
        assert [one.id for one in records.every(connection, Progress, drafts=True)] == [step]
        assert records.progress_of(connection, "cycling-roadmap") == []


def test_what_is_withdrawn_or_drafted_again_is_published_no_more(kept: Store) -> None:
    states: tuple[Publication, ...] = ("withdrawn", "published", "draft")
    key = record(kept, EVENT, "published")
    for number, state in enumerate(states, 1):
        record(kept, EVENT, state, key=key, after=number)
        assert len(published(kept)) == (1 if state == "published" else 0)


@pytest.mark.parametrize("missing", LANGUAGES)
@pytest.mark.parametrize(("kind", "name"), [(Event, "title"), (Progress, "note")])
def test_publishing_needs_all_four_languages(
    store_url: str, tmp_path: Path, missing: str, kind: type[Content], name: str
) -> None:
    text = Text(*("  " if language == missing else "x" for language in LANGUAGES))
    content: Content = (
        Event(text, date(2022, 3, 23))
        if kind is Event
        else Progress("cycling-roadmap", "done", date(2022, 3, 23), text, "Minutes")
    )
    with opened(tmp_path, database=store_url) as house:
        with pytest.raises(Invalid) as refused:
            record(house.store, content, "published")
        assert [fault.field for fault in refused.value.faults] == [f"{name}_{missing}"]
        assert published(house.store, kind) == []
        assert record(house.store, content)  # a draft needs only one


def test_a_record_without_any_words_is_refused_even_as_a_draft(kept: Store) -> None:
    with pytest.raises(Invalid, match="at least one language"):
        record(kept, Event(Text.same(" "), date(2022, 3, 23)))


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (Event(FOUR, date(2022, 3, 23), date(2022, 3, 22)), "ends"),
        (Event(FOUR, date(2022, 3, 23), actions=("no-such-action",)), "action"),
        (Progress("no-such-action", "done", date(2022, 3, 23), FOUR, "Minutes"), "action_id"),
        (Progress("cycling-roadmap", "done", date(2022, 3, 23), FOUR, "  "), "evidence"),
    ],
)
def test_what_is_wrong_is_named_by_its_field_and_nothing_is_kept(
    kept: Store, content: Content, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        record(kept, content)
    assert [fault.field for fault in refused.value.faults] == [field]
    with kept.read() as connection:
        assert records.every(connection, Event, drafts=True) == []
        assert records.every(connection, Progress, drafts=True) == []


def test_who_saves_over_a_newer_version_is_told(kept: Store) -> None:
    key = record(kept, EVENT)
    record(kept, EVENT, key=key, after=1, person=OTHER)
    for stale in (0, 1, 3):
        with pytest.raises(Conflict):
            record(kept, EVENT, "published", key=key, after=stale)
    assert [one.version.author for one in every_version(kept, key)] == [OTHER.name, OFFICER.name]


def test_two_officers_at_once_are_not_both_first(kept: Store) -> None:
    key = record(kept, EVENT)
    works = [
        kept.submit(
            lambda connection: records.record(
                connection, plan(), EVENT, person=OTHER, key=key, expected_version=1
            )
        )
        for _ in range(5)
    ]
    refused = [work.exception() for work in works]
    assert [type(one) for one in refused if one] == [Conflict] * 4
    assert len(every_version(kept, key)) == 2


def test_undoing_is_a_new_version_with_the_content_and_state_of_the_old_one(kept: Store) -> None:
    key = record(kept, EVENT, "published")
    record(kept, Event(FOUR, date(2030, 1, 1)), "withdrawn", key=key, after=1, person=OTHER)
    kept.write(lambda connection: records.undo(connection, Event, key, 1, person=OFFICER))
    newest, *older = every_version(kept, key)
    assert (newest.version.number, newest.version.restores) == (3, 1)
    assert (newest.content, newest.version.state) == (EVENT, "published")
    assert newest.version.author == OFFICER.name
    assert [one.content.starts for one in older] == [date(2030, 1, 1), EVENT.starts]
    assert [one.version.state for one in older] == ["withdrawn", "published"]


def test_what_never_was_cannot_be_undone_or_found(kept: Store) -> None:
    key = record(kept, EVENT)
    for name, version in ((key, 2), (key, 0), ("none", 1)):
        with pytest.raises(NotFound):
            kept.write(
                lambda connection, name=name, version=version: records.undo(  # type: ignore[misc]
                    connection, Event, name, version, person=OFFICER
                )
            )
    with kept.read() as connection:
        for find in (records.find, records.versions):
            with pytest.raises(NotFound):
                find(connection, Event, "none")
            with pytest.raises(NotFound):  # progress is not an event
                find(connection, Progress, key)


def test_the_database_itself_keeps_every_version_as_it_was(kept: Store) -> None:
    key = record(kept, EVENT)

    def change(connection: Connection) -> None:
        connection.execute(update(tables.event).values(place="Elsewhere"))

    def remove(connection: Connection) -> None:
        connection.execute(delete(tables.event))

    for work in (change, remove):
        with pytest.raises(DBAPIError):
            kept.write(work)
    assert every_version(kept, key)[0].content.place == "Namur"


def test_progress_on_an_action_stands_with_the_latest_day_first(kept: Store) -> None:
    days = [date(2022, 5, 1), date(2023, 1, 1), date(2021, 1, 1)]
    for day in days:
        record(kept, Progress("cycling-roadmap", "done", day, FOUR, "Minutes"), "published")
    record(kept, Progress("hestia-project", "done", days[0], FOUR, "Minutes"), "published")
    with kept.read() as connection:
        found = records.progress_of(connection, "cycling-roadmap")
        newest = records.newest_progress(records.every(connection, Progress))
    assert [one.content.day for one in found] == sorted(days, reverse=True)
    assert newest["cycling-roadmap"].content.day == date(2023, 1, 1)
    assert set(newest) == {"cycling-roadmap", "hestia-project"}


WORDS = some.text(
    some.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=40
)
EVENTS = some.builds(
    Event,
    some.builds(Text, WORDS, WORDS, WORDS, WORDS),
    some.dates(date(1900, 1, 1), date(2100, 1, 1)),
    some.none() | some.dates(date(2100, 1, 1), date(2199, 12, 31)),
    WORDS,
    WORDS,
    some.lists(some.sampled_from(sorted(plan().actions)), unique=True, max_size=3).map(tuple),
    WORDS,
)
STEPS = some.builds(
    Progress,
    some.sampled_from(sorted(plan().actions)),
    some.sampled_from(sorted(STAGES)),
    some.dates(),
    some.builds(Text, WORDS, WORDS, WORDS, WORDS),
    WORDS.filter(str.strip),
    WORDS,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(event=EVENTS, step=STEPS)
def test_whatever_is_recorded_comes_back_as_it_was(
    new_house: House, event: Event, step: Progress
) -> None:
    for content in (event, step):
        if any(map(str.strip, _words(content))):
            key = record(new_house.store, content)
            with new_house.store.read() as connection:
                assert records.find(connection, type(content), key).content == content


def _words(content: Content) -> Text:
    return content.title if isinstance(content, Event) else content.note
