"""The check of documents in a real browser, with the network cut and the server gone."""

import io
import json
import random
import socket
import string
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import axe_playwright_python
import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect

from benelux.core.identity import keyring, sessions
from benelux.core.identity.keystore import KeyFolder
from benelux.core.ledger import ledger_of
from benelux.core.ledger.service import consultations_of
from benelux.core.registers.credential import code
from benelux.core.registers.issuers import issuer_list
from benelux.core.web.app import assemble
from benelux.core.web.doors import SESSION
from benelux.core.web.headers import CONTENT_SECURITY_POLICY
from tests.core.skippers import CITIZEN, INSPECTOR, Federated, federated
from tests.portal.browser import CHROMIUM, FLAGS, browser

__all__ = ["browser"]
pytestmark = pytest.mark.browser
_AXE = Path(str(axe_playwright_python.__file__)).parent / "axe.min.js"
_LETTERS = string.ascii_letters + string.digits + "-_."
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass
class Running:
    """A portal that a test can stop and start again, always at the same address."""

    nodes: Federated
    port: int
    server: uvicorn.Server | None = None
    thread: threading.Thread | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        config = uvicorn.Config(
            assemble(self.nodes.house), port=self.port, ws="none", lifespan="off", log_config=None
        )
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run)
        self.thread.start()
        until = time.monotonic() + 20
        while not self.server.started:
            assert time.monotonic() < until
            time.sleep(0.01)

    def stop(self) -> None:
        if self.server and self.thread:
            self.server.should_exit = True
            self.server.force_exit = True
            self.thread.join()
            self.server = self.thread = None

    def is_gone(self) -> bool:
        with socket.socket() as tried:
            return tried.connect_ex(("127.0.0.1", self.port)) != 0


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with federated(tmp_path_factory.mktemp("portal"), port=port) as nodes:
        found = Running(nodes, port)
        found.start()
        yield found
        found.stop()


@pytest.fixture
def up(running: Running) -> Running:
    if running.server is None:
        running.start()
    return running


@contextmanager
def visit(browser: Browser, running: Running, **how: object) -> Iterator[tuple[Page, list[str]]]:
    """Somebody at the page of checks, ready for use without a network; and all that went wrong."""
    context = browser.new_context(**how)  # type: ignore[arg-type]
    try:
        yield opened(context, running)
    finally:
        context.close()


def opened(context: BrowserContext, running: Running) -> tuple[Page, list[str]]:
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(f"{running.address}/en/registers/check")
    page.locator("document-check[data-ready=offline]").wait_for(timeout=15_000)
    return page, wrong


def cut(page: Page, running: Running) -> list[str]:
    """Pull the cable: no network for the browser, no server behind it. What is asked for after."""
    page.context.set_offline(True)
    running.stop()
    assert running.is_gone()
    asked: list[str] = []
    page.on("requestfinished", lambda request: asked.append(request.url))
    page.reload()
    page.locator("document-check[data-ready=offline]").wait_for(timeout=15_000)
    return asked


def verdict(page: Page, text: str) -> str:
    page.fill("#text", text)
    page.get_by_role("button", name="Check", exact=True).click()
    section = page.locator("[data-result] .verdict")
    expect(section).to_be_focused(timeout=10_000)
    return section.inner_text()


def spoilt(text: str) -> str:
    """The same with another name in it."""
    head, body, tail = text.split(".")
    middle = len(body) // 2
    other = "A" if body[middle] != "A" else "B"
    return f"{head}.{body[:middle]}{other}{body[middle + 1 :]}.{tail}"


def test_a_belgian_document_is_checked_with_the_network_cut(browser: Browser, up: Running) -> None:
    text = up.nodes.document(up.nodes.licence())
    with visit(browser, up) as (page, wrong):
        asked = cut(page, up)

        said = verdict(page, text)
        assert "Genuine" in said
        assert "Lambert" in said
        assert "4 May 2031" in said
        assert "neither suspended nor withdrawn, as of" in said
        assert "Compare the name and the photo" in said
        assert page.locator(".verdict.good").count() == 1

        said = verdict(page, spoilt(text))
        assert "Not genuine" in said
        assert "Lambert" not in said
        assert "Cannot be read" in verdict(page, "not a document at all")
        assert wrong == []
        assert all(url.startswith(up.address) for url in asked)


def test_no_changed_letter_passes_in_the_browser_either(browser: Browser, up: Running) -> None:
    text = up.nodes.document(up.nodes.licence())
    chance = random.Random(7)  # noqa: S311 - which letters is no secret
    with visit(browser, up) as (page, wrong):
        cut(page, up)
        for _ in range(40):
            place = chance.randrange(len(text))
            other = chance.choice([one for one in _LETTERS if one != text[place]])
            said = verdict(page, f"{text[:place]}{other}{text[place + 1 :]}")
            assert "Lambert" not in said
        assert wrong == []


