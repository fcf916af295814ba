"""Settings come from options, else from variables, else from defaults, and each is documented."""

from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from benelux.core.errors import Invalid
from benelux.core.language import message
from benelux.core.settings import SETTINGS, Settings, default_folder

PUBLIC = "https://portal.example"


def test_every_setting_is_documented_and_every_document_is_of_a_setting() -> None:
    assert [one.name for one in SETTINGS] == [field.name for field in fields(Settings)]
    assert all(one.about != message("") for one in SETTINGS)


def test_an_option_wins_from_a_variable_and_a_variable_from_the_default() -> None:
    assert Settings.read({}).port == 8022
    assert Settings.read({"BENELUX_PORT": "9000"}).port == 9000
    assert Settings.read({"BENELUX_PORT": "9000"}, port=9001).port == 9001
    assert Settings.read({"BENELUX_PORT": "9000"}, port=None).port == 9000


@pytest.mark.parametrize("yes", ["1", "true", "YES", "on"])
@pytest.mark.parametrize("no", ["0", "False", "no", "OFF", ""])
def test_yes_and_no_are_written_in_many_ways(yes: str, no: str) -> None:
    assert Settings.read({"BENELUX_DEMO": yes}).demo
    assert not Settings.read({"BENELUX_DEMO": no}).demo


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("BENELUX_PORT", "eighty"),
        ("BENELUX_PORT", "-1"),
        ("BENELUX_PORT", "80.5"),
        ("BENELUX_PORT", ""),
        ("BENELUX_PORT", "9" * 5000),
        ("BENELUX_PORT", "65536"),
        ("BENELUX_WORKERS", "many"),
        ("BENELUX_WORKERS", "0"),
        ("BENELUX_DEMO", "perhaps"),
    ],
)
def test_a_value_that_cannot_be_read_is_refused_by_the_name_of_its_variable(
    variable: str, text: str
) -> None:
    with pytest.raises(Invalid, match=variable) as refused:
        Settings.read({variable: text})
    assert [fault.field for fault in refused.value.faults] == [variable]


def test_other_variables_do_not_matter() -> None:
    assert Settings.read({"PORT": "1", "BENELUX_UNKNOWN": "x"}) == Settings.read({})


def test_data_is_kept_where_the_system_keeps_data_unless_told_otherwise(tmp_path: Path) -> None:
    assert Settings.read({}).data == default_folder()
    settings = Settings.read({"BENELUX_DATA": str(tmp_path)})
    assert settings.data == tmp_path
    assert settings.database_url == f"sqlite:///{tmp_path / 'benelux.db'}"
    assert Settings.read({"BENELUX_DATABASE": "postgresql://x"}).database_url == "postgresql://x"


@given(
    port=some.integers(0, 65535),
    demo=some.booleans(),
    data=some.text("abc/ é", min_size=1, max_size=10).filter(lambda text: Path(text) != Path()),
)
def test_settings_reach_another_process_unchanged(port: int, data: str, *, demo: bool) -> None:
    settings = Settings.read({}, port=port, demo=demo, data=Path(data))
    assert Settings.read(settings.to_environment()) == settings


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_a_loopback_portal_answers_only_to_loopback_names(host: str) -> None:
    names = Settings.read({}, host=host).allowed_hosts
    assert {"localhost", "127.0.0.1", "::1", host} == names


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "portal.example", ""])  # noqa: S104
def test_a_portal_for_others_is_no_loopback_portal(host: str) -> None:
    assert not Settings.read({}, host=host).is_loopback
    assert not Settings.read({}, host=host).allowed_hosts


def test_a_portal_with_a_public_name_answers_to_that_name() -> None:
    settings = Settings.read({}, host="10.0.0.1", public_url=f"{PUBLIC}/")
    assert settings.allowed_hosts == {"portal.example"}
    assert settings.origin == PUBLIC
    assert settings.secure
    assert not Settings.read({}, public_url="http://portal.example").secure


def test_an_address_of_version_six_stands_in_brackets() -> None:
    assert Settings.read({}, host="::1").origin == "http://[::1]:8022"
    assert Settings.read({}, host="127.0.0.1", port=1).origin == "http://127.0.0.1:1"
