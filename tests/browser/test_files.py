"""The pages as files: links lead somewhere, nothing comes from outside, images have words."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest

from qnpapers.notebooks.project import find_project

PAGES = [page.as_posix() for page in find_project(Path(__file__)).pages]
LOADS = {("script", "src"), ("link", "href"), ("img", "src"), ("iframe", "src"), ("source", "src")}


class _Reader(HTMLParser):
    """Collects the anchors, links and loaded files of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.images: dict[str, str] = {}
        self.formulas = 0
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        words = dict(attrs)
        self.formulas += "math" in (words.get("class") or "").split()
        if tag == "img":
            self.images[words.get("src") or ""] = (words.get("alt") or "").strip()
        for name, value in attrs:
            if name in ("id", "name") and value:
                self.anchors.add(value)
            elif (tag, name) == ("a", "href") and value:
                self.links.append(value)
            elif (tag, name) in LOADS and value:
                self.loaded.append(value)


@pytest.fixture(scope="session")
def pages(html: Path) -> dict[Path, _Reader]:
    return {path.resolve(): _Reader(path) for path in html.rglob("*.html")}


def _is_outside(link: str) -> bool:
    return link.startswith(("http://", "https://", "mailto:", "//", "data:", "javascript:"))


@pytest.mark.parametrize("name", PAGES)
def test_links_inside_the_book_lead_somewhere(html: Path, pages, name: str) -> None:
    here = (html / f"{name}.html").resolve()
    broken = []
    for link in pages[here].links:
        if _is_outside(link) or link == "#":
            continue
        address, anchor = urldefrag(link)
        target = (here.parent / unquote(address)).resolve() if address else here
        known = pages[target].anchors if target in pages else set()
        if not target.exists() or (anchor and unquote(anchor) not in known):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("name", [*PAGES, "search", "genindex", "index"])
def test_what_a_page_loads_lies_beside_it(html: Path, pages, name: str) -> None:
    here = (html / f"{name}.html").resolve()
    loaded = [link for link in pages[here].loaded if not link.startswith("data:")]
    assert [link for link in loaded if _is_outside(link)] == []
    files = [(here.parent / unquote(urldefrag(link)[0].partition("?")[0])) for link in loaded]
    assert [str(file) for file in files if not file.exists()] == []
    assert name == "index" or len(files) > 5


def test_links_to_the_outside_are_encrypted(pages) -> None:
    outside = {link for page in pages.values() for link in page.links if _is_outside(link)}
    assert len(outside) > 3
    assert sorted(link for link in outside if link.startswith("http://")) == []


def test_every_page_is_in_the_navigation_of_the_first(html: Path, pages) -> None:
    here = (html / f"{PAGES[0]}.html").resolve()
    targets = {(here.parent / urldefrag(link)[0]).resolve() for link in pages[here].links}
    missing = [name for name in PAGES[1:] if (html / f"{name}.html").resolve() not in targets]
    assert missing == []


@pytest.mark.parametrize("name", PAGES)
def test_images_have_words_for_those_who_cannot_see_them(html: Path, pages, name: str) -> None:
    images = pages[(html / f"{name}.html").resolve()].images
    assert images  # the logo at least
    assert [src for src, alt in images.items() if not alt or alt.endswith((".png", ".svg"))] == []


def test_there_is_mathematics_to_typeset(pages) -> None:
    assert sum(page.formulas for page in pages.values()) > 50
