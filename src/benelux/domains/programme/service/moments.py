"""Everything that has a date: what the plan names, what came of it, what officers announce."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from benelux.domains.programme.model import TURNS, Action, Event, Moment, Plan, Record


def moments(whole: Plan, events: Sequence[Record[Event]] = ()) -> list[Moment]:
    """All dated things, the earliest first."""
    found = [*_of_plan(whole.actions.values()), *_of_events(events)]
    return sorted(found, key=lambda one: (one.day, one.key))


def of_action(action: Action) -> list[Moment]:
    return sorted(_of_plan((action,)), key=lambda one: (one.day, one.key))


def first_day(written: str) -> date:
    """The first day of a date that may be partial: 2025, 2025-08 or 2025-08-21."""
    parts = [int(part) for part in written.split("-")]
    return date(*[*parts, 1, 1][:3])


def _of_plan(actions: Iterable[Action]) -> Iterator[Moment]:
    for action in actions:
        for place, term in enumerate(action.terms):
            if term.date is None:
                continue
            yield Moment(
                day=first_day(term.date),
                written=term.date,
                exact=len(term.date) == len("2022-03-23"),
                title=action.title,
                what=term.what or term.said,
                source="Jaarplan 2022",
                href=f"programme/actions/{action.id}",
                tone="plan",
                key=f"{action.id}-term-{place}",
                before=term.said,
            )
        for place, turn in enumerate(action.since):
            yield Moment(
                day=first_day(turn.date),
                written=turn.date,
                exact=len(turn.date) == len("2022-03-23"),
                title=action.title,
                what=turn.what,
                source=turn.source,
                href=f"programme/actions/{action.id}",
                tone="since",
                key=f"{action.id}-since-{place}",
                before=TURNS[turn.status],
            )


def _of_events(events: Iterable[Record[Event]]) -> Iterator[Moment]:
    for record in events:
        event = record.content
        yield Moment(
            day=event.starts,
            written=event.starts.isoformat(),
            exact=True,
            title=event.title,
            what=event.place,
            source=record.version.author,
            href=f"programme/events/{record.id}",
            tone="event",
            until=event.ends,
            place=event.place,
            key=f"event-{record.id}",
        )
