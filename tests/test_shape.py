"""Every domain is furnished alike, no module is long, and data says where it comes from."""

import json
from pathlib import Path

import pytest

import benelux
import benelux.domains
from benelux.core.domain import discover

PACKAGE = Path(benelux.__file__).parent
HOME = Path(benelux.domains.__file__).parent
DOMAINS = sorted(path for path in HOME.iterdir() if path.is_dir() and path.name[0] != "_")
ROOMS = {
    "__init__.py", "model.py", "model", "rules", "engine", "formats", "tables.py", "registers.py",
    "migrations",
    "service.py", "service", "api.py", "api", "pages.py", "pages", "commands.py", "commands",
    "templates", "locale", "data", "policies", "README.md",
}  # fmt: skip
TWO_FORMS = ("model", "service", "api", "pages", "commands")
LONGEST = 400
MODULES = sorted(PACKAGE.rglob("*.py"))
each_domain = pytest.mark.parametrize("domain", DOMAINS, ids=lambda path: path.name)


@each_domain
def test_a_domain_has_no_room_of_its_own(domain: Path) -> None:
    found = {path.name for path in domain.iterdir()} - {"__pycache__"}

    assert found <= ROOMS
    assert found >= {"__init__.py", "README.md"}


@each_domain
def test_a_room_is_a_module_or_a_folder_and_not_both(domain: Path) -> None:
    for room in TWO_FORMS:
        assert not ((domain / room).is_dir() and (domain / f"{room}.py").exists()), room


@each_domain
def test_what_is_in_a_room_belongs_there(domain: Path) -> None:
    for room, kinds in (
        ("templates", {".html", ".xml", ".txt", ".typ"}),
        ("locale", {".po"}),
        ("migrations", {".py"}),
    ):
        files = [path for path in (domain / room).rglob("*") if path.is_file()]
        wrong = [path for path in files if path.suffix not in kinds and path.suffix != ".pyc"]
        assert not wrong
    assert not list((domain / "data").rglob("*.py"))


@each_domain
def test_a_domain_says_in_ten_lines_or_more_what_it_does(domain: Path) -> None:
    lines = (domain / "README.md").read_text().splitlines()

    assert len(lines) >= 10
    assert lines[0].startswith("# ")


def test_every_folder_of_data_says_where_it_comes_from() -> None:
    found = (folder for folder in PACKAGE.rglob("data") if folder.is_dir())
    folders = [folder for folder in found if "skeleton" not in folder.parts]
    assert HOME / "programme" / "data" in folders
    for folder in folders:
        package = json.loads((folder / "datapackage.json").read_text())
        assert package["licenses"], folder
        assert package["sources"], folder
        listed = {resource["path"] for resource in package["resources"]}
        there = {
            path.relative_to(folder).as_posix()
            for path in folder.rglob("*")
            if path.is_file() and path.name != "datapackage.json"
        }
        assert listed <= there, folder
        # A domain's data is open data, all of it; core keeps what its own tests found as well.
        assert listed == there or HOME not in folder.parents, folder


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_module_is_too_long(module: Path) -> None:
    assert len(module.read_text().splitlines()) <= LONGEST


def test_every_package_has_its_module_and_every_module_its_docstring() -> None:
    for module in MODULES:
        start = module.read_text().lstrip()
        assert start.startswith(('"""', 'r"""')), module
        if "migrations" not in module.parts:
            assert (module.parent / "__init__.py").exists(), module


def test_what_a_domain_uses_is_there_and_no_circle() -> None:
    # `discover` refuses a circle and a name that is not there.
    assert {domain.name for domain in discover()} == {path.name for path in DOMAINS}


def test_no_two_domains_carry_the_same_name_in_any_language() -> None:
    for language in ("nl", "fr", "de", "en"):
        titles = [domain.title[language] for domain in discover()]
        assert len(set(titles)) == len(titles)
