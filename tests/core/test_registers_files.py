"""What goes out of a register comes back the same; a file comes in whole or not at all."""

from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benelux.core.errors import Conflict, Invalid, NotAllowed
from benelux.core.house import House
from benelux.core.registers import sheets
from benelux.core.registers.checking import checked
from benelux.core.registers.service import (
    bring_in,
    correct,
    erase,
    export,
    history,
    move,
    record_of,
    records,
)
from benelux.core.registers.sheets import Form, Row
from tests.core.boats.registers import MOORINGS
from tests.core.harbour import EMMA, MASTER, START, WATCH, harbour_in, moor
from tests.core.test_registers_erasing import CLERK, GROUND

FORMS: tuple[Form, ...] = ("csv", "json")
each_form = pytest.mark.parametrize("form", FORMS)
HEAD = "record.valid_from,family,given,born,harbour,kind\n"


def fill(house: House) -> None:
    moor(house, about=("sign-in demo demo-citizen", "other"), waters=["sea", "river"], length=0)
    number = moor(
        house, family="=SUM(A1)".replace("=", "'t "), harbour="@home; \"quoted\", 'cut'",
        remarks="one\ntwo;\tthree", valid_to=date(2027, 1, 1),
    ).id  # fmt: skip
    move(house, MOORINGS, number, "grant", by=MASTER, day=START)
    moor(house, family="Иванова", hull="-1", remarks="'=1+1", car_country="DE", car="B MA 123")


@each_form
def test_what_was_exported_comes_back_the_same(tmp_path: Path, form: Form) -> None:
    with harbour_in(tmp_path / "a") as house:
        fill(house)
        out = export(house, MOORINGS, form)
    with harbour_in(tmp_path / "b") as house:
        done = bring_in(house, MOORINGS, out, form, by=MASTER, apply=True)
        assert len(done.having("added")) == 3
        assert export(house, MOORINGS, form) == out
        again = bring_in(house, MOORINGS, out, form, by=MASTER, apply=True)
        assert len(again.having("unchanged")) == 3
        assert {one.version for one in records(house, MOORINGS)} == {1}


plain = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=40)


@each_form
@given(plain, plain, st.lists(st.sampled_from(["river", "canal", "sea"])), st.integers(-99, 99))
def test_any_content_survives_a_file(
    form: Form, harbour: str, remarks: str, waters: list[str], length: int
) -> None:
    given_content = {
        **EMMA, "harbour": harbour, "remarks": remarks, "waters": waters, "length": length,
    }  # fmt: skip
    try:
        content = checked(MOORINGS, given_content)
    except Invalid:
        return
    row = Row(2, "BE-BM-0000-0000-0", "valid", "2026-01-01", "", ("a|b c", "d\"'"), content)
    (back,) = sheets.read(MOORINGS, sheets.write(MOORINGS, [row], form), form)
    assert checked(MOORINGS, back.content) == content
    assert (back.number, back.state, back.about) == (row.number, row.state, row.about)


@each_form
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused(form: Form, raw: bytes) -> None:
    for content in (raw, HEAD.encode() + raw, b"[" + raw + b"]", b'[{"family": ' + raw + b"}]"):
        with suppress(Invalid):
            sheets.read(MOORINGS, content, form)


def refused(house: House, content: str, form: Form = "csv") -> set[tuple[int | None, str]]:
    with pytest.raises(Invalid) as told:
        bring_in(house, MOORINGS, content.encode(), form, by=MASTER, apply=True)
    assert not records(house, MOORINGS)
    return {(fault.line, fault.field) for fault in told.value.faults}


