"""A register as officers meet it: entered, issued, asked, brought in; by keyboard, by phone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from benelux.core.domain import discover
from benelux.core.registers.declaration import declared
from tests.portal.test_browser import _context, _violations, _walk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not any(one.name == "fireworks.passes" for one in declared(discover())),
        reason="the register that is tried here is not installed",
    ),
]
HERE = "/en/registers/fireworks.passes"


def sign_in(context: BrowserContext, portal: str, person: str) -> None:
    page = context.request.get(f"{portal}/en/sign-in").text()
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)
    assert csrf
    context.request.post(f"{portal}/en/sign-in", form={"csrf": csrf[1], "person": person})


@pytest.fixture
def registrar(browser: Browser, portal: str) -> Iterator[Page]:
    context = _context(browser, 1280, "light")
    sign_in(context, portal, "demo-registrar-be")
    yield context.new_page()
    context.close()


@pytest.fixture
def inspector(browser: Browser, portal: str) -> Iterator[Page]:
    context = _context(browser, 390, "light")
    sign_in(context, portal, "demo-inspector-nl")
    yield context.new_page()
    context.close()


def enter(page: Page, portal: str, family: str) -> None:
    page.goto(f"{portal}{HERE}/desk/new")
    page.fill("#content-family", family)
    page.fill("#content-given", "Emma")
    page.fill("#content-born", "1984-02-29")
    page.check("input[value=F4]")
    page.fill("#content-certificate", "C-17")
    page.locator("form.form button.button").first.click()
    page.wait_for_url("**/desk/BE-PP-*done=entered")


def test_a_registrar_enters_issues_and_looks_back(registrar: Page, portal: str) -> None:
    enter(registrar, portal, "Lambert")
    found = _violations(registrar)
    registrar.get_by_text("Issue", exact=True).first.click()
    registrar.locator("details[open] button.button").first.click()
    registrar.wait_for_url("**done=moved")
    registrar.fill("#as-of-day", "2020-01-01")
    registrar.get_by_role("button", name="Look back").click()
    assert "There was no such record then." in registrar.locator("main").inner_text()

    for path in ("/desk", "/desk/new", "/desk/import"):
        registrar.goto(portal + HERE + path)
        found += _violations(registrar)
        assert not _walk(registrar), path
    assert found == []


def test_a_search_at_the_desk_stands_in_no_address(registrar: Page, portal: str) -> None:
    enter(registrar, portal, "Zonnebeke")
    registrar.goto(f"{portal}{HERE}/desk")
    registrar.fill("#q", "zonnebeke")
    registrar.get_by_role("button", name="Show").click()
    registrar.wait_for_selector("#results tbody tr")

    assert registrar.locator("#results tbody tr").count() == 1
    assert "zonnebeke" not in registrar.url.lower()


def test_an_inspector_asks_all_countries_by_phone(
    registrar: Page, inspector: Page, portal: str
) -> None:
    enter(registrar, portal, "Duvallier")
    inspector.goto(f"{portal}{HERE}/ask")
    found = _violations(inspector)
    hit = inspector.locator("#wish option", has_text="Hit or no hit").first
    inspector.select_option("#wish", hit.get_attribute("value"))
    inspector.select_option("#purpose", index=1)
    inspector.fill("#family", "Duvallier")
    inspector.fill("#given", "Emma")
    inspector.fill("#born", "1984-02-29")
    inspector.get_by_role("button", name="Ask all three countries").click()
    assert inspector.locator("#case-fault").is_visible()  # the law asks for a case
    inspector.fill("#case", "2026/118")
    inspector.get_by_role("button", name="Ask all three countries").click()
    inspector.wait_for_selector("#from-BE")
    told = inspector.locator("main").inner_text()
    found += _violations(inspector)
    width = inspector.evaluate("document.documentElement.scrollWidth")
    inspector.locator("#from-BE").locator("xpath=..").get_by_role("link").click()
    inspector.wait_for_selector("ledger-proof")

    assert "Belgium: Hit" in told
    assert "Luxembourg: No hit" in told
    assert width <= 390
    assert found == []


def test_the_desk_works_without_scripts(browser: Browser, portal: str) -> None:
    context = _context(browser, 320, "dark", scripts=False)
    sign_in(context, portal, "demo-registrar-be")
    page = context.new_page()
    enter(page, portal, "Zonderling")
    page.goto(f"{portal}{HERE}/desk")
    page.fill("#q", "zonderling")
    page.get_by_role("button", name="Show").click()

    assert page.locator("#results tbody tr").count() == 1
    context.close()


def test_a_document_is_shown_and_printed_once_it_holds(registrar: Page, portal: str) -> None:
    enter(registrar, portal, "Papier")
    assert registrar.get_by_role("link", name="Document").count() == 0
    registrar.get_by_text("Issue", exact=True).first.click()
    registrar.locator("details[open] button.button").first.click()
    registrar.wait_for_url("**done=moved")
    registrar.get_by_role("link", name="Document").click()
    registrar.wait_for_selector("svg.qr")
    found = _violations(registrar)
    address = registrar.get_by_role("link", name="Print on A4 (PDF)").get_attribute("href")
    paper = registrar.request.get(f"{portal}{address}")

    assert paper.body().startswith(b"%PDF")
    assert found == []
