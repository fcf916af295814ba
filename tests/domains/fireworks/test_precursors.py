"""Reports about precursors: rules, sealing, following, passing on, and their end."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from benelux.core.answer import Truth
from benelux.core.errors import Conflict, Invalid, NotAllowed, NotFound, TooMany, Unavailable
from benelux.core.exchange.nodes import Federation, Node
from benelux.core.exchange.outbox import Draft, put
from benelux.core.exchange.tables import inbox
from benelux.core.ledger import tables as ledger
from benelux.core.ledger.keys import MemoryKeys
from benelux.core.registers import numbers
from benelux.core.registers.vault import RecordKey
from benelux.domains.fireworks import tables
from benelux.domains.fireworks.model.precursors import Receipt, Report, Word
from benelux.domains.fireworks.rules import precursors as rules
from benelux.domains.fireworks.service import intake, passing, reading, reports, sealed
from benelux.domains.fireworks.service.offices import contact_point
from tests.domains.fireworks.nodes import Three, a_report, person
from tests.visits import opened

BRUSSELS = ZoneInfo("Europe/Brussels")


def _words(three: Three, country: str, reference: str) -> list[Word]:
    house = three.node(country).house
    with house.store.read() as connection:
        return list(reports.words(connection, house, reference))


# Rules


def test_both_annexes_are_whole() -> None:
    found = rules.book().substances

    assert [one.annex for one in found].count("I") == 9
    assert [one.annex for one in found].count("II") == 9
    assert len({one.cas for one in found}) == 18


@pytest.mark.parametrize(
    ("substance", "concentration", "expected"),
    [
        ("hydrogen-peroxide", "12", Truth.FALSE),
        ("hydrogen-peroxide", "12.1", Truth.TRUE),
        ("hydrogen-peroxide", None, Truth.UNKNOWN),
        ("acetone", "100", Truth.FALSE),
        ("nitromethane", "17", Truth.TRUE),
    ],
)
def test_the_limit_is_for_what_is_above_it(
    substance: str, concentration: str | None, expected: Truth
) -> None:
    one = rules.book().substance(substance)
    assert one

    given = Decimal(concentration) if concentration else None
    assert one.is_restricted_at(given) is expected


def test_every_country_has_a_contact_point_with_its_source() -> None:
    for country in rules.COUNTRIES:
        point = rules.contact_point(country)
        assert point.phone
        assert point.source
        assert all(point.name)
    with pytest.raises(NotFound):
        rules.contact_point("DE")


def test_a_day_of_summer_time_still_has_twenty_four_hours_for_a_report() -> None:
    before_the_change = datetime(2026, 3, 28, 12, tzinfo=BRUSSELS)

    assert rules.due(before_the_change) - before_the_change.astimezone(UTC) == timedelta(hours=24)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"substances": ()}, "substances"),
        ({"substances": ("sugar",)}, "substances"),
        ({"country": "DE"}, "country"),
        ({"what": "  "}, "what"),
        ({"amount": Decimal(0)}, "amount"),
        ({"amount": Decimal("NaN")}, "amount"),
        ({"concentration": Decimal(101)}, "concentration"),
        ({"signs": ("red hair",)}, "signs"),
        ({"noticed_at": datetime.now(UTC) + timedelta(days=1)}, "noticed"),
        ({"noticed_at": datetime(1999, 1, 1, tzinfo=UTC)}, "noticed"),
    ],
)
def test_each_slip_in_a_report_is_named(changes: dict[str, object], field: str) -> None:
    found = [fault.field for fault in rules.wrong(a_report(**changes), datetime.now(UTC))]

    assert field in found


# Coming in


def test_a_report_goes_to_the_contact_point_of_its_country(shared: Three) -> None:
    receipt = intake.receive(shared.house, a_report(country="LU"), "198.51.100.7")

    assert receipt.reference.startswith("LU-PR-")
    at = shared.contact("LU")
    with at.house.store.read() as connection:
        assert receipt.reference in {one.reference for one in reports.tray(connection, at.house)}
    with shared.node("NL").house.store.read() as connection:
        assert not reports.is_here(connection, receipt.reference)


def test_a_report_after_more_than_a_day_is_taken_and_marked_late(shared: Three) -> None:
    late = a_report(noticed_at=datetime.now(UTC) - timedelta(hours=25))
    receipt = intake.receive(shared.house, late, "198.51.100.8")

    filed, _ = intake.follow(shared.house, receipt.reference, receipt.secret, "198.51.100.8")
    assert filed.was_late


def test_nothing_that_was_reported_stands_in_the_store_in_the_clear(three: Three) -> None:
    receipt = intake.receive(three.house, a_report(), "198.51.100.9")
    house = three.node("NL").house
    house.store.write(
        lambda found: reports.say(
            found, house, receipt.reference, "About Jan Jansen", "reporter", country="NL"
        )
    )
    folder = house.settings.data

    kept = b"".join(path.read_bytes() for path in folder.glob("benelux.db*"))
    for secret in (b"Jansen", b"Verfhuis", receipt.secret.encode(), b"198.51.100.9"):
        assert secret not in kept
    portal = b"".join(path.read_bytes() for path in three.house.settings.data.glob("benelux.db*"))
    assert b"198.51.100.9" not in portal


def test_the_store_without_the_folder_of_keys_opens_nothing(three: Three) -> None:
    receipt = intake.receive(three.house, a_report(), "198.51.100.10")
    house = three.node("NL").house
    with house.store.read() as connection:
        row = connection.execute(select(tables.report)).mappings().one()
    foreign = RecordKey(MemoryKeys().make("reports", "wrap-1"), "fireworks-reports")
    with pytest.raises(Conflict):
        foreign.open(row["wrapped"], receipt.reference)


def test_a_sealed_report_is_opened_in_no_other_place(shared: Three) -> None:
    house = shared.node("NL").house
    key, wrapped = sealed.new_key(house, "NL-PR-1")
    content = key.seal("secret", "word/1")

    with pytest.raises(Conflict):
        sealed.key_of(house, "NL-PR-2", wrapped)
    with pytest.raises(Conflict):
        key.open(content, "word/2", str)


def test_whoever_sends_very_many_is_told_when_to_come_again(shared: Three) -> None:
    for _ in range(20):
        intake.receive(shared.house, a_report(), "203.0.113.5")

    with pytest.raises(TooMany):
        intake.receive(shared.house, a_report(), "203.0.113.5")
    assert intake.receive(shared.house, a_report(), "203.0.113.6").secret


def test_a_portal_without_a_node_says_whom_to_call(three: Three) -> None:
    folder = three.house.settings.data / "bare"
    with opened(folder, demo=False) as bare, pytest.raises(Unavailable) as refused:
        intake.receive(bare, a_report(), "198.51.100.7")
    assert rules.contact_point("NL").phone in str(refused.value)


# Following


@pytest.mark.parametrize("spoil", [lambda s: s[:-1] + "0", lambda _: "", lambda s: s.upper() * 2])
def test_a_wrong_secret_and_no_report_get_the_same_answer(shared: Three, spoil: object) -> None:
    receipt = intake.receive(shared.house, a_report(), "198.51.100.20")
    wrong = spoil(receipt.secret)  # type: ignore[operator]
    if wrong == receipt.secret:
        wrong = receipt.secret[:-1] + "1"

    with pytest.raises(NotFound) as there:
        intake.follow(shared.house, receipt.reference, wrong, "198.51.100.21")
    with pytest.raises(NotFound) as nowhere:
        intake.follow(shared.house, numbers.new("NL", "PR"), wrong, "198.51.100.21")
    assert str(there.value) == str(nowhere.value)


def test_secrets_cannot_be_tried_one_after_the_other(shared: Three) -> None:
    receipt = intake.receive(shared.house, a_report(), "198.51.100.30")

    for _ in range(30):
        with pytest.raises(NotFound):
            intake.follow(shared.house, receipt.reference, "0" * 32, "203.0.113.9")
    with pytest.raises(TooMany):
        intake.follow(shared.house, receipt.reference, receipt.secret, "203.0.113.9")


def test_a_reply_reaches_the_reporter_and_the_talk_of_offices_does_not(shared: Three) -> None:
    receipt = intake.receive(shared.house, a_report(customer_country="BE"), "198.51.100.40")
    at = shared.contact("NL")
    store = at.house.store
    store.write(lambda found: passing.pass_on(found, receipt.reference, "BE", "See this", at))
    store.write(lambda found: passing.answer(found, receipt.reference, "Thank you", at))
    intake.add(shared.house, receipt.reference, receipt.secret, "He is back", "198.51.100.40")

    filed, said = intake.follow(shared.house, receipt.reference, receipt.secret, "198.51.100.40")

    assert filed.state == "answered"
    assert [one.text for one in said] == ["Thank you", "He is back"]


def test_a_report_about_a_country_whose_node_is_elsewhere_is_followed_where_it_was_made(
    shared: Three,
) -> None:
    receipt = _received_by(shared.node("NL"), a_report(country="LU", customer="Stranger"))
    shared.carry()
    at = shared.contact("LU")
    at.house.store.write(lambda found: passing.answer(found, receipt.reference, "Thanks", at))
    shared.carry()

    assert receipt.reference.startswith("NL-PR-")
    filed, said = intake.follow(shared.house, receipt.reference, receipt.secret, "198.51.100.41")
    assert filed.state == "answered"
    assert [one.text for one in said] == ["Thanks"]


def _received_by(node: Node, report: Report) -> Receipt:
    """The receipt of a portal that runs this node alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(intake, "federation_of", lambda _: Federation({node.country: node}, {}))
        return intake.receive(node.house, report, "198.51.100.41")


