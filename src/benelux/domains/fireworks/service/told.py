"""A check as machines read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from benelux.core.language import LANGUAGES, Language
from benelux.domains.fireworks.service.checks import Outcome, Source


@dataclass(frozen=True, slots=True)
class Told:
    """For each category whether it may be handed over: true, false or unknown, and why."""

    number: str
    country: str
    here: str
    day: date
    source: Source
    told_at: datetime | None
    good: bool | None
    valid_from: date | None
    valid_to: date | None
    categories: Sequence[str] | None
    may: Mapping[str, str]
    because: Mapping[str, Mapping[Language, Sequence[str]]]

    @classmethod
    def of(cls, one: Outcome) -> "Told":
        because = {
            category: {language: answer.explain(language) for language in LANGUAGES}
            for category, answer in one.answers.items()
        }
        return cls(
            one.number, one.country, one.here, one.day, one.source,
            one.told_at.astimezone(UTC) if one.told_at else None, one.shown.good,
            one.shown.first, one.shown.last, one.shown.categories,
            {category: one.may(category).value for category in one.answers}, because,
        )  # fmt: skip
