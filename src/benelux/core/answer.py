"""The explained answer: a value, why it is so, what is still missing, and the day it holds for.

True, false and unknown are three answers. `Truth` computes with them as Kleene did: what is
unknown stays unknown unless the rest decides on its own.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Generic, TypeVar

from benelux.core.language import Language, Message, message
from benelux.core.law import Ground

T = TypeVar("T")
U = TypeVar("U")
V = TypeVar("V")
W = TypeVar("W")


class Truth(Enum):
    """True, false or unknown; use `&`, `|` and `~`, and compare with `is`."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"

    @classmethod
    def of(cls, value: bool | None) -> "Truth":  # noqa: FBT001 - the one argument is the point
        """The truth of a plain value; None is unknown."""
        if value is None:
            return cls.UNKNOWN
        return cls.TRUE if value else cls.FALSE

    def __bool__(self) -> bool:
        if self is Truth.UNKNOWN:
            raise TypeError("UNKNOWN is neither true nor false; compare with `is Truth.TRUE`")
        return self is Truth.TRUE

    def __and__(self, other: "Truth") -> "Truth":
        if not isinstance(other, Truth):
            return NotImplemented
        return all_of((self, other))

    def __or__(self, other: "Truth") -> "Truth":
        if not isinstance(other, Truth):
            return NotImplemented
        return any_of((self, other))

    def __invert__(self) -> "Truth":
        if self is Truth.UNKNOWN:
            return self
        return Truth.FALSE if self is Truth.TRUE else Truth.TRUE


def all_of(truths: Iterable[Truth]) -> Truth:
    """False if one is false, else unknown if one is unknown, else true (also for none at all)."""
    return _decide(truths, Truth.FALSE, Truth.TRUE)


def any_of(truths: Iterable[Truth]) -> Truth:
    """True if one is true, else unknown if one is unknown, else false (also for none at all)."""
    return _decide(truths, Truth.TRUE, Truth.FALSE)


def _decide(truths: Iterable[Truth], decisive: Truth, otherwise: Truth) -> Truth:
    result = otherwise
    for truth in truths:
        if truth is decisive:
            return decisive
        if truth is Truth.UNKNOWN:
            result = Truth.UNKNOWN
    return result


Input = str | int | float | Decimal | date | Truth | bool | None


@dataclass(frozen=True, slots=True)
class Reason:
    """One step: what was found, on which ground, and the facts it was found from, by name."""

    what: Message
    ground: Ground | None = None
    inputs: Mapping[str, Input] = field(default_factory=dict)

    def explain(self, language: Language) -> str:
        said = self.what.to(language)
        if self.ground is None:
            return said
        sentence = said.removesuffix(".")
        return f"{sentence} ({self.ground.cite(language)}){said[len(sentence) :]}"


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that nobody gave: its name among the inputs, why it matters, and how to get it."""

    fact: str
    why: Message
    how_to_get: Message | None = None

    def explain(self, language: Language) -> str:
        said = message("Still missing: {why}", why=self.why).to(language)
        return f"{said} {self.how_to_get.to(language)}" if self.how_to_get else said


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """A value with its reasons, what is missing, and the day it holds for.

    `value` is None, or `Truth.UNKNOWN`, as long as the facts do not decide it.
    """

    value: T | None
    because: tuple[Reason, ...]
    missing: tuple[Missing, ...]
    as_of: date

    @classmethod
    def unknown(
        cls, missing: Sequence[Missing], as_of: date, because: Sequence[Reason] = ()
    ) -> "Answer[T]":
        """The answer that cannot be given yet, and why."""
        return cls(None, tuple(because), tuple(missing), as_of)

    @property
    def known(self) -> bool:
        """Whether the facts decide; a known answer may still list facts that would refine it."""
        return self.value is not None and self.value is not Truth.UNKNOWN

    def map(self, change: Callable[[T], U], because: Reason | None = None) -> "Answer[U]":
        """The same answer with its value changed, if it is known, and one reason more."""
        reasons = (*self.because, because) if because else self.because
        value = change(self.value) if self.known and self.value is not None else None
        return Answer(value, reasons, self.missing, self.as_of)

    def combine(self, other: "Answer[U]", merge: Callable[[T, U], V]) -> "Answer[V]":
        """One answer out of two, known when both are; all reasons and gaps are kept, once each.

        Raises `ValueError` when the two hold for different days.
        """
        _same_day(self.as_of, other.as_of)
        value = None
        if self.known and other.known and self.value is not None and other.value is not None:
            value = merge(self.value, other.value)
        return Answer(
            value,
            _once((*self.because, *other.because)),
            _once((*self.missing, *other.missing)),
            self.as_of,
        )

    def explain(self, language: Language) -> list[str]:
        """The steps, what is missing, and the day, each a sentence or two."""
        from babel.dates import format_date  # noqa: PLC0415 - slow to load, and few come here

        place = "en_GB" if language == "en" else language  # a day before its month
        day = format_date(self.as_of, "long", locale=place)
        return [
            *(reason.explain(language) for reason in self.because),
            *(missing.explain(language) for missing in self.missing),
            message("This holds on {day}.", day=day).to(language),
        ]


def all_hold(answers: Iterable[Answer[Truth]]) -> Answer[Truth]:
    """Whether all hold. Keeps the reasons that decide, and asks only for what could still decide.

    Raises `ValueError` for no answers at all, or for answers that hold for different days.
    """
    return _weigh(tuple(answers), Truth.FALSE, all_of)


def any_holds(answers: Iterable[Answer[Truth]]) -> Answer[Truth]:
    """Whether one holds; otherwise as `all_hold`."""
    return _weigh(tuple(answers), Truth.TRUE, any_of)


def _weigh(
    answers: tuple[Answer[Truth], ...],
    decisive: Truth,
    decide: Callable[[Iterable[Truth]], Truth],
) -> Answer[Truth]:
    if not answers:
        raise ValueError("no answers to weigh")
    _same_day(*(answer.as_of for answer in answers))
    truths = [Truth.UNKNOWN if answer.value is None else answer.value for answer in answers]
    value = decide(truths)
    pairs = list(zip(answers, truths, strict=True))
    counted = [answer for answer, truth in pairs if value is not decisive or truth is decisive]
    unsettled = [answer for answer, truth in pairs if truth is Truth.UNKNOWN]
    asking = unsettled if value is Truth.UNKNOWN else counted
    return Answer(
        value,
        _once(reason for answer in counted for reason in answer.because),
        _once(gap for answer in asking for gap in answer.missing),
        answers[0].as_of,
    )


def _same_day(*days: date) -> None:
    if len(set(days)) > 1:
        raise ValueError(f"answers for different days: {', '.join(map(str, sorted(days)))}")


def _once(items: Iterable[W]) -> tuple[W, ...]:
    """Each item once, in order; reasons hold mappings, so they compare but do not hash."""
    kept: list[W] = []
    for item in items:
        if item not in kept:
            kept.append(item)
    return tuple(kept)
