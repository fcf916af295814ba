"""A data file is read into values, or the one who keeps it hears where it is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from benelux.core.errors import Invalid
from benelux.core.files import CorruptFile, read_json, read_yaml


@dataclass(frozen=True)
class Bridge:
    name: str
    tonnes: int
    opened: str
    spans: tuple[float, ...] = ()
    names: Mapping[str, str] | None = None


GOOD = """\
# Bridges over the Meuse
- name: Pont de Fragnée
  tonnes: 20
  opened: 1904-01-01
- name: Erasmusbrug
  tonnes: 60
  opened: "1996-09-04"
  spans: [139.0, 284.5]
  names: {fr: Pont Érasme}
"""


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of this test alone."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder


def written(folder: Path, text: str | bytes, name: str = "bridges.yaml") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refused(path: Path) -> CorruptFile:
    with pytest.raises(CorruptFile) as told:
        read_yaml(path, tuple[Bridge, ...])
    return told.value


def test_a_good_file_is_read_into_its_shape(tmp_path: Path) -> None:
    fragnee, erasmus = read_yaml(written(tmp_path, GOOD), tuple[Bridge, ...])
    assert fragnee == Bridge("Pont de Fragnée", 20, "1904-01-01")
    assert erasmus.spans == (139.0, 284.5)
    assert erasmus.names == {"fr": "Pont Érasme"}


@pytest.mark.parametrize(
    ("sound", "corrupt", "line", "field", "wrong"),
    [
        ("tonnes: 60", "tonnes: sixty", 6, "[1].tonnes", "Expected `int`, got `str`"),
        ("tonnes: 60", "", 5, "[1]", "missing required field `tonnes`"),
        ("name: Erasmusbrug", "name: [Erasmusbrug]", 5, "[1].name", "Expected `str`"),
        ("[139.0, 284.5]", "[139.0, wide]", 8, "[1].spans[1]", "Expected `float`, got `str`"),
        ("tonnes: 60", "tonnes: 1e", 6, "[1].tonnes", "Expected `int`, got `str`"),
        ("1904-01-01", "1904-02-30", 4, "[0].opened", "day is out of range"),
        ("1904-01-01", "1904-01-01T25:00:00Z", 4, "[0].opened", "hour must be in"),
        ("tonnes: 60", "tonnes: 99999999999999999999999", 6, "[1].tonnes", "int"),
        ("tonnes: 60", "tonnes: 60\n  tonnes: 44", 7, "[1].tonnes", "stands there twice"),
        ("tonnes: 60", "tonnes: : 60", 6, "-", "mapping values"),
        ("  tonnes: 60", "\ttonnes: 60", 6, "-", "tab character"),
        ("[139.0, 284.5]", "[139.0, 284.5", 9, "-", "did not find expected"),
        ("tonnes: 60", "tonnes: !!python/name:os.system 60", 6, "-", "could not determine"),
        ("{fr: Pont Érasme}", "*nowhere", 9, "-", "found undefined alias"),
        ("{fr: Pont Érasme}", "{fr: 7}", 9, "[1].names", "Expected `str`"),
        ("Érasme", "Éra\x07sme", 9, "-", "control characters"),
    ],
)
def test_a_slip_is_told_with_file_line_and_field(  # noqa: PLR0913, PLR0917 - one row of the table
    tmp_path: Path, sound: str, corrupt: str, line: int, field: str, wrong: str
) -> None:
    told = refused(written(tmp_path, GOOD.replace(sound, corrupt)))
    assert f"bridges.yaml:{line}: {field}: " in str(told)
    assert wrong in str(told)
    assert (told.row, told.field or "-") == (line, field)
    assert [fault.line for fault in told.faults] == [line]


def test_bytes_that_are_no_text_are_told_with_their_line(tmp_path: Path) -> None:
    told = refused(written(tmp_path, GOOD.encode().replace(b"Erasmus", b"Erasm\xff\xfe")))
    assert (told.path.name, told.row) == ("bridges.yaml", 5)


def test_an_empty_file_and_one_that_refers_to_itself_are_refused(tmp_path: Path) -> None:
    assert "bridges.yaml" in str(refused(written(tmp_path, "")))
    assert "bridges.yaml" in str(refused(written(tmp_path, "&all [*all]")))


def test_one_value_may_stand_in_two_places(tmp_path: Path) -> None:
    text = GOOD.replace("name: Pont de Fragnée", "name: &it Pont").replace("Erasmusbrug", "*it")
    assert [one.name for one in read_yaml(written(tmp_path, text), tuple[Bridge, ...])] == [
        "Pont",
        "Pont",
    ]


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=some.integers(0, len(GOOD)), length=some.integers(0, 12), put=some.binary(max_size=4))
def test_whatever_is_damaged_the_file_is_read_or_named(
    tmp_path: Path, start: int, length: int, put: bytes
) -> None:
    raw = GOOD.encode()
    path = written(tmp_path, raw[:start] + put + raw[start + length :])
    try:
        read_yaml(path, tuple[Bridge, ...])
    except CorruptFile as told:
        assert "bridges.yaml" in str(told)  # noqa: PT017 - reading it is as good


def test_what_was_read_is_kept_for_the_next_start(tmp_path: Path, own_cache: Path) -> None:
    path = written(tmp_path, GOOD)
    first = read_yaml(path, tuple[Bridge, ...])
    (kept,) = (own_cache / "benelux" / "yaml").iterdir()
    assert read_yaml(path, tuple[Bridge, ...]) == first
    for damage in (kept.read_bytes()[:-1], b"", kept.read_bytes()[:40] + b"\x00"):
        kept.write_bytes(damage)
        assert read_yaml(path, tuple[Bridge, ...]) == first


def test_a_changed_file_is_read_anew(tmp_path: Path) -> None:
    assert read_yaml(written(tmp_path, GOOD), tuple[Bridge, ...])[0].tonnes == 20
    changed = written(tmp_path, GOOD.replace("tonnes: 20", "tonnes: 44"))
    assert read_yaml(changed, tuple[Bridge, ...])[0].tonnes == 44


def test_a_home_that_cannot_be_written_to_only_costs_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(written(tmp_path, "a file, and no folder", "file")))
    assert len(read_yaml(written(tmp_path, GOOD), tuple[Bridge, ...])) == 2


JSON = """[
  {"name": "Pont de Fragnée", "tonnes": 20, "opened": "1904"},
  {"name": "Erasmusbrug", "tonnes": 60, "opened": "1996"}
]"""


def test_json_is_read_and_told_in_the_same_way(tmp_path: Path) -> None:
    assert read_json(written(tmp_path, JSON, "b.json"), tuple[Bridge, ...])[1].tonnes == 60
    for corrupt, line, field in (
        (JSON.replace("60", '"60"'), 3, "[1].tonnes"),
        (JSON.replace('"tonnes": 60', '"tonnes": 60,,'), 3, "-"),
        (JSON.replace("Erasmus", "Erasm\ud800").encode("utf-8", "surrogatepass"), 3, "-"),
    ):
        with pytest.raises(Invalid, match=rf"b\.json:{line}: ") as told:
            read_json(written(tmp_path, corrupt, "b.json"), tuple[Bridge, ...])
        assert [fault.field for fault in told.value.faults] == [field]


@given(
    value=some.recursive(
        some.none() | some.booleans() | some.integers(-(2**63), 2**63) | some.text("aé:#-'\n"),
        lambda inner: some.lists(inner) | some.dictionaries(some.text("abc"), inner),
        max_leaves=10,
    )
)
def test_yaml_comes_back_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, value: object
) -> None:
    folder = tmp_path_factory.getbasetemp()
    path = written(folder, yaml.safe_dump(value, allow_unicode=True))
    assert read_yaml(path, msgspec.Raw | object) == value