def test_a_server_that_is_gone_is_no_matter_on_a_network(browser: Browser, up: Running) -> None:
    text = up.nodes.document(up.nodes.licence())
    with visit(browser, up) as (page, _):
        up.stop()
        page.reload()
        page.locator("document-check[data-ready=offline]").wait_for(timeout=15_000)
        assert verdict(page, text).startswith("Genuine")


def test_a_withdrawn_document_is_known_once_the_list_was_fetched(
    browser: Browser, up: Running
) -> None:
    record = up.nodes.licence()
    text = up.nodes.document(record)
    with visit(browser, up) as (page, _):
        up.nodes.move(record, "withdraw")
        page.reload()
        page.locator("document-check[data-ready=offline]").wait_for(timeout=15_000)
        cut(page, up)
        said = verdict(page, text)
        assert said.startswith("Withdrawn")
        assert "The signature is good" in said
        assert "as of" in said


def test_a_document_of_somebody_else_is_of_an_unknown_issuer(
    browser: Browser, up: Running, tmp_path: Path
) -> None:
    with federated(tmp_path) as others:
        text = others.document(others.licence())
    with visit(browser, up) as (page, _):
        cut(page, up)
        assert "Unknown issuer" in verdict(page, text)


def test_a_browser_without_ed25519_uses_the_script_it_brought_along(
    browser: Browser, up: Running
) -> None:
    text = up.nodes.document(up.nodes.licence())
    context = browser.new_context()
    context.add_init_script(
        "const real = crypto.subtle.importKey.bind(crypto.subtle);"
        "crypto.subtle.importKey = (form, raw, how, ...rest) => how.name === 'Ed25519'"
        " ? Promise.reject(new DOMException('no', 'NotSupportedError'))"
        " : real(form, raw, how, ...rest);"
    )
    page, wrong = opened(context, up)
    cut(page, up)
    assert "Lambert" in verdict(page, text)
    assert "Not genuine" in verdict(page, spoilt(text))
    assert wrong == []
    context.close()


def test_a_picture_of_the_code_is_read_without_a_network(browser: Browser, up: Running) -> None:
    text = up.nodes.document(up.nodes.licence())
    drawn = io.BytesIO()
    code(text).save(drawn, kind="png", scale=6, border=4)
    with visit(browser, up) as (page, wrong):
        cut(page, up)
        picture = {"name": "code.png", "mimeType": "image/png", "buffer": drawn.getvalue()}
        page.set_input_files("#picture", [picture])  # type: ignore[list-item]
        section = page.locator("[data-result] .verdict.good")
        section.wait_for(timeout=15_000)
        assert "Lambert" in section.inner_text()
        assert wrong == []


def _film(text: str, file: Path) -> None:
    """What a camera sees that is held before the code: ten frames of 1280 by 720 (YUV4MPEG2)."""
    wide, high, each = 1280, 720, 7
    rows = [list(row) for row in code(text).matrix_iter(scale=each, border=4)]
    top, left = (high - len(rows)) // 2, (wide - len(rows[0])) // 2
    grey = bytearray([180]) * (wide * high)
    for place, row in enumerate(rows, top):
        start = place * wide + left
        grey[start : start + len(row)] = bytes(40 if dark else 220 for dark in row)
    frame = b"FRAME\n" + bytes(grey) + bytes([128]) * (wide * high // 2)
    file.write_bytes(f"YUV4MPEG2 W{wide} H{high} F10:1 Ip A1:1 C420mpeg2\n".encode() + frame * 10)


def test_the_camera_reads_the_code(browser: Browser, up: Running, tmp_path: Path) -> None:
    film = tmp_path / "camera.y4m"
    _film(up.nodes.document(up.nodes.licence()), film)
    flags = [
        *FLAGS, "--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}",
    ]  # fmt: skip
    seeing = browser.browser_type.launch(executable_path=CHROMIUM, args=flags)
    with visit(seeing, up, permissions=["camera"]) as (page, wrong):
        cut(page, up)
        page.get_by_role("button", name="Scan with the camera").click()
        section = page.locator("[data-result] .verdict.good")
        section.wait_for(timeout=20_000)
        assert "Lambert" in section.inner_text()
        assert page.locator("[data-camera]").is_hidden()
        assert wrong == []
    seeing.close()


def test_it_works_by_keyboard_and_on_a_telephone(browser: Browser, up: Running) -> None:
    text = up.nodes.document(up.nodes.licence())
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    with visit(browser, up, **phone) as (page, wrong):
        page.focus("#text")
        page.keyboard.insert_text(text)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("[data-result] .verdict")).to_be_focused(timeout=10_000)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.evaluate(_AXE.read_text(encoding="utf-8"))
            found = page.evaluate(
                "rules => axe.run(document, {runOnly: rules}).then(r => r.violations.map("
                "v => `${v.id}: ${v.nodes.map(n => n.target).join(' ; ')}`))",
                _RULES,
            )
            assert found == []
        assert wrong == []