# Between contact points


def test_another_country_gets_the_report_without_who_made_it(shared: Three) -> None:
    late = a_report(noticed_at=datetime.now(UTC) - timedelta(hours=30))
    receipt = intake.receive(shared.house, late, "198.51.100.50")
    at = shared.contact("NL")
    at.house.store.write(
        lambda found: passing.pass_on(found, receipt.reference, "BE", "Your plate", at)
    )
    shared.carry()

    other = shared.contact("BE")
    filed, words = reading.read(other, receipt.reference)
    assert filed.origin == "NL"
    assert filed.was_late
    assert filed.content
    assert (filed.content.organisation, filed.content.contact) == ("", "")
    assert filed.content.customer == "Jan Jansen, grey car"
    assert [one.text for one in words] == ["Your plate"]


def test_contact_points_talk_both_ways_about_a_report_that_both_have(shared: Three) -> None:
    receipt = intake.receive(shared.house, a_report(), "198.51.100.51")
    at, other = shared.contact("NL"), shared.contact("BE")
    at.house.store.write(lambda found: passing.pass_on(found, receipt.reference, "BE", "", at))
    shared.carry()
    other.house.store.write(
        lambda found: passing.tell(found, receipt.reference, "We know the car", other)
    )
    shared.carry()

    assert [one.text for one in _words(shared, "NL", receipt.reference)] == ["We know the car"]
    with pytest.raises(Conflict):
        other.house.store.write(
            lambda found: passing.answer(found, receipt.reference, "Hello", other)
        )


