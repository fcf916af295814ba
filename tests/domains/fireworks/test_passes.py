"""A pass from application to end, in three nodes: issue, check, withdraw, replace, look up."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from benelux.core.answer import Truth
from benelux.core.errors import Conflict, Invalid, NotAllowed, NotFound, NotSignedIn, TooMany
from benelux.core.exchange import fanout
from benelux.core.exchange.gathering import who_asked
from benelux.core.exchange.lines import late
from benelux.core.identity.facts import Facts
from benelux.core.registers import numbers, service
from benelux.core.registers.acting import acting_for
from benelux.core.registers.credential import issue_document
from benelux.core.registers.notices import notice_of
from benelux.core.registers.values import Record
from benelux.core.territory import LEGAL_TIME
from benelux.domains.fireworks.registers import PASSES
from benelux.domains.fireworks.rules.passes import last_day
from benelux.domains.fireworks.service import checks, clients, passes, passes_demo
from benelux.domains.fireworks.service.checks import Outcome
from tests.domains.fireworks.nodes import Three, person, three_nodes
from tests.domains.fireworks.passing import (
    HOLDER,
    OTHER,
    a_pass,
    content,
    decide,
    node,
    registrar,
)

TODAY = datetime.now(LEGAL_TIME).date()


@pytest.fixture(scope="module")
def trio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Three]:
    """Nodes of these tests alone, so that the passes of one holder stay few."""
    with three_nodes(tmp_path_factory.mktemp("trio")) as found:
        yield found


@pytest.fixture
def issued(trio: Three) -> Record:
    """A valid Belgian pass of a holder of this test alone."""
    by = registrar(trio, "BE")
    house = node(trio, "BE").house
    record = passes.enter(house, content(), by=by, first=TODAY, about=("sign-in x y",))
    return service.move(house, PASSES, record.id, "issue", by=by)


def _check(trio: Three, text: str, here: str = "NL", client: str = "192.0.2.1") -> Outcome:
    return checks.at_the_counter(trio.house, text, here, consent=True, client=client)


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on the node of Belgium answers nobody."""

    def silent(federation: object, country: str) -> object:  # noqa: ARG001 - as the real one
        raise late(country)

    monkeypatch.setattr(fanout, "line", silent)


def test_a_citizen_applies_adds_what_is_missing_and_gets_a_pass_for_five_years(
    three: Three,
) -> None:
    found = passes.apply(three.house, HOLDER, "NL", content(permit=None))
    assert found.record.state == "applied"
    assert found.record.id.startswith("NL-PP-")
    with pytest.raises(Conflict):
        passes.apply(three.house, HOLDER, "NL", content())
    assert passes.apply(three.house, HOLDER, "BE", content()).country == "BE"

    number = found.record.id
    passes.complete(three.house, HOLDER, number, content(permit="P-9"), 1)
    with pytest.raises(Conflict):  # somebody was first
        passes.complete(three.house, HOLDER, number, content(), 1)
    record = decide(three, found.record, "issue")

    assert record.valid_to == last_day(TODAY)
    with pytest.raises(Conflict):
        passes.complete(three.house, HOLDER, number, content(), 3)
    assert {one.record.id[:2] for one in passes.own(three.house, HOLDER)} == {"BE", "NL"}
    assert passes.own(three.house, OTHER) == []
    with pytest.raises(NotFound):
        passes.own_one(three.house, OTHER, number)
    with pytest.raises(NotSignedIn):
        passes.own(three.house, None)


def test_the_holder_sees_who_checked(three: Three) -> None:
    record = a_pass(three)
    _check(three, record.id)
    checks.by_an_officer(
        three.house, record.id, by=registrar(three, "LU"), case="L-1"
    )  # fmt: skip

    asked = who_asked(three.house, HOLDER, TODAY).found
    seen = {(one.what.actor.organisation, one.what.purpose) for one in asked}
    assert {("demo-nl-licensing", "sale"), ("demo-lu-licensing", "inspection")} <= seen