def test_the_page_kept_on_the_device_knows_nobody(browser: Browser, up: Running) -> None:
    context = browser.new_context()
    token = sessions.start(up.nodes.house.store, INSPECTOR)
    context.add_cookies([{"name": SESSION, "value": token, "url": up.address}])
    page, _ = opened(context, up)
    assert INSPECTOR.name in page.locator("footer").inner_text()
    cut(page, up)
    assert INSPECTOR.name not in page.locator("footer").inner_text()
    policy = page.evaluate(
        "caches.open('benelux-check').then(kept => kept.match(location.pathname))"
        ".then(page => page.headers.get('content-security-policy'))"
    )
    assert policy == CONTENT_SECURITY_POLICY
    context.close()


def test_an_officer_puts_checks_on_record_and_the_holder_sees_them(
    browser: Browser, up: Running
) -> None:
    text = up.nodes.document(up.nodes.licence())
    context = browser.new_context()
    page, _ = opened(context, up)
    page.get_by_label("Keep my checks").check()
    cut(page, up)
    assert page.get_by_label("Keep my checks").is_checked()
    verdict(page, text)
    kept = json.loads(page.evaluate("localStorage.getItem('benelux-checks')"))
    assert [one["verdict"] for one in kept] == ["genuine"]
    assert "Lambert" not in json.dumps(kept)

    up.start()
    context.set_offline(False)
    token = sessions.start(up.nodes.house.store, INSPECTOR)
    context.add_cookies([{"name": SESSION, "value": token, "url": up.address}])
    page.goto(f"{up.address}/en/registers/check/made")
    page.locator("checks-made[data-ready]").wait_for()
    page.get_by_role("button", name="Put on record").click()
    page.get_by_text("entry").first.wait_for()
    assert json.loads(page.evaluate("localStorage.getItem('benelux-checks')")) == []
    context.close()
    today = datetime.now(tz=UTC).date()
    seen = consultations_of(ledger_of(up.nodes.node("BE")), (CITIZEN,), today)
    assert [one.what.actor.organisation for one in seen] == ["demo-nl-inspection"]


def test_a_list_of_issuers_that_nobody_known_signed_is_not_taken(
    browser: Browser, up: Running, tmp_path: Path
) -> None:
    with federated(tmp_path) as others:
        forged_list = issuer_list(others.house)
        forged = others.document(others.licence())
    with visit(browser, up) as (page, _):
        page.route("**/api/registers/trust", lambda route: route.fulfill(body=forged_list))
        page.reload()
        page.locator("[data-refused]").wait_for(timeout=10_000)
        assert "Unknown issuer" in verdict(page, forged)


def test_a_key_that_was_rotated_or_revoked_is_known_from_the_next_list(
    browser: Browser, up: Running
) -> None:
    node = up.nodes.node("LU")
    folder = KeyFolder.of(node.settings)
    before = up.nodes.document(up.nodes.licence("LU"))
    old = keyring.signing_key(node.store, folder, "demo-lu-licensing").id
    with visit(browser, up) as (page, _):
        keyring.rotate(node.store, folder, old, author="test")
        after = up.nodes.document(up.nodes.licence("LU"))
        page.reload()
        page.locator("document-check[data-ready=offline]").wait_for(timeout=15_000)
        assert verdict(page, before).startswith("Genuine")
        assert verdict(page, after).startswith("Genuine")

        keyring.revoke(node.store, old, author="test", reason="stolen")
        page.reload()
        page.locator("document-check[data-ready=offline]").wait_for(timeout=15_000)
        assert verdict(page, before).startswith("Not genuine")
        assert verdict(page, after).startswith("Genuine")
        assert page.locator("[data-refused]").is_hidden()


def test_a_list_of_last_week_is_too_old_for_a_plain_yes(browser: Browser, up: Running) -> None:
    text = up.nodes.document(up.nodes.licence())
    context = browser.new_context()
    page, _ = opened(context, up)
    cut(page, up)
    page.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=7))
    assert verdict(page, text).startswith("Genuine, status uncertain")
    page.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=3650))
    assert verdict(page, text).startswith("Expired")
    context.close()
