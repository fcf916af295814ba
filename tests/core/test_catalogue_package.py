"""A data package says what a folder holds, and the catalogue believes only what it can check."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benelux.core.catalogue import load
from benelux.core.catalogue.describe import compare, describe, main, measure
from benelux.core.catalogue.model import DataSet
from benelux.core.catalogue.package import NAME, PROFILE, read
from benelux.core.catalogue.vocabulary import FREQUENCIES
from benelux.core.domain import Domain, discover
from benelux.core.errors import NotFound
from benelux.core.files import CorruptFile
from benelux.core.language import LANGUAGES, Text

CATALOGUE = load(discover())
ROWS = "city,people\nBrugge,118000\nEsch-sur-Alzette,36000\n"
Change = Callable[[dict[str, object]], None]


def words(**more: object) -> dict[str, object]:
    return {"title": "Steden", "description": "Steden met hun inwoners.", **more}


def package() -> dict[str, object]:
    """A small data package with everything that has to be there."""
    return {
        "$schema": PROFILE,
        "name": "cities",
        "title": "Cities",
        "description": "Cities with their inhabitants.",
        "version": "1.0.0",
        "created": "2022-03-01T00:00:00Z",
        "modified": "2022-03-02T00:00:00Z",
        "licenses": [{"name": "CC0-1.0", "path": "https://creativecommons.org/zero"}],
        "sources": [{"title": "Statistical offices"}],
        "contributors": [{"title": "The keepers", "roles": ["publisher"]}],
        "themes": ["SOCI"],
        "keywords": ["city"],
        "spatial": ["BE", "LU"],
        "languages": {code: words(keywords=["stad"]) for code in ("nl", "fr", "de")},
        "resources": [
            {
                "name": "cities",
                "path": "lists/cities.csv",
                "title": "List",
                "description": "One line a city.",
                "format": "csv",
                "mediatype": "text/csv",
                "bytes": len(ROWS),
                "hash": f"sha256:{hashlib.sha256(ROWS.encode()).hexdigest()}",
                "languages": {code: words() for code in ("nl", "fr", "de")},
            }
        ],
    }


def written(folder: Path, change: Change = lambda _: None) -> Path:
    (folder / "lists").mkdir(parents=True)
    (folder / "lists" / "cities.csv").write_text(ROWS)
    told = package()
    change(told)
    (folder / NAME).write_text(json.dumps(told, indent=2))
    return folder


def opened(folder: Path) -> DataSet:
    return read(folder, "cities", Text.same("Cities"))


def first(told: dict[str, object]) -> dict[str, object]:
    resources = told["resources"]
    assert isinstance(resources, list)
    one = resources[0]
    assert isinstance(one, dict)
    return one


@pytest.mark.parametrize("one", CATALOGUE.sets, ids=lambda one: one.id)
def test_a_data_package_holds_for_the_files_beside_it(one: DataSet) -> None:
    for file in one.files:
        assert measure(file.file) == (file.size, f"sha256:{file.sha256}"), (
            f"{file.path} changed: run python -m benelux.core.catalogue.describe "
            f"{one.files[0].file.parent}"
        )


@pytest.mark.parametrize("one", CATALOGUE.sets, ids=lambda one: one.id)
def test_no_data_file_is_left_undescribed(one: DataSet) -> None:
    file = one.files[0]
    folder = file.file.parents[file.path.count("/")]

    assert not compare(folder).unlisted


@pytest.mark.parametrize("one", CATALOGUE.sets, ids=lambda one: one.id)
def test_a_data_set_is_described_in_four_languages(one: DataSet) -> None:
    texts = [one.title, one.description, one.rights, *one.keywords, *one.defects]
    texts += [text for file in one.files for text in (file.title, file.description)]

    assert all(text[language].strip() for text in texts for language in LANGUAGES)


def test_the_plan_is_in_the_catalogue_with_its_publisher_and_its_year() -> None:
    plan = CATALOGUE.find("annual-plan-2022")

    assert any("Jaarplan 2022" in source.title for source in plan.sources)
    assert {licence.name for licence in plan.licences} == {"EUPL-1.2", "CC0-1.0"}
    assert "Jaarplan 2022" in plan.rights.nl
    assert [country.code for country in plan.countries] == ["BE", "NL", "LU"]
    assert plan.temporal
    assert (plan.temporal.start.year, plan.temporal.end and plan.temporal.end.year) == (2022, 2022)


def test_a_package_is_read_with_its_texts_in_four_languages(tmp_path: Path) -> None:
    one = opened(written(tmp_path))

    assert one.title == Text(nl="Steden", fr="Steden", de="Steden", en="Cities")
    assert one.keywords == (Text(nl="stad", fr="stad", de="stad", en="city"),)
    assert [country.alpha3 for country in one.countries] == ["BEL", "LUX"]
    assert one.files[0].licence is one.licences[0]
    assert one.frequency in FREQUENCIES


def test_a_file_may_have_a_licence_of_its_own(tmp_path: Path) -> None:
    own = {"name": "CC-BY-4.0", "path": "https://creativecommons.org/by"}
    one = opened(written(tmp_path, lambda told: first(told).update(licenses=[own])))

    assert one.files[0].licence.name == "CC-BY-4.0"
    assert [licence.name for licence in one.every_licence] == ["CC0-1.0", "CC-BY-4.0"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda told: told.pop("title"), ""),
        (lambda told: told.update(themes=["TRAN", "CARS"]), "themes[1]"),
        (lambda told: told.update(licenses=[]), "licenses"),
        (lambda told: told.update(spatial=["BE", "XX"]), "spatial[1]"),
        (lambda told: told.update(spatial=["BE-VLG"]), "spatial[0]"),
        (lambda told: told.update(frequency="SOMETIMES"), ""),
        (lambda told: told.update(created="yesterday"), "created"),
        (lambda told: told.update(keywords=["city", "town"]), ""),
        (lambda told: told.update(rights="All of them."), ""),
        (lambda told: told.update(resources=[first(told), first(told)]), ""),
        (lambda told: first(told).update(path="lists/towns.csv"), "resources[0].path"),
        (lambda told: first(told).update(path="../secret.csv"), "resources[0].path"),
        (lambda told: first(told).update(path="/etc/passwd"), "resources[0].path"),
        (lambda told: first(told).update(hash="md5:00"), "resources[0].hash"),
        (lambda told: first(told).update(bytes=-1), "resources[0].bytes"),
        (lambda told: first(told).update(format="punch card"), "resources[0]"),
    ],
)
def test_a_corrupt_package_names_file_line_and_field(
    tmp_path: Path, change: Change, field: str
) -> None:
    folder = written(tmp_path, change)

    with pytest.raises(CorruptFile) as refused:
        opened(folder)

    assert NAME in str(refused.value)
    assert refused.value.field == field
    assert refused.value.row


def test_a_file_that_is_a_link_out_of_its_folder_is_not_served(tmp_path: Path) -> None:
    folder = written(tmp_path / "data")
    (tmp_path / "secret.csv").write_text("secret")
    (folder / "lists" / "cities.csv").unlink()
    (folder / "lists" / "cities.csv").symlink_to(tmp_path / "secret.csv")

    with pytest.raises(CorruptFile):
        opened(folder)


def test_what_is_not_json_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("{")

    with pytest.raises(CorruptFile, match=NAME):
        opened(tmp_path)


def test_two_data_sets_cannot_have_one_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    domains = []
    for name in ("twin_one", "twin_two"):
        written(tmp_path / name / "data")
        (tmp_path / name / "__init__.py").touch()
        domains.append(Domain(name, Text.same(name), Text.same(name), (), package=name))

    with pytest.raises(CorruptFile, match="cities"):
        load(tuple(domains))


@given(st.text(max_size=60) | st.sampled_from(["../datapackage.json", "territory.yaml/", "."]))
def test_only_a_listed_path_is_a_file(path: str) -> None:
    one = CATALOGUE.find("territory")
    listed = {file.path for file in one.files}

    if path not in listed:
        with pytest.raises(NotFound):
            one.file(path)


def test_describing_brings_a_package_up_to_date_and_keeps_the_rest(tmp_path: Path) -> None:
    folder = written(tmp_path)
    before = json.loads((folder / NAME).read_text())
    (folder / "lists" / "cities.csv").write_text(ROWS + "Arlon,30000\n")
    (folder / "notes.txt").touch()
    moment = datetime(2022, 6, 1, tzinfo=UTC)

    told = describe(folder, now=moment)

    assert (told.changed, told.missing, told.unlisted) == (["lists/cities.csv"], [], ["notes.txt"])
    after = json.loads((folder / NAME).read_text())
    assert list(after) == list(before)
    assert after["modified"] == "2022-06-01T00:00:00Z"
    assert opened(folder).files[0].size == len(ROWS + "Arlon,30000\n")
    assert not compare(folder).changed


def test_describing_what_did_not_change_leaves_the_package_alone(tmp_path: Path) -> None:
    folder = written(tmp_path)
    before = (folder / NAME).read_bytes()

    assert not describe(folder)
    assert (folder / NAME).read_bytes() == before


def test_checking_says_what_differs_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = written(tmp_path)
    (folder / "lists" / "cities.csv").write_text("city\n")
    before = (folder / NAME).read_bytes()

    assert main(["--check", str(folder)]) == 1
    assert "lists/cities.csv: changed" in capsys.readouterr().out
    assert (folder / NAME).read_bytes() == before


def test_a_missing_file_and_a_folder_without_package_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = written(tmp_path / "data")
    (folder / "lists" / "cities.csv").unlink()

    assert main([str(folder)]) == 1
    assert "missing" in capsys.readouterr().out
    assert main([str(tmp_path)]) == 2


def test_the_command_runs_as_documented(tmp_path: Path) -> None:
    folder = written(tmp_path)
    command = [sys.executable, "-m", "benelux.core.catalogue.describe", "--check", str(folder)]

    assert subprocess.run(command, check=False).returncode == 0
