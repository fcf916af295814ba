"""What a person meets: with and without scripts, narrow and wide, by keyboard, in the dark."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

import benelux
from benelux.core.language import LANGUAGES
from tests.portal.addresses import officers, public, some

pytestmark = pytest.mark.browser

Scheme = Literal["light", "dark"]
AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SOME = some(each=2)
EACH_ONCE = some(each=1)
RUN = """rules => axe.run(document, {runOnly: rules, resultTypes: ["violations"]}).then(
  told => told.violations.map(
    v => `${v.id} (${v.impact}): ${v.nodes.map(n => n.target).join(" ; ")}`
  )
)"""
FOCUSED = """(() => {
  const e = document.activeElement;
  if (!e || e === document.body) return "";
  const box = e.getBoundingClientRect();
  const style = getComputedStyle(e);
  const ringed = style.outlineStyle !== "none" || style.boxShadow !== "none";
  if (!(box.width > 0 && box.height > 0 && ringed)) return `hidden ${e.outerHTML.slice(0, 80)}`;
  const place = `${Math.round(box.top)} ${Math.round(box.left)}`;
  return `${e.tagName} ${e.id} ${e.textContent.slice(0, 40)} ${place}`;
})()"""
RESULTS: dict[str, object] = {}


def _context(
    browser: Browser, width: int, scheme: Scheme, *, scripts: bool = True
) -> BrowserContext:
    return browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        reduced_motion="reduce",
        java_script_enabled=scripts,
    )


@pytest.fixture
def complaints() -> list[str]:
    return []


def _listen(page: Page, complaints: list[str]) -> None:
    page.on(
        "console",
        lambda said: (
            complaints.append(f"{page.url}: {said.text}")
            if said.type in {"error", "warning"}
            else None
        ),
    )
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))


def _violations(page: Page) -> list[str]:
    """All rules in the light, then in the dark the rules on colour, which alone depend on it."""
    page.emulate_media(color_scheme="light")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(RUN, {"type": "tag", "values": TAGS})
    page.emulate_media(color_scheme="dark")
    found += page.evaluate(
        RUN, {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
    )
    page.emulate_media(color_scheme="light")
    return [f"{page.url}: {one}" for one in found]


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_any_kind_of_page(
    browser: Browser, portal: str, language: str, complaints: list[str]
) -> None:
    context = _context(browser, 1280, "light")
    page = context.new_page()
    _listen(page, complaints)
    found: list[str] = []
    for _, addresses in EACH_ONCE:
        page.goto(portal + addresses[language], wait_until="load")
        found += _violations(page)
    context.close()
    _note("axe", len(EACH_ONCE), len(found))
    assert found == []
    assert complaints == []


@pytest.mark.slow
def test_axe_finds_nothing_on_any_page(browser: Browser, portal: str) -> None:
    context = _context(browser, 390, "light")
    page = context.new_page()
    found: list[str] = []
    for place, (_, addresses) in enumerate(public()):
        page.goto(portal + addresses[LANGUAGES[place % 4]], wait_until="domcontentloaded")
        found += _violations(page)
    context.close()
    _note("axe-all", len(public()), len(found))
    assert found == []


@pytest.mark.parametrize("language", ["nl", "de"])
def test_every_page_flows_into_320_pixels(browser: Browser, portal: str, language: str) -> None:
    context = _context(browser, 320, "light")
    page = context.new_page()
    wide = []
    for _, addresses in SOME:
        page.goto(portal + addresses[language], wait_until="load")
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 320:
            wide.append((addresses[language], width))
    context.close()
    _note("reflow", len(SOME), len(wide))
    assert wide == []


def test_every_page_reads_without_scripts(browser: Browser, portal: str) -> None:
    context = _context(browser, 1280, "light", scripts=False)
    page = context.new_page()
    for _, addresses in EACH_ONCE:
        page.goto(portal + addresses["fr"], wait_until="load")
        assert page.locator("main h1").inner_text().strip(), addresses["fr"]
        assert len(page.locator("main").inner_text()) > 60, addresses["fr"]
    page.goto(f"{portal}/nl/programme/actions")
    page.locator("#q").fill("vrachtbrief")
    page.locator("form.filters button").click()
    assert "q=vrachtbrief" in page.url
    assert page.locator("#results tbody tr").count() > 0
    context.close()
    _note("no-scripts", len(EACH_ONCE), 0)


def test_every_page_is_reached_by_keyboard(browser: Browser, portal: str) -> None:
    context = _context(browser, 1280, "light")
    page = context.new_page()
    for _, addresses in EACH_ONCE:
        page.goto(portal + addresses["en"], wait_until="load")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip", addresses["en"]
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id || location.hash") in {"main", "#main"}
        trapped = _walk(page)
        assert not trapped, f"{addresses['en']}: {trapped}"
    context.close()
    _note("keyboard", len(EACH_ONCE), 0)


def _walk(page: Page) -> str:
    """Tab through a page; what cannot be seen when it has the focus, or holds it for ever."""
    before, stays = "", 0
    for _ in range(12):
        page.keyboard.press("Tab")
        now = page.evaluate(FOCUSED)
        if now.startswith("hidden"):
            return str(now)
        stays = stays + 1 if now and now == before else 0
        if stays > 4:  # a field for a month or a day has a few parts of its own
            return f"the focus stays on {now}"
        before = now
    return ""


def test_the_language_can_be_changed_and_the_page_stays(browser: Browser, portal: str) -> None:
    context = _context(browser, 1280, "light")
    page = context.new_page()
    page.goto(f"{portal}/nl/programme/actions?kind=study&sort=-title")
    page.locator(".langs a[lang=de]").click()
    assert page.url.startswith(f"{portal}/de/programme/actions")
    assert page.locator("html").get_attribute("lang") == "de"
    context.close()


def test_a_map_and_a_chart_rise_from_their_tables(
    browser: Browser, portal: str, complaints: list[str]
) -> None:
    context = _context(browser, 1280, "light")
    page = context.new_page()
    _listen(page, complaints)
    page.goto(f"{portal}/nl/programme/partners")
    page.wait_for_selector("benelux-map[data-ready=true]", timeout=30_000)
    assert page.locator("benelux-map table tbody tr").count() > 5
    page.goto(f"{portal}/fr/programme")
    page.wait_for_selector("benelux-chart svg", timeout=10_000)
    context.close()
    assert complaints == []


def test_nothing_is_fetched_from_elsewhere(browser: Browser, portal: str) -> None:
    context = _context(browser, 1280, "light")
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for address in ("/nl/", "/nl/programme/partners", "/de/programme", "/en/catalogue"):
        page.goto(portal + address, wait_until="networkidle")
    context.close()
    assert asked
    assert [url for url in asked if not url.startswith((portal, "data:", "blob:"))] == []


def test_a_search_answers_while_one_types(browser: Browser, portal: str) -> None:
    context = _context(browser, 1280, "light")
    page = context.new_page()
    page.goto(f"{portal}/de/programme/search")
    page.locator("#q").press_sequentially("Frachtbr", delay=20)
    page.wait_for_selector("#results ol.found li", timeout=10_000)
    assert "Frachtbrief" in page.locator("#results").inner_text()
    context.close()


@pytest.fixture
def officer(browser: Browser, portal: str) -> Iterator[Page]:
    context = _context(browser, 1280, "light")
    page = context.new_page()
    page.goto(f"{portal}/en/sign-in")
    page.locator("main form button").first.click()
    page.wait_for_load_state()
    yield page
    context.close()


def test_an_officer_records_publishes_and_undoes(officer: Page, portal: str) -> None:
    officer.goto(f"{portal}/en/programme/desk/events/new")
    officer.fill("#title_nl", "Conferentie AIR-HEALTH")
    officer.fill("#starts", "2022-03-23")
    officer.select_option("#state", "published")
    officer.locator("form.form button.button").first.click()
    assert officer.locator(".errors a").count() == 3  # three languages are missing
    officer.fill("#title_fr", "Conférence AIR-HEALTH")
    officer.fill("#title_de", "Konferenz AIR-HEALTH")
    officer.fill("#title_en", "AIR-HEALTH conference")
    officer.locator("form.form button.button").first.click()
    officer.wait_for_url("**/desk/events/*kept=yes")
    officer.goto(f"{portal}/fr/programme/events")
    assert "Conférence AIR-HEALTH" in officer.locator("#results").inner_text()
    officer.locator("#results tbody a").first.click()
    assert officer.locator("h1").inner_text() == "Conférence AIR-HEALTH"


def test_axe_finds_nothing_on_the_officers_pages(officer: Page, portal: str) -> None:
    found: list[str] = []
    for _, addresses in officers():
        for language in ("nl", "fr"):
            officer.goto(portal + addresses[language], wait_until="load")
            found += _violations(officer)
    _note("axe-officers", len(officers()) * 2, len(found))
    assert found == []


def _note(check: str, pages: int, faults: int) -> None:
    before = RESULTS.get(check)
    known = before if isinstance(before, dict) else {"pages": 0, "faults": 0}
    RESULTS[check] = {"pages": known["pages"] + pages, "faults": known["faults"] + faults}


def test_zz_the_accessibility_statement_has_these_results() -> None:
    """Write what was found where the statement reads it, when asked to."""
    target = os.environ.get("BENELUX_ACCESSIBILITY_RESULTS")
    if not target:
        pytest.skip("BENELUX_ACCESSIBILITY_RESULTS names no file to write the results to")
    axe = AXE.read_text(encoding="utf-8")[:40].split("axe v")[1].split()[0]
    told = {
        "version": benelux.__version__,
        "day": datetime.now(tz=UTC).date().isoformat(),
        "axe": axe,
        "checks": RESULTS,
    }
    Path(target).write_text(json.dumps(told, indent=2, sort_keys=True) + "\n", encoding="utf-8")