def test_the_counter_answers_by_number_and_by_code(trio: Three, issued: Record) -> None:
    for text in (issued.id, issued.id.lower().replace("-", " "),
                 issue_document(node(trio, "BE").house, PASSES, issued)):  # fmt: skip
        found = _check(trio, text)
        assert found.source == "keeper"
        assert found.may("F3") is Truth.TRUE
        assert found.may("P2") is Truth.FALSE
        assert found.receipt[0] == "demo-be-licensing"
    assert _check(trio, issued.id, "LU").may("F3") is Truth.UNKNOWN


def test_a_withdrawal_holds_at_once_where_the_keeper_answers(trio: Three, issued: Record) -> None:
    decide(trio, issued, "withdraw")

    for here in ("BE", "NL", "LU"):
        found = _check(trio, issued.id, here)
        assert found.may("F3") is Truth.FALSE
        assert found.shown.good is False


@pytest.mark.usefixtures("away")
def test_while_the_keeper_is_away_its_last_notice_counts(trio: Three, issued: Record) -> None:
    document = issue_document(node(trio, "BE").house, PASSES, issued)
    trio.carry()
    known = _check(trio, document)
    assert (known.source, known.may("F3")) == ("notice", Truth.TRUE)
    assert _check(trio, issued.id).may("F3") is Truth.UNKNOWN  # a number says no categories

    decide(trio, issued, "withdraw")
    trio.carry()
    found = _check(trio, document)
    assert (found.source, found.may("F3"), found.holds) == ("notice", Truth.FALSE, Truth.FALSE)
    assert found.failure is not None
    assert _check(trio, issued.id).may("F3") is Truth.FALSE


@pytest.mark.usefixtures("away")
def test_without_keeper_and_notice_nothing_is_a_yes(trio: Three) -> None:
    by, house = registrar(trio, "BE"), node(trio, "BE").house
    record = passes.enter(house, content(), by=by, first=TODAY)
    issued = service.move(house, PASSES, record.id, "issue", by=by)  # told, but not carried
    found = _check(trio, issue_document(house, PASSES, issued))

    assert (found.source, found.may("F3"), found.holds) == ("nobody", Truth.UNKNOWN, Truth.UNKNOWN)


def test_a_suspension_is_lifted_and_counts_again(trio: Three, issued: Record) -> None:
    decide(trio, issued, "suspend")
    assert _check(trio, issued.id).may("F3") is Truth.FALSE
    decide(trio, issued, "lift")
    assert _check(trio, issued.id).may("F3") is Truth.TRUE


def test_a_lost_pass_is_replaced_in_one_work(trio: Three, issued: Record) -> None:
    house, by = node(trio, "BE").house, registrar(trio, "BE")
    with pytest.raises(Invalid):
        passes.replace(house, issued.id, by=by, reason=" ")
    new = passes.replace(house, issued.id, by=by, reason="Lost.")

    assert new.id != issued.id
    assert (new.state, new.valid_to, new.content) == ("valid", issued.valid_to, issued.content)
    assert service.record_of(house, PASSES, issued.id).state == "replaced"
    assert _check(trio, issued.id).may("F3") is Truth.FALSE
    assert _check(trio, new.id).may("F3") is Truth.TRUE
    trio.carry()
    with node(trio, "LU").house.store.read() as connection:
        told = [notice_of(connection, one.id) for one in (issued, new)]
    assert [one.good for one in told if one] == [False, True]
    with pytest.raises(Conflict):
        passes.replace(house, issued.id, by=by, reason="Again.")


def test_the_holder_finds_the_replacement(three: Three) -> None:
    record = a_pass(three, "LU")
    new = passes.replace(
        node(three, "LU").house, record.id, by=registrar(three, "LU"), reason="Stolen."
    )
    assert {one.record.id for one in passes.own(three.house, HOLDER)} == {record.id, new.id}


def test_a_pass_that_was_erased_is_not_the_holders_any_more(three: Three) -> None:
    record = a_pass(three)
    facts = Facts(instrument="(EU) 2016/679", article="17", case="E-1")
    house = node(three, "BE").house
    service.erase(house, PASSES, record.id, by=registrar(three, "BE"), facts=facts)

    assert passes.own(three.house, HOLDER) == []


