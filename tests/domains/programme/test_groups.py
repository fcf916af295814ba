"""Working groups of both sides: packaged, imported, matched, compared, undone."""

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import TestClient

from benelux.core.errors import Conflict, Invalid
from benelux.core.house import House
from benelux.core.identity.person import SECRETARIAT, Person
from benelux.core.language import LANGUAGES, Text
from benelux.core.store import Store
from benelux.domains.programme.formats import groups_csv
from benelux.domains.programme.model import RELATIONS, Group, Match, Side, compare
from benelux.domains.programme.service import groups, groups_import
from benelux.domains.programme.service.plan import plan
from tests.visits import OFFICER, READER, SignedIn, visited

OTHER = Person("9", "Eva Wagner", "General Secretariat", (SECRETARIAT,), "https://id.example")
DESK = "/en/programme/desk/groups"
GROUP_HEAD = ",".join(groups_csv.GROUP_COLUMNS)
MATCH_HEAD = ",".join(groups_csv.MATCH_COLUMNS)
NEW = "grande_region,gr-energy,Energie,Énergie,Energie,Energy,energy,,,,A public report"
PAIR = Match("task-force-frontier-workers", "gr-task-force-frontier-workers", "same_topic")


def sheet(*rows: str, head: str = GROUP_HEAD) -> bytes:
    return "\r\n".join([head, *rows]).encode()


def bring_in(store: Store, content: bytes, person: Person = OFFICER) -> groups_import.Preview:
    return groups_import.import_csv(store, content, person, apply=True)


def known(store: Store) -> Mapping[str, Group]:
    with store.read() as connection:
        return groups.known_groups(connection)


def changes(store: Store) -> Sequence[groups_import.Change]:
    with store.read() as connection:
        return groups_import.changes(connection)


def undo_latest(store: Store, person: Person = OFFICER) -> None:
    key = changes(store)[0].key
    store.write(lambda connection: groups_import.undo_change(connection, key, person))


def keep_pair(store: Store, match: Match = PAIR, person: Person = OTHER) -> None:
    store.write(lambda connection: groups.set_match(connection, match, person))


def refused(content: bytes) -> Invalid:
    with pytest.raises(Invalid) as caught:
        groups_csv.read(content, groups.topics())
    return caught.value


# --- the data that comes with the package ---------------------------------------------------------


def test_every_packaged_group_has_four_names_a_topic_and_a_source() -> None:
    for group in groups.packaged().groups:
        assert not list(group.faults(groups.topics())), group.id


def test_no_packaged_group_stands_there_twice() -> None:
    ids = [group.id for group in groups.packaged().groups]
    assert len(ids) == len(set(ids))


def test_benelux_groups_name_their_section_of_the_plan_and_actions_that_exist() -> None:
    for group in groups.packaged().groups:
        if group.side == "benelux":
            assert group.section in plan().sections, group.id
            assert set(group.actions) <= plan().actions.keys(), group.id


def test_groups_of_the_greater_region_carry_a_public_address() -> None:
    for group in groups.packaged().groups:
        if group.side == "grande_region":
            assert re.search(r"https?://\S+", group.source), group.id


def test_topics_point_at_sections_of_the_plan() -> None:
    for topic in groups.topics().values():
        assert set(topic.sections) <= plan().sections.keys(), topic.id


# --- comparing ------------------------------------------------------------------------------------


def a_group(key: str, side: Side, *topics: str) -> Group:
    return Group(key, side, Text.same(key), topics or ("energy",), source="x")


def test_a_topic_without_groups_of_one_side_is_a_gap() -> None:
    found = compare(
        tuple(groups.topics().values()),
        [a_group("a", "benelux", "energy"), a_group("b", "grande_region", "water")],
        [],
    )
    gaps = {part.topic.id: part.gaps for part in found.topics}
    assert gaps == {"energy": ("grande_region",), "water": ("benelux",)}


