"""Who asks a register gets what the ground allows and no more, and it is on record."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from statistics import median
from time import perf_counter

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from benelux.core.errors import Conflict, Invalid, NotAllowed, NotFound, Refusal, TooMany
from benelux.core.house import House
from benelux.core.identity import accords, registry
from benelux.core.identity.accord import Accord
from benelux.core.identity.facts import Facts
from benelux.core.language import Text
from benelux.core.ledger import Consultation, ledger_of
from benelux.core.ledger import tables as ledger_tables
from benelux.core.ledger.citizen import Asked
from benelux.core.ledger.service import consultations_of, verify
from benelux.core.registers import tables
from benelux.core.registers.checking import checked
from benelux.core.registers.declaration import Question
from benelux.core.registers.lookups import sought
from benelux.core.registers.matching.tokens import Tokens
from benelux.core.registers.numbers import Number
from benelux.core.registers.service import ask, ask_async, keeper_of, move, submit
from benelux.core.registers.values import Acting, Found, Subject
from tests.core.boats.registers import MOORINGS
from tests.core.harbour import (
    DUTCH,
    EMMA,
    KEEPER,
    MASTER,
    START,
    WATCH,
    asking,
    facts,
    moor,
)

EMMA_ASKED = Subject(family="Lambert", given="Emma", born="1990-05-17")
NOBODY = Subject(family="Peeters", given="Jan", born="1971-02-03")
CITIZEN = "sign-in demo demo-citizen"
MOORED = {key: EMMA[key] for key in ("family", "given", "born", "harbour", "kind", "hull")}


def last(house: House) -> Consultation:
    """The newest consultation on record."""
    log = ledger_of(house).open(KEEPER.id)
    for number in range(log.size() - 1, 0, -1):
        if log.leaf(number).kind == "consultation":
            return msgspec.json.decode(log.read(number), type=Consultation)
    raise AssertionError("no consultation is on record")


def size(house: House) -> int:
    return ledger_of(house).open(KEEPER.id).size()


def test_a_hit_says_that_there_is_a_record_and_nothing_more(harbour: House) -> None:
    moor(harbour)
    hit = ask(harbour, asking(EMMA_ASKED), by=WATCH)
    no_hit = ask(harbour, asking(NOBODY), by=WATCH)
    assert (hit.verdict, no_hit.verdict) == ("hit", "no-hit")
    same = {"verdict": "hit", "at": hit.at, "receipt": hit.receipt}
    assert replace(no_hit, **same) == hit  # type: ignore[arg-type]
    assert (hit.found, hit.quality, hit.recognised) == ((), "", "")


def test_a_status_shows_only_the_fields_that_are_declared_for_it(harbour: House) -> None:
    number = moor(harbour).id
    asked = asking(Subject(number=number), Question.STATUS)
    assert ask(harbour, asked, by=WATCH).verdict == "not-good"
    move(harbour, MOORINGS, number, "grant", by=MASTER, day=START)
    reply = ask(harbour, asking(Subject(number=number), Question.STATUS), by=WATCH)
    shown = {"harbour": "Nieuwpoort", "kind": "sail"}
    assert reply.verdict == "good"
    assert reply.found == (Found(number, "valid", START, None, shown),)


def test_a_full_answer_shows_the_record(harbour: House) -> None:
    number = moor(harbour).id
    reply = ask(harbour, asking(EMMA_ASKED, Question.FULL), by=WATCH)
    assert reply.verdict == "record"
    assert reply.found == (Found(number, "applied", START, None, MOORED),)
    assert reply.ground == "Boat Act art. 4"


@pytest.mark.parametrize(
    "subject",
    [
        Subject(exact=("hull", "be-771 ")),
        Subject(family="LAMBERT", given="Émma", born="1990-05-17"),
        Subject(family="Emma", given="Lambert", born="1990-05-17"),
        Subject(country="B", plate="1abc234"),
    ],
)
def test_a_record_is_found_by_each_declared_look_up(harbour: House, subject: Subject) -> None:
    moor(harbour, car_country="BE", car="1-ABC-234")
    assert ask(harbour, asking(subject), by=WATCH).verdict == "hit"


@pytest.mark.parametrize(
    "subject",
    [
        Subject(exact=("hull", "BE-77")),
        Subject(family="Lambert", given="Emma", born="1952-12-30"),
        Subject(country="NL", plate="12-ABC-3"),
        Subject(number=Number("BE", "BM", "00000000").text),
    ],
)
def test_what_is_another_is_not_found(harbour: House, subject: Subject) -> None:
    moor(harbour, car_country="BE", car="1-ABC-234")
    assert ask(harbour, asking(subject), by=WATCH).verdict == "no-hit"


@pytest.mark.parametrize(
    ("subject", "field"),
    [
        (Subject(), "subject"),
        (Subject(number="BE-BM-1111-1111-1", family="x"), "subject"),
        (Subject(number="hello"), "number"),
        (Subject(number="BE-ZZ-7K3M-9QXR-5"), "number"),
        (Subject(exact=("harbour", "Nieuwpoort")), "subject"),
        (Subject(exact=("hull", "\x00")), "hull"),
        (Subject(family="L\u0430mbert", given="Emma", born="1990-05-17"), "family"),
        (Subject(family="a" * 1024 * 1024, given="Emma", born="1990-05-17"), "family"),
        (Subject(family="Lambert", given="Emma", born="yesterday"), "born"),
        (Subject(family="Lambert", given="Emma", born="9" * 10**6), "born"),
        (Subject(country="BE", plate="1-ABC-*"), "plate"),
        (Subject(country="XX", plate="1-ABC-234"), "country"),
    ],
)
def test_what_is_no_question_is_refused_before_anything_is_looked_up(
    harbour: House, subject: Subject, field: str
) -> None:
    before = size(harbour)
    with pytest.raises(Invalid) as refused:
        ask(harbour, asking(subject), by=WATCH)
    assert field in {fault.field for fault in refused.value.faults}
    assert len(refused.value.line("de")) < 2000
    assert size(harbour) == before


@pytest.mark.parametrize(
    ("by", "told"),
    [
        (WATCH, {"purpose": "curiosity"}),
        (WATCH, {"purpose": None}),
        (WATCH, {"article": "6"}),
        (WATCH, {"instrument": "Boat Act (repealed)"}),
        (WATCH, {"case": ""}),
        (replace(WATCH, actor=replace(WATCH.actor, competences=("fireworks",))), {}),
        (replace(WATCH, actor=replace(WATCH.actor, roles=("registrar",))), {}),
        (replace(WATCH, actor=replace(WATCH.actor, active=False)), {}),
        (replace(WATCH, actor=replace(WATCH.actor, kind="Citizen")), {}),
        (DUTCH, {}),
        (DUTCH, {"accord": True}),
    ],
)
def test_whoever_may_not_ask_is_refused_with_reasons_and_that_is_on_record(
    harbour: House, by: Acting, told: dict[str, object]
) -> None:
    moor(harbour, about=(CITIZEN,))
    with pytest.raises(NotAllowed) as refused:
        ask(harbour, replace(asking(EMMA_ASKED), facts=facts(**told)), by=by)  # type: ignore[arg-type]
    assert refused.value.why
    on_record = last(harbour)
    assert (on_record.answer, on_record.decision.allowed) == ("refused", False)
    assert [one.what for one in seen_by_citizen(harbour)] == [on_record]


def test_an_accord_lets_the_other_country_ask_until_it_ends(harbour: House) -> None:
    moor(harbour)
    accord = Accord(
        "boats-be-nl", Text.same("Boat accord (invented)"), "Boat Act", ("BE", "NL"), "invented",
        ("5",), since=date(2026, 1, 1),
    )  # fmt: skip
    accords.enter(harbour.store, accord, author="test")
    assert ask(harbour, asking(EMMA_ASKED), by=DUTCH).verdict == "hit"
    accords.end(harbour.store, accord.id, date(2026, 1, 2), author="test")
    with pytest.raises(NotAllowed):
        ask(harbour, asking(EMMA_ASKED), by=DUTCH)


def test_a_status_for_another_country_says_by_which_source_it_counts_there(harbour: House) -> None:
    number = moor(harbour).id
    asked = asking(Subject(number=number), Question.STATUS)
    assert ask(harbour, asked, by=WATCH, country="NL").recognised == "Boat Accord art. 2"
    asked = asking(Subject(number=number), Question.STATUS)
    assert ask(harbour, asked, by=WATCH, country="LU").recognised == ""


def test_the_ledger_names_a_token_and_never_a_person(harbour: House) -> None:
    moor(harbour)
    for subject in (EMMA_ASKED, NOBODY):
        ask(harbour, asking(subject, case="2026/44"), by=WATCH)
    on_record = last(harbour)
    assert bytes.fromhex(on_record.object)
    assert on_record.case == "2026/44"
    assert (on_record.actor.organisation, on_record.actor.person) == ("be-watch", "watch-7")
    assert "Peeters" not in msgspec.json.encode(on_record).decode()


def seen_by_citizen(house: House) -> list[Asked]:
    return consultations_of(ledger_of(house), (CITIZEN,), date(2026, 12, 1))


def test_the_person_whom_a_found_record_is_about_sees_the_question(harbour: House) -> None:
    moor(harbour, about=(CITIZEN,))
    ask(harbour, asking(EMMA_ASKED), by=WATCH)
    ask(harbour, asking(NOBODY), by=WATCH)
    (seen,) = seen_by_citizen(harbour)
    assert seen.what.answer == "hit"


def test_the_same_request_gets_the_same_answer_and_is_one_entry(harbour: House) -> None:
    number = moor(harbour).id
    asked = asking(Subject(number=number), Question.FULL, "request 1")
    first = ask(harbour, asked, by=WATCH)
    before = size(harbour)
    move(harbour, MOORINGS, number, "grant", by=MASTER, day=START)
    assert ask(harbour, asked, by=WATCH) == first
    assert size(harbour) == before + 1  # the move


def test_the_same_requests_that_arrive_together_are_one_entry(harbour: House) -> None:
    moor(harbour)
    before = size(harbour)
    asked = asking(EMMA_ASKED, request="request 1")
    waiting = [submit(harbour, asked, by=WATCH) for _ in range(20)]
    assert len({one.result() for one in waiting}) == 1
    assert size(harbour) == before + 1


@pytest.mark.parametrize(
    "other",
    [
        {"subject": NOBODY},
        {"question": Question.STATUS},
        {"day": date(2026, 2, 1)},
        {"facts": Facts("rescue", "Boat Act", "5", case="another")},
    ],
)
def test_a_request_number_serves_one_question_and_its_reuse_is_on_record(
    harbour: House, other: dict[str, object]
) -> None:
    moor(harbour)
    asked = asking(EMMA_ASKED, request="request 1")
    ask(harbour, asked, by=WATCH)
    with pytest.raises(Conflict) as refused:
        ask(harbour, replace(asked, **other), by=WATCH)  # type: ignore[arg-type]
    assert refused.value.code == "registers.request-reused"
    log = ledger_of(harbour).log(KEEPER.id)
    assert log.leaf(log.size() - 1).kind == "refusal"


def test_two_organisations_may_number_their_requests_alike(harbour: House) -> None:
    moor(harbour)
    ask(harbour, asking(EMMA_ASKED, request="1"), by=WATCH)
    assert ask(harbour, asking(NOBODY, request="1"), by=MASTER).verdict == "no-hit"


def test_a_refused_request_stays_refused(harbour: House) -> None:
    moor(harbour)
    asked = asking(EMMA_ASKED, request="request 1")
    suspended = replace(WATCH, actor=replace(WATCH.actor, active=False))
    for _ in range(2):
        with pytest.raises(NotAllowed):
            ask(harbour, asked, by=suspended)
    with pytest.raises(Conflict):
        ask(harbour, asked, by=WATCH)


def test_whoever_asks_too_often_is_stopped_and_that_is_on_record(harbour: House) -> None:
    allowed = MOORINGS.purpose("inspection")
    assert allowed
    outcomes = [
        submit(harbour, asking(NOBODY, purpose="inspection"), by=WATCH)
        for _ in range(allowed.an_hour + 5)
    ]
    refused = [one for one in outcomes if isinstance(one.exception(), TooMany)]
    assert len(refused) == 5
    on_record = last(harbour)
    assert (on_record.answer, on_record.decision.allowed) == ("refused", False)
    assert verify(ledger_of(harbour), KEEPER.id, deep=True).holds
    assert ask(harbour, asking(NOBODY, purpose="inspection"), by=MASTER).verdict == "no-hit"


def test_many_that_ask_at_once_share_commits(harbour: House) -> None:
    moor(harbour)

    async def crowd() -> list[str]:
        asked = (ask_async(harbour, asking(EMMA_ASKED), by=WATCH) for _ in range(50))
        return [one.verdict for one in await asyncio.gather(*asked)]

    assert set(asyncio.run(crowd())) == {"hit"}
    assert verify(ledger_of(harbour), KEEPER.id, deep=True).holds


def test_one_that_is_refused_spoils_nothing_for_the_others(harbour: House) -> None:
    moor(harbour)
    good = [submit(harbour, asking(EMMA_ASKED), by=WATCH) for _ in range(5)]
    bad = submit(harbour, asking(EMMA_ASKED, purpose="curiosity"), by=WATCH)
    good += [submit(harbour, asking(EMMA_ASKED), by=WATCH) for _ in range(5)]
    assert isinstance(bad.exception(), NotAllowed)
    assert {one.result().verdict for one in good} == {"hit"}


def test_a_hit_is_what_holds_on_the_day_and_a_status_says_what_has_ended(harbour: House) -> None:
    number = moor(harbour, valid_to=date(2026, 6, 30)).id
    day = date(2026, 7, 1)
    hit = replace(asking(EMMA_ASKED), day=day)
    assert ask(harbour, hit, by=WATCH).verdict == "no-hit"
    status = replace(asking(Subject(number=number), Question.STATUS), day=day)
    reply = ask(harbour, status, by=WATCH)
    assert (reply.verdict, reply.found[0].valid_to) == ("not-good", date(2026, 6, 30))


def test_tokens_without_their_key_say_nothing(harbour: House) -> None:
    number = moor(harbour).id
    with harbour.store.read() as connection:
        tokens = set(connection.scalars(select(tables.token.c.token)))
        raw = b"".join(
            bytes(value) if isinstance(value, bytes) else str(value).encode()
            for table in (tables.record, tables.version, tables.content, tables.answer)
            for row in connection.execute(select(table))
            for value in row
        )
    assert tokens
    for said in ("Lambert", "Emma", "1990", "Nieuwpoort"):
        assert said.encode() not in raw
    stranger = Tokens(bytes(32))  # who tries out every number without the register's key
    assert stranger.of(MOORINGS.name, f"number {number}") not in {one % 2**64 for one in tokens}


def test_nothing_that_is_kept_of_a_question_tells_a_hit_by_its_size(harbour: House) -> None:
    moor(harbour)
    for subject in (EMMA_ASKED, NOBODY):
        ask(harbour, asking(subject), by=WATCH)
    answers = select(tables.answer.c.sealed)
    rows = ledger_tables.content.c
    entries = select(rows.sealed).where(rows.number >= size(harbour) - 2)
    about = ledger_tables.about.c
    persons = select(func.count()).where(about.number >= size(harbour) - 2).group_by(about.number)
    with harbour.store.read() as connection:
        for asked in (answers, entries):
            sizes = [len(one) for one in connection.scalars(asked)]
            assert len(sizes) == 2
            assert len(set(sizes)) == 1
        assert len(set(connection.scalars(persons))) == 1


@pytest.mark.slow
def test_a_hit_takes_as_long_as_no_hit(harbour: House) -> None:
    """The medians of many questions in turn differ by less than what they vary by themselves."""
    moor(harbour)
    taken: dict[str, list[float]] = {"hit": [], "no-hit": []}
    for turn in range(600):
        subject = EMMA_ASKED if turn % 2 else NOBODY
        started = perf_counter()
        reply = ask(harbour, asking(subject), by=WATCH)
        taken[reply.verdict].append(perf_counter() - started)
    hit, no_hit = (median(one) for one in taken.values())
    spread = sorted(taken["no-hit"])
    usual = spread[len(spread) * 3 // 4] - spread[len(spread) // 4]
    assert abs(hit - no_hit) < max(usual, 0.15 * no_hit)


def test_a_node_without_a_keeper_says_so(harbour: House) -> None:
    assert keeper_of(harbour, MOORINGS) == KEEPER
    harbour.store.write(
        lambda connection: registry.suspend(connection, type(KEEPER), KEEPER.id, author="test")
    )
    with pytest.raises(NotFound) as refused:
        keeper_of(harbour, MOORINGS)
    assert refused.value.code == "registers.no-keeper"


def test_a_register_that_nobody_declared_is_not_there(harbour: House) -> None:
    with pytest.raises(Refusal) as refused:
        ask(harbour, replace(asking(NOBODY), register="boats.nothing"), by=WATCH)
    assert refused.value.code == "registers.no-such-register"


def test_time_is_never_taken_from_who_asks(harbour: House) -> None:
    moor(harbour)
    told = asking(EMMA_ASKED, time=datetime(1999, 1, 1, tzinfo=UTC))
    assert ask(harbour, told, by=WATCH).at.year > 2000


def test_requests_without_a_number_or_with_endless_facts_are_refused(harbour: House) -> None:
    for asked in (
        replace(asking(NOBODY), request=" "),
        replace(asking(NOBODY), request="r" * 101),
        replace(asking(NOBODY), request="\ud800"),
        asking(NOBODY, case="c" * 10**6),
        asking(NOBODY, case="2026/7\n2026/8"),
        asking(NOBODY, channel="\udcff"),
    ):
        with pytest.raises(Invalid):
            ask(harbour, asked, by=WATCH)


ANY = st.text(st.characters(), max_size=30)  # half letters too, as from a command line


@given(st.builds(Subject, number=ANY) | st.builds(Subject, family=ANY, given=ANY, born=ANY)
       | st.builds(Subject, exact=st.tuples(st.sampled_from(["hull", "x"]), ANY))
       | st.builds(Subject, country=ANY | st.just("DE"), plate=ANY))  # fmt: skip
def test_anything_that_is_asked_about_is_sought_or_refused(subject: Subject) -> None:
    with suppress(Invalid):
        wanted = sought(MOORINGS, subject)
        assert 0 < len("".join(wanted.texts).encode()) < 20_000
        assert wanted.agrees("-", checked(MOORINGS, EMMA)) in {"", wanted.agrees("-", EMMA)}
