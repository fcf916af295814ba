"""People see the first rows of a file before they take it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benelux.core.catalogue import load
from benelux.core.catalogue.model import Distribution
from benelux.core.catalogue.preview import ROWS, Preview, preview
from benelux.core.domain import discover

ANY = load(discover()).find("territory").files[0]


def file(path: Path, kind: str, text: str, encoding: str = "utf-8") -> Distribution:
    path.write_text(text, encoding=encoding)
    return replace(ANY, file=path, format=kind, encoding=encoding)


def test_a_list_in_yaml_shows_its_first_entries_in_the_readers_language(tmp_path: Path) -> None:
    name = "{nl: België, fr: Belgique, de: Belgien, en: Belgium}"
    text = "# places\n" + f"- {{id: be, name: {name}, near: [nl, lu], note: null}}\n" * 9

    shown = preview(file(tmp_path / "list.yaml", "yaml", text), "fr")

    assert shown == Preview(["id", "name", "near"], [["be", "Belgique", "nl, lu"]] * ROWS)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_shows_its_first_rows(tmp_path: Path, separator: str) -> None:
    lines = [separator.join(cells) for cells in [("city", "people"), *[("Liège", "197000")] * 9]]

    shown = preview(file(tmp_path / "table.csv", "csv", "\n".join(lines), "latin-1"), "nl")

    assert shown == Preview(["city", "people"], [["Liège", "197000"]] * ROWS)


def test_a_long_text_is_cut(tmp_path: Path) -> None:
    shown = preview(file(tmp_path / "list.yaml", "yaml", f"- text: {'word ' * 99}\n"), "nl")

    assert shown
    assert len(shown.rows[0][0]) <= 90
    assert shown.rows[0][0].endswith("…")


def test_a_file_far_larger_than_a_preview_is_not_read_whole(tmp_path: Path) -> None:
    entry = "- {id: x}\n"
    path = tmp_path / "large.yaml"

    shown = preview(file(path, "yaml", entry * 100_000 + "- {"), "nl")

    assert shown == Preview(["id"], [["x"]] * ROWS)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("yaml", "places:\n  - be\n"),
        ("yaml", "- be\n- nl\n"),
        ("yaml", "- {be: \n"),
        ("yaml", ""),
        ("csv", ""),
        ("csv", "only,a,header\n"),
        ("json", json.dumps([{"id": "be"}])),
    ],
)
def test_what_is_no_list_of_rows_has_no_preview(tmp_path: Path, kind: str, text: str) -> None:
    assert preview(file(tmp_path / "file", kind, text), "nl") is None