def test_matched_groups_stand_on_one_line_and_the_others_alone() -> None:
    all_groups = [a_group("a", "benelux"), a_group("b", "benelux"), a_group("c", "grande_region")]
    found = compare(tuple(groups.topics().values()), all_groups, [Match("a", "c", "joint_work")])
    lines = [
        (line.benelux and line.benelux.id, line.other and line.other.id)
        for line in found.topics[0].lines
    ]
    assert lines == [("a", "c"), ("b", None)]
    assert found.standings == {"a": "matched", "b": "open", "c": "matched"}


def test_looking_and_finding_none_is_not_the_same_as_not_having_looked() -> None:
    all_groups = [a_group("a", "benelux"), a_group("b", "benelux")]
    found = compare(tuple(groups.topics().values()), all_groups, [Match("a", "", "none_found")])
    assert found.standings == {"a": "none_found", "b": "open"}


def test_a_match_with_a_withdrawn_group_counts_for_nothing() -> None:
    found = compare(
        tuple(groups.topics().values()),
        [a_group("a", "benelux")],
        [Match("a", "gone", "same_topic")],
    )
    assert found.matches == ()
    assert found.standings == {"a": "open"}


def test_a_search_hides_groups_but_makes_no_gap() -> None:
    all_groups = [a_group("a", "benelux"), a_group("c", "grande_region")]
    found = compare(tuple(groups.topics().values()), all_groups, [], only=["a"])
    assert [line.other for line in found.topics[0].lines] == [None]
    assert found.topics[0].gaps == ()


# --- the file format ------------------------------------------------------------------------------

letters = st.characters(exclude_categories=["Cc", "Cs"], include_characters="\n")
words = st.text(letters, max_size=40).map(str.strip) | st.sampled_from(
    ["=1+1", "'=1+1", "''-x", "'tis", "+32", "a;b,c", 'say "so"', "two\nlines", "@me", "-"]
)
named = words.filter(bool)
ids = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,3}", fullmatch=True)
some_groups = st.lists(
    st.builds(
        Group,
        id=ids,
        side=st.sampled_from(["benelux", "grande_region"]),
        name=st.builds(Text, named, named, named, named),
        topics=st.lists(
            st.sampled_from(sorted(groups.topics())), min_size=1, max_size=3, unique=True
        ).map(tuple),
        chair=words,
        achievements=words,
        current_work=words,
        source=named,
    ),
    max_size=5,
    unique_by=lambda group: group.id,
)
some_matches = st.lists(
    st.builds(Match, ids, ids, st.sampled_from(sorted(RELATIONS)), words),
    max_size=5,
    unique_by=lambda match: match.key,
)


def with_semicolons(content: bytes) -> bytes:
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(rows)
    return out.getvalue().encode()


@given(some_groups)
def test_groups_come_back_from_csv_as_they_were(written: list[Group]) -> None:
    content = groups_csv.write_groups(written)
    for form in (content, content.removeprefix(b"\xef\xbb\xbf"), with_semicolons(content)):
        read = groups_csv.read(form, groups.topics())
        assert [row.content for row in read.groups] == written


@given(some_matches)
def test_matches_come_back_from_csv_as_they_were(written: list[Match]) -> None:
    content = groups_csv.write_matches(written)
    for form in (content, with_semicolons(content)):
        read = groups_csv.read(form, groups.topics())
        assert read.kind == "matches"
        assert [row.content for row in read.matches] == written


@given(st.binary(max_size=300) | st.binary(max_size=300).map((GROUP_HEAD + "\n").encode().__add__))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with suppress(Invalid):
        groups_csv.read(content, groups.topics())


def test_an_export_holds_no_formula_for_a_spreadsheet() -> None:
    group = replace(a_group("a", "benelux"), chair='=HYPERLINK("http://x")')
    assert b"'=HYPERLINK" in groups_csv.write_groups([group])