# Attacks


def test_without_consent_nothing_is_asked(trio: Three, issued: Record) -> None:
    with pytest.raises(Invalid):
        checks.at_the_counter(trio.house, issued.id, "NL", consent=False, client="192.0.2.9")


def test_whoever_tries_numbers_is_stopped(three: Three) -> None:
    record = a_pass(three)
    for _ in range(checks.COUNTER.an_hour):
        clients.count(three.house, checks.COUNTER, "192.0.2.7", datetime.now(UTC))
    with pytest.raises(TooMany):
        _check(three, record.id, client="192.0.2.7")
    assert _check(three, record.id, client="192.0.2.8").may("F3") is Truth.TRUE


@pytest.mark.parametrize(
    "text",
    ["", "BE-PP", "BE-PP-0000-0000-1", "BE-MS-4G28-4RZR-E", "DE-PP-7K3M-9QXR-5", "x" * 4000,
     "BE-PP-7K3M-9QXR-5\x00", "ＢＥ-PP-7K3M-9QXR-5", "a.b.c", "...."],
)  # fmt: skip
def test_what_is_no_pass_is_refused(trio: Three, text: str) -> None:
    with pytest.raises((Invalid, NotFound)):
        _check(trio, text)


def test_a_code_that_was_changed_or_is_of_another_key_is_refused(
    trio: Three, issued: Record
) -> None:
    document = issue_document(node(trio, "BE").house, PASSES, issued)
    head, body, signature = document.split(".")
    for forged in (
        f"{head}.{body[:-2]}AA.{signature}",
        f"{head}.{body}.{signature[:-2]}AA",
        f"eyJhbGciOiJub25lIn0.{body}.",
    ):
        with pytest.raises((Invalid, NotFound)):
            _check(trio, forged)


def test_a_number_that_nobody_gave_is_no_pass_at_all(trio: Three) -> None:
    found = _check(trio, numbers.new("NL", "PP"))
    assert (found.source, found.may("F3")) == ("keeper", Truth.FALSE)


def test_an_officer_without_the_matter_gets_no_notice_either(trio: Three, issued: Record) -> None:
    trio.carry()
    stranger = acting_for(trio.house, person("contact", "nl"))
    with pytest.raises(NotAllowed):
        checks.by_an_officer(trio.house, issued.id, by=stranger)


def test_an_officer_of_one_country_decides_nothing_in_another(trio: Three, issued: Record) -> None:
    house = node(trio, "BE").house
    with pytest.raises(NotAllowed):
        service.move(house, PASSES, issued.id, "withdraw", by=registrar(trio, "NL"), reason="No.")
    with pytest.raises(NotAllowed):
        passes.replace(house, issued.id, by=registrar(trio, "NL"), reason="No.")


def test_an_officer_finds_somebody_without_a_pass_in_all_countries(
    trio: Three, issued: Record
) -> None:
    found = checks.of_a_person(
        trio.house, "Lambert", "Emma", "1991-02-03", by=registrar(trio, "LU"), case="L-2"
    )
    assert not found.failures
    assert issued.id in {one.number for one in found.found}
    assert all(one.quality for one in found.found)


def test_the_demonstration_has_its_passes_once(three: Three) -> None:
    passes_demo.furnish(three.house)
    passes_demo.furnish(three.house)
    every = [
        record
        for country in ("BE", "NL", "LU")
        for record in service.records(node(three, country).house, PASSES)
    ]
    assert len(every) == 25
    states = [one.state for one in every]
    assert (states.count("suspended"), states.count("withdrawn"), states.count("applied")) == (
        1, 1, 2,
    )  # fmt: skip
    ended = [one for one in every if one.valid_to and one.valid_to < TODAY - timedelta(days=1)]
    assert len(ended) == 2
    assert all("DEMO" in str((one.content or {})["certificate"]) for one in every)


def test_small_counts_are_not_told(three: Three) -> None:
    passes_demo.furnish(three.house)
    counts = service.statistics(node(three, "LU").house, PASSES, TODAY)
    assert counts[0].number is None