def test_every_fault_is_named_with_its_line_and_column_and_nothing_is_kept(harbour: House) -> None:
    rows = (
        '2026-01-01,Lambert,Emma,1990-05-17,"Nieuw\npoort",sail',  # lines 2 and 3
        "2026-01-01,Lambert,Emma,1990-05-17,Nieuwpoort,sail",
        "2026-01-01,L\u0430mbert,Emma,1990-13-17,Nieuwpoort,rocket",
        "yesterday,Lambert,Emma,1990-05-17,Nieuwpoort,sail",
        ",Lambert,Emma,1990-05-17,,sail",
    )
    assert refused(harbour, HEAD + "\n".join(rows)) == {
        (2, "harbour"), (5, "family"), (5, "born"), (5, "kind"), (6, "record.valid_from"),
        (7, "record.valid_from"), (7, "harbour"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("content", "line", "field"),
    [
        ("", 1, "born"),
        (HEAD.replace("born", "birth"), 1, "birth"),
        (HEAD.replace("born", "family"), 1, "family"),
        (HEAD + "2026-01-01,Lambert\n", 2, "file"),
        (HEAD + "x" * 200_000, None, "file"),
    ],
)
def test_a_sheet_with_other_columns_is_refused(
    harbour: House, content: str, line: int | None, field: str
) -> None:
    found = refused(harbour, content)
    assert any(place[1] == field and (line is None or place[0] == line) for place in found)


@pytest.mark.parametrize(
    ("content", "line", "field"),
    [
        ("{}", 1, "file"),
        ("[\n1]", 2, "file"),
        ('[\n\n{"family": 1, "family": 2}]', 3, "file"),
        ('[{"rank": 1}]', 1, "rank"),
        ('[{"record.number": 1}]', 1, "record.number"),
        ('[{"record.about": "x"}]', 1, "record.about"),
        ('[{"family": "\\ud800"}]', 1, "file"),
        ('[{"length": NaN}]', 1, "file"),
        ("[" * 100_000, 1, "file"),
        ('[{"length": ' + "9" * 10_000 + "}]", 1, "file"),
        ("[] []", None, "file"),
        ("[{} {}]", 1, "file"),
    ],
)
def test_json_that_is_no_list_of_records_is_refused(
    harbour: House, content: str, line: int | None, field: str
) -> None:
    assert (line, field) in refused(harbour, content, "json")


def test_a_number_stands_in_a_file_once(harbour: House) -> None:
    number = moor(harbour).id
    out = export(harbour, MOORINGS, "csv").decode("utf-8-sig")
    twice = out + out.splitlines()[1] + "\r\n"
    with pytest.raises(Invalid) as told:
        bring_in(harbour, MOORINGS, twice.encode(), "csv", by=MASTER, apply=True)
    assert [(one.line, one.field) for one in told.value.faults] == [(3, "record.number")]
    assert len(history(harbour, MOORINGS, number)) == 1


@each_form
def test_a_file_corrects_what_is_there_and_says_beforehand_what_it_would_do(
    harbour: House, form: Form
) -> None:
    number = moor(harbour).id
    other = export(harbour, MOORINGS, form).replace(b"Nieuwpoort", b"Zeebrugge")
    look = bring_in(harbour, MOORINGS, other, form, by=MASTER, apply=False)
    (edit,) = look.edits
    assert (edit.outcome, edit.fields, edit.number) == ("changed", ("harbour",), number)
    assert len(history(harbour, MOORINGS, number)) == 1
    bring_in(harbour, MOORINGS, other, form, by=MASTER, apply=True, stamp=look.stamp)
    newest = record_of(harbour, MOORINGS, number)
    assert newest.content
    assert (newest.version, newest.content["harbour"]) == (2, "Zeebrugge")
    with pytest.raises(Conflict) as told:
        bring_in(harbour, MOORINGS, other, form, by=MASTER, apply=True, stamp=look.stamp)
    assert told.value.code == "registers.import-stale"


def test_a_file_changes_no_state_and_no_person_and_brings_nothing_back(harbour: House) -> None:
    number = moor(harbour, about=("one",)).id
    out = export(harbour, MOORINGS, "json")
    for changed, field in (
        (out.replace(b'"applied"', b'"valid"'), "record.state"),
        (out.replace(b'["one"]', b'["two"]'), "record.about"),
        (out.replace(number.encode(), b"BE-BM-0000-0000-1"), "record.number"),
    ):
        with pytest.raises(Invalid) as told:
            bring_in(harbour, MOORINGS, changed, "json", by=MASTER, apply=True)
        assert {fault.field for fault in told.value.faults} == {field}
    erase(harbour, MOORINGS, number, by=CLERK, facts=GROUND)
    with pytest.raises(Invalid) as told:
        bring_in(harbour, MOORINGS, out, "json", by=MASTER, apply=True)
    assert {fault.field for fault in told.value.faults} == {"record.number"}


def test_only_a_registrar_brings_a_file_in(harbour: House) -> None:
    moor(harbour)
    with pytest.raises(NotAllowed):
        bring_in(harbour, MOORINGS, export(harbour, MOORINGS, "csv"), "csv", by=WATCH, apply=False)


def test_a_file_of_a_day_has_what_held_then(harbour: House) -> None:
    number = moor(harbour).id
    correct(
        harbour, MOORINGS, number, {**EMMA, "harbour": "Zeebrugge"}, by=MASTER,
        expected_version=1, valid_from=date(2026, 6, 1),
    )  # fmt: skip
    assert b"Zeebrugge" in export(harbour, MOORINGS, "csv", day=date(2026, 7, 1))
    assert b"Zeebrugge" not in export(harbour, MOORINGS, "csv", day=date(2026, 2, 1))
    assert export(harbour, MOORINGS, "json", day=date(2020, 1, 1)) == b"[\n\n]\n"


def test_more_than_a_file_may_have_is_refused(harbour: House) -> None:
    row = "2026-01-01,Lambert,Emma,1990-05-17,Nieuwpoort,sail\n"
    assert (sheets.MOST_ROWS + 2, "file") in refused(harbour, HEAD + row * (sheets.MOST_ROWS + 1))
    assert refused(harbour, HEAD + "x" * sheets.LARGEST) == {(None, "file")}
