"""Built files are served for ever under the name of their content, and nothing else is."""

import gzip
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from benelux.core.web.static import Assets, takes_gzip
from tests.visits import knock

SCRIPT = b"export const benelux = 3;\n"


@pytest.fixture
def assets(tmp_path: Path) -> Assets:
    folder = tmp_path / "static"
    folder.mkdir()
    (folder / "shell-AB12.js").write_bytes(SCRIPT)
    (folder / "font-CD34.woff2").write_bytes(b"wOF2")
    (folder / "map-EF56.css").write_bytes(b"a{}")
    (folder / "manifest.json").write_text('{"shell.js": "shell-AB12.js"}')
    (tmp_path / "secret.txt").write_text("secret")
    return Assets(folder)


def test_a_page_finds_a_built_file_by_the_name_of_its_source(assets: Assets) -> None:
    assert assets.address("shell.js") == "/static/shell-AB12.js"
    assert assets.address("chart.js") == ""


def test_a_file_has_its_type_and_text_a_packed_form(assets: Assets) -> None:
    script = assets.read("shell-AB12.js")
    assert script
    assert script.media_type == "text/javascript"
    assert script.compressed
    assert gzip.decompress(script.compressed) == SCRIPT
    font = assets.read("font-CD34.woff2")
    assert font
    assert (font.media_type, font.compressed) == ("font/woff2", None)


@pytest.mark.parametrize(
    "name",
    ["../secret.txt", "..", ".", "", "/etc/passwd", "shell.js", "shell-AB12.js/", "SHELL-AB12.JS"],
)
def test_only_what_the_build_wrote_is_served(assets: Assets, name: str) -> None:
    assert assets.read(name) is None


def test_without_a_build_there_are_no_files_and_no_errors(tmp_path: Path) -> None:
    none = Assets(tmp_path / "nothing")
    assert none.names == {}
    assert none.address("shell.js") == ""
    assert none.read("shell-AB12.js") is None


def test_a_built_file_may_be_kept_for_ever(portal: TestClient[Litestar]) -> None:
    names = Assets().names
    if not names:
        pytest.skip("the browser assets are not built here (BENELUX_ASSETS=skip)")
    for address in (f"/static/{name}" for name in names.values()):
        answer = portal.get(address)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-type"].count("charset") == (
            not address.endswith(("woff2", "ttf"))
        )
        assert "accept-encoding" in answer.headers["vary"]


@pytest.mark.parametrize(
    "target",
    [
        b"/static/../app.py",
        b"/static/%2e%2e%2fapp.py",
        b"/static/..%5capp.py",
        b"/static/%00",
        b"/static/",
        b"/static//etc/passwd",
        b"/static/%ff",
        b"/static/nothing.js",
    ],
)
def test_there_is_no_way_out_of_the_folder(portal: TestClient[Litestar], target: bytes) -> None:
    assert knock(portal.app, "GET", target).status == 404


@pytest.mark.parametrize(
    ("header", "takes"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.2", True),
        ("x-gzip", True),
        ("gzip ; q=1.000", True),
        ("", False),
        ("gzip;q=0", False),
        ("gzip; q=0.000, br", False),
        ("identity", False),
        ("gzipped", False),
    ],
)
def test_packed_files_go_to_who_says_that_they_can_unpack_them(header: str, *, takes: bool) -> None:
    assert takes_gzip(header) is takes
