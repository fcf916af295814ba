"""The proof in a real browser: checked there, spoilt there, and read without scripts."""

import json
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, Route

from tests.portal.browser import browser, portal

__all__ = ["browser", "portal"]
pytestmark = pytest.mark.browser
_PROOF = "ledger/demo-be-police/1"
_AXE = Path(str(axe_playwright_python.__file__)).parent / "axe.min.js"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_PATHS = ("ledger", "ledger/demo-be-police", _PROOF, "my-data")


def _verdict(page: Page) -> str:
    page.locator("ledger-proof[data-ready]").wait_for(timeout=10_000)
    return page.locator("[data-verdict]").inner_text()


def test_the_browser_itself_checks_every_step_and_the_signature(
    browser: Browser, portal: str
) -> None:
    page = browser.new_page()
    page.goto(f"{portal}/en/{_PROOF}")
    assert "checked every step" in _verdict(page)
    marks = page.locator("[data-mark]").all_inner_texts()
    assert all(mark == "✓ checked" for mark in marks), marks
    assert len(marks) >= 4
    page.close()


@pytest.mark.parametrize("part", ["entry", "path", "head", "keys", "number"])
def test_the_browser_finds_a_proof_that_was_spoilt_on_its_way(
    browser: Browser, portal: str, part: str
) -> None:
    def spoil(route: Route) -> None:
        answer = route.fetch()
        proof = json.loads(_between(answer.text()))
        proof[part] = {
            "entry": str(proof["entry"]).replace("consultation", "consideration"),
            "path": proof["path"][:-1],
            "head": str(proof["head"]).replace("/ledger/", "/other/"),
            "keys": [],
            "number": 0,
        }[part]
        raw = json.dumps(proof).replace('"', "&#34;")
        body = answer.text().replace(_quoted(answer.text()), raw)
        route.fulfill(response=answer, body=body)

    page = browser.new_page()
    page.route("**/ledger/demo-be-police/*", spoil)
    page.goto(f"{portal}/en/{_PROOF}")
    assert "does not hold" in _verdict(page)
    page.close()


def _quoted(page: str) -> str:
    return page.partition('data-proof="')[2].partition('"')[0]


def _between(page: str) -> str:
    return _quoted(page).replace("&#34;", '"').replace("&#43;", "+")


def test_without_scripts_the_steps_stand_there_with_the_command(
    browser: Browser, portal: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{portal}/nl/{_PROOF}")
    assert page.locator("tr[data-step]").count() >= 1
    assert "benelux ledger verify --proof" in page.locator("pre").last.inner_text()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_the_ledger_are_accessible_and_flow(
    browser: Browser, portal: str, scheme: str
) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": 320, "height": 900})  # type: ignore[arg-type]
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for path in _PATHS:
        page.goto(f"{portal}/de/{path}")
        page.evaluate(_AXE.read_text(encoding="utf-8"))
        found = page.evaluate(
            "rules => axe.run(document, {runOnly: rules}).then(r => r.violations.map("
            "v => `${v.id}: ${v.nodes.map(n => n.target).join(' ; ')}`))",
            _RULES,
        )
        assert found == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    assert complaints == []
    context.close()


def test_an_invented_citizen_signs_in_and_sees_who_asked(browser: Browser, portal: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{portal}/en/my-data")
    page.get_by_role("link", name="Sign in").first.click()
    page.goto(f"{portal}/en/sign-in?next=/en/my-data")
    page.get_by_role("button", name="Emma Lambert").click()
    page.wait_for_url("**/en/my-data")
    assert page.locator("#results tbody tr").count() == 3
    assert "Police of Maastricht (invented)" in page.locator("#results").inner_text()
    assert "investigation" not in page.locator("#results").inner_text()
    context.close()
