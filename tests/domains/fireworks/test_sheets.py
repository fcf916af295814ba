"""Sheets through their life: drawn up, changed, shared, undone, closed, and by whom."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from benelux.core.errors import Conflict, Invalid, NotAllowed, NotSignedIn
from benelux.core.exchange.outbox import Draft, put
from benelux.core.exchange.tables import inbox
from benelux.core.identity import registry
from benelux.core.identity.authority import Officer
from benelux.core.registers import numbers
from benelux.core.store import drift
from benelux.core.web.app import owners
from benelux.domains.fireworks.model.sheets import Kept, LabTest
from benelux.domains.fireworks.service import photos, sharing, sheets
from benelux.domains.fireworks.service.offices import Desk, surveyor
from tests.domains.fireworks.nodes import ISSUER, Three, person, whole_sheet
from tests.domains.fireworks.pictures import picture


def _drawn_up(at: Desk, **changes: object) -> str:
    content = whole_sheet(**changes)
    return at.house.store.write(lambda found: sheets.draw_up(found, content, at))


def _found(at: Desk, key: str) -> Kept:
    with at.house.store.read() as connection:
        return sheets.find(connection, key)


def _shared(three: Three, at: Desk, **changes: object) -> str:
    key = _drawn_up(at, **changes)
    store = at.house.store
    store.write(lambda found: sheets.move(found, key, "ready", at, expected_version=1))
    store.write(lambda found: sharing.share(found, key, at, expected_version=2))
    three.carry()
    return key


def test_the_tables_are_what_the_changes_make(shared: Three) -> None:
    own = next(one for one in owners(shared.house.domains) if one.name == "fireworks")

    assert drift(shared.node("BE").house.store, own) == []


def test_a_sheet_lives_in_the_node_of_its_country(shared: Three) -> None:
    at = shared.surveyor("BE")
    key = _drawn_up(at)

    assert key.startswith("BE-MS-")
    with shared.node("NL").house.store.read() as connection:
        assert key not in {one.id for one in sheets.every(connection, "NL")}


def test_a_change_over_an_old_version_is_refused(shared: Three) -> None:
    at = shared.surveyor("BE")
    key = _drawn_up(at)
    content = whole_sheet(product="Other")
    store = at.house.store
    store.write(lambda found: sheets.change(found, key, content, at, expected_version=1))

    with pytest.raises(Conflict):
        store.write(lambda found: sheets.change(found, key, content, at, expected_version=1))


def test_undo_brings_the_earlier_content_back_and_loses_none(shared: Three) -> None:
    at = shared.surveyor("BE")
    key = _drawn_up(at)
    store = at.house.store
    changed = whole_sheet(product="Slip")
    store.write(lambda found: sheets.change(found, key, changed, at, expected_version=1))
    store.write(lambda found: sheets.undo(found, key, 1, at, expected_version=2))

    assert _found(at, key).content == whole_sheet()
    with store.read() as connection:
        assert [one.version for one in sheets.versions(connection, key)] == [3, 2, 1]


def test_tests_are_added_and_taken_away(shared: Three) -> None:
    at = shared.surveyor("BE")
    key = _drawn_up(at)
    store = at.house.store
    test = LabTest("West", "NL", "EN 15947", "sound-level", "fail", joint=("BE", "NL"))
    store.write(lambda found: sheets.add_test(found, key, test, at, expected_version=1))
    assert _found(at, key).content.failed

    store.write(lambda found: sheets.drop_test(found, key, 0, at, expected_version=2))
    assert not _found(at, key).content.tests


def test_words_that_no_list_has_are_refused(shared: Three) -> None:
    at = shared.surveyor("BE")

    with pytest.raises(Invalid) as refused:
        _drawn_up(at, checks={"colour": "pass"}, measures=("prayer",))
    assert {fault.field for fault in refused.value.faults} == {"checks", "measures"}


def test_what_is_not_whole_is_not_shared(shared: Three) -> None:
    at = shared.surveyor("BE")
    key = _drawn_up(at, batch="", registration="")

    with pytest.raises(Invalid) as refused:
        at.house.store.write(lambda found: sheets.move(found, key, "ready", at, expected_version=1))
    assert "batch" in {fault.field for fault in refused.value.faults}
    assert _found(at, key).state == "draft"


def test_a_draft_cannot_jump_to_closed(shared: Three) -> None:
    at = shared.surveyor("BE")
    key = _drawn_up(at)

    with pytest.raises(Conflict):
        at.house.store.write(lambda found: sharing.close(found, key, at, expected_version=1))


def test_a_shared_sheet_arrives_in_both_countries_with_its_photo(shared: Three) -> None:
    at = shared.surveyor("BE")
    key = _drawn_up(at)
    made = photos.drawn_anew(picture(), key)

    def add(connection: object) -> None:
        photos.keep(connection, made, at.author)  # type: ignore[arg-type]
        sheets.change(connection, key, replace(whole_sheet(), photos=(made.id,)), at,  # type: ignore[arg-type]
                      expected_version=1)  # fmt: skip

    store = at.house.store
    store.write(add)
    store.write(lambda found: sheets.move(found, key, "ready", at, expected_version=2))
    store.write(lambda found: sharing.share(found, key, at, expected_version=3))
    shared.carry()

    for country in ("NL", "LU"):
        other = shared.surveyor(country)
        copy = _found(other, key)
        assert (copy.country, copy.state, copy.authority) == ("BE", "shared", at.authority)
        assert copy.author == at.authority
        with other.house.store.read() as connection:
            (seen,) = photos.all_of(connection, key, copy.content.photos)
        assert seen.width


def test_a_copy_is_changed_by_nobody_here(shared: Three) -> None:
    key = _shared(shared, shared.surveyor("BE"))
    other = shared.surveyor("NL")

    with pytest.raises(NotAllowed):
        other.house.store.write(
            lambda found: sheets.change(found, key, whole_sheet(), other, expected_version=1)
        )


def test_a_change_reaches_the_others_only_when_it_is_shared_again(shared: Three) -> None:
    at = shared.surveyor("BE")
    key = _shared(shared, at)
    store = at.house.store
    changed = whole_sheet(product="Thunder Falcon 2")
    store.write(lambda found: sheets.change(found, key, changed, at, expected_version=3))
    shared.carry()
    assert _found(shared.surveyor("NL"), key).content.product == "Thunder Falcon"

    store.write(lambda found: sharing.share(found, key, at, expected_version=4))
    shared.carry()
    assert _found(shared.surveyor("NL"), key).content.product == "Thunder Falcon 2"
    assert _found(shared.surveyor("NL"), key).version == 2


def test_a_closed_sheet_is_closed_everywhere_and_for_good(shared: Three) -> None:
    at = shared.surveyor("BE")
    key = _shared(shared, at)
    at.house.store.write(lambda found: sharing.close(found, key, at, expected_version=3))
    shared.carry()

    assert _found(shared.surveyor("LU"), key).state == "closed"
    with pytest.raises(Conflict):
        at.house.store.write(
            lambda found: sheets.change(found, key, whole_sheet(), at, expected_version=4)
        )


def _sent(three: Three, sender: str, body: object) -> None:
    """Send this about a sheet from the Dutch node to Belgium."""
    node = three.node("NL").house
    draft = Draft(sender, "BE", sharing.SHEET, body, "try")
    node.store.write(lambda found: put(found, node, draft))
    three.carry()


def test_nobody_overwrites_the_sheet_of_another_country(three: Three) -> None:
    at = three.surveyor("BE")
    key = _shared(three, at)
    forged = sharing.SheetMessage(key, "shared", whole_sheet(product="Harmless"))

    _sent(three, three.surveyor("NL").authority, forged)

    assert _found(at, key).content.product == "Thunder Falcon"
    with at.house.store.read() as connection:
        codes = list(connection.scalars(select(inbox.c.code)))
    assert "fireworks.sheet" in codes


@pytest.mark.parametrize(
    "change",
    [
        {"notified_body": "1"},
        {"product": "x" * 5000},
        {"product": ""},
        {"photos": ("nowhere",)},
        {"measures": ("prayer",)},
        {"tests": (LabTest("West", "NL", "EN 15947", "colour", "pass"),)},
    ],
)
def test_a_message_that_no_sheet_can_be_is_not_taken(
    three: Three, change: dict[str, object]
) -> None:
    at = three.surveyor("NL")
    key = numbers.new("NL", "MS")
    _sent(three, at.authority, sharing.SheetMessage(key, "shared", whole_sheet(**change)))

    with three.node("BE").house.store.read() as connection:
        assert sheets.every(connection, "BE") == []


def test_an_authority_without_the_competence_shares_nothing(three: Three) -> None:
    body = sharing.SheetMessage(numbers.new("NL", "MS"), "shared", whole_sheet())
    _sent(three, three.contact("NL").authority, body)

    with three.node("BE").house.store.read() as connection:
        assert sheets.every(connection, "BE") == []


def test_nobody_without_an_office_sees_sheets(shared: Three) -> None:
    with pytest.raises(NotSignedIn):
        surveyor(shared.house, None)
    with pytest.raises(NotAllowed):
        surveyor(shared.house, person("nobody", "be"))
    with pytest.raises(NotAllowed):
        surveyor(shared.house, person("contact", "be"))
    with pytest.raises(NotAllowed):
        surveyor(shared.house, person("registrar", "be"))


def test_a_surveyor_who_was_suspended_has_no_desk_any_more(three: Three) -> None:
    assert three.surveyor("LU").country == "LU"
    three.node("LU").house.store.write(
        lambda found: registry.suspend(found, Officer, f"{ISSUER} demo-surveyor-lu", author="t")
    )

    with pytest.raises(NotAllowed):
        three.surveyor("LU")
