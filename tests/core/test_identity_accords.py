"""Accords: which ground holds between whom on which day, and that ending one counts at once."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from benelux.cli import main
from benelux.core.errors import Conflict, Invalid, NotFound
from benelux.core.house import House
from benelux.core.identity import accords
from benelux.core.identity.accord import Accord, Mark, Status
from benelux.core.identity.accords import accord_holds
from benelux.core.identity.tables import OWNER, accord
from benelux.core.language import LANGUAGES, Text
from benelux.core.store import Store, drift, migrate
from benelux.core.store.history import history
from tests.visits import opened, visited

TODAY = date(2026, 11, 24)
TREATY = "Trb. 2018, 160 art. "
BRIDGES = Accord(
    "bridges", Text.same("Bridges"), "M(2026)1", ("BE", "LU"), "invented", ("3", "4(2)"),
    since=date(2026, 1, 1), marks=(Mark.CONFIRMED,),
)  # fmt: skip


@pytest.fixture
def store(any_store: Store) -> Store:
    migrate(any_store, [OWNER])
    return any_store


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(tmp_path_factory.mktemp("accords"), ()) as found:
        yield found


def test_the_tables_are_what_the_code_says(store: Store) -> None:
    assert drift(store, OWNER) == []


@pytest.mark.parametrize(
    ("ground", "pair", "day", "holds"),
    [
        (TREATY + "13", "BE-NL", "2025-12-11", False),
        (TREATY + "13", "BE-NL", "2025-12-12", True),
        (TREATY + "13", "NL-BE", "2026-11-24", True),
        (TREATY + "13(2)", "NL-BE", "2026-11-24", True),
        (TREATY + "13", "NL-LU", "2026-11-24", False),
        (TREATY + "13", "LU-BE", "2026-11-24", False),
        (TREATY + "14", "BE-NL", "2026-11-24", False),
        (TREATY + "17", "BE-LU", "2026-11-24", False),
        (TREATY + "15", "BE-NL", "2023-10-05", False),
        (TREATY + "15", "BE-NL", "2024-06-01", None),
        (TREATY + "15", "BE-NL", "2025-07-15", True),
        (TREATY + "16", "NL-BE", "2023-10-06", None),
        (TREATY + "16", "NL-LU", "2025-07-15", False),
        (TREATY + "1", "BE-NL", "2026-11-24", None),
        (TREATY + "25(4)", "BE-NL", "2026-11-24", None),
        (TREATY + "25", "BE-NL", "2026-11-24", None),
        ("M(2020)14 art. 4(1)", "NL-LU", "2024-09-30", None),
        ("M(2020)14 art. 4(1)", "BE-LU", "2024-10-01", True),
        ("M(2020)14 art. 4(1)", "BE-FR", "2026-11-24", False),
        ("M(1999)9 art. 1", "BE-NL", "2026-11-24", None),
        ("", "BE-NL", "2026-11-24", None),
        (TREATY + "14", "BE-BE", "2026-11-24", True),
    ],
)
def test_what_is_known_is_told_and_what_is_not_certain_is_not_taken_for_a_yes(
    house: House, ground: str, pair: str, day: str, holds: object
) -> None:
    asker, keeper = pair.split("-")
    assert accord_holds(house, ground, asker, keeper, date.fromisoformat(day)) is holds


def test_every_accord_that_comes_along_is_cited_and_marked_in_four_languages() -> None:
    for one in accords.shipped().values():
        assert one.source
        assert one.marks
        assert all((*one.title, *one.note))
        assert list(accords._faults(one)) == []  # noqa: SLF001 - as if entered


def test_an_accord_that_is_entered_counts_at_once_for_its_articles_alone(store: Store) -> None:
    assert accord_holds(store, "M(2026)1 art. 3", "BE", "LU", TODAY) is None
    assert accords.enter(store, BRIDGES, author="test") == 1
    assert accord_holds(store, "M(2026)1 art. 3", "BE", "LU", TODAY) is True
    assert accord_holds(store, "M(2026)1 art. 4(2)", "LU", "BE", TODAY) is True
    assert accord_holds(store, "M(2026)1 art. 3", "BE", "NL", TODAY) is False
    for other in ("M(2026)1 art. 30", "M(2026)1 art. 4", "M(2026)10 art. 3"):
        assert accord_holds(store, other, "BE", "LU", TODAY) is None


def test_ending_one_counts_at_once_and_the_past_stays_as_it_was(store: Store) -> None:
    assert accord_holds(store, "M(2020)14 art. 4(1)", "BE", "NL", TODAY) is True
    accords.end(store, "pyropass", TODAY - timedelta(days=1), author="test", source="M(2026)2")
    assert accord_holds(store, "M(2020)14 art. 4(1)", "BE", "NL", TODAY) is False
    assert accord_holds(store, "M(2020)14 art. 4(1)", "BE", "NL", date(2025, 1, 1)) is True
    with store.read() as connection:
        found, version = accords.find(connection, "pyropass")
    assert (version, found.source.endswith("M(2026)2")) == (1, True)


def test_another_process_learns_of_it_within_a_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(1000))
    monkeypatch.setattr(accords, "monotonic", lambda: next(clock) * 0.6)
    with Store.open(tmp_path / "s.db") as here, Store.open(tmp_path / "s.db") as there:
        migrate(here, [OWNER])
        assert accord_holds(there, "M(2020)14 art. 4(1)", "BE", "NL", TODAY) is True
        accords.end(here, "pyropass", date(2026, 1, 1), author="test")
        answers = [accord_holds(there, "M(2020)14 art. 4(1)", "BE", "NL", TODAY) for _ in range(3)]
    assert answers[-1] is False


def test_every_version_stays_and_nobody_overwrites_another(store: Store) -> None:
    accords.enter(store, BRIDGES, author="one")
    accords.enter(store, replace(BRIDGES, source="other"), author="two", expected_version=1)
    with pytest.raises(Conflict):
        accords.enter(store, BRIDGES, author="three", expected_version=1)
    with store.read() as connection:
        assert [row["author"] for row in history(connection, accord, "bridges")] == ["two", "one"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"id": "No!"}, "id"), ({"title": Text("a", "", "c", "d")}, "title"),
        ({"instrument": " "}, "instrument"), ({"source": ""}, "source"),
        ({"countries": ("BE", "XX")}, "countries"), ({"countries": ("BE",)}, "countries"),
        ({"until": date(2025, 1, 1)}, "until"), ({"source": "x" * 3000}, "source"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_its_field(
    house: House, wrong: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        accords.enter(house.store, replace(BRIDGES, **wrong), author="test")  # type: ignore[arg-type]
    assert [fault.field for fault in refused.value.faults] == [field]


def test_what_is_not_there_or_never_was_cannot_be_ended(store: Store) -> None:
    with pytest.raises(NotFound):
        accords.end(store, "nothing", TODAY, author="test")
    with pytest.raises(Conflict):
        accords.end(store, "treaty-14", TODAY, author="test")
    accords.end(store, "treaty-13", date(2026, 6, 30), author="test")
    with pytest.raises(Conflict):
        accords.end(store, "treaty-13", date(2026, 7, 31), author="test")


def test_every_status_and_mark_has_a_name_of_its_own() -> None:
    for language in LANGUAGES:
        assert len({one.label.to(language) for one in (*Status, *Mark)}) == len([*Status, *Mark])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_them_with_their_status_and_their_twins(house: House, language: str) -> None:
    reader = visited(house)
    page = reader.get(f"/{language}/identity/accords")
    assert page.status_code == 200
    assert "Trb. 2024, 65" in page.text
    assert Status.NONE.label.to(language) in page.text  # type: ignore[arg-type]
    rows = reader.get(f"/{language}/identity/accords.json").json()["rows"]
    assert {one["id"] for one in rows} >= {"treaty-13", "pyropass"}
    assert reader.get(f"/{language}/identity/accords.csv?country=LU").text.count("pyropass") == 1


def test_programs_read_them(house: House) -> None:
    found = {one["id"]: one for one in visited(house).get("/api/accords").json()}
    assert found["treaty-13"]["since"] == "2025-12-12"
    assert found["treaty-15"]["marks"] == ["conflicting"]


def test_the_command_line_lists_enters_and_ends(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(words: str) -> str:
        with pytest.raises(SystemExit) as ended:
            main(["identity", *words.split(), "--data", str(tmp_path)])
        said = capsys.readouterr()
        assert ended.value.code == 0, said.err
        return said.out

    parties = "--country be --country lu --name Bridges --source here --since 2026-01-01"
    run(f"accord add bridges --instrument M(2026)1 --article 3 {parties}")
    run("accord end bridges --last 2026-06-30 --source M(2026)2")
    listed = {one["id"]: one for one in json.loads(run("accords --json"))}
    assert listed["bridges"]["countries"] == ["BE", "LU"]
    assert listed["bridges"]["until"] == "2026-06-30"
    assert "treaty-13" in run("accords")
    with pytest.raises(SystemExit) as ended:
        main(["identity", "accord", "end", "bridges", "--last", "soon", "--data", str(tmp_path)])
    assert ended.value.code == 2
