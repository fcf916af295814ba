"""Two times: what holds on a day, as it was known at a moment, against a naive list of claims."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benelux.core.errors import Conflict, Invalid, NotAllowed, NotFound
from benelux.core.house import House
from benelux.core.ledger import ledger_of
from benelux.core.registers.service import correct, enter, history, move, record_of, records
from benelux.core.registers.timeline import Claim, Span, holding, last_day, nearest
from tests.core.boats.registers import MOORINGS
from tests.core.harbour import EMMA, KEEPER, MASTER, START, WATCH, moor

FIRST = date(2026, 1, 1)
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
days = st.integers(0, 20).map(lambda n: FIRST + timedelta(days=n))
spans = days.map(lambda day: Span(day, None)) | st.tuples(days, days).map(
    lambda pair: Span(min(pair), max(pair))
)


@st.composite
def stories(draw: st.DrawFn) -> list[Claim]:
    """Versions one after the other, as `enter`, `correct` and `move` make them; the last first."""
    first = draw(spans)
    found = [Claim(1, "v1", first, first, MOMENT)]
    for number in range(2, draw(st.integers(1, 6)) + 1):
        before, span = found[-1], draw(spans)
        at = before.recorded_at + timedelta(hours=draw(st.integers(0, 2)))
        over = span.hull(before.over) if draw(st.booleans()) else span
        found.append(Claim(number, f"v{number}", span, over, at))
    return found[::-1]


def naive(claims: list[Claim], day: date) -> str | None:
    """The last word about that day, told day by day."""
    told: str | None = None
    for claim in sorted(claims, key=lambda one: one.version):
        if claim.over.holds(day):
            told = claim.state if claim.valid.holds(day) else None
    return told


@given(stories(), st.lists(days, min_size=1))
def test_the_last_word_about_a_day_holds(claims: list[Claim], asked: list[date]) -> None:
    for day in asked:
        found = holding(claims, day)
        assert (found.state if found else None) == naive(claims, day)


@given(stories(), days)
def test_where_nothing_holds_what_ended_last_is_nearest(claims: list[Claim], day: date) -> None:
    told = {at: naive(claims, at) for at in (FIRST + timedelta(days=n) for n in range(-1, 25))}
    before = [at for at, state in told.items() if at <= day and state]
    after = [at for at, state in told.items() if at > day and state]
    found = nearest(claims, day)
    if not before and not after:
        assert found is None
        return
    expected = naive(claims, before[-1] if before else after[0])
    assert found is not None
    assert found.state == expected


@given(stories())
def test_the_last_day_is_the_last_on_which_something_holds(claims: list[Claim]) -> None:
    last = last_day(claims)
    far = FIRST + timedelta(days=100)
    if last is None:
        assert naive(claims, far)
        return
    assert naive(claims, far) is None
    told = [at for at in (FIRST + timedelta(days=n) for n in range(25)) if naive(claims, at)]
    assert last == (told[-1] if told else date.min)


@dataclass
class Ticking:
    """A clock by which no two moments are the same."""

    now: datetime = datetime(2026, 2, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def ticking(harbour: House, monkeypatch: pytest.MonkeyPatch) -> Ticking:
    clock = Ticking()
    monkeypatch.setattr(ledger_of(harbour).open(KEEPER.id), "clock", clock)
    return clock


def test_what_the_register_said_about_a_day_can_be_asked_as_known_then(
    harbour: House, ticking: Ticking
) -> None:
    number = moor(harbour).id
    entered = ticking.now
    move(harbour, MOORINGS, number, "grant", by=MASTER, day=date(2026, 1, 10))
    granted = ticking.now
    move(harbour, MOORINGS, number, "suspend", by=MASTER, reason="fees", day=date(2026, 3, 1))
    suspended = ticking.now
    move(harbour, MOORINGS, number, "lift", by=MASTER, day=date(2026, 4, 1))
    for day, known_at, state in (
        (date(2026, 1, 5), None, "applied"),
        (date(2026, 1, 15), entered, "applied"),
        (date(2026, 1, 15), granted, "valid"),
        (date(2026, 3, 15), granted, "valid"),
        (date(2026, 3, 15), suspended, "suspended"),
        (date(2026, 4, 15), suspended, "suspended"),
        (date(2026, 4, 15), None, "valid"),
        (date(2026, 3, 15), None, "suspended"),
    ):
        found = record_of(harbour, MOORINGS, number, day=day, known_at=known_at)
        assert found.state == state, (day, known_at)
        listed = records(harbour, MOORINGS, day=day, known_at=known_at)
        assert list(listed) == [found]
    before = entered - timedelta(minutes=1)
    with pytest.raises(NotFound):
        record_of(harbour, MOORINGS, number, known_at=before)
    assert not records(harbour, MOORINGS, known_at=before)


def test_a_correction_that_shortens_the_days_leaves_nothing_after_them(harbour: House) -> None:
    number = moor(harbour).id
    last = date(2026, 12, 31)
    correct(
        harbour, MOORINGS, number, EMMA, by=MASTER, expected_version=1, valid_to=last,
        reason="was entered without its last day",
    )  # fmt: skip
    assert record_of(harbour, MOORINGS, number, day=last).valid_to == last
    with pytest.raises(NotFound):
        record_of(harbour, MOORINGS, number, day=date(2027, 1, 1))


def test_history_has_every_version_with_its_reason_and_changes_none(harbour: House) -> None:
    first = moor(harbour)
    correct(
        harbour, MOORINGS, first.id, {**EMMA, "harbour": "Zeebrugge"}, by=MASTER,
        expected_version=1, reason="moved to another harbour",
    )  # fmt: skip
    newest, oldest = history(harbour, MOORINGS, first.id)
    assert oldest == first
    assert (newest.version, newest.reason) == (2, "moved to another harbour")
    assert newest.content
    assert newest.content["harbour"] == "Zeebrugge"
    assert all(one.recorded_at <= other.recorded_at for other, one in pairwise((newest, oldest)))


def test_whoever_comes_second_is_told(harbour: House) -> None:
    number = moor(harbour).id
    correct(harbour, MOORINGS, number, EMMA, by=MASTER, expected_version=1)
    with pytest.raises(Conflict) as refused:
        correct(harbour, MOORINGS, number, EMMA, by=MASTER, expected_version=1)
    assert refused.value.code == "registers.stale"
    assert len(history(harbour, MOORINGS, number)) == 2


def test_a_move_starts_where_it_may_and_says_why_where_it_must(harbour: House) -> None:
    number = moor(harbour).id
    with pytest.raises(Conflict):
        move(harbour, MOORINGS, number, "suspend", by=MASTER, reason="fees")
    move(harbour, MOORINGS, number, "grant", by=MASTER)
    with pytest.raises(Invalid) as refused:
        move(harbour, MOORINGS, number, "suspend", by=MASTER, reason="  ")
    assert refused.value.faults[0].field == "reason"
    with pytest.raises(NotFound):
        move(harbour, MOORINGS, number, "sink", by=MASTER)
    done = move(harbour, MOORINGS, number, "suspend", by=MASTER, reason="fees unpaid")
    assert (done.state, done.reason) == ("suspended", "fees unpaid")


def test_what_has_ended_is_not_moved_from_today_on(harbour: House) -> None:
    number = moor(harbour, valid_to=date(2026, 1, 31)).id
    with pytest.raises(Conflict) as refused:
        move(harbour, MOORINGS, number, "grant", by=MASTER, day=date(2026, 3, 1))
    assert refused.value.code == "registers.ended"
    assert move(harbour, MOORINGS, number, "grant", by=MASTER, day=START).state == "valid"


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 2, 1), date(2026, 1, 1)),
        (date(1, 1, 1), None),
        (date(2026, 1, 1), date(9999, 12, 31)),
    ],
)
def test_days_that_cannot_be_are_refused(harbour: House, first: date, last: date | None) -> None:
    with pytest.raises(Invalid) as refused:
        moor(harbour, valid_from=first, valid_to=last)
    assert refused.value.code == "registers.days"
    assert not records(harbour, MOORINGS)


def test_who_is_no_registrar_writes_nothing(harbour: House) -> None:
    number = moor(harbour).id
    with pytest.raises(NotAllowed):
        moor(harbour, by=WATCH)
    with pytest.raises(NotAllowed):
        correct(harbour, MOORINGS, number, EMMA, by=WATCH, expected_version=1)
    with pytest.raises(NotAllowed):
        move(harbour, MOORINGS, number, "grant", by=WATCH)
    assert len(history(harbour, MOORINGS, number)) == 1


def test_a_number_that_is_known_already_can_be_given_once(harbour: House) -> None:
    number = moor(harbour).id
    with pytest.raises(Conflict) as refused:
        moor(harbour, id=number.lower())
    assert refused.value.code == "registers.number-taken"
    with pytest.raises(Invalid):
        moor(harbour, id=number.replace("BE-", "NL-"))


def test_bad_content_leaves_nothing_behind(harbour: House) -> None:
    with pytest.raises(Invalid):
        enter(harbour, MOORINGS, {**EMMA, "born": "x"}, by=MASTER, valid_from=START)
    assert not records(harbour, MOORINGS)
    for about in (["x"] * 2 + ["y", "z", "u", "v"], [""], ["\ud800"], ["a" * 301]):
        with pytest.raises(Invalid):
            moor(harbour, about=about)
    assert not records(harbour, MOORINGS)


def test_every_act_is_on_record(harbour: House) -> None:
    number = moor(harbour).id
    move(harbour, MOORINGS, number, "grant", by=MASTER)
    correct(harbour, MOORINGS, number, EMMA, by=MASTER, expected_version=2)
    log = ledger_of(harbour).log(KEEPER.id)
    kinds = [log.leaf(number).kind for number in range(log.size())]
    assert kinds == ["opening", "register", "register", "register"]
