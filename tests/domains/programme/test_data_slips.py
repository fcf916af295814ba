"""A slip in the plan's files is told with file, line and field, wherever it is made."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from benelux.core.errors import Invalid
from benelux.core.files import CorruptFile, read_yaml
from benelux.domains.programme.model import Action, LegalText, Partner, Section, System
from benelux.domains.programme.service.plan import DATA, plan, read

SHAPES: Mapping[str, type] = {
    "sections.yaml": Section,
    "partners.yaml": Partner,
    "instruments.yaml": LegalText,
    "systems.yaml": System,
    **{path.name: Action for path in (DATA / "actions").glob("*.yaml")},
}
PATHS = {path.name: path for path in DATA.rglob("*.yaml") if path.name in SHAPES}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The real files, to spoil."""
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def spoil(folder: Path, name: str, sound: str, corrupt: str) -> tuple[Path, int]:
    """Replace the first `sound` in a file; say where that was."""
    path = next(folder.rglob(name))
    text = path.read_text()
    assert sound in text
    path.write_text(text.replace(sound, corrupt, 1))
    return path, text[: text.index(sound)].count("\n") + 1


@pytest.mark.parametrize(
    ("name", "sound", "corrupt", "field"),
    [
        ("chapter-1.yaml", "kind: study", "kind: stduy", "kind"),
        ("chapter-2.yaml", "kind: event", "kind: [event", ""),
        ("chapter-3.yaml", "flagship: true", "flagship: perhaps", "flagship"),
        ("chapter-4a.yaml", "partners: [", "partners: be [", ""),
        ("chapter-4b.yaml", "partners: [", "partners: [4, ", "partners[0]"),
        ("chapter-5.yaml", "carried_by: ", "carried_by: : ", ""),
        ("presidency.yaml", "title:", "title: Titel", ""),
        ("sections.yaml", "page: ", "page: p", "page"),
        ("partners.yaml", "kind: country", "kind: {country: 1}", "kind"),
        ("instruments.yaml", "issuer: ", "issuer: &a *a ", ""),
        ("systems.yaml", "audience: [", "audience: [everybody, ", "audience[0]"),
    ],
)
def test_a_slip_in_a_file_is_told_with_file_line_and_field(
    copy: Path, name: str, sound: str, corrupt: str, field: str
) -> None:
    path, line = spoil(copy, name, sound, corrupt)
    with pytest.raises(CorruptFile) as told:
        read(copy)
    assert told.value.path == path
    assert f"{name}:" in str(told.value)
    # What is not YAML is noticed at the slip or at what follows it.
    assert told.value.row is not None
    assert line <= told.value.row <= line + 2
    assert told.value.field.endswith(field)


@pytest.mark.parametrize(
    ("name", "sound", "corrupt", "field"),
    [
        ("chapter-1.yaml", "carried_by: mobility", "carried_by: moblity", "carried_by"),
        ("chapter-2.yaml", 'section: "2.1.1"', 'section: "2.1.9"', "section"),
        ("chapter-5.yaml", "same_as: [", "same_as: [no-such-action, ", "same_as"),
        ("partners.yaml", "id: nl\n", "id: netherlands\n", "partners"),
        ("instruments.yaml", 'id: "police-treaty-2018"', "id: police-2018", "grounds"),
        ("sections.yaml", "parent: presidency", "parent: precedency", "parent"),
    ],
)
def test_a_reference_to_nothing_names_the_record_and_the_field(
    copy: Path, name: str, sound: str, corrupt: str, field: str
) -> None:
    spoil(copy, name, sound, corrupt)
    with pytest.raises(Invalid) as told:
        read(copy)
    (fault,) = told.value.faults
    record, _, last = fault.field.rpartition(".")
    assert last == field
    assert record in {**plan().sections, **plan().actions}
    assert record in str(told.value)


def test_an_id_that_stands_there_twice_is_told(copy: Path) -> None:
    path = next(copy.rglob("systems.yaml"))
    path.write_text(path.read_text().replace("id: energy", "id: climate", 1))
    with pytest.raises(Invalid, match="climate stands there twice"):
        read(copy)


# Fields by their names: in folded prose a line may begin with any other word and a colon.
FIELDS = "id|section|printed|nl|fr|de|en|kind|carried_by|date|status|source|issuer|pillar|certainty"
VALUE = re.compile(rf"^(?P<before>\s*(?:- )?(?P<key>{FIELDS}): )(?P<value>[^\s>|&*{{\[].*)$")


@settings(max_examples=40)
@given(data=some.data())
def test_wherever_a_value_is_damaged_the_file_line_and_field_are_told(
    tmp_path_factory: pytest.TempPathFactory, data: some.DataObject
) -> None:
    name = data.draw(some.sampled_from(sorted(SHAPES)))
    lines = PATHS[name].read_text().split("\n")
    places = [place for place, line in enumerate(lines) if VALUE.match(line)]
    place = data.draw(some.sampled_from(places))
    found = VALUE.match(lines[place])
    assert found
    damage = data.draw(some.sampled_from(["[[1]]", "{damaged: [1]}", "[1, 2", "'open", "%%", "@"]))
    lines[place] = f"{found['before']}{damage}"
    spoilt = tmp_path_factory.getbasetemp() / name
    spoilt.write_text("\n".join(lines))
    with pytest.raises(CorruptFile) as told:
        read_yaml(spoilt, tuple[SHAPES[name], ...])  # type: ignore[misc]
    assert told.value.path == spoilt
    assert f"{name}:" in str(told.value)
    assert told.value.row is not None
    if damage in {"[[1]]", "{damaged: [1]}"}:  # sound YAML of another shape
        assert told.value.row == place + 1
        assert found["key"] in told.value.field
    else:  # an open bracket or quote is noticed where something else was expected
        assert told.value.row >= place + 1