def test_every_fault_is_told_with_its_row_and_column() -> None:
    found = refused(
        sheet("mars,Bad Id,N,F,D,,weather,,,,src", "benelux,ok,N,F,D,E,energy,,,,", NEW)
    )
    assert [(fault.line, fault.field) for fault in found.faults] == [
        (2, "id"), (2, "side"), (2, "name_en"), (2, "topics"), (3, "source"),
    ]  # fmt: skip
    assert str(found.faults[0].message).startswith("Row 2, column id: ")


def test_rows_are_numbered_as_a_spreadsheet_does() -> None:
    found = refused(
        sheet('benelux,ok,"N\nn",F,D,E,energy,,,,src', "", "benelux,ok2,N,F,D,E,weather,,,,src")
    )
    assert found.faults[0].line == 4


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (sheet(NEW).decode().encode("utf-16"), "not UTF-8"),
        (sheet(NEW).decode().encode("latin-1"), "Line 2: this is not UTF-8"),
        (sheet(NEW) + b" " * 1_000_000, "larger than 1 MB"),
        (sheet(*[NEW] * 2001), "more than 2000 rows"),
        (sheet(NEW, NEW), "Row 3, column id: stands in row 2 already"),
        (sheet(NEW + ",more"), "Row 2: it has 12 cells"),
        (sheet('benelux,"open'), "cannot be read"),
        (sheet(NEW.replace("Energy", "En\x07ergy")), "cannot be printed"),
        (sheet(NEW, head=GROUP_HEAD.replace("chair", "chief")), "the column chair is missing"),
        (sheet(NEW, head=GROUP_HEAD.replace("chair", "chief")), "there is no column chief"),
        (sheet(NEW, head=GROUP_HEAD.replace("chair", "id")), "the column id stands there twice"),
        (b"colour,size\r\nred,1", "the column side is missing"),
        (sheet("a,b,same_topic,", "a,b,joint_work,", head=MATCH_HEAD), "stands in row 2 already"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(content: bytes, said: str) -> None:
    assert said in refused(content).line("en")


def test_columns_may_stand_in_any_order() -> None:
    backwards = ",".join(reversed(groups_csv.GROUP_COLUMNS))
    row = ",".join(reversed(NEW.split(",")))
    read = groups_csv.read(sheet(row, head=backwards), groups.topics())
    assert read.groups[0].content.id == "gr-energy"


def test_many_faults_are_counted_and_not_all_told() -> None:
    found = refused(sheet(*[f"benelux,g-{number},,,,,energy,,,,src" for number in range(100)]))
    assert len(found.faults) == 51
    assert str(found.faults[-1].message) == "350 more faults."


# --- importing ------------------------------------------------------------------------------------


def test_a_look_keeps_nothing(new_house: House) -> None:
    found = groups_import.import_csv(new_house.store, sheet(NEW), OFFICER, apply=False)
    assert [edit.outcome for edit in found.edits] == ["added"]
    assert not found.applied
    assert "gr-energy" not in known(new_house.store)


def test_an_import_adds_and_changes_and_leaves_the_rest(new_house: House) -> None:
    health = known(new_house.store)["gr-health"]
    content = groups_csv.write_groups(
        [replace(health, chair="Wallonie"), known(new_house.store)["hazeldonk"]]
    )
    bring_in(new_house.store, sheet(NEW))
    found = bring_in(new_house.store, content)
    assert [(edit.key, edit.outcome) for edit in found.edits] == [
        ("gr-health", "changed"), ("hazeldonk", "unchanged"),
    ]  # fmt: skip
    assert found.edits[0].cells == (groups_import.Cell("chair", "", "Wallonie"),)
    now = known(new_house.store)
    assert now["gr-health"].chair == "Wallonie"
    assert now["gr-health"].about == health.about, "what only the package knows stays"
    assert now["gr-energy"].name.fr == "Énergie"


def test_importing_the_export_changes_nothing(new_house: House) -> None:
    keep_pair(new_house.store)
    for kind in ("groups", "matches"):
        with new_house.store.read() as connection:
            content = groups_import.export_csv(connection, kind)
        before = len(changes(new_house.store))
        assert {edit.outcome for edit in bring_in(new_house.store, content).edits} == {"unchanged"}
        assert len(changes(new_house.store)) == before


def test_one_faulty_row_keeps_the_whole_file_out(new_house: House) -> None:
    with pytest.raises(Invalid):
        bring_in(new_house.store, sheet(NEW, NEW.replace("gr-energy", "BAD")))
    with pytest.raises(Invalid) as caught:
        bring_in(new_house.store, sheet(NEW, "benelux,gr-health,N,F,D,E,health,,,,src"))
    assert (caught.value.faults[0].line, caught.value.faults[0].field) == (3, "side")
    assert "gr-energy" not in known(new_house.store)


def test_matches_name_groups_that_exist_on_their_side(new_house: House) -> None:
    content = sheet(
        "nobody,gr-health,same_topic,",
        "gr-health,gr-police,same_topic,",
        "hazeldonk,,same_topic,",
        "hazeldonk,gr-police,none_found,",
        "hazeldonk,gr-police,friends,",
        head=MATCH_HEAD,
    )
    with pytest.raises(Invalid) as caught:
        bring_in(new_house.store, content.replace(b"police,friends", b"health,friends"))
    assert [(fault.line, fault.field) for fault in caught.value.faults] == [
        (2, "benelux_group"), (3, "benelux_group"), (4, "other_group"), (5, "relation"),
        (6, "relation"),
    ]  # fmt: skip


def test_an_import_that_was_looked_at_before_another_change_is_refused(new_house: House) -> None:
    looked = groups_import.import_csv(new_house.store, sheet(NEW), OFFICER, apply=False)
    bring_in(new_house.store, sheet(NEW.replace("A public report", "Another")), OTHER)
    with pytest.raises(Conflict):
        groups_import.import_csv(
            new_house.store, sheet(NEW), OFFICER, apply=True, stamp=looked.stamp
        )
    assert known(new_house.store)["gr-energy"].source == "Another"


# --- undoing --------------------------------------------------------------------------------------


def test_an_import_is_one_change_and_undoing_it_brings_back_what_was(new_house: House) -> None:
    store = new_house.store
    before = known(store)
    changed = replace(before["gr-health"], chair="Wallonie")
    bring_in(store, groups_csv.write_groups([changed, a_group("gr-new", "grande_region")]))
    bring_in(store, groups_csv.write_groups([replace(changed, chair="Saarland")]), OTHER)
    assert [len(change.steps) for change in changes(store)] == [1, 2]

    undo_latest(store, OTHER)
    assert known(store)["gr-health"].chair == "Wallonie"
    undo_latest(store, OTHER)
    assert known(store)["gr-health"].chair == "Saarland", "undoing can itself be undone"


def test_a_match_made_right_after_an_import_is_a_change_of_its_own(new_house: House) -> None:
    bring_in(new_house.store, sheet(NEW, NEW.replace("gr-energy", "gr-gas")))
    keep_pair(new_house.store, person=OFFICER)
    undo_latest(new_house.store)
    assert "gr-gas" in known(new_house.store)
    with new_house.store.read() as connection:
        assert groups.every_match(connection) == []


def test_undoing_takes_away_what_was_added_and_brings_back_what_the_package_says(
    new_house: House,
) -> None:
    store = new_house.store
    before = known(store)
    changed = replace(before["gr-health"], chair="Wallonie")
    bring_in(store, groups_csv.write_groups([changed, a_group("gr-new", "grande_region")]))
    undo_latest(store)
    assert known(store) == before
    assert sum(len(change.steps) for change in changes(store)) == 4, "history keeps every version"


def test_a_change_that_was_changed_again_is_not_undone_by_halves(new_house: House) -> None:
    store = new_house.store
    bring_in(store, sheet(NEW, NEW.replace("gr-energy", "gr-gas")))
    bring_in(store, sheet(NEW.replace("A public report", "Another")), OTHER)
    older = changes(store)[1]
    assert not older.stands
    with pytest.raises(Conflict):
        store.write(lambda connection: groups_import.undo_change(connection, older.key, OFFICER))
    assert "gr-gas" in known(store)


def test_a_withdrawn_group_is_hidden_and_can_come_back(new_house: House) -> None:
    store = new_house.store
    store.write(lambda connection: groups.withdraw_group(connection, "hazeldonk", OFFICER))
    assert "hazeldonk" not in known(store)
    undo_latest(store)
    assert "hazeldonk" in known(store)
    store.write(lambda connection: groups.withdraw_group(connection, "hazeldonk", OTHER))
    found = bring_in(
        store,
        groups_csv.write_groups([next(g for g in groups.packaged().groups if g.id == "hazeldonk")]),
    )
    assert found.edits[0].outcome == "added"
    assert "hazeldonk" in known(store)


# --- pages ----------------------------------------------------------------------------------------


def test_the_comparison_shows_both_sides_and_marks_gaps(portal: TestClient[Litestar]) -> None:
    page = portal.get("/en/programme/groups").text
    assert "Task Force Frontier Workers of the Greater Region" in page
    assert "Gap" in page
    assert "No counterparts have been recorded yet" in page, "an empty state says what to do"


def test_the_comparison_can_be_narrowed_to_a_topic(portal: TestClient[Litestar]) -> None:
    page = portal.get("/en/programme/groups?topic=labour").text
    assert 'id="topic-labour"' in page
    assert 'id="topic-energy"' not in page


def test_the_csv_twin_is_the_file_that_the_import_reads(portal: TestClient[Litestar]) -> None:
    content = portal.get("/nl/programme/groups.csv?topic=labour").content
    read = groups_csv.read(content, groups.topics())
    assert "gr-labour-market" in {row.content.id for row in read.groups}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_group_has_a_page_in_every_language(
    portal: TestClient[Litestar], language: str
) -> None:
    for group in groups.packaged().groups:
        assert portal.get(f"/{language}/programme/groups/{group.id}").status_code == 200


def test_a_group_that_is_not_there_is_refused(portal: TestClient[Litestar]) -> None:
    assert portal.get("/en/programme/groups/nobody").status_code == 404


def test_only_officers_reach_the_desk(new_house: House, reader: TestClient[Litestar]) -> None:
    assert reader.get(DESK).status_code == 401
    with visited(new_house) as client:
        somebody = SignedIn.as_person(client, new_house, READER)
        assert somebody.get(DESK).status_code == 403


Upload = Callable[[bytes], httpx.Response]


@pytest.fixture
def upload(officer: SignedIn) -> Upload:
    def send(content: bytes) -> httpx.Response:
        return officer.client.post(
            DESK, data={"csrf": officer.csrf, "form": "upload"}, files={"file": ("g.csv", content)}
        )

    return send


def confirm(officer: SignedIn, seen: httpx.Response) -> httpx.Response:
    return officer.send(
        DESK,
        {
            "form": "confirm",
            "stamp": re.findall(r'name="stamp" value="([^"]*)"', seen.text),
            "part": re.findall(r'name="part" value="([^"]*)"', seen.text),
        },
    )


def test_an_officer_looks_at_an_import_confirms_it_and_undoes_it(
    new_house: House, officer: SignedIn, upload: Upload
) -> None:
    seen = upload(sheet(NEW))
    assert seen.status_code == 200
    assert "gr-energy" not in known(new_house.store)
    assert confirm(officer, seen).headers["location"] == f"{DESK}?done=imported"
    assert "gr-energy" in known(new_house.store)
    key = changes(new_house.store)[0].key
    assert key in officer.get(DESK).text.replace("&#43;", "+")
    assert officer.send(DESK, {"undo": key}).status_code == 303
    assert "gr-energy" not in known(new_house.store)


def test_the_largest_file_survives_the_look(
    new_house: House, officer: SignedIn, upload: Upload
) -> None:
    rows = [
        f"benelux,g-{number},N {number},F,D,E,energy,{number * 7919 % 10007},{number**5 % 99991},,x"
        for number in range(2000)
    ]
    assert confirm(officer, upload(sheet(*rows))).status_code == 303
    assert known(new_house.store)["g-1999"].name.nl == "N 1999"


def test_faults_of_a_file_are_shown_with_row_and_column(upload: Upload) -> None:
    seen = upload(sheet("benelux,ok,N,F,D,E,weather,,,,src"))
    assert seen.status_code == 422
    assert "Row 2, column topics" in seen.text


def test_a_file_that_brings_nothing_new_says_so(officer: SignedIn, upload: Upload) -> None:
    seen = upload(officer.get("/fr/programme/groups.csv").content)
    assert "There is nothing to import." in seen.text
    assert "Import all of this" not in seen.text


@pytest.mark.parametrize(
    "form",
    [
        {"form": "confirm"},
        {"form": "confirm", "part": "!!", "stamp": ""},
        {"form": "confirm", "part": ["eJw", "é"], "stamp": "x"},
        {"form": "upload"},
        {"form": "match"},
        {"form": "match", "relation": "none_found"},
        {"form": "withdraw"},
        {"form": "withdraw", "group": "nobody"},
    ],
)
def test_a_form_that_makes_no_sense_is_refused(
    new_house: House, officer: SignedIn, form: Mapping[str, str | Sequence[str]]
) -> None:
    assert officer.send(DESK, form).status_code == 422
    assert changes(new_house.store) == []


@pytest.mark.parametrize(
    "form", [{"undo": "yesterday"}, {"withdraw_match": "a--b"}, {"form": "dance"}]
)
def test_what_is_not_there_cannot_be_taken_back(officer: SignedIn, form: Mapping[str, str]) -> None:
    assert officer.send(DESK, form).status_code == 404


def test_an_officer_matches_two_groups_by_form(new_house: House, officer: SignedIn) -> None:
    given = {"benelux_group": PAIR.benelux_group, "other_group": PAIR.other_group}
    kept = officer.send(
        DESK, {"form": "match", "relation": "contact_made", "note": "Arlon", **given}
    )
    assert kept.status_code == 303
    officer.send(DESK, {"form": "match", "relation": "joint_work", **given})
    page = officer.get(f"/en/programme/groups/{PAIR.other_group}").text
    assert "Joint work" in page
    assert "Contact made" not in page, "two groups have one match"
    assert officer.send(DESK, {"withdraw_match": PAIR.key}).status_code == 303
    with new_house.store.read() as connection:
        assert groups.every_match(connection) == []


# --- API ------------------------------------------------------------------------------------------


def test_the_api_gives_groups_by_side_and_topic(portal: TestClient[Litestar]) -> None:
    found = portal.get("/api/programme/groups?side=grande_region&topic=labour").json()
    assert {group["id"] for group in found} == {
        "gr-labour-market", "gr-task-force-frontier-workers",
    }  # fmt: skip
    assert set(found[0]["name"]) == set(LANGUAGES)
    assert portal.get("/api/programme/groups?side=moon").status_code in {400, 422}


def test_the_api_gives_matches_and_the_comparison(
    new_house: House, reader: TestClient[Litestar]
) -> None:
    keep_pair(new_house.store)
    assert reader.get("/api/programme/groups/matches").json() == [
        {
            "benelux_group": PAIR.benelux_group,
            "other_group": PAIR.other_group,
            "relation": "same_topic",
            "note": "",
        }
    ]
    found = reader.get("/api/programme/groups/comparison").json()
    labour = next(part for part in found["topics"] if part["topic"]["id"] == "labour")
    assert len(labour["matches"]) == 1
    assert found["standings"][PAIR.other_group] == "matched"
    statistics = next(part for part in found["topics"] if part["topic"]["id"] == "statistics")
    assert statistics["gaps"] == ["benelux"]