def test_a_country_that_was_not_told_cannot_write_on_a_report(three: Three) -> None:
    receipt = intake.receive(three.house, a_report(), "198.51.100.52")
    stranger = three.contact("LU")
    body = passing.WordMessage(receipt.reference, "I was here")
    house = stranger.house
    draft = Draft(stranger.authority, "NL", passing.WORD, body, "try")
    house.store.write(lambda found: put(found, house, draft))
    three.carry()

    assert _words(three, "NL", receipt.reference) == []
    with three.node("NL").house.store.read() as connection:
        assert "fireworks.not-a-partner" in set(connection.scalars(select(inbox.c.code)))


def test_an_authority_of_another_matter_sends_no_report(shared: Three) -> None:
    at = shared.surveyor("BE")
    number = numbers.new("BE", "PR")
    body = passing.ReportMessage(number, a_report(country="BE"), datetime.now(UTC), "")
    draft = Draft(at.authority, "NL", passing.REPORT, body, "try")
    at.house.store.write(lambda found: put(found, at.house, draft))
    shared.carry()

    with shared.node("NL").house.store.read() as connection:
        assert not reports.is_here(connection, number)


@pytest.mark.parametrize(
    "changes", [{"signs": ("red hair",)}, {"substances": ("sugar",)}, {"amount": Decimal("NaN")}]
)
def test_a_report_that_nobody_could_make_is_not_taken_from_another_country_either(
    shared: Three, changes: dict[str, object]
) -> None:
    at = shared.contact("BE")
    number = numbers.new("BE", "PR")
    body = passing.ReportMessage(number, a_report(country="BE", **changes), datetime.now(UTC), "")
    draft = Draft(at.authority, "NL", passing.REPORT, body, "try")
    at.house.store.write(lambda found: put(found, at.house, draft))
    shared.carry()

    with shared.node("NL").house.store.read() as connection:
        assert not reports.is_here(connection, number)


