"""How heavy pages are: everything that a browser which was never here before fetches for one page.

Of each kind of page the example with most HTML is weighed in every language, and the heaviest of
these is told. Sizes are those on the wire, compressed, in kB of 1,000 bytes, without headers.
Chromium tells what is fetched; where it is missing, what the HTML itself names.
"""

import re
import shutil
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

import sheet
import stand

PLAIN_KB: Final = 60
MAP_KB: Final = 500
_KINDS: Final = ("document", "stylesheet", "script", "font", "other")
_TYPES: Final = {"text/css": "stylesheet", "text/javascript": "script", "font/woff2": "font"}
_BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
_FLAGS: Final = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
)
Weigh = Callable[[str], tuple["Counter[str]", bool]]
"""From an address to bytes by kind of resource, and whether the page has a map."""


def main() -> None:
    options = sheet.options(__doc__)
    told = sheet.Sheet(
        f"Weight of a page in kB: {PLAIN_KB} to hold without a map, {MAP_KB} with one",
        ("page", "HTML", "CSS", "scripts", "fonts", "other", "all", "to hold", "kept"),
    )
    with stand.portal(workers=1) as server, _scales() as (weigh, by):
        for label, examples in stand.addresses().items():
            chosen = _some(examples) if options.quick else examples
            example = max(chosen, key=lambda one: _size(server.origin, one))
            sheet.step(label)
            total, language, weights, has_map = max(
                (
                    (sum(found.values()) / 1000, language, found, has_map)
                    for language, address in example.items()
                    for found, has_map in [weigh(server.origin + address)]
                ),
                key=lambda one: one[:2],
            )
            budget = MAP_KB if has_map else PLAIN_KB
            page = label.replace("{lang}", language)
            told.add(
                page, *(weights[kind] / 1000 for kind in _KINDS), total,
                f"{budget}{' (map)' if has_map else ''}", "yes" if total <= budget else "no",
            )  # fmt: skip
    told.rows.sort(key=lambda row: -float(row[6].replace(",", "")))
    told.notes.append(by)
    sheet.show(options, told)


def _some(examples: Sequence[Mapping[str, str]]) -> Sequence[Mapping[str, str]]:
    return examples[:: max(1, len(examples) // 3)][:3]


def _size(origin: str, example: Mapping[str, str]) -> int:
    """Bytes of HTML in the language with most of it."""
    return max(len(_fetch(origin + address)[0]) for address in example.values())


def _fetch(address: str) -> tuple[bytes, str]:
    asked = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})  # noqa: S310 - our own server
    with urllib.request.urlopen(asked) as answer:  # noqa: S310
        return answer.read(), answer.headers.get_content_type()


@contextmanager
def _scales() -> Iterator[tuple[Weigh, str]]:
    program = next((found for name in _BROWSERS if (found := shutil.which(name))), None)
    try:
        from playwright.sync_api import Browser, Request, sync_playwright  # noqa: PLC0415 - may be absent
    except ImportError:
        program = None
    if program is None:
        yield _by_hand, "No Chromium here: only what the HTML names, not what scripts fetch later."
        return

    def by_browser(browser: Browser, address: str) -> tuple["Counter[str]", bool]:
        fetched: list[Request] = []
        with browser.new_context() as context:  # a new one has nothing in its cache
            page = context.new_page()
            page.on("requestfinished", lambda one: fetched.append(one))  # noqa: PLW0108 - it marks what it is given
            page.goto(address, wait_until="networkidle")
            weights: Counter[str] = Counter()
            for one in fetched:
                kind = one.resource_type if one.resource_type in _KINDS else "other"
                weights[kind] += one.sizes()["responseBodySize"]
            return weights, any("/static/map-" in one.url for one in fetched)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(_FLAGS))
        try:
            name = f"Fetched by Chromium {browser.version}, with an empty cache for each page."
            yield (lambda address: by_browser(browser, address)), name
        finally:
            browser.close()


def _by_hand(address: str) -> tuple["Counter[str]", bool]:
    import gzip  # noqa: PLC0415 - seldom

    origin = "/".join(address.split("/")[:3])
    content, _ = _fetch(address)
    weights: Counter[str] = Counter(document=len(content))
    html = gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
    named = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', html.decode()))
    for one in named:
        asset, kind = _fetch(origin + one)
        weights[_TYPES.get(kind, "other")] += len(asset)
    return weights, any("/map-" in one for one in named)


if __name__ == "__main__":
    main()
