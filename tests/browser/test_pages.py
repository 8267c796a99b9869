"""Every page of the book, from the disk: light and dark, desktop and phone."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from qnpapers.notebooks.project import find_project

PAGES = [page.as_posix() for page in find_project(Path(__file__)).pages]
WIDTHS = {"desktop": 1280, "phone": 390}
READABLE = 4.5  # contrast of text, WCAG level AA

every_page = pytest.mark.parametrize("name", PAGES)
every_look = pytest.mark.parametrize(
    ("scheme", "device"),
    [("light", "desktop"), ("dark", "desktop"), ("light", "phone"), ("dark", "phone")],
)

UNTYPESET = """() => [...document.querySelectorAll('.math')]
    .filter(math => !math.querySelector('mjx-container') || math.querySelector('mjx-merror'))
    .map(math => math.textContent.trim().slice(0, 60))"""

OUTSIDE = """() => [...document.querySelectorAll('.bd-article *')]
    .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
    .filter(one => {
        for (let up = one.parentElement; up; up = up.parentElement)
            if (getComputedStyle(up).overflowX !== 'visible') return false;
        return true;
    })
    .map(one => one.outerHTML.slice(0, 80))"""

CONTRAST = """() => {
    const light = colour => {
        const [r, g, b] = colour.match(/[0-9.]+/g).map(Number).map(c => c / 255)
            .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const text = light(getComputedStyle(document.querySelector('.bd-article p')).color);
    const page = light(getComputedStyle(document.body).backgroundColor);
    return [text, page];
}"""


@dataclass
class Visit:
    """What a page asked for and complained of while it was loaded."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


def _visit(browser: Browser, address: str, scheme: str = "light", width: int = 1280) -> Visit:
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    visit = Visit(page)
    page.on("pageerror", lambda error: visit.complaints.append(f"error: {error}"))
    page.on("requestfailed", lambda request: visit.complaints.append(f"failed: {request.url}"))
    page.on("request", lambda request: visit.requests.append(request.url))
    page.on(
        "console",
        lambda said: visit.complaints.append(said.text) if said.type == "error" else None,
    )
    page.goto(address)
    page.evaluate("() => window.MathJax ? window.MathJax.startup.promise : null")
    return visit


def _outside(requests: list[str], html: Path) -> list[str]:
    return [url for url in requests if not url.startswith((html.as_uri(), "data:", "blob:"))]


@every_look
@every_page
def test_page(browser: Browser, html: Path, name: str, scheme: str, device: str) -> None:
    visit = _visit(browser, (html / f"{name}.html").as_uri(), scheme, WIDTHS[device])
    page = visit.page
    try:
        _keep_screenshot(page, name, scheme, device)
        assert visit.complaints == []
        assert _outside(visit.requests, html) == []
        assert page.evaluate(UNTYPESET) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[device]
        assert page.evaluate(OUTSIDE) == []
        text, background = page.evaluate(CONTRAST)
        assert (text < background) == (scheme == "light")
        lighter, darker = max(text, background), min(text, background)
        assert (lighter + 0.05) / (darker + 0.05) >= READABLE
    finally:
        page.close()


def _keep_screenshot(page: Page, name: str, scheme: str, device: str) -> None:
    """For people to look at: BOOK_SCREENSHOTS names the folder."""
    folder = os.environ.get("BOOK_SCREENSHOTS")
    if folder:
        file = (
            Path(folder) / f"{name.removeprefix('book/').replace('/', '-')}-{device}-{scheme}.png"
        )
        page.screenshot(path=file, full_page=True)


def test_front_page_leads_to_the_book(browser: Browser, html: Path) -> None:
    page = browser.new_page()
    page.goto((html / "index.html").as_uri())
    page.wait_for_url(f"**/{PAGES[0]}.html")
    assert page.title()
    page.close()


def test_search_finds_a_chapter(browser: Browser, html: Path) -> None:
    visit = _visit(browser, (html / "search.html").as_uri() + "?q=entanglement")
    found = visit.page.locator("#search-results a")
    found.first.wait_for()
    links = found.evaluate_all("all => all.map(one => one.href)")
    assert any("/convac/03_entanglement_and_cuts.html" in link for link in links)
    assert visit.complaints == []
    assert _outside(visit.requests, html) == []
    visit.page.close()


def test_the_readers_choice_of_dark_pages_is_kept(browser: Browser, html: Path) -> None:
    page = _visit(browser, (html / f"{PAGES[0]}.html").as_uri()).page
    seen = set()
    for _ in range(3):
        page.locator("button.theme-switch-button:visible").first.click()
        seen.add(page.evaluate("document.documentElement.dataset.mode"))
    page.close()
    assert seen == {"light", "dark", "auto"}