def test_a_report_that_was_passed_on_is_not_passed_on_twice(shared: Three) -> None:
    receipt = intake.receive(shared.house, a_report(), "198.51.100.53")
    at = shared.contact("NL")

    def go(country: str) -> None:
        at.house.store.write(
            lambda found: passing.pass_on(found, receipt.reference, country, "", at)
        )

    go("BE")
    with pytest.raises(Conflict):
        go("BE")
    with pytest.raises(Invalid):
        go("NL")
    with pytest.raises(Invalid):
        go("DE")


# Officers


def test_only_contact_points_have_a_tray(shared: Three) -> None:
    for office in ("surveyor", "registrar", "nobody"):
        with pytest.raises(NotAllowed):
            contact_point(shared.house, person(office, "nl"))


def test_every_reading_is_on_record_without_what_was_read(three: Three) -> None:
    receipt = intake.receive(three.house, a_report(), "198.51.100.60")
    at = three.contact("NL")
    reading.read(at, receipt.reference)

    with at.house.store.read() as connection:
        mine = select(ledger.entry.c.data).where(ledger.entry.c.shard == at.authority)
        whole = b"".join(bytes(data) for data in connection.scalars(mine))
    assert b'"kind":"consultation"' in whole
    assert b"Jansen" not in whole


# The end


def test_a_report_is_destroyed_when_its_time_is_over_and_leaves_only_that_it_was(
    three: Three,
) -> None:
    receipt = intake.receive(three.house, a_report(), "198.51.100.70")
    house = three.node("NL").house
    house.store.write(
        lambda found: reports.say(found, house, receipt.reference, "Hm", "reporter", country="NL")
    )
    later = datetime.now(UTC) + timedelta(days=5 * 366)
    assert house.store.write(lambda found: reports.sweep(found, datetime.now(UTC))) == 0
    assert house.store.write(lambda found: reports.sweep(found, later)) == 1

    with house.store.read() as connection:
        filed = reports.find(connection, house, receipt.reference)
        assert filed.content is None
        assert filed.state == "closed"
        assert reports.words(connection, house, receipt.reference) == ()
    with pytest.raises(NotFound):
        intake.follow(three.house, receipt.reference, receipt.secret, "198.51.100.70")
    with pytest.raises(Conflict):
        house.store.write(
            lambda found: reports.say(
                found, house, receipt.reference, "Late", "reporter", country="NL"
            )
        )


def test_a_report_says_all_that_it_was_told(shared: Three) -> None:
    told: Report = a_report(amount=Decimal("2.5"), unit="l", concentration=Decimal(40))
    receipt = intake.receive(shared.house, told, "198.51.100.71")

    filed, _ = reading.read(shared.contact("NL"), receipt.reference)
    assert filed.content == told
