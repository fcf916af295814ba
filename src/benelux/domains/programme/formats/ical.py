"""Dated things as an iCalendar feed (RFC 5545), made by the icalendar library."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from benelux.core.language import Language, translate
from benelux.domains.programme.model import Moment

if TYPE_CHECKING:
    from icalendar import Event


def calendar(moments: Iterable[Moment], name: str, language: Language, origin: str) -> bytes:
    """A calendar of the moments that have a whole date, one all-day entry each.

    `origin` is where the portal is, for the links; entries keep their UID between feeds, so that
    a subscriber sees a change and not a copy.
    """
    # Slow to load, and most readers never subscribe.
    from icalendar import Calendar  # noqa: PLC0415

    feed = Calendar()
    feed.add("prodid", "-//Benelux//Programme//EN")
    feed.add("version", "2.0")
    feed.add("calscale", "GREGORIAN")
    feed.add("method", "PUBLISH")
    feed.add("x-wr-calname", name)
    feed.add("refresh-interval;value=duration", "PT12H")
    for moment in moments:
        if moment.exact:
            feed.add_component(_entry(moment, language, origin))
    return bytes(feed.to_ical())


def _entry(moment: Moment, language: Language, origin: str) -> "Event":
    from icalendar import Event  # noqa: PLC0415 - as above

    entry = Event()
    entry.add("uid", f"{moment.key}@programme.benelux")
    # The moment a record was made is not part of the plan; its own day keeps feeds comparable.
    entry.add("dtstamp", datetime.combine(moment.day, datetime.min.time(), tzinfo=UTC))
    entry.add("dtstart", moment.day)
    entry.add("dtend", (moment.until or moment.day) + timedelta(days=1))
    before = f"{moment.before.to(language)}: " if moment.before and moment.tone == "since" else ""
    entry.add("summary", f"{before}{moment.title[language]}")
    said = translate(moment.what, language) if moment.what else ""
    entry.add("description", f"{said}\n{moment.source}".strip())
    if moment.place:
        entry.add("location", moment.place)
    entry.add("url", f"{origin}/{language}/{moment.href}")
    entry.add("transp", "TRANSPARENT")
    return entry
