"""Every page in every language, read as a program without scripts reads it."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
from babel.messages.pofile import read_po
from typing_extensions import override

from benelux.core.language import LANGUAGES, locale_folders
from tests.portal.addresses import pages, public

PUBLIC = public()


class Reading(HTMLParser):
    """What a page says of itself."""

    def __init__(self) -> None:
        super().__init__()
        self.language = ""
        self.headings: list[int] = []
        self.links: list[str] = []
        self.alternates: dict[str, str] = {}
        self.ids: list[str] = []
        self.inline: list[str] = []
        self.labels: set[str] = set()
        self.fields: list[str] = []
        self.title = ""
        self._in = ""

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = found.get("lang", "")
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag in {"a", "link"} and "href" in found:
            self.links.append(found["href"])
        if tag == "link" and "hreflang" in found:
            self.alternates[found["hreflang"]] = found["href"]
        if "id" in found:
            self.ids.append(found["id"])
        if tag == "style" or "style" in found or any(name.startswith("on") for name in found):
            self.inline.append(tag)
        if tag == "script" and "src" not in found and found.get("type") != "application/json":
            self.inline.append(tag)
        if tag == "label" and "for" in found:
            self.labels.add(found["for"])
        if tag in {"select", "textarea"} or (
            tag == "input" and found.get("type") not in {"hidden", "checkbox", "radio"}
        ):
            self.fields.append(found.get("id", ""))
        self._in = tag

    @override
    def handle_data(self, data: str) -> None:
        if self._in == "title":
            self.title += data
            self._in = ""


@pytest.fixture(scope="module")
def reader(portal: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=portal) as client:
        yield client


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_whole_in_every_language(reader: httpx.Client, language: str) -> None:
    for label, addresses in PUBLIC:
        answer = reader.get(addresses[language])
        assert answer.status_code == 200, addresses[language]
        page = Reading()
        page.feed(answer.text)
        assert page.language == language, label
        assert page.title.strip(), label
        assert page.headings.count(1) == 1, addresses[language]
        for before, after in zip(page.headings, page.headings[1:], strict=False):
            assert after <= before + 1, f"{addresses[language]} skips a level of headings"
        assert len(set(page.ids)) == len(page.ids), f"{addresses[language]} repeats an id"
        assert not page.inline, f"{addresses[language]} has inline script or style"
        assert set(page.fields) <= page.labels, f"{addresses[language]} has a field without a label"


def test_every_page_names_itself_in_the_other_languages(reader: httpx.Client) -> None:
    for _, addresses in PUBLIC:
        page = Reading()
        page.feed(reader.get(addresses["nl"]).text)
        assert page.alternates == addresses


def test_no_link_leads_nowhere(reader: httpx.Client) -> None:
    seen: dict[str, int] = {}
    for _, addresses in PUBLIC:
        page = Reading()
        page.feed(reader.get(addresses["fr"]).text)
        for link in page.links:
            target = urlsplit(urljoin(addresses["fr"], link))
            if target.scheme or not target.path:
                continue
            address = target.path + (f"?{target.query}" if target.query else "")
            if address not in seen:
                seen[address] = _where(reader.get(address))
            assert seen[address] in {200, 303}, f"{addresses['fr']} leads to {address}"


def test_every_list_has_a_json_and_a_csv_form(reader: httpx.Client) -> None:
    listings = [page for page, _ in pages() if page.listing]
    assert listings
    for page in listings:
        address = page.address("de", {})
        found = reader.get(f"{address}.json").json()
        table = reader.get(f"{address}.csv")
        assert found["total"] == table.text.count("\n") - _wrapped(table.text) - 1
        assert table.headers["content-type"].startswith("text/csv")


def _wrapped(text: str) -> int:
    """Line breaks inside quoted cells."""
    return sum(part.count("\n") for part in text.split('"')[1::2])


def test_texts_of_the_software_are_not_left_in_english(reader: httpx.Client) -> None:
    said: set[str] = set()
    for folder in locale_folders():
        with (folder / "nl" / "LC_MESSAGES" / "messages.po").open("rb") as source:
            said |= {
                str(one.id)
                for one in read_po(source)
                if isinstance(one.id, str) and len(one.id) > 30 and one.string != one.id
            }
    assert said
    for _, addresses in PUBLIC[::7]:
        text = re.sub(r"\s+", " ", reader.get(addresses["nl"]).text)
        left = [msgid for msgid in said if "{" not in msgid and f">{msgid}<" in text]
        assert not left, f"{addresses['nl']} says in English: {left[:3]}"


def _where(answer: httpx.Response) -> int:
    """The status; what is for officers leads a reader to the sign-in."""
    if answer.status_code == 401 and "/sign-in" in answer.text:
        return 303
    return answer.status_code
